"""The lexical index on bm25s: scores of all rows at once, stored as memory-mapped arrays.

Why bm25s (docs/decisions/0002-lexical-engine.md): quality ties with tantivy; it gives the
score of *every* row, so that fusion scores each candidate by both routes and filters cost
nothing; 0.35 ms a query at 13,700 passages.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.errors import IndexBrokenError
from index.protocols import Scores
from index.tokens import tokens

K1, B = 1.5, 0.75


class Bm25sIndex:
    """BM25 over the rows of one generation, read-only."""

    def __init__(self, folder: Path, rows: int) -> None:
        import bm25s

        self._rows = rows
        if rows == 0:
            self._engine = None
            return
        try:
            self._engine = bm25s.BM25.load(str(folder), mmap=True, load_vocab=True)
        except (OSError, ValueError, KeyError) as error:
            raise IndexBrokenError(f"the lexical index in {folder} cannot be read") from error

    def scores(self, query: str) -> Scores:
        """BM25 score of every row; shape ``(n,)``, 0 where no word is shared."""
        if self._engine is None:
            return np.zeros(0, dtype=np.float32)
        vocabulary = self._engine.vocab_dict
        known = [vocabulary[token] for token in tokens(query) if token in vocabulary]
        if not known:
            return np.zeros(self._rows, dtype=np.float32)
        found = self._engine.get_scores_from_ids(known)
        return np.asarray(found, dtype=np.float32)


def build(folder: Path, texts: Sequence[str]) -> None:
    """Index `texts` by row number and write the arrays into `folder`."""
    import bm25s

    if not texts:
        return
    engine = bm25s.BM25(k1=K1, b=B, method="lucene")
    engine.index([tokens(text) for text in texts], show_progress=False)
    engine.save(str(folder), show_progress=False)
