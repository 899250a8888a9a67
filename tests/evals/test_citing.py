from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.locators import parse
from evals.citing import (
    CharacterOverlap,
    Place,
    Span,
    all_score,
    character_overlap,
    exact_recall,
    level_recall,
    offset_validity,
    phantom_rate,
    precision,
    quote_validity,
    vital_score,
)


def at(locator: str, instrument: str = "ai-act") -> Place:
    """A place; ``*`` is the instrument as a whole."""
    return instrument, None if locator == "*" else parse(locator)


@pytest.mark.parametrize(
    ("cited", "gold", "recall"),
    [
        pytest.param("Article 6(3)", "Article 6(3)", 1.0, id="the place itself"),
        pytest.param("Article 6(3)(a)", "Article 6(3)", 1.0, id="below it"),
        pytest.param("Article 6", "Article 6(3)", 0.0, id="above it"),
        pytest.param("Article 6(2)", "Article 6(3)", 0.0, id="beside it"),
        pytest.param("Article 60", "Article 6", 0.0, id="a number that begins alike"),
        pytest.param("Recital 6", "Article 6", 0.0, id="another unit"),
        pytest.param("Article 6", "*", 1.0, id="anywhere in the instrument"),
        pytest.param("*", "*", 1.0, id="the instrument as a whole"),
        pytest.param("*", "Article 6", 0.0, id="the whole for a part"),
    ],
)
def test_a_gold_place_is_cited_at_or_below_it(cited: str, gold: str, recall: float) -> None:
    assert exact_recall([at(cited)], [[at(gold)]]) == recall


def test_the_same_article_of_another_instrument_is_not_cited() -> None:
    found = exact_recall([at("Article 6", "gdpr")], [[at("Article 6")], [at("*")]])

    assert found == 0


def test_any_alternative_meets_its_group_and_each_group_counts_once() -> None:
    groups = [[at("Article 6"), at("Recital 50")], [at("Annex III")], [at("Article 9")]]

    found = exact_recall([at("Recital 50"), at("Article 6"), at("Article 9(1)")], groups)

    assert found == pytest.approx(2 / 3)


def test_an_answer_without_citations_has_a_recall_of_nought() -> None:
    groups = [[at("Article 6")]]

    assert exact_recall([], groups) == level_recall([], groups) == 0


def test_a_question_without_gold_has_no_recall() -> None:
    for recall in (exact_recall, level_recall):
        with pytest.raises(ValueError, match="nothing to find"):
            recall([at("Article 6")], [])


@pytest.mark.parametrize(
    ("cited", "gold", "recall"),
    [
        pytest.param("Article 6", "Article 6(3)(a)", 1.0, id="the article of a point"),
        pytest.param("Article 6(2)", "Article 6(3)", 1.0, id="another paragraph"),
        pytest.param("Annex III Section A", "Annex III(4)", 1.0, id="the same annex"),
        pytest.param("§ 744.23(a)(2)", "§ 744.23(b)", 1.0, id="the same section"),
        pytest.param("§ 744.2", "§ 744.23", 0.0, id="another section"),
        pytest.param("Recital 3", "Article 3", 0.0, id="a recital for an article"),
        pytest.param("*", "Article 3", 0.0, id="the whole for an article"),
        pytest.param("Article 3(1)", "*", 1.0, id="anywhere in the instrument"),
    ],
)
def test_the_level_is_article_annex_section_or_recital(
    cited: str, gold: str, recall: float
) -> None:
    assert level_recall([at(cited)], [[at(gold)]]) == recall


def test_a_further_place_counts_for_its_own_group_only() -> None:
    groups = [[at("Article 6")], [at("Article 9")]]

    found = level_recall([at("Recital 24")], groups, [[at("Recital 24")], []])
    both = level_recall([at("Recital 24"), at("Article 9")], groups, [[at("Recital 24")], []])

    assert found == 0.5
    assert both == 1


def test_a_further_place_is_not_cut() -> None:
    further = [[at("Article 1(31)", "omnibus")]]

    beside = level_recall([at("Article 1(2)", "omnibus")], [[at("Article 75")]], further)
    below = level_recall([at("Article 1(31)(b)", "omnibus")], [[at("Article 75")]], further)

    assert (beside, below) == (0, 1)


