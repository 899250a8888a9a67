from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.asked import AskedFor
from assistant.errors import QuestionError
from assistant.follow_up import is_follow_up
from assistant.naming import Namer
from assistant.understanding import MAX_QUESTION_CHARS, Understood, clean, understand
from corpus.catalog import Corpus


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        pytest.param("What\x00 is\x07 it?", "What is it?", id="control"),
        pytest.param("de\u200bploy\u200der\ufeff?", "deployer?", id="zero-width"),
        pytest.param("what is \u202eytilibail\u202c?", "what is ytilibail?", id="direction-marks"),
        pytest.param("soft\u00adware?", "software?", id="soft-hyphen"),
        pytest.param("  one\t\n two\u00a0three ", "one two three", id="white-space"),
        pytest.param("line\x85break\x1fhere", "line break here", id="control-white-space"),
        pytest.param("e\u0301tat?", "état?", id="composed"),
        pytest.param("ماذا يقول القانون؟", "ماذا يقول القانون؟", id="right-to-left-script"),
        pytest.param("§ 744.23 and 10^25?", "§ 744.23 and 10^25?", id="law-stays"),
    ],
)
def test_a_question_is_cleaned_to_plain_text(typed: str, read: str) -> None:
    assert clean(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("", id="empty"),
        pytest.param(" \n\t ", id="blank"),
        pytest.param("\u200b\u200d\u202e", id="invisible-only"),
        pytest.param("?!...", id="punctuation-only"),
        pytest.param("What is \ud800 this?", id="lone-surrogate"),
        pytest.param("a" * 4_001, id="4001-characters"),
        pytest.param("why " * 25_000, id="100000-characters"),
    ],
)
def test_what_is_no_question_is_refused_with_a_hint(typed: str) -> None:
    with pytest.raises(QuestionError) as refused:
        clean(typed)

    assert "4,000" in refused.value.hint
    assert len(str(refused.value)) < 200


def test_a_question_of_4000_characters_is_still_read() -> None:
    longest = "a" * MAX_QUESTION_CHARS

    assert clean(longest) == longest


@given(st.text(max_size=300))
def test_cleaning_twice_gives_what_cleaning_once_gives(typed: str) -> None:
    try:
        once = clean(typed)
    except QuestionError:
        return

    assert clean(once) == once


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("And for open-source models?", id="and"),
        pytest.param("What about fines?", id="what-about"),
        pytest.param("Does it apply to deployers?", id="it"),
        pytest.param("Who must do that?", id="that"),
        pytest.param("Since when?", id="since-when"),
    ],
)
def test_a_follow_up_is_searched_with_the_turn_before_it(question: str) -> None:
    history = ("What is a drone?", "What must a provider of a GPAI model publish?")

    understood = understand(question, history)

    assert understood.rewritten
    assert understood.text.startswith(question.rstrip("?"))
    assert "provider of a GPAI model publish" in understood.text
    assert "drone" not in understood.text


def test_a_follow_up_is_shown_as_the_question_that_it_stands_for() -> None:
    understood = understand("And importers?", ("What must providers of robots publish?",))

    assert understood.shown == "What must importers of robots publish?"
    assert understood.asking == understood.shown


def test_a_follow_up_of_a_follow_up_is_read_with_both_turns_before_it() -> None:
    history = ("Is a licence needed for Japan?", "And for Canada?")

    understood = understand("how long does it last?", history)

    assert "licence" in understood.text
    assert "Canada" in understood.text
    assert "Japan" not in understood.text


def test_a_change_of_subject_leaves_the_turn_before_it_behind() -> None:
    question = "Which article of the GDPR lets me take my data elsewhere?"

    understood = understand(question, ("What is the BIS 50 percent rule?",))

    assert (understood.text, understood.shown, understood.rewritten) == (question, question, False)


def test_a_question_that_stands_alone_is_searched_alone() -> None:
    question = "What fine can a notified body receive under Article 99?"

    understood = understand(question, ("What must a provider of a GPAI model publish?",))

    assert (understood.text, understood.rewritten) == (question, False)


def test_a_follow_up_without_history_stays_as_it_is() -> None:
    understood = understand("And for open-source models?")

    assert (understood.text, understood.rewritten) == ("And for open-source models?", False)


def test_a_long_question_with_a_pronoun_in_it_stands_alone() -> None:
    question = (
        "If a Dutch hospital fine-tunes a published general-purpose language model on patient "
        "letters and offers it to other hospitals across Europe under its brand name, which "
        "provider obligations apply?"
    )

    assert not is_follow_up(question)


def test_the_named_day_comes_with_the_understood_question() -> None:
    understood = understand("Who had to register as of 1 March 2025?")

    assert understood.as_of == date(2025, 3, 1)
    assert understood.text == "Who had to register?"


@pytest.mark.parametrize(
    ("question", "day"),
    [
        pytest.param("And for deployers?", date(2025, 3, 1), id="the-day-before"),
        pytest.param("And as of 2 May 2026?", date(2026, 5, 2), id="a-day-of-its-own"),
    ],
)
def test_a_follow_up_is_about_the_day_of_the_turn_before_it(question: str, day: date) -> None:
    understood = understand(question, ("Who had to register as of 1 March 2025?",))

    assert understood.as_of == day
    assert "Who had to register" in understood.text
    assert "2025" not in understood.text


def test_a_period_that_runs_means_today() -> None:
    understood = understand("What applies in November 2026?", (), date(2026, 11, 23))

    assert understood.as_of == date(2026, 11, 23)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Compare the AI Act and the GDPR", id="compare"),
        pytest.param("GDPR versus AI Act: fines", id="versus"),
        pytest.param("How do the two orders differ?", id="differ"),
        pytest.param("What is the difference between the codes?", id="difference"),
    ],
)
def test_a_comparison_is_seen(question: str) -> None:
    assert understand(question).is_comparison


def test_a_plain_question_is_no_comparison() -> None:
    assert not understand("What is a deployer?").is_comparison


def test_the_case_is_told_apart_from_what_is_asked_of_it() -> None:
    understood = understand("We are a small firm in Lyon. Does Brussels make us register?")

    assert understood.asking == "Does Brussels make us register?"
    assert understood.kinds == {AskedFor.YES_NO}
    assert understood.jurisdictions == ("EU",)
    assert understood.actors == ("SME",)


def test_a_comparison_is_one_of_the_kinds() -> None:
    assert AskedFor.COMPARISON in understand("How do the two orders differ?").kinds


def test_two_questions_in_one_are_two_parts() -> None:
    parts = understand("Which two remain, and when does the relief vanish?").parts

    assert [part.split("?")[0] for part in parts] == [
        "Which two remain",
        "when does the relief vanish",
    ]


def test_the_names_of_the_corpus_let_one_instrument_stand_for_another(laws: Corpus) -> None:
    history = ("What is due under the Robot Act?",)

    understood = understand("And under the Drone Order?", history, names=Namer(laws))

    assert understood.shown == "What is due under the Drone Order?"


def test_only_what_is_searched_and_when_is_needed_to_say_what_was_understood() -> None:
    assert Understood("text", rewritten=False, as_of=None, is_comparison=False).parts == ()
