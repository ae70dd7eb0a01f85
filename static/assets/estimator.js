// The estimator in the browser: for one device what site_gen/estimator/estimate.py computes, in the
// same order. Records and their fields are those of site_gen/estimator/inputs.py and calibration.py,
// with null for None. tests/test_estimator_js.py holds both to the same numbers.

const BITS_PER_BYTE = 8;
const GPU_SHARPNESS = 3;
const CPU_SHARPNESS = 5;
const COMPUTE_PER_BATCH = 1.5;
const HIGHEST_BANDWIDTH_SHARE = 0.98;
const HIGHEST_CACHE_SHARE = 0.9;
const QUANTIZED_BITS = 12;
const WIDTH_AT_CEILING = 0.15;
const A100_FLOP_PER_S = 312e12;
const ALWAYS_READ_BITS = 5;
const MXFP4_EXPERT_BITS = 4.25;
const MOST_ALWAYS_READ_BITS = 16.2;

/** The ceiling, the likely range, what is read, and what binds. */
export function estimate(device, given, asked, calibration) {
  const model = completeModel(given);
  const workload = completeWorkload(asked, model, device);
  const isUnknown = given.layers === null || given.cache_elements_per_token === null;
  const step = timeStep(device, model, workload, calibration);
  const [ceiling, ceilingLimit] = findCeiling(device, model, workload);
  const middle = Math.min(ceiling, workload.batch / (step.weights + step.cache + step.layers));
  const width = findWidth(middle / ceiling, device, workload, isUnknown, calibration);
  const memory = findMemory(model, workload);
  return {
    ceiling,
    ceilingLimit,
    low: middle * Math.exp(-width),
    middle,
    high: Math.min(ceiling, middle * Math.exp(width)),
    read: findRead(model, workload, calibration),
    limit: findLimit(device, step),
    memory,
    fits: memory === null || device.memory_bytes === null ? null : memory <= device.memory_bytes,
  };
}

function completeModel(model) {
  const layers = model.layers ?? guessLayers(model);
  const each = model.routed_parameters ? 1024 : 2048;
  return { ...model, layers, cache_elements_per_token: model.cache_elements_per_token ?? layers * each };
}

function guessLayers(model) {
  const billions = (model.total_parameters ?? model.active_parameters) / 1e9;
  const [factor, exponent] = model.routed_parameters ? [17.3, 0.204] : [18.8, 0.326];
  return Math.max(8, Math.round(factor * billions ** exponent));
}

function completeWorkload(workload, model, device) {
  const usual = device.device_class === "cpu-desktop" ? 16 : 32;
  return {
    ...workload,
    always_read_bits: workload.always_read_bits ?? guessAlwaysReadBits(workload, model),
    threads: workload.threads ?? device.threads ?? usual,
  };
}

/** Bits of what every token reads, where a file keeps that at more than its experts. */
function guessAlwaysReadBits({ bits_per_parameter: bits, quantization }, model) {
  const { total_parameters: total, routed_parameters: routed } = model;
  if (!routed || total === null || routed >= total) return null;
  if (quantization.toUpperCase().includes("MXFP4")) {
    const left = (bits * total - MXFP4_EXPERT_BITS * routed) / (total - routed);
    return Math.max(bits, Math.min(MOST_ALWAYS_READ_BITS, left));
  }
  return bits < ALWAYS_READ_BITS ? (bits + ALWAYS_READ_BITS) / 2 : null;
}

/** Bits per parameter of what every token reads, and of routed experts. */
function splitBits(model, { bits_per_parameter: bits, always_read_bits: alwaysRead }) {
  const { total_parameters: total, routed_parameters: routed } = model;
  if (alwaysRead === null || total === null || !routed) return [bits, bits];
  return [alwaysRead, Math.max(1, (bits * total - alwaysRead * (total - routed)) / routed)];
}

