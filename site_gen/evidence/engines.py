"""What ran a model, and whether that was of 2025 or later."""

from __future__ import annotations

import re

from site_gen.estimator.inputs import Engine
from site_gen.evidence.measurements import Setting

_ENGINES: tuple[tuple[re.Pattern[str], Engine], ...] = (
    (re.compile(r"ik_llama|ktransformers"), "ik_llama.cpp"),
    (re.compile(r"llama\.?cpp|llama-bench|ollama|lm ?studio|kobold|llamafile|ggml"), "llama.cpp"),
    (re.compile(r"gpt-fast|torch\.compile|tensorrt|trt|exllama|mlc|mlx|lmdeploy"), "compiled"),
    (re.compile(r"vllm|sglang|tgi|text-generation|profile|dynamo|nim\b"), "server"),
    (re.compile(r"transformers|hugging|pytorch|\bhf\b"), "eager"),
)

_NEW_DEVICES = re.compile(
    r"RTX\s*50\d0|\b50[5-9]0\b|Blackwell|RTX PRO|GB10|GB[23]00|B[23]00|Spark|Thor\b|M[45]\b"
    r"|M3 Ultra|AI Max|Strix|RX\s*90\d0|R9700|MI3[2-9]|Arc.*B[567]\d0",
    re.IGNORECASE,
)
"""First sold in late 2024 or later."""
_NEW_MODELS = re.compile(
    r"Qwen-?3|QwQ|gpt-oss|Gemma-?[34]|Llama-?4|DeepSeek-?(V3|R1)|Kimi|GLM-?4\.[5-9]|GLM-?5"
    r"|Mistral-Small-3|Magistral|Devstral|Ministral|Granite-?[34]|MiniMax|Seed-OSS|Nemotron"
    r"|SmolLM3|ERNIE|Hunyuan|LFM2|Phi-?4|OLMo-?2|Llama-?3\.3",
    re.IGNORECASE,
)
"""First published in late 2024 or later."""
_OLD_MODELS = re.compile(
    r"Llama-?[12]?-?\d+B|Llama-?[123]-\d|CodeLlama|Vicuna|Alpaca|Miqu|Mistral-?7B|Mixtral|Falcon|Yi-"
    r"|StarCoder|TinyLlama|Qwen-?(1\.5|2)?-\d|Phi-?[123]|OLMoE|DeepSeek-V2|Gemma-(2|\d+b)",
    re.IGNORECASE,
)
"""First published before that: what runs them may be of any age."""

_NUMBER = re.compile(r"llama\.cpp.*?#(\d+)(?:/#(\d+))?", re.IGNORECASE)
_FIRST_NUMBER_OF_2025 = 11_000
"""Issues, pull requests and discussions of llama.cpp share one count, which tells their time."""
_BUILD = re.compile(r"\bb(\d{4,5})\b")
_FIRST_BUILD_OF_2025 = 4_400
_YEAR = re.compile(r"\b(20[12]\d)\b")


def find_engine(setting: Setting) -> Engine:
    """The engine that a row names; llama.cpp where it names none that is known."""
    text = setting.engine.lower()
    return next((engine for pattern, engine in _ENGINES if pattern.search(text)), "llama.cpp")


def is_recent(setting: Setting) -> bool:
    """Whether the engine is of 2025 or later.

    It must be where it ran what did not exist before; else the source's own date tells, and where
    it has none, only a model that has been there for long may have been run by something older.
    Engines that compile or serve have had fast kernels all along.
    """
    if find_engine(setting) not in ("llama.cpp", "ik_llama.cpp"):
        return False
    if _NEW_DEVICES.search(setting.hardware) or _NEW_MODELS.search(setting.model):
        return True
    dated = _find_date(setting)
    return not _OLD_MODELS.search(setting.model) if dated is None else dated


def _find_date(setting: Setting) -> bool | None:
    """Whether a row's source is of 2025 or later; None where it does not say."""
    text = f"{setting.source} {setting.engine} {setting.notes}"
    if found := _NUMBER.search(setting.source):
        return int(found.group(1)) >= _FIRST_NUMBER_OF_2025
    if found := _BUILD.search(text):
        return int(found.group(1)) >= _FIRST_BUILD_OF_2025
    years = [int(each) for each in _YEAR.findall(setting.source)]
    return max(years) >= 2025 if years else None
