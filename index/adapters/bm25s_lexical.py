"""The lexical index on bm25s: scores of all rows at once, stored as memory-mapped arrays.

Why bm25s (docs/decisions/0002-lexical-engine.md): quality ties with tantivy; it gives the
score of *every* row, so that fusion scores each candidate by both routes and filters cost
nothing; 0.35 ms a query at 13,700 passages.
"""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexBrokenError
from index.protocols import Scores
from index.spelling import mended
from index.tokens import tokens

K1, B = 1.5, 0.6
_RARITY = "rarity.npy"
_HELD = "held.npy"


Analyse = Callable[[str], list[str]]


class Bm25sIndex:
    """BM25 over the rows of one generation, read-only; `analyse` is that of `build`."""

    def __init__(self, folder: Path, rows: int, analyse: Analyse = tokens) -> None:
        import bm25s

        self._rows = rows
        self._analyse = analyse
        self._rarity: NDArray[np.float32] = np.zeros(0, np.float32)
        self._held: NDArray[np.int64] = np.zeros(0, np.int64)
        if rows == 0:
            self._engine = None
            return
        try:
            self._held = np.load(folder / _HELD)
            if not len(self._held):  # no row holds anything to be counted
                self._engine = None
                return
            self._engine = bm25s.BM25.load(str(folder), mmap=True, load_vocab=True)
            self._rarity = np.load(folder / _RARITY)
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise IndexBrokenError(f"the lexical index in {folder} cannot be read") from error

    @property
    def rarest(self) -> float:
        """The weight of a stem that stands in a single row; none weighs more."""
        return _idf(1, max(len(self._held), 1))

    def idf(self, token: str) -> float:
        """How rare a stem is, above 0; 0 for a stem that no row holds."""
        number = None if self._engine is None else self._engine.vocab_dict.get(token)
        return 0.0 if number is None else float(self._rarity[number])

    def _known(self, token: str) -> str | None:
        """The token, or the one it is a slip of; None if the rows hold neither."""
        return token if self.idf(token) else mended(token, self.idf)

    def scores(self, query: str) -> Scores:
        """BM25 score of every row; shape ``(n,)``, 0 where no word is shared."""
        if self._engine is None:
            return np.zeros(self._rows, dtype=np.float32)
        vocabulary = self._engine.vocab_dict
        asked = (self._known(token) for token in self._analyse(query))
        known = [vocabulary[token] for token in asked if token is not None]
        if not known:
            return np.zeros(self._rows, dtype=np.float32)
        scores = np.zeros(self._rows, dtype=np.float32)
        scores[self._held] = self._engine.get_scores_from_ids(known)
        return scores


def build(folder: Path, texts: Sequence[str], analyse: Analyse = tokens) -> None:
    """Index `texts` by row number and write the arrays into `folder`.

    Rows without text (asks) are left out: as empty documents they would shorten the average
    length and so punish every real one.
    """
    import bm25s

    logging.getLogger("bm25s").setLevel(logging.WARNING)  # its import sets DEBUG

    if not texts:
        return
    folder.mkdir(parents=True, exist_ok=True)
    engine = bm25s.BM25(k1=K1, b=B, method="lucene")
    held = np.array([row for row, text in enumerate(texts) if text], np.int64)
    rows = [analyse(texts[row]) for row in held]
    if not any(rows):  # bm25s cannot index nothing
        np.save(folder / _HELD, held[:0])
        return
    np.save(folder / _HELD, held)
    engine.index(rows, show_progress=False)
    engine.save(str(folder), show_progress=False)
    counts = Counter(token for row in rows for token in set(row))
    rarity = np.zeros(max(engine.vocab_dict.values()) + 1, np.float32)
    for token, count in counts.items():
        rarity[engine.vocab_dict[token]] = _idf(count, len(rows))
    np.save(folder / _RARITY, rarity)


def _idf(count: int, rows: int) -> float:
    """Lucene's inverse document frequency; above 0 for any count up to `rows`."""
    return math.log(1 + (rows - count + 0.5) / (count + 0.5))
