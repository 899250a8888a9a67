"""The file of the records: whole rows only, for its owner alone, refused when it is not ours."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.record_errors import (
    RecordsBusyError,
    RecordsDamagedError,
    RecordsFormatError,
    RecordsUnusableError,
    UnknownRecordError,
)
from assistant.record_store import RecordStore
from assistant.records import Record, Setup, record_of
from assistant.testing import TODAY, FixedRetriever, make_assistant
from assistant.types import Question
from corpus.catalog import Corpus
from index.types import Hit

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SETUP = Setup("corpus", "index", "model", "weights", "program", (("threshold", "0.4"),))
ROOT = Path(__file__).resolve().parents[2]
# Writes records until it is stopped: argument 1 is the home, 2 the name, 3 how many.
WRITER = """
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from assistant.record_store import RecordStore
from assistant.records import Setup, record_of
from assistant.testing import TODAY, FixedRetriever, make_assistant, make_hit, small_corpus
from assistant.types import Question

home, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
laws = small_corpus()
answer = make_assistant(
    laws, FixedRetriever([make_hit(laws, "robot-act#article-4")])
).answer(Question("What does the logbook of a robot record?"))
setup = Setup("c", "i", "m", "w", "p")
record = record_of(answer, setup, laws, TODAY, datetime(2026, 11, 23, tzinfo=UTC))
record = replace(record, citations=record.citations * 50)
store = RecordStore(home, timeout_s=30)
for number in range(count):
    store.put(replace(record, id=f"{name}{number:012x}"))
    store.put(replace(record, id="f" * 16))
    print(number, flush=True)
"""
# Is killed while it writes the citations of a record.
KILLED = WRITER.replace(
    "store = ",
    """
import os, signal
from assistant import record_store
whole = record_store._citations
def cut(record):
    if record.id.endswith("3"):
        yield next(whole(record))
        os.kill(os.getpid(), signal.SIGKILL)
    yield from whole(record)
