from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.tokens import STOPWORDS, pairs, stem, tokens, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("High-Risk AI", ["high", "risk", "ai"], id="case and hyphen"),
        pytest.param("the provider's duty", ["the", "provider", "s", "duty"], id="apostrophe"),
        pytest.param("10^25 FLOPs", ["10^25", "flops"], id="power"),
        pytest.param("§ 744.23(a)(2)", ["744.23", "a", "2"], id="section"),
        pytest.param("35 000 000", ["35000000"], id="thousands by space"),
        pytest.param("35,000,000", ["35000000"], id="thousands by comma"),
        pytest.param("35\u00a0000", ["35000"], id="thousands by hard space"),
        pytest.param("35\u202f000", ["35000"], id="thousands by narrow hard space"),
        pytest.param("2024 2025", ["2024", "2025"], id="years stay apart"),
        pytest.param("in 2024, 500 firms", ["in", "2024", "500", "firms"], id="list"),
        pytest.param("ﬁne", ["fine"], id="ligature"),
        pytest.param("", [], id="empty"),
        pytest.param("… — ?!", [], id="signs only"),
    ],
)
def test_words_are_lower_case_with_figures_whole(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_stopwords_are_no_tokens() -> None:
    assert tokens("This is the law of the land") == [stem("law"), stem("land")]


def test_inflections_share_a_stem() -> None:
    assert tokens("exporting") == tokens("exports") == tokens("EXPORTED")


def test_a_section_number_counts_whole_and_by_its_parts() -> None:
    assert tokens("744.23") == ["744.23", "744", "23"]


def test_a_one_digit_part_of_a_figure_does_not_count_alone() -> None:
    assert tokens("4.8") == ["4.8"]


def test_repeats_are_kept() -> None:
    assert tokens("chip chip chip") == ["chip"] * 3


@given(st.text())
def test_no_token_is_empty(text: str) -> None:
    assert all(tokens(text))


@given(st.text(), st.sampled_from(sorted(STOPWORDS)))
def test_a_stopword_never_adds_a_token(text: str, word: str) -> None:
    assert tokens(f"{word} {text}") == tokens(text)


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_letter_case_never_changes_the_tokens(text: str) -> None:
    assert tokens(text.upper()) == tokens(text.lower())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("systemic risk models", ["system risk", "risk model"], id="neighbours"),
        pytest.param("risk of the models", ["risk model"], id="over stop words"),
        pytest.param("Risk. Models", ["risk model"], id="over a full stop"),
        pytest.param("chip chip chip", ["chip chip", "chip chip"], id="repeats kept"),
        pytest.param("744.23", ["744.23 744", "744 23"], id="a figure and its parts"),
        pytest.param("chip", [], id="one word"),
        pytest.param("of the", [], id="stop words"),
        pytest.param("", [], id="empty"),
    ],
)
def test_pairs_are_content_words_that_follow_each_other(text: str, expected: list[str]) -> None:
    assert pairs(text) == expected


def test_the_order_of_two_words_makes_another_pair() -> None:
    assert pairs("model risk") != pairs("risk model")


@given(st.text())
def test_there_is_one_pair_fewer_than_tokens(text: str) -> None:
    assert len(pairs(text)) == max(len(tokens(text)) - 1, 0)
