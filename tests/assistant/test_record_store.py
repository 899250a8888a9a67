"""Records on a real SQLite: what is put is found, listed, counted, and deleted for good."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from assistant.record_errors import (
    RecordsBusyError,
    RecordsDamagedError,
    UnknownRecordError,
)
from assistant.record_store import RecordStore, as_json
from assistant.records import Record, Setup, record_of
from assistant.testing import TODAY, FixedRetriever, make_assistant
from assistant.types import Question
from corpus.catalog import Corpus
from index.types import Hit

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SETUP = Setup("corpus", "index", "model", "weights", "program", (("threshold", "0.4"),))


@pytest.fixture
def record(laws: Corpus, hit: Callable[..., Hit]) -> Callable[..., Record]:
    """A record with an id of one's choice."""
    assistant = make_assistant(laws, FixedRetriever([hit("robot-act#article-1")]))

    def make(identifier: str = "a" * 16, text: str = "When shall a robot stop?") -> Record:
        kept = record_of(assistant.answer(Question(text)), SETUP, laws, TODAY, AT)
        return replace(kept, id=identifier)

    return make


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RecordStore]:
    """A store whose writers wait a moment only."""
    with closing(RecordStore(tmp_path, timeout_s=0.2)) as opened:
        yield opened


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_what_is_put_is_found_again_as_it_was(
    store: RecordStore, record: Callable[..., Record]
) -> None:
    kept = record()

    store.put(kept)

    assert store.find(kept.id) == kept


def test_nothing_is_made_on_disk_by_reading(store: RecordStore, tmp_path: Path) -> None:
    assert (store.listed(5), store.count(), list(store.cited())) == ([], 0, [])
    assert (store.delete_all(), store.delete_older(AT)) == (0, 0)
    assert list(tmp_path.iterdir()) == []


def test_a_record_that_is_there_is_counted_once_more(
    store: RecordStore, record: Callable[..., Record]
) -> None:
    later = AT + timedelta(days=3)
    store.put(record())

    store.put(replace(record(), asked_at=later, last_at=later))

    again = store.find("a" * 16)
    assert (again.times, again.asked_at, again.last_at) == (2, AT, later)
    assert (store.count(), len(list(store.cited()))) == (1, len(again.citations))


def test_an_earlier_time_that_is_written_later_is_not_the_last(
    store: RecordStore, record: Callable[..., Record]
) -> None:
    store.put(record())

    store.put(replace(record(), last_at=AT - timedelta(days=1)))

    assert store.find("a" * 16).last_at == AT


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Gilt die Verordnung für Ämter? " * 129, id="4000-characters"),
        pytest.param("何が禁止されていますか？ 🤖 𝔘𝔫𝔦𝔠𝔬𝔡𝔢", id="beyond-the-basic-plane"),
        pytest.param("\"'; DROP TABLE record; -- \\ % _", id="what-sql-and-json-read"),
        pytest.param("هل الذكاء الاصطناعي مسموح؟", id="right-to-left"),
    ],
)
def test_any_text_is_kept_as_it_was_asked(
    text: str, store: RecordStore, record: Callable[..., Record]
) -> None:
    kept = record(text=text[:4000])

    store.put(kept)

    assert store.find(kept.id).asked.text == kept.asked.text
    assert store.listed(1)[0].question == kept.asked.text


def test_the_records_last_asked_for_are_listed_first(
    store: RecordStore, record: Callable[..., Record]
) -> None:
    for number in range(3):
        store.put(replace(record(f"{number:016x}"), last_at=AT + timedelta(hours=number)))

    rows = store.listed(2)

    assert [row.id[-1] for row in rows] == ["2", "1"]
    assert (rows[0].status, rows[0].times) == ("answered", 1)
    assert [row.id[-1] for row in store.named(frozenset({f"{0:016x}"}))] == ["0"]


def test_the_beginning_of_an_id_is_enough_while_it_names_one(
    store: RecordStore, record: Callable[..., Record]
) -> None:
    store.put(record("ab" + "0" * 14))
    store.put(record("ac" + "0" * 14))

    assert store.find("AB").id == "ab" + "0" * 14
    with pytest.raises(UnknownRecordError, match="more than one record begins with 'a': ab0") as no:
        store.find("a")
    assert "16 characters" in no.value.hint


