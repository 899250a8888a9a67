"""Reads legislation.gov.uk XML (CLML): Acts, statutory instruments, EU law kept by the UK.

Source: the Crown Legislation Markup Language schema,
https://www.legislation.gov.uk/schema/legislation.xsd
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from corpus.locators import Locator, Unit
from corpus.parsers._clml_flow import DIVISIONS, OUTSIDE, Reader, lines_of, numbered, title_of
from corpus.parsers._clml_head import read_head
from corpus.parsers._clml_schedules import schedule
from corpus.parsers._clml_words import child, is_repealed, label, name, words
from corpus.parsers._places import check_depth, distinct, settle
from corpus.parsers.document import Node, ParsedText, check_parsed
from corpus.parsers.markup import read_xml


def looks_like_clml(data: bytes) -> bool:
    """Whether the head of `data` opens a `Legislation` element of legislation.gov.uk."""
    head = data[:4000]
    return b"<Legislation" in head and b"legislation.gov.uk/namespaces/legislation" in head


def parse_clml(data: bytes, *, path: str) -> ParsedText:
    """The sections, articles, recitals and schedules of one text at one point in time.

    Raises:
        ParseError: If it is no CLML, or holds no provision with text.
    """
    root = read_xml(data, path)
    check_depth(root, path)
    head = read_head(root, path)
    reader = Reader(head.european)
    nodes = distinct(_nodes(root, reader))
    parsed = ParsedText(
        format="clml",
        title=head.title,
        nodes=nodes,
        identifiers=head.identifiers,
        language=head.language,
        dated=head.dated,
        warnings=(*head.warnings, *reader.warnings()),
    )
    return check_parsed(parsed, path)


def _nodes(root: etree._Element, reader: Reader) -> Iterator[Node]:
    for element in root.iter():
        tag = name(element)
        if tag == "LongTitle":
            yield _heading("Long title", [words(element)])
        elif tag in {"EUPreamble", "SecondaryPreamble"}:
            yield from _preamble(element)
        elif tag in {"Body", "EUBody"} and not _inside(element, "BlockAmendment"):
            yield from _divisions(element, (), reader)
        elif tag == "Schedule" and not _inside(element, "BlockAmendment"):
            yield from schedule(element, reader)


def _inside(element: etree._Element, wanted: str) -> bool:
    return any(name(above) == wanted for above in element.iterancestors())


def _heading(title: str, lines: list[str]) -> Node:
    return Node(settle(Locator(Unit.HEADING, title)), "\n".join(filter(None, lines)))


def _preamble(element: etree._Element) -> Iterator[Node]:
    """The recitals, each alone, after what stands around them ("Having regard to ...")."""
    recitals = [found for found in element if name(found) == "Division" and label(found)]
    around = [words(found) for found in element if name(found) and found not in recitals]
    if any(around):
        yield _heading("Preamble", around)
    for recital in recitals:
        lines = [words(para) for para in recital if name(para) != "Number"]
        place = settle(Locator(Unit.RECITAL, label(recital)))
        yield Node(place, "\n".join(filter(None, lines)), label=words(child(recital, "Number")))


def _section_place(element: etree._Element, reader: Reader) -> Locator:
    """Article for EU law and for orders that say so; Section for Acts and all else."""
    is_article = reader.european or element.get("id", "").startswith("article-")
    return Locator(Unit.ARTICLE if is_article else Unit.SECTION, label(element))


def _divisions(element: etree._Element, context: tuple[str, ...], reader: Reader) -> Iterator[Node]:
    """The numbered provisions below an element, each with the headings above it."""
    for found in element:
        tag = name(found)
        if not tag or tag in OUTSIDE or is_repealed(found):
            continue
        if tag in DIVISIONS:
            yield from _divisions(found, (*context, title_of(found)), reader)
        elif tag == "P1":
            yield from _provision(found, context, reader)
        elif tag == "P1group":
            title = words(child(found, "Title"))
            for node in _divisions(found, context, reader):
                yield replace(node, heading=node.heading or title)
        elif tag in {"P", "Para", "Text", "Tabular"}:
            yield from _unnumbered(found, context, reader)
        else:
            yield from _divisions(found, context, reader)


def _unnumbered(
    element: etree._Element, context: tuple[str, ...], reader: Reader
) -> Iterator[Node]:
    """Words of the body outside any section: they stand under the heading above them."""
    place = Locator(Unit.HEADING, context[-1] if context else "Body")
    lines = [line for line in lines_of(element, place, reader) if isinstance(line, str)]
    if lines:
        yield replace(_heading(place.number, lines), context=context[:-1])


def _provision(element: etree._Element, context: tuple[str, ...], reader: Reader) -> Iterator[Node]:
    if not label(element):
        yield from _unnumbered(element, context, reader)
        return
    node = numbered(element, _section_place(element, reader), reader)
    if node is not None:
        yield replace(node, context=tuple(filter(None, context)))
