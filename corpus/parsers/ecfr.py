"""The eCFR's XML: the bulk files of GPO and the answers of the versioner API.

Both nest titles, parts and sections as DIV1 ... DIV9; inside a section the paragraphs are flat,
and `corpus.parsers.cfr_levels` infers their levels. The bulk file writes ``N="§ 1.1"``, the
API ``N="738.1"``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from lxml import etree

from corpus.errors import LocatorError, ParseError
from corpus.locators import Locator, Unit, parse
from corpus.parsers._cfr_labels import clean_heading
from corpus.parsers._ecfr_flow import blocks
from corpus.parsers._ecfr_sections import paragraphs, section
from corpus.parsers._ecfr_supplements import place, supplement
from corpus.parsers._ecfr_words import tag_of, words
from corpus.parsers._outline import unshout
from corpus.parsers.cfr_levels import nest
from corpus.parsers.document import Node, ParsedText, check_parsed
from corpus.parsers.markup import read_xml

_HEAD_BYTES = 4000
_DIVISION = re.compile(
    rb"<DIV[1-9]\s[^<>]{0,400}\bTYPE\s?=\s?[\"'](?:TITLE|SUBTITLE|CHAPTER|SUBCHAP|PART|SUBPART"
    rb"|SUBJGRP|SECTION|APPENDIX)[\"']"
)
_PARTED = ("DIV5", "DIV6", "DIV7")
_SECTION = re.compile(r"§*\s*(\d+[a-z]?\.\d+[a-z]?)", re.IGNORECASE)
_DASH = re.compile(r"\s?(?:—|–|--)\s?")
_RESERVED = re.compile(r"\[\s?reserved\s?\]", re.IGNORECASE)


def looks_like_ecfr(data: bytes) -> bool:
    """Whether `data` begins like eCFR XML."""
    head = data[:_HEAD_BYTES]
    return b"<DLPSTEXTCLASS" in head or _DIVISION.search(head) is not None


def parse_ecfr(data: bytes, *, path: str) -> ParsedText:
    """Read a title, a part, a section or an appendix in eCFR XML.

    Raises:
        ParseError: If it is no well-formed XML, no eCFR text, or holds no words of the law.
    """
    root = read_xml(data, path)
    divisions = list(root.iter("DIV1", "DIV3", "DIV5", "DIV8", "DIV9"))
    if not divisions:
        raise ParseError(path, 1, "holds no division of the CFR (DIV1 to DIV9)")
    title = _title_number(root, path)
    nodes: list[Node] = []
    parts: list[str] = []
    times: Counter[Locator] = Counter()
    for element, found in _divisions(root, times):
        nodes.extend(found)
        part = _part_of(element)
        if found and part and part not in parts:
            parts.append(part)
    parsed = ParsedText(
        format="ecfr",
        title=_name(root, title),
        nodes=tuple(nodes),
        identifiers=tuple(("cfr", f"{title}/{part}") for part in parts if title),
        dated=_dated(root, path),
    )
    return check_parsed(parsed, path)


def _divisions(
    root: etree._Element, times: Counter[Locator]
) -> Iterator[tuple[etree._Element, tuple[Node, ...]]]:
    """Parts, sections and appendices that hold words, in printed order."""
    for element in root.iter("DIV5", "DIV8", "DIV9"):
        found: tuple[Node, ...]
        if tag_of(element) == "DIV5":
            found = tuple(_part(element, times))
        elif tag_of(element) == "DIV8":
            found = tuple(_section(element, times))
        else:
            found = _appendix(element, times)
        yield element, found


def _part(element: etree._Element, times: Counter[Locator]) -> Iterator[Node]:
    """The words that stand in a part outside its sections; usually there are none."""
    number = element.get("N", "")
    loose = [
        block
        for division in element.iter(*_PARTED)
        for block in blocks(division)
        if block.kind != "heading"
    ]
    if loose and re.fullmatch(r"[0-9]{1,4}", number):
        locator = _again(Locator(Unit.PART, number), times)
        yield nest(locator, paragraphs(loose), heading=_titled(element))


def _section(element: etree._Element, times: Counter[Locator]) -> Iterator[Node]:
    """The node of a section; none for a number that is reserved."""
    head = words(element.find("HEAD"))
    number = " ".join(element.get("N", "").split())
    heading = clean_heading(_without_number(head, number))
    found = list(blocks(element))
    if _RESERVED.search(head) and not found:
        return
    locator = _again(_section_locator(number or head), times)
    yield section(locator, heading, _context(element), found)


def _section_locator(number: str) -> Locator:
    """`§ 738.1` from the number as the file writes it; a heading where it is no such number."""
    found = _SECTION.fullmatch(number)
    if found is not None:
        try:
            return parse(f"§ {found[1]}")
        except LocatorError:
            pass
    return parse(f"Heading: {number[:80].strip() or 'Section'}")


def _without_number(head: str, number: str) -> str:
    bare = re.escape(number.lstrip("§ "))
    return re.sub(rf"^§*\s*{bare}\.?(?![\d.])\s*", "", head) if bare else head


def _appendix(element: etree._Element, times: Counter[Locator]) -> tuple[Node, ...]:
    head = words(element.find("HEAD"))
    found = list(blocks(element))
    if not found:
        return ()
    locator = _again(place(" ".join(element.get("N", "").split()), head), times)
    _, dash, rest = head.partition("—")
    heading = clean_heading(rest if dash else "")
    return supplement(locator, heading, _context(element), found)


def _again(locator: Locator, times: Counter[Locator]) -> Locator:
    """`locator`, or a place for the second text that stands at it."""
    times[locator] += 1
    if times[locator] == 1:
        return locator
    name = f"{times[locator]}th text" if times[locator] > 2 else "second text"
    if locator.unit is Unit.HEADING:
        return parse(f"{locator}, {name}")
    return replace(locator, note=name)


def _context(element: etree._Element) -> tuple[str, ...]:
    """The part, the subpart and the subject group above a section."""
    above = [each for each in element.iterancestors() if tag_of(each) in _PARTED]
    names = (f"{_kind(each)}{_titled(each)}" for each in reversed(above))
    return tuple(name for name in names if name)


def _kind(element: etree._Element) -> str:
    number = element.get("N", "")
    names = {"DIV5": f"Part {number}: ", "DIV6": f"Subpart {number}: "}
    return names.get(tag_of(element), "")


def _titled(element: etree._Element) -> str:
    """The title in a heading, without "PART 744—" before it."""
    head = words(element.find("HEAD"))
    parted = _DASH.split(head, maxsplit=1)
    title = parted[1] if len(parted) > 1 and tag_of(element) != "DIV7" else head
    return clean_heading(unshout(title))


def _part_of(element: etree._Element) -> str:
    """The number of the part that a division lies in."""
    for each in (element, *element.iterancestors("DIV5")):
        if tag_of(each) == "DIV5":
            return each.get("N", "")
    found = re.search(r"\bpart[ -](\d{1,4})\b", _metadata(element) + element.get("N", ""), re.I)
    number = re.match(r"§*\s*(\d{1,4})\.", element.get("N", ""))
    if number:
        return number[1]
    return found[1] if found else ""


def _metadata(element: etree._Element) -> str:
    """What the API tells about a division: its path, with the day asked for."""
    return element.get("hierarchy_metadata", "")[:2000]


def _title_number(root: etree._Element, path: str) -> str:
    """The number of the title; empty where the file does not say."""
    if (title := next(root.iter("DIV1"), None)) is not None and title.get("N", "").isdecimal():
        return str(title.get("N"))
    for element in root.iter("DIV3", "DIV4", "DIV5", "DIV8", "DIV9"):
        if found := re.search(r"/title-(\d{1,2})\b", _metadata(element)):
            return found[1]
        if found := re.match(r"(\d{1,2}):", element.get("NODE", "")):
            return found[1]
    found = re.search(r"\btitle-(\d{1,2})\b", path)
    return found[1] if found else ""


def _name(root: etree._Element, title: str) -> str:
    """The name of the text: of the title, or of the only part."""
    top = next((each for each in root.iter("DIV1", "DIV3", "DIV5", "DIV8", "DIV9")), root)
    if tag_of(top) == "DIV1":
        head = re.sub(r"--Volume \d+$", "", words(top.find("HEAD")))
        return ": ".join(_DASH.split(head, maxsplit=1))
    number = top.get("N", "")
    head = words(top.find("HEAD"))
    if tag_of(top) == "DIV5":
        head = f"Part {number}: {_titled(top)}"
    else:
        head = ": ".join(_DASH.split(unshout(head), maxsplit=1))
    return f"{title} CFR {head}".strip() if title else head or number


def _dated(root: etree._Element, path: str) -> date | None:
    """The day whose text it is: asked of the API, or told by the bulk file."""
    for source in (path, *(_metadata(each) for each in root.iter("DIV5", "DIV8", "DIV9"))):
        found = re.search(r"(?:/full/|/on/)(\d{4}-\d{2}-\d{2})/", source)
        if found:
            return _day(found[1], "%Y-%m-%d")
    amended = next(root.iter("AMDDATE"), None)
    found = re.match(r"([A-Z][a-z]{2})[a-z]*\.? (\d{1,2}), (\d{4})", words(amended))
    return _day(f"{found[1]} {found[2]} {found[3]}", "%b %d %Y") if found else None


def _day(text: str, pattern: str) -> date | None:
    try:
        return datetime.strptime(text, pattern).date()
    except ValueError:
        return None
