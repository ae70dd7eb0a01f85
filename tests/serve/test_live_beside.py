"""What surrounds a writing session: marks, an editor, servers that end and begin, files that go."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page

from benchmarks.servers import find_free_port
from site_gen.setup import checkout_root
from tests.serve.serving import Server, serving_site, wait_until, wait_until_served
from tests.serve.test_watching import (
    by_removing,
    by_renaming,
    in_pieces,
    in_place,
    with_a_backup,
    with_a_swap_file,
)
from tests.serve.writing import (
    DRAFT,
    OTHER,
    POST,
    SITE,
    is_same,
    mark_as_loaded,
    overlay_text,
    replace,
    wait_for,
    write,
)
from tests.sites import article

EDITOR = f"""#!{sys.executable}
import pathlib, sys
pathlib.Path(sys.argv[0]).with_suffix(".txt").write_text("\\n".join(sys.argv[1:]))
"""
LAST_S = 20.0


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path / "site", SITE)
    return tmp_path / "site"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def test_nothing_is_compressed_while_it_is_written(root: Path) -> None:
    replace(root, "pyproject.toml", "[tool.site_gen]\n", '[tool.site_gen]\ncompress = ["brotli"]\n')
    with serving_site(root, "--watch") as server:
        wait_until_served(server, "articles/post/", "first")
        assert server.ask("GET /articles/post/index.html HTTP/1.1")[0] == 200
        assert server.ask("GET /articles/post/index.html.br HTTP/1.1")[0] == 404


def marks_of(page: Page) -> list[str]:
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll("site-gen-mark")].map(mark =>
                (mark.previousElementSibling ?? mark.parentElement).firstChild.textContent.trim()
                + ": " + mark.shadowRoot.querySelector("span").textContent)"""
        )
    )


def test_what_will_not_be_published_is_marked(root: Path, page: Page) -> None:
    write(root, {OTHER: article("another", title="another post", date="2999-01-01")})
    with serving_site(root, "--watch") as server:
        page.goto(f"{server.url}articles/")
        page.wait_for_selector("site-gen-mark")
        assert marks_of(page) == ["another post: not yet due", "a draft: a draft"]

        page.goto(f"{server.url}articles/draft/")
        mark_as_loaded(page)
        page.wait_for_selector("h1 site-gen-mark")
        assert marks_of(page)[0] == "a draft: a draft"

        replace(root, DRAFT, "not done", "nearly done")
        wait_for(page, "nearly done")
        assert marks_of(page)[0] == "a draft: a draft"

        replace(root, DRAFT, "draft: true\n", "")
        page.wait_for_selector("h1 site-gen-mark", state="detached")
        assert is_same(page)
    assert "site-gen-mark" not in (root / DRAFT).read_text()


def test_a_template_s_mistake_tells_of_the_page_that_led_to_it(root: Path, page: Page) -> None:
    with serving_site(root, "--watch") as server:
        page.goto(f"{server.url}articles/post/")
        write(root, {"templates/article.html": "<p>\n{{ article.titel }}"})
        assert overlay_text(page) == (
            "templates/article.html:2: a body has no `titel`; known: `entry`, `html`, `minutes`,"
            " `outline`\n"
            "2 | {{ article.titel }}\n"
            "while making `/articles/draft/` from `content/articles/draft.md`, and 2 other pages"
        )
        (root / "templates/article.html").unlink()
        page.wait_for_selector("site-gen-overlay", state="detached")


def test_a_mistake_s_place_opens_the_editor_there(root: Path, page: Page) -> None:
    program = root.parent / "myed"
    program.write_text(EDITOR)
    program.chmod(0o755)
    with serving_site(root, "--watch", "--editor", f"{program} {{path}} {{line}}") as server:
        page.goto(f"{server.url}articles/post/")
        replace(root, POST, "$x$", r"$\fract{1}{2}$")
        page.click("site-gen-overlay a")
        note = program.with_suffix(".txt")
        wait_until(note.exists)
        wait_until(note.read_text)
        assert note.read_text() == f"{root / POST}\n6"

        program.unlink()
        page.click("site-gen-overlay a")
        shown = "document.querySelector('site-gen-overlay').shadowRoot.textContent"
        said = "the editor cannot be run: no such file or directory"
        page.wait_for_function(f"() => {shown}.includes('{said}')")


def test_without_an_editor_a_place_is_no_link(root: Path, page: Page) -> None:
    with serving_site(root, "--watch", environment={"VISUAL": "vim", "EDITOR": ""}) as server:
        page.goto(f"{server.url}articles/post/")
        replace(root, POST, "$x$", r"$\fract{1}{2}$")
        assert overlay_text(page).startswith(f"{POST}:6:2: math")
        assert page.query_selector("site-gen-overlay a") is None


