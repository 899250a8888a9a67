"""The SQLite file of the records: opened safely, of one format, every failure a `RecordError`."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from assistant.record_errors import (
    RecordError,
    RecordsBusyError,
    RecordsDamagedError,
    RecordsFormatError,
    RecordsUnusableError,
)

FORMAT = 1
_APPLICATION = 0x504F4C52  # "POLR": a database of another program is not ours to write to
_SCHEMA = (
    "CREATE TABLE record (id TEXT PRIMARY KEY, asked_at TEXT NOT NULL, last_at TEXT NOT NULL, "
    "times INTEGER NOT NULL, status TEXT NOT NULL, question TEXT NOT NULL, body TEXT NOT NULL)",
    "CREATE INDEX record_last ON record (last_at)",
    "CREATE TABLE citation (record_id TEXT NOT NULL, place INTEGER NOT NULL, "
    "n INTEGER NOT NULL, provision_id TEXT NOT NULL, label TEXT NOT NULL, "
    "text_sha256 TEXT NOT NULL, of_day INTEGER NOT NULL, as_of TEXT NOT NULL, "
    "status TEXT NOT NULL, status_when_asked TEXT NOT NULL, "
    "PRIMARY KEY (record_id, place)) WITHOUT ROWID",
    f"PRAGMA application_id = {_APPLICATION}",
    f"PRAGMA user_version = {FORMAT}",
)
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
_UNUSABLE = (
    "SQLITE_CANTOPEN",
    "SQLITE_READONLY",
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_PERM",
    "SQLITE_AUTH",
)


class RecordDatabase:
    """One connection to the records, shared by the threads of this process.

    `timeout_s` is how long another process may keep the file locked.
    """

    def __init__(self, path: Path, *, timeout_s: float) -> None:
        self.path = path
        self._timeout_s = timeout_s
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._inode: int | None = None

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is carried out whole or not at all."""
        with self.open() as database, _transaction(database):
            yield database

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The database; an empty one in memory while nothing was ever recorded here."""
        if self._is_there():
            with self.open() as database:
                yield database
            return
        database = sqlite3.connect(":memory:", isolation_level=None)
        try:
            _make_tables(database)
            yield database
        finally:
            database.close()

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """The connection, made if need be; after a failure it is made anew the next time."""
        with self._lock:
            try:
                yield self._connected()
            except sqlite3.Error as error:
                self._drop()
                raise _translated(error, self.path) from error
            except OSError as error:
                self._drop()
                raise _unusable(error, self.path) from error
            except RecordError:
                self._drop()
                raise

    def shrink(self) -> None:
        """Give back the room of what was deleted, where that is most of the file."""
        with self.open() as database:
            free, all_pages = (
                int(database.execute(f"PRAGMA {name}").fetchone()[0])
                for name in ("freelist_count", "page_count")
            )
            if 2 * free > all_pages:
                database.execute("VACUUM")

    def empty_log(self) -> None:
        """Move the log into the file and cut it to nothing: it holds what was deleted.

        Raises:
            RecordsBusyError: If a reader still holds on to the state before.
        """
        with self.open() as database:
            if database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                raise RecordsBusyError(
                    "the records are deleted, but another process still reads the log that "
                    "holds them",
                    hint="Delete once more when it is done; that empties the log.",
                )

    def close(self) -> None:
        """Let go of the file; it is opened again when needed."""
        with self._lock:
            self._drop()

    def remove(self) -> None:
        """Delete the file, whatever it is, and its log."""
        with self._lock:
            self._drop()
            try:
                for ending in ("-wal", "-shm", ""):
                    Path(f"{self.path}{ending}").unlink(missing_ok=True)
            except OSError as error:
                raise _unusable(error, self.path) from error

    def _is_there(self) -> bool:
        try:
            return _inode(self.path) is not None
        except OSError as error:
            raise _unusable(error, self.path) from error

    def _connected(self) -> sqlite3.Connection:
        if self._connection is not None and _inode(self.path) != self._inode:
            self._drop()  # deleted or replaced from outside: what is written must not be lost
        if self._connection is None:
            _prepare(self.path)
            self._connection = sqlite3.connect(
                self.path, timeout=self._timeout_s, isolation_level=None, check_same_thread=False
            )
            self._inode = _inode(self.path)
            _check_format(self._connection, self.path)
            _set_up(self._connection, self._timeout_s)
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    finally:
        if database.in_transaction:
            with suppress(sqlite3.Error):  # the failure that led here is the one to tell
                database.execute("ROLLBACK")


def _prepare(path: Path) -> None:
    """Make folder and file, readable by their owner alone; tighten what is wider."""
    path.parent.parent.mkdir(parents=True, exist_ok=True)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    if stat.S_IMODE(path.parent.stat().st_mode) & 0o077:
        path.parent.chmod(0o700)
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        # Never opened here: closing it would drop the locks that this process has on it.
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(0o600)


def _check_format(database: sqlite3.Connection, path: Path) -> None:
    """Refuse what another program or a newer version wrote, before anything is changed."""
    found, owner = (
        int(database.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("user_version", "application_id")
    )
    if owner == _APPLICATION and found > FORMAT:
        raise RecordsFormatError(f"{path} has format {found}, this program reads {FORMAT}")
    used = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if (used or found or owner) and (owner, found) != (_APPLICATION, FORMAT):
        raise RecordsDamagedError(f"{path} is no database of records")


def _set_up(database: sqlite3.Connection, timeout_s: float) -> None:
    for pragma in ("secure_delete = ON", "temp_store = MEMORY", "synchronous = NORMAL"):
        database.execute(f"PRAGMA {pragma}")
    _use_log(database, timeout_s)
    _make_tables(database)


def _use_log(database: sqlite3.Connection, timeout_s: float) -> None:
    """Turn on the write-ahead log; the change of mode does not wait for others by itself."""
    until = time.monotonic() + timeout_s
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            busy = getattr(error, "sqlite_errorname", "").startswith(_BUSY)
            if not busy or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _make_tables(database: sqlite3.Connection) -> None:
    """The tables, unless they are there or another process makes them at this moment."""
    if database.execute("PRAGMA user_version").fetchone()[0]:
        return
    with _transaction(database):
        if not database.execute("PRAGMA user_version").fetchone()[0]:
            for statement in _SCHEMA:
                database.execute(statement)


def _translated(error: sqlite3.Error, path: Path) -> RecordError:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(_BUSY):
        return RecordsBusyError(f"{path} is locked by another process")
    if name.startswith(_UNUSABLE):
        return RecordsUnusableError(f"{path} cannot be used: {error}")
    return RecordsDamagedError(f"{path} cannot be read: {error}")


def _unusable(error: OSError, path: Path) -> RecordsUnusableError:
    return RecordsUnusableError(f"{path} cannot be used: {error.strerror or error}")


def _inode(path: Path) -> int | None:
    """The number of the file; None when there is none."""
    try:
        return path.stat().st_ino
    except (FileNotFoundError, NotADirectoryError):
        return None
