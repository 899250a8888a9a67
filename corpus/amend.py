"""An act with its amendments carried out: the text from the day on which they took effect (pure).

Only what can be done by the letter is done. A place that an amendment changes in words this
program cannot derive is named instead, so that nobody quotes the old words as the new.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from corpus.locators import Locator
from corpus.parsers.document import Amendment, Node


@dataclass(frozen=True, slots=True)
class Amended:
    """The amended tree. `unknown` are places whose new words could not be derived."""

    nodes: tuple[Node, ...]
    unknown: frozenset[Locator]


def carry_out(nodes: tuple[Node, ...], amendments: Sequence[Amendment]) -> Amended:
    """Apply amendments in their order."""
    unknown: set[Locator] = set()
    for amendment in amendments:
        place = _place(nodes, amendment)
        changed = None if place is None else _apply(nodes, amendment, place)
        if changed is None:
            found = place or _nearest(nodes, amendment.locator)
            if found is not None:
                unknown |= {node.locator for node in found.walk()}
        else:
            nodes = changed
    return Amended(nodes, frozenset(unknown))


def _place(nodes: Sequence[Node], amendment: Amendment) -> Node | None:
    """The node that an amendment is about: itself, or what a new one goes into."""
    locator = amendment.locator
    if amendment.action == "insert":
        above = locator.parent
        return Node(locator) if above is None else _find(nodes, above)
    return _find(nodes, locator)


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
        case "delete":
            return _rebuilt(nodes, place.locator, lambda node: ())
        case "replace" if amendment.nodes:
            return _rebuilt(
                nodes, place.locator, lambda node: tuple(_in_place_of(node, amendment.nodes))
            )
        case "insert" if amendment.nodes:
            if amendment.locator.parent is None:
                return _sorted((*nodes, *(_among(nodes, node) for node in amendment.nodes)))
            return _rebuilt(
                nodes,
                place.locator,
                lambda node: (replace(node, children=_sorted((*node.children, *amendment.nodes))),),
            )
        case "reword" if amendment.old:
            return _reworded(nodes, amendment, place)
    return None


def _reworded(
    nodes: tuple[Node, ...], amendment: Amendment, place: Node
) -> tuple[Node, ...] | None:
    old, new = amendment.old, amendment.new

    def change(node: Node) -> Node:
        return replace(
            node,
            text=node.text.replace(old, new),
            closing=node.closing.replace(old, new),
            heading=node.heading.replace(old, new),
            children=tuple(change(child) for child in node.children),
        )

    changed = change(place)
    if changed == place:
        return None  # the words are not there: something else was meant
    return _rebuilt(nodes, place.locator, lambda node: (changed,))


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


def _sorted(nodes: Sequence[Node]) -> tuple[Node, ...]:
    return tuple(sorted(nodes, key=lambda node: node.locator.sort_key))
