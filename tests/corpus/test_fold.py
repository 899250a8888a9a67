"""From trees to what is read and searched: which lists are folded, and what leads into a point."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.fold import FOLD_CHARS, LEAD_CHARS, Division, fold, whole_text
from corpus.locators import parse
from corpus.parsers.document import Node

LONG = "lamp oil " * 60  # two of these are too long to be read together


def node(at: str, text: str = "", *children: Node, label: str = "", closing: str = "") -> Node:
    return Node(parse(at), text, label=label, closing=closing, children=children)


def folded(*nodes: Node, apart: str = "") -> dict[str, Division]:
    places = {parse(apart)} if apart else set()
    return {str(one.locator): one for one in fold(nodes, apart=places.__contains__)}


def duties(*, first: str = "trim wicks;", closing: str = "") -> Node:
    """Article 2(1), a list of two."""
    points = (
        node("Article 2(1)(a)", first, label="(a)"),
        node("Article 2(1)(b)", "clean lenses.", label="(b)"),
    )
    return node("Article 2(1)", "Keepers shall:", *points, label="1.", closing=closing)


def test_a_short_list_is_read_as_one_and_its_points_stay_citable() -> None:
    found = folded(duties())

    assert found["Article 2(1)"].text == "Keepers shall:\n(a) trim wicks;\n(b) clean lenses."
    assert [(at, one.searched, one.whole) for at, one in found.items()] == [
        ("Article 2(1)", True, True),
        ("Article 2(1)(a)", False, True),
        ("Article 2(1)(b)", False, True),
    ]


def test_points_of_a_long_list_are_searched_with_the_words_that_lead_into_it() -> None:
    found = folded(duties(first=LONG + LONG))

    assert found["Article 2(1)"].text == "Keepers shall:"
    assert not found["Article 2(1)"].whole
    assert [(one.searched, one.lead) for one in found.values()] == [
        (False, ""),
        (True, "Keepers shall:"),
        (True, "Keepers shall:"),
    ]


def list_of(length: int) -> Node:
    """A list that `_folds` counts as `length` characters."""
    rest = len("Keepers shall:") + 2 + len("(a)") + 2
    point = node("Article 2(1)(a)", "x" * (length - rest), label="(a)")
    return node("Article 2(1)", "Keepers shall:", point)


@pytest.mark.parametrize(("length", "whole"), [(FOLD_CHARS, True), (FOLD_CHARS + 1, False)])
def test_a_list_is_folded_up_to_a_length(length: int, whole: bool) -> None:
    assert folded(list_of(length))["Article 2(1)"].whole is whole


def test_a_list_with_a_place_that_has_a_rule_of_its_own_is_never_folded() -> None:
    found = folded(duties(), apart="Article 2(1)(b)")

    assert found["Article 2(1)"].text == "Keepers shall:"
    assert [one.searched for one in found.values()] == [False, True, True]


def test_a_rule_of_the_list_itself_does_not_set_its_points_apart() -> None:
    assert folded(duties(), apart="Article 2(1)")["Article 2(1)"].whole


@pytest.mark.parametrize(
    ("parent", "child", "whole"),
    [
        pytest.param("Article 4", "Article 4(1)", False, id="paragraphs are no points"),
        pytest.param("Article 4", "Article 4(a)", True, id="points of an article"),
        pytest.param("Article 4(1)", "Article 4(1)(2)", True, id="numbered points"),
        pytest.param("Recital 4", "Recital 4(a)", True, id="recital"),
        pytest.param("para. 4", "para. 4(a)", True, id="numbered paragraph"),
        pytest.param("p. 4", "p. 4(1)", True, id="page"),
        pytest.param("Annex IV", "Annex IV(1)", False, id="annex"),
        pytest.param("Annex IV(1)", "Annex IV(1)(a)", False, id="point of an annex"),
        pytest.param("ECCN 3A090.a", "ECCN 3A090.a.1", False, id="items of the control list"),
        pytest.param("§ 744.23", "§ 744.23(a)", False, id="section of the CFR"),
        pytest.param("§ 744.23(a)", "§ 744.23(a)(1)", True, id="paragraph of the CFR"),
    ],
)
def test_what_counts_as_a_list(parent: str, child: str, whole: bool) -> None:
    found = folded(node(parent, "Lamps are:", node(child, "lit.")))

    assert found[parent].whole is whole
    assert found[child].searched is not whole


def test_points_below_points_are_folded_with_the_outermost() -> None:
    inner = node("Article 2(1)(a)(i)", "at dusk;", label="(i)")
    outer = node("Article 2(1)(a)", "light lamps", inner, label="(a)")

    found = folded(node("Article 2(1)", "Keepers shall:", outer))

    assert found["Article 2(1)"].text == "Keepers shall:\n(a) light lamps\n(i) at dusk;"
    assert found["Article 2(1)(a)"].text == "light lamps"
    assert [one.searched for one in found.values()] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "closing", "searched"),
    [
        pytest.param("Keepers shall:", "", False, id="only opens the list"),
        pytest.param("Keepers shall:", "At dusk only.", True, id="says more after it"),
        pytest.param("Keepers shall keep watch.", "", True, id="a sentence of its own"),
        pytest.param("Watch " * 31 + "over:", "", True, id="says much before it"),
    ],
)
def test_words_above_a_long_list_are_searched_when_they_say_something(
    text: str, closing: str, searched: bool
) -> None:
    points = (node("Article 2(1)(a)", LONG), node("Article 2(1)(b)", LONG))

    found = folded(node("Article 2(1)", text, *points, closing=closing))

    assert found["Article 2(1)"].searched is searched
    assert found["Article 2(1)"].text == "\n".join(filter(None, [text, closing]))


def test_a_division_without_words_is_none_but_what_is_below_it_is() -> None:
    found = folded(node("Article 4", "", node("Article 4(1)", "Lamps.")))

    assert list(found) == ["Article 4(1)"]


def test_headings_and_chapters_are_handed_down() -> None:
    leaf = node("Article 4(1)(a)", LONG + LONG)
    titled = Node(parse("Article 4(1)"), heading="Fuel", children=(leaf,))
    top = Node(parse("Article 4"), "All.", "Stores", children=(titled,), context=("Part A",))

    found = folded(top)

    assert [(at, one.heading, one.context) for at, one in found.items()] == [
        ("Article 4", "Stores", ("Part A",)),
        ("Article 4(1)(a)", "Fuel", ("Part A",)),
    ]


def test_an_annex_and_its_titled_parts_are_the_path_to_what_is_below() -> None:
    leaf = Node(parse("Annex IV(1)(a)"), "Oil.", "Liquid")
    titled = Node(parse("Annex IV(1)"), heading="Fuel", children=(leaf,))
    plain = node("Annex IV(2)", "Wicks.")
    top = Node(parse("Annex IV"), "All.", "Stores", children=(titled, plain))

    found = folded(top, node("Annex V", "More."))

    assert [(at, one.heading, one.context) for at, one in found.items()] == [
        ("Annex IV", "Stores", ("Annex IV: Stores",)),
        ("Annex IV(1)(a)", "Liquid", ("Annex IV: Stores", "Fuel")),
        ("Annex IV(2)", "Stores", ("Annex IV: Stores",)),
        ("Annex V", "", ()),
    ]


@pytest.mark.parametrize(
    ("above", "text", "lead"),
    [
        pytest.param("", "Lamps are lit.", "", id="a complete sentence"),
        pytest.param("", "Lamps burn. Keepers shall:", "Keepers shall:", id="the last sentence"),
        pytest.param("Keepers shall,", "", "Keepers shall,", id="no words of its own"),
        pytest.param("Keepers shall,", "at dusk:", "Keepers shall, at dusk:", id="both"),
        pytest.param("Keepers " * 49 + "shall,", "at dusk:", "at dusk:", id="too long for both"),
        pytest.param("", "x" * 500 + ":", "x" * (LEAD_CHARS - 1) + ":", id="too long by itself"),
    ],
)
def test_the_lead_is_the_sentence_that_a_point_goes_on_with(
    above: str, text: str, lead: str
) -> None:
    long = node("Article 2(1)(a)(i)", LONG + LONG)
    middle = node("Article 2(1)(a)", text, long)

    found = folded(node("Article 2(1)", above or "Lamps.", middle))

    assert found["Article 2(1)(a)(i)"].lead == lead


def test_the_terms_of_a_division_stay_with_it() -> None:
    term = Node(parse("Article 3(1)"), "‘lamp’ means a light.", terms=("lamp",))

    (found,) = fold([term])

    assert found.terms == ("lamp",)
    assert found.node is term


@st.composite
def trees(draw: st.DrawFn, at: str = "Article 2", depth: int = 3) -> Node:
    words = draw(st.sampled_from(["", "Lamps.", "Keepers shall:", LONG]))
    count = draw(st.integers(0, 3)) if depth else 0
    labels = ["a", "b", "c"] if depth % 2 else ["1", "2", "3"]
    children = tuple(draw(trees(f"{at}({label})", depth - 1)) for label in labels[:count])
    closing = draw(st.sampled_from(["", "Always."])) if children else ""
    return Node(parse(at), words, label=f"({labels[0]})", closing=closing, children=children)


@given(trees())
def test_every_word_of_any_tree_is_cited_where_it_stands_and_searched_there_or_above(
    top: Node,
) -> None:
    found = {one.locator: one for one in fold([top])}

    for inner in top.walk():
        if inner.text or inner.closing:
            own = [part for part in (inner.text, inner.closing) if part]
            assert all(part in found[inner.locator].text for part in own)
    for one in found.values():
        expected = whole_text(one.node) if one.whole else None
        assert expected in {None, one.text}
    unsearched = [one for one in found.values() if not one.searched]
    for one in unsearched:
        above = [o for o in found.values() if o.locator.covers(one.locator) and o is not one]
        folds = [o for o in above if o.searched and o.whole]
        assert folds or (not one.whole and one.text.endswith(":"))
