"""Pieces of a provision that amending acts replace: which words they are, and when nobody knows."""

from __future__ import annotations

import pytest

from corpus.locators import parse
from corpus.parsers.document import Node
from corpus.pieces import is_piece, with_added, with_piece

PLACE = parse("Article 2(1)")
NEW = Node(PLACE, "New.")


def point(label: str, text: str) -> Node:
    return Node(parse(f"Article 2(1)({label})"), text, label=f"({label})")


LIST = (point("a", "oil;"), point("b", "wicks."))


def lines(node: Node | None) -> str:
    """A division in one line, "|" between subparagraphs, points in brackets."""
    assert node is not None
    points = f" [{' '.join(child.text for child in node.children)}]" if node.children else ""
    closing = f"|{node.closing}" if node.closing else ""
    return f"{node.text}{points}{closing}".replace("\n", "|")


@pytest.mark.parametrize(
    ("node", "piece", "expected"),
    [
        (Node(PLACE, "One.\nTwo."), "first subparagraph", "New.|Two."),
        (Node(PLACE, "One.\nTwo."), "second subparagraph", "One.|New."),
        (Node(PLACE, "One.\nTwo.\nThree."), "last subparagraph", "One.|Two.|New."),
        (Node(PLACE, "One:", children=LIST), "first subparagraph", "New."),
        (
            Node(PLACE, "One:", children=LIST, closing="Two.\nThree."),
            "second subparagraph",
            "One: [oil; wicks.]|New.|Three.",
        ),
        (Node(PLACE, "One.\nTwo:", children=LIST), "first subparagraph", "New.|Two: [oil; wicks.]"),
        (Node(PLACE, "One:", children=LIST, closing="Two."), "first subparagraph", "New.|Two."),
        (Node(PLACE, "One:", children=LIST), "introductory part", "New. [oil; wicks.]"),
        (
            Node(PLACE, "One:", children=LIST),
            "first subparagraph, introductory wording",
            "New. [oil; wicks.]",
        ),
    ],
)
def test_a_piece_is_replaced_and_all_else_stays(node: Node, piece: str, expected: str) -> None:
    assert lines(with_piece(node, piece, NEW)) == expected


def test_a_subparagraph_may_be_replaced_by_several_with_a_list() -> None:
    new = Node(PLACE, "New.\nAlso:", children=LIST, closing="Then.")

    changed = with_piece(Node(PLACE, "One.\nTwo."), "first subparagraph", new)

    assert lines(changed) == "New.|Also: [oil; wicks.]|Then.|Two."


def test_a_heading_is_replaced_without_touching_the_text() -> None:
    article = Node(parse("Article 2"), "Lamps.", "Old", children=(point("a", "oil."),))

    changed = with_piece(article, "heading", Node(parse("Article 2"), "New"))

    assert changed == Node(parse("Article 2"), "Lamps.", "New", children=(point("a", "oil."),))


NOTED = Node(parse("Article 2(1), second subparagraph"), "Two:", children=(point("a", "x."),))


@pytest.mark.parametrize(
    ("node", "piece", "new"),
    [
        pytest.param(Node(PLACE, "One."), "second subparagraph", NEW, id="there is no second"),
        pytest.param(Node(PLACE, "One."), "third sentence", NEW, id="a sentence"),
        pytest.param(Node(PLACE, "One."), "heading", NEW, id="no heading to replace"),
        pytest.param(
            Node(PLACE, "One.", "Old"), "heading", Node(PLACE, "New", children=LIST), id="a list"
        ),
        pytest.param(Node(PLACE, "One."), "introductory part", NEW, id="introduces nothing"),
        pytest.param(
            Node(PLACE, "One.\nTwo:", children=LIST), "introductory part", NEW, id="two lines"
        ),
        pytest.param(
            Node(PLACE, "One:", children=LIST),
            "introductory part",
            Node(PLACE, "New:", children=LIST),
            id="an introduction with points",
        ),
        pytest.param(
            Node(PLACE, "Oil | 3\nWicks | 4"), "second subparagraph", NEW, id="rows of a table"
        ),
        pytest.param(Node(PLACE, "— oil;\n— wicks."), "second subparagraph", NEW, id="dashes"),
        pytest.param(
            Node(PLACE, "One:", children=(point("a", "oil;"),), closing="at dusk."),
            "second subparagraph",
            NEW,
            id="words that end the sentence of the list",
        ),
        pytest.param(
            Node(PLACE, "One:", children=(*LIST, NOTED)),
            "second subparagraph",
            NEW,
            id="a second list",
        ),
        pytest.param(Node(PLACE, children=LIST), "first subparagraph", NEW, id="no words"),
        pytest.param(
            Node(PLACE, "One.\nTwo:", children=LIST),
            "first subparagraph",
            Node(PLACE, "New:", children=LIST),
            id="two lists",
        ),
        pytest.param(Node(PLACE, "One."), "first subparagraph", Node(PLACE), id="no new words"),
    ],
)
def test_a_piece_that_cannot_be_told_apart_is_not_replaced(
    node: Node, piece: str, new: Node
) -> None:
    assert with_piece(node, piece, new) is None


def test_an_added_subparagraph_comes_last() -> None:
    assert lines(with_added(Node(PLACE, "One."), NEW)) == "One.|New."
    assert lines(with_added(Node(PLACE, "One:", children=LIST), NEW)) == "One: [oil; wicks.]|New."


def test_nothing_is_added_to_a_division_without_words_of_its_own() -> None:
    assert with_added(Node(PLACE, children=LIST), NEW) is None


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("heading", True),
        ("last subparagraph", True),
        ("introductory phrase", True),
        ("second subparagraph, introductory part", False),
        ("first and second subparagraphs", False),
        ("second subparagraph, second sentence", False),
        ("subparagraph added by 2026/1744", False),
        ("", False),
    ],
)
def test_which_names_mean_a_piece(name: str, known: bool) -> None:
    assert is_piece(name) is known