def test_further_places_for_another_number_of_groups_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        level_recall([], [[at("Article 6")], [at("Article 9")]], [[at("Recital 24")]])


@given(st.lists(st.sampled_from(["Article 6", "Article 6(1)", "Annex I", "*"]), max_size=4))
def test_level_recall_is_never_below_exact_recall(locators: list[str]) -> None:
    cited = [at(locator) for locator in locators]
    groups = [[at("Article 6(1)")], [at("Annex I")]]

    assert level_recall(cited, groups) >= exact_recall(cited, groups)


@pytest.mark.parametrize(
    ("cited", "right"),
    [
        pytest.param("Article 6(3)", 1.0, id="at"),
        pytest.param("Article 6(3)(a)", 1.0, id="below"),
        pytest.param("Article 6", 1.0, id="above"),
        pytest.param("*", 1.0, id="the instrument above all"),
        pytest.param("Article 6(2)", 0.0, id="beside"),
    ],
)
def test_a_citation_is_right_at_below_or_above_a_good_place(cited: str, right: float) -> None:
    assert precision([at(cited)], [at("Article 6(3)")]) == right


def test_a_place_cited_twice_counts_once_for_precision() -> None:
    cited = [at("Article 6"), at("Article 6"), at("Article 6"), at("Article 9")]

    assert precision(cited, [at("Article 6"), at("Recital 50")]) == 0.5


def test_citations_with_nothing_good_are_all_wrong() -> None:
    assert precision([at("Article 6")], []) == 0


def test_nothing_cited_has_a_precision_of_nought() -> None:
    assert precision([], [at("Article 6")]) == 0


def test_phantoms_are_the_cited_ids_that_are_not_in_the_corpus() -> None:
    found = phantom_rate(["a", "b", "x", "y"], ["a", "b", "c"])

    assert found == 0.5
    assert phantom_rate([], ["a"]) == 0
    assert phantom_rate(["a"], []) == 1


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        pytest.param("an AI system", "of an AI system", id="as it stands"),
        pytest.param("an  AI\nsystem ", "of an\u00a0AI system", id="white space"),
        pytest.param("“AI system”", '"AI system" means', id="double marks"),
        pytest.param("„AI system“", "«AI system» means", id="German and French marks"),
        pytest.param("the provider’s", "the provider's duty", id="apostrophe"),
        pytest.param("cafe\u0301", "the caf\u00e9", id="composed letters"),
    ],
)
def test_a_verbatim_quote_is_valid_whatever_its_spaces_and_marks(quote: str, text: str) -> None:
    assert quote_validity([(quote, text)]) == 1


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        pytest.param("an ai system", "of an AI system", id="case"),
        pytest.param("an AI systems", "of an AI system", id="a letter more"),
        pytest.param("AI … system", "AI or other system", id="an ellipsis"),
        pytest.param("aisystem", "ai system", id="a space less"),
        pytest.param("10²⁵", "1025", id="a power that NFKC would fold"),
        pytest.param("", "of an AI system", id="no words"),
        pytest.param(" \n", "of an AI system", id="white space only"),
        pytest.param('"AI"', "'AI'", id="a double mark for a single one"),
    ],
)
def test_a_changed_or_empty_quote_is_not_valid(quote: str, text: str) -> None:
    assert quote_validity([(quote, text)]) == 0


def test_the_validity_of_no_quotes_or_offsets_is_whole() -> None:
    assert quote_validity([]) == offset_validity([]) == 1


def test_quote_validity_is_a_share_over_all_quotes() -> None:
    assert quote_validity([("a", "abc"), ("b", "abc"), ("x", "abc"), ("c", "abc")]) == 0.75


