from __future__ import annotations

import pytest

from assistant.premises_fact_kinds import FactKind, kind_of_fact, somebody_in


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Which firms have been fined under the Robot Act so far?", FactKind.NAMES),
        ("Which states lost money because of their robot laws?", FactKind.NAMES),
        ("Which standards has the robot institute of Elm published so far?", FactKind.NAMES),
        ("How many robots are registered today?", FactKind.COUNT),
        ("How many owners have been fined?", FactKind.COUNT),
        ("How many permits did Commerce grant to bakers?", FactKind.COUNT),
        ("What did Acme reply to the mayor's letter?", FactKind.STATEMENT),
        ("What did the Supreme Court say about toasters?", FactKind.RULING),
        ("By how many votes did the council pass the Robot Act?", FactKind.VOTE),
        ("Who is the Under Secretary for toasters?", FactKind.OFFICE),
        ("What is the average time for a permit?", FactKind.AVERAGE),
        ("How much did Acme pay for its robots?", FactKind.MONEY),
        ("Who will win the next election?", FactKind.FUTURE),
        ("Which stocks should I buy?", FactKind.ADVICE),
        ("What is the home address of the mayor?", FactKind.PRIVATE),
        ("What does the Code of Practice for toasters say on crumbs?", FactKind.DOCUMENT),
        ("How often has the exemption been used?", FactKind.LIKELY),
        ("Did Acme register its robots in time?", FactKind.EVENT),
        ("What minimum score must a robot reach?", FactKind.THRESHOLD),
    ],
)
def test_a_fact_beside_the_rules_is_told_by_how_it_is_asked(question: str, kind: FactKind) -> None:
    assert kind_of_fact(question) is kind


@pytest.mark.parametrize(
    "question",
    [
        "How many days do we have to register a robot?",
        "How many owners must have registered before the Act applies?",
        "Which authorities have to be told?",
        "Which companies must register?",
        "Which firms need a permit?",
        "Which countries are on the list?",
        "What did the Robot Act change?",
        "Who may read the logbook?",
        "When will the rules on insurance apply?",
        "What is the fine for a robot that does not stop?",
        "How much does a copy of the logbook cost?",
        "We bought a robot last year. Must we insure it?",
        "",
    ],
)
def test_questions_about_rules_are_of_no_such_kind(question: str) -> None:
    assert kind_of_fact(question) is None


def test_the_one_whose_doing_is_asked_about_is_found_with_the_words_that_follow() -> None:
    assert somebody_in("Has Acme Robots insured them?") == (
        "Acme Robots",
        "Has Acme Robots insured them?",
    )
    assert somebody_in("Must Acme insure them?") is None
