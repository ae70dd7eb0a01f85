// What tells lines and points apart where there are no colours: dashes, and shapes, filled or not.

/** `stroke-dasharray` of the first line, the second …; null for a solid one. */
const DASHES = [null, "8 4", "2 3", "10 3 2 3", "5 2", "1 4"];
const RULE_DASHES = ["5 4", "1.5 3", "10 4", "6 3 1.5 3"];

/** Outlines around 0, 0 with relative commands alone, about as large as a circle of radius `r`. */
const OUTLINES = {
  circle: (r) => `m${-r},0a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0z`,
  square: (r) => `m${-0.9 * r},${-0.9 * r}h${1.8 * r}v${1.8 * r}h${-1.8 * r}z`,
  triangle: (r) => `m0,${-1.25 * r}l${1.2 * r},${2.1 * r}h${-2.4 * r}z`,
  diamond: (r) => `m0,${-1.3 * r}l${1.15 * r},${1.3 * r}l${-1.15 * r},${1.3 * r}l${-1.15 * r},${-1.3 * r}z`,
  wedge: (r) => `m0,${1.25 * r}l${1.2 * r},${-2.1 * r}h${-2.4 * r}z`,
  plus: (r) => `m${-1.2 * r},0h${2.4 * r}m${-1.2 * r},${-1.2 * r}v${2.4 * r}`,
  times: (r) => `m${-r},${-r}l${2 * r},${2 * r}m0,${-2 * r}l${-2 * r},${2 * r}`,
};

/** Neighbours in this list are the furthest apart. */
const SHAPES = [
  ["circle", true],
  ["square", false],
  ["triangle", true],
  ["plus", false],
  ["diamond", false],
  ["square", true],
  ["circle", false],
  ["times", false],
  ["diamond", true],
  ["triangle", false],
  ["wedge", true],
  ["wedge", false],
];

export const BAND = { fill: "currentColor", "fill-opacity": 0.12, stroke: "none" };

/** How the `number`th line is drawn, as attributes; 0 is the first, here and below. */
export function lineStyle(number) {
  return strokeStyle(2, pick(DASHES, number));
}

export function ruleStyle(number) {
  return strokeStyle(1.5, pick(RULE_DASHES, number));
}

/** Without round ends, which would fill the gaps between short dashes. */
function strokeStyle(width, dash) {
  const style = { fill: "none", stroke: "currentColor", "stroke-width": width, "stroke-linecap": "butt" };
  return dash === null ? style : { ...style, "stroke-dasharray": dash };
}

export function pointStyle(number) {
  const [, isFilled] = pick(SHAPES, number);
  return isFilled ? { fill: "currentColor" } : { fill: "none", stroke: "currentColor", "stroke-width": 1.25 };
}

/** The `d` of marks of the `number`th shape at some places. */
export function pointPath(number, places, radius) {
  const outline = OUTLINES[pick(SHAPES, number)[0]](radius);
  return places.map(([x, y]) => `M${x},${y}${outline}`).join("");
}

/** What the theme knows a layer by, e.g. `plot-line plot-2`. */
export function classOf(kind, number) {
  return `plot-${kind} plot-${number + 1}`;
}

/** Presentation attributes as Plot's options, e.g. `strokeWidth`. */
export function toOptions(attributes) {
  const inCamels = (name) => name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [inCamels(name), value]));
}

function pick(list, number) {
  return list[number % list.length];
}
