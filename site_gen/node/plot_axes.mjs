// Charts over two axes of numbers: lines, bands, points and rules.

import { makeElement, takeBody } from "./plot_markup.mjs";
import { chooseTicks, findDomain, formatTick, minorTicks, nameAxis } from "./plot_scales.mjs";
import { BAND, classOf, lineStyle, pointPath, pointStyle, ruleStyle, toOptions } from "./plot_shapes.mjs";
import { LINE_HEIGHT, placeNames, sampleLine, widthOf, wrap } from "./plot_words.mjs";

const GAP = 8;
/** Rules are on top: among a thousand points they would not be seen. */
const ORDER = ["Band", "Line", "Points", "Rule"];

/** What Plot draws for a chart on a sheet, and how high that is. */
export function drawOverAxes(chart, sheet, tools) {
  const axes = layOut(chart, sheet);
  const { x, y, margins } = axes;
  const layers = ORDER.flatMap((type) => chart.layers.filter((layer) => layer.type === type));
  const svg = tools.Plot.plot({
    document: tools.document,
    width: sheet.width,
    height: sheet.height,
    ...margins,
    x: { type: chart.x.scale, domain: x.domain, axis: null },
    y: { type: chart.y.scale, domain: y.domain, axis: null },
    marks: [
      ...drawAxes(chart, axes, tools),
      ...layers.map((layer) => drawLayer(layer, chart, axes, sheet, tools)),
      drawNames(layers, chart, axes, sheet, tools),
      drawAxisLabels(axes, sheet, tools),
    ],
  });
  return { body: takeBody(svg), height: sheet.height };
}

/** Both axes with their ends and ticks, and the margins that their texts need. */
function layOut(chart, { width, height, size, mostTicks }) {
  const points = chart.layers.flatMap((layer) => layer.points ?? []);
  const rules = (name) => chart.layers.flatMap((layer) => layer[name] ?? []);
  const air = chart.layers.some((layer) => layer.type === "Points") ? 0.04 : 0;
  const acrossDomain = findDomain(chart.x, [...points.map(([x]) => x), ...rules("x")], { air });
  const up = [...points.flatMap(([, ...values]) => values), ...rules("y")];
  const upDomain = findDomain(chart.y, up, { fromZero: true, isRound: true, air: 0.04 });

  const labels = { x: wrap(nameAxis(chart.x), width / size), y: wrap(nameAxis(chart.y), width / size) };
  const marginTop = (labels.y.length * LINE_HEIGHT + 0.8) * size;
  const marginBottom = (labels.x.length * LINE_HEIGHT + 1.5) * size;
  const tall = height - marginTop - marginBottom;
  const upTicks = chooseTicks(chart.y, upDomain, { length: tall, size, most: mostTicks, isHorizontal: false });
  const widest = Math.max(...upTicks.map((value) => widthOf(formatTick(value, chart.y))));
  const marginLeft = widest * size + GAP;
  const last = findLast(chart.x, acrossDomain);
  const marginRight = Math.max(4, (widthOf(last) * size) / 2);
  const long = width - marginLeft - marginRight;
  const acrossTicks = chooseTicks(chart.x, acrossDomain, { length: long, size, most: mostTicks, isHorizontal: true });
  return {
    x: { domain: acrossDomain, ticks: acrossTicks, label: labels.x },
    y: { domain: upDomain, ticks: upTicks, label: labels.y },
    margins: { marginTop, marginRight, marginBottom, marginLeft },
  };
}

/** The text at the right end, half of which may stand out. */
function findLast(axis, domain) {
  const ticks = chooseTicks(axis, domain, { length: Infinity, size: 0, most: 99, isHorizontal: true });
  return ticks.length > 0 ? formatTick(ticks.at(-1), axis) : "";
}

function drawAxes(chart, { x, y }, tools) {
  const { Plot } = tools;
  // Not as `tickFormat`, of which Plot leaves most away on a logarithmic axis.
  const common = { tickSize: 0, tickPadding: GAP, label: null, fontSize: null, fontVariant: null, className: "plot-tick" };
  return [
    drawGrid(chart, { x, y }, tools),
    Plot.axisY(y.ticks, { ...common, text: (value) => formatTick(value, chart.y) }),
    Plot.axisX(x.ticks, { ...common, text: (value) => formatTick(value, chart.x) }),
    Plot.frame({ anchor: "bottom", stroke: "currentColor", className: "plot-base" }),
  ];
}

