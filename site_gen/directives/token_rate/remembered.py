"""The estimator's functions as directives call them: what was asked before is not computed again.

While a post is written it is parsed at every save, and nearly all that it computes stays the same.
"""

from functools import lru_cache

from site_gen.directives.token_rate import names
from site_gen.estimator import estimate as estimates
from site_gen.estimator import infer as inferences
from site_gen.estimator import sensitivity, show, show_range

_MOST = 1024
"""A table or a sweep takes some ten estimates."""

estimate = lru_cache(_MOST)(estimates.estimate)
infer = lru_cache(_MOST)(inferences.infer)
find_sensitivity = lru_cache(_MOST)(sensitivity.find_sensitivity)
estimate_figures = lru_cache(_MOST)(show.estimate_figures)
inference_figures = lru_cache(_MOST)(show_range.inference_figures)
range_figures = lru_cache(_MOST)(show_range.range_figures)
rate_figures = lru_cache(_MOST)(names.rate_figures)
