"""From what somebody asks about to all that the last build knows of it."""

from __future__ import annotations

from collections.abc import Mapping

from site_gen.commands.last_build import LastBuild
from site_gen.commands.why.answer import Answer, Step
from site_gen.commands.why.outlook import Outlook
from site_gen.commands.why.subjects import Subject
from site_gen.commands.why.uses import (
    find_uses_of_card,
    find_uses_of_document,
    find_uses_of_file,
    find_uses_of_template,
)
from site_gen.commands.why.words import Words
from site_gen.paths import CONFIG_PATH, LOCK_PATH, URLS_PATH, is_data
from site_gen.site.outputs import Kind, Slot

_KINDS: Mapping[Kind, str] = {
    "archive": "the list of all articles",
    "article": "an article, made from {}",
    "asset": "an asset that the build makes, {}",
    "compressed file": "{}, compressed for hosts that send it so",
    "headers": "what hosts are told to send",
    "atom feed": "the Atom feed",
    "card": "the card of {}",
    "figures": "the figures of a page for machines, made from {}",
    "file beside": "what a directive made for its page to fetch, from {}",
    "file": "a copy of {}",
    "front page": "front page {}",
    "json feed": "the JSON feed",
    "llms": "the list of transcripts, for language models",
    "missing": "the page for what is not found",
    "page": "a page, made from {}",
    "picture": "a form of {} that pages show",
    "redirect": "a redirect to the page of {}",
    "redirects": "where hosts send readers of old addresses",
    "robots": "what robots are told",
    "search": "a file of the index that readers search, {}",
    "search page": "where readers search",
    "sitemap": "the sitemap",
    "static file": "a copy of {}",
    "tag": "the articles with a tag, at {}",
    "tags": "the list of all tags",
    "transcript": "the transcript of a page, made from {}",
}


def explain(last: LastBuild, subject: Subject, outlook: Outlook, words: Words) -> Answer:
    """The answer about something that the last build knows."""
    match subject.kind:
        case "document":
            return _explain_document(last, subject.path, outlook, words)
        case "output":
            return _explain_output(last, subject.path, outlook, words)
        case "copy":
            copy = last.copies[subject.path]
            if copy.slot.kind == "card":
                return _explain_card(last, copy.slot, outlook, words)
            source = copy.source.rpartition(":")[2]
            is_copy = not copy.is_made and copy.slot.kind != "picture"
            what = f"a copy of {source}" if is_copy else _name_kind(copy.slot)
            uses = () if copy.is_made else find_uses_of_file(last, source)
            others = tuple(group for group in uses if group.label != "published as")
            foreseen = tuple(outlook.of_copy(subject.path))
            return Answer(subject.path, what, last.number, uses=others, outlook=foreseen)
        case "template":
            uses = find_uses_of_template(last, subject.path)
            path = f"templates/{subject.path}"
            foreseen = tuple(outlook.of_file(path))
            return Answer(path, "a template", last.number, uses=uses, outlook=foreseen)
        case "file":
            uses = find_uses_of_file(last, subject.path)
            foreseen = tuple(outlook.of_file(subject.path))
            what = _name_file(subject.path)
            return Answer(subject.path, what, last.number, uses=uses, outlook=foreseen)


def _explain_document(last: LastBuild, path: str, outlook: Outlook, words: Words) -> Answer:
    row, ready = last.documents[path], last.readies.get(path)
    reads = words.group(row.reads)
    causes = words.describe_all(row.cause)
    is_last = row.made == last.number
    steps = [Step("parsed", row.made, is_last, causes, row.elapsed_us / 1000, reads)]
    if ready:
        causes, is_last = words.describe_all(ready.cause), ready.made == last.number
        ms, reads = ready.elapsed_us / 1000, words.group(ready.reads)
        steps.append(Step("made ready", ready.made, is_last, causes, ms, reads))
    return Answer(
        path=path,
        what=_name_document(last, path),
        last_build=last.number,
        steps=tuple(steps),
        uses=find_uses_of_document(last, path),
        outlook=tuple(outlook.of_document(path)),
    )


def _explain_output(last: LastBuild, path: str, outlook: Outlook, words: Words) -> Answer:
    row = last.outputs[path]
    causes, is_last = words.describe_all(row.cause), row.made == last.number
    step = Step("made", row.made, is_last, causes, row.elapsed_us / 1000, words.group(row.reads))
    return Answer(
        path=path,
        what=_name_kind(row.slot(path)),
        last_build=last.number,
        steps=(step,),
        outlook=tuple(outlook.of_output(path)),
    )


def _explain_card(last: LastBuild, slot: Slot, outlook: Outlook, words: Words) -> Answer:
    _, row = last.cards[slot.path]
    causes, is_last = words.describe_all(row.cause), row.made == last.number
    reads = words.group(row.reads)
    return Answer(
        path=slot.path,
        what=_name_kind(slot),
        last_build=last.number,
        steps=(Step("written", row.made, is_last, causes, row.elapsed_us / 1000, reads),),
        uses=find_uses_of_card(last, slot.path),
        outlook=tuple(outlook.of_card(slot.path)),
    )


def _name_kind(slot: Slot) -> str:
    return _KINDS[slot.kind].format(slot.subject)


def _name_document(last: LastBuild, path: str) -> str:
    row = last.documents[path]
    if row.summary is None:
        return "a source whose front matter is wrong"
    kind = "an article" if row.summary.kind == "article" else "a page"
    if why := last.state.left_out.get(path):
        return f"the source of {kind}, which is not published: {why}"
    return f"the source of {kind}, at {row.summary.url}"


def _name_file(path: str) -> str:
    if path == CONFIG_PATH:
        return "the configuration"
    if path == LOCK_PATH:
        return "the figures as they were accepted"
    if path == URLS_PATH:
        return "every URL and anchor that was published"
    return "the site's own part of the catalogue" if is_data(path) else "a file"
