"""Scripts as browsers get them: one file with what it imports, short, and the same each time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from site_gen.setup import node_executable
from site_gen.sidecar import Bundled, ScriptMistake, Sidecar, SidecarError

HINT = "what can be imported are the files of `static/assets/` that end in `.js` or `.mjs`"
ROOT = Path(__file__).resolve().parents[2]


def bundle(scripts: Mapping[str, str], root: Path = ROOT) -> Bundled:
    with Sidecar(node_executable, root) as sidecar:
        return sidecar.bundle_scripts(scripts)


def test_a_script_has_what_it_imports_and_what_is_imported_is_none_by_itself() -> None:
    scripts = {
        "page.js": 'import { twice } from "./lib/twice.mjs";\nconsole.log(twice("a"));\n',
        "lib/twice.mjs": 'import { join } from "../join.js";\n'
        "export const twice = (text) => join(text, text);\nexport const unused = 1;\n",
        "join.js": "export function join(one, other) {\n  return one + other;\n}\n",
        "other.js": "// Says so.\nexport const greeting = 'grüß dich';\n",
    }
    found = bundle(scripts)
    assert found == Bundled(
        {
            "page.js": 'function n(o,t){return o+t}var r=o=>n(o,o);console.log(r("a"));\n',
            "other.js": 'var e="grüß dich";export{e as greeting};\n',
        },
        {"page.js": ("join.js", "lib/twice.mjs"), "other.js": ()},
    )
    assert bundle(scripts) == found


def test_a_bundle_follows_from_its_own_scripts_alone() -> None:
    one, other = ROOT / "static/assets/sort.js", ROOT / "static/assets/copy.js"
    scripts = {path.name: path.read_text(encoding="utf-8") for path in (one, other)}
    alone = bundle({"sort.js": scripts["sort.js"]}).bundles["sort.js"]
    assert bundle(scripts).bundles["sort.js"] == alone


def test_names_that_other_scripts_may_use_and_marked_comments_stay() -> None:
    script = (
        "/*! by me */\n/* why */\nvar shared = 1;\nfunction use(argument) { return argument; }\n"
    )
    assert bundle({"old.js": script}).bundles == {
        "old.js": "/*! by me */var shared=1;function use(r){return r}\n"
    }


def test_what_is_new_in_browsers_is_left_as_it_is() -> None:
    script = "export const found = (await import(name))?.value ?? [1, 2].at(-1); class A { #b = 1 }"
    (made,) = bundle({"new.js": script}).bundles.values()
    assert made == "var a=(await import(name))?.value??[1,2].at(-1);export{a as found};\n"


def test_an_import_with_a_url_stays() -> None:
    script = 'import "https://example.org/a.js"; import { b } from "/b.js"; b();'
    assert bundle({"a.js": script}).bundles["a.js"] == (
        'import"https://example.org/a.js";import{b as m}from"/b.js";m();\n'
    )


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        (
            'const é = 1; import "./nope.js";',
            ScriptMistake(
                "a.js",
                2,
                21,
                11,
                "there is no script `./nope.js` to import",
                HINT,
            ),
        ),
        (
            'import "lodash";',
            ScriptMistake(
                "a.js",
                2,
                8,
                8,
                "there is no script `lodash` to import",
                "a file beside this one is `./lodash`",
            ),
        ),
        ("let é = ;", ScriptMistake("a.js", 2, 9, 1, 'Unexpected ";"')),
    ],
)
def test_a_mistake_has_its_place_in_characters(line: str, mistake: ScriptMistake) -> None:
    assert bundle({"a.js": f"// é\n{line}\n", "b.js": "1;"}) == Bundled(mistakes=(mistake,))


def test_what_is_only_suspicious_is_a_warning() -> None:
    found = bundle({"a.js": "const a = { b: 1, b: 2 };\n"})
    assert list(found.bundles) == ["a.js"]
    ((warning,),) = [found.mistakes]
    assert (warning.severity, warning.line, warning.column) == ("warning", 1, 19)


def test_where_esbuild_is_not_installed_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(SidecarError) as caught:
        bundle({"a.js": "1;"}, tmp_path)
    assert caught.value.message == f"esbuild is not in `{tmp_path / 'node_modules'}`"