/** A line for each labelled value and a short one for each other, all in two paths. */
function drawGrid(chart, { x, y }, tools) {
  return (index, scales, values, { width, height, marginTop, marginRight, marginBottom, marginLeft }) => {
    const [left, right, bottom] = [marginLeft, width - marginRight, height - marginBottom];
    const minor = [
      ...minorTicks(chart.y, y.domain).map((value) => `M${left},${scales.y(value)}h-4`),
      ...minorTicks(chart.x, x.domain).map((value) => `M${scales.x(value)},${bottom}v4`),
    ];
    const major = [
      ...y.ticks.map((value) => `M${left},${scales.y(value)}H${right}`),
      ...x.ticks.map((value) => `M${scales.x(value)},${marginTop}V${bottom}`),
    ];
    const style = { class: "plot-grid", stroke: "currentColor" };
    return makeElement(tools, "g", style, ...[["0.15", major], ["0.5", minor]].filter(([, lines]) => lines.length > 0)
      .map(([opacity, lines]) => makeElement(tools, "path", { "stroke-opacity": opacity, d: lines.join("") })));
  };
}

function drawLayer(layer, chart, axes, sheet, tools) {
  const { Plot } = tools;
  const at = { x: (point) => point[0], y: (point) => point[1] };
  const named = (kind) => ({ className: classOf(kind, layer.number) });
  switch (layer.type) {
    case "Band":
      return Plot.areaY(layer.points, { x: at.x, y1: at.y, y2: (point) => point[2], ...toOptions(BAND), ...named("band") });
    case "Line":
      return Plot.lineY(layer.points, { ...at, ...toOptions(lineStyle(layer.number)), ...named("line") });
    case "Rule":
      return Plot.line(endsOf(layer, chart, axes), { ...at, ...toOptions(ruleStyle(layer.number)), ...named("rule") });
    case "Points":
      return Plot.dot(layer.points, { ...at, render: (index, scales, { x, y }) => drawPoints(layer, index, x, y, sheet, tools) });
  }
}

/** Where a rule enters the frame and leaves it; empty where it never does. */
function endsOf({ x, y, slope }, chart, axes) {
  const [[left, right], [bottom, top]] = [axes.x.domain, axes.y.domain];
  if (x !== null) return [[x, bottom], [x, top]];
  if (y !== null) return [[left, y], [right, y]];
  const [from, to] = [Math.max(left, bottom / slope), Math.min(right, top / slope)];
  return from < to ? [[from, slope * from], [to, slope * to]] : [];
}

/** One path for all of them, or one for each where each has a name to show. */
function drawPoints({ number, names }, index, xs, ys, { radius, opacity, hasTooltips }, tools) {
  const places = Array.from(index, (i) => [xs[i].toFixed(1), ys[i].toFixed(1)]);
  const attributes = { class: classOf("point", number), ...pointStyle(number), ...(opacity < 1 && { opacity }) };
  if (names.length === 0 || !hasTooltips) {
    return makeElement(tools, "path", { ...attributes, d: pointPath(number, places, radius) });
  }
  const paths = places.map((place, i) => {
    const title = makeElement(tools, "title", {}, names[index[i]]);
    return makeElement(tools, "path", { d: pointPath(number, [place], radius) }, title);
  });
  return makeElement(tools, "g", attributes, ...paths);
}

/** The names of points that are to be read without pointing at them, as many as there is room for. */
function drawNames(layers, chart, axes, sheet, tools) {
  const size = 0.9 * sheet.size;
  return (index, scales, values, { marginTop, marginBottom, width, height }) => {
    const inside = { left: 0, right: width, top: marginTop, bottom: height - marginBottom };
    const toPlaces = (points) => points.map(([x, y]) => [scales.x(x), scales.y(y)]);
    const points = layers.filter((layer) => layer.type === "Points");
    const lines = layers.flatMap((layer) => {
      if (layer.type === "Line") return [layer.points];
      return layer.type === "Rule" ? [endsOf(layer, chart, axes)] : [];
    });
    const wanted = points.filter((layer) => layer.is_labelled).flatMap((layer) =>
      toPlaces(layer.points).map(([x, y], i) => ({ x, y, text: layer.names[i] })),
    );
    if (wanted.length === 0) return null;
    const taken = points.flatMap((layer) => toPlaces(layer.points));
    const inked = lines.flatMap((corners) => sampleLine(toPlaces(corners), size / 2));
    const texts = placeNames(wanted, taken, inked, inside, size)
      .filter((name) => name !== null)
      .map(({ x, y, anchor, text }) => makeElement(tools, "text", { x, y, "text-anchor": anchor }, text));
    return makeElement(tools, "g", { class: "plot-name", "font-size": size }, ...texts);
  };
}

/** What the axes mean: the vertical one above it, the horizontal one below its right end. */
function drawAxisLabels({ x, y, margins }, { width, height, size }, tools) {
  const line = LINE_HEIGHT * size;
  return () => {
    const above = y.label.map((text, i) => makeElement(tools, "text", { x: 0, y: size + i * line }, text));
    const bottom = height - 0.35 * size - (x.label.length - 1) * line;
    const end = { x: width - margins.marginRight + Math.min(margins.marginRight, GAP), "text-anchor": "end" };
    const below = x.label.map((text, i) => makeElement(tools, "text", { ...end, y: bottom + i * line }, text));
    return makeElement(tools, "g", { class: "plot-label", "text-anchor": "start" }, ...above, ...below);
  };
}