/** The lower of the two bounds, and which it is. */
function findCeiling(device, model, { batch, bits_per_parameter: bits }) {
  const bandwidthBound = (batch * device.bandwidth_bytes_per_s) / ((model.active_parameters * bits) / BITS_PER_BYTE);
  const computeBound = (device.compute_parameters_per_s ?? Infinity) / model.active_parameters;
  return [Math.min(bandwidthBound, computeBound), computeBound < bandwidthBound ? "compute" : "bandwidth"];
}

/** Bytes read for a token of the batch, by part. */
function findRead(model, workload, calibration) {
  const [alwaysReadBits, routedBits] = splitBits(model, workload);
  const routed = model.routed_active_parameters;
  const sharing = expertSharing(model, workload.batch, calibration.expert_exponent);
  const alwaysRead = ((model.active_parameters - routed) * alwaysReadBits) / BITS_PER_BYTE / workload.batch;
  const experts = (((routed * routedBits) / BITS_PER_BYTE) * sharing) / workload.batch;
  const cache = cacheBytes(model, workload);
  return { alwaysRead, experts, cache, total: alwaysRead + experts + cache };
}

function weightBytes(model, workload, calibration) {
  const { alwaysRead, experts } = findRead(model, workload, calibration);
  return workload.batch * (alwaysRead + experts);
}

function cacheBytes(model, { context_tokens: context, cache_bits_per_element: bits }) {
  const windowed = model.windowed_cache_elements_per_token * Math.min(context, model.window_tokens ?? context);
  return ((model.cache_elements_per_token * context + windowed) * bits) / BITS_PER_BYTE;
}

/** How many times as many routed experts a batch reads as one token does. */
function expertSharing({ experts, experts_per_token: each }, batch, exponent) {
  if (!each) return 1;
  const ratio = each / experts;
  return Math.max(1, Math.min((1 - (1 - ratio) ** batch) / ratio, batch ** exponent));
}

function usableBandwidth({ bandwidth_bytes_per_s: modules, fabric_bytes_per_s: fabric, ...device }) {
  return Math.min(modules, device.measured_bandwidth_bytes_per_s ?? fabric ?? modules);
}

/** Seconds of a step by what they go into; `compute` is a part of `weights`. */
function timeStep(device, model, workload, calibration) {
  const time = isProcessor(device) ? timeOnProcessor : timeOnGpu;
  const shared = {
    engine: calibration.engines[workload.engine],
    class_: classOf(device, calibration),
    weightBytes: weightBytes(model, workload, calibration),
    cacheBytes: workload.batch * cacheBytes(model, workload),
  };
  return time(device, model, workload, calibration, shared);
}

function isProcessor(device) {
  return device.device_class.startsWith("cpu");
}

function classOf(device, calibration) {
  return calibration.classes[device.device_class] ?? calibration.classes[""];
}

function timeOnGpu(device, model, workload, calibration, { engine, class_, weightBytes, cacheBytes }) {
  const usable = usableBandwidth(device);
  const reached = Math.min(HIGHEST_BANDWIDTH_SHARE, class_.bandwidth_share) * usable;
  const peak = device.peak_flop_per_s || class_.peak_flop_per_byte * usable;
  const flop = calibration.batch_compute_share * engine.compute_factor * peak * (16 / workload.product_bits);
  const compute = (2 * model.active_parameters * workload.batch) / flop;
  const weights = weightBytes + unpackingBytes(model, workload, calibration);
  const reading = weights / takenIn(device, reached, peak, engine, calibration);
  return {
    weights: join(reading, compute, GPU_SHARPNESS),
    reading,
    compute,
    cache: cacheBytes / (gpuCacheShare(class_, engine, workload, calibration) * reached),
    layers: model.layers * gpuLayer(class_, engine, model, workload, calibration),
  };
}

