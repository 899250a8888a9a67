"""Supplements and appendices of eCFR XML: paragraphs, and tables by country or group (pure)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.locators import Locator, Unit, parse
from corpus.parsers._ecfr_ccl import ControlList
from corpus.parsers._ecfr_flow import Block
from corpus.parsers._ecfr_sections import paragraphs
from corpus.parsers._ecfr_words import Table
from corpus.parsers.cfr_levels import nest
from corpus.parsers.document import Node

_NUMBERED = re.compile(r"Supplement No\.? ?(\d+) to Part (\d+)", re.IGNORECASE)
_COUNTRY = re.compile(r"countr(?:y|ies)\b(?! group)|destinations?$", re.IGNORECASE)
_GROUP = re.compile(r"\[?\s?(?:Country Group )?([A-E])\s?:\s?(\d{1,2})\s?\]?\s*(.*)")
_MAX_NAME = 100
_MARK = re.compile(r"[Xx✓•]?")
_CONTROL_LIST = Locator(Unit.SUPPLEMENT, "1/774")


def place(number: str, heading: str) -> Locator:
    """Where an appendix stands.

    >>> str(place("Supplement No. 1 to Part 740", "")), str(place("Appendix A to Part 9", ""))
    ('Supplement No. 1 to Part 740', 'Heading: Appendix A to Part 9')
    """
    for name in (number, heading):
        if found := _NUMBERED.match(name):
            return Locator(Unit.SUPPLEMENT, f"{int(found[1])}/{int(found[2])}")
    title = re.split(r"[—–]", heading)[0].strip() or number or "Appendix"
    return parse(f"Heading: {title[:120].strip()}")


def supplement(
    locator: Locator, heading: str, context: tuple[str, ...], found: Sequence[Block]
) -> tuple[Node, ...]:
    """The nodes of an appendix: one, and one more for each entry of the control list."""
    if locator == _CONTROL_LIST:
        control = ControlList((*context, f"{locator}: {heading}" if heading else str(locator)))
        entries = control.read(found)
        opening = nest(locator, paragraphs(control.opening), heading=heading, context=context)
        return (opening, *entries)
    named: Counter[str] = Counter()
    plain: list[Block] = []
    children: list[Node] = []
    for block in found:
        own = tuple(_table(locator, block.table, named)) if block.table else ()
        if block.table and own:
            plain.append(replace(block, table=_without_rows(block.table)))
        else:
            plain.append(block)
        children.extend(own)
    node = nest(locator, paragraphs(plain), heading=heading, context=context)
    return (replace(node, children=(*node.children, *children)),)


def _without_rows(table: Table) -> Table:
    return replace(table, rows=(), calls=(), notes=())


def _table(locator: Locator, table: Table, named: Counter[str]) -> Iterator[Node]:
    """The nodes of a table whose rows are countries or whose columns are country groups."""
    groups = [_GROUP.match(name) for name in table.columns]
    if any(groups):
        yield from _by_group(locator, table, groups)
    elif table.columns and _COUNTRY.match(table.columns[0]):
        yield from _by_country(locator, table, named)
    else:
        return
    yield from _notes(locator, table, named)


def _by_group(
    locator: Locator, table: Table, groups: Sequence[re.Match[str] | None]
) -> Iterator[Node]:
    """One node a column: the countries marked in it."""
    for column, found in enumerate(groups):
        if found is None or column == 0:
            continue
        name = f"{found[1]}:{found[2]}"
        members = [
            _called(row[0], calls)
            for row, calls in zip(table.rows, table.calls, strict=True)
            if column < len(row) and row[column] and row[0]
        ]
        title = f"Country Group {name}" + (f": {found[3]}" if found[3] else "")
        place_of_group = Locator(locator.unit, locator.number, (name,))
        terms = (f"Country Group {name}",)
        yield Node(place_of_group, "\n".join(members), title, label=name, terms=terms)


def _called(name: str, calls: Sequence[str]) -> str:
    word = "footnote" if len(calls) == 1 else "footnotes"
    return f"{name} | {word} {', '.join(calls)}" if calls else name


def _by_country(locator: Locator, table: Table, named: Counter[str]) -> Iterator[Node]:
    """One node a country; an empty first cell goes on with the country above."""
    rows: dict[str, list[str]] = {}
    country = ""
    marked = _is_chart(table)
    for row, calls in zip(table.rows, table.calls, strict=True):
        country = row[0] or country
        if marked:
            line = _marks(table, (country, *row[1:]), calls)
        else:
            line = " | ".join(cell for cell in (country, *row[1:]) if cell)
        rows.setdefault(_as_name(country), []).append(line)
    for name, lines in rows.items():
        named[name] += 1
        note = f'"{name}"' if named[name] == 1 else f'"{name}" [{named[name]}]'
        if name:
            at = replace(locator, note=note)
            yield Node(at, "\n".join(lines), heading=name)


def _as_name(cell: str) -> str:
    """A country's name, in words where the list shouts it.

    >>> _as_name("CHINA, PEOPLE'S REPUBLIC OF"), _as_name("Türkiye")
    ("China, People's Republic of", 'Türkiye')
    """
    if cell.upper() == cell:
        small = {"OF", "THE", "AND"}
        cell = re.sub(
            r"[^\W\d_][\w'’]*",
            lambda word: word[0].lower() if word[0] in small else word[0].capitalize(),
            cell,
        )
    return cell[:_MAX_NAME].strip()


def _is_chart(table: Table) -> bool:
    """Whether the cells hold marks only, so that the columns' names must be told."""
    if len(table.columns) < 4:
        return False
    whole = [row[1:] for row in table.rows if len(row) == len(table.columns)]
    marks = sum(bool(_MARK.fullmatch(cell)) for row in whole for cell in row)
    return bool(whole) and marks >= 0.9 * sum(map(len, whole))


def _marks(table: Table, row: Sequence[str], calls: Sequence[str]) -> str:
    """A row of the chart with the names of the columns that are marked."""
    cells = list(zip(table.columns[1:], row[1:], strict=False))
    words = [cell for _, cell in cells if not _MARK.fullmatch(cell)]
    crossed = [name for name, cell in cells if cell and _MARK.fullmatch(cell)]
    if words:
        told = " | ".join(dict.fromkeys(words))
    else:
        told = f"X in {', '.join(crossed)}" if crossed else "no X in any column"
    return _called(f"{row[0]} | {told}", calls)


def _notes(locator: Locator, table: Table, named: Counter[str]) -> Iterator[Node]:
    """The notes at the foot of a table: they are part of the rule."""
    for number, words in table.notes:
        name = f"footnote {number}" if number else "Note"
        named[name] += 1
        note = name if named[name] == 1 else f"{name} [{named[name]}]"
        yield Node(replace(locator, note=note), words, label=number)