@pytest.mark.parametrize(
    ("start", "end", "quote", "valid"),
    [
        pytest.param(3, 9, "person", 1.0, id="the slice"),
        pytest.param(0, 13, "No person may", 1.0, id="all of it"),
        pytest.param(3, 9, "Person", 0.0, id="another letter"),
        pytest.param(3, 8, "person", 0.0, id="too short a slice"),
        pytest.param(-3, 13, "may", 0.0, id="counted from the end"),
        pytest.param(10, 99, "may", 0.0, id="past the end"),
        pytest.param(4, 4, "", 0.0, id="empty"),
        pytest.param(9, 3, "", 0.0, id="reversed"),
    ],
)
def test_a_slice_of_the_text_must_be_the_quote(
    start: int, end: int, quote: str, valid: float
) -> None:
    assert offset_validity([("No person may", start, end, quote)]) == valid


def test_offsets_count_code_points() -> None:
    assert offset_validity([("𝔄rt. 6", 1, 3, "rt")]) == 1


@pytest.mark.parametrize(
    ("cited", "gold", "expected"),
    [
        pytest.param([("a", 0, 10)], [("a", 0, 10)], (1.0, 1.0), id="the same"),
        pytest.param([("a", 0, 10)], [("a", 10, 20)], (0.0, 0.0), id="they only touch"),
        pytest.param([("a", 0, 10)], [("b", 0, 10)], (0.0, 0.0), id="another document"),
        pytest.param([("a", 0, 20)], [("a", 15, 25)], (0.25, 0.5), id="an overlap of five"),
        pytest.param([("a", 0, 9), ("a", 0, 9)], [("a", 0, 18)], (1.0, 0.5), id="twice is once"),
        pytest.param(
            [("a", 0, 10), ("a", 5, 20), ("b", 0, 20)], [("a", 0, 40)], (0.5, 0.5), id="a union"
        ),
        pytest.param([("a", 0, 8)], [("a", 0, 4), ("a", 2, 4)], (0.5, 1.0), id="gold is a union"),
        pytest.param([("a", 0, 30)], [("a", 5, 6), ("a", 8, 10)], (0.1, 1.0), id="ranges within"),
        pytest.param([], [("a", 0, 10)], (0.0, 0.0), id="nothing cited"),
        pytest.param([("a", 3, 3)], [("a", 0, 10)], (0.0, 0.0), id="an empty range"),
    ],
)
def test_overlap_counts_each_character_once(
    cited: list[Span], gold: list[Span], expected: tuple[float, float]
) -> None:
    assert character_overlap(cited, gold) == CharacterOverlap(*expected)


_SPANS = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 15), st.integers(0, 10)).map(
        lambda span: (span[0], span[1], span[1] + span[2])
    ),
    max_size=6,
)


@given(_SPANS, _SPANS)
def test_overlap_equals_that_of_sets_of_characters(cited: list[Span], gold: list[Span]) -> None:
    ours, theirs = (
        {(document, place) for document, start, end in spans for place in range(start, end)}
        for spans in (cited, gold)
    )

    if not theirs:
        with pytest.raises(ValueError, match="no gold range"):
            character_overlap(cited, gold)
        return
    found = character_overlap(cited, gold)

    assert found.recall == len(ours & theirs) / len(theirs)
    assert found.precision == (len(ours & theirs) / len(ours) if ours else 0)


@pytest.mark.parametrize("span", [("a", 5, 2), ("a", -1, 2)])
def test_a_reversed_or_negative_range_is_refused(span: Span) -> None:
    with pytest.raises(ValueError, match="not a range"):
        character_overlap([span], [("a", 0, 5)])


def test_support_in_part_counts_half_and_not_at_all_when_strict() -> None:
    support, vital = [1, 0.5, 0.5, 0, 1], [True, True, False, True, False]

    assert all_score(support) == 0.6
    assert all_score(support, strict=True) == 0.4
    assert vital_score(support, vital) == 0.5
    assert vital_score(support, vital, strict=True) == pytest.approx(1 / 3)


def test_support_is_whole_half_or_none() -> None:
    with pytest.raises(ValueError, match=r"not 0\.7"):
        all_score([1, 0.7])


def test_a_question_without_vital_nuggets_has_no_vital_score() -> None:
    with pytest.raises(ValueError, match="nothing to find"):
        vital_score([1, 1], [False, False])


def test_every_nugget_must_be_vital_or_not() -> None:
    with pytest.raises(ValueError, match="shorter"):
        vital_score([1, 1], [True])
