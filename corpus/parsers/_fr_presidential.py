"""Presidential documents of the Federal Register: orders, proclamations, memoranda (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from corpus.locators import Locator, Unit
from corpus.parsers._fr_words import ITALIC, ROMAN, marked_line, plain, rows, tag, words
from corpus.parsers._places import settle
from corpus.parsers.cfr_levels import marked, nest
from corpus.parsers.document import Node

_SECTION = re.compile(
    rf"(?:{ITALIC})?(?:Section|Sec\.)\s+(\d+(?:\.\d+)*)\s*(?:{ROMAN})?\s*\.\s*(?:{ROMAN})?\s*", re.I
)
_PLAIN_TITLE = re.compile(r"([A-Z][^().]{2,160})\.\s+(?=\(a\)\s|\d+\.\d+\.\s)")
_SUBSECTION = re.compile(rf"(?:{ITALIC})?(\d+\.\d+)\s*\.\s*(?:{ROMAN})?\s*")
_RECITAL = re.compile(r"(\d{1,2})\.\s+")
_TITLE = re.compile(rf"\s*{ITALIC}([^{ITALIC}{ROMAN}]{{1,250}}){ROMAN}\s*([.:—]?)\s*")
_CLAUSE = re.compile(r"\((\d{1,2})\)\s*")
_FORMULA = re.compile(r"IN WITNESS WHEREOF", re.I)
_OPERATIVE = re.compile(r"NOW,? THEREFORE", re.I)
_NUMBERS = (
    ("eo", re.compile(r"Executive Order (?:No\. )?(\d{4,5})")),
    ("proclamation", re.compile(r"Proclamation (?:No\. )?(\d{4,5})")),
    ("determination", re.compile(r"Presidential Determination No\. (\d{4}-\d{1,3})")),
)
_NAMES = {"EXECORDR", "PROC", "MEMO", "PNOTICE", "DETERM", "ORDER"}


@dataclass(slots=True)
class _Part:
    """A section, or the words under one heading, while the paragraphs go by."""

    place: Locator
    heading: str = ""
    label: str = ""
    context: tuple[str, ...] = ()
    paragraphs: list[str] = field(default_factory=list)


def title(document: etree._Element) -> str:
    """Number, day and subject: "Executive Order 14179 of January 23, 2025: Removing ..."."""
    names = [words(element) for element in document.iter() if tag(element) in _NAMES]
    subject = [words(e) for e in document.iter("HD") if e.get("SOURCE") == "HED"]
    return ": ".join(filter(None, (*names[:1], *subject[:1])))


def identifiers(document: etree._Element) -> Iterator[tuple[str, str]]:
    """The number of the order or proclamation."""
    for key, pattern in _NUMBERS:
        if found := pattern.search(title(document).split(":")[0]):
            yield key, found[1]


def nodes(document: etree._Element) -> Iterator[Node]:
    """Sections of an order; numbered recitals and clauses of a proclamation; else paragraphs."""
    paragraphs = list(_paragraphs(document))
    if any(_SECTION.match(text) for text in paragraphs):
        yield from _sections(paragraphs)
    else:
        yield from _clauses(paragraphs)


def _paragraphs(document: etree._Element) -> Iterator[str]:
    """Its paragraphs, marked, without the formula at the end; a heading opens with "#"."""
    for element in document.iter():
        if tag(element) in {"FP", "P"}:
            text = marked_line(element)
            if text and not _FORMULA.match(plain(text)):
                yield text
        elif tag(element) == "HD" and element.get("SOURCE") != "HED":
            yield f"#{words(element)}"
        elif tag(element) == "GPOTABLE":
            yield from rows(element)


def _sections(paragraphs: list[str]) -> Iterator[Node]:
    parts = [_Part(Locator(Unit.HEADING, "Preamble"))]
    above = ""
    for text in paragraphs:
        rest = text
        if section := _SECTION.match(text):
            heading, rest = _title_of(text[section.end() :])
            above = f"Section {section[1]}: {heading}" if heading else f"Section {section[1]}"
            parts.append(_Part(Locator(Unit.SECTION, section[1]), heading, plain(section[0])))
        inner = _SUBSECTION.match(rest)
        if inner and above.startswith(f"Section {inner[1].split('.')[0]}"):
            heading, rest = _run_in_title(rest, inner.end())
            parts.append(_Part(Locator(Unit.SECTION, inner[1]), heading, f"{inner[1]}.", (above,)))
        if rest.startswith("#"):
            parts.append(_Part(Locator(Unit.HEADING, rest[1:121]), rest[1:]))
        else:
            parts[-1].paragraphs.append(rest)
    for part in parts:
        node = _nested(part)
        if node.text or node.children:
            yield node


def _nested(part: _Part) -> Node:
    printed = [marked(text, ITALIC, ROMAN) for text in part.paragraphs if text]
    node = nest(settle(part.place), printed, heading=part.heading, context=part.context)
    return replace(node, label=part.label)


def _title_of(text: str) -> tuple[str, str]:
    """The italic heading that `text` opens with, and the words after it."""
    found = _TITLE.match(text)
    if found and (found[2] or found[1].rstrip().endswith((".", "—", ":"))):
        return plain(found[1]).rstrip(".—: "), text[found.end() :]
    unslanted = _PLAIN_TITLE.match(text)
    return (unslanted[1], text[unslanted.end() :]) if unslanted else ("", text)


def _run_in_title(text: str, end: int) -> tuple[str, str]:
    """The heading of "4.1. <i>Title</i>. Words", the number inside the italic run or before it."""
    slanted = text.startswith(ITALIC) and ROMAN not in text[:end]
    return _title_of(f"{ITALIC}{text[end:]}" if slanted else text[end:])


def _clauses(paragraphs: list[str]) -> Iterator[Node]:
    """Recitals are `para.`, what the President then proclaims is `Clause`."""
    cut = next((i for i, text in enumerate(paragraphs) if _OPERATIVE.match(plain(text))), None)
    recitals = paragraphs if cut is None else paragraphs[:cut]
    yield from _recitals(recitals)
    if cut is not None:
        yield from (_nested(part) for part in _proclaimed(paragraphs[cut:]))


def _proclaimed(paragraphs: list[str]) -> Iterator[_Part]:
    """The proclaiming words, then each clause "(1) ..." with what belongs to it."""
    part = _Part(Locator(Unit.HEADING, "Now, therefore"))
    for text in paragraphs:
        if found := _CLAUSE.match(text):
            yield part
            part = _Part(
                Locator(Unit.CLAUSE, found[1]),
                label=f"({found[1]})",
                paragraphs=[text[found.end() :]],
            )
        else:
            part.paragraphs.append(text.removeprefix("#"))
    yield part


def _recitals(paragraphs: list[str]) -> Iterator[Node]:
    """Paragraphs by their printed number; by their order where none is numbered."""
    numbered = any(_RECITAL.match(plain(text)) for text in paragraphs)
    count, lines = 0, list[str]()
    for text in paragraphs:
        said = plain(text.removeprefix("#"))
        found = _RECITAL.match(said)
        if numbered and not found:
            lines.append(said)
            continue
        if lines:
            yield _recital(count, lines, numbered=numbered)
        count = int(found[1]) if found else count + 1
        lines = [said[found.end() :] if found else said]
    if lines:
        yield _recital(count, lines, numbered=numbered)


def _recital(count: int, lines: list[str], *, numbered: bool) -> Node:
    text = "\n".join(lines)
    if count == 0:
        return Node(Locator(Unit.HEADING, "Preamble"), text)
    return Node(Locator(Unit.PARA, str(count)), text, label=f"{count}." if numbered else "")
