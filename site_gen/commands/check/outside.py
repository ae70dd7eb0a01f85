"""Links to other hosts: which there are, what became of them, and where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urldefrag, urlsplit

from site_gen import __version__
from site_gen.commands.check.answers import NO_SUCH_HOST, NOT_LOOKED_UP, Answer
from site_gen.commands.check.findings import Finding, Site
from site_gen.commands.check.remembered import Remembered
from site_gen.commands.check.visits import Courtesy, Visit, make_visits
from site_gen.diagnostics import Place
from site_gen.phrases import format_count
from site_gen.progress import Progress

_FILE = "outside.json"


class Link(NamedTuple):
    """A link to another host."""

    url: str
    """Without fragment."""
    fragment: str
    path: str
    """Of the source that it stands in."""
    place: Place


def find_outside(
    site: Site, cache: Path, now: datetime, courtesy: Courtesy | None = None
) -> Iterator[Finding]:
    """What is wrong with links to other hosts, which are asked unless their answers are known."""
    links = list(_list_links(site))
    courtesy = courtesy or Courtesy(f"site_gen/{__version__} (+{site.last.state.config.url})")
    answers = _find_answers(links, Remembered(cache / _FILE, now), courtesy)
    for link in links:
        yield from _tell(link, answers[link.url], site)


def _list_links(site: Site) -> Iterator[Link]:
    """In the order of their sources."""
    for document in site.documents():
        for reference in document.references:
            target = reference.target
            if target.startswith("//"):
                target = f"https:{target}"
            is_link = reference.is_outside and reference.kind == "link"
            if is_link and urlsplit(target).scheme in ("http", "https"):
                yield Link(*urldefrag(target), document.path, reference.place)


def _find_answers(
    links: list[Link], remembered: Remembered, courtesy: Courtesy
) -> Mapping[str, Answer]:
    """By URL; all that came is remembered, so that whoever has no patience asks less later."""
    fragments: dict[str, set[str]] = {}
    for link in links:
        fragments.setdefault(link.url, set()).update({link.fragment} - {""})
    known = {url: remembered.find(url, fragments[url]) for url in fragments}
    answers = {url: answer for url, answer in known.items() if answer}
    visits = [Visit(url, fragments[url]) for url in fragments if url not in answers]

    asked: dict[str, Answer] = {}

    def note(visit: Visit, answer: Answer) -> None:
        asked[visit.url] = answer

    if visits:
        with Progress() as progress:
            progress.stage(f"asking about {format_count(len(visits), 'page')} elsewhere")
            try:
                make_visits(visits, courtesy, note)
            finally:
                answers |= _forgive(asked)
                for url in asked:
                    remembered.keep(url, fragments[url], answers[url])
                remembered.save()
    return answers


def _forgive(answers: dict[str, Answer]) -> dict[str, Answer]:
    """The answers; where no host at all can be found there is no network, and none is broken."""
    has_network = any(answer != NO_SUCH_HOST for answer in answers.values())
    return answers if has_network else dict.fromkeys(answers, NOT_LOOKED_UP)


def _tell(link: Link, answer: Answer, site: Site) -> Iterator[Finding]:
    source = site.source(link.path)
    if answer.verdict == "broken":
        message = f"`{link.url}` is broken: {answer.reason}"
        hint = "link to where it is now, or to a copy in an archive"
        yield Finding("outside-broken", source.error(message, link.place, hint))
    elif answer.verdict == "blocked":
        message = f"`{link.url}` cannot be checked: {answer.reason}"
        yield Finding("outside-blocked", source.note(message, link.place, "look at it yourself"))
    elif answer.verdict == "moved":
        message = f"`{link.url}` has moved for good"
        hint = f"link to `{answer.target}`"
        yield Finding("outside-moved", source.note(message, link.place, hint))
    if link.fragment in answer.missing:
        message = f"there is no `#{link.fragment}` at `{answer.target or link.url}`"
        yield Finding("outside-anchor", source.warning(message, link.place))
