"""The equations of the estimator, one pure function each, with its symbols, units and source.

- `bound`: the article's upper bound on the token rate
- `bandwidth`: what a memory, its fabric and several devices together can deliver
- `traffic`: the bytes that a step reads: weights, experts, cache
- `decode`: the time of a step, part by part
- `prefill`: the time of a prompt
- `inverse`: what an observed rate says of the device

`VERSION` goes up whenever one of them gives another number, so that the lock can say why a figure
has changed.
"""

VERSION = "2"
"""Version of the equations: "1" had the bound alone."""
