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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import HomeError
from index.late import NOTHING, WORD_BYTES, Compressor, Packed
from index.protocols import BULK, Embedder, Encoded, Vectors, WordEmbedder

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


def shipped_words_path(fingerprint: str) -> str:
    """The file name, below `index/data`, of the word vectors shipped for a model."""
    return f"words-{fingerprint.replace(':', '-').lower()}.npz"


def load_shipped_words(fingerprint: str) -> dict[Key, Packed]:
    """The word vectors that travel with the package for this model; empty when there are none."""
    file = resources.files("index") / "data" / shipped_words_path(fingerprint)
    if not file.is_file():
        return {}
    with file.open("rb") as stream, np.load(stream) as arrays:
        keys, starts = arrays["keys"], arrays["starts"]
        pieces, codes = arrays["pieces"], arrays["codes"]
    return {
        key.tobytes(): Packed(pieces[a:b], codes[a:b])
        for key, a, b in zip(keys, starts[:-1], starts[1:], strict=True)
    }


def write_shipped_words(path: Path, packed: Mapping[Key, Packed]) -> None:
    """Write word vectors for shipping, in key order, so that equal content gives an equal file."""
    order = sorted(packed)
    lengths = [len(packed[key].pieces) for key in order]
    np.savez_compressed(
        path,
        keys=np.frombuffer(b"".join(order), np.uint8).reshape(-1, 16),
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        pieces=np.concatenate([NOTHING.pieces, *(packed[key].pieces for key in order)]),
        codes=np.concatenate([NOTHING.codes, *(packed[key].codes for key in order)]),
    )


def _chunks(count: int) -> Iterator[tuple[int, int]]:
    """Half-open ranges of `BULK` that cover `count`; the last also takes what is left over."""
    for start in range(0, max(count - BULK + 1, min(count, 1)), BULK):
        end = start + BULK
        yield start, end if count - end >= BULK else count


