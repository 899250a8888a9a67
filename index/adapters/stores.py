"""The two searchable halves of a generation: Chroma for vectors, bm25s for words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.adapters import bm25s_lexical, chroma_store
from index.protocols import LexicalIndex, Vectors, VectorStore


class EmbeddedStores:
    """Builds and opens both halves in sub-folders of a generation."""

    def build(self, folder: Path, texts: Sequence[str], vectors: Vectors) -> None:
        """Write both halves below `folder`; row ``i`` is ``texts[i]`` and ``vectors[i]``."""
        bm25s_lexical.build(folder / "lexical", texts)
        chroma_store.build(folder / "chroma", vectors)

    def open(self, folder: Path, rows: int) -> tuple[VectorStore, LexicalIndex]:
        """Open both halves, for reading only."""
        store = chroma_store.ChromaStore(folder / "chroma", rows)
        return store, bm25s_lexical.Bm25sIndex(folder / "lexical", rows)
