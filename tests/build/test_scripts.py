"""Scripts of a whole site: what is published of them, and what follows from a change of one."""

from __future__ import annotations

import json

from site_gen.build.result import is_good
from tests.build.rebuilding import Blog, check_equal
from tests.sites import CONFIG, article, build_site, messages_of, page_of, paths_of

FILES = {
    "pyproject.toml": CONFIG,
    "content/articles/a.md": article("text"),
    "static/assets/mine.js": 'import "./part.js";\nmine();\n',
    "static/assets/part.js": "part();\n",
    "templates/404.html": '<script src="{{ asset("mine.js") }}"></script>',
}


def make_blog() -> Blog:
    return Blog({path: text.encode() for path, text in FILES.items()})


def find(blog: Blog, name: str) -> list[bytes]:
    """What is published of a script."""
    files = blog.publisher.files
    return [files[path] for path in files if path.startswith(f"assets/{name}.")]


def test_what_is_imported_is_published_with_what_imports_it_alone() -> None:
    blog = make_blog()
    check_equal(blog)
    assert find(blog, "mine") == [b'part();\nimport "./part.js";\nmine();\n']
    assert not find(blog, "part")
    assert find(blog, "sort")


def test_a_change_of_what_is_imported_makes_the_pages_anew_that_load_it() -> None:
    blog = make_blog()
    check_equal(blog)
    blog.files["static/assets/part.js"] = b"other();\n"
    built = check_equal(blog)
    assert built.ran.outputs == ("404.html",)
    assert find(blog, "mine")[0].startswith(b"other();")


def test_a_script_is_published_by_itself_as_soon_as_none_imports_it() -> None:
    blog = make_blog()
    check_equal(blog)
    blog.files["static/assets/mine.js"] = b"mine();\n"
    check_equal(blog)
    assert find(blog, "part") == [b"part();\n"]


def test_a_page_cannot_load_what_is_only_imported() -> None:
    blog = make_blog()
    blog.files["templates/404.html"] = b'{{ asset("part.js") }}'
    built = check_equal(blog)
    assert not is_good(built)
    assert "part.js" in messages_of(built)


def test_a_link_to_what_is_only_imported_leads_nowhere() -> None:
    blog = make_blog()
    blog.files["content/articles/a.md"] = article("[x](../../static/assets/part.js)").encode()
    assert "there is no `../../static/assets/part.js`" in messages_of(check_equal(blog))


def test_a_mistake_is_told_by_each_build_until_it_is_mended() -> None:
    files = {**FILES, "static/assets/part.js": "part(;\n"}
    built = build_site(files)
    assert messages_of(built) == (
        'static/assets/part.js:1:6: unexpected ";"\n1 | part(;\n  |      ^'
    )
    blog = make_blog()
    blog.files["static/assets/part.js"] = b"\xff"
    for _ in range(2):
        assert "static/assets/part.js:1:1: not UTF-8: byte 0xff" in messages_of(check_equal(blog))
    blog.files["static/assets/part.js"] = b"part();\n"
    assert is_good(check_equal(blog))


def test_the_themes_calculator_is_one_script_which_pages_load_by_its_digest() -> None:
    calculator = ":::{token-rate-calculator} mine\n:::\n"
    built = build_site({"content/articles/a.md": article(calculator)})
    (path,) = [path for path in paths_of(built) if path.startswith("assets/calculator")]
    page = page_of(built, "articles/a/index.html")
    assert page.count('<script type="module"') == 1
    assert f'src="/{path}" integrity="sha256-' in page
    assert not any("estimator." in path for path in paths_of(built))
    assert json.loads(page_of(built, "articles/a/calculator.json"))
