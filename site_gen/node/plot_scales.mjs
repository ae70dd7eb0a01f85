// What an axis spans, and which values on it are labelled.

import { widthOf } from "./plot_words.mjs";

const PREFIXES = [
  [1e15, "P"],
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

/** The ends of an axis: the data, what is asked for, and some air where `air`, a share of the length, is not 0. */
export function findDomain(axis, values, { fromZero = false, isRound = false, air = 0 } = {}) {
  const all = [...values, ...(axis.domain ?? []), ...axis.ticks];
  if (axis.scale === "log") return widenLog(smallest(all), largest(all), air);
  const low = fromZero ? Math.min(0, smallest(all)) : smallest(all);
  const high = fromZero ? Math.max(0, largest(all)) : largest(all);
  if (low === high) return low === 0 ? [0, 1] : [low - Math.abs(low) / 2, high + Math.abs(high) / 2];
  if (!isRound) return [low - air * (high - low), high + air * (high - low)];
  const step = roundStep((high - low) / 5);
  return [tidy(Math.floor(low / step) * step), tidy(Math.ceil(high / step) * step)];
}

function widenLog(low, high, air) {
  if (low === high) return [low / 2, high * 2];
  const factor = (high / low) ** air;
  return [low / factor, high * factor];
}

/** Where a value is between the ends, 0 to 1. */
export function shareOf(value, [low, high], scale) {
  if (scale === "log") return Math.log(value / low) / Math.log(high / low);
  return (value - low) / (high - low);
}

/** The labelled values, as many as there is room for. */
export function chooseTicks(axis, domain, { length, size, most, isHorizontal }) {
  const candidates = axis.ticks.length > 0 ? axis.ticks : roundValues(axis, domain, most);
  const need = (value) => (isHorizontal ? (widthOf(formatTick(value, axis)) + 0.8) * size : 2 * size);
  for (let every = 1; ; every++) {
    const chosen = candidates.filter((_, place) => place % every === 0);
    if (chosen.length <= 1) return chosen;
    const fits = chosen.slice(1).every((value, place) => {
      const distance = length * (shareOf(value, domain, axis.scale) - shareOf(chosen[place], domain, axis.scale));
      return distance >= (need(value) + need(chosen[place])) / 2;
    });
    if (fits && chosen.length <= most) return chosen;
  }
}

/** Values between the labelled ones that a logarithmic axis shows by a short tick. */
export function minorTicks(axis, [low, high]) {
  if (axis.scale !== "log" || axis.ticks.length > 0 || high / low > 1e6) return [];
  return powersOfTen(low / 10, high).flatMap((power) =>
    [2, 3, 4, 5, 6, 7, 8, 9].map((digit) => tidy(digit * power)).filter((value) => value >= low && value <= high),
  );
}

/** What an axis means, e.g. `context (token)`. */
export function nameAxis({ label, unit }) {
  return unit ? `${label} (${unit})` : label;
}

export function formatTick(value, { notation }) {
  if (notation === "percent") return `${format(100 * value, 6)}\u00a0%`;
  const [factor, prefix] = (notation === "short" && PREFIXES.find(([factor]) => Math.abs(value) >= factor)) || [1, ""];
  return format(value / factor, prefix === "" ? 12 : 3) + prefix;
}

/** A value in full, for the end of a bar. */
export function formatValue(value, axis) {
  const rounded = Number(value.toPrecision(axis.notation === "percent" ? 3 : 4));
  const unit = axis.unit && axis.notation !== "percent" ? `\u00a0${axis.unit}` : "";
  return formatTick(rounded, axis) + unit;
}

function format(value, digits) {
  return value.toLocaleString("en-US", { maximumSignificantDigits: digits }).replace("-", "−");
}

function roundValues(axis, [low, high], most) {
  if (axis.scale !== "log") {
    const step = roundStep((high - low) / Math.min(most, 6));
    const first = Math.ceil(low / step - 1e-9);
    const count = Math.floor(high / step + 1e-9) - first + 1;
    return Array.from({ length: count }, (_, place) => tidy((first + place) * step));
  }
  const powers = powersOfTen(low, high);
  if (powers.length >= 2) return powers;
  return powersOfTen(low / 10, high)
    .flatMap((power) => [1, 2, 5].map((digit) => tidy(digit * power)))
    .filter((value) => value >= low && value <= high);
}

function powersOfTen(low, high) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const count = Math.floor(Math.log10(high) + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, place) => tidy(10 ** (first + place)));
}

/** 1, 2 or 5 times a power of ten, no smaller than what is given. */
function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  const digit = [1, 2, 5, 10].find((digit) => digit * power >= least * (1 - 1e-9));
  return digit * power;
}

/** Without the last digits, in which 0.1 + 0.2 is not 0.3. */
function tidy(value) {
  return Number(value.toPrecision(12));
}

// Thousands of arguments are more than `Math.min` takes.
function smallest(values) {
  return values.reduce((one, other) => Math.min(one, other));
}

function largest(values) {
  return values.reduce((one, other) => Math.max(one, other));
}
