// Calculators: the figures and the chart follow what their reader chooses. The page has all of it for
// the first choice; here come the controls, and what they change. Texts are those of
// site_gen/directives/token_rate/calculator_html.py and calculator_figures.py.

import { drawChart, formatValue } from "./calculator-chart.js";
import { estimate } from "./estimator.js";

const PREFIXES = [[1e18, "E"], [1e15, "P"], [1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""]];
const BYTES_PER_TRANSFER = 8;

for (const figure of document.querySelectorAll(".calculator")) start(figure);

async function start(figure) {
  const response = await fetch(figure.dataset.source);
  if (!response.ok) return;
  const data = await response.json();
  const form = figure.querySelector("template").content.firstElementChild.cloneNode(true);
  const update = () => show(figure, form, data, choose(form, data));
  arrange(figure, form, choose(form, data));
  form.addEventListener("input", update);
  form.addEventListener("reset", () => setTimeout(update));
  form.addEventListener("submit", (event) => event.preventDefault());
  figure.querySelector(".inputs").before(form);
}

/** What the controls say: device, model and workload, with the words for them. */
function choose(form, data) {
  const index = (name) => Number(form.elements[name].value);
  const step = (name) => data.steps[name][0][index(name)];
  const quantization = data.quantizations[index("quantization")];
  const device = data.devices[index("device")] ?? makeOwn(data.own, step("channels"), step("speed"));
  const workload = {
    ...data.workload,
    quantization: quantization.name,
    bits_per_parameter: quantization.bits[index("model")],
    kernel: quantization.kernels[index("model")],
    engine: data.engines[index("engine")],
    context_tokens: step("context"),
    batch: step("batch"),
    cache_bits_per_element: data.cacheTypes[index("cache")][1],
    threads: step("threads"),
    always_read_bits: null,
  };
  return { device, model: data.models[index("model")], workload, isOwn: device.name === "" };
}

/** Memory of the reader's own: few channels go with a desktop. */
function makeOwn(blank, channels, megatransfers) {
  const device_class = channels <= 2 ? "cpu-desktop" : "cpu-server";
  return { ...blank, device_class, bandwidth_bytes_per_s: megatransfers * 1e6 * BYTES_PER_TRANSFER * channels };
}

function show(figure, form, data, chosen) {
  const result = estimate(chosen.device, chosen.model, chosen.workload, data.calibration);
  arrange(figure, form, chosen);
  sayControls(figure, form, data, chosen);
  showReading(figure, result);
  showNeeds(figure, result, chosen.device);
  sayLimits(figure, result, data);
  showChart(figure, data, chosen);
  figure.querySelector(".origin").hidden = !isFirst(form);
}

/** Shows the controls that matter: of memory for memory, of threads for processors. */
function arrange(figure, form, { device, isOwn }) {
  const isProcessor = device.device_class.startsWith("cpu");
  const shown = { channels: isOwn, speed: isOwn, threads: isProcessor };
  for (const [name, isShown] of Object.entries(shown)) controlOf(form, name).hidden = !isShown;
  inputOf(figure, "threads").parentElement.hidden = !isProcessor;
}

function controlOf(form, name) {
  return form.querySelector(`[data-control="${name}"]`);
}

function inputOf(figure, name) {
  return figure.querySelector(`[data-input="${name}"]`);
}

/** The value beside each slider, and all that was chosen for who prints the page. */
function sayControls(figure, form, data, { isOwn }) {
  for (const [name, [, texts]] of Object.entries(data.steps)) {
    const input = form.elements[name];
    input.setAttribute("aria-valuetext", texts[input.value]);
    controlOf(form, name).querySelector(".value").textContent = texts[input.value];
  }
  for (const text of figure.querySelectorAll("[data-input]")) {
    const input = form.elements[text.dataset.input];
    const steps = data.steps[input.name];
    text.textContent = steps ? steps[1][input.value] : input.selectedOptions[0].text;
  }
  if (!isOwn) return;
  const [channels, speed] = ["channels", "speed"].map((name) => data.steps[name][1][form.elements[name].value]);
  inputOf(figure, "device").textContent = `${channels}, ${speed}`;
}

