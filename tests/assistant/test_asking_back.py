from __future__ import annotations

import pytest

from assistant.asking_back import AskingBack
from assistant.premises_fault import Fault
from assistant.protocols import Evidence
from assistant.testing import TODAY, make_hit
from assistant.types import AbstainReason
from assistant.understanding import Understood
from corpus.catalog import Corpus
from corpus.locators import parse
from corpus.types import InstrumentId, Provision, TextKind, Version, provision_id


@pytest.fixture(scope="module")
def shared(laws: Corpus) -> Corpus:
    """The invented laws, two of which have an Article 1."""
    place = parse("Article 1")
    identifier = provision_id("chip-code", place)
    version = Version("Chips are small.", "", TextKind.DIGEST)
    more = Provision(identifier, InstrumentId("chip-code"), place, (version,))
    kinds = dict(laws.instruments)
    return Corpus(kinds, {**laws.provisions, identifier: more})


def ask(
    question: str,
    corpus: Corpus,
    *best: str,
    history: tuple[str, ...] = (),
    named: tuple[str, ...] = (),
) -> Fault | None:
    asked = Understood(question, rewritten=False, as_of=None, is_comparison=False)
    hits = tuple(make_hit(corpus, identifier) for identifier in best)
    return AskingBack(corpus).fault(Evidence(asked, TODAY, hits, named), history)


@pytest.mark.parametrize("question", ["What does Article 1 say?", "what does art. 1 say?"])
def test_a_place_that_several_texts_have_is_asked_back(question: str, shared: Corpus) -> None:
    fault = ask(question, shared)

    assert fault is not None
    assert fault.reason is AbstainReason.AMBIGUOUS
    assert fault.words == "Several texts here have an Article 1. Which one?"
    assert [choice.casefold() for choice in fault.choices] == [
        "what does article 1 of the robot act say?",
        "what does article 1 of the chip code say?",
    ]


def test_every_choice_is_a_question_that_is_not_asked_back_again(shared: Corpus) -> None:
    fault = ask("What does Article 1 say?", shared)

    assert fault is not None
    for choice, named in zip(fault.choices, ("robot-act", "chip-code"), strict=True):
        assert ask(choice, shared, named=(named,)) is None


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("What does Article 2 say?", id="one-text-has-it"),
        pytest.param("What does Article 1 say about how fast robots stop?", id="words-tell"),
        pytest.param("How fast must a robot stop?", id="no-place"),
        pytest.param("deployer?", id="one-word"),
        pytest.param("Does the rule on night flights apply?", id="the-rule-on"),
    ],
)
def test_a_question_that_is_clear_is_not_asked_back(question: str, shared: Corpus) -> None:
    assert ask(question, shared) is None


def test_nothing_is_asked_back_in_a_conversation_or_about_a_text_named(shared: Corpus) -> None:
    question = "What does Article 1 say?"

    assert ask(question, shared, history=("What is the Robot Act?",)) is None
    assert ask(question, shared, named=("robot-act",)) is None


def test_a_kind_of_text_that_several_are_is_asked_back_the_nearest_first(shared: Corpus) -> None:
    fault = ask("Is the act still in force?", shared, "chip-code#s-740.27_a")

    assert fault is not None
    assert fault.choices[0] == "Is the Chip Code still in force?"
    assert 2 <= len(fault.choices) <= 4


def test_a_kind_of_text_that_one_is_is_clear(shared: Corpus) -> None:
    assert ask("Is the rule still in force?", shared) is None
