from __future__ import annotations

import pytest

from assistant.engines.verdicts import rule_of, verdict


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        pytest.param("May a drone fly at night?", "A drone must not fly at night.", "No.",
                     id="forbidden"),
        pytest.param("May a drone fly at night?",
                     "A drone must not fly at night, unless the mayor has given leave.",
                     "No, unless the mayor has given leave.", id="exception"),
        pytest.param("May a drone fly at night?", "A drone may fly.", "Yes.", id="allowed"),
        pytest.param("Can a drone fly at night?", "If it is lit, a drone may fly at night.",
                     "Yes, on the conditions quoted.", id="condition"),
        pytest.param("Must makers keep logs?", "Makers shall keep the logs.", "Yes.", id="duty"),
        pytest.param("Must makers keep logs?", "Makers are not required to keep logs.", "No.",
                     id="no-duty"),
        pytest.param("Is it prohibited to fly?", "Flying is prohibited.", "Yes.", id="ban"),
        pytest.param("Does the Act apply to kites?", "The Act does not apply to kites.", "No.",
                     id="scope"),
    ],
)  # fmt: skip
def test_a_plain_rule_answers(question: str, sentence: str, answer: str) -> None:
    assert verdict(question, sentence) == answer


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        pytest.param("Must makers keep logs?", "Makers may keep the logs.", id="another-verb"),
        pytest.param("May a drone fly?", "A drone weighs 2 kg.", id="no-rule"),
        pytest.param("May a drone fly?", "A drone may fly; its pilot shall not drink.", id="two"),
        pytest.param("May a drone not fly?", "A drone may fly.", id="negated"),
        pytest.param("May only drones fly?", "A drone may fly.", id="only"),
        pytest.param("May kites or drones fly?", "A drone may fly.", id="alternatives"),
        pytest.param("Is a kite a drone?", "A kite shall be lit.", id="no-such-question"),
    ],
)
def test_what_is_not_plain_gets_no_answer(question: str, sentence: str) -> None:
    assert verdict(question, sentence) is None


def test_a_sentence_without_a_rule_or_with_two_has_none() -> None:
    assert rule_of("A robot is a machine.") is None
    assert rule_of("Makers may test; dealers shall register.") is None
