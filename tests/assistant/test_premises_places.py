from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.premises_fault import Fault
from assistant.premises_places import Places
from assistant.protocols import Evidence
from assistant.testing import TODAY
from assistant.types import AbstainReason
from assistant.understanding import Understood
from corpus.catalog import Corpus
from corpus.locators import parse
from corpus.types import (
    InstrumentId,
    Provision,
    ProvisionId,
    TextKind,
    Version,
    provision_id,
)
from index.expand import Expander


def with_places(corpus: Corpus, owner: str, *locators: str) -> Corpus:
    """The corpus with more places of one of its instruments."""
    more: dict[ProvisionId, Provision] = {}
    for place in map(parse, locators):
        version = Version("A robot shall rest.", "Rest", TextKind.DIGEST)
        identifier = provision_id(owner, place)
        more[identifier] = Provision(identifier, InstrumentId(owner), place, (version,))
    return Corpus(corpus.instruments, {**corpus.provisions, **more})


def fault_of(question: str, corpus: Corpus) -> Fault | None:
    expander = Expander(corpus)
    named = expander.instruments_in(question)
    asked = Understood(question, rewritten=False, as_of=None, is_comparison=False)
    return Places(corpus, expander).fault(Evidence(asked, TODAY, (), named))


@pytest.mark.parametrize(
    "question",
    [
        "What does Article 5 of the Robot Act say?",
        "Since Art. 12 of the Robot Act lets children drive, who insures them?",
        "Robot Act Article 9(2)",
    ],
)
def test_a_number_after_the_last_of_a_text_held_without_gaps_is_no_place(
    question: str, laws: Corpus
) -> None:
    fault = fault_of(question, laws)

    assert fault is not None
    assert fault.reason is AbstainReason.FALSE_PREMISE
    assert "The Robot Act ends with Article 4" in fault.words
    assert not fault.answers


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("What does Article 4 of the Robot Act say?", id="the-last"),
        pytest.param("What does Article 4(2) of the Robot Act say?", id="below-a-place"),
        pytest.param("Recital 7 of the Robot Act", id="recital"),
        pytest.param("How fast must a robot stop?", id="no-place-named"),
        pytest.param("Section 2 of the Drone Order", id="section"),
    ],
)
def test_a_place_that_is_there_is_no_fault(question: str, laws: Corpus) -> None:
    assert fault_of(question, laws) is None


def test_a_recital_of_the_same_number_is_offered_and_not_taken_for_the_article(
    laws: Corpus,
) -> None:
    fault = fault_of("What does Article 7 of the Robot Act say?", laws)

    assert fault is not None
    assert fault.choices == ("What does Recital 7 of the Robot Act say?",)


def test_a_place_of_another_text_than_the_one_named_is_said_to_be_there(laws: Corpus) -> None:
    corpus = with_places(laws, "drone-order", "Section 1", "Section 3")

    fault = fault_of("What does Article 3 of the Drone Order say?", corpus)

    assert fault is None  # who says Article for Section is forgiven
    fault = fault_of("What does Article 4 of the Drone Order say?", corpus)
    assert fault is not None
    assert "The Drone Order has no Articles; it has Sections 1 to 3." in fault.words
    assert "Article 4 is a place of the Robot Act." in fault.words


def test_a_place_of_a_text_held_in_part_is_said_to_be_not_held(laws: Corpus) -> None:
    corpus = with_places(laws, "robot-act", "Article 9")

    fault = fault_of("What does Article 6 of the Robot Act say?", corpus)

    assert fault is not None
    assert fault.reason is AbstainReason.NOT_IN_CORPUS
    assert "is not held here" in fault.words


@pytest.mark.parametrize(
    "question",
    ["What does § 740.99 of the Chip Code say?", "Summarise 15 CFR 740.99."],
)
def test_a_section_of_a_part_that_is_held_is_said_to_be_not_held(
    question: str, laws: Corpus
) -> None:
    fault = fault_of(question, laws)

    assert fault is not None
    assert fault.reason is AbstainReason.NOT_IN_CORPUS
    assert "§ 740.99 of the Chip Code" in fault.words


def test_a_longer_question_about_a_text_held_in_part_is_left_to_retrieval(laws: Corpus) -> None:
    question = "How heavy may chips be that a permit under § 740.99 covers for export to islands?"

    assert fault_of(question, laws) is None


def test_a_place_of_a_law_that_is_not_ours_is_not_looked_up(laws: Corpus) -> None:
    assert fault_of("What does Article 12 of MiCA say?", laws) is None


@pytest.mark.parametrize(("paragraph", "is_there"), [(2, True), (3, False)])
def test_paragraphs_are_counted_where_every_provision_is_held(
    paragraph: int, is_there: bool, laws: Corpus
) -> None:
    owner = InstrumentId("robot-act")
    complete = {**laws.instruments, owner: replace(laws.instruments[owner], complete=True)}
    places = ("Article 5(1)", "Article 5(2)")
    corpus = with_places(Corpus(complete, laws.provisions), "robot-act", *places)

    fault = fault_of(f"What does Article 5({paragraph}) of the Robot Act say?", corpus)

    assert (fault is None) is is_there
    assert fault is None or "has 2 paragraphs" in fault.words


def test_the_places_of_a_document_of_the_users_own_are_not_judged(laws: Corpus) -> None:
    owner = InstrumentId("robot-act")
    own = {**laws.instruments, owner: replace(laws.instruments[owner], text_kind=TextKind.UPLOAD)}

    assert fault_of("Article 9 of the Robot Act", Corpus(own, laws.provisions)) is None
