"""The Commerce Control List as JSON copies of the eCFR keep it: one object an ECCN (pure)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from corpus.parsers._ccl_entries import Entry
from corpus.parsers._ccl_lists import Line
from corpus.parsers.document import Node
from corpus.parsers.markup import canonical

_ECCN = re.compile(r"\d[A-E]\d{3}")
_PATH = re.compile(r"(?:[a-z]{1,2}|\d{1,3})(?:\.(?:[a-z]{1,2}|\d{1,3})){0,9}")
# "5 × 10 6 Gy", "10 26 or more 'operations'": only where nothing but a power of ten makes sense.
_POWER = re.compile(
    r"(?<=\d [×x] 10) ([-−]?\d{1,2})\b(?![.,]\d)"
    r"|(?<=\b10) (\d{1,2})(?= (?:\) )?(?:or more )?['‘]?[Oo]perations\b)"
)
_FLAT_POWER = re.compile(r"\b10 \d{1,2}\b(?! ?%)")
# Names as § 738.2 gives them.
_CATEGORIES = (
    "Nuclear materials, facilities and equipment, and miscellaneous items",
    "Special materials and related equipment, chemicals, microorganisms and toxins",
    "Materials processing",
    "Electronics",
    "Computers",
    "Telecommunications and information security",
    "Sensors and lasers",
    "Navigation and avionics",
    "Marine",
    "Aerospace and propulsion",
)
_GROUPS = {
    "A": "Equipment, assemblies and components",
    "B": "Test, inspection and production equipment",
    "C": "Materials",
    "D": "Software",
    "E": "Technology",
}
# The rubrics of an entry, where a copy runs the whole entry into one line.
_RUBRICS = re.compile(
    r" (?=(?:Reason for Control:|Control\(s\) Country Chart|License Requirements? Notes?:"
    r"|Reporting Requirements |List Based License Exceptions |Special Conditions for "
    r"|List of Items Controlled |Related Controls:|Related Definitions?:|Items:"
    r"|(?:Technical )?[Nn]otes?(?: \d{1,2})?:))"
)


def ccl_nodes(entries: Sequence[object]) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """The nodes of all entries, and warnings on what the copy ran together or flattened."""
    rows = [row for row in entries if isinstance(row, Mapping) and _is_entry(row)]
    codes = {str(row["eccn"]) for row in rows}
    nodes: list[Node] = []
    glued: list[str] = []
    for row in rows:
        split = _split_glued(str(row["eccn"]), _text(row.get("heading")), codes)
        if split is None:
            nodes.append(_entry(row))
            continue
        eccn, heading, body, next_code, next_heading = split
        nodes.append(_glued_entry(eccn, heading, body))
        nodes.append(_entry({**row, "eccn": next_code, "heading": next_heading}))
        glued.append(f"ECCN {eccn}")
    return _unique(nodes), _warnings(nodes, glued)


def _is_entry(row: Mapping[object, object]) -> bool:
    return bool(_ECCN.fullmatch(str(row.get("eccn"))))


def _unique(nodes: list[Node]) -> tuple[Node, ...]:
    """The first node of each locator: a copy may list an entry twice."""
    return tuple({node.locator: node for node in reversed(nodes)}.values())[::-1]


def _warnings(nodes: list[Node], glued: list[str]) -> tuple[str, ...]:
    found = [
        f"{code} is run into one line in this copy; its items stand in one text" for code in glued
    ]
    flat = [
        str(node.locator)
        for root in nodes
        for node in root.walk()
        if _FLAT_POWER.search(f"{node.heading}\n{node.text}")
    ]
    if flat:
        places = ", ".join(flat[:8]) + (" and others" if len(flat) > 8 else "")
        found.append(f"the copy may have flattened a power of ten ('10 6') in {places}")
    return tuple(found)


def _text(value: object) -> str:
    """A string of the copy in canonical form, with powers of ten written ``10^6``."""
    if not isinstance(value, str):
        return ""
    text = canonical(value)
    text = _POWER.sub(lambda found: f"^{(found[1] or found[2]).replace('−', '-')}", text)
    return re.sub(r"(?<=10\^)(-?\d{1,2}) \)", r"\1)", text)


def _entry(row: Mapping[object, object]) -> Node:
    eccn = str(row["eccn"])
    entry = Entry(eccn, _text(row.get("heading")))
    entry.root.lines.extend(_requirements(row))
    special = _text(row.get("staSpecialConditions"))
    entry.add_note("License Exceptions", _exceptions(row, special))
    entry.add_note("Special Conditions for STA", [special] if special else [])
    entry.add_lines(_lines(row.get("items")))
    return entry.node(entry_context(eccn))


def entry_context(eccn: str) -> tuple[str, ...]:
    """The headings above an entry: part, supplement, category, product group."""
    return (
        "Part 774: The Commerce Control List",
        "Supplement No. 1 to Part 774: The Commerce Control List",
        f"Category {eccn[0]}: {_CATEGORIES[int(eccn[0])]}",
        f"Product Group {eccn[1]}: {_GROUPS[eccn[1]]}",
    )


def _requirements(row: Mapping[object, object]) -> list[str]:
    lines = []
    if reason := _text(row.get("reasonForControl")):
        lines.append(f"Reason for Control: {reason}")
    chart = row.get("countryChart")
    for cell in chart if isinstance(chart, list) else ():
        if isinstance(cell, Mapping):
            lines.append(f"{_text(cell.get('control'))} | {_text(cell.get('countryChart'))}")
    if related := _text(row.get("relatedControls")):
        lines.append(f"Related Controls: {related}")
    return lines


def _exceptions(row: Mapping[object, object], special: str) -> list[str]:
    flags = row.get("licenceExceptionFlags")
    pairs = flags.items() if isinstance(flags, Mapping) else ()
    rows = [(canonical(str(name)), _text(value)) for name, value in pairs]
    return [
        f"{name}: {value}"
        for name, value in rows
        if value and not (name == "STA" and value in special)
    ]


def _lines(items: object) -> list[Line]:
    lines = []
    for item in items if isinstance(items, list) else ():
        if not isinstance(item, Mapping):
            continue
        text, label = _text(item.get("text")), item.get("paragraph")
        if not text:
            continue
        kind = item.get("kind")
        if isinstance(label, str) and _PATH.fullmatch(label) and kind in {"item", "note"}:
            lines.append(Line(str(kind), tuple(label.split(".")), text))
        else:
            lines.append(Line("text", (), text))
    return lines


def _split_glued(eccn: str, heading: str, codes: set[str]) -> tuple[str, str, str, str, str] | None:
    """An entry whose whole text was run into its heading, together with the next one's heading.

    The fields of such an object belong to the *next* entry, whose code stands last in the
    heading and is the code of no other object. Anything less certain stays as it is.
    """
    head, rubric, tail = heading.partition(" License Requirements ")
    if not rubric:
        return None
    last = next(reversed([*re.finditer(r"(?<=[.)] )(\d[A-E]\d{3}) (?=[A-Z“])", tail)]), None)
    if last is None or last[1] in codes or last[1] <= eccn:
        return None
    return eccn, head, tail[: last.start()].strip(), last[1], tail[last.end() :]


def _glued_entry(eccn: str, heading: str, body: str) -> Node:
    entry = Entry(eccn, heading)
    entry.root.lines.extend(canonical(line) for line in _RUBRICS.split(body))
    return entry.node(entry_context(eccn))
