"""Pieces of a provision that have no locator of their own: its heading, a subparagraph (pure).

Amending acts replace them all the same: "in Article 11(1), the second subparagraph is replaced by
the following". They are known by the note of a locator ("Article 11(1), second subparagraph").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from corpus.parsers.document import Node

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_SUBPARAGRAPH = re.compile(rf"({'|'.join((*_ORDINALS, 'last'))}) subparagraph")
_OPENING = re.compile(
    r"(?:first subparagraph, )?introductory (?:part|wording|words|phrase|sentence)"
)
_HEADINGS = {"heading", "title"}
_ENDS = (".", ":", ".’", ".”")


@dataclass(frozen=True, slots=True)
class _Subparagraph:
    """One subparagraph: its words, and the list that they lead into."""

    line: str
    points: tuple[Node, ...] = ()


def is_piece(name: str) -> bool:
    """Whether `with_piece` knows what is meant.

    >>> is_piece("second subparagraph"), is_piece("third sentence")
    (True, False)
    """
    known = _SUBPARAGRAPH.fullmatch(name) or _OPENING.fullmatch(name)
    return bool(known) or name in _HEADINGS


def with_piece(node: Node, name: str, new: Node) -> Node | None:
    """The division with `new` as the piece of that name; None where it cannot be told apart."""
    if name in _HEADINGS:
        titled = bool(node.heading and new.text and not new.children)
        return replace(node, heading=new.text) if titled else None
    if _OPENING.fullmatch(name):
        leads = bool(node.children and _subparagraphs(node)) and "\n" not in node.text
        return replace(node, text=new.text) if leads and not new.children else None
    found = _SUBPARAGRAPH.fullmatch(name)
    old, put = _subparagraphs(node), _subparagraphs(new)
    if found is None or not put:
        return None
    position = len(old) - 1 if found[1] == "last" else _ORDINALS.index(found[1])
    if not 0 <= position < len(old):
        return None
    return _joined(node, [*old[:position], *put, *old[position + 1 :]])


def with_added(node: Node, new: Node) -> Node | None:
    """The division with a further subparagraph; None where its words end otherwise."""
    old, put = _subparagraphs(node), _subparagraphs(new)
    return _joined(node, [*old, *put]) if old and put else None


def _subparagraphs(node: Node) -> list[_Subparagraph]:
    """The subparagraphs of a paragraph; none where its lines are not surely that.

    Lines of a table or of a list with dashes are no subparagraphs, nor are words after a list
    that end its sentence.
    """
    if not node.text or any(child.locator.note for child in node.children):
        return []  # a second list under the same number
    *before, opening = node.text.split("\n")
    after = node.closing.split("\n") if node.closing else []
    lines = [*before, *after] if node.children else [*before, opening, *after]
    if not all(line.endswith(_ENDS) for line in lines):
        return []
    if after and not _last_words(node.children).endswith(_ENDS):
        return []
    return [
        *(_Subparagraph(line) for line in before),
        _Subparagraph(opening, node.children),
        *(_Subparagraph(line) for line in after),
    ]


def _last_words(nodes: tuple[Node, ...]) -> str:
    last = nodes[-1] if nodes else None
    if last is None:
        return "."
    return last.closing or (_last_words(last.children) if last.children else last.text)


def _joined(node: Node, parts: list[_Subparagraph]) -> Node | None:
    """The division of these subparagraphs; None when two of them have lists."""
    listed = [number for number, part in enumerate(parts) if part.points]
    if len(listed) > 1:
        return None
    cut = listed[0] + 1 if listed else len(parts)
    return replace(
        node,
        text="\n".join(part.line for part in parts[:cut]),
        children=parts[cut - 1].points,
        closing="\n".join(part.line for part in parts[cut:]),
    )
