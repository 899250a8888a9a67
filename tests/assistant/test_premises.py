from __future__ import annotations

import time

import pytest

from assistant.premises import Fault, FaultFinder, find_fault
from assistant.premises_fault import as_hit
from assistant.protocols import Evidence
from assistant.testing import TODAY, make_hit
from assistant.types import AbstainReason
from assistant.understanding import Understood
from corpus.catalog import Corpus
from index.expand import Expander


def evidence(question: str, corpus: Corpus, *best: str) -> Evidence:
    asked = Understood(question, rewritten=False, as_of=None, is_comparison=False)
    hits = tuple(make_hit(corpus, identifier) for identifier in best)
    return Evidence(asked, TODAY, hits, Expander(corpus).instruments_in(question))


def test_the_usual_question_has_no_fault(laws: Corpus) -> None:
    question = "Within how many days must the owner of a robot register it?"

    assert find_fault(evidence(question, laws, "robot-act#article-2"), laws) is None


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("What does Article 40 of the Robot Act say?", AbstainReason.FALSE_PREMISE),
        ("Does the QZPA apply to robots?", AbstainReason.NOT_IN_CORPUS),
        ("Which fine does the Toaster Code set?", AbstainReason.FALSE_PREMISE),
        ("Which firms have been fined so far?", AbstainReason.NOT_IN_CORPUS),
    ],
)
def test_each_kind_of_fault_is_found(question: str, reason: AbstainReason, laws: Corpus) -> None:
    fault = find_fault(evidence(question, laws, "robot-act#article-1"), laws)

    assert fault is not None
    assert fault.reason is reason


def test_a_place_that_is_not_there_is_told_before_a_fact_that_is_not_held(laws: Corpus) -> None:
    question = "Which firms have been fined under Article 40 of the Robot Act so far?"

    fault = FaultFinder(laws).find(evidence(question, laws, "robot-act#article-1"))

    assert fault is not None
    assert "there is no Article 40" in fault.words


def test_history_keeps_a_question_from_being_asked_back(laws: Corpus) -> None:
    finder = FaultFinder(laws)
    asked = evidence("Is the act still in force?", laws)

    assert finder.find(asked) is not None
    assert finder.find(asked, ("What is a robot?",)) is None


def test_an_answer_has_a_source_and_each_source_its_span(laws: Corpus) -> None:
    hit = as_hit(laws.provision("robot-act#article-1"), TODAY)

    with pytest.raises(ValueError, match="needs a source"):
        Fault(AbstainReason.FALSE_PREMISE, "No.", answers=True)
    with pytest.raises(ValueError, match="a span for each"):
        Fault(AbstainReason.FALSE_PREMISE, "No.", (hit,), spans=((0, 1), (1, 2)))


def test_a_provision_as_a_hit_has_the_wording_of_the_day(laws: Corpus) -> None:
    hit = as_hit(laws.provision("robot-act#article-2"), TODAY)

    assert "within 30 days" in hit.passage.text
    assert hit.passage.version == 1


def test_what_is_collected_beforehand_changes_no_finding(laws: Corpus) -> None:
    finder = FaultFinder(laws)
    asked = evidence("What does Article 40 of the Robot Act say?", laws)

    finder.prepare()

    assert finder.find(asked) == find_fault(asked, laws)


@pytest.mark.parametrize("word", ["how many a ", "A", "AAA ", "which firms ", "is Poland on "])
def test_hostile_input_is_read_in_no_time(word: str, laws: Corpus) -> None:
    asked = evidence((word * 4_000)[:4_000], laws, "robot-act#article-1")
    finder = FaultFinder(laws)
    finder.prepare()
    started = time.perf_counter()

    finder.find(asked)

    assert time.perf_counter() - started < 1
