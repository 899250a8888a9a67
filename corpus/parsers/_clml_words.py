"""The words of legislation.gov.uk XML: running text, tables, quoted amendments, terms (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from corpus.parsers.markup import canonical

# Signposts for readers of the site, not words of the law.
_SILENT = {"CommentaryRef", "FootnoteRef", "Footnote", "MarginNoteRef", "Figure", "Image"}
NUMBERED = {"P1", "P2", "P3", "P4", "P5", "P6", "P7"}
# ". . . ." is how the publisher prints words that are gone.
_GONE = re.compile(r"\.(?:\s*\.){2,}")
_BEFORE_STOP = re.compile(r"(?<=\w) (?=[,;:.)](?:\s|$))")
_QUOTED = r"(?:“([^“”]{1,100})”|‘([^‘’]{1,100})’)"
_TERM = re.compile(
    _QUOTED + r"[^“”‘’.;]{0,80}?\s(?:means|mean|has the|have the|includes|refers to)\b"
)
_FIRST = re.compile(r"(?:“([^“”]{1,100})”|‘([^‘]{1,100}?)’)(?!\w)")


def name(element: etree._Element) -> str:
    """The tag without its namespace; empty for comments and processing instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def child(element: etree._Element, wanted: str) -> etree._Element | None:
    """The first child of that name."""
    return next((found for found in element if name(found) == wanted), None)


def words(element: etree._Element | None) -> str:
    """All words of an element on one line: no note calls, nothing repealed."""
    if element is None:
        return ""
    text = _GONE.sub(" ", "".join(_pieces(element)))
    return _BEFORE_STOP.sub("", canonical(text))


def _pieces(element: etree._Element) -> Iterator[str]:
    tag = name(element)
    if tag and tag not in _SILENT and not is_repealed(element):
        text = element.text or ""
        yield f"^{text.strip()}" if tag == "Superior" and text.strip().isdecimal() else text
        for below in element:
            yield from _pieces(below)
            yield below.tail or ""
            if tag in {"td", "th", "math", "mrow"} or name(below) == "Para":
                yield " "


def is_repealed(element: etree._Element) -> bool:
    """Whether its words are gone altogether; those repealed for some purposes only stay."""
    if element.get("Status") in {"Repealed", "Dead"}:
        return True
    return name(element) == "Repeal" and element.get("RetainText") != "true"


def label(element: etree._Element) -> str:
    """The number of a numbered element, without brackets, stops and the word "Article"."""
    number = child(element, "Pnumber")
    if number is None:
        number = child(element, "Number")
    bare = re.sub(r"^(?:article|regulation|rule|section)\s+", "", words(number), flags=re.I)
    return bare.strip("().—– ")


def rows(table: etree._Element) -> Iterator[str]:
    """One line a row, cells joined by " | ", nothing for rows that hold notes only."""
    for row in table.iter():
        if name(row) == "tr":
            cells = [words(cell) for cell in row if name(cell) in {"td", "th"}]
            if any(cells):
                yield " | ".join(cells)


def quoted(block: etree._Element) -> Iterator[str]:
    """The lines of an amendment that one law writes into another, in quotation marks."""
    lines = list(_quoted_lines(block))
    if lines:
        lines[0] = f"“{lines[0]}"
        lines[-1] = f"{lines[-1]}”"
    yield from lines


def _quoted_lines(element: etree._Element) -> Iterator[str]:
    for found in element:
        if name(found) in NUMBERED:
            lines = list(_quoted_lines(found)) or [""]
            lines[0] = f"{_mark(found)} {lines[0]}".strip()
            yield from lines
        elif name(found) == "Pnumber":
            continue
        elif name(found) in {"Text", "Title", "Number", "Formula", "AppendText"}:
            yield from filter(None, [words(found)])
        elif name(found) == "table":
            yield from rows(found)
        elif name(found):
            yield from _quoted_lines(found)


def _mark(element: etree._Element) -> str:
    number = label(element)
    return number if name(element) == "P1" or not number else f"({number})"


def list_lines(element: etree._Element, mark: str = "") -> Iterator[str]:
    """A list as lines, each with its mark as printed; lists inside it too."""
    for position, item in enumerate(i for i in element if name(i) == "ListItem"):
        own = mark or item_mark(element, item, position)
        lines: list[str] = []
        for para in item:
            lines.extend(_paragraph_lines(para))
        if lines:
            yield f"{own} {lines[0]}".strip()
            yield from lines[1:]


def _paragraph_lines(element: etree._Element) -> Iterator[str]:
    if name(element) in {"OrderedList", "UnorderedList"}:
        yield from list_lines(element)
    elif name(element) == "Text":
        yield from filter(None, [words(element)])
    elif name(element) == "BlockAmendment":
        yield from quoted(element)
    elif name(element) == "table":
        yield from rows(element)
    else:
        for found in element:
            yield from _paragraph_lines(found)


def item_mark(element: etree._Element, item: etree._Element, position: int) -> str:
    """The mark of a list item as printed: "(a)", "—", or nothing."""
    printed = item.get("NumberOverride", "")
    if printed:
        return printed if not printed.isalnum() else f"({printed})"
    decoration = element.get("Decoration", "")
    if name(element) == "UnorderedList":
        return {"dash": "—", "bullet": "•"}.get(decoration, "")
    return f"({_counted(element.get('Type', 'arabic'), position)})"


def _counted(kind: str, position: int) -> str:
    if kind in {"alpha", "alphaupper"}:
        letter = "abcdefghijklmnopqrstuvwxyz"[position % 26] * (1 + position // 26)
        return letter.upper() if kind == "alphaupper" else letter
    if kind in {"roman", "romanupper"} and position < 39:
        tens, ones = divmod(position + 1, 10)
        numeral = "x" * tens + ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"][ones]
        return numeral.upper() if kind == "romanupper" else numeral
    return str(position + 1)


def terms_of(
    lines: list[str], marked: list[str], *, is_definition: bool = False
) -> tuple[str, ...]:
    """The terms defined in `lines`, and those the publisher marked as terms; each once.

    What opens an item of a list of definitions is a term, whatever verb follows.
    """
    found = [_FIRST.match(lines[0])] if is_definition and lines else []
    found += [term for line in lines if not line.startswith("““") for term in _TERM.finditer(line)]
    terms = [term[1] or term[2] for term in found if term]
    return tuple(dict.fromkeys(filter(None, (*(term.strip() for term in terms), *marked))))
