from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from assistant.record_changes import Change, StaleCheck, differences
from assistant.record_store import Cited
from assistant.records import Record, Setup, record_of
from assistant.testing import TODAY, FixedRetriever, make_assistant
from assistant.types import Question
from corpus.catalog import Corpus
from corpus.types import Event, EventKind, InstrumentId, ProvisionId
from index.types import Hit

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SETUP = Setup("corpus", "index", "model", "weights", "program", (("threshold", "0.4"),))


@pytest.fixture
def record(laws: Corpus, hit: Callable[..., Hit]) -> Record:
    """The record of one answer."""
    assistant = make_assistant(laws, FixedRetriever([hit("robot-act#article-1")]))
    return record_of(assistant.answer(Question("When shall a robot stop?")), SETUP, laws, TODAY, AT)


@pytest.fixture
def cited(record: Record) -> Cited:
    """What that answer cites."""
    return of(record)


def of(record: Record) -> Cited:
    first = record.citations[0]
    return Cited(
        first.provision_id,
        first.label,
        first.text_sha256,
        first.of_day,
        record.as_of,
        first.status,
        first.status_when_asked,
    )


def with_text(laws: Corpus, identifier: str, text: str) -> Corpus:
    """The corpus with another text for every wording of a provision."""
    provision = laws.provision(identifier)
    versions = tuple(replace(version, text=text) for version in provision.versions)
    changed = replace(provision, versions=versions)
    return replace(laws, provisions={**laws.provisions, changed.id: changed})


def with_event(laws: Corpus, instrument: str, event: Event) -> Corpus:
    """The corpus with one more step in the life of an instrument."""
    known = laws.instrument(instrument)
    changed = replace(known, timeline=(*known.timeline, event))
    return replace(laws, instruments={**laws.instruments, InstrumentId(instrument): changed})


def without(laws: Corpus, identifier: str) -> Corpus:
    kept = {key: p for key, p in laws.provisions.items() if key != ProvisionId(identifier)}
    return replace(laws, provisions=kept)


def test_a_record_does_not_differ_from_itself(record: Record) -> None:
    assert differences(record, record) == ()


def test_the_time_of_asking_is_no_difference(record: Record) -> None:
    later = replace(record, asked_at=datetime(2027, 1, 1, tzinfo=UTC), timings_ms=())

    assert differences(record, later) == ()


@pytest.mark.parametrize(
    ("name", "what"),
    [
        pytest.param("corpus", "corpus", id="corpus"),
        pytest.param("index", "index", id="index"),
        pytest.param("embedding_model", "embedding_model", id="embedding-model"),
        pytest.param("confidence", "confidence", id="confidence"),
        pytest.param("program", "program", id="program"),
    ],
)
def test_what_an_answer_is_made_with_is_told_apart_from_the_answer(
    name: str, what: str, record: Record
) -> None:
    other = replace(record, setup=replace(SETUP, **{name: "another"}))

    changes = differences(record, other)

    assert [(c.what, c.was, c.now) for c in changes] == [(what, getattr(SETUP, name), "another")]
    assert not changes[0].is_of_answer


def test_a_setting_is_named_whether_changed_new_or_gone(record: Record) -> None:
    before = replace(record, setup=replace(SETUP, settings=(("a", "1"), ("b", "2"))))
    after = replace(record, setup=replace(SETUP, settings=(("b", "3"), ("c", "4"))))

    assert differences(before, after) == (
        Change("setting", "a", "1", None),
        Change("setting", "b", "2", "3"),
        Change("setting", "c", None, "4"),
    )


def test_the_engine_and_the_chat_model_are_told(record: Record) -> None:
    other = replace(record, engine="generated", model="a:model")

    assert differences(record, other) == (
        Change("engine", "", "extractive", "generated"),
        Change("model", "", None, "a:model"),
    )


def test_an_answer_that_became_an_abstention_tells_what_was_lost(record: Record) -> None:
    declined = replace(
        record, status="abstained", reason="not_in_corpus", text="No.", claims=(), citations=()
    )

    changes = differences(record, declined)

    assert changes[0] == Change("status", "", "answered", "abstained")
    assert changes[1] == Change("reason", "", None, "not_in_corpus")
    lost = [change for change in changes if change.what == "citation"]
    assert [(change.where, change.now) for change in lost] == [("Robot Act, Article 1", None)]
    assert {c.was for c in changes if c.what == "sentence"} == {c.text for c in record.claims}
    assert all(change.is_of_answer for change in changes)


def test_a_new_citation_and_a_new_sentence_are_told(record: Record) -> None:
    cited, claim = record.citations[0], record.claims[0]
    more = replace(
        record,
        citations=(*record.citations, replace(cited, n=2, quote="The maker", locator="Article 9")),
        claims=(*record.claims, replace(claim, text="The maker tests.")),
    )

    assert differences(record, more) == (
        Change("citation", "Robot Act, Article 9", None, "The maker"),
        Change("sentence", "", None, "The maker tests."),
    )


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        pytest.param({"text_sha256": "0" * 64}, "cited_text", id="text-around-the-quote"),
        pytest.param({"status": "revoked"}, "cited_status", id="status"),
        pytest.param({"status_note": "Suspended."}, "cited_note", id="note"),
    ],
)
def test_what_changed_about_a_citation_that_stays_is_told(
    fields: dict[str, str], what: str, record: Record
) -> None:
    other = replace(record, citations=(replace(record.citations[0], **fields),))

    (change,) = differences(record, other)

    assert (change.what, change.where) == (what, "Robot Act, Article 1")
    assert change.now == next(iter(fields.values()))


