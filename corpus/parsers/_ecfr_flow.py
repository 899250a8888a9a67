"""The blocks of a section or an appendix in eCFR XML, in reading order (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from corpus.parsers._cfr_labels import Paragraph
from corpus.parsers._ecfr_words import EDITORIAL, Table, printed, read_table, tag_of, words

Kind = Literal["paragraph", "heading", "note", "table", "effective", "sample"]

_HEADINGS = frozenset(["HD1", "HD2", "HD3", "HD4", "HD5", "HD6", "HED1", "ALPHHD"])
_NOTES = frozenset(["NOTE", "EXAMPLE"])
_LINES = frozenset(
    [
        *("P", "FP", "FP-1", "FP-2", "FP-3", "FP-DASH", "FP1-2", "FP2", "FP2-2", "FP2-3", "FP1"),
        *("FRP", "FRP0", "LI", "PSPACE", "HALFDASH", "LDRFIG", "FL-2"),
    ]
)
_EMPTY = Paragraph("")
_SECTIONS = frozenset([f"DIV{number}" for number in range(1, 10)])


@dataclass(frozen=True, slots=True)
class Block:
    """One block: its words, and its further lines (of a note) or its table.

    `bold` says that it begins in bold, as the head of an entry does; `sample` that it stands in
    quoted matter, which has labels of its own.
    """

    kind: Kind
    paragraph: Paragraph = _EMPTY
    lines: tuple[str, ...] = ()
    table: Table | None = None
    bold: bool = False
    sample: bool = False

    @property
    def text(self) -> str:
        """The words of the first paragraph."""
        return self.paragraph.text


def blocks(division: etree._Element) -> Iterator[Block]:
    """The blocks below a division, without its heading and without divisions below it."""
    waiting = [(child, False) for child in reversed(division)]
    while waiting:
        element, sample = waiting.pop()
        tag = tag_of(element)
        if not tag or tag in EDITORIAL or tag in _SECTIONS or tag == "HEAD":
            continue
        if (block := _block(element, tag, sample)) is not None:
            if block.text or block.lines or block.table:
                yield block
            continue
        sample = sample or tag == "EXTRACT"
        waiting.extend((child, sample) for child in reversed(element))


def _block(element: etree._Element, tag: str, sample: bool) -> Block | None:
    """The block that an element is; None for a wrapper of blocks."""
    if tag in _HEADINGS:
        return Block("heading", printed(element), sample=sample)
    if tag == "TABLE":
        return Block("table", table=read_table(element), sample=sample)
    if tag in _NOTES:
        return _note("note", element, sample)
    if tag == "EFFDNOT":
        return _note("effective", element, sample)
    if tag in _LINES or not len(element):
        return Block("paragraph", printed(element), bold=_is_bold(element), sample=sample)
    return None


def _note(kind: Kind, element: etree._Element, sample: bool) -> Block:
    """A note: its name, and its paragraphs."""
    name = words(element.find("HED"))
    lines: list[str] = []
    for child in element.iter():
        if tag_of(child) in _LINES:
            lines.append(words(child))
        elif tag_of(child) == "TABLE":
            lines.extend(read_table(child).lines())
    return Block(kind, Paragraph(name), tuple(line for line in lines if line), sample=sample)


def _is_bold(element: etree._Element) -> bool:
    first = next((child for child in element if tag_of(child)), None)
    if first is None or (element.text or "").strip():
        return False
    return tag_of(first) in {"B", "STRONG"} or first.get("T") in {"02", "04", "05"}
