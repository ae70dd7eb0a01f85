"""An article: its head, and a body of prose, lists, a table, listings and formulas.

In a body, `(article:SLUG)` is where a link to another article leads. Each tool writes that its own
way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random

from benchmarks.corpus.formulas import make_display, make_inline
from benchmarks.corpus.listings import LANGUAGES, make_listing
from benchmarks.corpus.words import (
    ADJECTIVES,
    NOUNS,
    TAGS,
    make_clause,
    make_noun_phrase,
    make_sentence,
    make_thing,
)

SEED = "kettle"
BODY_CHARACTERS = 3850
"""Where a body ends; its front matter and the last sentence make about 4,000 of it."""
_FIRST_DAY = datetime(2006, 1, 1, tzinfo=UTC)
_MINUTES = 20 * 365 * 24 * 60


@dataclass(frozen=True)
class Head:
    """What is said about an article outside its body."""

    number: int
    """From 0."""
    title: str
    """Of plain words, e.g. `The calm kettle and the ledger`."""
    slug: str
    """The name of its file and the last part of its address, with its number."""
    date: datetime
    """In UTC, on some minute of twenty years."""
    tags: tuple[str, ...]
    """Two or three; some are far more common than others."""


@dataclass(frozen=True)
class Article:
    """A head and a body."""

    head: Head
    body: str
    """Markdown that all tools read, but for the links to other articles."""


def make_articles(seed: str, count: int) -> Iterator[Article]:
    """The first `count` articles, one at a time."""
    return (make_article(seed, number) for number in range(count))


def make_article(seed: str, number: int) -> Article:
    """The article with a number; it links to some that have smaller ones."""
    random = Random(f"{seed} body {number}")
    targets = [make_head(seed, random.randrange(number)).slug for _ in range(2) if number]
    writer = _Writer(random, targets)
    blocks = [make_block() for make_block in writer.plan()]
    while sum(map(len, blocks)) < BODY_CHARACTERS:
        blocks.append(writer.paragraph())
    return Article(make_head(seed, number), "\n\n".join(blocks) + "\n")


@lru_cache(maxsize=1 << 17)
def make_head(seed: str, number: int) -> Head:
    """The head of the article with a number, which others need for their links."""
    random = Random(f"{seed} head {number}")
    adjective, first, second = (random.choice(words) for words in (ADJECTIVES, NOUNS, NOUNS))
    date = _FIRST_DAY + timedelta(minutes=random.randrange(_MINUTES))
    tags = {TAGS[int(len(TAGS) * random.random() ** 1.6)] for _ in range(random.randint(2, 3))}
    slug = f"the-{adjective}-{first}-and-the-{second}-{number}"
    title = f"The {adjective} {first} and the {second}"
    return Head(number, title, slug, date, tuple(sorted(tags)))


class _Writer:
    """Writes the blocks of one article."""

    def __init__(self, random: Random, targets: Sequence[str]) -> None:
        """`targets` are the slugs of the articles to link to, one for each of two links or none."""
        self.random = random
        self.targets = iter(targets)
        self.languages = iter(random.sample(LANGUAGES, 3))

    def plan(self) -> tuple[Callable[[], str], ...]:
        """The blocks of an article, in order, as what makes them."""
        return (
            self.opening,
            self.heading,
            self.with_formulas,
            self.display,
            self.listing,
            self.heading,
            self.with_link,
            self.bullets,
            self.listing,
            self.table,
            self.heading,
            self.with_formulas,
            self.display,
            self.listing,
            self.with_link,
        )

    def heading(self) -> str:
        """A section's title."""
        return f"## {make_thing(self.random).capitalize()} and {make_thing(self.random)}"

    def paragraph(self) -> str:
        """A sentence or two, one of which may stress a word."""
        sentences = [make_sentence(self.random) for _ in range(self.random.randint(1, 2))]
        if self.random.random() < 0.5:
            sentences.append(f"Mind *{make_noun_phrase(self.random)}*.")
        return " ".join(sentences)

    def opening(self) -> str:
        """A paragraph with something strong and a link to elsewhere."""
        word, page = self.random.choice(NOUNS), self.random.randint(1, 999)
        link = f"[{make_noun_phrase(self.random)}](https://example.com/{word}/{page})"
        strong = f"**{make_noun_phrase(self.random)}**"
        return f"{self.paragraph()} Here {strong} meets {link}. {make_sentence(self.random)}"

    def with_formulas(self) -> str:
        """A paragraph with two formulas."""
        first, second = make_inline(self.random), make_inline(self.random)
        clause = make_clause(self.random)
        return f"{make_sentence(self.random)} For ${first}$ {clause}, and ${second}$ is enough."

    def with_link(self) -> str:
        """A paragraph with a link to the next target, where there is one."""
        words, target = make_noun_phrase(self.random), next(self.targets, None)
        link = words if target is None else f"[{words}](article:{target})"
        cause = f"It was *{make_noun_phrase(self.random)}* that led to {link}."
        return f"{make_sentence(self.random)} {cause}"

    def display(self) -> str:
        """A formula on lines of its own."""
        return f"$$\n{make_display(self.random)}\n$$"

    def listing(self) -> str:
        """A fence in the next of the article's three languages."""
        language = next(self.languages)
        return f"```{language}\n{make_listing(self.random, language)}```"

    def bullets(self) -> str:
        """A list, numbered or not."""
        mark = self.random.choice(("-", "1."))
        return "\n".join(f"{mark} {self._item()}" for _ in range(self.random.randint(3, 4)))

    def _item(self) -> str:
        name, thing = self.random.choice(NOUNS), make_thing(self.random)
        kinds = (f"`{name}`: {thing}", f"**{thing}**", f"{thing}, or ~~{name}~~", thing)
        return self.random.choice(kinds)

    def table(self) -> str:
        """Three columns, two of them numbers."""
        names = self.random.sample(NOUNS, 3)
        lines = [f"| {names[0]} | {names[1]} | {names[2]} |", "|---|---:|---:|"]
        return "\n".join([*lines, *(self._row() for _ in range(3))])

    def _row(self) -> str:
        return f"| {make_thing(self.random)} | {self._number()} | {self._number()} |"

    def _number(self) -> str:
        return f"{self.random.uniform(0, 1000):.{self.random.randint(0, 2)}f}"
