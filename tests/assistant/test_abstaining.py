from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from assistant.abstaining import decline, nearest, not_there
from assistant.protocols import Evidence
from assistant.testing import TODAY
from assistant.types import AbstainReason, AnswerStatus, Question
from assistant.understanding import understand
from corpus.catalog import Corpus
from corpus.types import TextKind
from index.types import Hit

MakeHit = Callable[..., Hit]
QUESTION = Question("Who feeds the giraffe?")


def evidence(*hits: Hit) -> Evidence:
    return Evidence(understand(QUESTION.text), TODAY, hits)


def test_what_the_corpus_lacks_is_declined_as_not_in_it(laws: Corpus, hit: MakeHit) -> None:
    answer = decline(QUESTION, evidence(hit("robot-act#article-1")), laws)

    assert answer.status is AnswerStatus.ABSTAINED
    assert answer.reason is AbstainReason.NOT_IN_CORPUS
    assert (answer.citations, answer.claims) == ((), ())


def test_near_misses_are_named_and_said_not_to_be_used(laws: Corpus, hit: MakeHit) -> None:
    hits = (hit("robot-act#article-1"), hit("cloud-bill#heading-What-is-proposed"))

    answer = decline(QUESTION, evidence(*hits), laws)

    assert answer.near_misses == hits
    assert "Looked at, not used:" in answer.text
    assert "- Robot Act, Article 1: Stopping" in answer.text
    assert "- Cloud Bill, What is proposed" in answer.text


def test_an_abstention_quotes_nothing(laws: Corpus, hit: MakeHit) -> None:
    near = hit("robot-act#article-1")

    answer = decline(QUESTION, evidence(near), laws)

    assert near.passage.text.split(".")[0] not in answer.text


def test_at_most_three_near_misses_are_named(hit: MakeHit) -> None:
    hits = tuple(hit(f"robot-act#article-{n}") for n in (1, 2, 3, 4))

    assert nearest(hits) == hits[:3]


def test_no_wording_on_that_day_is_declined_as_not_in_force(laws: Corpus) -> None:
    answer = decline(QUESTION, evidence(), laws)

    assert answer.reason is AbstainReason.NOT_IN_FORCE
    assert "Looked at" not in answer.text


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(Question("q?", instruments=frozenset({"robot-act"})), id="instrument"),
        pytest.param(Question("q?", jurisdictions=frozenset({"US"})), id="jurisdiction"),
        pytest.param(Question("q?", text_kinds=frozenset({TextKind.OFFICIAL})), id="text-kind"),
    ],
)
def test_a_scope_that_leaves_nothing_is_declined_as_out_of_scope(
    question: Question, laws: Corpus
) -> None:
    assert decline(question, evidence(), laws).reason is AbstainReason.OUT_OF_SCOPE


def asked(*named: str, day: date) -> Evidence:
    return replace(evidence(), as_of=day, named_instruments=named)


def test_a_text_that_was_not_there_yet_is_said_to_come_and_when(laws: Corpus, hit: MakeHit) -> None:
    found = replace(asked("cloud-bill", day=date(2026, 2, 1)), hits=(hit("robot-act#article-1"),))

    answer = decline(QUESTION, found, laws)

    assert answer.reason is AbstainReason.NOT_IN_FORCE
    assert answer.text.startswith(
        "Cloud Bill was not there yet on 1 February 2026. 1 March 2026: Reported by a newspaper."
    )


@pytest.mark.parametrize(
    ("named", "day", "missing"),
    [
        pytest.param(("cloud-bill",), date(2026, 2, 28), ["cloud-bill"], id="the-day-before"),
        pytest.param(("cloud-bill",), date(2026, 3, 1), [], id="its-first-day"),
        pytest.param(("cloud-bill", "robot-act"), date(2026, 2, 28), [], id="another-is-there"),
        pytest.param(("chip-code",), date(1900, 1, 1), [], id="no-timeline"),
        pytest.param((), date(1900, 1, 1), [], id="none-named"),
    ],
)
def test_only_where_no_named_text_is_there_is_one_missed(
    named: tuple[str, ...], day: date, missing: list[str], laws: Corpus
) -> None:
    found = not_there(asked(*named, day=day), laws)

    assert [instrument.id for instrument in found] == missing
