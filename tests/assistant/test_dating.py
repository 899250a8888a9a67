from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.dating import Dated, dated, marked_by
from assistant.testing import TODAY
from corpus.catalog import Corpus
from corpus.types import Event, EventKind, InstrumentId
from index.expand import Expander

Mark = Callable[[str], Dated | None]


@pytest.mark.parametrize(
    ("question", "day"),
    [
        pytest.param("What applied as of 1 March 2025?", date(2025, 3, 1), id="day-month-year"),
        pytest.param("As of March 1, 2025, who applied?", date(2025, 3, 1), id="month-day-year"),
        pytest.param("the rule as at 2025-03-01", date(2025, 3, 1), id="iso"),
        pytest.param("What was IN FORCE ON 2 august 2026?", date(2026, 8, 2), id="any-case"),
        pytest.param("the law on 3. May 2025", date(2025, 5, 3), id="dotted-day"),
        pytest.param("as of the 3rd of May 2025", date(2025, 5, 3), id="ordinal"),
        pytest.param("It is 1 June 2024. Must we report?", date(2024, 6, 1), id="it-is"),
        pytest.param("As things stood on 20 June 2026, who paid?", date(2026, 6, 20), id="stood"),
        pytest.param("On 20 October 2025, was it law?", date(2025, 10, 20), id="opening-day"),
        pytest.param("Was a permit needed on 2 May 2025?", date(2025, 5, 2), id="closing-day"),
        pytest.param("as of 31 February 2025", None, id="no-such-day"),
        pytest.param("as of 2025-13-01", None, id="no-such-month"),
        pytest.param("The order of 30 October 2023, what is it?", None, id="a-mere-date"),
        pytest.param("What applies today?", None, id="no-date"),
    ],
)
def test_the_day_asked_about_is_read_from_the_question(question: str, day: date | None) -> None:
    assert dated(question).day == day


@pytest.mark.parametrize(
    ("question", "day"),
    [
        pytest.param("In June 2025, what applied?", date(2025, 6, 30), id="opening"),
        pytest.param("Which rule applied in March 2026?", date(2026, 3, 31), id="closing"),
        pytest.param("which rule applied in march 2026", date(2026, 3, 31), id="unpunctuated"),
        pytest.param("What must I do in May 2027 under the Act?", date(2027, 5, 31), id="middle"),
        pytest.param("What was allowed in February 2024?", date(2024, 2, 29), id="leap-year"),
        pytest.param("As the law stood in spring 2025, who paid?", date(2025, 5, 31), id="season"),
        pytest.param("In 2025, was it listed?", date(2025, 12, 31), id="year"),
        pytest.param("As of end of June 2025, who paid?", date(2025, 6, 30), id="end-of"),
        pytest.param("As of the start of 2025, who paid?", date(2025, 1, 1), id="start-of"),
        pytest.param("Looking back at March 2025: who paid?", date(2025, 3, 31), id="looking-back"),
        pytest.param("What applies in November 2026?", TODAY, id="the-month-that-runs"),
        pytest.param("What applies in 2026?", TODAY, id="the-year-that-runs"),
    ],
)
def test_a_period_means_its_last_day_or_today_while_it_runs(question: str, day: date) -> None:
    assert dated(question, TODAY).day == day


@pytest.mark.parametrize(
    ("question", "day"),
    [
        pytest.param("Was a permit needed a year ago?", date(2025, 11, 23), id="a-year"),
        pytest.param("What applied two months ago?", date(2026, 9, 23), id="months"),
        pytest.param("What applied 3 weeks ago?", date(2026, 11, 2), id="weeks"),
        pytest.param("Was it law yesterday?", date(2026, 11, 22), id="yesterday"),
        pytest.param("Was it law last month?", date(2026, 10, 31), id="last-month"),
        pytest.param("Was it law last year?", date(2025, 12, 31), id="last-year"),
    ],
)
def test_a_day_is_reckoned_from_today(question: str, day: date) -> None:
    assert dated(question, TODAY).day == day
    assert dated(question).day is None


