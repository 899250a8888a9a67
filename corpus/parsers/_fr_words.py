"""The words of Federal Register XML: running text, tables, numbers and days (pure)."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date

from lxml import etree

from corpus.parsers.markup import canonical

# Italic runs are kept between these marks until labels and headings have been told apart.
ITALIC, ROMAN = "\ue000", "\ue001"
_SILENT = {"PRTPAGE", "FTREF", "FTNT", "GPH", "GID", "STARS", "BILCOD", "MATH"}
_RAISED = {"51", "0151"}
_ITALICS = {"03", "0331", "7203", "7503"}
_CLOSING = re.compile(r"\s+(?=[.,;:)\]”’—–?!%])")
_OPENING = re.compile(r"(?<=[(\[“‘—–])\s+$")
_UNIT = re.compile(r"(?:\d|\b(?:m|cm|mm|km|ft|in|nm|s))$")
_MONTHS = [*calendar.month_name][1:]
_DAY = re.compile(rf"({'|'.join(_MONTHS)})\s+(\d{{1,2}}),\s+(\d{{4}})")
_DASHES = str.maketrans("–‑−", "---")


def tag(element: etree._Element) -> str:
    """The tag; empty for comments and processing instructions."""
    return element.tag if isinstance(element.tag, str) else ""


def marked_line(element: etree._Element) -> str:
    """One line of text with italic runs between `ITALIC` and `ROMAN`; no notes, no page marks."""
    return canonical(_render(element))


def words(element: etree._Element | None) -> str:
    """One line of text without any marks."""
    return "" if element is None else plain(marked_line(element))


def plain(text: str) -> str:
    """`text` without the marks of italic runs."""
    bare = text.replace(ITALIC, "").replace(ROMAN, "")
    return "\n".join(canonical(line) for line in bare.split("\n"))


def _render(element: etree._Element) -> str:
    text = element.text or ""
    for child in element:
        inner = _run(child, text)
        if inner.strip():
            text = _OPENING.sub("", text)
        text += inner
        tail = child.tail or ""
        # The published files are indented: the blank before a full stop was never printed.
        text += _CLOSING.sub("", tail, count=1) if _CLOSING.match(tail) else tail
    return text


def _run(child: etree._Element, before: str) -> str:
    name = tag(child)
    if not name or name in _SILENT:
        return " " if name in {"PRTPAGE", "STARS"} else ""
    kind = child.get("T", "")
    if name == "SU" or (name == "E" and kind in _RAISED):
        return _raised(child, before)
    inner = _render(child)
    if name == "E" and kind in _ITALICS and inner.strip():
        return f"{ITALIC}{inner.strip()}{ROMAN}"
    return inner


def _raised(element: etree._Element, before: str) -> str:
    """An exponent as ``^25``; nothing for the call of a note."""
    text = "".join(str(piece) for piece in element.itertext()).strip().translate(_DASHES)
    following = element.getnext()
    if following is not None and tag(following) == "FTREF":
        return ""
    if re.fullmatch(r"[+-]?\d{1,4}", text):
        return f"^{text}" if _UNIT.search(before) else ""
    return text if text in {"st", "nd", "rd", "th"} else ""


def rows(table: etree._Element) -> Iterator[str]:
    """The title of a table, its column heads, then one line a row, cells joined by " | "."""
    yield from filter(None, (words(e) for e in table if tag(e) in {"TTITLE", "TDESC"}))
    heads = [words(head) for head in table.iter("CHED")]
    if any(heads):
        yield " | ".join(heads)
    for row in table.iter("ROW"):
        cells = [words(cell) for cell in row.iter("ENT")]
        if any(cells):
            yield " | ".join(cells)
    yield from filter(None, (words(note) for note in table if tag(note) == "TNOTE"))


def paragraphs(element: etree._Element) -> Iterator[str]:
    """The paragraphs below an element, marked; a table is one of several lines."""
    for child in element:
        name = tag(child)
        if name == "GPOTABLE":
            yield from filter(None, ["\n".join(rows(child))])
        elif name in {"P", "FP", "HD", "PSPACE"}:
            yield from filter(None, [marked_line(child)])
        elif name == "NOTE":
            yield _note(child)
        elif name in {"EXTRACT", "LSTSUB", "PRIACT", "AUTH"}:
            yield from paragraphs(child)


def _note(element: etree._Element) -> str:
    head = next((words(child) for child in element if tag(child) == "HD"), "")
    body = " ".join(words(child) for child in element if tag(child) in {"P", "FP"})
    return f"{head} {body}".strip()


def document_number(document: etree._Element) -> str:
    """``2024-02895`` of "[FR Doc. 2024–02895 Filed ...]"; empty when the document has none."""
    for element in document.iter("FRDOC"):
        text = words(element).translate(_DASHES)
        if found := re.search(
            r"FR\s+Doc\.?\s*([A-Z]?\d{0,4}-?\d{1,4}-\d{3,6}|\w{1,4}-\d{3,6})", text
        ):
            return found[1]
    return ""


def ascii_dashes(text: str) -> str:
    """`text` with hyphens for dashes, as identifiers are written."""
    return text.translate(_DASHES)


def day_in(text: str) -> date | None:
    """The first day written out in `text`.

    >>> day_in("Monday, February 12, 2024")
    datetime.date(2024, 2, 12)
    """
    if found := _DAY.search(text):
        try:
            return date(int(found[3]), _MONTHS.index(found[1]) + 1, int(found[2]))
        except ValueError:
            return None
    return None