@pytest.mark.parametrize(
    "prefix",
    [
        pytest.param("b", id="not-there"),
        pytest.param("", id="empty"),
        pytest.param("%", id="a-wildcard"),
        pytest.param("a" * 17, id="too-long"),
    ],
)
def test_an_id_that_names_no_record_is_refused(
    prefix: str, store: RecordStore, record: Callable[..., Record]
) -> None:
    store.put(record())

    for use in (store.find, store.delete):
        with pytest.raises(UnknownRecordError) as no:
            use(prefix)
        assert "policy record list" in no.value.hint
    assert store.count() == 1


def test_one_record_is_deleted_with_its_citations(
    store: RecordStore, record: Callable[..., Record]
) -> None:
    store.put(record("a" * 16))
    store.put(record("b" * 16))

    assert store.delete("a") == 1

    assert [row.id for row in store.listed(5)] == ["b" * 16]
    assert {identifier for identifier, _, _ in store.cited()} == {"b" * 16}


def test_records_older_than_a_time_are_deleted(
    store: RecordStore, record: Callable[..., Record]
) -> None:
    for days in range(4):
        store.put(replace(record(f"{days:016x}"), last_at=AT - timedelta(days=days)))

    assert store.delete_older(AT - timedelta(days=1)) == 2

    assert [row.id[-1] for row in store.listed(5)] == ["0", "1"]
    assert {identifier[-1] for identifier, _, _ in store.cited()} == {"0", "1"}


@pytest.mark.parametrize(
    "delete",
    [
        pytest.param(lambda store: store.delete("a"), id="one"),
        pytest.param(lambda store: store.delete_older(AT + timedelta(days=1)), id="old"),
        pytest.param(lambda store: store.delete_all(), id="all"),
    ],
)
def test_no_byte_of_a_deleted_record_stays(
    delete: Callable[[RecordStore], int], store: RecordStore, record: Callable[..., Record]
) -> None:
    store.put(record(text="Is Zyxwvut a household robot? " * 100))
    store.put(record(text="Is Zyxwvut a household robot? " * 100))
    assert b"Zyxwvut" in everything_in(store.path.parent)

    assert delete(store) == 1

    assert b"Zyxwvut" not in everything_in(store.path.parent)
    assert b"robot-act" not in everything_in(store.path.parent)


def test_a_deletion_says_when_a_reader_keeps_the_log_and_the_next_one_empties_it(
    store: RecordStore, record: Callable[..., Record]
) -> None:
    store.put(record(text="Is Zyxwvut a household robot?"))
    with closing(sqlite3.connect(store.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM record").fetchone()

        with pytest.raises(RecordsBusyError, match="another process still reads") as busy:
            store.delete_all()
        assert "Delete once more" in busy.value.hint

    assert store.delete_all() == 0
    assert b"Zyxwvut" not in everything_in(store.path.parent)


def test_the_room_of_what_was_deleted_is_given_back(
    store: RecordStore, record: Callable[..., Record]
) -> None:
    for number in range(200):
        store.put(record(f"{number:016x}"))
    store.close()
    full = store.path.stat().st_size

    store.delete_all()

    assert store.path.stat().st_size < full / 4


def test_a_record_that_cannot_be_read_is_named_and_can_be_deleted(
    store: RecordStore, record: Callable[..., Record]
) -> None:
    store.put(record())
    with closing(sqlite3.connect(store.path)) as other, other:
        other.execute("UPDATE record SET body = '{}'")

    with pytest.raises(RecordsDamagedError, match=r"a{16} cannot be read") as damaged:
        store.find("a")

    assert damaged.value.hint == f"`policy record delete {'a' * 16}` removes it."
    assert store.delete("a") == 1


def test_what_is_cited_is_told_without_reading_records(
    store: RecordStore, record: Callable[..., Record]
) -> None:
    kept = record()
    store.put(kept)

    identifier, n, cited = next(store.cited())

    first = kept.citations[0]
    assert (identifier, n) == (kept.id, first.n)
    assert (cited.provision_id, cited.label) == ("robot-act#article-1", "Robot Act, Article 1")
    assert (cited.text_sha256, cited.of_day, cited.as_of) == (first.text_sha256, True, TODAY)
    assert (cited.status, cited.status_when_asked) == ("in_force", "in_force")


def test_a_record_as_json_reads_back(record: Callable[..., Record]) -> None:
    body = json.loads(as_json(record()))

    assert (body["as_of"], body["asked"]["on"]) == (TODAY.isoformat(), TODAY.isoformat())
    assert body["asked_at"] == "2026-11-23T09:30:00Z"
    assert date.fromisoformat(body["as_of"]) == TODAY
