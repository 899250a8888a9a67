"""Words and tables of eCFR XML: italics known, exponents kept, note calls dropped (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from corpus.parsers._cfr_labels import Paragraph, marked
from corpus.parsers._outline import superscript
from corpus.parsers.markup import canonical

_ON, _OFF = "\ue000", "\ue001"
_ITALIC = frozenset({"I", "EM"})
_RAISED = frozenset({"SU", "SUP"})
# Amendment credits, authorities, editors' notes, footnotes and their calls, page furniture.
EDITORIAL = frozenset(
    [
        *("AUTH", "SOURCE", "CITA", "EDNOTE", "CROSSREF", "XREF", "APPRO", "PARAUTH", "SECAUTH"),
        *("CFRTOC", "FTNT", "FTREF", "EFTNT", "STARS", "IMG", "GID", "AMDDATE", "HEADER"),
        *("PRTPAGE", "SCRIPT", "STYLE"),
    ]
)
_MAX_SPAN = 40
_UNIT = re.compile(r"\d\s?(?:ft|in|yd|sec|s)$|(?<![^\W\d_])(?:[kcmµn]?m|cm|g)$")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its caption, one name a column, its rows, and the notes at its foot.

    `groups` are the names above the columns, in the first of several head rows.
    """

    caption: str
    groups: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    calls: tuple[tuple[str, ...], ...]
    notes: tuple[tuple[str, str], ...]

    def lines(self) -> tuple[str, ...]:
        """The table as text: one line a row, cells joined by " | "."""
        names = [
            name if name == group or not group else f"{group}: {name}"
            for group, name in zip(self.groups, self.columns, strict=True)
        ]
        head = [tuple(names)] if any(names) else []
        notes = [f"Note {number}: {words}" if number else words for number, words in self.notes]
        rows = (canonical(" | ".join(row)) for row in (*head, *self.rows))
        return tuple(line for line in (self.caption, *rows, *notes) if line.strip(" |"))


def tag_of(element: etree._Element) -> str:
    """The element's name in capitals; empty for a comment."""
    return element.tag.upper() if isinstance(element.tag, str) else ""


def printed(element: etree._Element) -> Paragraph:
    """A paragraph with its italics."""
    text = canonical("".join(_pieces(element)))
    text = re.sub(f"{_ON}\\s+", f" {_ON}", re.sub(f"\\s+{_OFF}", f"{_OFF} ", text))
    text = canonical(re.sub(f"{_OFF}( ?){_ON}", r"\1", text))
    text = re.sub(r" \^(?=[-−–]?\d)", "^", text)
    return marked(text, _ON, _OFF)


def words(element: etree._Element | None) -> str:
    """The canonical words of an element on one line."""
    return "" if element is None else printed(element).text


def _pieces(root: etree._Element) -> Iterator[str]:
    """The text of an element in order, italic runs between marks, nothing editorial."""
    before, depth, silent = "", 0, 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        quiet = element is not root and _is_silent(element)
        italic = element is not root and _is_italic(element)
        if event == "start":
            piece = "" if silent or quiet else _clean(element.text)
            silent += quiet
            if italic and not silent:
                piece = (_ON if not depth else "") + piece
                depth += 1
            piece = f" {piece}" if tag_of(element) in {"BR", "P", "LI", "HED"} else piece
        elif event == "end":
            piece = _closed(element, before, root) if not silent or (quiet and silent == 1) else ""
            silent -= quiet
            if italic and not silent:
                depth -= 1
                piece = (_OFF if not depth else "") + piece
        else:
            piece = "" if silent else _clean(element.tail)
        if piece:
            before = (before + piece)[-40:]
            yield piece


def _closed(element: etree._Element, before: str, root: etree._Element) -> str:
    """What an element adds when it ends: a raised number, and the text after it."""
    if element is root:
        return ""
    raised = ""
    if _is_raised(element):
        before = re.sub(f"[{_ON}{_OFF}]", "", before)
        raised = exponent(before, canonical("".join(map(str, element.itertext()))))
    return raised + _clean(element.tail)


