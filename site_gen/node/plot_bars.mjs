// Horizontal bars, each below the name of its category: a name of any length has room there.

import { makeElement, takeBody } from "./plot_markup.mjs";
import { findDomain, formatValue } from "./plot_scales.mjs";
import { classOf, ruleStyle, toOptions } from "./plot_shapes.mjs";
import { LINE_HEIGHT, widthOf, wrap } from "./plot_words.mjs";

const BAR = 1;
/** Of the size of texts, as is the next. */
const GAP = 0.9;

/** What Plot draws for a chart on a sheet, and how high that is. */
export function drawBars(chart, sheet, tools) {
  const { width, size } = sheet;
  const bars = chart.layers.find((layer) => layer.type === "Bars");
  const rules = chart.layers.filter((layer) => layer.type === "Rule" && layer.x !== null);
  const rows = stack(bars.points, width, size);
  const height = Math.ceil(rows.at(-1).bottom + 2);
  const domain = findDomain(chart.x, [...bars.points.map(([, value]) => value), ...rules.map(({ x }) => x)], { fromZero: true });
  const texts = bars.points.map(([, value]) => formatValue(value, chart.x));
  const room = (Math.max(...texts.map(widthOf)) + 0.5) * size;
  const marginLeft = domain[0] < 0 ? room : 0;
  const marginRight = domain[1] > 0 ? room : 0;
  const svg = tools.Plot.plot({
    document: tools.document,
    width,
    height,
    marginLeft,
    marginRight,
    marginTop: 0,
    marginBottom: 0,
    x: { domain, axis: null },
    y: { type: "linear", domain: [0, height], range: [0, height], axis: null },
    marks: [
      tools.Plot.rect(rows, { x1: 0, x2: "value", y1: "top", y2: "bottom", className: classOf("bar", bars.number) }),
      tools.Plot.ruleX([0], { className: "plot-base" }),
      ...rules.map(({ x, number }) => drawRule(x, number, tools)),
      drawTexts(rows, texts, size, tools),
    ],
  });
  return { body: takeBody(svg), height };
}

/** From the top: the lines of each name, and where its bar begins and ends. */
function stack(points, width, size) {
  let y = 0;
  return points.map(([category, value]) => {
    const lines = wrap(category, width / size);
    const baselines = lines.map((_, i) => y + (0.9 + i * LINE_HEIGHT) * size);
    const top = baselines.at(-1) + 0.5 * size;
    const bottom = top + BAR * size;
    y = bottom + GAP * size;
    return { lines, baselines, value, top, bottom };
  });
}

function drawRule(x, number, { Plot }) {
  const { fill, ...style } = toOptions(ruleStyle(number));
  return Plot.ruleX([x], { ...style, className: classOf("rule", number) });
}

function drawTexts(rows, texts, size, tools) {
  return (index, scales) => {
    const names = rows.flatMap(({ lines, baselines }) =>
      lines.map((line, i) => makeElement(tools, "text", { x: 0, y: baselines[i], "text-anchor": "start" }, line)),
    );
    const values = rows.map(({ value, bottom }, i) => {
      const [shift, anchor] = value < 0 ? [-0.3, "end"] : [0.3, "start"];
      const place = { x: scales.x(value) + shift * size, y: bottom - 0.15 * size, "text-anchor": anchor };
      return makeElement(tools, "text", { ...place }, texts[i]);
    });
    return makeElement(tools, "g", { class: "plot-name" }, ...names, ...values);
  };
}
