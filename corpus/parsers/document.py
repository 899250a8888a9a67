"""What every parser of an official format gives: a tree of divisions with their own words (pure).

bytes -> `ParsedText`. A `Node` holds its *own* words only: those before its first child (`text`)
and those after its last (`closing`). Nothing stands in two nodes, nothing is left out that a
lawyer could cite. `corpus/fold.py` decides later which divisions are read together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from corpus.errors import ParseError
from corpus.locators import Locator

Action = Literal["replace", "insert", "delete", "reword"]


@dataclass(frozen=True, slots=True)
class Node:
    """One division of a text: an article, a paragraph, a point, a recital, a page.

    `text` and `closing` are canonical: single spaces, one line a paragraph, no label ("(a)",
    "2.") at the front, superscripts as ``10^25``. `label` is the mark as printed. `context` is
    the path of headings above a top-level node, outermost first ("Chapter III: High-risk AI
    systems", "Section 1: Classification"); children inherit it. `terms` are the terms it defines.
    """

    locator: Locator
    text: str = ""
    heading: str = ""
    label: str = ""
    closing: str = ""
    children: tuple[Node, ...] = ()
    context: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()

    def walk(self) -> Iterator[Node]:
        """The node and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Amendment:
    """One instruction of an amending act: what it does to one place of another act.

    `nodes` is the new wording, located in the amended act. For `reword`, every occurrence of
    `old` in the place becomes `new`. `source` is where the amending act says so.
    """

    act: str
    locator: Locator
    action: Action
    source: Locator
    nodes: tuple[Node, ...] = ()
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A text as its publisher's file gives it.

    `format` names the parser. `identifiers` say whose text it is, as far as the file itself
    does: ("celex", "32024R1689"), ("cfr", "15/744") for title/part, ("fr", "2025-00636"),
    ("uri", "..."). `dated` is the day whose text it is; None where the file does not say.
    `derived` says that the file is a copy made from the publisher's, and what it lost.
    `warnings` are for the user: what was left out, and why.
    """

    format: str
    title: str
    nodes: tuple[Node, ...]
    identifiers: tuple[tuple[str, str], ...] = ()
    language: str = "en"
    dated: date | None = None
    derived: str = ""
    amendments: tuple[Amendment, ...] = ()
    warnings: tuple[str, ...] = ()

    def walk(self) -> Iterator[Node]:
        """Every node, in reading order."""
        for node in self.nodes:
            yield from node.walk()

    def identifier(self, key: str) -> str:
        """The first identifier of this kind; empty when there is none."""
        return next((value for name, value in self.identifiers if name == key), "")


def check_parsed(parsed: ParsedText, path: str) -> ParsedText:
    """`parsed`, if it keeps the promises of its type.

    Raises:
        ParseError: If it holds no text, or two nodes share a locator.
    """
    seen: set[Locator] = set()
    for node in parsed.walk():
        if node.locator in seen:
            raise ParseError(path, 1, f"{node.locator} occurs twice")
        seen.add(node.locator)
    if not any(node.text or node.closing for node in parsed.walk()):
        raise ParseError(path, 1, "holds no text that could be cited")
    return parsed
