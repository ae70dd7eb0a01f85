"""Every mistake that content can hold: each says exactly what is wrong, alone and among others.

Each folder of tests/golden/mistakes is a site with one mistake, and `expected.txt` is all that its
build prints. REGENERATE=1 writes those files anew, for reading before they are committed.
"""

from pathlib import Path

import pytest

from site_gen.build.result import Build
from tests.files import read_tree, regenerating
from tests.sites import CONFIG, build_site, messages_of

MISTAKES = Path(__file__).parent.parent / "golden" / "mistakes"
NAMES = sorted(folder.name for folder in MISTAKES.iterdir())


def sources_of(name: str) -> dict[str, bytes]:
    files = read_tree(MISTAKES / name)
    files.pop("expected.txt", None)
    return files


def spaced(built: Build) -> set[str]:
    return set(messages_of(built).split("\n\n"))


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_is_told_with_its_place_and_what_to_do(name: str) -> None:
    expected = MISTAKES / name / "expected.txt"
    printed = messages_of(build_site(sources_of(name))) + "\n"
    if regenerating():
        expected.write_text(printed, encoding="utf-8", newline="\n")
    assert printed == expected.read_text(encoding="utf-8")


def test_one_build_tells_of_all_mistakes() -> None:
    everything: dict[str, str | bytes] = {"pyproject.toml": CONFIG}
    expected: set[str] = set()
    for name in NAMES:
        everything |= sources_of(name)
        text = (MISTAKES / name / "expected.txt").read_text(encoding="utf-8")
        expected |= set(text.rstrip("\n").split("\n\n"))
    assert len(NAMES) >= 20
    assert spaced(build_site(everything)) == expected
