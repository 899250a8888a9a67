from __future__ import annotations

from datetime import date

import pytest

from assistant.testing import FixedRetriever, make_assistant, make_hit, small_corpus
from assistant.types import AbstainReason, AnswerStatus, Question
from corpus.catalog import Corpus
from evals.asking import KEPT, Asker, hit_lines, record

STOP, LOGBOOK = "robot-act#article-1", "robot-act#article-4"


@pytest.fixture(scope="module")
def laws() -> Corpus:
    return small_corpus()


def test_the_hits_of_an_answer_are_kept_in_rank_order(laws: Corpus) -> None:
    hits = [make_hit(laws, STOP), make_hit(laws, LOGBOOK, score=0.5)]
    asker = Asker(make_assistant(laws, FixedRetriever(hits)))

    answer, seen = asker.ask(Question("When must a robot stop?"))

    assert answer.status is AnswerStatus.ANSWERED
    assert [hit.passage.provision_id for hit in seen] == [STOP, LOGBOOK]


def test_all_hits_are_kept_where_the_assistant_declines(laws: Corpus) -> None:
    hits = [make_hit(laws, identifier) for identifier in list(laws.provisions)[:6]]
    asker = Asker(make_assistant(laws, FixedRetriever(hits), confidence=0.1))

    answer, seen = asker.ask(Question("What is the price of copper?"))

    assert answer.status is AnswerStatus.ABSTAINED
    assert seen == answer.near_misses
    assert len(seen) == 6


def test_the_confidence_is_the_assistants_own(laws: Corpus) -> None:
    assistant = make_assistant(laws, FixedRetriever([make_hit(laws, STOP)]), confidence=0.7)

    answer, _ = Asker(assistant).ask(Question("When must a robot stop?"))

    assert answer.confidence == 0.7


def test_nothing_of_an_earlier_question_is_left_when_one_fails(laws: Corpus) -> None:
    asker = Asker(make_assistant(laws, FixedRetriever([make_hit(laws, STOP)])))
    asker.ask(Question("When must a robot stop?"))

    with pytest.raises(Exception, match="question"):
        asker.ask(Question(""))
    _, seen = asker.ask(Question("When must a robot stop?"))

    assert len(seen) == 1


def test_lines_of_hits_name_each_provision_once_and_count_anew(laws: Corpus) -> None:
    hits = [
        make_hit(laws, STOP, score=0.912345),
        make_hit(laws, STOP, score=0.8),
        make_hit(laws, "robot-act#article-2", version=1, found_by=("reference",)),
    ]

    lines = hit_lines(hits)

    assert [(line.rank, line.provision_id) for line in lines] == [
        (1, STOP),
        (2, "robot-act#article-2"),
    ]
    assert (lines[0].score, lines[1].version, lines[1].found_by) == (0.9123, 1, ("reference",))


def test_no_more_than_ten_hits_are_kept(laws: Corpus) -> None:
    hits = [make_hit(laws, identifier) for identifier in laws.provisions]

    assert len(hits) > KEPT
    assert len(hit_lines(hits)) == KEPT


def test_a_record_holds_what_the_answer_says(laws: Corpus) -> None:
    question = Question("When must a robot stop?", ("Robots?",), date(2026, 3, 1), id="q")
    answer, seen = Asker(make_assistant(laws, FixedRetriever([make_hit(laws, STOP)]))).ask(question)

    found = record("date", answer, seen, {"right": 1.0}, ["a fault"])

    assert (found.id, found.kind, found.as_of) == ("q", "date", "2026-03-01")
    assert (found.question, found.history) == (question.text, ("Robots?",))
    assert {(c.instrument_id, c.locator) for c in found.citations} == {("robot-act", "Article 1")}
    assert (found.measures, found.faults) == ({"right": 1.0}, ("a fault",))
    assert found.milliseconds == dict(answer.timings_ms)["total"]


def test_a_record_of_an_abstention_says_why(laws: Corpus) -> None:
    asker = Asker(make_assistant(laws, FixedRetriever([make_hit(laws, STOP)]), confidence=0.1))
    answer, seen = asker.ask(Question("What is the price of copper?", id="q"))

    found = record("unanswerable", answer, seen, {})

    assert found.abstained
    assert found.abstain_reason == AbstainReason.NOT_IN_CORPUS
    assert found.as_of == ""
