"""Everything that a chart can get wrong, as the whole text that people read."""

from tests.markdown.rendering import check_triples, messages, parse_body


def test_mistakes_in_charts_are_explained() -> None:
    check_triples("mistakes-charts", lambda body: messages(parse_body(body)[1]))
