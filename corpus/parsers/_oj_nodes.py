"""From blocks to provisions: articles, paragraphs, points, recitals, annexes (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from corpus.locators import Locator, Unit
from corpus.parsers._oj_blocks import DASHES, Block, lines_of
from corpus.parsers.document import Node

ORDINALS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
)
INSTRUCTION = re.compile(
    r"\b(?:(?:is|are|shall be) (?:replaced|amended|inserted|added|substituted)|"
    r"the following [\w ]{1,60}(?:inserted|added))"
)
_NUMBERED = re.compile(r"(\d{1,3}[a-z]{0,2})\.\s+(?=\S)")
_MARKED = re.compile(r"\d{1,3}[a-z]{0,2}\.")
_TERMS = re.compile(r"[‘“\"‧]([^‘’“”\"‧]{1,120})[’”\"‧]")
_MEANS = re.compile(r"\b(?:means?|has the meaning|shall mean)\b")


@dataclass(slots=True)
class _List:
    """The points under one lead-in; `intro` is the text since the list before.

    `collides` says that an earlier list of the same division has one of its labels.
    """

    intro: list[str] = field(default_factory=list)
    items: list[Block] = field(default_factory=list)
    collides: bool = False


def article_node(locator: Locator, blocks: Sequence[Block], *, label: str = "") -> Node:
    """An article: heading, text of its own, numbered paragraphs or points."""
    heading = " ".join(block.text for block in blocks if block.style == "sti-art")
    body = [block for block in blocks if block.style not in {"ti-art", "sti-art"}]
    own, paragraphs = paragraph_nodes(locator, body)
    node = listed(locator, own, heading=heading, label=label)
    return replace(node, children=(*node.children, *paragraphs))


def split_paragraphs(
    blocks: Sequence[Block],
) -> tuple[list[Block], list[tuple[str, list[Block]]]]:
    """The blocks before the first numbered paragraph, and those of each with its number."""
    own: list[Block] = []
    paragraphs: list[tuple[str, list[Block]]] = []
    for block in fold_quotes(blocks):
        numbered = None if block.inner else _NUMBERED.match(block.text)
        if numbered:
            rest = replace(block, text=block.text[numbered.end() :])
            paragraphs.append((numbered[1], [rest]))
        elif _MARKED.fullmatch(block.label):
            paragraphs.append((bare(block.label), list(block.inner)))
        else:
            (paragraphs[-1][1] if paragraphs else own).append(block)
    return own, paragraphs


def paragraph_nodes(
    article: Locator, blocks: Sequence[Block]
) -> tuple[list[Block], tuple[Node, ...]]:
    """The blocks before the first numbered paragraph, and the numbered paragraphs."""
    own, paragraphs = split_paragraphs(blocks)
    nodes = [
        listed(below(article, number), inner, label=f"{number}.") for number, inner in paragraphs
    ]
    return own, tuple(nodes)


def listed(
    locator: Locator, blocks: Sequence[Block], *, heading: str = "", label: str = ""
) -> Node:
    """A division with its points; text after the last point closes it."""
    lists, closing = _lists(fold_quotes(blocks))
    children = [_point(locator, item) for item in lists[0].items]
    for position, more in enumerate(lists[1:], start=1):
        children.append(_further_list(locator, more, position))
    text = "\n".join(lists[0].intro)
    return Node(
        locator,
        text=text,
        heading=heading,
        label=label,
        closing="\n".join(closing),
        children=tuple(children),
        terms=_terms(text),
    )


def point_nodes(parent: Locator, blocks: Sequence[Block]) -> tuple[Node, ...]:
    """The labelled items among `blocks`, as points of `parent`."""
    return tuple(_point(parent, block) for block in blocks if _is_point(block))


def annex_node(number: str, blocks: Sequence[Block], *, label: str = "") -> Node:
    """An annex with its sections, numbered headings and points."""
    titles = [block.text for block in blocks if block.style == "doc-ti"]
    body = [block for block in blocks if block.style != "doc-ti"]
    heading = " ".join(titles[1:])
    if not heading and body and _is_title(body[0]):
        heading, body = body[0].text, body[1:]
    node = _divided(Locator(Unit.ANNEX, number), body, 0)
    return replace(node, heading=heading, label=label)


def fold_quotes(blocks: Sequence[Block]) -> list[Block]:
    """Quoted new wording as one "quote" after the instruction that brings it; all else as it is.

    A quotation opens with a quotation mark after an instruction that ends with a colon, and
    lasts until the next instruction or the end of the division.
    """
    folded: list[Block] = []
    quoted: list[Block] = []
    for block in blocks:
        opens = not quoted and bool(folded) and _opens_quote(folded[-1], block)
        if quoted and block.text[:1].islower() and INSTRUCTION.search(block.text):
            folded.append(Block("quote", inner=tuple(quoted)))
            quoted = []
        (quoted if quoted or opens else folded).append(block)
    return [*folded, Block("quote", inner=tuple(quoted))] if quoted else folded


def below(parent: Locator, label: str) -> Locator:
    """The locator of a labelled division under `parent`.

    >>> from corpus.locators import parse
    >>> str(below(parse("Annex VII(3)"), "3.1")), str(below(parse("Article 5(1)"), "a"))
    ('Annex VII(3.1)', 'Article 5(1)(a)')
    """
    path = parent.path
    if path and "." in label and label.startswith(f"{path[-1]}."):
        path = path[:-1]
    return replace(parent, path=(*path, label))


def bare(label: str) -> str:
    """A printed mark without quotes, brackets and dots.

    >>> bare("‘(ba)"), bare("4.3.")
    ('ba', '4.3')
    """
    return label.strip("‘’“”'\"() .")


def with_note(node: Node, note: str) -> Node:
    """The division with a qualifier in its locator and in those of all below it."""
    children = tuple(with_note(child, note) for child in node.children)
    return replace(node, locator=replace(node.locator, note=note), children=children)


def _opens_quote(before: Block, block: Block) -> bool:
    if block.style == "quote" or not before.text.endswith(":"):
        return False
    if not INSTRUCTION.search(before.text):
        return False
    return next(iter(lines_of((block,))), "")[:1] in {"‘", "“", "'", '"'}


def _is_point(block: Block) -> bool:
    return block.style == "item" and block.label.lstrip("‘“") not in DASHES


def _lists(blocks: Sequence[Block]) -> tuple[list[_List], list[str]]:
    """The lists of a division and the text after the last one."""
    lists = [_List()]
    after: list[str] = []
    seen: set[str] = set()
    here: set[str] = set()
    for block in blocks:
        if not _is_point(block):
            after += lines_of((block,))
            continue
        mark = bare(block.label)
        if lists[-1].items and (after or mark in here):
            lists.append(_List())
            here = set()
        lists[-1].intro += after
        lists[-1].items.append(block)
        lists[-1].collides |= mark in seen
        here.add(mark)
        seen.add(mark)
        after = []
    if not lists[-1].items:
        lists[-1].intro += after
        after = []
    return lists, after


def _point(parent: Locator, item: Block) -> Node:
    return listed(below(parent, bare(item.label)), item.inner, label=item.label.lstrip("‘“"))


def _further_list(parent: Locator, more: _List, position: int) -> Node:
    """A second list under the same parent: its lead-in and its points, told apart by a note."""
    note = f"{ORDINALS[min(position, len(ORDINALS) - 1)]} subparagraph"
    points = tuple(_point(parent, item) for item in more.items)
    if more.collides:
        points = tuple(with_note(point, note) for point in points)
    return Node(replace(parent, note=note), text="\n".join(more.intro), children=points)


def _terms(text: str) -> tuple[str, ...]:
    """The terms that a text defines: those in quotes before "means", if it opens with one."""
    means = _MEANS.search(text, 0, 400)
    if not means or text[:1] not in {"‘", "“", '"', "‧"}:
        return ()
    return tuple(_TERMS.findall(text[: means.start()]))


_HEADINGS: tuple[re.Pattern[str], ...] = (
    re.compile(r"(?:Section|Part)\s+(\w{1,8})\b[\s.:—–-]*", re.IGNORECASE),
    re.compile(r"(\d{1,3}(?:\.\d{1,3}){0,3})\.?\s+(?=\S)"),
    re.compile(r"\(?([a-z])[.)]\s+(?=\S)"),
)


def _divided(locator: Locator, blocks: Sequence[Block], level: int) -> Node:
    """A division of an annex, cut at its headings: sections, then numbers, then letters."""
    if level == len(_HEADINGS):
        return listed(locator, blocks)
    own: list[Block] = []
    parts: list[tuple[Block, re.Match[str], list[Block]]] = []
    for block in blocks:
        found = _HEADINGS[level].match(block.text) if _is_heading(block) else None
        if found:
            parts.append((block, found, []))
        else:
            (parts[-1][2] if parts else own).append(block)
    node = _divided(locator, own, level + 1)
    children = [_headed(locator, head, found, inner, level) for head, found, inner in parts]
    return replace(node, children=(*node.children, *children))


def _headed(
    parent: Locator, head: Block, found: re.Match[str], inner: list[Block], level: int
) -> Node:
    heading = head.text[found.end() :].strip()
    if not heading and inner and _is_heading(inner[0]):
        heading, inner = inner[0].text, inner[1:]
    number = f"Section {found[1]}" if level == 0 else found[1]
    node = _divided(below(parent, number), inner, level + 1)
    return replace(node, heading=heading, label=found[0].strip(" —–-"))


def _is_title(block: Block) -> bool:
    """Whether the first line of an annex names it, rather than opens its first part."""
    if block.style == "normal":
        return block.text[-1:] not in ".:;,"
    return _is_heading(block) and not any(pattern.match(block.text) for pattern in _HEADINGS)


def _is_heading(block: Block) -> bool:
    return block.style.startswith("ti-grseq")
