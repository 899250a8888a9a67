"""A part of the CFR as xml2js turns the bulk XML into JSON (pure).

xml2js puts the italic runs of a paragraph into a list of their own and joins the words around
them. The runs go back where the words show a gap for each of them; where the number of gaps
differs, nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from corpus.errors import ParseError
from corpus.locators import Locator, Unit
from corpus.parsers._cfr_markdown_sections import as_words
from corpus.parsers.cfr_levels import Paragraph, nest
from corpus.parsers.document import Node, ParsedText
from corpus.parsers.markup import canonical

_SECTION = re.compile(r"(?:§ ?)?(\d{1,4}\.\d{1,4}[a-z]?)\s+(\S.*)", re.DOTALL)
_DIVISION = re.compile(r"(PART|Subpart|SUBPART) (\w{1,5})\s?[—–-]\s?(\S.*)", re.DOTALL)
_GAP = re.compile(r"^(?= )|(?<= )(?= )|(?<=\()(?= )|(?<= )(?=\n)|(?<= )$")
_KNOWN = {"$", "HEAD", "P", "CITA", "AUTH", "SOURCE", "DIV6", "DIV8"}


def parse_xml2js(content: Mapping[str, object], path: str) -> ParsedText:
    """The part, with its subparts as context.

    Raises:
        ParseError: If it is no part, or holds elements whose order xml2js has lost.
    """
    marks = _mapping(content.get("$"))
    number, code = str(marks.get("N", "")), str(marks.get("NODE", "")).partition(":")[0]
    if not re.fullmatch(r"\d{1,4}", number) or not code.isdecimal():
        raise ParseError(path, 1, "is no part of the CFR made by xml2js")
    heading = _division(_head(content))
    unplaced: list[str] = []
    nodes = tuple(_sections(content, (heading,) if heading else (), unplaced, path))
    warnings: tuple[str, ...] = ()
    if unplaced:
        warnings = (f"italic words could not be put back in {', '.join(unplaced[:8])}",)
    return ParsedText(
        format="cfr-json",
        title=f"{code} CFR {heading or f'Part {number}'}",
        nodes=nodes,
        identifiers=(("cfr", f"{code}/{number}"),),
        derived="JSON copy of the eCFR's XML made by xml2js; the order of inline marks is lost",
        warnings=warnings,
    )


def _sections(
    division: Mapping[str, object], context: tuple[str, ...], unplaced: list[str], path: str
) -> Iterator[Node]:
    unknown = sorted(set(division) - _KNOWN)
    if unknown:
        found = ", ".join(unknown[:5])
        raise ParseError(path, 1, f"holds {found}, whose place among the paragraphs is lost")
    for section in _list(division.get("DIV8")):
        yield _section(_mapping(section), context, unplaced, path)
    for subpart in map(_mapping, _list(division.get("DIV6"))):
        heading = _division(_head(subpart))
        below = (*context, heading) if heading else context
        yield from _sections({**subpart, "DIV6": []}, below, unplaced, path)


def _section(
    section: Mapping[str, object], context: tuple[str, ...], unplaced: list[str], path: str
) -> Node:
    unknown = sorted(set(section) - {"$", "HEAD", "P", "CITA"})
    if unknown:
        found = ", ".join(unknown[:5])
        raise ParseError(path, 1, f"holds {found}, whose place among the paragraphs is lost")
    found_head = _SECTION.fullmatch(_head(section).strip())
    if found_head is None:
        raise ParseError(path, 1, f"has a section without a number: {_head(section)[:60]!r}")
    locator = Locator(Unit.CFR, found_head[1])
    paragraphs = []
    for printed in _list(section.get("P")):
        paragraph = _paragraph(printed)
        if paragraph is None:
            unplaced.append(str(locator))
            paragraph = Paragraph(canonical(str(_mapping(printed).get("_", ""))))
        paragraphs.append(paragraph)
    heading = re.sub(r"\.$", "", canonical(found_head[2]))
    return nest(locator, paragraphs, heading=heading, context=context)


def _paragraph(printed: object) -> Paragraph | None:
    """A paragraph with its italic runs; None where their places are not certain."""
    if isinstance(printed, str):
        return Paragraph(canonical(printed), ())
    parts = _mapping(printed)
    text, runs = parts.get("_"), _list(parts.get("I"))
    if not isinstance(text, str) or set(parts) - {"_", "I"}:
        return None
    text = text.rstrip("\n") + "\n"
    gaps = [found.start() for found in _GAP.finditer(text)]
    if len(gaps) != len(runs) or not all(isinstance(run, str) for run in runs):
        return None
    plain, spans, position = "", [], 0
    for gap, run in zip(gaps, runs, strict=True):
        plain = _join(plain, text[position:gap])
        words = canonical(str(run))
        spans.append((len(plain), len(plain) + len(words)))
        plain += words
        position = gap
    return Paragraph(_join(plain, text[position:]).rstrip(), tuple(spans))


def _join(plain: str, words: str) -> str:
    """`plain` and `words` with the single spaces that stand in them."""
    words = re.sub(r"\s+", " ", words)
    return plain + (words.lstrip() if not plain or plain.endswith(" ") else words)


def _division(head: str) -> str:
    found = _DIVISION.fullmatch(head.strip())
    return f"{found[1].capitalize()} {found[2]}: {as_words(canonical(found[3]))}" if found else ""


def _head(division: Mapping[str, object]) -> str:
    return next((head for head in _list(division.get("HEAD")) if isinstance(head, str)), "")


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