def test_the_editor_opens_nothing_but_mistakes_and_for_own_pages_alone(
    root: Path, page: Page
) -> None:
    program = root.parent / "myed"
    program.write_text(EDITOR)
    program.chmod(0o755)
    with serving_site(root, "--watch", "--editor", str(program)) as server:
        page.goto(f"{server.url}articles/post/")
        token = page.get_attribute("script[data-token]", "data-token")
        replace(root, POST, "$x$", r"$\fract{1}{2}$")
        page.wait_for_selector("site-gen-overlay a")
        mistake = f'{{"path":"{POST}","line":6,"column":2}}'
        own = f"Origin: http://127.0.0.1:{server.port}"

        def ask(place: str, *headers: str, query: str = f"?token={token}") -> int:
            start = f"POST /_site_gen/open{query} HTTP/1.1"
            return server.ask(start, *headers, body=place)[0]

        assert ask(mistake, own, query="") == 403
        assert ask(mistake, own, query="?token=guessed") == 403
        assert ask(mistake) == 403
        assert ask(mistake, "Origin: http://evil.example") == 403
        assert ask(mistake, "Origin: null") == 403
        assert ask(mistake, own, "Sec-Fetch-Site: cross-site") == 403
        assert ask('{"path":"/etc/passwd","line":1,"column":1}', own) == 404
        assert ask(f'{{"path":"{POST}","line":1,"column":1}}', own) == 404
        assert ask("no JSON", own) == 400
        assert server.ask(f"GET /_site_gen/open?token={token} HTTP/1.1", own)[0] == 404
        assert not program.with_suffix(".txt").exists()
        assert ask(mistake, own) == 204


def test_pages_find_a_server_that_has_begun_anew(root: Path, page: Page) -> None:
    # One that no other server tries by itself.
    port = str(find_free_port())
    with serving_site(root, "--watch", "--port", port) as server:
        page.goto(f"{server.url}articles/post/")
        mark_as_loaded(page)
        server.interrupt()
    replace(root, POST, "first", "written in between")
    with serving_site(root, "--watch", "--port", port):
        wait_for(page, "written in between")
        replace(root, POST, "written in between", "written afterwards")
        wait_for(page, "written afterwards")


def test_what_is_taken_away_is_made_once_more(root: Path) -> None:
    command = [sys.executable, "-m", "site_gen", "build", "--root", str(root)]
    subprocess.run(command, check=True, capture_output=True)
    with serving_site(root, "--watch") as server:
        assert server.ask("GET /articles/other/ HTTP/1.1")[0] == 200
        shutil.rmtree(root / "_site")
        wait_until(lambda: server.ask("GET /articles/other/ HTTP/1.1")[0] == 200)
        wait_until(lambda: server.ask("GET / HTTP/1.1")[0] == 200)


def test_at_first_the_finished_site_is_the_last_without_a_mistake(root: Path, page: Page) -> None:
    command = [sys.executable, "-m", "site_gen", "build", "--root", str(root)]
    subprocess.run(command, check=True, capture_output=True)
    replace(root, POST, "$x$ first", r"$\fract{1}{2}$ second")
    with serving_site(root, "--watch") as server:
        page.goto(f"{server.url}articles/post/")
        assert overlay_text(page).startswith(f"{POST}:6:2: math")
        wait_for(page, "first")
        replace(root, POST, r"$\fract{1}{2}$", "mended")
        wait_for(page, "mended second")
        page.wait_for_selector("site-gen-overlay", state="detached")


def test_another_build_of_the_site_is_waited_for(root: Path) -> None:
    command = [sys.executable, "-m", "site_gen", "build", "--root", str(root), "--drafts"]
    with serving_site(root, "--watch") as server:
        for number in range(3):
            write(root, {POST: article(f"edition {number}.", title="a post")})
            subprocess.run(command, check=True, capture_output=True)
            wait_until_served(server, "articles/post/", f"edition {number}.")
        server.interrupt()
        assert server.process.stderr
        assert "nothing" not in server.process.stderr.read()


def wait_until_watched(root: Path, server: Server) -> list[str]:
    """What the server says from now on; edits have been told of before."""
    said: list[str] = []

    def listen() -> None:
        assert server.process.stderr
        said.extend(iter(server.process.stderr.readline, ""))

    Thread(target=listen, daemon=True).start()
    for number in range(100):
        write(root, {DRAFT: article(f"{number}", title="a draft", draft="true")})
        time.sleep(0.2)
        if any(DRAFT in line for line in said):
            break
    time.sleep(0.5)  # until the last one is told of, too
    said.clear()
    return said


@pytest.mark.parametrize(
    "save", [in_place, in_pieces, by_renaming, with_a_backup, with_a_swap_file, by_removing]
)
def test_a_save_is_one_rebuild(root: Path, save: Callable[[Path, str], None]) -> None:
    saves = 8
    with serving_site(root, "--watch") as server:
        said = wait_until_watched(root, server)
        for number in range(saves):
            text = f"edition {number}."
            save(root / OTHER, article(text, title="another post", date="2025-05-23"))
            wait_until_served(server, "articles/other/", text)
            time.sleep(0.15)  # what is left of it would have come by then
        assert [line.partition(":")[0] for line in said] == saves * [OTHER]


