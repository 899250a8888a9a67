from __future__ import annotations

import pytest

from assistant.verify_align import dropped, restates
from assistant.verify_words import tokens_of


def follows(said: str, law: str, lead: str = "") -> bool:
    return restates(tokens_of(said), tokens_of(law), tokens_of(lead))


REGISTER = "The owner of a household robot shall register the robot within 30 days."
TEST = "The maker shall test the robot and the owner shall keep the logbook."
LISTED = "Providers, importers and distributors shall keep the file (and its annexes) for 10 years."


@pytest.mark.parametrize(
    ("said", "law"),
    [
        pytest.param(REGISTER, REGISTER, id="the-words-themselves"),
        pytest.param(
            "Owners of household robots must register their robots within thirty days.",
            REGISTER,
            id="inflected-and-respelled",
        ),
        pytest.param("The maker must test the robot.", TEST, id="up-to-the-next-clause"),
        pytest.param(
            "Providers, importers and distributors must keep the file for ten years.",
            LISTED,
            id="without-what-stands-in-brackets",
        ),
        pytest.param(
            "The owner must stop the robot before it leaves the house.",
            "Before it leaves the house, the owner shall stop the robot.",
            id="a-clause-moved-to-the-end",
        ),
        pytest.param(
            "If a person says stop, the robot must stop.",
            "The robot shall stop if a person says stop.",
            id="a-clause-moved-to-the-front",
        ),
        pytest.param(
            "The owner shall keep it.",
            "For the purposes of Article 5, the owner shall keep it.",
            id="without-the-purpose-that-fronts-it",
        ),
        pytest.param(
            "A general-purpose model must be tested.",
            "A general-purpose (GPAI) model shall be tested.",
            id="without-an-abbreviation",
        ),
        pytest.param(
            "Makers must test robots.", "Every maker shall test all robots.", id="no-quantifiers"
        ),
    ],
)
def test_a_restatement_is_known(said: str, law: str) -> None:
    assert follows(said, law)


@pytest.mark.parametrize(
    ("said", "law"),
    [
        pytest.param("The owner must keep the robot.", REGISTER, id="another-verb"),
        pytest.param(
            "The robot shall register the owner of a household within 30 days.",
            REGISTER,
            id="roles-exchanged",
        ),
        pytest.param(
            "A household robot shall register the robot within 30 days.",
            REGISTER,
            id="without-its-subject",
        ),
        pytest.param(
            "The owner of a robot shall register the robot within 30 days.",
            REGISTER,
            id="without-what-narrows-a-noun",
        ),
        pytest.param(
            "The owner shall register the robot within 30 days.", REGISTER, id="a-wider-subject"
        ),
        pytest.param(
            "The owner of a household robot shall register the robot.", REGISTER, id="no-limit"
        ),
        pytest.param("The maker shall keep the logbook.", TEST, id="subject-of-another-clause"),
        pytest.param("The owner shall test the robot.", TEST, id="verb-of-another-clause"),
        pytest.param(
            "Importers shall keep the file for 10 years.", LISTED, id="one-of-several-persons"
        ),
        pytest.param(
            "Robots shall be tested by the maker.", "Robots shall test the maker.", id="voice"
        ),
        pytest.param(
            "Robots are sold.", "Robots are sold, unless they are tested.", id="no-exception"
        ),
        pytest.param(
            "The Act does not apply to robots.",
            "The Act does not apply to robots used by the army.",
            id="an-exception-widened",
        ),
        pytest.param(
            "Rent or lend the robot.",
            "The owner shall not sell the robot; rent or lend the robot.",
            id="a-prohibition-cut-off",
        ),
        pytest.param("Some owners shall register.", "Owners shall register.", id="a-word-added"),
        pytest.param("All robots stop.", "Robots stop.", id="a-quantifier-added"),
        pytest.param("Robots.", "Robots.", id="no-statement"),
    ],
)
def test_true_words_in_a_wrong_sentence_are_no_restatement(said: str, law: str) -> None:
    assert not follows(said, law)


def test_a_point_of_a_list_is_read_with_what_begins_it() -> None:
    lead = "Providers shall not:"

    assert follows("Providers must not sell robots.", "sell robots;", lead)
    assert not follows("Providers must sell robots.", "sell robots;", lead)
    assert not follows("Sell robots.", "sell robots;", lead)


def test_a_lead_that_binds_nobody_may_be_left_out() -> None:
    assert follows("A robot means a machine.", "a robot means a machine;", "In this Act:")


def test_what_limits_a_rule_is_named_when_it_is_dropped() -> None:
    law = tokens_of("A drone must not fly at night, unless the mayor has given leave before noon.")
    said = tokens_of("A drone must not fly at night.")

    assert [token.raw for token in dropped(said, law)] == ["unless", "before"]


def test_a_sentence_without_end_is_no_restatement_and_no_crash() -> None:
    endless = "the robot stops and " * 500

    assert not follows(endless, endless)
