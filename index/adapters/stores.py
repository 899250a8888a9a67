"""The searchable parts of a generation: Chroma for vectors, bm25s for words."""

from __future__ import annotations

from pathlib import Path

from index.adapters import bm25s_lexical, chroma_store
from index.protocols import Engines, Searched, Vectors
from index.tokens import pairs


class EmbeddedStores:
    """Builds and opens all parts in sub-folders of a generation."""

    def build(self, folder: Path, searched: Searched, vectors: Vectors) -> None:
        """Write all parts below `folder`; row ``i`` is ``searched.rows[i]`` and ``vectors[i]``."""
        bm25s_lexical.build(folder / "lexical", searched.rows)
        bm25s_lexical.build(folder / "pairs", searched.rows, pairs)
        bm25s_lexical.build(folder / "wide", searched.wide)
        chroma_store.build(folder / "chroma", vectors)

    def open(self, folder: Path, rows: int, groups: int) -> Engines:
        """Open all parts, for reading only."""
        return Engines(
            store=chroma_store.ChromaStore(folder / "chroma", rows),
            lexical=bm25s_lexical.Bm25sIndex(folder / "lexical", rows),
            pairs=bm25s_lexical.Bm25sIndex(folder / "pairs", rows, pairs),
            wide=bm25s_lexical.Bm25sIndex(folder / "wide", groups),
        )
