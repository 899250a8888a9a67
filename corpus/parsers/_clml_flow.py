"""The numbered provisions of legislation.gov.uk XML: their own lines and what hangs below them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from corpus.locators import Locator
from corpus.parsers._clml_words import (
    NUMBERED,
    child,
    is_repealed,
    item_mark,
    label,
    list_lines,
    name,
    quoted,
    rows,
    terms_of,
    words,
)
from corpus.parsers._places import below, settle
from corpus.parsers.document import Node
from corpus.parsers.markup import canonical

DIVISIONS = {"Group", "Part", "Chapter", "Pblock", "PsubBlock"} | {
    f"EU{division}" for division in ("Part", "Title", "Chapter", "Section", "Subsection")
}
OUTSIDE = {"Number", "Title", "TitleBlock", "Pnumber", "SignedSection", "Footnotes", "Versions"}


@dataclass(frozen=True, slots=True)
class Reader:
    """What the whole text has in common, and what is found to be worth a warning."""

    european: bool
    repealed: list[str] = field(default_factory=list)
    partly: list[str] = field(default_factory=list)
    prospective: list[str] = field(default_factory=list)

    def warnings(self) -> tuple[str, ...]:
        """What a reader of the text should know, one sentence each."""
        said = (
            ("Repealed and left out", self.repealed),
            ("Repealed for some purposes only, so kept", self.partly),
            ("Not yet in force", self.prospective),
        )
        return tuple(f"{what}: {', '.join(places)}." for what, places in said if places)


def title_of(division: etree._Element) -> str:
    """Its heading as one line: "Part II: Arrangements", capitals as words."""
    number = words(child(division, "Number"))
    title = words(child(division, "Title"))
    number = number.title() if number.isupper() and len(number) > 1 else number
    number = re.sub(r"\b[IVXLC][ivxlc]*\b", lambda match: match[0].upper(), number)
    title = title.capitalize() if title.isupper() else title
    return ": ".join(filter(None, (number, title)))


def numbered(element: etree._Element, place: Locator, reader: Reader) -> Node | None:
    """A section, subsection or paragraph with all below it; None where nothing is left of it."""
    located = settle(place)
    node = node_of(located, flow(element, place, reader))
    if not node.text and not node.children:
        reader.repealed.append(str(located))
        return None
    if element.get("Status") == "Prospective":
        reader.prospective.append(str(located))
    if any(found.get("RetainText") == "true" for found in _own(element, "Repeal")):
        reader.partly.append(str(located))
    marked = [words(found) for found in _own(element, "Term")]
    printed = words(child(element, "Pnumber")).removeprefix("Article ")
    bare = place.path and printed.isalnum()
    lines = [*node.text.split("\n"), *node.closing.split("\n")]
    return replace(
        node,
        label=f"({printed})" if bare else printed,
        heading=words(child(element, "Title")),
        terms=terms_of(lines, marked),
    )


def _own(element: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """The elements of that name below `element` and not below a smaller numbered one."""
    for found in element.iter():
        if name(found) == wanted:
            nearest = next(a for a in found.iterancestors() if _is_place(a) or a is element)
            if nearest is element:
                yield found


def _is_place(element: etree._Element) -> bool:
    return name(element) in NUMBERED or name(element) in {"ListItem", "Division"}


def node_of(place: Locator, pieces: Iterable[str | Node]) -> Node:
    """Lines before the first child are its text, those after the last its closing words.

    Lines between two children close the child before them: they stand nowhere else.
    """
    text: list[str] = []
    children: list[Node] = []
    loose: list[str] = []
    for piece in pieces:
        if isinstance(piece, Node):
            if loose:
                children[-1] = _closed(children[-1], loose)
            loose = []
            children.append(piece)
        else:
            (loose if children else text).append(piece)
    return Node(place, "\n".join(text), closing="\n".join(loose), children=tuple(children))


def _closed(node: Node, lines: list[str]) -> Node:
    return replace(node, closing="\n".join(filter(None, (node.closing, *lines))))


def flow(element: etree._Element, place: Locator, reader: Reader) -> Iterator[str | Node]:
    """What stands in a provision, in reading order: its own lines and its children."""
    for found in element:
        tag = name(found)
        if not tag or tag in OUTSIDE or is_repealed(found):
            continue
        if tag in NUMBERED:
            yield from _child(found, place, reader)
        elif tag == "Division":
            yield from point_of(found, place, reader)
        elif tag in {"OrderedList", "UnorderedList"}:
            yield from _listed(found, place, reader)
        elif tag == "P2group":
            title = words(child(found, "Title"))
            for piece in flow(found, place, reader):
                yield replace(piece, heading=title) if isinstance(piece, Node) else piece
        else:
            yield from lines_of(found, place, reader)


def lines_of(element: etree._Element, place: Locator, reader: Reader) -> Iterator[str | Node]:
    tag = name(element)
    if tag in {"Text", "Formula", "Reference"}:
        yield from filter(None, [words(element)])
    elif tag == "BlockAmendment":
        lines = list(quoted(element))
        following = element.getnext()
        if following is not None and name(following) == "AppendText" and lines:
            lines[-1] += words(following)
        yield from lines
    elif tag == "AppendText":
        before = element.getprevious()
        if before is None or name(before) != "BlockAmendment":
            yield words(element)
    elif tag == "Tabular":
        titles = [words(e) for e in element if name(e) in {"Number", "Title", "Subtitle"}]
        yield from filter(None, titles)
        yield from rows(element)
    elif tag == "table":
        yield from rows(element)
    elif tag == "KeyListItem":
        yield canonical(f"{words(child(element, 'Key'))} = {words(child(element, 'ListItem'))}")
    else:
        yield from flow(element, place, reader)


def _child(element: etree._Element, place: Locator, reader: Reader) -> Iterator[str | Node]:
    if not label(element):
        yield from flow(element, place, reader)
        return
    node = numbered(element, below(place, label(element)), reader)
    if node is not None:
        yield node


def point_of(element: etree._Element, place: Locator, reader: Reader) -> Iterator[str | Node]:
    """A point of an annex; a division without a number is a heading inside its parent."""
    title = words(child(element, "Title"))
    if not label(element):
        yield from filter(None, [title])
        yield from flow(element, place, reader)
        return
    point = below(place, label(element))
    node = node_of(settle(point), flow(element, point, reader))
    text = "\n".join(filter(None, (title, node.text)))
    yield replace(node, text=text, label=words(child(element, "Number")))


def _listed(element: etree._Element, place: Locator, reader: Reader) -> Iterator[str | Node]:
    """Points of an ordered list and definitions are places of their own, other items are lines."""
    ordered = name(element) == "OrderedList"
    if place.note or (not ordered and element.get("Class") != "Definition"):
        yield from list_lines(element)
        return
    for position, item in enumerate(i for i in element if name(i) == "ListItem"):
        mark = item_mark(element, item, position) if ordered else ""
        point = below(place, mark.strip("().")) if ordered else place
        node = node_of(settle(point), flow(item, point, reader))
        marked = [words(term) for term in _own(item, "Term")]
        terms = terms_of(node.text.split("\n"), marked, is_definition=not ordered)
        if ordered and (node.text or node.children):
            yield replace(node, label=mark, terms=terms)
        elif node.text:
            yield _definition(item, place, terms, reader)


def _definition(
    item: etree._Element, place: Locator, terms: tuple[str, ...], reader: Reader
) -> Node | str:
    """A defined term stands at its section with the term as a note; its points are lines."""
    term = terms[0] if terms else ""
    noted = Locator(place.unit, place.number, place.path, f'"{term}"' if term else "definition")
    lines = [piece for piece in flow(item, noted, reader) if isinstance(piece, str)]
    return Node(settle(noted), "\n".join(lines), terms=terms)
