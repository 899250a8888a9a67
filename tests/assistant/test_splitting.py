from __future__ import annotations

import pytest

from assistant.splitting import asking_of, clauses_of, parts_of, scenario_of


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        pytest.param(
            "Which two remain, and when does the relief vanish?",
            ("Which two remain", "when does the relief vanish"),
            id="two-question-words",
        ),
        pytest.param(
            "How many signed and was Oslo among them?",
            ("How many signed", "was Oslo among them"),
            id="verb-first",
        ),
        pytest.param(
            "What must we file, what does it cost, and who reads it?",
            ("What must we file", "what does it cost", "who reads it"),
            id="three",
        ),
        pytest.param(
            "Is the order still law? What replaced it?",
            ("Is the order still law", "What replaced it"),
            id="two-sentences",
        ),
    ],
)
def test_a_question_that_asks_for_several_things_is_cut_between_them(
    question: str, clauses: tuple[str, ...]
) -> None:
    assert clauses_of(question) == clauses


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Which firms and bodies may trade and export?", id="nouns-and-verbs"),
        pytest.param("What does it say on who must pay and when they must do it?", id="reported"),
        pytest.param("Who may complain and have it looked at again?", id="bare-verb"),
        pytest.param("We are a bank, and what we do is lending. Must we pay?", id="told-before"),
        pytest.param("Is it binding? Please give the clause.", id="instruction"),
        pytest.param("If we lose, how long may it take?", id="condition"),
        pytest.param("fines and when", id="no-question"),
    ],
)
def test_most_ands_are_no_seam(question: str) -> None:
    assert clauses_of(question) == (question,)
    assert parts_of(question) == ()


def test_each_part_carries_the_case_and_what_it_shares_with_the_first() -> None:
    first, second = parts_of("We are a bank. Which logs must we keep, and where must they be?")

    assert first.startswith("We are a bank. Which logs must we keep?")
    assert second.startswith("We are a bank. where must they be?")
    assert "logs" in second


def test_a_part_that_names_its_own_text_shares_nothing() -> None:
    _, second = parts_of("What is a robot, and what does Article 5 say on drones?")

    assert "robot" not in second


def test_the_parts_of_a_follow_up_carry_the_earlier_turn() -> None:
    parts = parts_of("And who pays, and when is it due?", "How high is the toll on drones?")

    assert all("toll on drones" in part for part in parts)


def test_the_case_is_told_before_the_first_sentence_that_asks() -> None:
    question = "We are small. Our robot is new. Must we register it?"

    assert asking_of(question) == "Must we register it?"
    assert scenario_of(question) == "We are small. Our robot is new."


def test_words_that_ask_nothing_are_all_taken_as_the_question() -> None:
    assert asking_of("robot registration fee") == "robot registration fee"
    assert scenario_of("robot registration fee") == ""
