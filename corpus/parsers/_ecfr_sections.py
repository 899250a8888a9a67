"""Sections of eCFR XML: paragraphs, defined terms, categories of a list (pure)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from corpus.locators import Locator
from corpus.parsers._cfr_labels import Paragraph, clean_heading, open_labels
from corpus.parsers._ecfr_flow import Block
from corpus.parsers.cfr_levels import nest
from corpus.parsers.document import Node

_CATEGORY = re.compile(r"(Category [IVXLC]+)\s?[—–-]+\s?", re.IGNORECASE)
_DEFINITIONS = re.compile(r"\bdefin(?:itions?|ed)\b|\bmeanings? of\b", re.IGNORECASE)
_QUOTED_TERM = re.compile(
    r"[“\"]([^“”\"]{2,80}?)[.,]?[”\"](?:[.,]| \(| —|—| means?\b| is\b| are\b)"
)
_MEANS = re.compile(r"[”\"]?,? (?:\([^()]{1,60}\),? )?(?:means?|is|are|includes?|refers?|has)\b")
_MAX_TERM = 100


def paragraphs(found: Iterable[Block], *, samples: bool = True) -> Iterator[Paragraph]:
    """The blocks as paragraphs; the labels of quoted matter count only where `samples` says."""
    for block in found:
        if block.table is not None:
            yield Paragraph("\n".join(block.table.lines()), plain=True)
        elif block.kind in {"note", "effective"}:
            name = block.text if block.text.endswith((":", ".")) else f"{block.text}:"
            text = (
                " ".join((name, "\n".join(block.lines))) if block.text else "\n".join(block.lines)
            )
            yield Paragraph(text, plain=not block.text.startswith(("Note", "Technical")))
        elif block.kind == "heading" or (block.sample and not samples):
            yield Paragraph(block.text, plain=True)
        else:
            yield block.paragraph


def section(
    locator: Locator, heading: str, context: tuple[str, ...], found: Sequence[Block]
) -> Node:
    """The node of a section with all that stands in it."""
    notes = [block for block in found if block.kind == "effective"]
    body = [block for block in found if block.kind != "effective"]
    if any(_category(block) for block in body):
        node = _categories(locator, heading, body)
    else:
        printed = list(paragraphs(body, samples=False))
        first = _first_term(heading, printed)
        node = nest(locator, printed[:first], heading=heading)
        node = replace(node, children=(*node.children, *_terms(locator, printed[first:])))
    extra = _effective(locator, notes)
    return replace(node, children=(*node.children, *extra), context=context)


def _effective(locator: Locator, notes: Sequence[Block]) -> Iterator[Node]:
    """Notes that say what an amendment to come will change, or what is stayed."""
    for count, block in enumerate(notes, 1):
        name = clean_heading(block.text)
        name = name if name.startswith(("Effective", "Delayed")) else "Effective Date Note"
        name = f"{name} [{count}]" if count > 1 else name
        yield Node(_with_note(locator, name), "\n".join(block.lines), label=block.text)


def _category(block: Block) -> re.Match[str] | None:
    return _CATEGORY.match(block.text) if block.kind == "heading" else None


def _categories(locator: Locator, heading: str, body: Sequence[Block]) -> Node:
    """A list in categories, each with labels of its own, as the U.S. Munitions List."""
    opening: list[Block] = []
    parts: list[tuple[str, str, list[Block]]] = []
    for block in body:
        if found := _category(block):
            parts.append((found[1], clean_heading(block.text[found.end() :]), []))
        else:
            (parts[-1][2] if parts else opening).append(block)
    names: Counter[str] = Counter()
    children: list[Node] = []
    for category, title, below in parts:
        names[category] += 1
        name = f"{category} [{names[category]}]" if names[category] > 1 else category
        child = nest(_with_note(locator, name), paragraphs(below), heading=title)
        children.append(replace(child, label=name))
    node = nest(locator, paragraphs(opening), heading=heading)
    return replace(node, children=(*node.children, *children))


def _first_term(heading: str, printed: Sequence[Paragraph]) -> int:
    """Where the list of defined terms begins; at the end for a section without one.

    Terms are a list of their own only where no label stands before them: "(a) *Act* means" is
    paragraph (a).
    """
    if not _DEFINITIONS.search(heading):
        return len(printed)
    for position, paragraph in enumerate(printed):
        if open_labels(paragraph).labels and not paragraph.plain:
            return len(printed)
        if defined_term(paragraph):
            return position
    return len(printed)


def defined_term(paragraph: Paragraph) -> tuple[str, int] | None:
    """The term that an unlabelled paragraph defines, and where its text begins.

    >>> defined_term(Paragraph("Item. A thing.", ((0, 5),)))
    ('Item', 6)
    """
    if paragraph.plain:
        return None
    return _italic_term(paragraph) or _quoted_term(paragraph.text)


def _italic_term(paragraph: Paragraph) -> tuple[str, int] | None:
    text = paragraph.text
    begin = 1 if text[:1] in {"“", '"'} else 0
    end = paragraph.run_end(begin)
    if not 1 < end - begin < _MAX_TERM:
        return None
    term = text[begin:end].strip()
    closing = re.compile(r"[”\"]?[.:—]?[”\"]?\s*").match(text, end)
    ended = (
        term.rstrip('”"').endswith((".", ":", "—")) or text[end : end + 2].strip('”"')[:1] == "."
    )
    if ended and closing:
        return clean_heading(term).strip('“”" '), closing.end()
    if _MEANS.match(text, end):
        return term.strip('“”" ,'), 0
    return None


def _quoted_term(text: str) -> tuple[str, int] | None:
    found = _QUOTED_TERM.match(text)
    return (found[1].strip(" .,"), 0) if found else None


def _terms(locator: Locator, printed: Sequence[Paragraph]) -> Iterator[Node]:
    """The defined terms, each with the paragraphs that follow it."""
    groups: list[tuple[str, list[Paragraph]]] = []
    for paragraph in printed:
        if found := defined_term(paragraph):
            term, begin = found
            groups.append((term, [replace(paragraph, text=paragraph.text[begin:], italics=())]))
        else:
            groups[-1][1].append(paragraph)
    times: Counter[str] = Counter()
    for term, below in groups:
        times[term] += 1
        name = f'"{term}" [{times[term]}]' if times[term] > 1 else f'"{term}"'
        node = nest(_with_note(locator, name), below, heading=term)
        yield replace(node, terms=(term,))


def _with_note(locator: Locator, name: str) -> Locator:
    note = f"{locator.note}, {name}" if locator.note else name
    return Locator(locator.unit, locator.number, locator.path, note)
