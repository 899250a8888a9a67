"""From Formex elements to the blocks of an Official Journal act: lines, items, quotations.

Formex says what a page only shows: which words are a point's mark, which are quoted new wording,
which are a note. So nothing is guessed here; the blocks then become provisions like those of a
page (`_oj_nodes`), and both forms of one act give one tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from lxml import etree

from corpus.parsers._oj_blocks import DASHES, Block, is_label
from corpus.parsers.markup import canonical

_TEXTS = frozenset({"P", "ALINEA", "TXT", "COMMENT", "CONTENTS", "CONSID", "QUOT.S"})
_LISTS = frozenset({"LIST", "ITEM", "NP", "NP.ECR", "PARAG", "DLIST", "DLIST.ITEM"})
_TITLES = frozenset({"TITLE", "TI", "STI", "TI.ART", "STI.ART"})
_PARTS = frozenset({"DIVISION", "ARTICLE", "ANNEX", "GR.SEQ", "GR.CONSID", "TBL", "GR.TBL"})
_BLOCKS = _TEXTS | _LISTS | _TITLES | _PARTS
_NOTES = frozenset({"NOTE", "GR.NOTES", "ANNOTATION", "GR.ANNOTATION", "MARGIN"})
_LEFT_OUT = _NOTES | {"BIB.INSTANCE", "INCL.ELEMENT", "IE", "TOC", "SIGNATURE"}
_MARKS = frozenset({"NO.P", "NO.PARAG"})
_LIST_MARKS = {"DASH": "—", "NDASH": "–", "BULLET": "•"}
_RAISED, _RAISED_END = "\ue001", "\ue002"
_TABLE_NOTE = re.compile(
    rf"\s?\(\s?{_RAISED}\d{{1,3}}{_RAISED_END}\s?\)|\s?{_RAISED}\(\d{{1,3}}\){_RAISED_END}"
)
_EXPONENT = re.compile(rf"(?<=[\w)\]]){_RAISED}([-−–+]?\d{{1,4}}){_RAISED_END}")


def blocks_of(element: etree._Element, *, without: Iterable[str] = ()) -> tuple[Block, ...]:
    """What an element holds, in reading order; its children named in `without` fall away."""
    reader = _Reader()
    reader.read(element, frozenset(without))
    return tuple(reader.blocks)


def line_of(element: etree._Element | None) -> str:
    """All words of an element as one canonical line; empty for None."""
    return "" if element is None else _line([_inline(element)])


def title_lines(title: etree._Element | None) -> list[str]:
    """The lines of a title: its number or name first, then its subtitles."""
    if title is None:
        return []
    lines = [line for part in title if part.tag in {"TI", "STI"} for line in _title_part(part)]
    return [line for line in lines if line]


def _title_part(part: etree._Element) -> Iterator[str]:
    if not any(child.tag in _BLOCKS for child in part):
        yield line_of(part)
        return
    for child in part:
        if child.tag == "NP":
            yield _line([" ".join(_line([_inline(piece)]) for piece in child)])
        elif child.tag in _BLOCKS:
            yield line_of(child)


class _Reader:
    """Collects the blocks of one element; loose text between block elements becomes a line."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._loose: list[str] = []

    def read(self, element: etree._Element, without: frozenset[str] = frozenset()) -> None:
        """Read text and children of an element."""
        self._loose.append(element.text or "")
        for child in element:
            if isinstance(child.tag, str) and child.tag not in without:
                self._child(child)
            self._loose.append(child.tail or "")
        self._flush()

    def _child(self, child: etree._Element) -> None:
        if child.tag not in _BLOCKS:
            self._loose.append(_inline(child))
            return
        self._flush()
        match child.tag:
            case "NP" | "NP.ECR" | "PARAG":
                self._numbered(child)
            case "ITEM" if child.find("NP") is None:
                self._unnumbered(child)
            case "GR.SEQ":
                self._group(child)
            case "QUOT.S":
                self.blocks.append(Block("quote", inner=blocks_of(child)))
            case "TBL":
                self._table(child)
            case "DLIST.ITEM":
                self._add(Block("normal", _line([" ".join(map(_inline, _elements(child)))])))
            case _:
                self.read(child)

    def _flush(self) -> None:
        line = _line(self._loose)
        self._loose = []
        if self.blocks and re.fullmatch(r"[;:.,’”»“ ]+", line):
            self.blocks[-1] = _ended(self.blocks[-1], line)
        else:
            self._add(Block("normal", line))

    def _add(self, block: Block) -> None:
        if block.text and not re.fullmatch(r"[\s—–_.-]+", block.text):
            self.blocks.append(block)

    def _numbered(self, element: etree._Element) -> None:
        """A point or paragraph; one whose mark is no label is a line that begins with it."""
        mark = next((line_of(child) for child in element if child.tag in _MARKS), "")
        inner = blocks_of(element, without=_MARKS)
        if is_label(mark) or mark in DASHES:
            self.blocks.append(Block("item", label=mark, inner=inner))
        elif mark:
            self.blocks.append(Block("marked", label=mark, inner=inner))
        else:
            self.blocks += inner

    def _unnumbered(self, item: etree._Element) -> None:
        parent = item.getparent()
        kind = parent.get("TYPE", "") if parent is not None else ""
        inner = blocks_of(item)
        if mark := _LIST_MARKS.get(kind):
            self.blocks.append(Block("item", label=mark, inner=inner))
        else:
            self.blocks += inner

    def _group(self, group: etree._Element) -> None:
        """A titled part of an annex: its title as one line, then what stands below it."""
        name, *subtitles = title_lines(group.find("TITLE")) or [""]
        heading = " — ".join(filter(None, (name, " ".join(subtitles))))
        self._add(Block("ti-grseq-1", heading))
        self.read(group, frozenset({"TITLE"}))

    def _table(self, table: etree._Element) -> None:
        for line in title_lines(table.find("TITLE")):
            self._add(Block("normal", line))
        for row in table.iter("ROW"):
            cells = [_line([_inline(cell)]) for cell in row.iterchildren("CELL")]
            self._add(Block("row", " | ".join(cells).rstrip(" |")))


