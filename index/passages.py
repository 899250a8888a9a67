"""The passages of a generation on disk: rows in SQLite, their filterable columns as arrays.

Row numbers tie the three halves of a generation together: passage, vector and lexical row ``i``
are the same passage. Written once, then only read (``immutable=1``), from any thread.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.catalog import Corpus
from corpus.status import first_day
from corpus.types import ProvisionId, TextKind
from index.errors import IndexBrokenError
from index.types import Filters, Passage, PassageId

_SCHEMA = """
CREATE TABLE passage (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, provision_id TEXT NOT NULL,
    version INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    text TEXT NOT NULL, context TEXT NOT NULL)
"""
_KINDS = tuple(TextKind)
_COLUMNS = 6
_FOREVER = 4_000_000  # an ordinal after every date


@dataclass(frozen=True, slots=True)
class Columns:
    """What filters and scoring look at, one entry a row; dates as ordinals, half-open.

    `group` numbers the provision versions from 0; the rows of a version stand together, from
    ``first_row[group]`` to ``first_row[group + 1]`` (half-open).
    """

    instrument: NDArray[np.int32]
    kind: NDArray[np.int8]
    valid_from: NDArray[np.int32]
    valid_to: NDArray[np.int32]
    group: NDArray[np.int64]
    is_ask: NDArray[np.bool_]
    first_row: NDArray[np.int64]


def write(folder: Path, corpus: Corpus, passages: Sequence[Passage]) -> None:
    """Write the table and its columns into `folder`."""
    with sqlite3.connect(folder / "passages.sqlite") as database:
        database.execute("PRAGMA journal_mode=OFF")
        database.execute(_SCHEMA)
        database.executemany(
            "INSERT INTO passage VALUES (?,?,?,?,?,?,?,?)",
            (
                (row, p.id, p.provision_id, p.version, p.start, p.end, p.text, p.context)
                for row, p in enumerate(passages)
            ),
        )
        database.execute("CREATE INDEX by_provision ON passage (provision_id, version)")
    database.close()
    numbers = {key: number for number, key in enumerate(corpus.instruments)}
    births = {key: first_day(instrument) for key, instrument in corpus.instruments.items()}
    born = {key: day.toordinal() if day else 0 for key, day in births.items()}
    groups: dict[tuple[ProvisionId, int], int] = {}
    columns = np.zeros((_COLUMNS, len(passages)), dtype=np.int64)
    for row, passage in enumerate(passages):
        provision = corpus.provisions[passage.provision_id]
        version = provision.versions[passage.version]
        valid = version.valid
        columns[:, row] = (
            numbers[provision.instrument_id],
            _KINDS.index(version.text_kind),
            max(valid.start.toordinal() if valid.start else 0, born[provision.instrument_id]),
            valid.end.toordinal() if valid.end else _FOREVER,
            groups.setdefault((passage.provision_id, passage.version), len(groups)),
            passage.is_ask,
        )
    np.save(folder / "columns.npy", columns)


class PassageTable:
    """Reads passages by row and turns filters into masks."""

    def __init__(self, folder: Path, corpus: Corpus) -> None:
        self._path = folder / "passages.sqlite"
        self._corpus = corpus
        self._local = threading.local()
        try:
            columns = np.load(folder / "columns.npy")
        except (OSError, ValueError, EOFError) as error:
            raise IndexBrokenError(f"{folder / 'columns.npy'} cannot be read") from error
        if columns.ndim != 2 or len(columns) != _COLUMNS:
            raise IndexBrokenError(f"{folder / 'columns.npy'} does not hold {_COLUMNS} columns")
        count = int(columns[4].max(initial=-1)) + 1
        self.columns = Columns(
            columns[0].astype(np.int32),
            columns[1].astype(np.int8),
            columns[2].astype(np.int32),
            columns[3].astype(np.int32),
            columns[4],
            columns[5].astype(np.bool_),
            np.searchsorted(columns[4], np.arange(count + 1)),
        )
        self._masks: dict[Filters, NDArray[np.bool_]] = {}

    def __len__(self) -> int:
        return len(self.columns.instrument)

    @property
    def groups(self) -> int:
        """How many provision versions there are."""
        return len(self.columns.first_row) - 1

    def rows(self, wanted: Iterable[int]) -> list[Passage]:
        """The passages of these rows, in the order asked for."""
        wanted = list(wanted)
        marks = ",".join("?" * len(wanted))
        query = f"SELECT * FROM passage WHERE row IN ({marks})"  # noqa: S608 - only marks
        found = {row[0]: _passage(row) for row in self._select(query, wanted)}
        try:
            return [found[row] for row in wanted]
        except KeyError as error:
            raise IndexBrokenError(f"passage row {error} is missing in {self._path}") from error

    def rows_of(self, provision_id: ProvisionId) -> list[int]:
        """The rows of every version of a provision."""
        query = "SELECT row FROM passage WHERE provision_id = ? ORDER BY row"
        return [row[0] for row in self._select(query, (provision_id,))]

    def mask(self, filters: Filters) -> NDArray[np.bool_]:
        """Which rows the filters let through; shape ``(n,)``."""
        known = self._masks.get(filters)
        if known is not None:
            return known
        day = filters.as_of.toordinal()
        mask = (self.columns.valid_from <= day) & (day < self.columns.valid_to)
        if filters.instruments or filters.jurisdictions:
            numbers = [
                number
                for number, (key, instrument) in enumerate(self._corpus.instruments.items())
                if (not filters.instruments or key in filters.instruments)
                and (not filters.jurisdictions or instrument.jurisdiction in filters.jurisdictions)
            ]
            mask &= np.isin(self.columns.instrument, numbers)
        if filters.text_kinds:
            mask &= np.isin(self.columns.kind, [_KINDS.index(k) for k in filters.text_kinds])
        if len(self._masks) >= 64:
            self._masks.clear()
        self._masks[filters] = mask
        return mask

    def _select(self, query: str, values: Sequence[object]) -> list[Any]:
        try:
            return self._database().execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise IndexBrokenError(f"{self._path} cannot be read") from error

    def _database(self) -> sqlite3.Connection:
        database: sqlite3.Connection | None = getattr(self._local, "database", None)
        if database is None:
            try:
                database = sqlite3.connect(f"{self._path.as_uri()}?mode=ro&immutable=1", uri=True)
            except sqlite3.Error as error:
                raise IndexBrokenError(f"{self._path} cannot be opened") from error
            self._local.database = database
        return database


def _passage(row: tuple[int, str, str, int, int, int, str, str]) -> Passage:
    _, identifier, provision, version, start, end, text, context = row
    return Passage(
        PassageId(identifier), ProvisionId(provision), version, start, end, text, context
    )