class VectorCache:
    """Known vectors: the shipped ones and those of earlier builds in `folder` (None: no file).

    With a `compressor` the word vectors of passages are kept too (`index/late.py`).
    """

    def __init__(
        self,
        folder: Path | None,
        fingerprint: str,
        *,
        shipped: bool = True,
        compressor: Compressor | None = None,
    ) -> None:
        self._fingerprint = fingerprint
        self._shipped = shipped
        self._compressor = compressor
        self._known: dict[Key, Half] = {}
        self._packed: dict[Key, Packed] = {}
        self._path = None if folder is None else folder / "vectors.sqlite"
        if self._path is not None:
            self._prepare(self._path)

    def embed(
        self,
        texts: Sequence[str],
        embedder: Embedder,
        progress: Callable[[int, int], None] | None = None,
        *,
        with_words: Sequence[bool] = (),
    ) -> Half:
        """Vectors of `texts`, shape ``(n, d)``, float16; embeds only what is not known.

        `with_words` marks the texts whose word vectors are wanted too; see `words_of`.
        """
        keys = [key_of(self._fingerprint, text) for text in texts]
        wanted = list(with_words) if self._compressor and with_words else [False] * len(texts)
        self._load_shipped()
        self._read(keys, {key for key, want in zip(keys, wanted, strict=True) if want})
        missing = [
            row
            for row, key in enumerate(keys)
            if key not in self._known or (wanted[row] and key not in self._packed)
        ]
        # Equal lengths together: no padding. Texts without word vectors come last.
        missing.sort(key=lambda row: (not wanted[row], len(texts[row])))
        split = sum(wanted[row] for row in missing)
        done = 0
        for part, packs in ((missing[:split], True), (missing[split:], False)):
            for start, end in _chunks(len(part)):
                rows = part[start:end]
                chunk = [texts[row] for row in rows]
                self._embed([keys[row] for row in rows], chunk, embedder, packs=packs)
                done += len(rows)
                if progress is not None:
                    progress(done, len(missing))
        if not keys:
            return np.zeros((0, embedder.dimensions), dtype=np.float16)
        return np.stack([self._known[key] for key in keys])

    def know(self, texts: Iterable[str], vectors: Iterable[Half]) -> None:
        """Take over vectors that are at hand, one a text."""
        for text, vector in zip(texts, vectors, strict=True):
            self._known.setdefault(key_of(self._fingerprint, text), vector)

    def words_of(self, text: str) -> Packed:
        """The word vectors of a text that `embed` was given with `with_words`; else none."""
        return self._packed.get(key_of(self._fingerprint, text), NOTHING)

    def _embed(
        self, keys: Sequence[Key], texts: Sequence[str], embedder: Embedder, *, packs: bool
    ) -> None:
        packed: dict[Key, Packed] = {}
        if packs and self._compressor is not None:
            encoded = _encoded(embedder, texts)
            vectors = np.stack([one.vector for one in encoded]).astype(np.float16)
            packed = {k: self._compressor.pack(e) for k, e in zip(keys, encoded, strict=True)}
        else:
            vectors = embedder.embed_passages(texts).astype(np.float16)
        # A vector that is known stays as it is: the same text never gets two.
        fresh = {k: v for k, v in zip(keys, vectors, strict=True) if k not in self._known}
        self._known.update(fresh)
        self._packed.update(packed)
        self._write(fresh, packed)

    def _load_shipped(self) -> None:
        """Take up what travels with the package, once; 0.2 s, so not before it is needed."""
        if self._shipped:
            self._shipped = False
            self._known = {**load_shipped(self._fingerprint), **self._known}
            if self._compressor is not None:
                self._packed = {**load_shipped_words(self._fingerprint), **self._packed}

    def keep_only(self, texts: Iterable[str]) -> None:
        """Forget, on disk too, the vectors of all other texts."""
        if self._path is None:
            return
        keys = {key_of(self._fingerprint, text) for text in texts}
        with closing(self._connect()) as database:
            for table in ("vector", "words"):
                known = [row[0] for row in database.execute(f"SELECT key FROM {table}")]  # noqa: S608
                gone = [(key,) for key in known if key not in keys]
                with database:
                    database.executemany(f"DELETE FROM {table} WHERE key = ?", gone)  # noqa: S608
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
            database.execute(
                "CREATE TABLE IF NOT EXISTS words "
                "(key BLOB PRIMARY KEY, pieces BLOB NOT NULL, codes BLOB NOT NULL)"
            )

    def _connect(self) -> sqlite3.Connection:
        assert self._path is not None  # noqa: S101 - callers checked
        return sqlite3.connect(self._path, timeout=30)

    def _read(self, keys: Sequence[Key], with_words: set[Key]) -> None:
        if self._path is None:
            return
        with closing(self._connect()) as database:
            for key, half in _select(database, "key, half", "vector", set(keys) - set(self._known)):
                self._known[key] = np.frombuffer(half, dtype=np.float16)
            unknown = with_words - set(self._packed)
            for key, pieces, codes in _select(database, "key, pieces, codes", "words", unknown):
                self._packed[key] = unpacked(pieces, codes)

    def _write(self, fresh: dict[Key, Half], packed: dict[Key, Packed]) -> None:
        if self._path is None or not (fresh or packed):
            return
        halves = ((key, half.tobytes()) for key, half in fresh.items())
        words = ((k, one.pieces.tobytes(), one.codes.tobytes()) for k, one in packed.items())
        with closing(self._connect()) as database, database:
            database.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?)", halves)
            database.executemany("INSERT OR REPLACE INTO words VALUES (?, ?, ?)", words)


def _encoded(embedder: Embedder, texts: Sequence[str]) -> list[Encoded]:
    if not isinstance(embedder, WordEmbedder):
        raise TypeError(f"{type(embedder).__name__} gives no states of words")
    return embedder.encode_passages(texts)


def _select(
    database: sqlite3.Connection, columns: str, table: str, keys: set[Key]
) -> Iterator[tuple[bytes, ...]]:
    """The rows of `keys`, 500 a query."""
    wanted = sorted(keys)
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        marks = ",".join("?" * len(some))
        query = f"SELECT {columns} FROM {table} WHERE key IN ({marks})"  # noqa: S608 - only marks
        yield from database.execute(query, some)


def unpacked(pieces: bytes, codes: bytes) -> Packed:
    """Word vectors from their bytes."""
    numbers = np.frombuffer(pieces, np.uint16)
    return Packed(numbers, np.frombuffer(codes, np.uint8).reshape(-1, WORD_BYTES))
