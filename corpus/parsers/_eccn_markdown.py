"""One entry of the Commerce Control List as a markdown file: "# 4E091 ..." (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.parsers._ccl_entries import Entry
from corpus.parsers._ccl_json import entry_context
from corpus.parsers._ccl_lists import Line
from corpus.parsers.document import Node
from corpus.parsers.markup import canonical

_TITLE = re.compile(r"#{1,6} (?:ECCN )?(\d[A-E]\d{3}) (\S.*)")
_LABEL = re.compile(r"(\d{1,2}|[a-z])((?:\.(?:\d{1,2}|[a-z]))*)\.? (?=\S)")
_RULE = re.compile(r"[\s:|-]*-{3}[\s:|-]*")


def is_eccn(line: str) -> bool:
    """Whether a heading is that of an entry of the Commerce Control List."""
    return _TITLE.fullmatch(line) is not None and "|" not in line


def eccn_node(lines: Sequence[str]) -> Node:
    """The entry; `lines` begin with its heading."""
    title = _TITLE.fullmatch(lines[0])
    if title is None:
        raise ValueError("the first line is not the heading of an entry")
    entry = Entry(title[1], canonical(title[2]))
    parts: dict[str, list[str]] = {}
    heading = ""
    for line in lines[1:]:
        if line.startswith("#"):
            heading = canonical(line.lstrip("# "))
        elif not _RULE.fullmatch(line):
            parts.setdefault(heading, []).append(_plain(line))
    for heading, words in parts.items():
        _place(entry, heading, words)
    return entry.node(entry_context(title[1]))


def _plain(line: str) -> str:
    if line.startswith("|"):
        return " | ".join(canonical(cell) for cell in line.strip("|").split("|"))
    return canonical(re.sub(r"^[-*] ", "", line))


def _place(entry: Entry, heading: str, words: list[str]) -> None:
    if heading in {"", "License Requirements"}:
        entry.root.lines.extend(line for line in words if not line.startswith("Control(s) |"))
    elif "License Exceptions" in heading:
        entry.add_note("License Exceptions", words)
    elif heading.startswith("Special Conditions"):
        entry.add_note("Special Conditions for STA", words)
    else:
        entry.add_lines([_line(line, heading) for line in words])


def _line(text: str, heading: str) -> Line:
    found = _LABEL.match(text)
    if found is None:
        return Line("text", (), text)
    path = (found[1], *found[2].split(".")[1:])
    kind = "note" if "Note" in heading and found[1].isdecimal() else "item"
    return Line(kind, path, text[found.end() :])
