"""Blocks of Federal Register text -> nodes: numbered preamble paragraphs, nested legal text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from corpus.locators import Locator
from corpus.parsers._cfr_labels import open_labels, ordinals
from corpus.parsers._fr_words import ITALIC, ROMAN, plain
from corpus.parsers._places import settle
from corpus.parsers.cfr_levels import Paragraph, marked, nest
from corpus.parsers.document import Node

_SLANTED = re.compile(rf"“?{ITALIC}([^{ITALIC}{ROMAN}]{{1,120}}){ROMAN}")
_NOTE = re.compile(r"(?:Technical )?Notes?(?: \d+)?\s?[.:—]", re.I)  # of the paragraph above it
_STEP = re.compile(rf"(\({ITALIC}?\w{{1,5}}{ROMAN}?\)) (?:\*\s*){{3,5}}")
_MARK = re.compile(r"\(\W?(\w{1,5})\W?\)")
_REPEATED = re.compile(r"(?:, )?\w+ subparagraph$")
_UNCHANGED = re.compile(r"(?:\*\s*){3,9}")


@dataclass(slots=True)
class Block:
    """A place and its paragraphs, marked; `is_law` is wording for the CFR.

    Of the preamble, a block that `is_whole` is read as one, any other paragraph by paragraph.
    """

    locator: Locator
    heading: str = ""
    context: tuple[str, ...] = ()
    is_law: bool = False
    is_whole: bool = False
    lines: list[str] = field(default_factory=list)


def node_of(block: Block) -> Node:
    """The block as a node: law nested by its labels, a preamble by its paragraphs."""
    if block.is_law:
        return _law(block)
    lines = [plain(line) for line in block.lines]
    if len(lines) < 2 or block.is_whole:
        return Node(settle(block.locator), "\n".join(lines), block.heading, context=block.context)
    here = block.locator
    children = tuple(
        Node(settle(Locator(here.unit, here.number, (str(position),))), line)
        for position, line in enumerate(lines, start=1)
    )
    return Node(settle(here), "", block.heading, context=block.context, children=children)


def _law(block: Block) -> Node:
    """A section with its paragraphs; each defined term is a place of its own."""
    plainly: list[Paragraph] = []
    terms: list[tuple[str, list[Paragraph]]] = []
    owners: list[str] = []
    letter = ""
    inside = False
    for line in _ladders(block.lines):
        group = terms[-1][1] if inside else plainly
        paragraph = marked(line, ITALIC, ROMAN)
        if group and _NOTE.match(paragraph.text):
            group[-1] = Paragraph(f"{group[-1].text}\n{paragraph.text}", group[-1].italics)
            continue
        opened = open_labels(paragraph)
        marks = [label.mark for label in opened.labels]
        term = "" if marks else _term(line, opened.terms, block.heading)
        if term:
            terms.append((term, [paragraph]))
            owners.append(letter)
            inside = True
        elif inside and not (marks and letter and _follows(marks[0], letter)):
            terms[-1][1].append(paragraph)
        else:
            inside = False
            letter = next((mark for mark in marks if (0, 1) in _levels(mark, letter)), letter)
            plainly.append(paragraph)
    node = nest(settle(block.locator), plainly, heading=block.heading, context=block.context)
    for (term, paragraphs), owner in zip(terms, owners, strict=True):
        node = _with_term(node, term, paragraphs, owner)
    return _merged(_without_stars(node))


def _merged(node: Node) -> Node:
    """`node` where a step that is printed twice, "(i) * * *", is one place and not two."""
    kept: dict[str, Node] = {}
    for child in node.children:
        first = kept.get(child.label)
        is_step = bool(child.label) and not (child.text or child.heading)
        if first is None or not is_step:
            kept[child.label if child.label and first is None else str(child.locator)] = child
        else:
            moved = tuple(_moved(below, first.locator) for below in child.children)
            kept[child.label] = replace(first, children=(*first.children, *moved))
    return replace(node, children=tuple(_merged(child) for child in kept.values()))


def _moved(node: Node, above: Locator) -> Node:
    """`node` and all below it, one label under `above`."""
    path = (*above.path, *node.locator.path[-1:])
    note = _REPEATED.sub("", node.locator.note)
    place = Locator(above.unit, above.number, path, note)
    return replace(node, locator=place, children=tuple(_moved(c, place) for c in node.children))


def _ladders(lines: list[str]) -> Iterator[str]:
    """The lines, each unchanged step "(c) * * *" joined to the paragraph it leads to."""
    held = ""
    for line in lines:
        step = _STEP.fullmatch(line)
        if held and not _leads_to(held, line):
            yield held
            held = ""
        if step:
            held = f"{held}{step[1]}"
        else:
            yield held + line
            held = ""
    if held:
        yield held


def _leads_to(held: str, line: str) -> bool:
    """Whether a line can stand one level below the last step: not beside it."""
    last, first = (_MARK.findall(text)[-1:] for text in (held, line[:12]))
    if not (last and first and line.startswith("(")):
        return False
    above, below = ordinals(last[0]), ordinals(first[0])
    beside = any(low == (level, ordinal + 1) for level, ordinal in above for low in below)
    return not beside and any(low > high for high, _ in above for low, _ in below)


def _term(line: str, defined: tuple[str, ...], heading: str) -> str:
    """The term that an unlabelled paragraph defines: set in italics at its front."""
    found = _SLANTED.match(line)
    if found and (defined or "definition" in heading.lower()):
        return plain(found[1]).rstrip(".—,: ")
    return ""


def _levels(mark: str, letter: str) -> list[tuple[int, int]]:
    """[(0, 1)] when a mark can be the next letter of the section; an empty list otherwise."""
    lettered = [ordinal for level, ordinal in ordinals(mark) if level == 0]
    return [(0, 1)] if lettered and (not letter or _follows(mark, letter)) else []


def _follows(mark: str, letter: str) -> bool:
    after = next((ordinal for level, ordinal in ordinals(mark) if level == 0), 0)
    return after == next((ordinal for level, ordinal in ordinals(letter) if level == 0), 0) + 1


def _with_term(node: Node, term: str, paragraphs: list[Paragraph], owner: str) -> Node:
    """`node` with a defined term below it, or below its paragraph `owner`."""
    for position, child in enumerate(node.children if owner else ()):
        if child.locator.path[-1:] == (owner,):
            children = list(node.children)
            children[position] = _with_term(child, term, paragraphs, "")
            return replace(node, children=tuple(children))
    above = node.locator
    place = settle(Locator(above.unit, above.number, above.path, f'"{term}"'))
    defined = replace(nest(place, paragraphs), terms=(term,))
    return replace(node, children=(*node.children, defined))


def _without_stars(node: Node) -> Node:
    """`node` without the asterisks that stand for words left as they are."""
    text = "\n".join(line for line in node.text.split("\n") if not _UNCHANGED.fullmatch(line))
    closing = "\n".join(line for line in node.closing.split("\n") if not _UNCHANGED.fullmatch(line))
    children = tuple(_without_stars(child) for child in node.children)
    return replace(node, text=text, closing=closing, children=children)
