"""Reads Federal Register XML: one rule, notice or presidential document, or a whole daily issue.

Source: GPO, Federal Register XML Rendition User Guide; the XML is not the official edition.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import date

from lxml import etree

from corpus.errors import ParseError
from corpus.locators import Locator, Unit
from corpus.parsers import _fr_presidential, _fr_rule
from corpus.parsers._fr_words import ascii_dashes, day_in, document_number, tag, words
from corpus.parsers._places import check_depth, distinct, settle
from corpus.parsers.document import Node, ParsedText, check_parsed
from corpus.parsers.markup import MAX_BYTES, read_xml

_DOCUMENTS = {"RULE", "PRORULE", "NOTICE", "PRESDOCU"}
_WRAPPERS = {"FEDREG", "RULES", "PRORULES", "NOTICES", "PRESDOCS", "PRESDOC", "NEWPART", "CORRECT"}
_ORDERS = {"EXECORD", "PROCLA", "PRMEMO", "PRNOTICE", "DETERM", "PRORDER"}
_ROOTS = _DOCUMENTS | _WRAPPERS | _ORDERS
_FIRST_TAG = re.compile(rb"<([A-Z]+)[\s>/]")
_PATH_DAY = re.compile(r"(\d{4})[-/](\d{2})[-/](\d{2})")
_CFR = re.compile(r"(\d{1,2})\s*CFR\b(?:\s*(?:parts?|chapter)\b)?([\s\d,;and–-]*)", re.I)
_SMALL = re.compile(r"(?<= )(?:Of|And|The|For|On)(?= )")
_GZIP = b"\x1f\x8b"
_HEAD_BYTES = 4000


def looks_like_federal_register(data: bytes) -> bool:
    """Whether the first element is one of the Federal Register's; looks into gzip as well."""
    head = data[:_HEAD_BYTES]
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, _HEAD_BYTES)
        except zlib.error:
            return False
    found = _FIRST_TAG.search(head)
    return found is not None and found[1].decode("ascii") in _ROOTS


def parse_federal_register(data: bytes, *, path: str) -> ParsedText:
    """The document, or the issue as one node a document.

    Raises:
        ParseError: If it is no Federal Register XML, or holds no text.
    """
    root = read_xml(_unpacked(data, path), path)
    check_depth(root, path)
    if tag(root) not in _ROOTS:
        raise ParseError(path, 1, f"expected a Federal Register document, found {tag(root)}")
    documents = [root] if tag(root) not in _WRAPPERS else _documents(root)
    if not documents:
        raise ParseError(path, 1, "the issue holds no document")
    day = _issue_day(root) or _path_day(path)
    parsed = _one(documents[0], day) if len(documents) == 1 else _issue(root, documents, day)
    return check_parsed(parsed, path)


def _documents(root: etree._Element) -> list[etree._Element]:
    found = [element for element in root.iter() if tag(element) in _DOCUMENTS]
    return found or [element for element in root.iter() if tag(element) in _ORDERS]


def _unpacked(data: bytes, path: str) -> bytes:
    """`data`, out of gzip, never more than `MAX_BYTES`."""
    if not data.startswith(_GZIP):
        return data
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(data, MAX_BYTES + 1)
    except zlib.error as error:
        raise ParseError(path, 1, f"not readable as gzip: {error}") from error
    if len(unpacked) <= MAX_BYTES and not unpacker.eof:
        raise ParseError(path, 1, "the gzip file is cut off")
    return unpacked


def _issue_day(root: etree._Element) -> date | None:
    day = next((element for element in root if tag(element) == "DATE"), None)
    return day_in(words(day)) if tag(root) == "FEDREG" else None


def _path_day(path: str) -> date | None:
    """The day in a Federal Register address; the file of one document does not say it."""
    if found := _PATH_DAY.search(path):
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return None
    return None


def _is_presidential(document: etree._Element) -> bool:
    return tag(document) == "PRESDOCU" or tag(document) in _ORDERS


def _title(document: etree._Element) -> str:
    if _is_presidential(document):
        return _fr_presidential.title(document)
    subjects = (e for e in document.iter("SUBJECT") if tag(e.getparent()) == "PREAMB")  # type: ignore[arg-type] # a found element has a parent
    return next((words(subject) for subject in subjects), "")


