"""SARIF 2.1.0 as a strict reader takes it: the objects of the specification that logs of ours are
made of, with all the properties that these may have, and what binds one object to another.

The numbers are of its sections: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

_URI_REFERENCE = re.compile(r"(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=\[\]-]|%[0-9A-Fa-f]{2})+")
"""The characters of RFC 3986."""
_TAG = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")
"""A hierarchical string: 3.5.4."""

Check = Callable[[Any], bool]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_uri(value: object) -> bool:
    return isinstance(value, str) and bool(_URI_REFERENCE.fullmatch(value))


def _is_from(least: int) -> Check:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_one_of(*values: str) -> Check:
    return lambda value: value in values


def _has_hierarchical_names(value: object) -> bool:
    return isinstance(value, dict) and all(
        _TAG.fullmatch(name) and _is_text(each) for name, each in value.items()
    )


class _Kind(NamedTuple):
    """An object of the specification."""

    required: frozenset[str]
    others: frozenset[str]
    values: Mapping[str, Check] = {}
    objects: Mapping[str, str] = {}
    """Property → kind of the object that it holds; `[]` before it for an array of such."""


def _kind(required: str, others: str, **more: Any) -> _Kind:
    return _Kind(frozenset(required.split()), frozenset(f"{others} properties".split()), **more)


KINDS = {
    "log": _kind(  # 3.13
        "version runs",
        "$schema inlineExternalProperties",
        values={"version": _is_one_of("2.1.0"), "$schema": _is_uri},
        objects={"runs": "[]run"},
    ),
    "run": _kind(  # 3.14
        "tool",
        "invocations conversion versionControlProvenance originalUriBaseIds artifacts"
        " logicalLocations graphs results automationDetails runAggregates baselineGuid"
        " redactionTokens defaultEncoding defaultSourceLanguage newlineSequences columnKind"
        " externalPropertyFileReferences threadFlowLocations taxonomies addresses translations"
        " policies webRequests webResponses specialLocations language",
        values={"columnKind": _is_one_of("utf16CodeUnits", "unicodeCodePoints")},
        objects={"tool": "tool", "results": "[]result"},
    ),
    "tool": _kind("driver", "extensions", objects={"driver": "toolComponent"}),  # 3.18
    "toolComponent": _kind(  # 3.19
        "name",
        "guid organization product productSuite shortDescription fullDescription fullName version"
        " semanticVersion dottedQuadFileVersion releaseDateUtc downloadUri informationUri"
        " globalMessageStrings notifications rules taxa locations language contents"
        " isComprehensive localizedDataSemanticVersion"
        " minimumRequiredLocalizedDataSemanticVersion associatedComponent translationMetadata"
        " supportedTaxonomies",
        values={"name": _is_text, "version": _is_text, "informationUri": _is_uri},
        objects={"rules": "[]reportingDescriptor"},
    ),
    "reportingDescriptor": _kind(  # 3.49
        "id",
        "deprecatedIds guid deprecatedGuids name deprecatedNames shortDescription fullDescription"
        " messageStrings defaultConfiguration helpUri help relationships",
        values={"id": _is_text, "name": _is_text, "helpUri": _is_uri},
        objects={"shortDescription": "multiformatMessageString"},
    ),
    "multiformatMessageString": _kind("text", "markdown", values={"text": _is_text}),  # 3.12
    "result": _kind(  # 3.27
        "message",
        "ruleId ruleIndex rule kind level analysisTarget locations guid correlationGuid"
        " occurrenceCount partialFingerprints fingerprints stacks codeFlows graphs graphTraversals"
        " relatedLocations suppressions baselineState rank attachments hostedViewerUri"
        " workItemUris provenance fixes taxa webRequest webResponse",
        values={
            "ruleId": _is_text,
            "ruleIndex": _is_from(-1),
            "level": _is_one_of("none", "note", "warning", "error"),
            "partialFingerprints": _has_hierarchical_names,
        },
        objects={"message": "message", "locations": "[]location"},
    ),
    "message": _kind("text", "markdown id arguments", values={"text": _is_text}),  # 3.11
    "location": _kind(  # 3.28
        "",
        "id physicalLocation logicalLocations message annotations relationships",
        objects={"physicalLocation": "physicalLocation"},
    ),
    "physicalLocation": _kind(  # 3.29, without an address
        "artifactLocation",
        "address region contextRegion",
        objects={"artifactLocation": "artifactLocation", "region": "region"},
    ),
    "artifactLocation": _kind("uri", "uriBaseId index description", values={"uri": _is_uri}),  # 3.4
    "region": _kind(  # 3.30, of text and by lines
        "startLine",
        "startColumn endLine endColumn charOffset charLength byteOffset byteLength snippet message"
        " sourceLanguage",
        values={
            "startLine": _is_from(1),
            "startColumn": _is_from(1),
            "endLine": _is_from(1),
            "endColumn": _is_from(1),
        },
    ),
}


def find_mistakes(log: object) -> list[str]:
    """What is wrong with a log, each with its place; nothing where all is well."""
    found = list(_check(log, "log", "log"))
    if found or not isinstance(log, dict):
        return found
    for run in log["runs"]:
        found += _check_rules(run["tool"]["driver"].get("rules", []), run.get("results", []))
        found += _check_regions(run)
    return found


def _check(value: object, kind: str, place: str) -> Iterator[str]:
    """Whether it is an object of this kind, with all that is in it."""
    if not isinstance(value, dict):
        yield f"{place} is no object"
        return
    rules = KINDS[kind]
    yield from (f"{place} lacks `{name}`" for name in sorted(rules.required - value.keys()))
    for name, each in value.items():
        if name not in rules.required | rules.others:
            yield f"{place} has `{name}`, which no {kind} has"
        elif name in rules.values and not rules.values[name](each):
            yield f"{place}.{name} cannot be {each!r}"
        elif name in rules.objects:
            yield from _check_objects(each, rules.objects[name], f"{place}.{name}")


def _check_objects(value: object, kind: str, place: str) -> Iterator[str]:
    if not kind.startswith("[]"):
        yield from _check(value, kind, place)
    elif not isinstance(value, list):
        yield f"{place} is no array"
    else:
        for index, each in enumerate(value):
            yield from _check(each, kind[2:], f"{place}[{index}]")


def _check_rules(rules: list[Any], results: list[Any]) -> Iterator[str]:
    """3.19.23, 3.27.5 and 3.27.6: each rule once, and found by name as by number."""
    names = [rule["id"] for rule in rules]
    if len(set(names)) < len(names):
        yield "two rules have one id"
    for result in results:
        index = result.get("ruleIndex", -1)
        if index >= len(names) or (index >= 0 and names[index] != result.get("ruleId")):
            yield f"rule {index} is not `{result.get('ruleId')}`"


def _check_regions(run: Mapping[str, Any]) -> Iterator[str]:
    """3.14.17 and 3.30.8: what columns count is said, and no region ends before it begins."""
    regions = [
        location["physicalLocation"]["region"]
        for result in run.get("results", [])
        for location in result.get("locations", [])
        if "region" in location.get("physicalLocation", {})
    ]
    if any("startColumn" in region for region in regions) and "columnKind" not in run:
        yield "what columns count is not said"
    for region in regions:
        is_one_line = region.get("endLine", region["startLine"]) == region["startLine"]
        if is_one_line and region.get("endColumn", 1 << 30) < region.get("startColumn", 1):
            yield f"a region ends before it begins: {region}"