def test_a_year_before_the_29th_of_february_is_the_28th() -> None:
    assert dated("Was it law a year ago?", date(2024, 2, 29)).day == date(2023, 2, 28)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("What did the board decide in November 2023?", id="decided"),
        pytest.param("Was the rule published in May 2025 strict?", id="published"),
        pytest.param("In October 2022, what did the bureau publish?", id="opening-published"),
        pytest.param("Is it true that controls were extended back in 2023?", id="extended"),
        pytest.param("What must I report about models trained in March 2025?", id="trained"),
        pytest.param("Is the statement of the summit in June 2025 binding?", id="the-summit"),
        pytest.param("It went live in March 2026. By what day must it be marked?", id="told"),
        pytest.param("Which systems placed on the market in May 2026 are old?", id="placed"),
        pytest.param("Who must register by 2 August 2026?", id="a-deadline"),
    ],
)
def test_the_date_of_something_that_happened_is_no_day_of_law(question: str) -> None:
    assert dated(question, TODAY) == Dated(None, question)


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        pytest.param("As of 1 March 2025, who must pay?", "who must pay?", id="opening"),
        pytest.param("Who must pay in March 2025?", "Who must pay?", id="closing"),
        pytest.param("Is the Act in force in June 2026?", "Is the Act in force?", id="kept"),
        pytest.param("Who must pay in May 2025 under it?", "Who must pay under it?", id="middle"),
        pytest.param("Who paid a year ago, and how much?", "Who paid, and how much?", id="ago"),
        pytest.param("What applied in 2025?", "What applied in 2025?", id="too-little-left"),
    ],
)
def test_the_words_of_the_day_are_not_searched(question: str, searched: str) -> None:
    assert dated(question, TODAY).text == searched


@given(st.text(max_size=200), st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)))
def test_any_text_is_read_without_failing(question: str, today: date) -> None:
    found = dated(question, today)

    assert len(found.text) <= len(question)


@pytest.fixture(scope="module")
def mark(laws: Corpus) -> Mark:
    """`marked_by` on the invented laws with an act that amends the Robot Act."""
    act = laws.instrument("robot-act")
    amending = replace(
        act,
        id=InstrumentId("robot-omnibus"),
        title="The act that amends the Robot Act",
        short_title="Robot Omnibus",
        amends=act.id,
        timeline=(
            Event(date(2025, 6, 11), EventKind.PUBLISHED, "Published."),
            Event(date(2025, 7, 1), EventKind.IN_FORCE, "In force."),
        ),
    )
    paused = replace(
        laws.instrument("toaster-code"),
        timeline=(
            Event(date(2023, 5, 1), EventKind.ADOPTED, "Agreed."),
            Event(date(2024, 5, 1), EventKind.SUSPENDED, "Suspended."),
        ),
    )
    instruments = {**laws.instruments, amending.id: amending, paused.id: paused}
    corpus = Corpus(instruments, laws.provisions)
    names: Callable[[str], Sequence[str]] = Expander(corpus).instruments_in
    return lambda question: marked_by(question, corpus, names)


@pytest.mark.parametrize(
    ("question", "day", "searched"),
    [
        pytest.param(
            "What did the Robot Act say before the Robot Omnibus?",
            date(2025, 6, 30),
            "What did the Robot Act say?",
            id="before-an-act",
        ),
        pytest.param(
            "Before the Robot Omnibus, what did Article 2 say?",
            date(2025, 6, 30),
            "what did Article 2 say?",
            id="before-an-act-with-a-place",
        ),
        pytest.param(
            "What did the Robot Act say before the Robot Omnibus on the stop of robots?",
            date(2025, 6, 30),
            "What did the Robot Act say on the stop of robots?",
            id="before-an-act-and-on",
        ),
        pytest.param(
            "What did the Robot Act say before the Robot Omnibus came into force?",
            date(2025, 6, 30),
            "What did the Robot Act say?",
            id="before-it-came-into-force",
        ),
        pytest.param(
            "What did the Robot Act say before the Robot Omnibus was published?",
            date(2025, 6, 10),
            "What did the Robot Act say?",
            id="before-a-step",
        ),
        pytest.param(
            "What were drones to do when the Drone Order was in force?",
            date(2025, 1, 19),
            "What were drones to do when the Drone Order was in force?",
            id="when-in-force",
        ),
        pytest.param(
            "What were drones to do before the Drone Order was revoked?",
            date(2025, 1, 19),
            "What were drones to do before the Drone Order was revoked?",
            id="before-its-end",
        ),
        pytest.param(
            "Did crumbs matter while the Toaster Code was suspended?",
            date(2024, 5, 1),
            "Did crumbs matter while the Toaster Code was suspended?",
            id="while-suspended",
        ),
        pytest.param(
            "What does the Robot Act say since the Robot Omnibus?",
            None,
            "What does the Robot Act say?",
            id="since",
        ),
    ],
)
def test_a_text_can_mark_the_day(
    question: str, day: date | None, searched: str, mark: Mark
) -> None:
    assert mark(question) == Dated(day, searched)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("When was the Drone Order in force?", id="a-question-for-the-day"),
        pytest.param("How was it before the Drone Order?", id="about-that-text"),
        pytest.param("Must it stop before a person says stop?", id="no-text"),
        pytest.param("What applied when the Robot Act was in force?", id="it-still-is"),
        pytest.param("Was it so while the Repeal Order was suspended?", id="it-never-was"),
        pytest.param("What must I do after the Drone Order?", id="after"),
    ],
)
def test_what_marks_no_day_is_left_alone(question: str, mark: Mark) -> None:
    assert mark(question) is None