def _one(document: etree._Element, day: date | None) -> ParsedText:
    if _is_presidential(document):
        nodes = distinct(_fr_presidential.nodes(document), whole="occurrence")
        signed = next((day_in(words(e)) for e in document.iter("DATE")), None)
        day = day or signed or day_in(_title(document))
    else:
        nodes = distinct(_fr_rule.nodes(document), whole="occurrence")
    return ParsedText(
        format="federal-register",
        title=_title(document),
        nodes=nodes,
        identifiers=tuple(dict.fromkeys(_identifiers(document))),
        dated=day,
        warnings=tuple(_warnings(document)),
    )


def _identifiers(document: etree._Element) -> Iterator[tuple[str, str]]:
    if number := document_number(document):
        yield "fr", number
    for element in document.iter("RIN"):
        yield "rin", ascii_dashes(words(element)).removeprefix("RIN").strip()
    if _is_presidential(document):
        yield from _fr_presidential.identifiers(document)
        return
    for element in document.iter("CFR"):
        for found in _CFR.finditer(words(element)):
            for part in re.findall(r"\d+", found[2]):
                yield "cfr_affected", f"{found[1]}/{part}"
    for element in document.iter("REGTEXT"):
        if element.get("TITLE") and element.get("PART"):
            yield "cfr_affected", f"{element.get('TITLE')}/{element.get('PART')}"


def _warnings(document: etree._Element) -> Iterator[str]:
    if any(True for _ in document.iter("STARS")):
        yield "Amended sections show only the words that change, not those that stay."
    if any(True for _ in document.iter("GPH", "MATH")):
        yield "Pictures and formulas set as pictures are left out."
    if any(True for _ in document.iter("FTNT")):
        yield "Footnotes are left out."


def _issue(root: etree._Element, documents: list[etree._Element], day: date | None) -> ParsedText:
    facts = {tag(element): words(element) for element in root if tag(element) in {"VOL", "NO"}}
    volume = ", ".join(f"{name} {facts[key]}" for key, name in _VOLUME if key in facts)
    return ParsedText(
        format="federal-register-issue",
        title=f"Federal Register, {volume}" if volume else "Federal Register",
        nodes=distinct(_digest(document, place) for place, document in enumerate(documents, 1)),
        identifiers=(("fr_issue", day.isoformat()),) if day else (),
        dated=day,
        warnings=("An issue gives title, action, summary and dates of each document only.",),
    )


_VOLUME = (("VOL", "volume"), ("NO", "number"))


def _digest(document: etree._Element, position: int) -> Node:
    """One document of an issue: action, summary and dates; all its words if it has none."""
    number = document_number(document) or f"document {position}"
    unit = Unit.NOTICE if re.fullmatch(r"\d{4}-\d{5}", number) else Unit.HEADING
    nodes = (_fr_presidential if _is_presidential(document) else _fr_rule).nodes(document)
    named = {node.locator.number: node for node in nodes}
    children = tuple(
        Node(settle(Locator(unit, number, (name,))), _all_words(named[name]), name)
        for name in ("Summary", "Dates")
        if name in named
    )
    text = _all_words(named["Action"]) if children and "Action" in named else ""
    if not children:
        text = "\n".join(filter(None, (_with_heading(node) for node in named.values())))
    place = settle(Locator(unit, number))
    return Node(place, text, _title(document), context=_agency(document), children=children)


def _agency(document: etree._Element) -> tuple[str, ...]:
    names = [words(e) for e in document.iter("AGENCY", "SUBAGY")]
    spoken = (name.title() if name.isupper() else name for name in names)
    return tuple(_SMALL.sub(lambda found: found[0].lower(), name) for name in spoken)


def _with_heading(node: Node) -> str:
    words_of_it = _all_words(node)
    return f"{node.heading}: {words_of_it}" if node.heading and words_of_it else words_of_it


def _all_words(node: Node) -> str:
    return "\n".join(filter(None, (text for n in node.walk() for text in (n.text, n.closing))))
