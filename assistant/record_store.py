"""Records of answers on disk: one SQLite database below POLICY_HOME.

    POLICY_HOME/records/               mode 0700
        records.sqlite (-wal, -shm)    mode 0600, write-ahead log

`record` holds a row an answer, with the whole record as JSON in `body`; `citation` repeats what
`policy record stale` looks at. A record is written in one transaction: it is there with all its
citations, or not at all. Deleted content is overwritten with zeros, and the log emptied.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from assistant.record_database import RecordDatabase
from assistant.record_errors import RecordsDamagedError, RecordsFormatError, UnknownRecordError
from assistant.records import ID_CHARS, Record

FOLDER, FILE = "records", "records.sqlite"
_BODY = TypeAdapter(Record)
_LISTED = "id, asked_at, last_at, times, status, question"
_CITED = "record_id, n, provision_id, label, text_sha256, of_day, as_of, status, status_when_asked"


@dataclass(frozen=True, slots=True)
class Listed:
    """A record in a list; times are in UTC."""

    id: str
    asked_at: datetime
    last_at: datetime
    times: int
    status: str
    question: str


@dataclass(frozen=True, slots=True)
class Cited:
    """What a record says of the state of one cited provision; see `RecordedCitation`."""

    provision_id: str
    label: str
    text_sha256: str
    of_day: bool
    as_of: date
    status: str
    status_when_asked: str


class RecordStore:
    """The records below one POLICY_HOME; safe between threads and between processes.

    Every method raises a `RecordError` when the database cannot be used.
    """

    def __init__(self, home: Path, *, timeout_s: float = 5.0) -> None:
        self.path = home.expanduser() / FOLDER / FILE
        self._database = RecordDatabase(self.path, timeout_s=timeout_s)
        self.close = self._database.close

    def put(self, record: Record) -> None:
        """Store a record; one that is there already is counted once more."""
        body = as_json(record)
        row = (record.id, _utc(record.asked_at), _utc(record.last_at), record.times, record.status)
        with self._database.writing() as database:
            done = database.execute(
                "INSERT INTO record (id, asked_at, last_at, times, status, question, body) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                (*row, record.asked.text, body),
            )
            if not done.rowcount:
                database.execute(
                    "UPDATE record SET times = times + ?, last_at = max(last_at, ?) WHERE id = ?",
                    (record.times, _utc(record.last_at), record.id),
                )
                return
            database.executemany(
                f"INSERT INTO citation ({_CITED}, place) "  # noqa: S608 - names of columns
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                _citations(record),
            )

    def listed(self, limit: int) -> list[Listed]:
        """The records last asked for, latest first, `limit` at most."""
        with self._database.reading() as database:
            rows = database.execute(
                f"SELECT {_LISTED} FROM record ORDER BY last_at DESC, id LIMIT ?",  # noqa: S608
                (limit,),
            )
            return [_listed(row) for row in rows]

    def named(self, ids: frozenset[str]) -> list[Listed]:
        """The records with these ids, latest first."""
        with self._database.reading() as database:
            rows = database.execute(
                f"SELECT {_LISTED} FROM record ORDER BY last_at DESC, id"  # noqa: S608
            )
            return [_listed(row) for row in rows if row[0] in ids]

    def count(self) -> int:
        """How many records there are."""
        with self._database.reading() as database:
            return int(database.execute("SELECT count(*) FROM record").fetchone()[0])

    def find(self, prefix: str) -> Record:
        """The record whose id begins with `prefix`.

        Raises:
            UnknownRecordError: If there is none, or more than one.
        """
        identifier = self._id_of(prefix)
        with self._database.reading() as database:
            row = database.execute(
                "SELECT body, last_at, times FROM record WHERE id = ?", (identifier,)
            ).fetchone()
        if row is None:  # deleted in between
            raise UnknownRecordError(f"no record {identifier}")
        try:
            record = _BODY.validate_json(row[0])
        except ValidationError as error:
            raise RecordsDamagedError(
                f"record {identifier} cannot be read",
                hint=f"`policy record delete {identifier}` removes it.",
            ) from error
        return replace(record, last_at=datetime.fromisoformat(row[1]), times=row[2])

    def cited(self) -> Iterator[tuple[str, int, Cited]]:
        """Each citation of each record: id of the record, number in the answer, what was cited."""
        with self._database.reading() as database:
            rows = database.execute(
                f"SELECT {_CITED} FROM citation ORDER BY record_id, place"  # noqa: S608
            ).fetchall()
        days: dict[str, date] = {}
        for identifier, n, provision, label, digest, of_day, as_of, *statuses in rows:
            if as_of not in days:
                days[as_of] = date.fromisoformat(as_of)
            yield (
                identifier,
                n,
                Cited(provision, label, digest, bool(of_day), days[as_of], *statuses),
            )

    def delete(self, prefix: str) -> int:
        """Delete the record whose id begins with `prefix`; gives how many that were.

        Raises:
            UnknownRecordError: If there is none, or more than one.
        """
        return self._delete("id = ?", self._id_of(prefix))

    def delete_older(self, before: datetime) -> int:
        """Delete the records that were last asked for before a time; gives how many."""
        return self._delete("last_at < ?", _utc(before))

    def delete_all(self) -> int:
        """Delete every record; a database that cannot be read goes as a file. Gives how many."""
        try:
            return self._delete("1")
        except (RecordsFormatError, RecordsDamagedError):
            self._database.remove()
            return 0

    def _delete(self, which: str, *values: str) -> int:
        with self._database.reading() as database:
            if not database.execute("PRAGMA database_list").fetchone()[2]:
                return 0  # in memory: nothing was ever recorded here
        with self._database.writing() as database:
            chosen = f"SELECT id FROM record WHERE {which}"  # noqa: S608 - see the callers
            database.execute(
                f"DELETE FROM citation WHERE record_id IN ({chosen})",  # noqa: S608
                values,
            )
            count = database.execute(
                f"DELETE FROM record WHERE {which}",  # noqa: S608
                values,
            ).rowcount
        self._database.shrink()
        self._database.empty_log()  # always: an earlier deletion may have left it
        return count

    def _id_of(self, prefix: str) -> str:
        wanted = prefix.strip().lower()
        if not wanted or not set(wanted) <= set("0123456789abcdef"):
            raise UnknownRecordError(f"{prefix[:40]!r} is no id of a record")
        with self._database.reading() as database:
            found = database.execute(
                "SELECT id FROM record WHERE id >= ? AND id < ? ORDER BY id LIMIT 2",
                (wanted, f"{wanted}g"),  # "g" is what comes after the last hex digit
            ).fetchall()
        if not found:
            raise UnknownRecordError(f"no record {prefix[:40]!r}")
        if len(found) > 1:
            raise UnknownRecordError(
                f"more than one record begins with {wanted!r}: {found[0][0]}, {found[1][0]}",
                hint=f"Give more of the {ID_CHARS} characters.",
            )
        return str(found[0][0])


def as_json(record: Record) -> str:
    """A whole record as one line of JSON."""
    return _BODY.dump_json(record).decode()


def _citations(record: Record) -> Iterator[tuple[object, ...]]:
    """The rows of `citation`, in the order of `_CITED` and `place`."""
    for place, cited in enumerate(record.citations):
        yield (
            record.id,
            cited.n,
            cited.provision_id,
            cited.label,
            cited.text_sha256,
            int(cited.of_day),
            record.as_of.isoformat(),
            cited.status,
            cited.status_when_asked,
            place,
        )


def _listed(row: tuple[str, str, str, int, str, str]) -> Listed:
    first, last = datetime.fromisoformat(row[1]), datetime.fromisoformat(row[2])
    return Listed(row[0], first, last, row[3], row[4], row[5])


def _utc(time: datetime) -> str:
    """A time in UTC, to the second; such texts compare as the times do."""
    return time.astimezone(UTC).isoformat(timespec="seconds")
