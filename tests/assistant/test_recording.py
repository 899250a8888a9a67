from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant import recording
from assistant.answering import Assistant
from assistant.record_errors import RecordsBusyError
from assistant.record_settings import RecordSettings
from assistant.record_store import RecordStore
from assistant.recording import Recorder, open_recorder
from assistant.records import Record
from assistant.settings import AssistantSettings
from assistant.testing import FixedRetriever, make_assistant
from assistant.types import Question
from corpus.catalog import Corpus
from index.types import Hit

QUESTION = Question("When shall a household robot stop?")


@pytest.fixture
def assistant(laws: Corpus, hit: Callable[..., Hit]) -> Assistant:
    return make_assistant(laws, FixedRetriever([hit("robot-act#article-1")]))


class Failing(RecordStore):
    """A store that is busy for the first `times` records; then it keeps them."""

    def __init__(self, home: Path, times: int) -> None:
        super().__init__(home)
        self.times = times
        self.tried = 0

    def put(self, record: Record) -> None:
        self.tried += 1
        if self.tried <= self.times:
            raise RecordsBusyError("records.sqlite is locked by another process")
        super().put(record)


def test_an_answer_is_recorded_under_the_id_it_is_given(
    assistant: Assistant, tmp_path: Path
) -> None:
    answer = assistant.answer(QUESTION)
    recorder = Recorder(RecordStore(tmp_path), settings=(("candidates", "100"),))

    named = recorder.keep(assistant, answer)
    recorder.close()

    assert named == replace(answer, record_id=named.record_id)
    with closing(RecordStore(tmp_path)) as store:
        record = store.find(named.record_id)
    assert (record.text, record.asked.text) == (answer.text, QUESTION.text)
    assert record.asked.on == assistant.today()
    assert dict(record.setup.settings) == {"candidates": "100", "threshold": "0.4"}


def test_the_same_question_again_is_stored_once_and_counted(
    assistant: Assistant, tmp_path: Path
) -> None:
    recorder = Recorder(RecordStore(tmp_path))

    ids = {recorder.keep(assistant, assistant.answer(QUESTION)).record_id for _ in range(3)}
    recorder.close()

    with closing(RecordStore(tmp_path)) as store:
        assert (store.count(), store.find(ids.pop()).times) == (1, 3)
    assert not ids


def test_without_a_store_an_answer_has_the_same_id_and_nothing_is_written(
    assistant: Assistant, tmp_path: Path
) -> None:
    answer = assistant.answer(QUESTION)
    on = open_recorder(tmp_path / "on", RecordSettings(), AssistantSettings())
    off = open_recorder(tmp_path / "off", RecordSettings(records="off"), AssistantSettings())

    named = [recorder.keep(assistant, answer).record_id for recorder in (on, off)]
    on.close()
    off.close()

    assert named[0] == named[1] != answer.record_id
    assert [path.name for path in tmp_path.iterdir()] == ["on"]


def test_an_answer_does_not_wait_for_its_record(assistant: Assistant, tmp_path: Path) -> None:
    go_on = threading.Event()

    class Slow(RecordStore):
        def put(self, record: Record) -> None:
            go_on.wait(30)
            super().put(record)

    recorder = Recorder(Slow(tmp_path))

    named = recorder.keep(assistant, assistant.answer(QUESTION))

    assert named.record_id
    with closing(RecordStore(tmp_path)) as store:
        assert store.count() == 0
        go_on.set()
        recorder.close()
        assert store.count() == 1


def test_a_store_that_fails_costs_one_warning_and_no_answer(
    assistant: Assistant, tmp_path: Path
) -> None:
    said: list[str] = []
    store = Failing(tmp_path, times=100)
    recorder = Recorder(store, warn=said.append)

    named = [recorder.keep(assistant, assistant.answer(QUESTION)) for _ in range(5)]
    recorder.close()

    assert all(answer.record_id for answer in named)
    assert said == [
        "answers are not recorded: records.sqlite is locked by another process. "
        "Hint: Wait until it is done, then try again."
    ]
    assert store.tried == 1  # the next attempt comes later