def _clean(text: str | None) -> str:
    return re.sub(f"[{_ON}{_OFF}]", "", text or "")


def _is_silent(element: etree._Element) -> bool:
    return tag_of(element) in EDITORIAL or _is_raised(element)


def _is_italic(element: etree._Element) -> bool:
    return tag_of(element) in _ITALIC or (tag_of(element) == "E" and element.get("T") == "03")


def _is_raised(element: etree._Element) -> bool:
    return tag_of(element) in _RAISED or (tag_of(element) == "E" and element.get("T") == "51")


def exponent(before: str, raised: str) -> str:
    """How raised text reads: an exponent, an ordinal, or nothing for the call of a note.

    >>> exponent("than 10", "26"), exponent("41,600 ft", "2"), exponent("a system", "2")
    ('^26', '^2', '')
    """
    if re.fullmatch(r"[-−–]\d{1,2}", raised):
        return f"^{raised}"
    if re.fullmatch(r"\d", raised) and _UNIT.search(before.rstrip()):
        return f"^{raised}"
    return superscript(before, raised)


def read_table(element: etree._Element) -> Table:
    """A table with its head, however many rows that has; spanning cells are repeated."""
    head: list[etree._Element] = []
    body: list[etree._Element] = []
    notes: list[tuple[str, str]] = []
    for row in element.iter("TR", "tr"):
        if any(tag_of(above) == "TFOOT" for above in row.iterancestors()):
            notes.append(_foot_note(row))
        elif not body and all(tag_of(cell) == "TH" for cell in row):
            head.append(row)
        else:
            body.append(row)
    names = [tuple(map(words, row)) for row in _grid(head)]
    width = max((len(row) for row in names), default=0)
    names = [(*row, *("" for _ in range(width - len(row)))) for row in names]
    grid = [row for row in _grid(body) if any(words(cell) for cell in row)]
    caption = element.find("CAPTION")
    return Table(
        words(caption).strip("[]"),
        names[0] if names else (),
        names[-1] if names else (),
        tuple(tuple(map(words, row)) for row in grid),
        tuple(_calls(row[0]) for row in grid),
        tuple(note for note in notes if note[1]),
    )


def _grid(rows: list[etree._Element]) -> list[tuple[etree._Element, ...]]:
    """The cells of each row, a spanning cell in every place that it covers."""
    grid: list[tuple[etree._Element, ...]] = []
    waiting: dict[int, tuple[int, etree._Element]] = {}
    for row in rows:
        cells: list[etree._Element] = []
        for cell in row:
            if tag_of(cell) not in {"TD", "TH"}:
                continue
            _fill(cells, waiting)
            for _ in range(_span(cell, "colspan") if tag_of(cell) == "TH" else 1):
                if (rows_down := _span(cell, "rowspan")) > 1:
                    waiting[len(cells)] = (rows_down - 1, cell)
                cells.append(cell)
        _fill(cells, waiting)
        grid.append(tuple(cells))
    return grid


def _fill(cells: list[etree._Element], waiting: dict[int, tuple[int, etree._Element]]) -> None:
    """Put the cells that reach down from the rows above."""
    while len(cells) in waiting:
        left, cell = waiting.pop(len(cells))
        if left > 1:
            waiting[len(cells)] = (left - 1, cell)
        cells.append(cell)


def _span(cell: etree._Element, name: str) -> int:
    value = cell.get(name, "1")
    return max(1, min(int(value), _MAX_SPAN)) if value.isdecimal() and len(value) < 4 else 1


def _foot_note(row: etree._Element) -> tuple[str, str]:
    """The number and the words of a note at the foot of a table."""
    numbers = _calls(row)
    return (numbers[0] if numbers else ""), words(row)


def _calls(element: etree._Element) -> tuple[str, ...]:
    """The numbers of the notes that a cell calls."""
    found = (canonical("".join(map(str, each.itertext()))) for each in element.iter("SU", "sup"))
    return tuple(number for number in found if number.isdecimal())
