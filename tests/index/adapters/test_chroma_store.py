from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.adapters import chroma_store
from index.adapters.chroma_store import ChromaStore
from index.errors import IndexBrokenError
from index.protocols import Vectors


def _random(rows: int, dimensions: int = 16) -> Vectors:
    vectors = np.random.default_rng(7).normal(size=(rows, dimensions)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of more rows than one batch."""
    folder = tmp_path_factory.mktemp("many") / "chroma"
    chroma_store.build(folder, _random(4100))
    return folder


def test_more_rows_than_a_batch_all_arrive_under_their_own_number(many: Path) -> None:
    vectors = _random(4100)
    store = ChromaStore(many, 4100)

    found = [store.nearest(vectors[row], 1)[0][0] for row in (0, 1999, 2000, 3999, 4000, 4099)]

    assert found == [0, 1999, 2000, 3999, 4000, 4099]


def test_neighbours_are_those_of_a_full_scan(many: Path) -> None:
    vectors = _random(4100)
    queries = vectors[::400]
    store = ChromaStore(many, 4100)

    shared = [
        len({row for row, _ in store.nearest(q, 10)} & set(np.argsort(-(vectors @ q))[:10]))
        for q in queries
    ]

    assert sum(shared) >= 0.97 * 10 * len(queries)


def test_progress_counts_the_rows_written(tmp_path: Path) -> None:
    seen: list[int] = []

    chroma_store.build(tmp_path / "chroma", _random(2001), seen.append)

    assert seen == [2000, 2001]


@pytest.mark.parametrize("damage", [b"no database " * 500, None], ids=["junk", "gone"])
def test_a_damaged_store_is_a_broken_index(tmp_path: Path, damage: bytes | None) -> None:
    folder = tmp_path / "chroma"
    chroma_store.build(folder, _random(5))
    (folder / "chroma.sqlite3").unlink()
    if damage is not None:
        (folder / "chroma.sqlite3").write_bytes(damage)

    with pytest.raises(IndexBrokenError, match="vector store"):
        ChromaStore(folder, 5)


def test_a_store_of_another_model_is_a_broken_index(tmp_path: Path) -> None:
    chroma_store.build(tmp_path / "chroma", _random(5, 8))
    store = ChromaStore(tmp_path / "chroma", 5)

    with pytest.raises(IndexBrokenError, match="searched"):
        store.nearest(_random(1, 16)[0], 1)
