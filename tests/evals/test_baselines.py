from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evals import baselines
from evals.baselines import BASELINES, bm25, langchain
from evals.datasets import read_beir
from evals.types import Document
from index.adapters.onnx_minilm import OnnxMiniLmEmbedder

Search = Callable[[str, int], list[tuple[str, float]]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "store"
    made.mkdir()
    return made


@pytest.fixture(params=list(BASELINES))
def search(
    request: pytest.FixtureRequest,
    beir_folder: Path,
    folder: Path,
    onnx: OnnxMiniLmEmbedder,
    monkeypatch: pytest.MonkeyPatch,
) -> Search:
    """Each baseline over the twelve documents, with the quick encoder."""
    monkeypatch.setattr(baselines, "_reference", lambda: onnx)
    made: Search = BASELINES[request.param](read_beir(beir_folder).documents, folder)
    return made


def test_a_baseline_finds_the_document_first(search: Search) -> None:
    found = search("a loop in a rope that does not slip", 5)

    assert found[0][0] == "knot"


def test_a_baseline_gives_each_document_once_best_first(search: Search) -> None:
    found = search("honey for the winter", 12)

    names = [name for name, _ in found]
    scores = [score for _, score in found]
    assert len(set(names)) == len(names)
    assert scores == sorted(scores, reverse=True)


def test_a_baseline_gives_no_more_than_asked_for(search: Search) -> None:
    found = search("honey for the winter", 2)

    assert len(found) == 2


def test_a_baseline_can_be_asked_for_more_than_there_is(search: Search) -> None:
    found = search("honey for the winter", 100)

    assert len(found) == 12


def test_a_baseline_writes_its_index_where_it_is_told(search: Search, folder: Path) -> None:
    search("honey", 1)

    assert any(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def test_bm25_stems_words(folder: Path) -> None:
    documents = [Document("a", "", "licensing decisions"), Document("b", "", "open seas")]

    found = bm25(documents, folder)("licensed", 1)

    assert found[0][0] == "a"
    assert found[0][1] > 0


def test_bm25_searches_titles_too(folder: Path) -> None:
    documents = [Document("a", "Lighthouses", "A text."), Document("b", "", "Another text.")]

    found = bm25(documents, folder)("lighthouses", 1)

    assert found[0][0] == "a"


def test_langchain_ranks_a_long_document_by_its_best_piece(
    folder: Path, onnx: OnnxMiniLmEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(baselines, "_reference", lambda: onnx)
    padding = "The committee met in the morning and adjourned in the afternoon. " * 60
    documents = [
        Document("minutes", "", padding),
        Document("long", "", f"{padding} Bees keep honey for the winter."),
    ]

    found = langchain(documents, folder)("bees and honey", 2)

    assert [name for name, _ in found] == ["long", "minutes"]
