"""The documents that Pagefind gets: what of a page readers can find."""

from datetime import UTC, datetime

from msgspec.structs import replace

from site_gen.site.known import Listed
from site_gen.site.search import read_formula, write_indexed

PAGE = Listed(
    path="content/articles/a.md",
    url="/articles/a/",
    title="A < B",
    date=datetime(2025, 5, 22, tzinfo=UTC),
    updated=None,
    description="not found",
    tags=("gpu", "R & D"),
    image="",
)


def check(html: str, indexed: str) -> None:
    """Assert what becomes of the HTML of a text."""
    document = write_indexed(PAGE, html, "en")
    body = document.partition("<body>\n")[2].partition("\n<p>gpu, R &amp; D</p>")[0]
    assert body == indexed


def test_a_document_has_title_tags_and_date_and_no_description() -> None:
    assert write_indexed(PAGE, "<p>text</p>", "de") == (
        '<!doctype html>\n<html lang="de">\n<head>\n'
        '<meta data-pagefind-meta="title[content]" content="A &lt; B">\n'
        '<meta data-pagefind-meta="day[content]" content="22 May 2025">\n'
        '<meta data-pagefind-meta="date[content]" content="2025-05-22T00:00:00+00:00">\n'
        "</head>\n<body>\n<p>text</p>\n<p>gpu, R &amp; D</p>\n</body>\n</html>\n"
    )


def test_a_page_without_a_word_is_found_by_its_title() -> None:
    page = replace(PAGE, tags=())
    document = write_indexed(page, '<p><img alt="a" src="b"></p>', "en")
    assert "<body>\n<p>A &lt; B</p>\n<p></p>\n</body>" in document
    assert "<p>A &lt; B</p>" not in write_indexed(page, "<p>a</p>", "en")


def test_where_links_lead_and_what_pictures_are_is_not_found() -> None:
    check(
        'see <a title="a > b" href="/x/">there</a>, <abbr>so</abbr>', "see there, <abbr>so</abbr>"
    )
    check(
        '<p><picture><source srcset="a"><img alt="a" src="b"></picture></p>',
        "<p><picture></picture></p>",
    )


def test_what_stands_in_a_table_or_is_folded_away_counts_less() -> None:
    check('<table class="x"><td>1', '<table data-pagefind-weight="0.3" class="x"><td>1')
    check("<details>so</details>", '<details data-pagefind-weight="0.3">so</details>')
    check("<code>&lt;table></code>", "<code>&lt;table></code>")


def test_a_name_and_its_value_are_two_words() -> None:
    check("<dt>batch</dt><dd>1</dd>", "<dt>batch</dt> <dd>1</dd>")


def test_a_formula_is_found_as_it_is_read() -> None:
    annotation = '<annotation encoding="application/x-tex">\\alpha &lt; M_s</annotation>'
    inline = (
        f"<span><math><semantics><mi>α</mi><mo>&lt;</mo><mi>M</mi>{annotation}</semantics></math>"
    )
    assert read_formula(f"{inline}<span>α&lt;M</span></span>") == "α&lt;M"


def test_a_formula_on_a_line_of_its_own_is_not_found() -> None:
    shown = '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><mi>α</mi></math>'
    assert read_formula(shown) == ""
    assert read_formula("") == ""
