"""`estimate fit` where its libraries are missing; `tests/evidence/test_fit.py` has the rest."""

import sys

import pytest

from site_gen.cli import main


@pytest.mark.parametrize("library", ["numpy", "scipy"])
def test_what_the_fit_needs_is_named_with_how_to_get_it(
    library: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith("site_gen.evidence.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "site_gen.commands.fitting", raising=False)
    for name in [name for name in sys.modules if name.partition(".")[0] == library]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(SystemExit) as ended:
        main(["estimate", "fit", "--dry-run"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        f"site-gen: the fit needs `{library}`, which is not installed\n"
        'hint: install it with `pip install "site-gen[fit]"`\n'
    )
