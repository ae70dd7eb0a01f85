"""How many tokens a second a device can make with a model, from quantities to figures.

Nothing of the site is imported here, and importing this package loads nothing: take what is needed
from the module that has it.

What is given:

- `quantity`: text with a unit → a number in a known unit, or a `QuantityError`; `units` has them
- `readers`: one reader for each kind of quantity that an author writes; `memory` for its names
- `catalogue`: devices, models and quantizations by name, each value with its source
- `inputs`: device, model and workload, whoever filled them

What follows:

- `equations`: one pure function for each equation, with its source
- `calibration`: the fitted parameters
- `assumptions`: what stands in for what is not known
- `step`: the time of a step of decoding, from `share`, `reading`, `step_on_gpu` and
  `step_on_processor`
- `estimate`: all that is said of decoding; `prefill` of prompts
- `sensitivity`: what an estimate depends on; `infer`: what an observation implies

What is shown:

- `numbers`: numbers as people and TeX write them
- `figure`: the `Figure`, and the parts of its texts
- `show_inputs`, `show`, `show_range`: an estimate and what was observed → figures, in reading order
- `claims`: what an author claims of figures, and whether it is so; `expressions` has its grammar,
  `literals` the quantities in it
"""
