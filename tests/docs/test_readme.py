"""README.md says what is so: its post is built, its mistake is made, its commands are run.

REGENERATE=1 writes what its mistake prints anew; read the difference before it is committed.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

from site_gen.catalogue import load_catalogue
from site_gen.config import parse_config
from site_gen.diagnostics import Source
from site_gen.evidence.cross_validation import LEFT_OUT, load_cross_validation
from tests.commands.running import run
from tests.deploy.hosting import hosting
from tests.docs.examples import check_fence, read_document, read_examples, read_fences
from tests.files import regenerating
from tests.serve.serving import serving_site
from tests.sites import CONFIG

NAME = "README.md"
TEXT = read_document(NAME)
POST = "content/articles/how-fast.md"
SET_UP = {"python3 build.py", "python3 build.py test"}
"""What test_setup.py and this very run of the tests run."""
SERVE = "python3 build.py serve --watch --open"
CHECKOUT = Path(__file__).parent.parent.parent


def post() -> str:
    ((text, _),) = read_examples(TEXT, "example", "gives")
    return text


def write_post(root: Path, text: str) -> None:
    (root / "pyproject.toml").write_text(CONFIG, encoding="utf-8")
    (root / POST).parent.mkdir(parents=True, exist_ok=True)
    (root / POST).write_text(text, encoding="utf-8")


def build(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "build.py", "--root", root],
        cwd=CHECKOUT,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def test_its_post_is_built_and_served_where_it_says(tmp_path: Path) -> None:
    assert f"`{POST}`" in TEXT
    write_post(tmp_path, post())
    done = build(tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("1 article, ")
    (address,) = re.findall(r"<http://127\.0\.0\.1:8000/(.*)>", TEXT)
    # Without the option there is no window, and where its port is taken it takes another one.
    assert SERVE.split()[2:] == ["serve", "--watch", "--open"]
    with (
        serving_site(tmp_path, "--watch") as server,
        urlopen(server.url + address, timeout=30) as answer,
    ):
        html: str = answer.read().decode()
    assert "how fast can it be?</h1>" in html
    assert "19.84\N{NO-BREAK SPACE}tokens/s</data>, and not a token more" in html


def test_what_follows_from_a_number_changes_with_it(tmp_path: Path) -> None:
    assert "Change `2 x` to `4 x`" in TEXT
    write_post(tmp_path, post().replace("2 x", "4 x"))
    assert build(tmp_path).returncode == 0
    html = (tmp_path / "_site/articles/how-fast/index.html").read_text(encoding="utf-8")
    assert "39.67\N{NO-BREAK SPACE}tokens/s</data>, and not a token more" in html


def test_its_deployment_says_what_is_shown(tmp_path: Path) -> None:
    (shown,) = [fence.text for fence in read_fences(TEXT) if fence.role == "deployment"]
    (tmp_path / "site").mkdir()
    write_post(tmp_path / "site", post())
    with hosting(tmp_path / "www") as host:
        table = f'[tool.site_gen.deploy.production]\nto = "folder"\nurl = "{host.url}"\n'
        text = f'{CONFIG}{table}path = "../www"\n'
        (tmp_path / "site/pyproject.toml").write_text(text, encoding="utf-8")
        for text in (post(), post().replace("2 x", "4 x")):
            (tmp_path / "site" / POST).write_text(text, encoding="utf-8")
            assert run("accept", "--root", tmp_path / "site").code == 0
            done = run("deploy", "--root", tmp_path / "site")
        said = done.stderr.replace(host.url, "https://example.org/")
    said = said.replace(str(tmp_path / "www"), "s3://my-blog")
    assert hide_numbers(said) == hide_numbers(shown)


def test_its_target_is_one() -> None:
    (text,) = [fence.text for fence in read_fences(TEXT) if fence.role == "target"]
    config, diagnostics = parse_config(Source("pyproject.toml", CONFIG + text))
    assert diagnostics == []
    assert list(config.deploy) == ["production"]


def hide_numbers(text: str) -> str:
    """What is said, whatever the figures are."""
    text = re.sub(r"\d{8}T\d{6}Z-[0-9a-f]{8}", "RELEASE", text)
    return re.sub(r"N m?s\b", "N s", re.sub(r"\b\d[\d,.]*\b", "N", text))


def test_its_mistake_is_told_as_shown(tmp_path: Path) -> None:
    changes = re.findall(r"`([^`]+)` for `([^`]+)`", TEXT.partition("## A mistake")[2])[:2]
    broken = post()
    for wrong, right in changes:
        assert broken.count(right) == 1
        broken = broken.replace(right, wrong)
    write_post(tmp_path, broken)
    done = build(tmp_path)
    assert done.returncode == 1
    (index,) = [index for index, fence in enumerate(read_fences(TEXT)) if fence.role == "error"]
    check_fence(NAME, index, done.stderr)


def test_every_command_is_run_by_the_tests() -> None:
    commands = {
        line.partition("#")[0].strip() for line in TEXT.split("\n") if line.startswith("    ")
    }
    assert commands == {*SET_UP, SERVE}
    assert re.findall(r"`(python3[^`]+)`", TEXT) == [
        "python3 build.py --root FOLDER",
        "python3 build.py estimate validate FILE.csv",
        "python3 build.py accept",
        "python3 build.py deploy --dry-run",
        "python3 build.py deploy",
    ]


def test_every_file_that_it_links_to_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", TEXT):
        assert (CHECKOUT / target).is_file(), target


def test_its_errors_are_those_of_the_cross_validation() -> None:
    """With REGENERATE=1 its table is written anew."""
    table = evidence_table()
    if regenerating():
        path = CHECKOUT / NAME
        text = re.sub(
            r"\| of rates whose .*?\n\n", table + "\n", path.read_text("utf-8"), flags=re.DOTALL
        )
        path.write_text(text, encoding="utf-8", newline="\n")
    assert table in read_document(NAME)


def test_it_counts_what_the_catalogue_knows() -> None:
    catalogue, _ = load_catalogue()
    devices, models, quantizations = (
        len(entries.by_name)
        for entries in (catalogue.devices, catalogue.models, catalogue.quantizations)
    )
    told = f"{devices} devices, {models} models and {quantizations} quantizations"
    assert told in " ".join(TEXT.split())


def evidence_table() -> str:
    """The errors of decoding one sequence, for each thing that was left out."""
    scores = load_cross_validation()["scores"]
    lines = [
        "| of rates whose … is unknown | rows | median error | 90th percentile | in the range |",
        "|---|---|---|---|---|",
    ]
    for left_out in LEFT_OUT:
        score = scores[left_out]["decode_batch_1"]
        cells = (
            left_out,
            f"{score['rows']:,}",
            f"{100 * score['median_absolute_error']:.1f} %",
            f"{100 * score['p90_absolute_error']:.0f} %",
            f"{100 * score['inside_range']:.0f} %",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
