"""Names as people write them: which entry of the catalogue is meant by one."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from site_gen.estimator.catalogue import (
    Catalogue,
    DeviceEntry,
    ModelEntry,
    UnknownName,
    fold_name,
    names_of,
)

_HYPHENS = re.compile(r"[\u2010-\u2015]")
_JOINED = re.compile(r"\b(\d+)\s*(ti|super|xtx|xt)\b")
_SIZES = re.compile(r"\b\d+\s*-?\s*(?:gb|gib|cores?|c|ch)\b")
_BRACKETS = re.compile(r"\((?!gb10|per).*?\)")
_COUNTS = re.compile(r"(?:\*|\bx)\s*\d+\b|\b\d+\s*x\b|\btp\d+\b|\bdual\b")
_WORD = re.compile(r"[a-z0-9+]+")
_MEMORY = re.compile(r"ddr\d")
_NOISE = frozenset(
    (
        *("rtx", "gtx", "nvidia", "geforce", "tesla", "quadro", "dgx"),
        *("amd", "radeon", "rx", "ryzen", "epyc", "apple", "intel", "core"),
        *("gpu", "cpu", "socket", "with", "the", "full", "per", "generation", "edition"),
        *("hbm3", "hbm3e", "hbm2e"),
    )
)
"""Words that say nothing about which device it is."""
_MARKS = frozenset(
    (
        *("ti", "super", "xt", "xtx", "gre", "ada", "pro", "max", "ultra", "d"),
        *("blackwell", "laptop", "mobile", "nvl"),
    )
)
"""Words that make another device of one with the same number."""
_VARIANTS = frozenset(("pcie", "sxm", "sxm2", "sxm4", "sxm5"))

_MODEL_PATTERNS = (
    (re.compile(r"llama-?3(\.[123])?-?8b"), "Llama-3.1-8B"),
    (re.compile(r"llama-?3(\.[123])?-?70b"), "Llama-3.1-70B"),
    (re.compile(r"(llama|codellama|llama-?2|vicuna)-?7b"), "Llama-2-7B"),
    (re.compile(r"(llama|codellama|llama-?2|vicuna)-?13b"), "Llama-2-13B"),
    (re.compile(r"(llama-?2|miqu)-?70b"), "Llama-2-70B"),
    (re.compile(r"mistral-?7b"), "Mistral-7B-v0.1"),
    (re.compile(r"deepseek-?(v3|r1)(?!.*(distill|lite))"), "DeepSeek-V3"),
    (re.compile(r"kimi-?k2"), "Kimi-K2"),
)
"""Models of one architecture under several names."""
_TRAINING = re.compile(r"-(instruct|it|chat|coder|base|thinking|gguf|\d{4}|hf)\b")
_SMALLER = frozenset(["mini", "nano", "small", "lite", "tiny"])
_TOLERANCE = 0.06
"""How far a row's parameters may be from those of the model that it names, as a logarithm."""
_NAME_TOLERANCE = 0.12
"""The same for the size in a name: "Qwen2.5-7B" has 7.6 billion."""
_MEMORY_SIZE = re.compile(r"\b(\d+)\s*-?\s*gb\b", re.IGNORECASE)
_JOINTS = re.compile(r"\s+(?:\+|&|and|with)\s+", re.IGNORECASE)


def split_parts(hardware: str) -> list[str]:
    """The devices that a name joins, e.g. "Ryzen 9 7950X" and "RTX 4080"."""
    return [part.strip() for part in _JOINTS.split(hardware) if part.strip()]


def find_device_entry(catalogue: Catalogue, name: str, sockets: int = 1) -> DeviceEntry | None:
    """The entry of the device that is meant; None where there is none.

    All words of the entry must be in the name, and no word more that makes another device of it;
    of several the one with as many sockets counts, then the one with as much memory, then the one
    with the most words in common.
    """
    found = catalogue.find_device(name)
    if not isinstance(found, UnknownName):
        return found
    words = device_words(name)
    sizes = set(_MEMORY_SIZE.findall(name))
    best: tuple[tuple[bool, bool, int, bool], DeviceEntry] | None = None
    for entry in catalogue.devices.by_name.values():
        known = device_words(entry.name)
        core = known - _VARIANTS
        if not core or not core <= words or (words ^ core) & _MARKS:
            continue
        has_sockets = (entry.value_of("sockets") or 1) == sockets
        has_memory = bool(sizes & set(_MEMORY_SIZE.findall(entry.name)))
        score = (has_sockets, has_memory, len(known & words), "pcie" not in known)
        if best is None or score > best[0]:
            best = (score, entry)
    return best[1] if best else None


@lru_cache(4096)
def device_words(name: str) -> frozenset[str]:
    """The words of a device's name that tell it from others, e.g. {"3090", "ti"}."""
    text = _HYPHENS.sub("-", name.lower())
    text = _JOINED.sub(r"\1 \2", text)
    for pattern in (_SIZES, _BRACKETS, _COUNTS):
        text = pattern.sub(" ", text)
    words = frozenset(_WORD.findall(text)) | _VARIANTS & frozenset(_WORD.findall(name.lower()))
    return frozenset(word for word in words - _NOISE if not _MEMORY.fullmatch(word))


def find_model_entry(
    catalogue: Catalogue, name: str, total_parameters: float | None, is_stated: bool = True
) -> ModelEntry | None:
    """The entry of the model that is meant; None where none is, or where it has another size.

    A size that is not stated is the one in the name, which is rounded.
    """
    entry = _find_by_name(catalogue, name)
    if entry is None or total_parameters is None:
        return entry
    known = entry.value_of("total_parameters")
    tolerance = _TOLERANCE if is_stated else _NAME_TOLERANCE
    if known and abs(math.log(total_parameters / known)) > tolerance:
        return None
    return entry


def _find_by_name(catalogue: Catalogue, name: str) -> ModelEntry | None:
    found = catalogue.find_model(name)
    if not isinstance(found, UnknownName):
        return found
    text = re.sub(r"[\s_:]+", "-", name.lower().rpartition("/")[2])
    if "distill" in text:
        text = re.sub(r"deepseek|r1", "", text).replace("distill-llama", "llama-3")
        text = text.replace("distill-qwen", "qwen2.5")
    for pattern, meant in _MODEL_PATTERNS:
        if pattern.search(text):
            known = catalogue.find_model(meant)
            return None if isinstance(known, UnknownName) else known
    return _find_inside(catalogue, text) or _find_inside(catalogue, _TRAINING.sub("", text))


def _find_inside(catalogue: Catalogue, text: str) -> ModelEntry | None:
    """The entry with the longest name that is a part of a text."""
    folded = fold_name(text)
    smaller = _SMALLER & set(_WORD.findall(text))
    best: tuple[int, ModelEntry] | None = None
    for entry in catalogue.models.by_name.values():
        for known in names_of(entry):
            short = fold_name(_TRAINING.sub("", known.lower().rpartition("/")[2]))
            is_part = short in folded and smaller == _SMALLER & set(_WORD.findall(known.lower()))
            if is_part and (best is None or len(short) > best[0]):
                best = (len(short), entry)
    return best[1] if best else None
