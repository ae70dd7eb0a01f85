"""How many tokens a second a device can make with a model, from quantities to figures.

Nothing of the site is imported here, and importing this package loads nothing: take what is needed
from the module that has it.

- `quantity`: text with a unit → a number in a known unit, or a `QuantityError`
- `units`: the units and their dimensions
- `readers`: one reader for each kind of quantity that an author writes
- `memory`: the names of memory, such as `12 x DDR5-6000`
- `catalogue`: devices, models and quantizations by name, each value with its source
- `equations`: one pure function for each equation, with its source
- `estimate`: device, model and workload → `Estimate`; with an observation → `Comparison`
- `numbers`: numbers as people and TeX write them
- `figure`: the `Figure`, and the parts of its texts
- `claims`: what an author claims of figures, and whether it is so; `expressions` has its grammar,
  `literals` the quantities in it
- `show`: an estimate and a comparison → the figures that a page can show, in order
"""
