"""From an Official Journal page to a tree of blocks: lines, list items, numbered divisions.

The markup of the Official Journal (converter "CONVEX") prints points as nested two-column
tables. A `Block` undoes that: what a reader sees as one line is one line, what he sees as a
point is one item. Footnotes, note calls, the page head and the closing formula fall away here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from corpus.errors import ParseError
from corpus.parsers.markup import canonical

MAX_DEPTH = 120
DASHES = frozenset("—–-•·")
_BLOCK_TAGS = frozenset(
    [
        "p",
        "div",
        "table",
        "ul",
        "ol",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "dl",
        "section",
        "article",
        "txt_te",
    ]
)
_SKIPPED_TAGS = frozenset(
    ["script", "style", "head", "noscript", "nav", "header", "footer", "form", "button", "img"]
)
_SKIPPED_STYLES = frozenset(("note", "final", "signatory", "separator", "doc-sep", "footnote"))
_DIVISION = re.compile(r"(?:art|rct|anx)_[0-9A-Za-z]+")
_LABEL = re.compile(
    r"\(?(?:\d{1,4}(?:\.\d{1,3}){0,4}[a-z]{0,2}|[A-Za-z]{1,5})\)\.?"
    r"|\d{1,4}(?:\.\d{1,3}){0,4}[a-z]{0,2}\.|[A-Za-z]{1,2}\.|[ivx]{1,5}\."
)
_CALL = "\ue000"  # stands where a note call stood, until the blank before it is gone


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a page.

    `style` is the class without ``oj-`` ("normal", "ti-art"), or "item" for a point with its
    `label` and `inner` blocks, "row" for a row of a table, "quote" for quoted new wording,
    "division" for an article, recital or annex (`anchor` is its id: "art_5").
    """

    style: str
    text: str = ""
    label: str = ""
    anchor: str = ""
    inner: tuple[Block, ...] = ()


def blocks_of(root: etree._Element, path: str) -> tuple[Block, ...]:
    """Every block below `root`, in reading order.

    Raises:
        ParseError: If elements are nested deeper than any act needs.
    """
    return tuple(_Reader(path).container(root, 0))


def is_label(text: str) -> bool:
    """Whether a cell holds nothing but the mark of a point: "(a)", "4.3.", "‘(ba)".

    >>> is_label("(iii)"), is_label("‘21."), is_label("Regulation")
    (True, True, False)
    """
    return bool(_LABEL.fullmatch(text.lstrip("‘“'\"").rstrip("’”")))


def lines_of(blocks: Iterable[Block]) -> list[str]:
    """The blocks as printed lines, labels at the front of their first line.

    >>> lines_of([Block("item", label="(a)", inner=(Block("normal", "one;"),))])
    ['(a) one;']
    """
    lines: list[str] = []
    for block in blocks:
        if block.inner or block.label:
            below = lines_of(block.inner) or [""]
            lines += [f"{block.label} {below[0]}".strip(), *below[1:]]
        elif lines and re.fullmatch(r"[;.,’” ]+", block.text):
            lines[-1] += block.text
        else:
            lines.append(block.text)
    return [line for line in lines if line]


