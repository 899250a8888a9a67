from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from assistant.answering import Assistant
from assistant.record_setup import setup_of
from assistant.records import Record, id_of, record_of
from assistant.replaying import replay
from assistant.testing import FixedRetriever, make_assistant, make_hit
from assistant.types import Question
from corpus.catalog import Corpus
from corpus.types import TextKind
from index.types import Hit

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DIGEST = Question("When shall a household robot stop?")


@pytest.fixture
def assistant(laws: Corpus, hit: Callable[..., Hit]) -> Assistant:
    return make_assistant(laws, FixedRetriever([hit("robot-act#article-1")]))


def recorded(assistant: Assistant, question: Question = DIGEST) -> Record:
    setup = setup_of(assistant)
    answer = assistant.answer(question)
    named = replace(answer, record_id=id_of(answer, setup))
    return record_of(named, setup, assistant.corpus, assistant.today(), AT)


def test_the_same_state_gives_the_same_answer_with_the_same_id(assistant: Assistant) -> None:
    record = recorded(assistant)

    answer, changes = replay(record, assistant, setup_of(assistant))

    assert changes == ()
    assert answer.record_id == record.id


def test_a_later_day_does_not_change_what_today_was(assistant: Assistant) -> None:
    record = recorded(assistant)
    later = replace(assistant, today=lambda: date(2031, 5, 5))

    answer, changes = replay(record, later, setup_of(later))

    assert changes == ()
    assert answer.as_of == record.as_of


def test_history_day_and_scope_are_those_of_the_record(
    laws: Corpus, hit: Callable[..., Hit]
) -> None:
    question = Question(
        "And when shall it stop?",
        ("What is a household robot?",),
        date(2025, 3, 1),
        frozenset({"robot-act"}),
        frozenset({"EU"}),
        frozenset({TextKind.DIGEST}),
    )
    retriever = FixedRetriever([hit("robot-act#article-1")])
    assistant = make_assistant(laws, retriever)
    record = recorded(assistant, question)
    asked = list(retriever.asked)
    retriever.asked.clear()

    answer, changes = replay(record, assistant, setup_of(assistant))

    assert changes == ()
    assert answer.question == replace(question, text=answer.question.text)
    assert retriever.asked == asked


def test_a_changed_digest_is_told_with_the_sentences_lost_and_new(
    assistant: Assistant, laws: Corpus
) -> None:
    record = recorded(assistant)
    provision = laws.provision("robot-act#article-1")
    old = provision.versions[0]
    text = old.text.replace("2 seconds", "3 seconds")
    changed = replace(provision, versions=(replace(old, text=text),))
    corpus = replace(laws, provisions={**laws.provisions, provision.id: changed})
    now = make_assistant(corpus, FixedRetriever([make_hit(corpus, provision.id)]))

    answer, changes = replay(record, now, setup_of(now))

    kinds = [change.what for change in changes]
    assert "3 seconds" in answer.text
    assert kinds[0] == "corpus"
    lost = [c.was for c in changes if c.what == "sentence" and c.now is None]
    new = [c.now for c in changes if c.what == "sentence" and c.was is None]
    assert any("2 seconds" in str(text) for text in lost)
    assert any("3 seconds" in str(text) for text in new)
    assert {"citation", "sentence"} <= set(kinds)


def test_a_higher_threshold_is_told_with_the_answer_it_cost(
    laws: Corpus, hit: Callable[..., Hit]
) -> None:
    retriever = FixedRetriever([hit("robot-act#article-1")])
    record = recorded(make_assistant(laws, retriever, confidence=0.6))
    strict = make_assistant(laws, retriever, confidence=0.6, threshold=0.9)

    answer, changes = replay(record, strict, setup_of(strict))

    told = {change.what: (change.where, change.was, change.now) for change in changes}
    assert told["setting"] == ("threshold", "0.4", "0.9")
    assert told["status"] == ("", "answered", "abstained")
    assert answer.citations == ()
