"""Places for nodes: locators that read back as themselves, none twice in one text (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lxml import etree

from corpus.errors import LocatorError, ParseError
from corpus.locators import Locator, parse
from corpus.parsers.document import Node

MAX_DEPTH = 100
_ORDINALS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def settle(wanted: Locator) -> Locator:
    """`wanted` as `parse` reads its spelling back; a heading of that spelling when it cannot.

    >>> from corpus.locators import Unit
    >>> str(settle(Locator(Unit.SECTION, "21", ("1", "a"))))
    'Section 21(1)(a)'
    >>> from corpus.locators import Unit
    >>> str(settle(Locator(Unit.HEADING, "Schedule 1", ("3", "a"))))
    'Heading: Schedule 1 (3) (a)'
    """
    spelling = " ".join(str(wanted).split())
    try:
        found = parse(spelling)
    except LocatorError:
        return parse(f"Heading: {spelling}")
    return found if str(found) == spelling else parse(f"Heading: {spelling}")


def below(place: Locator, label: str) -> Locator:
    """The place one label down; not settled yet, so that it can go further down."""
    return Locator(place.unit, place.number, (*place.path, label), place.note)


def distinct(nodes: Iterable[Node], *, whole: str = "version") -> tuple[Node, ...]:
    """`nodes`, settled, with a note ("second subparagraph") on every place that came before.

    `whole` says what the second occurrence of an undivided place is: two versions of one
    section for two countries, or two instructions for one section.
    """
    seen: set[Locator] = set()
    counts: dict[Locator, int] = {}
    return tuple(_distinct(node, seen, counts, whole) for node in nodes)


def _distinct(node: Node, seen: set[Locator], counts: dict[Locator, int], whole: str) -> Node:
    place = original = settle(node.locator)
    while place in seen:
        counts[original] = counts.get(original, 1) + 1
        kind = "subparagraph" if original.path else whole
        note = f"{_ordinal(counts[original])} {kind}"
        noted = f"{original.note}, {note}" if original.note else note
        place = settle(Locator(original.unit, original.number, original.path, noted))
    seen.add(place)
    children = tuple(_distinct(child, seen, counts, whole) for child in node.children)
    return replace(node, locator=place, children=children)


def _ordinal(number: int) -> str:
    return _ORDINALS[number - 2] if number - 2 < len(_ORDINALS) else f"{number}th"


def check_depth(root: etree._Element, path: str) -> None:
    """Refuse a document nested deeper than any law.

    Raises:
        ParseError: If elements stand more than `MAX_DEPTH` deep.
    """
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            line = element.sourceline or 1
            raise ParseError(path, line, f"elements are nested more than {MAX_DEPTH} deep")
