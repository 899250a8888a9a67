from __future__ import annotations

import pytest

from assistant.asked import asked_for
from assistant.engines.figures import Measure, figures, wanted

EVERY = frozenset(Measure) - {Measure.COUNT}


@pytest.mark.parametrize(
    ("question", "measures"),
    [
        pytest.param("How long must logs be kept?", {Measure.DURATION}, id="how-long"),
        pytest.param("What is the fine?", {Measure.MONEY, Measure.SHARE}, id="fine"),
        pytest.param("What limit is there on fine-tuning?", set(), id="fine-tuning"),
        pytest.param("From how much training compute on?", {Measure.COMPUTE}, id="compute"),
        pytest.param("Until when is it allowed?", {Measure.DATE}, id="date"),
        pytest.param("How many members does it have?", {Measure.COUNT}, id="count"),
        pytest.param("How do they compute it?", set(), id="a-verb"),
        pytest.param("Who must register?", set(), id="no-figure"),
    ],
)
def test_what_a_question_wants_measured(question: str, measures: set[Measure]) -> None:
    assert wanted(question, asked_for(question)) == measures


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("kept for at least 10 years.", "for at least 10 years", id="qualified"),
        pytest.param("not later than 72 hours after becoming aware of it, unless",
                     "not later than 72 hours after becoming aware of it", id="counted-from"),
        pytest.param("for the 10-year period beginning on the award date, the",
                     "for the 10-year period beginning on the award date", id="period"),
        pytest.param("within 14 days of receiving it ask the Secretary to decide.",
                     "within 14 days", id="a-verb-follows"),
        pytest.param("a maximum of EUR 15 000 000 or", "a maximum of EUR 15 000 000", id="money"),
        pytest.param("up to 3 % of turnover.", "up to 3 % of turnover", id="share"),
        pytest.param("greater than 10^25 floating point operations (FLOPs)",
                     "greater than 10^25 floating point operations", id="compute"),
        pytest.param("applies from 2 August 2026.", "from 2 August 2026", id="date"),
        pytest.param("By July 1, 2026 the minister", "By July 1, 2026", id="american-date"),
    ],
)  # fmt: skip
def test_a_figure_is_found_with_the_words_that_qualify_it(text: str, words: str) -> None:
    found = figures(text, EVERY)

    assert words in [text[one.start : one.end] for one in found]


def test_a_day_from_which_days_are_counted_is_no_date_by_itself() -> None:
    text = "Not later than 180 days after January 5, 2023 the President shall report."

    assert figures(text, frozenset({Measure.DATE})) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("EUR 15 000 000", "EUR 15 million", id="million"),
        pytest.param("two years", "2 years", id="number-word"),
        pytest.param("a 10-year ban", "10 years", id="hyphen"),
        pytest.param("7 %", "7 per cent", id="per-cent"),
    ],
)
def test_two_spellings_of_a_figure_have_one_value(one: str, other: str) -> None:
    values = [[found.value for found in figures(text, EVERY)] for text in (one, other)]

    assert values[0] == values[1] != []


def test_so_many_of_what_is_asked_are_counted_and_nothing_else() -> None:
    question, text = "How many members does it have?", "It has 38 members and 5 seats."

    found = figures(text, frozenset({Measure.COUNT}), question)

    assert [text[one.start : one.end] for one in found] == ["38 members"]