def test_a_sentence_that_is_borne_out_less_is_told(record: Record) -> None:
    claims = tuple(replace(claim, support="unsupported") for claim in record.claims)

    changes = differences(record, replace(record, claims=claims))

    assert {change.what for change in changes} == {"support"}
    assert {change.now for change in changes} == {"unsupported"}


def test_another_order_of_the_same_sentences_is_told_as_such(record: Record) -> None:
    other = replace(record, text=record.text[::-1])

    assert [change.what for change in differences(record, other)] == ["text"]


def test_an_answer_whose_provisions_are_as_they_were_is_not_stale(
    laws: Corpus, cited: Cited
) -> None:
    assert StaleCheck(laws, TODAY).changes(cited) == ()


def test_a_changed_text_makes_an_answer_stale(laws: Corpus, cited: Cited) -> None:
    changed = with_text(laws, "robot-act#article-1", "A robot shall stop within 3 seconds.")

    (change,) = StaleCheck(changed, TODAY).changes(cited)

    assert (change.what, change.where) == ("cited_text", "Robot Act, Article 1")
    assert change.was == cited.text_sha256 != change.now


def test_a_provision_that_is_gone_makes_an_answer_stale(laws: Corpus, cited: Cited) -> None:
    gone = StaleCheck(without(laws, "robot-act#article-1"), TODAY).changes(cited)

    assert gone == (Change("provision", "Robot Act, Article 1", "robot-act#article-1", None),)


def test_a_revocation_since_makes_an_answer_stale(laws: Corpus, cited: Cited) -> None:
    event = Event(date(2027, 3, 1), EventKind.REVOKED, "Revoked.")
    changed = with_event(laws, "robot-act", event)

    assert StaleCheck(changed, date(2027, 2, 28)).changes(cited) == ()
    assert StaleCheck(changed, date(2027, 3, 1)).changes(cited) == (
        Change("status_today", "Robot Act, Article 1", "in_force", "revoked"),
    )


def test_a_corrected_history_makes_an_answer_stale_for_its_own_day(
    laws: Corpus, cited: Cited
) -> None:
    event = Event(date(2026, 11, 1), EventKind.REVOKED, "Revoked, as we learn later.")

    changes = StaleCheck(with_event(laws, "robot-act", event), TODAY).changes(cited)

    assert [change.what for change in changes] == ["status_on_day", "status_today"]


def test_the_passing_of_time_makes_an_answer_stale_when_a_provision_begins_to_apply(
    laws: Corpus, hit: Callable[..., Hit]
) -> None:
    assistant = make_assistant(laws, FixedRetriever([hit("robot-act#article-3")]))
    answer = assistant.answer(Question("Shall the owner insure the robot?"))
    cited = of(record_of(answer, SETUP, laws, TODAY, AT))

    assert StaleCheck(laws, date(2029, 12, 31)).changes(cited) == ()
    assert [c.now for c in StaleCheck(laws, date(2030, 1, 1)).changes(cited)] == ["in_force"]


def test_a_question_on_the_past_is_not_stale_because_it_is_past(
    laws: Corpus, hit: Callable[..., Hit]
) -> None:
    assistant = make_assistant(laws, FixedRetriever([hit("drone-order#section-2")]))
    question = Question("May a drone fly at night?", as_of=date(2024, 6, 1))
    cited = of(record_of(assistant.answer(question), SETUP, laws, TODAY, AT))

    assert cited.status == "in_force"
    assert StaleCheck(laws, TODAY).changes(cited) == ()


def test_the_wording_of_the_day_is_compared_not_the_latest(
    laws: Corpus, hit: Callable[..., Hit]
) -> None:
    assistant = make_assistant(laws, FixedRetriever([hit("robot-act#article-2")]))
    question = Question("Within how many days to register a robot?", as_of=date(2025, 6, 1))
    cited = of(record_of(assistant.answer(question), SETUP, laws, TODAY, AT))
    provision = laws.provision("robot-act#article-2")
    later = replace(provision.versions[1], text="The owner shall register the robot at once.")
    changed = replace(provision, versions=(provision.versions[0], later))

    laws = replace(laws, provisions={**laws.provisions, changed.id: changed})

    assert cited.of_day
    assert StaleCheck(laws, TODAY).changes(cited) == ()


def test_a_wording_that_is_gone_makes_an_answer_stale(laws: Corpus, cited: Cited) -> None:
    provision = laws.provision("robot-act#article-2")
    only = replace(provision, versions=provision.versions[1:])
    laws = replace(laws, provisions={**laws.provisions, only.id: only})
    old = replace(cited, provision_id=only.id, as_of=date(2025, 6, 1))

    changes = StaleCheck(laws, TODAY).changes(old)

    assert [(change.what, change.now) for change in changes] == [("cited_text", None)]


def test_words_cited_from_another_day_are_looked_for_in_every_wording(
    laws: Corpus, hit: Callable[..., Hit]
) -> None:
    assistant = make_assistant(laws, FixedRetriever([hit("robot-act#article-2", version=0)]))
    question = Question("Within how many days to register a robot?", as_of=date(2025, 6, 1))
    kept = record_of(assistant.answer(question), SETUP, laws, TODAY, AT)
    cited = replace(of(kept), of_day=False)

    assert StaleCheck(laws, TODAY).changes(cited) == ()
    changed = with_text(laws, "robot-act#article-2", "Another.")
    assert [c.what for c in StaleCheck(changed, TODAY).changes(cited)] == ["cited_text"]
