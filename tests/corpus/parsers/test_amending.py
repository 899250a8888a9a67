"""Instructions of amending acts: each kind alone, and those of a real act with exact counts."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.locators import Locator, Unit, parse
from corpus.parsers._amended_places import Place, places_in
from corpus.parsers._oj_blocks import Block
from corpus.parsers.amending import amendments_of
from corpus.parsers.document import Amendment, ParsedText
from corpus.parsers.eurlex import parse_eurlex

REFERENCE = Path(
    os.environ.get("POLICY_REFERENCE", Path(__file__).parents[4] / "shared" / "reference")
)
ACT = "Regulation (EU) 2031/77"


def line(text: str, style: str = "normal") -> Block:
    return Block(style, text)


def item(label: str, *inner: Block) -> Block:
    return Block("item", label=label, inner=inner)


def amend(*blocks: Block) -> tuple[tuple[Amendment, ...], tuple[str, ...]]:
    """The outcome of one article of Regulation (EU) 2032/78 with these blocks."""
    return amendments_of([(Locator(Unit.ARTICLE, "1"), blocks)], by="32032R0078")


def told(blocks: tuple[Block, ...]) -> list[str]:
    """The outcome of instructions below "... is amended as follows", in words."""
    changes, _ = amend(line(f"{ACT} is amended as follows:"), item("(1)", *blocks))
    return [f"{one.action} {one.locator}" for one in changes]


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        pytest.param(
            (
                line("Article 4 is replaced by the following:"),
                line("‘Article 4", "ti-art"),
                line("Oil’;"),
            ),
            ["replace Article 4"],
            id="an article",
        ),
        pytest.param(
            (
                line("in Article 4, paragraph 2 is replaced by the following:"),
                line("‘2. Oil:"),
                item("(a)", line("new.’;")),
            ),
            ["replace Article 4(2)"],
            id="a paragraph with points",
        ),
        pytest.param(
            (
                line("in Article 4(2), points (a) to (c) are replaced by the following:"),
                item("‘(a)", line("oil;")),
                item("(b)", line("wicks.’;")),
            ),
            ["replace Article 4(2)(a)", "replace Article 4(2)(b)", "delete Article 4(2)(c)"],
            id="three points by two",
        ),
        pytest.param(
            (
                line("in Article 5, the following paragraphs are inserted:"),
                line("‘1a. Oil."),
                line("1b. Wicks.’;"),
            ),
            ["insert Article 5(1a)", "insert Article 5(1b)"],
            id="paragraphs inserted",
        ),
        pytest.param(
            (
                line("in Article 5, after paragraph 2, the following paragraph is inserted:"),
                line("‘2a. Oil.’;"),
            ),
            ["insert Article 5(2a)"],
            id="a paragraph after another",
        ),
        pytest.param(
            (
                line("in Article 8, the following paragraphs are added:"),
                line("‘Oil."),
                line("Wicks.’;"),
            ),
            ["insert Article 8, paragraph added by 2032/78"],
            id="unnumbered paragraphs",
        ),
        pytest.param(
            (
                line("in Article 8(2), after the first one, the following subparagraph is added:"),
                line("‘Oil.’;"),
            ),
            ["reword Article 8(2)"],
            id="a subparagraph in the middle",
        ),
        pytest.param(
            (line("in Article 8, paragraph 2 is deleted and paragraph 3 is replaced by this;"),),
            ["reword Article 8"],
            id="two changes in one sentence",
        ),
        pytest.param(
            (
                line("in Article 113, the third paragraph is amended as follows:"),
                item("(a)", line("point (c) is deleted;")),
            ),
            ["delete Article 113(c)"],
            id="points of an unnumbered paragraph",
        ),
        pytest.param(
            (line("in Article 6(3), second subparagraph, point (a) is deleted;"),),
            ["reword Article 6(3)(a)"],
            id="points of a second subparagraph may have namesakes",
        ),
        pytest.param(
            (line("Articles 9, 10 and 12a are deleted;"),),
            ["delete Article 9", "delete Article 10", "delete Article 12a"],
            id="articles deleted",
        ),
        pytest.param(
            (line("in Annex VIII, section B, points 7 and 9 are deleted;"),),
            ["delete Annex VIII Section B(7)", "delete Annex VIII Section B(9)"],
            id="points of an annex deleted",
        ),
        pytest.param(
            (line("Annex II is replaced by the text set out in the Annex to this Regulation;"),),
            ["reword Annex II"],
            id="new wording elsewhere",
        ),
        pytest.param(
            (line("in Article 7(1), the second sentence is deleted;"),),
            ["reword Article 7(1)"],
            id="a sentence",
        ),
        pytest.param(
            (line("point (b) of Article 3(2) is deleted;"),), ["delete Article 3(2)(b)"], id="of"
        ),
    ],
)
def test_an_instruction_becomes_amendments(blocks: tuple[Block, ...], expected: list[str]) -> None:
    assert told(blocks) == expected


def test_words_are_exchanged_throughout_a_place() -> None:
    changes, warnings = amend(
        line(
            f"In Article 3(2) of {ACT}, the words ‘a lamp’ are replaced by the words ‘an oil lamp’."
        )
    )

    assert [(one.old, one.new, str(one.locator)) for one in changes] == [
        ("a lamp", "an oil lamp", "Article 3(2)")
    ]
    assert not warnings


def test_what_cannot_be_carried_out_marks_its_place_and_warns() -> None:
    changes, warnings = amend(
        line(f"In Article 11(1) of {ACT}, the second sentence is replaced by the following:"),
        line("‘Oil is dear.’"),
    )

    assert [(one.action, str(one.locator), one.old, one.new) for one in changes] == [
        ("reword", "Article 11(1)", "", "")
    ]
    assert len(warnings) == 1
    assert "Article 11(1), second sentence" in warnings[0] and "Article 1 " in warnings[0]


@pytest.mark.parametrize(
    ("place", "piece", "quoted"),
    [
        pytest.param("paragraph 1", "second subparagraph", "Oil is dear.", id="subparagraph"),
        pytest.param("paragraph 1", "first subparagraph", "1. Oil is dear.", id="with its number"),
        pytest.param("paragraph 1", "introductory part", "1. Oil is dear.", id="opening words"),
    ],
)
def test_a_replaced_piece_is_known_by_the_note_of_its_place(
    place: str, piece: str, quoted: str
) -> None:
    changes, warnings = amend(
        line(f"In Article 11, {place}, of {ACT}, the {piece} is replaced by the following:"),
        line(f"‘{quoted}’"),
    )

    (change,) = changes
    assert (change.action, str(change.locator)) == ("replace", f"Article 11(1), {piece}")
    assert [(one.text, one.label) for one in change.nodes] == [("Oil is dear.", "")]
    assert not warnings


def test_a_replaced_heading_is_known_by_the_note_of_its_article() -> None:
    changes, _ = amend(
        line(f"In Article 11 of {ACT}, the heading is replaced by the following:"), line("‘Oil’")
    )

    assert [(one.action, str(one.locator), one.nodes[0].text) for one in changes] == [
        ("replace", "Article 11, heading", "Oil")
    ]


def test_a_replaced_subparagraph_brings_its_points() -> None:
    changes, _ = amend(
        line(f"In Article 11(1) of {ACT}, the second subparagraph is replaced by the following:"),
        line("‘Keepers shall:"),
        item("(a)", line("hum;")),
        item("(b)", line("sing.’")),
    )

    assert [str(child.locator) for child in changes[0].nodes[0].children] == [
        "Article 11(1)(a)",
        "Article 11(1)(b)",
    ]


@pytest.mark.parametrize(
    ("where", "quoted"),
    [
        pytest.param("Article 11(1), the first subparagraph", "2. Oil.", id="another number"),
        pytest.param("Article 11(1), the first subparagraph", "1. Oil.\n2. Wicks.", id="two"),
        pytest.param("Article 11(1), second subparagraph, the second sentence", "Oil.", id="piece"),
        pytest.param("Article 11(1) and (2), the first subparagraph", "Oil.", id="two places"),
    ],
)
def test_a_piece_that_is_not_surely_known_is_not_replaced(where: str, quoted: str) -> None:
    changes, warnings = amend(
        line(f"In {where}, of {ACT} is replaced by the following:"),
        *(line(part) for part in f"‘{quoted}’".split("\n")),
    )

    assert {one.action for one in changes} == {"reword"}
    assert len(warnings) == 1


def test_an_added_subparagraph_stands_under_its_place() -> None:
    changes, _ = amend(
        line(f"In Article 4(3) of {ACT}, the following subparagraph is added:"),
        line("‘Keepers may sing:"),
        item("(a)", line("songs; or")),
        item("(b)", line("hymns.’")),
    )

    node = changes[0].nodes[0]
    assert node.text == "Keepers may sing:"
    assert node.locator.parent == parse("Article 4(3)")
    assert [child.text for child in node.children] == ["songs; or", "hymns."]


def test_the_source_and_the_act_are_those_of_the_instruction() -> None:
    changes, _ = amend(
        line("1. Directive 98/5/EC is amended as follows:"),
        item(
            "(1)",
            line("Article 2 is amended as follows:"),
            item("(a)", line("paragraph 1 is deleted;")),
        ),
        line(f"2. {ACT} is amended as follows:"),
        item("(1)", line("Article 6 is deleted.")),
    )

    assert [(one.act, str(one.locator), str(one.source)) for one in changes] == [
        ("31998L0005", "Article 2(1)", "Article 1(1)(1)(a)"),
        ("32031R0077", "Article 6", "Article 1(2)(1)"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Without prejudice to Directive (EU) 2016/680, the data are deleted.",
        "Regulation (EU) 2016/679 applies. Where records are deleted, the keeper shall say so.",
        "Directive 95/46/EC is repealed with effect from 25 May 2018.",
        "The list referred to in Regulation (EU) 2016/679 is replaced by the keeper each year.",
    ],
)
def test_rules_that_speak_of_other_acts_amend_nothing(text: str) -> None:
    assert amend(line(text)) == ((), ())


@pytest.mark.parametrize(
    "text", ["paragraphs 1 to 9999", "points 1 to 99, 1 to 99 and 1 to 99", "Articles 1 to 4000"]
)
def test_more_places_than_any_instruction_names_are_not_resolved(text: str) -> None:
    assert places_in(text, Place(parse("Article 5"))) == ()


@given(st.text(alphabet="Articles 12(a)nexIVpo,‘’.;:th", max_size=120))
def test_places_are_found_in_any_text(text: str) -> None:
    for place in places_in(text, Place(parse("Article 1"))):
        assert str(place)


@pytest.fixture(scope="module")
def omnibus() -> ParsedText:
    path = REFERENCE / "eu-ai-act-omnibus" / "32026R1744.en.html"
    if not path.is_file():
        pytest.skip("official texts are not at hand")
    return parse_eurlex(path.read_bytes(), path=path.name)


def test_the_omnibus_has_43_points_that_all_amend_the_ai_act(omnibus: ParsedText) -> None:
    first = next(node for node in omnibus.nodes if str(node.locator) == "Article 1")
    changes = [one for one in omnibus.amendments if one.source.number == "1"]

    assert [child.label for child in first.children] == [f"({number})" for number in range(1, 44)]
    assert {one.source.path[0] for one in changes} == {str(number) for number in range(1, 44)}
    assert {one.act for one in changes} == {"32024R1689"}


def test_the_omnibus_amends_three_acts(omnibus: ParsedText) -> None:
    acts = Counter(one.act for one in omnibus.amendments)
    actions = Counter(one.action for one in omnibus.amendments if one.act == "32024R1689")

    assert acts == {"32024R1689": 88, "32018R1139": 7, "32023R1230": 5}
    assert actions == {"replace": 45, "insert": 39, "delete": 4}
    assert omnibus.warnings == ()


@pytest.mark.parametrize(
    ("place", "action", "source"),
    [
        ("Article 1(2)(g)", "replace", "Article 1(1)"),
        ("Article 3(14)", "replace", "Article 1(4)(a)"),
        ("Article 4", "replace", "Article 1(5)"),
        ("Article 4a", "insert", "Article 1(6)"),
        ("Article 5(1)(ba)", "insert", "Article 1(7)(a)"),
        ("Article 5(1a)", "insert", "Article 1(7)(b)"),
        ("Article 10(5)", "delete", "Article 1(9)(b)"),
        ("Article 11(1), second subparagraph", "replace", "Article 1(10)"),
        ("Article 25(2)", "replace", "Article 1(12)(a)"),
        ("Article 40(2), subparagraph added by 2026/1744", "insert", "Article 1(17)"),
        ("Article 58(1), introductory part", "replace", "Article 1(23)(a)"),
        ("Article 58(1)(d)", "insert", "Article 1(23)(b)"),
        ("Article 75, heading", "replace", "Article 1(31)(a)"),
        ("Article 75(1)", "replace", "Article 1(31)(b)"),
        ("Article 75d", "insert", "Article 1(32)"),
        ("Article 97(3)", "replace", "Article 1(37)(a)"),
        ("Article 113(c)", "replace", "Article 1(40)(b)"),
        ("Annex I Section A(1)", "delete", "Article 1(41)(a)"),
        ("Annex I Section B(21)", "insert", "Article 1(41)(b)"),
        ("Annex VIII Section B(9)", "delete", "Article 1(42)"),
        ("Annex XIV", "insert", "Article 1(43)"),
    ],
)
def test_the_omnibus_changes_a_place(
    omnibus: ParsedText, place: str, action: str, source: str
) -> None:
    changes = [
        one
        for one in omnibus.amendments
        if one.act == "32024R1689" and str(one.locator) == place and str(one.source) == source
    ]

    assert [one.action for one in changes] == [action]


def test_new_wording_carries_its_own_points_and_no_quotation_marks(omnibus: ParsedText) -> None:
    nodes = {str(node.locator): node for one in omnibus.amendments for node in one.nodes}
    quoted = [
        node
        for top in nodes.values()
        for node in top.walk()
        if node.text.startswith("‘") or (node.closing or node.text).endswith("’")
    ]

    assert [str(child.locator) for child in nodes["Article 75(1)"].children] == [
        "Article 75(1)(a)",
        "Article 75(1)(b)",
    ]
    assert len([*nodes["Annex XIV"].walk()]) == 11
    assert nodes["Article 3(14a)"].terms == ("micro, small and medium-sized enterprise", "SME")
    assert not quoted
