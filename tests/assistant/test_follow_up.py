from __future__ import annotations

import json
from importlib import resources

import pytest

from assistant.follow_up import is_follow_up, leans_on_more


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("And for open-source models?", id="and"),
        pytest.param("What about Canada?", id="what-about"),
        pytest.param("since when?", id="since-when"),
        pytest.param("how long?", id="how-long"),
        pytest.param("Within how many days?", id="how-many-days"),
        pytest.param("who decides that?", id="that"),
        pytest.param("and if it is revoked?", id="and-if"),
        pytest.param("Would a branch in Macau do?", id="unsaid-verb"),
        pytest.param("Does the same apply to importers?", id="the-same"),
        pytest.param("Does it apply to deployers?", id="it"),
        pytest.param("What is the maximum fine?", id="about-nothing"),
        pytest.param("Which is longer?", id="compared-with-nothing"),
        pytest.param("Who gets to decide whether a robot falls into that group?", id="that-noun"),
        pytest.param("How often does Congress hear about it after that first report?", id="both"),
        pytest.param("Who must be told before such a system is used?", id="such-a"),
    ],
)
def test_a_question_that_points_back_or_leaves_out_its_subject_leans(question: str) -> None:
    assert is_follow_up(question)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("What is a deployer?", id="short"),
        pytest.param("GPAI fines", id="keywords"),
        pytest.param("Is it true that the EU bans drones over towns?", id="empty-it"),
        pytest.param(
            "Where does it say that a guard must be able to halt a risky robot with a switch?",
            id="it-says",
        ),
        pytest.param("Which shop that sells robots must keep papers?", id="relative-that"),
        pytest.param("And what does Article 9 ask of hospitals that share data?", id="and-named"),
        pytest.param(
            "My bank refused my loan after a computer scored me. Must they tell me why?",
            id="they-were-named",
        ),
        pytest.param(
            "By when were ministers to set up the G7 track on robots, and where is that written?",
            id="that-within",
        ),
        pytest.param(
            "In their autumn statement, by when did the seven leaders want ministers to finish "
            "the plan for robots on roads?",
            id="their-before-its-noun",
        ),
        pytest.param("it " * 200, id="too-long"),
    ],
)
def test_a_question_that_says_what_it_is_about_stands_alone(question: str) -> None:
    assert not is_follow_up(question)


def lines(name: str) -> list[dict[str, object]]:
    text = (resources.files("evals") / "data" / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_our_own_single_questions_stand_alone_nearly_always() -> None:
    alone = [str(row["question"]) for row in lines("gold.jsonl") if not row["history"]]

    leaning = [question for question in alone if is_follow_up(question)]

    assert len(leaning) <= len(alone) * 0.02, leaning


def test_our_own_follow_ups_are_nearly_always_seen() -> None:
    rows = [row for row in lines("follow_ups.jsonl") if "change of subject" not in str(row["why"])]

    missed = [row["question"] for row in rows if not is_follow_up(str(row["question"]))]

    assert len(missed) <= len(rows) * 0.1, missed


@pytest.mark.parametrize(
    ("clause", "leans"),
    [
        pytest.param("where is it found", True, id="pronoun"),
        pytest.param("how high is the fee", True, id="no-text-named"),
        pytest.param("what does Article 5 ask", False, id="place-named"),
    ],
)
def test_a_clause_leans_on_more_unless_it_names_its_text(clause: str, leans: bool) -> None:
    assert leans_on_more(clause) is leans
