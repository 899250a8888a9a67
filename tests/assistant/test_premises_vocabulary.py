from __future__ import annotations

from assistant.premises_vocabulary import Vocabulary, terms_in
from corpus.catalog import Corpus

OURS = "Must the owner of a household robot register the robot?"
OTHERS = "Must a Fund Manager tell the Regulator of Qualifying Investor redemptions?"


def test_terms_are_those_with_a_capital_that_the_sentence_does_not_ask_for() -> None:
    question = "Does MiCA bind a Fund Manager? Robots are ours. When did Act of Toasters end?"

    assert list(terms_in(question)) == ["MiCA", "Fund Manager", "Act of Toasters"]


def test_a_term_is_known_if_its_words_stand_together_somewhere(laws: Corpus) -> None:
    vocabulary = Vocabulary(laws)

    assert vocabulary.has_term("Household Robots")
    assert vocabulary.has_term("household robot")
    assert not vocabulary.has_term("Robot Household")
    assert not vocabulary.has_term("Fund")


def test_american_and_british_spelling_are_one(laws: Corpus) -> None:
    robot = laws.provision("robot-act#article-1")
    version = robot.versions[0]
    changed = type(version)("An authorised maker tests.", "", version.text_kind)
    provision = type(robot)(robot.id, robot.instrument_id, robot.locator, (changed,))
    corpus = Corpus(laws.instruments, {robot.id: provision})

    assert Vocabulary(corpus).has_term("authorized maker")


def test_a_question_of_other_law_is_more_foreign_than_one_of_ours(laws: Corpus) -> None:
    vocabulary = Vocabulary(laws)

    assert vocabulary.foreignness(OURS) < 0.5 < vocabulary.foreignness(OTHERS)


def test_signals_lie_between_nothing_and_everything(laws: Corpus) -> None:
    vocabulary = Vocabulary(laws)

    assert vocabulary.signals("").vector == (0.0, 0.0, 0.0, 0.0)
    assert vocabulary.signals(OTHERS).terms == 1.0
    assert vocabulary.signals("May the QZPA apply?").abbreviations == 1.0
    assert vocabulary.signals(OURS).unknown < vocabulary.signals(OTHERS).unknown <= 1.0
