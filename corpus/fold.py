"""A parsed tree -> the provisions that are read, cited and searched (pure).

Every node with words becomes a division. A list that is short is *folded*: its parent's text then
holds the whole of it, points and all, and is what is searched; the points stay citable. A point
of a long list is searched by itself, with the words that lead into the list beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from corpus.locators import Locator, Unit
from corpus.parsers.document import Node

FOLD_CHARS = 900  # what MiniLM reads of a passage, less its context line
LEAD_CHARS = 400
_RUNS_ON = (":", "—", "–", ",", ";")
_SAYS_ENOUGH = 30

Apart = Callable[[Locator], bool]


def _never(locator: Locator) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Division:
    """One citable piece of a text, made of `node`.

    `whole` says that no words stand below it on their own.
    """

    node: Node
    locator: Locator
    text: str
    heading: str
    context: tuple[str, ...]
    terms: tuple[str, ...]
    lead: str = ""
    searched: bool = True
    whole: bool = True


def fold(nodes: Iterable[Node], *, apart: Apart = _never) -> Iterator[Division]:
    """Divisions in reading order.

    `apart` names places that carry a rule of their own: a list that holds one is never folded.
    """
    for node in nodes:
        yield from _fold(node, (), "", node.heading, folded=False, apart=apart)


def _fold(
    node: Node,
    context: tuple[str, ...],
    lead: str,
    heading: str,
    *,
    folded: bool,
    apart: Apart,
) -> Iterator[Division]:
    context = node.context or context
    if _is_titled_annex(node) and not context:
        context = (f"{node.locator}: {node.heading}",)
    heading = node.heading or heading
    folds = not folded and _folds(node, apart)
    own = "\n".join(part for part in (node.text, node.closing) if part)
    text = whole_text(node) if folds else own
    if text:
        searched = not folded and (folds or not node.children or _says_enough(node))
        yield Division(
            node,
            node.locator,
            text,
            heading,
            context,
            node.terms,
            lead,
            searched,
            whole=folds or not node.children,
        )
    below = _lead_for_children(node, lead)
    if node.locator.unit is Unit.ANNEX and node.locator.path and node.heading:
        context = (*context, node.heading)  # its parts have headings of their own
    for child in node.children:
        yield from _fold(child, context, below, heading, folded=folded or folds, apart=apart)


def _is_titled_annex(node: Node) -> bool:
    return node.locator.unit is Unit.ANNEX and not node.locator.path and bool(node.heading)


def whole_text(node: Node) -> str:
    """A node's words and all below it, one line a division, labels as printed."""
    return "\n".join(part for part in (node.text, *_lines_below(node), node.closing) if part)


def _lines_below(node: Node) -> Iterator[str]:
    for child in node.children:
        words = whole_text(child)
        yield f"{child.label} {words}".strip() if words else child.label


def _folds(node: Node, apart: Apart) -> bool:
    if not node.children or not _is_list(node):
        return False
    below = [inner for inner in node.walk() if inner is not node]
    if any(apart(inner.locator) for inner in below):
        return False
    length = sum(len(n.text) + len(n.closing) + len(n.label) + 2 for n in (node, *below))
    return length <= FOLD_CHARS


def _is_list(node: Node) -> bool:
    """Whether the children are points of a list, not paragraphs of an article or section."""
    if node.locator.path:
        return node.locator.unit not in {Unit.ANNEX, Unit.ECCN}
    if node.locator.unit in {Unit.RECITAL, Unit.PARA, Unit.PAGE}:
        return True
    labels = [child.locator.path[-1] for child in node.children if child.locator.path]
    return node.locator.unit is Unit.ARTICLE and all(label[:1].isalpha() for label in labels)


def _says_enough(node: Node) -> bool:
    """Whether a node above a list says something of its own, more than "the following:"."""
    words = f"{node.text} {node.closing}".split()
    return bool(node.closing) or len(words) > _SAYS_ENOUGH or not node.text.endswith(_RUNS_ON)


def _lead_for_children(node: Node, above: str) -> str:
    """The words that the node's children go on with; "" where its sentence is complete."""
    if not node.text.endswith(_RUNS_ON):
        return "" if node.text else above
    begun = re.split(r"(?<=[.;])\s+(?=[A-Z(‘“])", node.text)[-1]
    lead = f"{above} {begun}".strip() if above else begun
    return lead if len(lead) <= LEAD_CHARS else begun[-LEAD_CHARS:]
