"""The vector store on embedded Chroma: cosine, read-only once built.

What cost a day to find out: the default space is squared L2 (cosine must be asked for), query
returns *distances*, names need three characters, and a second process that opens a folder while
another writes to it can hang (chroma issue 7040). So a generation is written once, in a folder
nobody else knows yet, and only ever read afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import IndexBrokenError
from index.protocols import Vector, Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

COLLECTION = "passages"
EF_SEARCH = 200
_BATCH = 2000


class ChromaStore:
    """The vectors of one generation; ids are row numbers."""

    def __init__(self, folder: Path, rows: int) -> None:
        from chromadb.errors import ChromaError

        self._rows = rows
        try:
            self._client = _client(folder)
            self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
        except (ChromaError, ValueError, OSError) as error:
            raise IndexBrokenError(f"the vector store in {folder} cannot be opened") from error

    def nearest(self, query: Vector, k: int) -> list[tuple[int, float]]:
        """The `k` rows nearest to `query`, best first, with cosine similarity in [-1, 1].

        Chroma answers with cosine *distance* in [0, 2], lower is better; here it becomes
        similarity, so that no caller has to know which store it talks to.
        """
        if not self._rows:
            return []
        from chromadb.errors import ChromaError

        try:
            found = self._collection.query(
                query_embeddings=[query.tolist()],
                n_results=min(k, self._rows),
                include=["distances"],
            )
        except ChromaError as error:
            raise IndexBrokenError("the vector store cannot be searched") from error
        distances = found["distances"]
        assert distances is not None  # noqa: S101 - asked for in `include`
        return [
            (int(row), 1.0 - distance)
            for row, distance in zip(found["ids"][0], distances[0], strict=True)
        ]


def build(folder: Path, vectors: Vectors, progress: Callable[[int], None] | None = None) -> None:
    """Write `vectors` (shape ``(n, d)``, L2 norm 1) into a new store in `folder`."""
    client = _client(folder)
    collection = client.create_collection(
        COLLECTION,
        configuration={
            "hnsw": {
                "space": "cosine",
                "ef_search": EF_SEARCH,
                "ef_construction": 200,
                "max_neighbors": 32,
            }
        },
        embedding_function=None,
    )
    for start in range(0, len(vectors), _BATCH):
        end = min(start + _BATCH, len(vectors))
        collection.add(ids=[str(row) for row in range(start, end)], embeddings=vectors[start:end])
        if progress is not None:
            progress(end)
    client.close()  # type: ignore[attr-defined]  # missing from the declared interface


def _client(folder: Path) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
