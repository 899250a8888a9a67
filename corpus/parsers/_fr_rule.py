"""Rules, proposed rules and notices of the Federal Register: preamble and legal text (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from corpus.locators import Locator, Unit
from corpus.parsers._fr_sections import Block, node_of
from corpus.parsers._fr_words import (
    ITALIC,
    ROMAN,
    ascii_dashes,
    marked_line,
    paragraphs,
    plain,
    rows,
    tag,
    words,
)
from corpus.parsers._places import settle
from corpus.parsers.document import Node

MAX_TITLE_CHARS = 120  # a locator is something one can say; the heading keeps every word
# Parts of the preamble that have a name of their own.
_NAMED = {
    "ACT": "Action",
    "SUM": "Summary",
    "DATES": "Dates",
    "EFFDATE": "Dates",
    "ADD": "Addresses",
    "FURINF": "For further information contact",
    "LSTSUB": "List of subjects",
}
_LEFT_OUT = {"SIG", "FTNT", "GPH", "BILCOD", "PRTPAGE", "AGY", "FRDOC", "STARS", "CONTENTS"}
_PART = re.compile(r"part\s+(\d+)", re.I)
_SECTION = re.compile(r"§+\s*(\d+[a-z]?\.\d+[a-z]?)")
_LABELLED = re.compile(r"^(\(\w{1,3}\)) (.+)$")
_SUPPLEMENT = re.compile(r"Supplement\s+No\.\s+(\d+)\s+to\s+Part\s+(\d+)", re.I)
_ECCN = re.compile(r"(\d[A-E]\d{3})\b")


@dataclass(slots=True)
class _Draft:
    """A rule while its elements go by: open headings, amended sections, instructions by part."""

    headings: list[tuple[int, str]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    instructions: dict[str, Block] = field(default_factory=dict)
    part: str = ""
    named: str = ""  # the section that the last instruction names
    in_law: bool = False  # whether wording for the CFR stands open

    def open(self, title: str, level: int = 1) -> None:
        """Begin the words under a heading; the second one of a name says so."""
        self.in_law = False
        title = title.rstrip(": ")
        self.headings = [above for above in self.headings if above[0] < level]
        context = tuple(above for _, above in self.headings)
        self.headings.append((level, title))
        short = title if len(title) <= MAX_TITLE_CHARS else f"{title[: MAX_TITLE_CHARS - 1]}…"
        self.counts[short] = self.counts.get(short, 0) + 1
        if self.counts[short] > 1:
            short = f"{short}, occurrence {self.counts[short]}"
        self.blocks.append(Block(Locator(Unit.HEADING, short), title, context))

    def amend(self) -> Block:
        """The instructions for the part of the CFR at hand."""
        if self.part not in self.instructions:
            title = f"Amendments to part {self.part}" if self.part else "Amendments"
            block = Block(Locator(Unit.HEADING, title), title, is_whole=True)
            self.instructions[self.part] = block
            self.blocks.append(block)
        return self.instructions[self.part]

    def place(self, locator: Locator, heading: str) -> None:
        """Begin regulatory text: a section, a supplement, a list entry."""
        self.in_law = True
        self.blocks.append(Block(locator, heading, is_law=True))


def nodes(document: etree._Element) -> Iterator[Node]:
    """Everything in a rule that can be cited, in printed order."""
    draft = _Draft()
    for element in document:
        if tag(element) in {"PREAMB", "SUPLINF"}:
            _read(element, draft)
        elif tag(element) not in _LEFT_OUT:
            _element(element, draft)
    for block in draft.blocks:
        node = node_of(block)
        is_headed = block.is_law and not block.heading.startswith("[")
        if node.text or node.children or is_headed:
            yield node


def _read(parent: etree._Element, draft: _Draft) -> None:
    for element in parent:
        if tag(element) and tag(element) not in _LEFT_OUT:
            _element(element, draft)


def _element(element: etree._Element, draft: _Draft) -> None:
    name = tag(element)
    if name in _NAMED:
        draft.open(_NAMED[name])
        draft.blocks[-1].is_whole = True
        _collect(element, draft)
    elif name == "PREAMHD":
        draft.open(_heading_of(element).capitalize())
        _collect(element, draft)
    elif name == "HD":
        _head(element, draft)
    elif name in {"REGTEXT", "PART", "SUBPART", "CHAPTER", "APPENDIX", "AMDPAR", "AUTH", "SECTION"}:
        _amendment(element, draft)
    elif name in {"P", "FP", "GPOTABLE", "EXTRACT", "PRIACT", "NOTE"}:
        _text(element, draft)


def _heading_of(element: etree._Element) -> str:
    return next((words(child).rstrip(": ") for child in element if tag(child) == "HD"), "")


def _collect(element: etree._Element, draft: _Draft) -> None:
    lines = [line for line in paragraphs(element) if plain(line).rstrip(": ")]
    head = _heading_of(element)
    draft.blocks[-1].lines.extend(line for line in lines if plain(line).rstrip(": ") != head)


def _head(element: etree._Element, draft: _Draft) -> None:
    source = element.get("SOURCE", "HD1")
    title = words(element)
    if source == "HED" or not title:
        draft.open("Supplementary information")
        return
    level = int(source[2]) if source[2:3].isdecimal() else 1
    if found := _SUPPLEMENT.match(title):
        draft.place(Locator(Unit.SUPPLEMENT, f"{found[1]}/{found[2]}"), title)
    elif draft.in_law:
        draft.blocks[-1].lines.append(title)
    else:
        draft.open(title, level)


def _text(element: etree._Element, draft: _Draft) -> None:
    if not draft.blocks:
        draft.open("Text")
    lines = [marked_line(element)] if tag(element) in {"P", "FP"} else []
    lines = lines or (
        ["\n".join(rows(element))] if tag(element) == "GPOTABLE" else list(paragraphs(element))
    )
    current = draft.blocks[-1]
    for line in filter(None, lines):
        entry = _ECCN.match(plain(line)) if draft.in_law and tag(element) == "FP" else None
        if entry and current.locator.unit in {Unit.SUPPLEMENT, Unit.ECCN}:
            draft.place(Locator(Unit.ECCN, entry[1]), plain(line))
            current = draft.blocks[-1]
        else:
            current.lines.append(line)


def _amendment(element: etree._Element, draft: _Draft) -> None:
    """Instructions, headings of parts, and the wording they put into the CFR."""
    name = tag(element)
    if name == "REGTEXT":
        draft.part = element.get("PART", draft.part)
        draft.in_law = False
        _regtext(element, draft)
    elif name == "SECTION":
        _section(element, draft)
    elif name in {"APPENDIX", "CHAPTER"}:
        _regtext(element, draft)
    elif name == "AUTH":
        text = " ".join(words(child) for child in element if tag(child) in {"HD", "P"})
        _instruct(draft, text)
    elif name == "AMDPAR":
        _instruct(draft, words(element))
    else:
        title = _heading_of(element)
        found = _PART.match(title) if name == "PART" else None
        draft.part = found[1] if found else draft.part
        _instruct(draft, title)


def _instruct(draft: _Draft, text: str) -> None:
    if not text:
        return
    draft.in_law = False
    draft.amend().lines.append(text)
    sections = _SECTION.findall(text)
    draft.named = sections[-1] if sections else draft.named


def _regtext(element: etree._Element, draft: _Draft) -> None:
    """The children of an amendment; an extract is wording of the section the instruction names."""
    for child in element:
        name = tag(child)
        if not name or name in _LEFT_OUT:
            continue
        if name == "EXTRACT" and draft.named:
            draft.place(Locator(Unit.CFR, draft.named), "")
            draft.blocks[-1].lines.extend(filter(None, _extract(child)))
        elif name == "HD":
            _law_head(child, draft)
        elif name in {"P", "FP", "GPOTABLE", "EXTRACT", "NOTE"}:
            if not draft.in_law:
                draft.amend().lines.extend(_lines_of(child))
            else:
                _text(child, draft)
        else:
            _amendment(child, draft)


def _lines_of(element: etree._Element) -> list[str]:
    if tag(element) in {"P", "FP"}:
        return [words(element)]
    return [plain(line) for line in paragraphs(element)]


def _law_head(element: etree._Element, draft: _Draft) -> None:
    """A supplement or appendix begins; any other heading is a line of what stands there."""
    title = words(element)
    if found := _SUPPLEMENT.match(title):
        draft.place(Locator(Unit.SUPPLEMENT, f"{found[1]}/{found[2]}"), title)
    elif title.lower().startswith(("appendix", "supplement")):
        short = re.split(r"[—:]", title)[0].strip()
        draft.place(Locator(Unit.HEADING, short[:MAX_TITLE_CHARS]), title)
    elif draft.in_law:
        draft.blocks[-1].lines.append(title)
    else:
        _instruct(draft, title)


def _extract(element: etree._Element) -> Iterator[str]:
    """Its paragraphs; a heading "(a) Scope" opens the paragraph it names."""
    for child in element:
        if tag(child) == "HD":
            title = words(child).rstrip(".")
            yield _LABELLED.sub(rf"\1 {ITALIC}\2.{ROMAN}", title) if title else ""
        elif tag(child) in {"P", "FP"}:
            yield from filter(None, [marked_line(child)])
        elif tag(child) == "GPOTABLE":
            yield "\n".join(rows(child))


def _section(element: etree._Element, draft: _Draft) -> None:
    number = next((words(child) for child in element if tag(child) == "SECTNO"), "")
    subject = " ".join(words(child) for child in element if tag(child) == "SUBJECT")
    bare = ascii_dashes(re.sub(r"^§+\s*", "", number).strip(". "))
    draft.named = bare or draft.named
    draft.place(settle(Locator(Unit.CFR, draft.named or "section")), subject.rstrip("."))
    draft.blocks[-1].lines.extend(paragraphs(element))
