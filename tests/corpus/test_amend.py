"""Amendments carried out on small trees: what comes out, and what is only known to be unknown."""

from __future__ import annotations

import pytest

from corpus.amend import Amended, carry_out
from corpus.locators import Locator, parse
from corpus.parsers.document import Action, Amendment, Node

ACT = "32031R0077"


def node(at: str, text: str = "", *children: Node, label: str = "", heading: str = "") -> Node:
    return Node(parse(at), text, heading, label, children=children)


def points(of: str, **texts: str) -> tuple[Node, ...]:
    return tuple(node(f"{of}({at})", text, label=f"({at})") for at, text in texts.items())


LAMPS = (
    node("Recital 1", "Whereas ships sink."),
    Node(
        parse("Article 4"),
        heading="Lamps",
        context=("Chapter I: Lights", "Section 2: Lamps"),
        children=(
            node("Article 4(1)", "Keepers shall:", *points("Article 4(1)", b="trim;", c="clean.")),
            node("Article 4(2)", "Oil is kept dry.\nOil is kept cold."),
        ),
    ),
    Node(parse("Article 5"), "Lamps burn.", "Fire", context=("Chapter II: Fire",)),
    node("Annex IV", "Stores.", node("Annex IV(4)", "Oil.", node("Annex IV(4.1)", "Whale oil."))),
)


def amendment(
    action: Action, at: str, *nodes: Node, old: str = "", new: str = "", note: str = ""
) -> Amendment:
    locator = parse(at)
    if note:
        locator = Locator(locator.unit, locator.number, locator.path, note)
    return Amendment(ACT, locator, action, parse("Article 1(1)"), nodes, old, new)


def amended(*amendments: Amendment, nodes: tuple[Node, ...] = LAMPS) -> Amended:
    return carry_out(nodes, amendments)


def at(outcome: Amended, locator: str) -> Node | None:
    everything = (inner for top in outcome.nodes for inner in top.walk())
    return next((inner for inner in everything if inner.locator == parse(locator)), None)


def words(outcome: Amended, locator: str) -> str:
    found = at(outcome, locator)
    assert found is not None
    return found.text


def labels(outcome: Amended, locator: str) -> list[str]:
    found = at(outcome, locator)
    assert found is not None
    return [str(child.locator) for child in found.children]


def unknown(outcome: Amended) -> list[str]:
    return sorted(map(str, outcome.unknown))


def test_a_replaced_point_changes_and_its_siblings_stay() -> None:
    outcome = amended(amendment("replace", "Article 4(1)(b)", node("Article 4(1)(b)", "scrub;")))

    assert words(outcome, "Article 4(1)(b)") == "scrub;"
    assert words(outcome, "Article 4(1)(c)") == "clean."
    assert not outcome.unknown


def test_a_replaced_paragraph_loses_its_old_points() -> None:
    outcome = amended(amendment("replace", "Article 4(1)", node("Article 4(1)", "Keepers sleep.")))

    assert labels(outcome, "Article 4(1)") == []


def test_a_replaced_article_keeps_chapter_and_heading_unless_it_brings_its_own() -> None:
    silent = amended(amendment("replace", "Article 4", node("Article 4", "Dark.")))
    titled = amended(amendment("replace", "Article 4", node("Article 4", "Dark.", heading="Night")))

    for outcome, heading in ((silent, "Lamps"), (titled, "Night")):
        article = at(outcome, "Article 4")
        assert article is not None
        assert article.heading == heading
        assert article.context == ("Chapter I: Lights", "Section 2: Lamps")


@pytest.mark.parametrize("gone", ["Article 5", "Article 4(2)", "Article 4(1)(c)", "Annex IV(4.1)"])
def test_what_is_deleted_is_gone_and_nothing_else_is(gone: str) -> None:
    before = {inner.locator for top in LAMPS for inner in top.walk()}

    outcome = amended(amendment("delete", gone))

    after = {inner.locator for top in outcome.nodes for inner in top.walk()}
    assert before - after == {parse(gone)}
    assert not outcome.unknown


def test_inserted_points_stand_in_the_order_of_their_labels() -> None:
    outcome = amended(
        amendment("insert", "Article 4(1)(bb)", node("Article 4(1)(bb)", "sing;")),
        amendment("insert", "Article 4(1)(ba)", node("Article 4(1)(ba)", "hum;")),
        amendment("insert", "Article 4(1)(a)", node("Article 4(1)(a)", "wake;")),
        amendment("insert", "Article 4(1)(d)", node("Article 4(1)(d)", "sleep.")),
    )

    assert labels(outcome, "Article 4(1)") == [
        f"Article 4(1)({label})" for label in ("a", "b", "ba", "bb", "c", "d")
    ]


