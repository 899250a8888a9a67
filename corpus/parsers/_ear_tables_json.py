"""The tables of the EAR in JSON copies of the eCFR: chart, groups, licence exceptions (pure).

Only what the official table holds is read. Labels, notes and aliases of the copy's author stay out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from corpus.locators import Locator, Unit
from corpus.parsers.document import Node
from corpus.parsers.markup import canonical

_GROUP = re.compile(r"[A-E](?::\d{1,2})?")


def chart_nodes(data: Mapping[str, object]) -> tuple[Node, ...]:
    """The Commerce Country Chart: one node a country, one a footnote."""
    root = Locator(Unit.SUPPLEMENT, "1/738")
    columns, labels = data.get("columns"), _mapping(data.get("columnLabels"))
    names = [str(column) for column in columns] if isinstance(columns, list) else []
    text = "\n".join(f"{name} | {canonical(str(labels.get(name, '')))}" for name in names)
    rows = {str(name): _marks(row) for name, row in _mapping(data.get("countries")).items()}
    for name, row in _mapping(data.get("embargoed")).items():
        rows[str(name)] = _pointer(row)
    children = [
        Node(Locator(Unit.SUPPLEMENT, "1/738", note=f'"{name}"'), row, heading=name)
        for name, row in ((canonical(name), row) for name, row in sorted(rows.items()))
        if name
    ]
    footnotes = _mapping(data.get("footnotes"))
    children += [
        Node(
            Locator(Unit.SUPPLEMENT, "1/738", note=f"footnote {number}"),
            canonical(str(words)),
            label=str(number),
        )
        for number, words in footnotes.items()
        if str(number).isdecimal()
    ]
    return (Node(root, text, heading="Commerce Country Chart", children=tuple(children)),)


def _marks(row: object) -> str:
    cells = _mapping(row)
    marks = cells.get("marks")
    crossed = ", ".join(str(mark) for mark in marks) if isinstance(marks, list) else ""
    return f"X in {crossed}{_called(cells)}" if crossed else f"no X in any column{_called(cells)}"


def _pointer(row: object) -> str:
    cells = _mapping(row)
    return f"{canonical(str(cells.get('pointer', '')))}{_called(cells)}"


def _called(cells: Mapping[str, object]) -> str:
    numbers = cells.get("footnotes")
    if not isinstance(numbers, list) or not numbers:
        return ""
    word = "footnote" if len(numbers) == 1 else "footnotes"
    return f" | {word} {', '.join(str(number) for number in numbers)}"


def group_nodes(data: Mapping[str, object]) -> tuple[Node, ...]:
    """The Country Groups: one node a group, with its members."""
    children = tuple(
        Node(
            Locator(Unit.SUPPLEMENT, "1/740", (name,)),
            "; ".join(canonical(str(country)) for country in countries),
            heading=f"Country Group {name}",
            label=name,
            terms=(f"Country Group {name}",),
        )
        for name, countries in _mapping(data.get("groups")).items()
        if _GROUP.fullmatch(name) and isinstance(countries, list)
    )
    return (Node(Locator(Unit.SUPPLEMENT, "1/740"), heading="Country Groups", children=children),)


def exception_nodes(rows: Sequence[object]) -> tuple[Node, ...]:
    """The index of licence exceptions: a table of part 740, one line a section."""
    lines = []
    for row in map(_mapping, rows):
        number, title = str(row.get("sectionNumber", "")), canonical(str(row.get("title", "")))
        symbols = row.get("symbols")
        if re.fullmatch(r"740\.\d{1,2}", number) and title and isinstance(symbols, list):
            lines.append(f"§ {number} | {', '.join(map(str, symbols))} | {title}")
    return (Node(Locator(Unit.PART, "740"), "\n".join(lines), heading="License Exceptions"),)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