function timeOnProcessor(device, model, workload, calibration, { engine, class_, weightBytes, cacheBytes }) {
  const isServer = device.device_class === "cpu-server";
  let reached = Math.min(HIGHEST_BANDWIDTH_SHARE, class_.bandwidth_share) * usableBandwidth(device);
  if (device.measured_bandwidth_bytes_per_s == null) reached *= calibration.unmeasured_share;
  if (device.sockets > 1) reached *= calibration.socket_share;
  if (isServer) reached = saturate(reached, calibration.server_limit_bytes_per_s);
  let perThread = calibration.thread_parameters_per_s * engine.thread_factor;
  perThread *= calibration.kernel_threads[workload.kernel] * (isServer ? calibration.server_thread_factor : 1);
  const parameters = model.active_parameters * Math.max(1, workload.batch / COMPUTE_PER_BATCH);
  const compute = parameters / (workload.threads * perThread);
  const cacheShare = Math.min(HIGHEST_CACHE_SHARE, class_.cache_share * engine.cpu_cache_factor);
  const reading = weightBytes / reached;
  return {
    weights: join(reading, compute, CPU_SHARPNESS),
    reading,
    compute,
    cache: cacheBytes / (cacheShare * reached),
    layers: model.layers * class_.layer_s * engine.layer_factor,
  };
}

/** What unpacking costs on a GPU, as bytes that would be read as well; nothing at 16 bits. */
function unpackingBytes(model, workload, calibration) {
  const unquantized = Math.max(0, workload.bits_per_parameter - QUANTIZED_BITS);
  const bits = calibration.unpacking_bits * Math.max(0, 1 - unquantized / (16 - QUANTIZED_BITS));
  const routed = model.routed_active_parameters;
  const sharing = expertSharing(model, workload.batch, calibration.expert_exponent);
  return ((model.active_parameters - routed + routed * sharing) * bits) / BITS_PER_BYTE;
}

function takenIn(device, reached, peak, engine, calibration) {
  if (!["nvidia-dc", "amd-dc"].includes(device.device_class)) return reached;
  const limit = calibration.kernel_limit_bytes_per_s * engine.kernel_factor;
  return saturate(reached, limit * (peak / A100_FLOP_PER_S) ** calibration.kernel_limit_exponent);
}

function gpuCacheShare(class_, engine, workload, calibration) {
  const recent = workload.is_recent ? calibration.recent_cache_factor : 1;
  const share = engine.cache_share ?? class_.cache_share * recent;
  return Math.min(HIGHEST_CACHE_SHARE, share * workload.batch ** calibration.cache_batch_exponent);
}

function gpuLayer(class_, engine, model, workload, calibration) {
  let cost = class_.layer_s * engine.layer_factor;
  if (model.experts) cost *= calibration.expert_layer_factor;
  if (workload.is_recent) cost *= calibration.recent_layer_factor;
  if (!workload.engine.endsWith("llama.cpp")) return cost;
  return cost * Math.min(workload.batch, calibration.batch_layer_factor);
}

/** A bandwidth that something else limits softly. */
function saturate(bandwidth, limit) {
  return bandwidth / Math.hypot(1, bandwidth / limit);
}

/** The time of two things that go on at once and hinder each other a little. */
function join(one, other, sharpness) {
  const [longer, shorter] = [Math.max(one, other), Math.min(one, other)];
  return longer ? longer * (1 + (shorter / longer) ** sharpness) ** (1 / sharpness) : 0;
}

/** Half the width of the 80 % range as a logarithm. */
function findWidth(shareOfCeiling, device, workload, isUnknown, calibration) {
  const alone = classOf(device, calibration).decode_width * (WIDTH_AT_CEILING + 1 - shareOfCeiling);
  const width = workload.batch === 1 ? alone : calibration.batched_width;
  return width * (isUnknown ? calibration.unknown_width_factor : 1);
}

/** The largest part of a step. */
function findLimit(device, { weights, reading, compute, cache, layers }) {
  const memory = usableBandwidth(device) < device.bandwidth_bytes_per_s ? "fabric" : "bandwidth";
  const parts = compute > reading
    ? { compute: weights, layers, [memory]: cache }
    : { [memory]: weights + cache, layers };
  return Object.keys(parts).reduce((one, other) => (parts[other] > parts[one] ? other : one));
}

function findMemory(model, workload) {
  if (model.total_parameters === null) return null;
  const weights = (model.total_parameters * workload.bits_per_parameter) / BITS_PER_BYTE;
  return weights + workload.batch * cacheBytes(model, workload);
}