class _Reader:
    """Walks the elements of one page."""

    def __init__(self, path: str) -> None:
        self._path = path

    def container(self, element: etree._Element, depth: int) -> Iterator[Block]:
        """The blocks in an element: its block children, and loose text between them as lines."""
        if depth > MAX_DEPTH:
            raise ParseError(self._path, 1, f"nested deeper than {MAX_DEPTH} elements")
        loose = [element.text or ""]
        for child in element:
            if _is_block(child):
                yield from _line("normal", loose)
                loose = [child.tail or ""]
                yield from self._block(child, depth + 1)
            else:
                loose += [_inline(child), child.tail or ""]
        yield from _line("normal", loose)

    def _block(self, element: etree._Element, depth: int) -> Iterator[Block]:
        style = _style(element)
        if element.tag in _SKIPPED_TAGS or style in _SKIPPED_STYLES or style.startswith("hd-"):
            return
        anchor = element.get("id") or ""
        if anchor.startswith("fnp_"):
            return
        if element.tag == "table":
            yield from self._table(element, depth)
        elif _DIVISION.fullmatch(anchor) and element.tag == "div":
            inner = tuple(self.container(element, depth))
            yield Block("division", anchor=anchor, inner=inner)
        elif style == "enumeration-spacing":
            yield from _enumerated(tuple(self.container(element, depth)))
        elif any(_is_block(child) for child in element):
            yield from self.container(element, depth)
        else:
            yield from _line(style or "normal", [_inline(element)])

    def _table(self, table: etree._Element, depth: int) -> Iterator[Block]:
        listed = _style(table) != "table"
        for row in _rows(table):
            cells = [cell for cell in row if cell.tag in {"td", "th"}]
            while listed and len(cells) > 2 and not canonical(_inline(cells[0])):
                cells = cells[1:]
            label = _mark(cells) if listed else ""
            if label:
                inner = tuple(self.container(cells[1], depth + 1))
                yield Block("item", label=label, inner=inner)
            elif len(cells) == 1:
                yield from self.container(cells[0], depth + 1)
            else:
                texts = [_cleaned(_inline(cell)) for cell in cells]
                yield from _line("row", [" | ".join(texts).strip(" |")])


def _mark(cells: list[etree._Element]) -> str:
    """The label of a list row; empty when the row is no list row."""
    if len(cells) != 2:
        return ""
    mark = _cleaned(_inline(cells[0]))
    return mark if is_label(mark) or mark.lstrip("‘“") in DASHES else ""


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in {"tbody", "thead", "tfoot"}:
            yield from (row for row in child if row.tag == "tr")


def _enumerated(inner: tuple[Block, ...]) -> Iterator[Block]:
    if len(inner) > 1 and is_label(inner[0].text):
        yield Block("item", label=inner[0].text, inner=inner[1:])
    else:
        yield from inner


def _is_block(element: etree._Element) -> bool:
    return element.tag in _BLOCK_TAGS or element.tag in _SKIPPED_TAGS


def _style(element: etree._Element) -> str:
    """The first class, without the prefix of the newer pages."""
    classes = (element.get("class") or "").split()
    return classes[0].removeprefix("oj-") if classes else ""


def _line(style: str, pieces: list[str]) -> Iterator[Block]:
    if text := _cleaned("".join(pieces)):
        yield Block(style, text)


def _cleaned(text: str) -> str:
    text = re.sub(rf"\s{{0,20}}{_CALL}", "", text)
    return canonical(text)


def _inline(element: etree._Element) -> str:
    """The words of an element: note calls become a mark, exponents ``^25``."""
    if not isinstance(element.tag, str) or element.tag in _SKIPPED_TAGS:
        return ""
    if element.tag == "br":
        return " "
    if _is_call(element):
        return _CALL
    pieces: list[str] = []
    stack: list[tuple[etree._Element, bool]] = [(element, False)]
    while stack:  # no recursion: inline marks may be nested as deep as the input likes
        current, entered = stack.pop()
        if entered:
            pieces.append(current.tail or "")
            continue
        if current is not element:
            stack.append((current, True))
        if not isinstance(current.tag, str) or current.tag in _SKIPPED_TAGS:
            continue
        if _is_call(current):
            pieces.append(_CALL)
        elif _is_raised(current):
            pieces.append(_exponent("".join(map(str, current.itertext())), pieces))
        else:
            pieces.append(" " if current.tag in {"br", "p", "td"} else "")
            pieces.append(current.text or "")
            stack += [(child, False) for child in reversed(current)]
    return "".join(pieces)


def _is_call(element: etree._Element) -> bool:
    if element.tag != "a":
        return False
    return (element.get("id") or "").startswith("ntc") or "#ntr" in (element.get("href") or "")


def _is_raised(element: etree._Element) -> bool:
    return element.tag == "sup" or _style(element) == "super"


def _exponent(raised: str, before: list[str]) -> str:
    """Raised digits after a digit, letter or bracket are an exponent; other raised text is text."""
    last = next((piece for piece in reversed(before) if piece), "")
    raised = canonical(raised)
    if re.fullmatch(r"[-−–+]?\d{1,4}", raised) and re.search(r"[\w)\]]$", last):
        return f"^{raised}"
    return raised