def _ended(block: Block, marks: str) -> Block:
    """The block with closing punctuation at the end of its last line."""
    if block.inner:
        return replace(block, inner=(*block.inner[:-1], _ended(block.inner[-1], marks)))
    return replace(block, text=block.text + marks)


def _elements(element: etree._Element) -> list[etree._Element]:
    return [child for child in element if isinstance(child.tag, str)]


def _line(pieces: Iterable[str]) -> str:
    text = _TABLE_NOTE.sub("", "".join(pieces))
    text = _EXPONENT.sub(r"^\1", text)
    return canonical(re.sub(f"[{_RAISED}{_RAISED_END}]", "", text))


def _inline(element: etree._Element) -> str:
    """The words of an element; blocks inside it are set off by a blank."""
    if not isinstance(element.tag, str) or element.tag in _LEFT_OUT:
        return ""
    if element.tag in {"QUOT.START", "QUOT.END"}:
        return _quotation_mark(element)
    pieces = [element.text or ""]
    for child in element:
        pieces += (_inline(child), child.tail or "")
    text = "".join(pieces)
    if element.tag == "HT" and element.get("TYPE") == "SUP":
        return f"{_RAISED}{canonical(text)}{_RAISED_END}"
    if element.tag == "FT" and element.get("TYPE") == "NUMBER":
        return _grouped(text)
    return f" {text} " if element.tag in _BLOCKS else text


def _grouped(number: str) -> str:
    """A number as the Official Journal prints it; Formex leaves out the blanks.

    >>> _grouped("35000000")
    '35 000 000'
    """
    return (
        f"{int(number):,}".replace(",", " ") if re.fullmatch(r"[1-9]\d{3,14}", number) else number
    )


def _quotation_mark(element: etree._Element) -> str:
    code = element.get("CODE", "")
    if re.fullmatch(r"[0-9A-Fa-f]{2,4}", code) and chr(int(code, 16)) in "'\"‘’‚‛“”„‟«»‹›":
        return chr(int(code, 16))
    return "‘" if element.tag == "QUOT.START" else "’"