def test_a_store_that_works_again_is_told_with_the_number_lost(
    assistant: Assistant, tmp_path: Path
) -> None:
    said: list[str] = []
    ticks = iter([0.0, 1.0, recording.RETRY_S + 1])
    recorder = Recorder(Failing(tmp_path, times=1), warn=said.append, clock=lambda: next(ticks))

    for _ in range(3):
        recorder.keep(assistant, assistant.answer(QUESTION))
    recorder.close()

    assert said[1:] == ["answers are recorded again; 2 were not"]
    with closing(RecordStore(tmp_path)) as store:
        assert store.count() == 1


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        pytest.param(lambda path: path.mkdir(parents=True), "cannot be used", id="a-folder"),
        pytest.param(
            lambda path: (path.parent.mkdir(), path.write_bytes(b"no database " * 100)),
            "cannot be read",
            id="damaged",
        ),
        pytest.param(lambda path: path.parent.touch(), "cannot be used", id="no-folder"),
    ],
)
def test_records_that_cannot_be_used_never_prevent_an_answer(
    spoil: Callable[[Path], object], told: str, assistant: Assistant, tmp_path: Path
) -> None:
    said: list[str] = []
    spoil(tmp_path / "records" / "records.sqlite")
    recorder = Recorder(RecordStore(tmp_path), warn=said.append)

    named = recorder.keep(assistant, assistant.answer(QUESTION))
    recorder.close()

    assert named.citations
    assert len(said) == 1
    assert told in said[0]


def test_a_locked_database_never_prevents_an_answer(assistant: Assistant, tmp_path: Path) -> None:
    said: list[str] = []
    with closing(RecordStore(tmp_path)) as store:
        first = Recorder(store)
        first.keep(assistant, assistant.answer(QUESTION))
        first.close()
    recorder = Recorder(RecordStore(tmp_path, timeout_s=0.1), warn=said.append)

    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        named = recorder.keep(assistant, assistant.answer(QUESTION))
        recorder.close()

    assert named.citations
    assert [line.split(":")[0] for line in said] == ["answers are not recorded"]


def test_when_too_many_records_wait_the_newest_are_lost(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "MOST_WAITING", 2)
    go_on = threading.Event()
    said: list[str] = []

    class Slow(RecordStore):
        def put(self, record: Record) -> None:
            go_on.wait(30)
            super().put(record)

    recorder = Recorder(Slow(tmp_path), warn=said.append)
    for number in range(5):
        recorder.keep(assistant, assistant.answer(Question(f"When shall robot {number} stop?")))
    go_on.set()
    recorder.close()

    with closing(RecordStore(tmp_path)) as store:
        assert store.count() == 2
    assert said == ["answers are recorded again; 3 were not"]


def test_a_bug_in_recording_is_logged_and_costs_no_answer(
    assistant: Assistant, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(RecordStore):
        def put(self, record: Record) -> None:
            raise ZeroDivisionError

    recorder = Recorder(Broken(tmp_path))

    with caplog.at_level(logging.ERROR, "policy.records"):
        named = recorder.keep(assistant, assistant.answer(QUESTION))
        recorder.close()

    assert named.citations
    assert [line.message for line in caplog.records] == ["an answer could not be recorded"]


def test_an_answer_given_while_the_server_stops_is_still_given(
    assistant: Assistant, tmp_path: Path
) -> None:
    recorder = Recorder(RecordStore(tmp_path))
    recorder.close()

    assert recorder.keep(assistant, assistant.answer(QUESTION)).citations


def test_old_records_are_deleted_when_a_new_one_is_written(
    assistant: Assistant, tmp_path: Path
) -> None:
    first = Recorder(RecordStore(tmp_path))
    old = first.keep(assistant, assistant.answer(Question("Why does a robot stop?")))
    first.close()
    _date_back(tmp_path, days=8)

    recorder = open_recorder(tmp_path, RecordSettings(records_keep_days=7), AssistantSettings())
    new = recorder.keep(assistant, assistant.answer(QUESTION))
    recorder.close()

    with closing(RecordStore(tmp_path)) as store:
        assert [row.id for row in store.listed(5)] == [new.record_id]
    assert old.record_id != new.record_id


def test_old_records_stay_by_default(assistant: Assistant, tmp_path: Path) -> None:
    first = Recorder(RecordStore(tmp_path))
    first.keep(assistant, assistant.answer(Question("Why does a robot stop?")))
    first.close()
    _date_back(tmp_path, days=4000)

    recorder = open_recorder(tmp_path, RecordSettings(), AssistantSettings())
    recorder.keep(assistant, assistant.answer(QUESTION))
    recorder.close()

    with closing(RecordStore(tmp_path)) as store:
        assert store.count() == 2


def _date_back(home: Path, *, days: int) -> None:
    """Make every record look as if it had been asked for so many days ago."""
    then = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
    with closing(sqlite3.connect(home / "records" / "records.sqlite")) as database, database:
        database.execute("UPDATE record SET last_at = ?", (then,))
