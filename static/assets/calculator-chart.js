// The chart of a calculator, drawn anew: the same elements and classes at the same places as
// site_gen/node/plot.mjs has them, so that the page looks the same before and after. A chart is
// {x, y, ticks, points: [{x, low, middle, high}, …], at}, its horizontal axis logarithmic.

const GAP = 8;
const LINE_HEIGHT = 1.3;
const SIGNIFICANT = 4;

/** Draws into an `<svg>` that has one already; its title and description stay. */
export function drawChart(svg, chart) {
  const sheet = layOut(chart, readSheet(svg));
  const kept = [...svg.children].filter((child) => ["title", "desc"].includes(child.localName));
  svg.replaceChildren(...kept, drawGrid(sheet), ...drawTicks(sheet), drawBase(sheet), ...drawData(chart, sheet));
  svg.append(drawLabels(chart, sheet));
}

/** A number of the table below the chart, as site_gen/chart_tables.py has it. */
export function formatValue(value) {
  return Number(value.toPrecision(SIGNIFICANT)).toLocaleString("en-US", { maximumSignificantDigits: SIGNIFICANT });
}

function readSheet(svg) {
  const { width, height } = svg.viewBox.baseVal;
  return { width, height, size: Number(svg.getAttribute("font-size")), mostTicks: width > 400 ? 9 : 6 };
}

/** The margins that texts need, the scales, and the ticks that there is room for. */
function layOut({ ticks, points }, { width, height, size, mostTicks }) {
  const [top, bottom] = [(LINE_HEIGHT + 0.8) * size, height - (LINE_HEIGHT + 1.5) * size];
  const highest = Math.max(...points.map(({ high }) => high));
  const step = roundStep(highest / 5);
  const end = Math.ceil(highest / step) * step;
  const y = (value) => bottom - (value / end) * (bottom - top);
  const yTicks = thinOut(roundValues(end, mostTicks), y, () => 2 * size, mostTicks);
  const left = Math.max(...yTicks.map((value) => widthOf(formatTick(value)))) * size + GAP;
  const right = width - Math.max(4, (widthOf(formatTick(ticks.at(-1))) * size) / 2);
  const [first, last] = [ticks[0], ticks.at(-1)];
  const x = (value) => left + (Math.log(value / first) / Math.log(last / first)) * (right - left);
  const xTicks = thinOut(ticks, x, (value) => (widthOf(formatTick(value)) + 0.8) * size, mostTicks);
  return { width, height, size, top, bottom, left, right, x, y, xTicks, yTicks };
}

function drawGrid({ top, bottom, left, right, x, y, xTicks, yTicks }) {
  const lines = [
    ...yTicks.map((value) => `M${round(left)},${round(y(value))}H${round(right)}`),
    ...xTicks.map((value) => `M${round(x(value))},${round(top)}V${round(bottom)}`),
  ];
  const path = element("path", { "stroke-opacity": "0.15", d: lines.join("") });
  return element("g", { class: "plot-grid", stroke: "currentColor" }, path);
}

function drawTicks({ bottom, left, x, y, xTicks, yTicks }) {
  const text = (across, up, value, dy) =>
    element("text", { transform: `translate(${round(across)},${round(up)})`, y: dy }, formatTick(value));
  const group = (attributes, texts) =>
    element("g", { class: "plot-tick", ...attributes }, ...texts);
  return [
    group(
      { transform: `translate(${-GAP},0)`, "text-anchor": "end" },
      yTicks.map((value) => text(left, y(value), value, "0.32em")),
    ),
    group(
      { transform: `translate(0,${GAP})` },
      xTicks.map((value) => text(x(value), bottom, value, "0.71em")),
    ),
  ];
}

function drawBase({ bottom, left, right }) {
  const ends = { x1: round(left), x2: round(right), y1: round(bottom), y2: round(bottom) };
  return element("line", { class: "plot-base", stroke: "currentColor", "stroke-linecap": "square", ...ends });
}

function drawData({ points, at }, { top, bottom, x, y }) {
  const path = (name) => points.map((point) => `${round(x(point.x))},${round(y(point[name]))}`);
  const area = `M${[...path("high"), ...path("low").reverse()].join("L")}Z`;
  const across = round(x(at));
  const layer = (kind, attributes, d) =>
    element("g", { class: `plot-${kind} plot-1`, ...attributes }, element("path", { d }));
  const stroke = { fill: "none", stroke: "currentColor", "stroke-linejoin": "round" };
  const dashed = { ...stroke, "stroke-width": 1.5, "stroke-dasharray": "5 4" };
  return [
    layer("band", { "fill-opacity": "0.12" }, area),
    layer("line", { ...stroke, "stroke-width": 2 }, `M${path("middle").join("L")}`),
    layer("rule", dashed, `M${across},${round(bottom)}L${across},${round(top)}`),
  ];
}

function drawLabels(chart, { width, height, size, right }) {
  const above = element("text", { x: 0, y: size }, chart.y);
  const end = round(right + Math.min(width - right, GAP));
  const below = element("text", { x: end, y: round(height - 0.35 * size), "text-anchor": "end" }, chart.x);
  return element("g", { class: "plot-label", "text-anchor": "start" }, above, below);
}

function roundValues(end, most) {
  const step = roundStep(end / Math.min(most, 6));
  return Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, place) => tidy(place * step));
}

/** 1, 2 or 5 times a power of ten, no smaller than what is given. */
function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].find((digit) => digit * power >= least * (1 - 1e-9)) * power;
}

/** Every value, or every second, third … so that no two texts touch. */
function thinOut(values, place, need, most) {
  for (let every = 1; ; every++) {
    const chosen = values.filter((_, index) => index % every === 0);
    const fits = chosen.slice(1).every((value, index) => {
      const before = chosen[index];
      return Math.abs(place(value) - place(before)) >= (need(value) + need(before)) / 2;
    });
    if (chosen.length <= 1 || (fits && chosen.length <= most)) return chosen;
  }
}

/** How wide a number is, in units of its own size. */
function widthOf(text) {
  return [...text].reduce((sum, character) => sum + ("1,.".includes(character) ? 0.36 : 0.66), 0);
}

function formatTick(value) {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 12 });
}

function tidy(value) {
  return Number(value.toPrecision(12));
}

function round(value) {
  return Math.round(100 * value) / 100;
}

function element(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
