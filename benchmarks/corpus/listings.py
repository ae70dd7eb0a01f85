"""Listings: functions of statements that are drawn, in names and numbers that are drawn.

A statement is a template. `<a>` to `<f>` stand for names that hold for the whole listing, `<fn>`
for its function's; `<num>`, `<word>`, `<cmp>` and `<op>` are drawn anew each time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from benchmarks.corpus.words import NOUNS, make_clause, split

LANGUAGES = ("python", "c", "bash", "javascript")


@dataclass(frozen=True)
class Grammar:
    """What listings of a language are put together from."""

    head: tuple[str, ...]
    """How its function opens; one is drawn."""
    statements: tuple[str, ...]
    """What can stand in the function, indented already; three or so are drawn."""
    tail: tuple[str, ...]
    """How the function ends, and what calls it; one is drawn."""


PYTHON = Grammar(
    head=(
        'def <fn>(<a>, <b>=<num>):\n    """<Clause>."""\n    <c> = <num>\n',
        'def <fn>(<a>: list[int], <b>: int = <num>) -> int:\n    """<Clause>."""\n    <c> = 0\n',
        "@cache\ndef <fn>(<a>, <b>):\n    # <clause>\n    <c> = <b> <op> <num>\n",
    ),
    statements=(
        "    for <d> in <a>:\n        if <d> <cmp> <num>:\n            <c> += <d> <op> <b>\n",
        "    <e> = {<d>: <d> <op> <num> for <d> in <a> if <d> <cmp> <b>}\n",
        "    while <c> <cmp> <num>:\n        <c> = <c> <op> <b> - <num>\n        <b> += 1\n",
        '    with open("<word>.txt", encoding="utf-8") as <e>:\n        <c> += len(<e>.read())\n',
        '    if not <a>:\n        raise ValueError(f"<word> {<b>!r} is not a <word>")\n',
        "    <a> = sorted(<a>, key=lambda <d>: (<d> <op> <num>, <d>))[:<num>]\n",
        '    print(f"<word>: {<c>:>8.2f} of {<b>}", file=sys.stderr)\n',
        "    try:\n        <c> //= <b>\n    except ZeroDivisionError:\n        <c> = None\n",
        '    <f> = [<d> for <d> in zip(<a>, range(<num>)) if "<word>" not in <d>]\n',
        "    assert <b> <cmp> <num>, <a>\n",
    ),
    tail=(
        "    return <c>\n\n\nprint(<fn>([<num>, <num>, <num>], <b>=<num>))\n",
        "    return <c> <op> <num> if <b> else None\n",
        '    return {"<word>": <c>, "<word>": <b>}\n',
    ),
)

C = Grammar(
    head=(
        "#include <stdio.h>\n\n/* <clause> */\nint <fn>(const int *<a>, size_t <b>)\n{\n"
        "    int <c> = <num>;\n\n",
        "static double <fn>(double *<a>, int <b>)\n{\n    double <c> = <num>.5;\n\n",
        "#include <stdint.h>\n#define <WORD> <num>u\n\nuint64_t <fn>(uint64_t *<a>, unsigned <b>)\n"
        "{\n    uint64_t <c> = <WORD>;\n\n",
    ),
    statements=(
        "    for (size_t <d> = 0; <d> < <b>; <d>++)\n        <c> += <a>[<d>] <op> <num>;\n",
        "    if (<a>[0] <cmp> <num>) {\n        <c> = <num>;\n        <a>++;\n    }\n",
        "    while (<c> <cmp> <num> && <b>--)\n        <c> -= *<a>++;\n",
        '    printf("<word> %d: %u\\n", (int)<c>, (unsigned)<b>);\n',
        "    switch ((int)<b>) {\n    case <num>:\n        return <num>;\n    default:\n"
        "        break; /* <word> */\n    }\n",
        "    struct { int <d>; char <e>[<num>]; } <f> = { .<d> = <num> };\n    <c> += <f>.<d>;\n",
        "    char *<f> = malloc(<num> * sizeof *<f>);\n    free(<f>); // <word>\n",
        "    <c> = (<c> << 3) ^ (<c> >> <num>);\n",
    ),
    tail=(
        "    return <c>;\n}\n",
        "    return <c> <cmp> <num> ? <c> : <num>;\n}\n",
        '    fputs("<word>\\n", stderr);\n    return <c>;\n}\n',
    ),
)

BASH = Grammar(
    head=(
        '#!/usr/bin/env bash\nset -eu\n\n<a>="${1:-<word>}"\n<b>=<num>\n\n<fn>() {\n'
        "    local <c>=0\n",
        '<a>=(<word> <word> <word>)\n<b>="$HOME/<word>"\n\n<fn>() {\n    local <c>="$1"\n',
        "# <clause>\nexport <WORD>=<num>\n<fn>() {\n    local <a>=$1 <b>=<num> <c>\n",
    ),
    statements=(
        '    for <d> in "$<b>"/*.<word>; do\n        wc -c < "$<d>" >> "<word>.log"\n    done\n',
        '    if [[ -f "$<a>" && $<c> -gt <num> ]]; then\n        echo "<word>: $<a>" >&2\n    fi\n',
        "    <c>=$(( <c> <op> <num> ))\n",
        '    grep -c "<word>" "$<b>.txt" | sort -n | head -<num>\n',
        '    while read -r <d> <e>; do\n        printf "%s\\t%s\\n" "$<e>" "$<d>"\n'
        '    done < "<word>.tsv"\n',
        '    case "$<a>" in\n        <word>|<word>) <c>=<num> ;;\n'
        "        *) return 1 ;;\n    esac\n",
        '    curl --silent "https://example.com/<word>?<word>=<num>" -o "<word>.json"\n',
        "    awk -F, '$2 > <num> { n += $3 } END { print n }' <word>.csv\n",
        '    tar -czf "<word>-$(date +%F).tar.gz" --exclude="<word>" "$<b>"\n',
    ),
    tail=(
        '    echo "$<c>"\n}\n\n<fn> "$<a>"\n',
        "}\n\n<fn> <word> || exit <num>\n",
        '}\n\ntrap "rm -f <word>.tmp" EXIT\n<fn> "$@"\n',
    ),
)

JAVASCRIPT = Grammar(
    head=(
        "/** <Clause>. */\nexport function <fn>(<a>, <b> = <num>) {\n  let <c> = <num>;\n",
        'import { <e> } from "./<word>.js";\n\nconst <fn> = async (<a>, <b>) => {\n'
        "  let <c> = 0;\n",
        "// <clause>\nfunction* <fn>(<a>, { <b> = <num> } = {}) {\n  let <c> = <b> <op> <num>;\n",
    ),
    statements=(
        "  for (const <d> of <a>) {\n    if (<d> <cmp> <num>) <c> += <d> <op> <b>;\n  }\n",
        "  const <f> = <a>.map((<d>) => <d> <op> <num>).filter((<d>) => <d> <cmp> <b>);\n",
        "  console.log(`<word>: ${<c>} of ${<b>.toFixed(2)}`);\n",
        '  if (<a>.length === 0) throw new RangeError("no <word> for <word>");\n',
        "  while (<c> <cmp> <num>) <c> = <c> <op> <num> - 1;\n",
        '  document.querySelector(".<word>").textContent = `${<c>} <word>`;\n',
        "  try {\n    <c> = JSON.parse(<a>)?.<word> ?? <num>;\n  } catch {\n    <c> = null;\n  }\n",
        '  <a>.sort((x, y) => x.<word> - y.<word>).splice(<num>, 1, "<word>");\n',
        "  const { <d>, ...<e>s } = Object.fromEntries(<a>.entries());\n",
    ),
    tail=(
        "  return <c>;\n}\n",
        "  return { <word>: <c>, <word>: /^<word>-\\d{<num>}$/.test(<b>) };\n}\n",
        "  return <c> <cmp> <num> ? <c> : undefined;\n}\n\nsetTimeout(<fn>, <num>);\n",
    ),
)

GRAMMARS = {"python": PYTHON, "c": C, "bash": BASH, "javascript": JAVASCRIPT}
_HOLE = re.compile(r"<([A-Za-z]+)>")
_ACTIONS = split(
    "add count draw fetch find load make mark merge move pack read save scan sort tidy"
)


def make_listing(random: Random, language: str) -> str:
    """A listing of some 10 lines; `language` is one of `LANGUAGES`."""
    grammar = GRAMMARS[language]
    chosen = random.sample(grammar.statements, random.randint(2, 4))
    text = "".join([random.choice(grammar.head), *chosen, random.choice(grammar.tail)])
    fixed = dict(zip("abcdef", random.sample(NOUNS, 6), strict=True))
    fixed["fn"] = f"{random.choice(_ACTIONS)}_{random.choice(NOUNS)}"
    fixed["WORD"] = random.choice(NOUNS).upper()
    return _HOLE.sub(lambda hole: fixed.get(hole[1]) or _draw(random, hole[1]), text)


def _draw(random: Random, kind: str) -> str:
    match kind:
        case "num":
            return str(random.randint(2, 4096))
        case "word":
            return random.choice(NOUNS)
        case "cmp":
            return random.choice(("<", ">", "<=", ">=", "==", "!="))
        case "op":
            return random.choice("+-*/%")
        case "clause":
            return make_clause(random)
        case _:
            assert kind == "Clause", kind
            clause = make_clause(random)
            return clause[0].upper() + clause[1:]
