from __future__ import annotations

from datetime import date

import pytest

from assistant.premises_fault import Fault
from assistant.premises_force import Force
from assistant.protocols import Evidence
from assistant.testing import TODAY
from assistant.types import AbstainReason
from assistant.understanding import Understood
from corpus.catalog import Corpus
from corpus.locators import parse
from corpus.types import InstrumentId, Provision, TextKind, Version, provision_id
from index.expand import Expander


def with_text(corpus: Corpus, owner: str, label: str, text: str) -> Corpus:
    place = parse(label)
    identifier = provision_id(owner, place)
    version = Version(text, "", TextKind.DIGEST)
    more = Provision(identifier, InstrumentId(owner), place, (version,))
    return Corpus(corpus.instruments, {**corpus.provisions, identifier: more})


def ask(question: str, corpus: Corpus, day: date = TODAY) -> Fault | None:
    asked = Understood(question, rewritten=False, as_of=None, is_comparison=False)
    named = Expander(corpus).instruments_in(question)
    return Force(corpus).fault(Evidence(asked, day, (), named))


FINE = "Which fine does the Toaster Code set for crumbs on the floor?"


def test_a_fine_of_a_voluntary_text_is_refuted_with_the_words_that_say_so(laws: Corpus) -> None:
    text = "Toasters get hot. The Toaster Code is voluntary."
    corpus = with_text(laws, "toaster-code", "para. 2", text)

    fault = ask(FINE, corpus)

    assert fault is not None
    assert fault.answers
    assert fault.words == (
        "No: the Toaster Code is a political text, not binding law; "
        "no fine or other penalty is set there."
    )
    start, end = fault.spans[0]
    assert text[start:end] == "The Toaster Code is voluntary."


def test_without_words_that_say_so_the_question_is_declined(laws: Corpus) -> None:
    fault = ask(FINE, laws)

    assert fault is not None
    assert not fault.answers
    assert fault.reason is AbstainReason.FALSE_PREMISE


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Which fine does the Robot Act set?", id="binding"),
        pytest.param("What does the Toaster Code ask for?", id="no-penalty-asked"),
        pytest.param("How does the Toaster Code see fine-tuning?", id="another-fine"),
    ],
)
def test_penalties_of_law_and_other_questions_are_left_alone(question: str, laws: Corpus) -> None:
    assert ask(question, laws) is None


def test_a_soft_text_that_speaks_of_penalties_is_left_alone(laws: Corpus) -> None:
    corpus = with_text(laws, "toaster-code", "para. 2", "States may set penalties for crumbs.")

    assert ask(FINE, corpus) is None


def test_a_sum_is_refuted_only_where_the_text_says_that_there_is_none(laws: Corpus) -> None:
    question = "How much money does the Toaster Code promise to bakers?"
    denied = with_text(laws, "toaster-code", "para. 2", "Nothing here commits anybody to spend.")

    assert ask(question, laws) is None
    assert ask(question, denied) is not None


STATUS = "The Robot Act has not been repealed."


def test_a_text_said_to_have_ended_that_has_not_is_told_with_its_status(laws: Corpus) -> None:
    corpus = with_text(laws, "robot-act", "Heading: Status", STATUS)

    fault = ask("Now that the Robot Act has been repealed, what took its place?", corpus)

    assert fault is not None
    assert fault.words == (
        "No: the Robot Act had not been revoked or repealed on 23 November 2026."
    )
    assert fault.citations_from[0].passage.text == STATUS


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("Since the Drone Order was revoked, may drones fly at night?", TODAY),
        ("Since the Robot Act entered into force, who registers?", TODAY),
        ("Is the Robot Act repealed?", TODAY),
        ("Since the old Drone Rule was revoked, what does the Robot Act add?", TODAY),
    ],
)
def test_a_status_that_is_so_or_is_asked_or_is_of_another_text_is_no_fault(
    question: str, day: date, laws: Corpus
) -> None:
    assert ask(question, laws, day) is None


def test_a_proposal_said_to_be_law_is_said_to_be_a_proposal(laws: Corpus) -> None:
    fault = ask("Since the Cloud Bill became law, who may close a data centre?", laws)

    assert fault is not None
    assert "The Cloud Bill was not law on 23 November 2026, but a proposal." in fault.words