def test_inserted_paragraphs_stand_between_their_numbers() -> None:
    outcome = amended(
        amendment("insert", "Article 4(1a)", node("Article 4(1a)", "Keepers hum.")),
        amendment("insert", "Article 4(10)", node("Article 4(10)", "Keepers rest.")),
    )

    assert labels(outcome, "Article 4") == [
        "Article 4(1)",
        "Article 4(1a)",
        "Article 4(2)",
        "Article 4(10)",
    ]


def test_an_insertion_leaves_a_second_list_where_it_stood() -> None:
    second = node("Article 4(1), second subparagraph", "Ships shall:")
    nodes = (node("Article 4(1)", "Keepers shall:", *points("Article 4(1)", a="x;"), second),)

    outcome = amended(
        amendment("insert", "Article 4(1)(b)", node("Article 4(1)(b)", "y.")), nodes=nodes
    )

    assert labels(outcome, "Article 4(1)") == [
        "Article 4(1)(a)",
        "Article 4(1)(b)",
        "Article 4(1), second subparagraph",
    ]


def test_a_new_article_has_the_chapter_of_the_one_it_follows() -> None:
    outcome = amended(
        amendment("insert", "Article 4a", node("Article 4a", "Keepers hum.", heading="Humming"))
    )

    article = at(outcome, "Article 4a")
    assert article is not None
    assert article.context == ("Chapter I: Lights", "Section 2: Lamps")
    assert [str(top.locator) for top in outcome.nodes][:4] == [
        "Recital 1",
        "Article 4",
        "Article 4a",
        "Article 5",
    ]


@pytest.mark.parametrize(
    ("new", "context"),
    [
        pytest.param(node("Article 1", "Scope."), (), id="before all others"),
        pytest.param(
            Node(parse("Article 9"), "x", context=("Chapter X",)), ("Chapter X",), id="its own"
        ),
        pytest.param(node("Annex V", "More stores."), (), id="annexes follow annexes"),
    ],
)
def test_a_new_division_takes_no_chapter_that_is_not_its_own(
    new: Node, context: tuple[str, ...]
) -> None:
    outcome = amended(amendment("insert", str(new.locator), new))

    added = at(outcome, str(new.locator))
    assert added is not None
    assert added.context == context
    assert len(outcome.nodes) == len(LAMPS) + 1


def test_a_new_annex_stands_last() -> None:
    outcome = amended(amendment("insert", "Annex V", node("Annex V", "More stores.")))

    assert str(outcome.nodes[-1].locator) == "Annex V"


def test_words_are_exchanged_throughout_a_place_and_nowhere_else() -> None:
    outcome = amended(amendment("reword", "Article 4", old="Oil", new="Gas"))

    assert words(outcome, "Article 4(2)") == "Gas is kept dry.\nGas is kept cold."
    assert words(outcome, "Annex IV(4)") == "Oil."


def test_words_are_exchanged_in_headings_and_closing_words_too() -> None:
    article = Node(parse("Article 4"), "Oil.", "Oil", closing="Oil, always.")

    outcome = amended(amendment("reword", "Article 4", old="Oil", new="Gas"), nodes=(article,))

    changed = at(outcome, "Article 4")
    assert changed is not None
    assert (changed.text, changed.heading, changed.closing) == ("Gas.", "Gas", "Gas, always.")


def test_words_are_deleted() -> None:
    outcome = amended(amendment("reword", "Article 5", old="Lamps ", new=""))

    assert words(outcome, "Article 5") == "burn."


def test_a_point_with_a_decimal_number_is_found() -> None:
    outcome = amended(amendment("replace", "Annex IV(4.1)", node("Annex IV(4.1)", "Olive oil.")))

    assert words(outcome, "Annex IV(4.1)") == "Olive oil."


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            amendment("reword", "Article 4(1)"),
            ["Article 4(1)", "Article 4(1)(b)", "Article 4(1)(c)"],
            id="words that are not told",
        ),
        pytest.param(
            amendment("reword", "Article 5", old="candles", new="lamps"),
            ["Article 5"],
            id="words that are not there",
        ),
        pytest.param(amendment("replace", "Article 5"), ["Article 5"], id="no new words"),
        pytest.param(amendment("insert", "Article 5(1)"), ["Article 5"], id="nothing to insert"),
        pytest.param(
            amendment("replace", "Article 4(2)(a)", node("Article 4(2)(a)", "x")),
            ["Article 4(2)"],
            id="a missing point",
        ),
        pytest.param(
            amendment("delete", "Article 4(7)"),
            [
                "Article 4",
                "Article 4(1)",
                "Article 4(1)(b)",
                "Article 4(1)(c)",
                "Article 4(2)",
            ],
            id="a missing paragraph",
        ),
        pytest.param(
            amendment("insert", "Article 4(3)(a)", node("Article 4(3)(a)", "x")),
            [
                "Article 4",
                "Article 4(1)",
                "Article 4(1)(b)",
                "Article 4(1)(c)",
                "Article 4(2)",
            ],
            id="into a missing paragraph",
        ),
        pytest.param(
            amendment("insert", "Article 4(1)(b)", node("Article 4(1)(b)", "x")),
            ["Article 4(1)", "Article 4(1)(b)", "Article 4(1)(c)"],
            id="what is there already",
        ),
        pytest.param(amendment("delete", "Article 99"), [], id="an article that is not at hand"),
        pytest.param(
            amendment("delete", "Article 4(2)", note="second sentence"),
            ["Article 4(2)"],
            id="a sentence",
        ),
        pytest.param(
            amendment(
                "replace", "Article 4(2)", node("Article 4(2)", "x"), note="third subparagraph"
            ),
            ["Article 4(2)"],
            id="a subparagraph that is not there",
        ),
        pytest.param(
            amendment("delete", "Article 4(2)", note="second subparagraph"),
            ["Article 4(2)"],
            id="a deleted subparagraph",
        ),
    ],
)
def test_what_cannot_be_carried_out_is_unknown_and_leaves_the_tree_alone(
    change: Amendment, expected: list[str]
) -> None:
    outcome = amended(change)

    assert outcome.nodes == LAMPS
    assert unknown(outcome) == expected


