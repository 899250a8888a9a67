"""Nesting of flat CFR paragraphs, on invented and on official sections."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.locators import Locator, parse
from corpus.parsers.cfr_levels import Paragraph, marked, nest
from corpus.parsers.document import Node

REFERENCE = Path(
    os.environ.get("POLICY_REFERENCE", Path(__file__).parents[4] / "shared" / "reference")
)
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason=f"official texts are not at {REFERENCE}"
)
SECTION = parse("§ 9.1")


def tails(node: Node) -> list[str]:
    """The locators below a section, without its number."""
    return [str(each.locator).removeprefix("§ 9.1") for each in node.walk()][1:]


def official(file: str, number: str) -> Node:
    """A section of a copy kept with its italics as *...*, or without any."""
    text = (REFERENCE / file).read_text(encoding="utf-8")
    body = text.split(f"# § {number} ", 1)[1].split("\n# ", 1)[0]
    lines = [line.strip().removeprefix("> ") for line in body.split("\n")[1:]]
    lines = [line for line in lines if line and not re.match(r"\[(?!Reserved)|#|\|", line)]
    printed = [marked(line) if "*" in body else Paragraph(line) for line in lines]
    return nest(parse(f"§ {number}"), printed)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        pytest.param("h 1 i", ["(h)", "(h)(1)", "(i)"], id="a last i after h is a letter"),
        pytest.param(
            "h 1 i ii 2", ["(h)", "(h)(1)", "(h)(1)(i)", "(h)(1)(ii)", "(h)(2)"], id="i then ii"
        ),
        pytest.param(
            "h 1 i 1 2 j",
            ["(h)", "(h)(1)", "(i)", "(i)(1)", "(i)(2)", "(j)"],
            id="i with its own list",
        ),
        pytest.param("g h i j", ["(g)", "(h)", "(i)", "(j)"], id="letters in a row"),
        pytest.param("u 1 v w", ["(u)", "(u)(1)", "(v)", "(w)"], id="v after u is a letter"),
        pytest.param(
            "a 1 iv v vi",
            ["(a)", "(a)(1)", "(a)(1)(iv)", "(a)(1)(v)", "(a)(1)(vi)"],
            id="v after iv is a numeral",
        ),
        pytest.param(
            "a 1 i A 1 i ii 2 B",
            [
                "(a)",
                "(a)(1)",
                "(a)(1)(i)",
                "(a)(1)(i)(A)",
                "(a)(1)(i)(A)(1)",
                "(a)(1)(i)(A)(1)(i)",
                "(a)(1)(i)(A)(1)(ii)",
                "(a)(1)(i)(A)(2)",
                "(a)(1)(i)(B)",
            ],
            id="six levels with the italics lost",
        ),
        pytest.param("1 2 i ii 3", ["(1)", "(2)", "(2)(i)", "(2)(ii)", "(3)"], id="no letters"),
        pytest.param("z aa bb", ["(z)", "(aa)", "(bb)"], id="after z comes aa"),
    ],
)
def test_levels_follow_from_the_labels_around(labels: str, expected: list[str]) -> None:
    section = nest(SECTION, [f"({label}) Words;" for label in labels.split()])

    assert tails(section) == expected


def test_italics_decide_between_a_second_list_and_a_deeper_one() -> None:
    section = nest(SECTION, [marked("(a) One."), marked("(*1*) Deep."), marked("(*2*) Deep too.")])

    assert tails(section) == ["(a)", "(a)(1)", "(a)(2)"]


def test_one_paragraph_may_open_three_levels() -> None:
    section = nest(SECTION, [marked("(a) *Places*—(1) *Fields*—(i) *Open.* Grass.")])

    assert [(each.heading, each.text) for each in section.walk()][1:] == [
        ("Places", ""),
        ("Fields", ""),
        ("Open", "Grass."),
    ]


def test_headings_are_found_where_the_italics_are_lost() -> None:
    section = nest(SECTION, ["(a) Places in the field (any)—(1) Fields. (i) Grass.", "(ii) Sand."])

    assert [(each.label, each.heading) for each in section.walk()][1:] == [
        ("(a)", "Places in the field (any)"),
        ("(1)", "Fields"),
        ("(i)", ""),
        ("(ii)", ""),
    ]


def test_a_sentence_before_a_label_is_text_and_no_heading() -> None:
    section = nest(SECTION, ["(a) You must file a form. (1) It is blue.", "(2) It is long."])

    assert section.children[0].text == "You must file a form."
    assert section.children[0].heading == ""


def test_a_list_within_a_sentence_opens_no_levels() -> None:
    section = nest(SECTION, ["(a) Kites fly. (1) By day; or (2) by night.", "(b) They land."])

    assert tails(section) == ["(a)", "(b)"]


def test_a_reserved_range_counts_to_its_end() -> None:
    section = nest(SECTION, ["(a) One.", "(b)-(h) [Reserved]", "(i) Nine.", "(1) Small."])

    assert tails(section) == ["(a)", "(b)", "(i)", "(i)(1)"]
    assert section.children[1].label == "(b)-(h)"


def test_a_paragraph_without_a_label_goes_on_the_one_above() -> None:
    section = nest(
        SECTION, ["Opening.", "(a) One.", "Goes on.", Paragraph("(b) A row", plain=True)]
    )

    assert section.text == "Opening."
    assert section.children[0].text == "One.\nGoes on.\n(b) A row"


def test_notes_belong_to_the_paragraph_that_they_name() -> None:
    section = nest(
        SECTION,
        [
            "(a) One.",
            "(1) Small.",
            "Note to paragraph (a): A line.",
            "Note 2 to paragraph (a)(1): A node.",
            "Note 1 to § 9.1: Of the section.",
        ],
    )

    assert tails(section) == ["(a)", "(a)(1)", "(a)(1), Note 2", ", Note 1"]
    assert section.children[0].closing == "Note to paragraph (a): A line."


def test_a_second_list_with_the_same_labels_is_told_apart() -> None:
    section = nest(SECTION, ["(a) One:", "(1) x.", "(1) y.", "(1) z."])

    assert tails(section) == [
        "(a)",
        "(a)(1)",
        "(a)(1), second subparagraph",
        "(a)(1), third subparagraph",
    ]


def test_labels_below_a_term_go_on_its_name() -> None:
    term = Locator(SECTION.unit, SECTION.number, (), '"Kite"')

    node = nest(term, ["A flyer:", "(1) Of paper; or", "(i) Of cloth.", "(ii) Of both."])

    assert tails(node) == [', "Kite"(1)', ', "Kite"(1)(i)', ', "Kite"(1)(ii)']


def test_terms_are_those_that_the_words_define() -> None:
    section = nest(
        SECTION,
        [marked("(a) *Old kite* means a kite."), "(b) The term “tail” includes ribbons."],
    )

    assert [each.terms for each in section.children] == [("Old kite",), ("tail",)]


@given(st.lists(st.from_regex(r"(\([a-zA-Z0-9]{1,3}\)){0,3} ?[a-z. —]{0,9}", fullmatch=True)))
def test_every_word_survives_and_every_locator_is_unique(lines: list[str]) -> None:
    section = nest(SECTION, lines)

    nodes = list(section.walk())
    words = "".join(f"{each.label}{each.heading}{each.text}{each.closing}" for each in nodes)
    locators = [each.locator for each in nodes]
    assert len(set(locators)) == len(locators)
    assert all(parse(str(locator)) == locator for locator in locators)
    assert sorted(re.findall(r"\w", "".join(lines))) == sorted(re.findall(r"\w", words))


def test_time_grows_with_the_number_of_labels_only() -> None:
    started = time.process_time()

    nest(SECTION, [f"({label}) Words." for label in ("a", "1", "i", "A", "2", "x") * 2000])

    assert time.process_time() - started < 20


@needs_reference
@pytest.mark.parametrize(
    ("file", "number", "count", "holds"),
    [
        pytest.param("ear/sections/744.23.md", "744.23", 41, "(a)(3)(ii), Note 1", id="744.23"),
        pytest.param("ear/sections/744.6.md", "744.6", 45, "(d)(4)(i)", id="744.6"),
        pytest.param("ear/sections/734.9.partial.md", "734.9", 38, "(i)(1)(ii)", id="734.9"),
        pytest.param(
            "ear/sections/742.6.partial.md",
            "742.6",
            49,
            "(a)(6)(i)(A)(2)(iii)",
            id="742.6, six levels",
        ),
        pytest.param("ear/sections/740.27.md", "740.27", 19, "(a)(3)(ii)", id="740.27"),
    ],
)
def test_official_sections_nest_as_they_are_cited(
    file: str, number: str, count: int, holds: str
) -> None:
    section = official(file, number)

    found = [str(each.locator).removeprefix(f"§ {number}") for each in section.walk()]
    assert holds in found
    assert len(found) == count
    assert not any("subparagraph" in locator for locator in found)


@needs_reference
@pytest.mark.parametrize("number", ["740.27", "740.28", "740.29"])
def test_the_tree_is_the_same_where_a_copy_lost_the_italics(number: str) -> None:
    text = (REFERENCE / "ear" / "sections" / f"{number}.md").read_text(encoding="utf-8")
    lines = [line for line in text.split("\n") if re.match(r"\(\w", line)]

    with_italics = nest(SECTION, [marked(line) for line in lines])
    without = nest(SECTION, [line.replace("*", "") for line in lines])

    assert tails(with_italics) == tails(without)
