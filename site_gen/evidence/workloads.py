"""How a row's model was run → the workload: bits, context, batch, threads."""

from __future__ import annotations

import re
from dataclasses import dataclass

from site_gen.estimator.assumptions import find_kernel
from site_gen.estimator.catalogue import Catalogue, QuantizationEntry
from site_gen.estimator.inputs import Device, Workload
from site_gen.evidence.devices import find_threads
from site_gen.evidence.engines import find_engine, is_recent
from site_gen.evidence.general_knowledge import QUANTIZATION_BITS, UNKNOWN_BITS
from site_gen.evidence.measurements import Setting
from site_gen.evidence.models import GIB, PricedModel

_PREFIXES = re.compile(r"^(?:UD|SMOL|CUSTOM)[-\s]+", re.IGNORECASE)
_NAMED_BITS = re.compile(r"(\d+(?:\.\d+)?)\s*bpw|(\d+\.\d+)\s*-?bits?", re.IGNORECASE)
_WHOLE_BITS = re.compile(r"(?<![\d.])(\d)\s*-?bits?\b", re.IGNORECASE)
"""Of the numbers alone: their scales come on top, as those of "Q4" do."""
_QUANTIZATION_INSIDE = re.compile(
    r"[-_:. ]((?:UD-)?I?Q\d\w*|[BF]P?F?16|FP[48]|W\dA\d+|AWQ|GPTQ\S*|MXFP4|NVFP4|\d(?:\.\d+)?-?bit"
    r"|\d(?:\.\d+)?bpw)\b",
    re.IGNORECASE,
)
_FEWEST_BITS, _MOST_BITS = 0.5, 64.0
_CACHE_OF_8_BITS = re.compile(r"(?:KV|ctk|cache)[^;]*(?:q8|fp8|int8)", re.IGNORECASE)
_CACHE_OF_4_BITS = re.compile(r"(?:KV|ctk|cache)[^;]*q4", re.IGNORECASE)
_LOW_PRODUCTS = re.compile(r"FP8|FP4|W8A8|W4A4", re.IGNORECASE)
_LOW_PRODUCT_BANDWIDTH = 600e9
"""GPUs with less of it are taken not to multiply numbers of 8 bits: general knowledge."""

_LENGTHS = re.compile(r"(\d+)\s*/\s*(?:OSL)?\s*(\d+)")
_PROMPT = re.compile(r"(?:pp|ISL|prompt)\s*=?\s*(\d+)", re.IGNORECASE)
_GENERATED = re.compile(r"(?:tg|out|gen)\s*=?\s*(\d+)|(\d+)\s*tok", re.IGNORECASE)
_USUAL_GENERATED = 200
_USUAL_PROMPT = 512
_LONGEST_PROMPT = 8192.0
"""Tokens of a prompt that only the batch column says."""


@dataclass(frozen=True, slots=True)
class Mix:
    """Lengths of requests whose prompts count into the time of a rate."""

    prompt_tokens: int
    generated_tokens: int


@dataclass(frozen=True, slots=True)
class PricedWorkload:
    """A workload, and what goes with it."""

    workload: Workload
    """Its batch is 1 where the row asks for the largest that fits."""

    mix: Mix | None
    """None where prompts do not count."""

    is_largest_batch: bool
    """Whether the row asks for the largest batch that fits."""

    is_guessed: bool
    """Whether its bits are not known, so that a range must be wider."""


def price_workload(
    catalogue: Catalogue, setting: Setting, device: Device, priced: PricedModel
) -> PricedWorkload:
    """How a row's model was run on one device; sharing layers is for `splits`."""
    bits, is_guessed = _find_bits(catalogue, setting, priced)
    engine = find_engine(setting)
    product_bits = _find_product_bits(setting, device)
    mix = _find_mix(setting)
    is_decode = setting.kind == "decode"
    batch = setting.batch if is_decode else None
    workload = Workload(
        bits_per_parameter=bits,
        quantization=setting.quantization,
        kernel=find_kernel(setting.quantization, bits),
        engine=engine,
        is_recent=is_recent(setting),
        context_tokens=round(_find_context(setting, mix)),
        batch=max(1, round(batch or 1)),
        cache_bits_per_element=_find_cache_bits(setting, product_bits),
        prompt_tokens=_find_prompt(setting),
        threads=find_threads(setting),
        product_bits=product_bits,
    )
    is_largest = is_decode and batch is None and bool(setting.batch_text)
    return PricedWorkload(workload, mix, is_largest, is_guessed)


