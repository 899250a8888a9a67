"""Schedules of UK Acts and annexes of EU law in legislation.gov.uk XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from corpus.locators import Locator, Unit
from corpus.parsers._clml_flow import (
    DIVISIONS,
    OUTSIDE,
    Reader,
    lines_of,
    node_of,
    numbered,
    point_of,
    title_of,
)
from corpus.parsers._clml_words import child, is_repealed, label, name, words
from corpus.parsers._places import below, settle
from corpus.parsers.document import Node


def schedule(element: etree._Element, reader: Reader) -> Iterator[Node]:
    """A schedule or annex: its unnumbered words, its parts (EU) or paragraphs as children."""
    place = _schedule_place(element)
    title = words(child(element, "TitleBlock")) or words(child(element, "Title"))
    context = (": ".join(filter(None, (place.number, title))),)
    pieces: list[str | Node] = []
    for found in element:
        if name(found) == "Reference":
            pieces.extend(filter(None, [words(found)]))
        elif name(found) == "ScheduleBody":
            pieces.extend(_schedule_body(found, place, context, reader))
    node = node_of(settle(place), pieces)
    if node.text or node.children:
        yield replace(node, heading=title)


def _schedule_place(element: etree._Element) -> Locator:
    number = words(child(element, "Number")) or "Schedule"
    if annex := re.fullmatch(r"annex\s+([IVXLC]+)", number, re.I):
        return Locator(Unit.ANNEX, annex[1].upper())
    word, _, rest = number.partition(" ")
    return Locator(Unit.HEADING, " ".join(filter(None, (word.capitalize(), rest))))


def _schedule_body(
    element: etree._Element, place: Locator, context: tuple[str, ...], reader: Reader
) -> Iterator[str | Node]:
    for found in element:
        tag = name(found)
        if not tag or tag in OUTSIDE or is_repealed(found):
            continue
        if tag == "EUPart" and words(child(found, "Number")):
            head = str(place).removeprefix("Heading: ")
            number = words(child(found, "Number")).title().split(" ")
            part = " ".join((number[0], *(word.upper() for word in number[1:])))
            inner = Locator(Unit.HEADING, f"{head} {part}")
            node = node_of(settle(inner), _schedule_body(found, inner, context, reader))
            yield replace(node, heading=words(child(found, "Title")))
        elif tag in DIVISIONS:
            yield from _schedule_body(found, place, (*context, title_of(found)), reader)
        elif tag == "P1group":
            title = words(child(found, "Title"))
            for piece in _schedule_body(found, place, context, reader):
                yield replace(piece, heading=title) if isinstance(piece, Node) else piece
        elif tag == "P1" and label(found):
            node_or_none = numbered(found, below(place, label(found)), reader)
            if node_or_none is not None:
                yield replace(node_or_none, context=context)
        elif tag == "Division":
            yield from point_of(found, place, reader)
        else:
            yield from lines_of(found, place, reader)
