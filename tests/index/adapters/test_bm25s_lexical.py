from __future__ import annotations

from pathlib import Path

import pytest

from index.adapters import bm25s_lexical
from index.adapters.bm25s_lexical import Bm25sIndex
from index.errors import IndexBrokenError

TEXTS = ["export of chips", "", "import of chips and of robots"]
FILES = [
    "data.csc.index.npy",
    "indices.csc.index.npy",
    "indptr.csc.index.npy",
    "params.index.json",
    "vocab.index.json",
    "rarity.npy",
    "held.npy",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bm25s_lexical.build(tmp_path / "lexical", TEXTS)
    return tmp_path / "lexical"


def test_a_row_without_text_does_not_weigh_on_the_others(tmp_path: Path, folder: Path) -> None:
    bm25s_lexical.build(tmp_path / "without", [TEXTS[0], TEXTS[2]])

    scores = Bm25sIndex(folder, 3).scores("chips export")

    alone = Bm25sIndex(tmp_path / "without", 2).scores("chips export")
    assert scores.tolist() == pytest.approx([alone[0], 0, alone[1]])


def test_a_word_asked_twice_counts_twice(folder: Path) -> None:
    index_ = Bm25sIndex(folder, 3)

    assert index_.scores("chips chips")[0] == pytest.approx(2 * index_.scores("chips")[0])


@pytest.mark.parametrize("slip", ["expotr", "exprt", "exxport", "exbort"])
def test_a_slip_scores_as_the_word_that_was_meant(folder: Path, slip: str) -> None:
    index_ = Bm25sIndex(folder, 3)

    assert index_.scores(f"{slip} chips").tolist() == index_.scores("export chips").tolist()
    assert index_.idf(slip) == 0


def test_a_word_that_rows_hold_is_not_mended(tmp_path: Path) -> None:
    texts = ["export port", "expert export"]
    bm25s_lexical.build(tmp_path / "near", texts)

    scores = Bm25sIndex(tmp_path / "near", 2).scores("expert")

    assert scores[0] == 0
    assert scores[1] > 0


def test_these_are_all_the_files_of_the_index(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", [b"", b"{junk", None], ids=["empty", "junk", "gone"])
def test_any_damaged_file_is_a_broken_index(folder: Path, name: str, damage: bytes | None) -> None:
    (folder / name).unlink()
    if damage is not None:
        (folder / name).write_bytes(damage)

    with pytest.raises(IndexBrokenError, match="lexical index"):
        Bm25sIndex(folder, 3)