def _find_bits(catalogue: Catalogue, setting: Setting, priced: PricedModel) -> tuple[float, bool]:
    """Bits of a parameter: by their column, the file, the name; and whether that is a guess."""
    total = priced.model.total_parameters
    bits = setting.bits_per_parameter
    if bits is None and setting.file_gib and total:
        bits = setting.file_gib * GIB * 8 / total
    if bits is not None and _FEWEST_BITS <= bits <= _MOST_BITS:
        return bits, False
    name = setting.quantization or _find_quantization_inside(setting.model)
    if entry := _find_quantization(catalogue, name):
        return float(entry.bits_of(priced.model.name).value), False
    named = _NAMED_BITS.search(name)
    if named and 1 <= float(named.group(1) or named.group(2)) <= 32:
        return float(named.group(1) or named.group(2)), False
    name = _WHOLE_BITS.sub(r"q\1", name.lower())
    if whole := re.search(r"\bq([23568])\b", name):
        name = whole.group()
    for pattern, known in QUANTIZATION_BITS:
        if re.search(pattern, name):
            return known, False
    return UNKNOWN_BITS, True


def _find_quantization_inside(model: str) -> str:
    """A quantization in a model's name, e.g. of "llama3.1:8b-instruct-q4_K_M"; "" for none."""
    found = _QUANTIZATION_INSIDE.search(model)
    return found.group(1) if found else ""


def _find_quantization(catalogue: Catalogue, name: str) -> QuantizationEntry | None:
    """The entry of a name or of what it begins with, e.g. "UD-Q4_K_XL" or "Q4_K_M (imatrix)"."""
    text = _PREFIXES.sub("", name.strip())
    for candidate in (name, text, re.split(r"[\s(,]", text)[0]):
        found = catalogue.find_quantization(candidate) if candidate else None
        if isinstance(found, QuantizationEntry):
            return found
    return None


def _find_product_bits(setting: Setting, device: Device) -> int:
    """Bits of the numbers that are multiplied: fewer than 16 where engine and device can."""
    can = find_engine(setting) in ("compiled", "server")
    can = can and device.bandwidth_bytes_per_s > _LOW_PRODUCT_BANDWIDTH
    if not can or not _LOW_PRODUCTS.search(setting.quantization):
        return 16
    return 4 if re.search("FP4|W4A4", setting.quantization, re.IGNORECASE) else 8


def _find_cache_bits(setting: Setting, product_bits: int) -> float:
    text = f"{setting.notes} {setting.engine}"
    if _CACHE_OF_8_BITS.search(text):
        return 8.5
    if _CACHE_OF_4_BITS.search(text):
        return 4.5
    is_tensorrt = "tensorrt" in setting.engine.lower()
    return 8.0 if product_bits < 16 and is_tensorrt else 16.0


def _find_mix(setting: Setting) -> Mix | None:
    """Lengths of prompt and output, e.g. of "ISL/OSL 1000/2000 max load"."""
    if setting.kind != "decode" or not re.search(r"ISL\s*\d*\s*/\s*OSL", setting.test):
        return None
    found = _LENGTHS.search(setting.test.replace("ISL/OSL", "").replace("ISL", ""))
    if not found:
        return None
    prompt, generated = (int(each) for each in found.groups())
    return Mix(prompt, generated) if prompt and generated else None


def _find_context(setting: Setting, mix: Mix | None) -> float:
    """Tokens in the cache, on average over the measurement."""
    if setting.kind == "prefill":
        return setting.context_tokens
    if mix:
        return mix.prompt_tokens + mix.generated_tokens / 2
    found = _GENERATED.search(setting.test)
    generated = int(found.group(1) or found.group(2)) if found else _USUAL_GENERATED
    return setting.context_tokens + generated / 2


def _find_prompt(setting: Setting) -> int:
    """Tokens of a prompt: by the test's name, else by the batch column."""
    if setting.kind != "prefill":
        return _USUAL_PROMPT
    found = _PROMPT.search(setting.test)
    tokens = (
        float(found.group(1)) if found else min(setting.batch or _USUAL_PROMPT, _LONGEST_PROMPT)
    )
    return max(1, round(tokens))
