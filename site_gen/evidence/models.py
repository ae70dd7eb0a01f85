"""What a row ran → the model, from the catalogue or from the row's own columns."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from site_gen.estimator.catalogue import Catalogue, ModelEntry
from site_gen.estimator.inputs import Model
from site_gen.evidence.engines import find_engine
from site_gen.evidence.general_knowledge import MODEL_BILLIONS
from site_gen.evidence.measurements import Setting
from site_gen.evidence.names import find_model_entry

GIB = 2**30

_SIZE = re.compile(r"(?<![\dx.×])(\d+(?:\.\d+)?)\s*B\b", re.IGNORECASE)
_MIXTURE_SIZE = re.compile(r"(\d+)\s*[x×]\s*(\d+(?:\.\d+)?)\s*B\b", re.IGNORECASE)
_ACTIVE_SIZE = re.compile(r"-A(\d+(?:\.\d+)?)B", re.IGNORECASE)

_MIXTURE_SHARE = 0.8
"""A model that reads a smaller share of its parameters for a token is a mixture of experts."""
_ROUTED_SHARE = 0.6
"""Share of what a token of such a model reads that is in routed experts, where it is not known."""
_EXPERTS = 128
_EXPERTS_PER_TOKEN = 8
_ATTENTION_WIDTH = 4096
_VOCABULARY = 100e3
_WIDTH_OF_8B = 4096.0
_WIDTH_EXPONENT = 0.36
"""Width by size: a power law through the models of the catalogue."""
_TIED_BILLIONS = 4.5
"""Smaller models read their input embedding again as their output."""
_MIXTURE_8X7B_SHARE = 0.83
"""Attention is not there eight times: general knowledge of Mixtral."""
_ACTIVE_TOLERANCE = 0.15
"""How far a row's active parameters may be from those of the model it names, as a logarithm."""
_NAME_TOLERANCE = 0.3
"""The same for the size in a name, which is rounded."""
_LATENT_LESS_CACHE = 61 * 128 * (192 + 128)
"""Elements per token of DeepSeek-V3 in an engine that keeps keys and values of every head."""


@dataclass(frozen=True, slots=True)
class PricedModel:
    """A model, and whether it is one that the catalogue knows."""

    model: Model
    entry: ModelEntry | None


def price_model(catalogue: Catalogue, setting: Setting) -> PricedModel | str:
    """The model that a row names; the reason where its parameters cannot be known."""
    total = _find_total(setting)
    has_size = bool(setting.file_gib and setting.bits_per_parameter)
    is_stated = has_size or setting.total_billions is not None
    entry = find_model_entry(catalogue, setting.model, total, is_stated)
    if entry and _has_active(entry.model, setting):
        return PricedModel(_as_cached(entry.model, setting), entry)
    active = _find_active(setting)
    if total is None and active is None:
        return "parameters of the model are not known"
    total, active = total or active or 0.0, min(active or total or 0.0, total or active or 0.0)
    name = setting.model or "a model"
    is_mixture = active < _MIXTURE_SHARE * total
    return PricedModel((_mixture if is_mixture else _dense)(name, total, active), None)


def _has_active(model: Model, setting: Setting) -> bool:
    """Whether a token reads about as much of a model as the row says."""
    if not setting.active_billions:
        return True
    ratio = setting.active_billions * 1e9 / model.active_parameters
    return abs(math.log(ratio)) < _ACTIVE_TOLERANCE


def _find_total(setting: Setting) -> float | None:
    """All parameters: by their column, else by the size of the file, else by the name."""
    if setting.total_billions:
        return setting.total_billions * 1e9
    if setting.file_gib and setting.bits_per_parameter:
        return setting.file_gib * GIB * 8 / setting.bits_per_parameter
    known, named = _find_known(setting), _find_named_total(setting)
    return known[0] if known else named


def _find_named_total(setting: Setting) -> float | None:
    if found := _MIXTURE_SIZE.search(setting.model):
        return _positive(float(found.group(1)) * float(found.group(2)) * _MIXTURE_8X7B_SHARE)
    found = _SIZE.search(setting.model)
    return _positive(float(found.group(1))) if found else None


def _find_active(setting: Setting) -> float | None:
    if setting.active_billions:
        return setting.active_billions * 1e9
    if found := _ACTIVE_SIZE.search(setting.model):
        return _positive(float(found.group(1)))
    known = _find_known(setting)
    total = _find_total(setting)
    return known[1] if known and total and _is_near(known[0], total) else None


def _find_known(setting: Setting) -> tuple[float, float] | None:
    """Parameters of a well-known model in all and for a token, unless its name has other sizes.

    The size in a name is that of the whole or, as in "Llama-4-Scout-17B", what a token reads.
    """
    name = re.sub(r"[\s_:]+", "-", setting.model.lower())
    found = next((each for each in MODEL_BILLIONS if re.search(each[0], name)), None)
    if found is None:
        return None
    total, active = found[1] * 1e9, found[2] * 1e9
    named = _find_named_total(setting)
    fits = named is None or _is_near(named, total) or named == active
    return (total, active) if fits else None


def _is_near(size: float, other: float) -> bool:
    return abs(math.log(size / other)) < _NAME_TOLERANCE


def _positive(billions: float) -> float | None:
    return billions * 1e9 or None


def _as_cached(model: Model, setting: Setting) -> Model:
    """The model with the cache that the engine keeps, which is not always the smallest."""
    without_latent = "no MLA" in setting.engine or find_engine(setting) == "llama.cpp"
    if model.name == "DeepSeek-V3" and without_latent:
        return replace(model, cache_elements_per_token=float(_LATENT_LESS_CACHE))
    return model


def _mixture(name: str, total: float, active: float) -> Model:
    routed_active = _ROUTED_SHARE * active
    return Model(
        name=name,
        active_parameters=active,
        total_parameters=total,
        routed_parameters=total - (active - routed_active),
        routed_active_parameters=routed_active,
        experts=_EXPERTS,
        experts_per_token=_EXPERTS_PER_TOKEN,
        attention_width=_ATTENTION_WIDTH,
    )


def _dense(name: str, total: float, active: float) -> Model:
    width = _WIDTH_OF_8B * (total / 8e9) ** _WIDTH_EXPONENT
    read = total if total < _TIED_BILLIONS * 1e9 else total - _VOCABULARY * width
    return Model(
        name=name,
        active_parameters=min(read, active),
        total_parameters=total,
        attention_width=max(1, round(width)),
    )