def test_own_code_is_loaded_anew_with_dev(root: Path, page: Page, tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    ignored = shutil.ignore_patterns("__pycache__", "@sparticuz")
    for name in ("site_gen", "templates", "static", "node_modules"):
        shutil.copytree(checkout_root() / name, checkout / name, ignore=ignored)
    for name in ("package.json", "package-lock.json", "pyproject.toml"):
        shutil.copy(checkout_root() / name, checkout)
    words = checkout / "site_gen" / "serve" / "overlay.mjs"
    broken = checkout / "site_gen" / "serve" / "hub.py"
    with serving_site(root, "--watch", "--dev", folder=checkout) as server:
        page.goto(f"{server.url}articles/post/")
        replace(root, POST, "$x$", r"$\fract{1}{2}$")
        heading = "site-gen-overlay h2"
        assert page.text_content(heading) == "1 error: this is the last page without"

        good = broken.read_text()
        broken.write_text(good + "\nthis is no Python")
        words.write_text(words.read_text().replace("the last page without", "other words"))
        broken.write_text(good)
        page.wait_for_function(
            "() => document.querySelector('site-gen-overlay')"
            "?.shadowRoot.querySelector('h2').textContent === '1 error: this is other words'"
        )
        replace(root, POST, r"$\fract{1}{2}$", "mended")
        page.wait_for_selector("site-gen-overlay", state="detached")
        wait_for(page, "mended")
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(LAST_S) == 0


def refuse(root: Path, *options: str) -> str:
    command = [sys.executable, "-m", "site_gen", "serve", "--root", str(root), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    return done.stderr


def test_what_is_for_watching_is_refused_without(root: Path) -> None:
    assert refuse(root, "--no-drafts") == (
        "site-gen: `--no-drafts` is for `--watch`\nhint: give both\n"
    )
    assert refuse(root, "--watch", "--port", "8765", "--editor", "vim").startswith(
        "site-gen: `--editor`: `vim` runs in a terminal\n"
    )


def test_a_second_page_of_the_same_site_is_told_too(
    root: Path, page: Page, browser: Browser
) -> None:
    other = browser.new_page()
    with serving_site(root, "--watch") as server:
        for each in (page, other):
            each.goto(f"{server.url}articles/post/")
            each.wait_for_load_state("networkidle")
        replace(root, POST, "first", "second")
        for each in (page, other):
            wait_for(each, "second")
    other.close()


def test_it_runs_from_any_folder(root: Path, tmp_path: Path) -> None:
    # What lies there is not taken for a library.
    write(tmp_path, {"elsewhere/queue.py": "raise SystemExit", "elsewhere/msgspec.py": ""})
    program = checkout_root() / "build.py"
    with serving_site(root, "--watch", folder=tmp_path / "elsewhere", program=(program,)) as server:
        replace(root, POST, "first", "second")
        wait_until_served(server, "articles/post/", "second")


def test_of_more_changes_than_can_be_told_during_a_build_none_is_lost(
    root: Path, tmp_path: Path
) -> None:
    texts = [article(f"text {n}", title=f"number {n}") for n in range(200)]
    write(root, {f"content/articles/{n}.md": text for n, text in enumerate(texts)})
    folder = root / "content/articles/beside"
    folder.mkdir()
    with serving_site(root, "--watch") as server:
        # What all pages are made from changes, and while they are made, 60,000 files do.
        write(root, {"templates/article.html": "<p>one</p>{{ article.html }}"})
        for number in range(60_000):
            (folder / f"{number}.txt").touch()
            if number % 500 == 0:
                each = number // 500
                write(root, {f"content/articles/{each}.md": texts[each].replace("text", "word")})
            if number == 30_000:
                write(root, {"templates/article.html": "<p>two</p>{{ article.html }}"})
        (root / "content/articles/199.md").unlink()
        write(root, {"content/articles/198.md": article("the very last", title="number 198")})
        wait_until_served(server, "articles/198/", "the very last")
        wait_until(lambda: server.ask("GET /articles/199/ HTTP/1.1")[0] == 404)

        command = [sys.executable, "-m", "site_gen", "build", "--root", str(root), "--drafts"]
        command += ["--output", str(tmp_path / "clean")]
        subprocess.run(command, check=True, capture_output=True)
        paths = [path for path in (tmp_path / "clean").rglob("*.html") if path.name == "index.html"]
        assert len(paths) > 200
        for path in paths:
            url = path.parent.relative_to(tmp_path / "clean").as_posix().removeprefix(".")
            _, response = server.ask(f"GET /{url}{'/' if url else ''} HTTP/1.1")
            served = response.split(b"\r\n\r\n", 1)[1]
            start, end = served.rsplit(b'<script type="module" src="/_site_gen/', 1)
            assert start + end.split(b"</script>", 1)[1] == path.read_bytes(), url
