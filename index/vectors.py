"""Vectors by content: what was embedded once, by any build, is never embedded again.

A vector is known by the SHA-256 of the model's fingerprint and the embedded text. The vectors of
the embedded corpus travel in the package (`index/data/*.npz`), so that a first start embeds
nothing; everything else is kept in `POLICY_HOME/cache/vectors.sqlite`. Vectors are rounded to
float16 wherever they come from, so that a cached one equals a fresh one (the rounding moves a
cosine by less than 0.001).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import HomeError
from index.protocols import BULK, Embedder, Vectors

Half = NDArray[np.float16]
Key = bytes


def key_of(fingerprint: str, text: str) -> Key:
    """The 16-byte name of a vector."""
    return hashlib.sha256(f"{fingerprint}\n{text}".encode()).digest()[:16]


def shipped_path(fingerprint: str) -> str:
    """The file name, below `index/data`, of the vectors shipped for a model."""
    return f"vectors-{fingerprint.replace(':', '-').lower()}.npz"


def load_shipped(fingerprint: str) -> dict[Key, Half]:
    """The vectors that travel with the package for this model; empty when there are none."""
    file = resources.files("index") / "data" / shipped_path(fingerprint)
    if not file.is_file():
        return {}
    with file.open("rb") as stream, np.load(stream) as arrays:
        return dict(zip((key.tobytes() for key in arrays["keys"]), arrays["vectors"], strict=True))


def write_shipped(path: Path, keys: Sequence[Key], vectors: Vectors | Half) -> None:
    """Write vectors for shipping, in key order, so that equal content gives an equal file."""
    order = sorted(range(len(keys)), key=lambda row: keys[row])
    np.savez_compressed(
        path,
        keys=np.frombuffer(b"".join(keys[row] for row in order), np.uint8).reshape(-1, 16),
        vectors=np.asarray(vectors, dtype=np.float16)[order],
    )


def _chunks(count: int) -> Iterator[tuple[int, int]]:
    """Half-open ranges of `BULK` that cover `count`; the last also takes what is left over."""
    for start in range(0, max(count - BULK + 1, min(count, 1)), BULK):
        end = start + BULK
        yield start, end if count - end >= BULK else count


class VectorCache:
    """Known vectors: the shipped ones and those of earlier builds in `folder` (None: no file)."""

    def __init__(self, folder: Path | None, fingerprint: str, *, shipped: bool = True) -> None:
        self._fingerprint = fingerprint
        self._known = load_shipped(fingerprint) if shipped else {}
        self._path = None if folder is None else folder / "vectors.sqlite"
        if self._path is not None:
            self._prepare(self._path)

    def embed(
        self,
        texts: Sequence[str],
        embedder: Embedder,
        progress: Callable[[int, int], None] | None = None,
    ) -> Half:
        """Vectors of `texts`, shape ``(n, d)``, float16; embeds only what is not known."""
        keys = [key_of(self._fingerprint, text) for text in texts]
        self._read({key for key in keys if key not in self._known})
        missing = [row for row, key in enumerate(keys) if key not in self._known]
        missing.sort(key=lambda row: len(texts[row]))  # equal lengths together: no padding
        fresh: dict[Key, Half] = {}
        for start, end in _chunks(len(missing)):
            rows = missing[start:end]
            vectors = embedder.embed_passages([texts[row] for row in rows]).astype(np.float16)
            fresh.update(zip((keys[row] for row in rows), vectors, strict=True))
            if progress is not None:
                progress(end, len(missing))
        self._known.update(fresh)
        self._write(fresh)
        if not keys:
            return np.zeros((0, embedder.dimensions), dtype=np.float16)
        return np.stack([self._known[key] for key in keys])

    def keep_only(self, texts: Iterable[str]) -> None:
        """Forget, on disk too, the vectors of all other texts."""
        if self._path is None:
            return
        keys = {key_of(self._fingerprint, text) for text in texts}
        with closing(self._connect()) as database:
            known = [row[0] for row in database.execute("SELECT key FROM vector")]
            gone = [(key,) for key in known if key not in keys]
            with database:
                database.executemany("DELETE FROM vector WHERE key = ?", gone)
            database.execute("VACUUM")  # deleted rows stay readable in the file otherwise

    def _prepare(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._make_table()
        except (OSError, sqlite3.OperationalError) as error:
            raise HomeError(f"{path} cannot be used: {error}") from error
        except sqlite3.DatabaseError:  # damaged; all it held can be embedded again
            path.unlink()
            self._make_table()

    def _make_table(self) -> None:
        with closing(self._connect()) as database, database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, half BLOB NOT NULL)"
            )

    def _connect(self) -> sqlite3.Connection:
        assert self._path is not None  # noqa: S101 - callers checked
        return sqlite3.connect(self._path, timeout=30)

    def _read(self, keys: Iterable[Key]) -> None:
        keys = list(keys)
        if self._path is None or not keys:
            return
        with self._connect() as database:
            for start in range(0, len(keys), 500):
                some = keys[start : start + 500]
                marks = ",".join("?" * len(some))
                query = f"SELECT key, half FROM vector WHERE key IN ({marks})"  # noqa: S608
                for key, half in database.execute(query, some):
                    self._known[key] = np.frombuffer(half, dtype=np.float16)
        database.close()

    def _write(self, fresh: dict[Key, Half]) -> None:
        if self._path is None or not fresh:
            return
        with self._connect() as database:
            database.executemany(
                "INSERT OR REPLACE INTO vector VALUES (?, ?)",
                ((key, half.tobytes()) for key, half in fresh.items()),
            )
        database.close()
