// Charts, drawn by Observable Plot. Records and their fields are those of site_gen/charts.py.
//
//   in   {"items": [Chart, …]}
//   out  {"drawing": {"wide": SVG, "narrow": SVG, "key": HTML}}
//        {"error": {"message", "hint"}}
//
// A drawing stands in pages with a strict CSP: presentation attributes and classes, no styles. Its ids begin
// with NUL, for which whoever shows it puts what is unique on the page.

import { drawBars } from "./plot_bars.mjs";
import { makeElement, toMarkup } from "./plot_markup.mjs";
import { drawOverAxes } from "./plot_axes.mjs";
import { BAND, classOf, lineStyle, pointPath, pointStyle, ruleStyle } from "./plot_shapes.mjs";

/** Two sizes, since text that fits a wide page cannot be read on a phone. */
const SHEETS = [
  { name: "wide", width: 640, size: 15, mostTicks: 9, radius: 4, hasTooltips: true },
  { name: "narrow", width: 340, size: 14, mostTicks: 6, radius: 3.5, hasTooltips: false },
];
/** A narrow drawing is as high as this share of the wide one, so it is less flat. */
const NARROW_HEIGHT = 0.75;
const MANY_POINTS = 100;

export function loadPlot(requireFromSite) {
  const { DOMParser } = requireFromSite("linkedom");
  const Plot = requireFromSite("@observablehq/plot");
  return () => (chart) => {
    // As XML, whose texts and attributes are escaped without exceptions.
    const document = new DOMParser().parseFromString("<svg/>", "image/svg+xml");
    try {
      return { drawing: draw(chart, { Plot, document }) };
    } catch (error) {
      return { error: { message: `cannot be drawn: ${error.message.split("\n")[0]}`, hint: "" } };
    }
  };
}

function draw(chart, tools) {
  const layers = numberLayers(chart.layers);
  const [wide, narrow] = SHEETS.map((sheet) => {
    const height = sheet.name === "wide" ? chart.height : Math.round(NARROW_HEIGHT * chart.height);
    const count = layers.reduce((sum, layer) => sum + (layer.type === "Points" ? layer.points.length : 0), 0);
    const marks = count > MANY_POINTS ? { radius: 0.65 * sheet.radius, opacity: 0.6 } : { radius: sheet.radius, opacity: 1 };
    const drawChart = layers.some((layer) => layer.type === "Bars") ? drawBars : drawOverAxes;
    const { body, height: drawn } = drawChart({ ...chart, layers }, { ...sheet, height, ...marks }, tools);
    return toMarkup(makeRoot(chart, sheet, drawn, body, tools));
  });
  return { wide, narrow, key: drawKey(layers, tools) };
}

/** Each layer with its place among the labels of its kind, which decides how it looks. */
function numberLayers(layers) {
  const labels = new Map();
  return layers.map((layer) => {
    const known = labels.get(layer.type) ?? [];
    labels.set(layer.type, known);
    if (!known.includes(layer.label)) known.push(layer.label);
    return { ...layer, number: known.indexOf(layer.label) };
  });
}

function makeRoot({ title, description }, { name, width, size }, height, body, tools) {
  const [titleId, descriptionId] = ["title", "description"].map((part) => `\0${name}·${part}`);
  const attributes = {
    class: `plot-drawing plot-${name}`,
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
    "aria-labelledby": description ? `${titleId} ${descriptionId}` : titleId,
    fill: "currentColor",
    "font-size": size,
    "text-anchor": "middle", // as Plot has it
  };
  const named = [makeElement(tools, "title", { id: titleId }, title)];
  if (description) named.push(makeElement(tools, "desc", { id: descriptionId }, description));
  return makeElement(tools, "svg", attributes, ...named, ...body);
}

/** What each line, band and mark means, as a list; empty where there is only one. */
function drawKey(layers, tools) {
  const entries = new Map(layers.map((layer) => [`${layer.type} ${layer.label}`, layer]));
  if (entries.size < 2) return "";
  const items = [...entries.values()].map((layer) => {
    const attributes = { class: "plot-swatch", viewBox: "0 0 30 14", width: 30, height: 14, "aria-hidden": "true" };
    const swatch = makeElement(tools, "svg", attributes, drawSwatch(layer, tools));
    return makeElement(tools, "li", {}, swatch, ` ${layer.label}`);
  });
  return toMarkup(makeElement(tools, "ul", { class: "plot-key" }, ...items));
}

function drawSwatch({ type, number, x }, tools) {
  const path = (kind, style, d) => makeElement(tools, "path", { class: classOf(kind, number), ...style, d });
  switch (type) {
    case "Band":
      return path("band", BAND, "M0,1h30v12h-30z");
    case "Bars":
      return path("bar", {}, "M0,2h30v10h-30z");
    case "Line":
      return path("line", lineStyle(number), "M0,7h30");
    case "Rule":
      return path("rule", ruleStyle(number), x === null ? "M0,7h30" : "M15,0v14");
    case "Points":
      return path("point", pointStyle(number), pointPath(number, [[15, 7]], 4));
  }
}