function showReading(figure, { ceiling, low, middle, high }) {
  setFigure(figure, "ceiling", ceiling, rateText(ceiling, 4));
  setFigure(figure, "low", low, formatNumber(low, 2));
  setFigure(figure, "high", high, formatNumber(high, 2));
  setFigure(figure, "middle", middle, rateText(middle, 2));
  const gauge = figure.querySelector(".gauge");
  const [from, at, to] = [low, middle, high].map((rate) => Math.min(1, rate / ceiling));
  const percent = (share) => `${(100 * share).toFixed(2)}%`;
  const [likely, line] = gauge.children;
  likely.setAttribute("x", percent(from));
  likely.setAttribute("width", percent(to - from));
  line.setAttribute("x", percent(at));
  gauge.setAttribute("aria-label", `likely: ${Math.round(100 * from)}% to ${Math.round(100 * to)}% of the bound`);
}

function showNeeds(figure, { read, memory, fits }, device) {
  setFigure(figure, "read", read.total, dataText(read.total));
  const parts = Object.entries({ weights: read.alwaysRead, experts: read.experts, cache: read.cache });
  const words = parts.filter(([, size]) => size).map(([part, size]) => `${dataText(size)} ${part}`);
  setText(figure, "read", words.map((word) => word.replaceAll(" ", "\u00a0")).join(" + "));
  const verdict = fits ? "it fits" : "it does not fit";
  setFigure(figure, "memory", memory ?? 0, memory === null ? "not known" : dataText(memory));
  setText(figure, "fit", fits === null ? "" : ` of ${dataText(device.memory_bytes)}: ${verdict}`);
}

function sayLimits(figure, { limit, ceilingLimit }, data) {
  setText(figure, "limit", data.limits[limit]);
  setText(figure, "ceilingLimit", ceilingLimit === "bandwidth" ? "memory bandwidth" : "compute");
}

function showChart(figure, data, { device, model, workload }) {
  const points = data.chart.contexts.map((x) => {
    const made = estimate(device, model, { ...workload, context_tokens: x }, data.calibration);
    return { x, low: made.low, middle: made.middle, high: made.high };
  });
  const chart = { ...data.chart, points, at: Math.max(data.chart.ticks[0], workload.context_tokens) };
  for (const svg of figure.querySelectorAll(".plot-drawing")) drawChart(svg, chart);
  const rows = figure.querySelectorAll(".plot-data tbody tr");
  points.forEach(({ low, middle, high }, row) => {
    const cells = rows[row].cells;
    cells[1].textContent = formatValue(middle);
    cells[2].textContent = `${formatValue(low)} – ${formatValue(high)}`;
  });
}

/** Whether every control is as it was at first, and so are the words about how that was made. */
function isFirst(form) {
  return [...form.elements].every((control) => {
    if (control.localName === "select") return control.selectedOptions[0].defaultSelected;
    return control.localName !== "input" || control.value === control.defaultValue;
  });
}

function setFigure(figure, name, value, text) {
  for (const data of figure.querySelectorAll(`[data-figure="${name}"]`)) {
    data.value = value;
    data.textContent = text;
  }
}

function setText(figure, name, text) {
  const found = figure.querySelector(`[data-text="${name}"]`);
  if (found) found.textContent = text;
}

function rateText(tokensPerSecond, significant) {
  const number = formatNumber(tokensPerSecond, significant);
  return `${number} ${number === "1" ? "token/s" : "tokens/s"}`;
}

function dataText(bytes) {
  const rounded = Number(bytes.toPrecision(4));
  const [factor, prefix] = PREFIXES.find(([factor]) => factor <= rounded) ?? [1, ""];
  return `${formatNumber(bytes / factor, 4)} ${prefix}B`;
}

/** A number with so many digits, its whole part never shortened, as site_gen/estimator/numbers.py has it. */
function formatNumber(value, significant) {
  if (value >= 1e-4 && value < 9_999_999.5) {
    const whole = value >= 1 ? Math.floor(Math.log10(value)) + 1 : 0;
    return String(Number(value.toPrecision(Math.max(significant, whole))));
  }
  const [mantissa, exponent] = value.toExponential(significant - 1).split("e");
  const raised = [...String(Number(exponent))].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit] ?? "⁻").join("");
  return `${Number(mantissa)} × 10${raised}`;
}