def test_what_is_replaced_whole_later_is_known_again() -> None:
    outcome = amended(
        amendment("reword", "Article 4"),
        amendment("replace", "Article 4(1)", node("Article 4(1)", "Keepers sleep.")),
        amendment("delete", "Article 4(2)"),
    )

    assert unknown(outcome) == ["Article 4"]


def test_what_is_made_unknown_after_its_replacement_stays_so() -> None:
    outcome = amended(
        amendment("replace", "Article 5", node("Article 5", "Dark.")),
        amendment("reword", "Article 5"),
    )

    assert unknown(outcome) == ["Article 5"]


def test_a_changed_piece_or_word_does_not_make_the_rest_known() -> None:
    outcome = amended(
        amendment("reword", "Article 4"),
        amendment("reword", "Article 4(2)", old="Oil", new="Gas"),
        amendment("replace", "Article 4", node("Article 4", "Night"), note="heading"),
    )

    assert "Article 4(2)" in unknown(outcome)


def test_what_was_unknown_before_stays_so_until_it_is_replaced() -> None:
    outcome = carry_out(
        LAMPS,
        [amendment("replace", "Article 5", node("Article 5", "Dark."))],
        unknown_before=[parse("Article 5"), parse("Article 4(2)")],
    )

    assert unknown(outcome) == ["Article 4(2)"]


def test_amendments_are_carried_out_in_their_order() -> None:
    outcome = amended(
        amendment("insert", "Article 4(3)", node("Article 4(3)", "Keepers hum.")),
        amendment("reword", "Article 4(3)", old="hum", new="sing"),
    )

    assert words(outcome, "Article 4(3)") == "Keepers sing."


def test_a_subparagraph_is_replaced_in_the_paragraph_it_belongs_to() -> None:
    new = node("Article 4(2)", "Oil is kept locked.")

    outcome = amended(amendment("replace", "Article 4(2)", new, note="second subparagraph"))

    assert words(outcome, "Article 4(2)") == "Oil is kept dry.\nOil is kept locked."


def test_a_heading_is_replaced_for_the_whole_article() -> None:
    outcome = amended(amendment("replace", "Article 4", node("Article 4", "Night"), note="heading"))

    article = at(outcome, "Article 4")
    assert article is not None
    assert article.heading == "Night"
    assert len(article.children) == 2


def test_an_added_subparagraph_joins_the_words_of_its_paragraph() -> None:
    new = Node(parse("Article 4(2), subparagraph added by 2032/78"), "Oil is kept locked.")

    outcome = amended(
        amendment("insert", "Article 4(2)", new, note="subparagraph added by 2032/78")
    )

    assert words(outcome, "Article 4(2)").split("\n")[2:] == ["Oil is kept locked."]
    assert labels(outcome, "Article 4(2)") == []


@pytest.mark.parametrize(
    ("place", "children"),
    [
        pytest.param(
            "Article 4(2)",
            (node("Article 4(2)(a)", "oil."),),
            id="a list, whose points have labels of their own",
        ),
        pytest.param("Article 4", (), id="an article without words of its own"),
    ],
)
def test_an_added_subparagraph_that_cannot_be_joined_stands_by_itself(
    place: str, children: tuple[Node, ...]
) -> None:
    note = "subparagraph added by 2032/78"
    new = Node(parse(f"{place}, {note}"), "Keepers shall:", children=children)

    outcome = amended(amendment("insert", place, new, note=note))

    assert labels(outcome, place)[-1] == f"{place}, {note}"
    assert words(outcome, f"{place}, {note}") == "Keepers shall:"
