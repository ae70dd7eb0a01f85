// Texts in a chart. Nothing here can measure a font, so widths are guessed, rather too large than too small.

const NARROW = /[ .,:;'’|!()[\]iljftrI1-]/;
const BROAD = /[mwMW@%—…]|[^\u0000-\u02ff\u2010-\u2044\u2212]/;
const CAPITAL = /[A-Z0-9×±−–=+<>~]/;

export const LINE_HEIGHT = 1.3;

/** How wide a text is, in units of its own size. */
export function widthOf(text) {
  let width = 0;
  for (const character of text) {
    if (NARROW.test(character)) width += 0.36;
    else if (BROAD.test(character)) width += 1;
    else width += CAPITAL.test(character) ? 0.66 : 0.54;
  }
  return width;
}

/** The text in lines no wider than `limit`; a word that is wider is cut. */
export function wrap(text, limit) {
  const lines = [""];
  for (const word of text.split(" ").flatMap((word) => cut(word, limit))) {
    const longer = lines.at(-1) === "" ? word : `${lines.at(-1)} ${word}`;
    if (widthOf(longer) <= limit) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.filter((line, place) => line !== "" || place > 0);
}

function cut(word, limit) {
  const pieces = [""];
  for (const character of word) {
    if (widthOf(pieces.at(-1) + character) <= limit) pieces[pieces.length - 1] += character;
    else pieces.push(character);
  }
  return pieces;
}

/**
 * A place for the name of each point, `{x, y, anchor, text}`, that covers no point and no other name, and no
 * line where that can be; null where there is none. `inside` is what no name may leave; `y` is the baseline.
 */
export function placeNames(points, taken, lines, inside, size) {
  const boxes = taken.map(([x, y]) => boxAround(x, y, size / 3));
  const inked = lines.map(([x, y]) => boxAround(x, y, 1));
  return points.map(({ x, y, text }) => {
    const width = widthOf(text) * size;
    const spots = spotsAround(x, y, width, size).filter(({ box }) => isWithin(box, inside) && isFree(box, boxes));
    const spot = spots.find(({ box }) => isFree(box, inked)) ?? spots[0];
    if (spot === undefined) return null;
    boxes.push(spot.box);
    return { x: spot.x, y: spot.y, anchor: spot.anchor, text };
  });
}

/** Places on a line through `corners`, none further than `step` from the next. */
export function sampleLine(corners, step) {
  return corners.slice(1).flatMap(([x, y], i) => {
    const [fromX, fromY] = corners[i];
    const count = Math.max(1, Math.ceil(Math.hypot(x - fromX, y - fromY) / step));
    return Array.from({ length: count }, (_, k) => [fromX + (k / count) * (x - fromX), fromY + (k / count) * (y - fromY)]);
  });
}

/** Beside the point, then over and under it, best first. */
function spotsAround(x, y, width, size) {
  const gap = size * 0.6;
  const anchors = { start: 0, middle: -width / 2, end: -width };
  const spot = (dx, dy, anchor) => {
    const left = x + dx + anchors[anchor];
    const box = { left, right: left + width, top: y + dy - size * 0.8, bottom: y + dy + size * 0.25 };
    return { x: x + dx, y: y + dy, anchor, box };
  };
  const [level, above, below] = [size * 0.33, -gap, gap + size * 0.7];
  return [
    spot(gap, level, "start"),
    spot(-gap, level, "end"),
    spot(0, above, "middle"),
    spot(0, below, "middle"),
    ...["start", "end"].flatMap((anchor) => [spot(0, above, anchor), spot(0, below, anchor)]),
    ...["start", "end"].flatMap((anchor) => [spot(0, 2 * above, anchor), spot(0, below + gap, anchor)]),
  ];
}

function boxAround(x, y, reach) {
  return { left: x - reach, right: x + reach, top: y - reach, bottom: y + reach };
}

function isWithin(box, outer) {
  return box.left >= outer.left && box.right <= outer.right && box.top >= outer.top && box.bottom <= outer.bottom;
}

function isFree(box, others) {
  return !others.some((other) => overlap(box, other));
}

function overlap(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
