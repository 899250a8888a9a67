"""An act with its amendments carried out: the text from the day on which they took effect (pure).

Only what can be done by the letter is done. A place that an amendment changes in words this
program cannot derive is named instead, so that nobody quotes the old words as the new.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from corpus.locators import Locator
from corpus.parsers.document import Amendment, Node
from corpus.pieces import is_piece, with_added, with_piece


@dataclass(frozen=True, slots=True)
class Amended:
    """The amended tree. `unknown` are places whose new words could not be derived."""

    nodes: tuple[Node, ...]
    unknown: frozenset[Locator]


def carry_out(
    nodes: tuple[Node, ...],
    amendments: Sequence[Amendment],
    *,
    unknown_before: Collection[Locator] = (),
) -> Amended:
    """Apply amendments in their order; what was unknown before stays so, unless it is replaced."""
    unknown = set(unknown_before)
    for amendment in amendments:
        place = _place(nodes, amendment)
        changed = None if place is None else _apply(nodes, amendment, place)
        if changed is None:
            found = place or _nearest(nodes, amendment.locator)
            if found is not None:
                unknown |= {node.locator for node in found.walk()}
            continue
        nodes = changed
        if place is not None and _is_whole(amendment, place):
            unknown -= {node.locator for node in place.walk()}  # all of it is new, or gone
    return Amended(nodes, frozenset(unknown))


def _place(nodes: Sequence[Node], amendment: Amendment) -> Node | None:
    """The node that an amendment is about: itself, or what a new one or a piece belongs to."""
    locator = amendment.locator
    above = locator.parent
    if amendment.action == "insert":
        return Node(locator) if above is None else _find(nodes, above)
    if above is not None and is_piece(locator.note):
        return _find(nodes, above)
    return _find(nodes, locator)


def _is_whole(amendment: Amendment, place: Node) -> bool:
    return amendment.action in {"replace", "delete"} and amendment.locator == place.locator


def _find(nodes: Sequence[Node], locator: Locator) -> Node | None:
    for root in nodes:
        if root.locator.root == locator.root:
            for node in root.walk():
                if node.locator == locator:
                    return node
    return None


def _nearest(nodes: Sequence[Node], locator: Locator) -> Node | None:
    """The node at a place, or the closest one above it."""
    at: Locator | None = locator
    while at is not None:
        found = _find(nodes, at)
        if found is not None:
            return found
        at = at.parent
    return None


def _apply(nodes: tuple[Node, ...], amendment: Amendment, place: Node) -> tuple[Node, ...] | None:
    """The tree with one amendment carried out; None where its words are not known."""
    match amendment.action:
        case "delete" if _is_whole(amendment, place):
            return _rebuilt(nodes, place.locator, lambda node: ())
        case "replace" if amendment.nodes and not _is_whole(amendment, place):
            piece = with_piece(place, amendment.locator.note, amendment.nodes[0])
            return _exchanged(nodes, place, piece)
        case "replace" if amendment.nodes:
            return _rebuilt(
                nodes, place.locator, lambda node: tuple(_in_place_of(node, amendment.nodes))
            )
        case "insert" if amendment.nodes:
            return _inserted(nodes, amendment, place)
        case "reword" if amendment.old:
            return _exchanged(nodes, place, _reworded(place, amendment.old, amendment.new))
    return None


def _inserted(
    nodes: tuple[Node, ...], amendment: Amendment, place: Node
) -> tuple[Node, ...] | None:
    """The tree with new nodes; None where one of them is there already."""
    if any(_find(nodes, new.locator) for new in amendment.nodes):
        return None
    if amendment.locator.parent is None:
        for new in amendment.nodes:
            nodes = _with(nodes, _among(nodes, new))
        return nodes
    if amendment.locator.note and len(amendment.nodes) == 1:  # it has no label, only words
        grown = with_added(place, amendment.nodes[0])
        if grown is not None and not amendment.nodes[0].children:
            return _exchanged(nodes, place, grown)
    children = place.children
    for new in amendment.nodes:
        children = _with(children, new)
    return _exchanged(nodes, place, replace(place, children=children))


def _with(siblings: tuple[Node, ...], new: Node) -> tuple[Node, ...]:
    """The siblings with a new one after the last that comes before it: 5(1)(b), (ba), (c).

    Their order is that of the text otherwise: a second list stands where it stood.
    """
    if new.locator.note:
        return (*siblings, new)
    key = new.locator.sort_key
    smaller = [
        number
        for number, node in enumerate(siblings)
        if not node.locator.note and node.locator.sort_key < key
    ]
    at = smaller[-1] + 1 if smaller else 0
    return (*siblings[:at], new, *siblings[at:])


def _reworded(place: Node, old: str, new: str) -> Node | None:
    def change(node: Node) -> Node:
        return replace(
            node,
            text=node.text.replace(old, new),
            closing=node.closing.replace(old, new),
            heading=node.heading.replace(old, new),
            children=tuple(change(child) for child in node.children),
        )

    changed = change(place)
    return None if changed == place else changed  # the words are not there: other ones were meant


def _exchanged(nodes: tuple[Node, ...], old: Node, new: Node | None) -> tuple[Node, ...] | None:
    """The tree with one node in the place of another."""
    return None if new is None else _rebuilt(nodes, old.locator, lambda node: (new,))


def _rebuilt(
    nodes: tuple[Node, ...], locator: Locator, change: Callable[[Node], tuple[Node, ...]]
) -> tuple[Node, ...]:
    """The tree with the node at `locator` exchanged for what `change` makes of it."""
    built: list[Node] = []
    for node in nodes:
        if node.locator == locator:
            built += change(node)
        elif node.locator.covers(locator) or (
            node.locator.root == locator.root and node.children and _find((node,), locator)
        ):
            built.append(replace(node, children=_rebuilt(node.children, locator, change)))
        else:
            built.append(node)
    return tuple(built)


def _in_place_of(old: Node, new: Sequence[Node]) -> list[Node]:
    """The new nodes, with the chapter and heading of the old where they give none."""
    return [
        replace(node, context=node.context or old.context, heading=node.heading or old.heading)
        for node in new
    ]


def _among(nodes: Sequence[Node], new: Node) -> Node:
    """A new article with the chapter of the one it follows."""
    if new.context:
        return new
    before = [
        node
        for node in nodes
        if node.locator.unit is new.locator.unit and node.locator.sort_key <= new.locator.sort_key
    ]
    return replace(new, context=before[-1].context) if before else new
