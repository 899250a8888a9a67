from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.premises_fault import Fault
from assistant.premises_wrong_text import WrongText
from assistant.protocols import Evidence
from assistant.testing import TODAY, make_hit
from assistant.types import AbstainReason
from assistant.understanding import Understood
from corpus.catalog import Corpus
from corpus.locators import parse
from corpus.types import InstrumentId, Provision, TextKind, Version, provision_id

QUESTION = "For how many crowns must an owner insure under the Drone Order?"
BEST = ("robot-act#article-3", "robot-act#article-2", "robot-act#article-4")


@pytest.fixture(scope="module")
def wide(laws: Corpus) -> Corpus:
    """The invented laws with enough other provisions for a rare word to be rare."""
    provisions = dict(laws.provisions)
    for number in range(10, 90):
        place = parse(f"Article {number}")
        identifier = provision_id("robot-act", place)
        version = Version(f"A robot rests on day {number}.", "Rest", TextKind.DIGEST)
        provisions[identifier] = Provision(identifier, InstrumentId("robot-act"), place, (version,))
    return Corpus(laws.instruments, provisions)


def ask(
    question: str, corpus: Corpus, *best: str, named: str = "drone-order", compares: bool = False
) -> Fault | None:
    asked = Understood(question, rewritten=False, as_of=None, is_comparison=compares)
    hits = tuple(make_hit(corpus, identifier) for identifier in best)
    return WrongText(corpus).fault(Evidence(asked, TODAY, hits, (named,)))


def test_a_question_that_another_text_answers_is_declined_with_its_place(wide: Corpus) -> None:
    fault = ask(QUESTION, wide, *BEST)

    assert fault is not None
    assert fault.reason is AbstainReason.FALSE_PREMISE
    assert fault.words == (
        "Nothing found in the Drone Order answers that. "
        "The Robot Act, Article 3, is on “Insurance”."
    )
    assert fault.choices == ("What does Article 3 of the Robot Act say?",)


def test_a_hit_of_the_text_named_among_the_best_keeps_the_question(wide: Corpus) -> None:
    assert ask(QUESTION, wide, BEST[0], "drone-order#section-2", *BEST[1:]) is None


def test_words_that_the_text_named_has_as_well_tell_nothing(wide: Corpus) -> None:
    assert ask("May a drone fly at night under the Drone Order?", wide, *BEST) is None


def test_a_comparison_is_left_alone(wide: Corpus) -> None:
    assert ask(QUESTION, wide, *BEST, compares=True) is None


def test_a_dossier_may_speak_for_any_text(wide: Corpus) -> None:
    kinds = {
        key: replace(one, text_kind=TextKind.DOSSIER) if key == "robot-act" else one
        for key, one in wide.instruments.items()
    }

    assert ask(QUESTION, Corpus(kinds, wide.provisions), *BEST) is None


def test_a_term_of_art_of_another_text_is_told_in_a_short_question(wide: Corpus) -> None:
    provisions = dict(wide.provisions)
    for number in (90, 91):
        place = parse(f"Article {number}")
        identifier = provision_id("robot-act", place)
        version = Version(
            "A stop officer keeps watch.", "", TextKind.DIGEST, terms=("stop officer",)
        )
        provisions[identifier] = Provision(identifier, InstrumentId("robot-act"), place, (version,))
    corpus = Corpus(wide.instruments, provisions)

    fault = ask("Who is the stop officer of the Drone Order?", corpus, "drone-order#section-2")

    assert fault is not None
    assert "does not speak of “stop officer”" in fault.words
