"""Where references lead, and what is said of those that lead nowhere."""

import re

import pytest

from tests.picturing import coded, photo
from tests.sites import CONFIG, article, build_site, messages_of, page_of, paths_of

GIF = coded(photo(3, 2, "L"), "GIF")

FILES: dict[str, str | bytes] = {
    "content/articles/other/index.md": article("## Größe\n\n## part", title="other"),
    "content/articles/plain.md": article(slug="renamed"),
    "content/articles/draft.md": article(draft="true"),
    "content/articles/later.md": article(date="2026-02-01"),
    "content/articles/broken.md": article(date="2025-13-01"),
    "content/about.md": "---\ntitle: about\n---\n\n## me\n",
    "content/shared.gif": GIF,
    "content/articles/here/a b.gif": GIF,
    "content/articles/here/übung.gif": GIF,
    "content/articles/here/100%.gif": GIF,
    "content/articles/here/notes.txt": b"text",
    "content/articles/here/broken.png": b"no picture",
    "content/articles/other/deep/x.gif": GIF,
    "static/manual.pdf": b"%PDF",
    "static/logo.gif": GIF,
}
HERE = "content/articles/here/index.md"
HERE_PAGE = "articles/here/index.html"


def built_with(text: str, config: str = CONFIG) -> tuple[str, str]:
    """The first article's page with this text, and what is said of it and of nothing else."""
    site = {**FILES, HERE: article(f"{text}\n\n## here"), "pyproject.toml": config}
    built = build_site(site)
    ours = [each for each in messages_of(built).split("\n\n") if each.startswith(HERE)]
    return page_of(built, HERE_PAGE), "\n".join(ours)


def refusal(text: str) -> str:
    """All that is said of a text, which is the sixth line, without the line itself."""
    _, message = built_with(text)
    start, line, carets, *hint = message.split("\n")
    assert line == f"6 | {text}"
    assert set(carets) == {" ", "|", "^"}
    return "\n".join([start.removeprefix(HERE), *hint])


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("../other/index.md", "/articles/other/"),
        ("../other/index.md#part", "/articles/other/#part"),
        ("../other/index.md#größe", "/articles/other/#gr%C3%B6%C3%9Fe"),
        ("../other/index.md#gr%C3%B6%C3%9Fe", "/articles/other/#gr%C3%B6%C3%9Fe"),
        ("./../other/../plain.md", "/articles/renamed/"),
        ("../../about.md#me", "/about/#me"),
        ("index.md#here", "/articles/here/#here"),
        ("#here", "#here"),
        ("notes.txt", "/articles/here/notes.txt"),
        ("a%20b.gif", "/articles/here/a%20b.gif"),
        ("<a b.gif>", "/articles/here/a%20b.gif"),
        ("übung.gif", "/articles/here/%C3%BCbung.gif"),
        ("100%25.gif", "/articles/here/100%25.gif"),
        ("../other/deep/x.gif", "/articles/other/deep/x.gif"),
        ("../../shared.gif", "/shared.gif"),
        ("/manual.pdf", "/manual.pdf"),
        ("/articles/renamed/", "/articles/renamed/"),
        ("/articles/other/#part", "/articles/other/#part"),
        ("/feed.xml", "/feed.xml"),
        ("/", "/"),
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
        ("mailto:cat@example.org", "mailto:cat@example.org"),
    ],
)
def test_a_target_comes_out_as_a_url(target: str, url: str) -> None:
    html, message = built_with(f"[a link]({target})")
    assert message == ""
    assert f'<a href="{url}">a link</a>' in html
    if url.startswith("/"):
        based, _ = built_with(f"[a link]({target})", CONFIG.replace(".org/", ".org/blog/"))
        assert f'<a href="/blog{url}">a link</a>' in based


@pytest.mark.parametrize(
    ("target", "url"),
    [("a%20b.gif", "/articles/here/a%20b"), ("/logo.gif", "/logo")],
)
def test_a_picture_is_found_and_measured(target: str, url: str) -> None:
    html, message = built_with(f"![a picture]({target})")
    assert message == ""
    source = rf"{url}\.3\.[0-9a-f]{{10}}\.png"
    assert re.search(f'<img src="{source}" alt="a picture" width="3" height="2"', html)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[a](../othr/index.md)",
            ":6:1: there is no `../othr/index.md`\nhint: did you mean `../other/index.md`?",
        ),
        ("[a](nothing-like-it.zip)", ":6:1: there is no `nothing-like-it.zip`"),
        ("[a](../../../../etc/passwd)", ":6:1: there is no `../../../../etc/passwd`"),
        (
            "[a](../other/index.md#prt)",
            ":6:1: there is no anchor `#prt` in `content/articles/other/index.md`\n"
            "hint: did you mean `part`?",
        ),
        (
            "[a](#her)",
            ":6:1: there is no anchor `#her` on this page\nhint: did you mean `here`?",
        ),
        ("[a]()", ":6:1: the link leads nowhere\nhint: give it a target"),
        (
            "[a](../draft.md)",
            ":6:1: `../draft.md` is a draft, so readers cannot follow this link\n"
            "hint: publish it first, or take the link out",
        ),
        (
            "[a](../later.md)",
            ":6:1: `../later.md` is not yet due, so readers cannot follow this link\n"
            "hint: publish it first, or take the link out",
        ),
        (
            "[a](/articles/othr/)",
            ":6:1: this site has no `/articles/othr/`\nhint: did you mean `/articles/other/`?",
        ),
        (
            "[a](/about/#you)",
            ":6:1: there is no anchor `#you` in `content/about.md`\nhint: known: `me`",
        ),
        (
            "![a](https://example.com/a.png)",
            ":6:1: the picture `https://example.com/a.png` is not on this site\n"
            "hint: save it beside the page: readers get nothing from a third party",
        ),
        (
            "![a](notes.txt)",
            ":6:1: `notes.txt` is not a picture that can be read\n"
            "hint: known: PNG, JPEG, GIF, WebP, AVIF, SVG",
        ),
        (
            "![a](broken.png)",
            ":6:1: `broken.png` is not a picture that can be read\n"
            "hint: known: PNG, JPEG, GIF, WebP, AVIF, SVG",
        ),
        ("![a](../plain.md)", ":6:1: `../plain.md` is a page, not a picture"),
        (
            "![a](ubung.gif)",
            ":6:1: there is no `ubung.gif`\nhint: did you mean `übung.gif`?",
        ),
    ],
)
def test_what_leads_nowhere_is_refused_with_the_nearest_that_does(text: str, message: str) -> None:
    assert refusal(text) == message


def test_a_link_to_a_page_with_mistakes_is_not_blamed_as_well() -> None:
    assert built_with("[a](../broken.md)")[1] == ""


def test_where_nothing_is_near_few_names_are_all_told_and_many_are_not() -> None:
    sections = "\n\n".join(f"## section {number}" for number in range(20))
    _, many = built_with(f"[a](#zzz)\n\n{sections}")
    assert "hint" not in many
    assert refusal("[a](#zzz)").endswith("hint: known: `here`")


def test_a_file_of_assets_has_a_url_that_changes_with_it() -> None:
    site = {**FILES, HERE: article("[a](/assets/x.txt)"), "static/assets/x.txt": "x"}
    built = build_site(site)
    found = re.search(r'<a href="/(assets/x\.[0-9a-f]{8}\.txt)">', page_of(built, HERE_PAGE))
    assert found
    assert found[1] in paths_of(built)
