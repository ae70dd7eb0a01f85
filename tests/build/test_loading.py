"""What a build loads: nothing of the estimator for a site that computes nothing."""

import subprocess
import sys

from site_gen.setup import checkout_root

BUILD = """
import sys
from tests.sites import article, build_site, messages_of
built = build_site({{"content/articles/a.md": article({text!r})}})
assert messages_of(built) == "", messages_of(built)
print(*sorted(sys.modules))
"""
FIGURE = ":::{token-rate} a\nmodel: Llama-3.1-8B\nquantization: Q4_K_M\ndevice: RTX 4090\n:::\n"


def modules_after(text: str) -> set[str]:
    """What a process of its own has loaded once it has built an article with this text."""
    command = [sys.executable, "-c", BUILD.format(text=text)]
    done = subprocess.run(command, cwd=checkout_root(), capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_a_site_without_figures_loads_no_estimator() -> None:
    loaded = modules_after("Just words.")
    ours = {name for name in loaded if name.startswith("site_gen.")}
    assert {name for name in ours if name.startswith("site_gen.estimator.")} == {
        "site_gen.estimator.numbers"  # which writes numbers for the lock
    }
    assert not any(name.startswith(("site_gen.catalogue", "site_gen.evidence")) for name in ours)
    assert not {"pint", "numpy", "scipy"} & loaded


def test_a_site_without_pictures_loads_nothing_that_makes_them() -> None:
    assert not {"PIL", "PIL.Image", "site_gen.pictures.decoding"} & modules_after("Just words.")


def test_a_site_without_cards_loads_nothing_that_draws_them() -> None:
    assert not {"fontTools", "resvg_py", "site_gen.cards.drawing"} & modules_after("Just words.")


def test_names_of_the_catalogue_need_no_library_of_units() -> None:
    loaded = modules_after(FIGURE)
    assert "site_gen.estimator.estimate" in loaded
    assert not {"pint", "numpy", "scipy"} & loaded