record_store._citations = cut
store = """,
)


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


def start(code: str, home: Path, name: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, str(home), name, str(count)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def check_whole(store: RecordStore) -> int:
    """Every record has all its citations, and no citation is without its record."""
    with closing(sqlite3.connect(store.path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = database.execute("SELECT id, body FROM record").fetchall()
        rows = dict(database.execute("SELECT record_id, count(*) FROM citation GROUP BY 1"))
    wanted = {identifier: len(json.loads(body)["citations"]) for identifier, body in found}
    assert rows == wanted
    return len(found)


def test_folder_and_files_are_for_their_owner_alone(
    store: RecordStore, record: Callable[..., Record]
) -> None:
    mask = os.umask(0)
    try:
        store.put(record())
    finally:
        os.umask(mask)

    assert mode(store.path.parent) == 0o700
    assert {path.name: mode(path) for path in store.path.parent.iterdir()} == dict.fromkeys(
        ("records.sqlite", "records.sqlite-wal", "records.sqlite-shm"), 0o600
    )


def test_wider_modes_are_tightened(store: RecordStore, record: Callable[..., Record]) -> None:
    store.put(record())
    store.close()
    store.path.parent.chmod(0o755)
    store.path.chmod(0o644)

    store.put(record())

    assert (mode(store.path.parent), mode(store.path)) == (0o700, 0o600)


def test_a_locked_database_is_busy_and_can_be_used_again(
    store: RecordStore, record: Callable[..., Record]
) -> None:
    store.put(record("a" * 16))
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")

        with pytest.raises(RecordsBusyError, match="locked by another process") as busy:
            store.put(record("b" * 16))
        assert busy.value.retryable
        other.execute("ROLLBACK")

    store.put(record("b" * 16))
    assert store.count() == 2


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(b"this is no database, but it is long enough to be one\n" * 50, id="no-db"),
        pytest.param(b"\0" * 4096, id="zeros"),
    ],
)
def test_a_file_that_is_no_database_is_told_left_alone_and_deleted_on_request(
    damage: bytes, store: RecordStore, record: Callable[..., Record]
) -> None:
    store.path.parent.mkdir()
    store.path.write_bytes(damage)

    with pytest.raises(RecordsDamagedError) as damaged:
        store.put(record())

    assert "policy record delete --all" in damaged.value.hint
    assert store.path.read_bytes() == damage
    assert store.delete_all() == 0
    store.put(record())
    assert store.count() == 1


def test_a_database_damaged_in_the_middle_is_told(
    store: RecordStore, record: Callable[..., Record]
) -> None:
    for number in range(100):
        store.put(record(f"{number:016x}"))
    store.close()
    with store.path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 40_000)

    with pytest.raises(RecordsDamagedError):
        store.put(record())


def test_a_database_of_another_program_is_left_alone(
    store: RecordStore, record: Callable[..., Record]
) -> None:
    store.path.parent.mkdir()
    with closing(sqlite3.connect(store.path)) as other:
        other.execute("CREATE TABLE theirs (one)")

    with pytest.raises(RecordsDamagedError, match="is no database of records"):
        store.put(record())

    with closing(sqlite3.connect(store.path)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
        assert other.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_newer_format_is_refused_with_the_command_to_run(
    store: RecordStore, record: Callable[..., Record]
) -> None:
    store.put(record())
    store.close()
    with closing(sqlite3.connect(store.path)) as newer:
        newer.execute("PRAGMA user_version = 99")

    for use in (lambda: store.put(record()), lambda: store.listed(1)):
        with pytest.raises(RecordsFormatError, match="has format 99, this program reads 1") as no:
            use()
        assert "policy record delete --all" in no.value.hint
    assert store.delete_all() == 0
    assert not store.path.exists()


def test_a_home_that_is_no_folder_cannot_be_used(
    tmp_path: Path, record: Callable[..., Record]
) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(RecordsUnusableError) as unusable:
        RecordStore(tmp_path / "file").put(record())

    assert "POLICY_RECORDS=off" in unusable.value.hint


def test_a_folder_in_the_place_of_the_file_cannot_be_used(
    store: RecordStore, record: Callable[..., Record]
) -> None:
    store.path.mkdir(parents=True)

    with pytest.raises(RecordsUnusableError):
        store.put(record())


def test_a_file_deleted_from_outside_is_made_anew(
    store: RecordStore, record: Callable[..., Record]
) -> None:
    store.put(record("a" * 16))
    for path in list(store.path.parent.iterdir()):
        path.unlink()

    store.put(record("b" * 16))

    with closing(RecordStore(store.path.parents[1])) as other:
        assert [row.id for row in other.listed(5)] == ["b" * 16]


def test_two_processes_that_write_at_once_lose_nothing(store: RecordStore, tmp_path: Path) -> None:
    writers = [start(WRITER, tmp_path, name, 40) for name in ("0a", "0b", "0c")]

    for writer in writers:
        writer.communicate(timeout=120)

    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert check_whole(store) == 121
    assert store.find("f" * 16).times == 120


def test_a_process_killed_in_the_middle_of_a_record_leaves_no_half_of_it(
    store: RecordStore, tmp_path: Path
) -> None:
    writer = start(KILLED, tmp_path, "0a", 10)

    out, _ = writer.communicate(timeout=120)

    assert writer.returncode == -signal.SIGKILL
    assert out.split() == ["0", "1", "2"]
    assert check_whole(store) == 4
    with pytest.raises(UnknownRecordError):
        store.find(f"0a{3:012x}")


def test_a_process_killed_at_any_moment_leaves_whole_records(
    store: RecordStore, record: Callable[..., Record], tmp_path: Path
) -> None:
    written = 0
    for name in ("0a", "0b"):
        writer = start(WRITER, tmp_path, name, 1_000_000)
        assert writer.stdout is not None
        for _ in range(25):
            writer.stdout.readline()
        writer.kill()
        writer.wait(30)
        writer.stdout.close()
        written += 25

    assert check_whole(store) > written
    kept = record()
    store.put(kept)
    assert store.find(kept.id) == kept
