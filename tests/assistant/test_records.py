from __future__ import annotations

from collections.abc import Callable
from dataclasses import make_dataclass, replace
from datetime import UTC, date, datetime

import pytest

from assistant.records import Record, Setup, id_of, record_of, sha256_of
from assistant.testing import TODAY, FixedRetriever, make_assistant
from assistant.types import Answer, Claim, Question
from corpus.catalog import Corpus
from corpus.types import TextKind
from index.types import Hit

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SETUP = Setup("corpus", "index", "model", "weights", "program", (("threshold", "0.4"),))
STOP = Question("When shall a household robot stop?")


@pytest.fixture
def answer(laws: Corpus, hit: Callable[..., Hit]) -> Callable[..., Answer]:
    """Answers a question from one provision."""

    def make(question: Question = STOP, cited: str = "robot-act#article-1") -> Answer:
        return make_assistant(laws, FixedRetriever([hit(cited)])).answer(question)

    return make


@pytest.fixture
def record(laws: Corpus, answer: Callable[..., Answer]) -> Callable[..., Record]:
    """Records the answer to a question, asked today."""

    def make(question: Question = STOP, cited: str = "robot-act#article-1") -> Record:
        return record_of(answer(question, cited), SETUP, laws, TODAY, AT)

    return make


def test_the_same_question_from_the_same_state_has_the_same_id(
    answer: Callable[..., Answer],
) -> None:
    assert id_of(answer(), SETUP) == id_of(answer(), SETUP)
    assert len(id_of(answer(), SETUP)) == 16


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(Question("Shall a household robot stop?"), id="text"),
        pytest.param(replace(STOP, history=("What is a robot?",)), id="history"),
        pytest.param(replace(STOP, as_of=date(2025, 1, 1)), id="day"),
        pytest.param(replace(STOP, as_of=TODAY), id="today-asked-for"),
        pytest.param(replace(STOP, instruments=frozenset({"robot-act"})), id="instrument"),
        pytest.param(replace(STOP, jurisdictions=frozenset({"EU"})), id="jurisdiction"),
        pytest.param(replace(STOP, text_kinds=frozenset({TextKind.DIGEST})), id="kind"),
    ],
)
def test_another_question_or_scope_has_another_id(
    question: Question, answer: Callable[..., Answer]
) -> None:
    assert id_of(answer(question), SETUP) != id_of(answer(), SETUP)


def test_another_setup_has_another_id(answer: Callable[..., Answer]) -> None:
    other = replace(SETUP, settings=(("threshold", "0.5"),))

    assert id_of(answer(), other) != id_of(answer(), SETUP)


def test_another_answer_has_another_id(answer: Callable[..., Answer]) -> None:
    said = answer()

    assert id_of(replace(said, text=said.text + "."), SETUP) != id_of(said, SETUP)
    assert id_of(replace(said, model="a:model"), SETUP) != id_of(said, SETUP)


def test_the_time_an_answer_took_does_not_name_it(answer: Callable[..., Answer]) -> None:
    said = answer()

    assert id_of(replace(said, timings_ms=(("total", 1e6),)), SETUP) == id_of(said, SETUP)


def test_the_order_of_a_scope_does_not_name_an_answer(answer: Callable[..., Answer]) -> None:
    two = {"robot-act", "chip-code"}
    scoped = answer(replace(STOP, instruments=frozenset(two)))

    assert id_of(scoped, SETUP) == id_of(
        replace(scoped, question=replace(STOP, instruments=frozenset(sorted(two)))), SETUP
    )


def test_a_record_holds_question_answer_and_what_it_was_made_with(
    record: Callable[..., Record],
) -> None:
    question = replace(STOP, history=("What is a robot?",), jurisdictions=frozenset({"EU"}))

    kept = record(question)

    assert (kept.asked.text, kept.asked.history) == (STOP.text, ("What is a robot?",))
    assert (kept.asked.as_of, kept.asked.on, kept.as_of) == (None, TODAY, TODAY)
    assert kept.asked.jurisdictions == ("EU",)
    assert (kept.status, kept.reason, kept.engine) == ("answered", None, "extractive")
    assert (kept.asked_at, kept.last_at, kept.times) == (AT, AT, 1)
    assert kept.setup == SETUP
    assert "2 seconds" in kept.text
    assert [seen.passage_id for seen in kept.looked_at] == ["robot-act#article-1@0:0"]
    assert dict(kept.timings_ms).keys() == {"retrieve", "answer", "total"}


def test_a_citation_holds_its_place_and_the_hash_of_the_whole_wording(
    record: Callable[..., Record], laws: Corpus
) -> None:
    text = laws.provision("robot-act#article-1").versions[0].text

    cited = record().citations[0]

    assert (cited.n, cited.label, cited.version) == (1, "Robot Act, Article 1", 0)
    assert text[cited.quote_start : cited.quote_end] == cited.quote
    assert cited.text_sha256 == sha256_of(text)
    assert (cited.status, cited.status_when_asked, cited.of_day) == ("in_force", "in_force", True)


def test_a_past_day_has_its_own_status_beside_that_of_the_day_of_asking(
    record: Callable[..., Record],
) -> None:
    question = Question("May a drone fly at night?", as_of=date(2024, 6, 1))

    cited = record(question, "drone-order#section-2").citations[0]

    assert (cited.status, cited.status_when_asked) == ("in_force", "revoked")


def test_a_wording_that_was_not_that_of_the_day_is_marked(
    laws: Corpus, answer: Callable[..., Answer]
) -> None:
    said = answer(Question("When to register a robot?"), "robot-act#article-2")
    text = laws.provision("robot-act#article-2").versions[0].text
    old = tuple(replace(c, version=0, quote=text, quote_end=len(text)) for c in said.citations)

    kept = record_of(replace(said, citations=old), SETUP, laws, TODAY, AT)

    assert [cited.of_day for cited in kept.citations] == [False]


def test_an_abstention_is_recorded_with_its_reason(laws: Corpus, hit: Callable[..., Hit]) -> None:
    retriever = FixedRetriever([hit("robot-act#article-1")])
    declined = make_assistant(laws, retriever, confidence=0.1).answer(STOP)

    kept = record_of(declined, SETUP, laws, TODAY, AT)

    assert (kept.status, kept.reason, kept.citations) == ("abstained", "not_in_corpus", ())
    assert [seen.provision_id for seen in kept.looked_at] == ["robot-act#article-1"]


def test_a_claim_is_recorded_with_its_check(record: Callable[..., Record]) -> None:
    quoted = [claim for claim in record().claims if claim.support == "verbatim"]

    assert quoted[0].score == 1.0
    assert quoted[0].citations == (1,)


def test_what_else_a_claim_says_of_its_checks_is_kept(
    laws: Corpus, answer: Callable[..., Answer]
) -> None:
    checked = make_dataclass(
        "Checked", [("checks", tuple[str, ...], ())], bases=(Claim,), frozen=True
    )
    said = replace(answer(), claims=(checked("Robots stop.", (1,), "checked", 0.9, ("numbers",)),))

    kept = record_of(said, SETUP, laws, TODAY, AT)

    assert kept.claims[0].checks == {"checks": ("numbers",)}


def test_bytes_that_are_no_text_in_a_scope_do_not_spoil_a_record(
    record: Callable[..., Record],
) -> None:
    kept = record(replace(STOP, jurisdictions=frozenset({"\udcff"})))

    assert kept.asked.jurisdictions == ("?",)
