from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from langchain_core.documents import Document as Piece

from evals import baselines
from evals.baselines import (
    BASELINES,
    bm25,
    dense,
    fused,
    langchain,
    langchain_ensemble,
    okapi,
)
from evals.datasets import read_beir
from evals.types import Document
from index.adapters.onnx_minilm import OnnxMiniLmEmbedder
from index.testing import HashingEmbedder

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


@pytest.fixture
def quick(onnx: OnnxMiniLmEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The quick encoder in the place of the reference model."""
    monkeypatch.setattr(baselines, "_reference", lambda: onnx)


@pytest.mark.usefixtures("quick")
def test_langchain_ranks_a_long_document_by_its_best_piece(folder: Path) -> None:
    padding = "The committee met in the morning and adjourned in the afternoon. " * 60
    documents = [
        Document("minutes", "", padding),
        Document("long", "", f"{padding} Bees keep honey for the winter."),
    ]

    found = langchain(documents, folder)("bees and honey", 2)

    assert [name for name, _ in found] == ["long", "minutes"]


@pytest.mark.parametrize("system", [langchain, langchain_ensemble])
def test_a_hundred_documents_are_found_behind_one_of_many_pieces(
    system: Callable[[list[Document], Path], Search],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(baselines, "_reference", HashingEmbedder)
    # One document holds some 300 pieces that are nearer than any other document's.
    long = "Bees keep honey for the winter in the hive. " * 5600
    others = [Document(f"d{number}", "", f"Ship {number} sails.") for number in range(150)]

    found = system([Document("long", "", long), *others], folder)("bees and honey", 100)

    assert found[0][0] == "long"
    assert len({name for name, _ in found}) == 100


@pytest.mark.usefixtures("quick")
def test_dense_gives_the_exact_cosine_of_each_document(
    folder: Path, onnx: OnnxMiniLmEmbedder
) -> None:
    documents = [Document("a", "Bees", "Honey."), Document("b", "", "A ship on the sea.")]

    found = dict(dense(documents, folder)("honey bees", 2))

    query = onnx.embed_query("honey bees").astype(np.float64)
    vectors = onnx.embed_passages(["Honey.", "A ship on the sea."]).astype(np.float64)
    assert list(found) == ["a", "b"]
    assert [found["a"], found["b"]] == pytest.approx((vectors @ query).tolist(), abs=1e-5)


@pytest.mark.usefixtures("quick")
def test_the_ensemble_finds_by_a_rare_word_what_vectors_miss(folder: Path) -> None:
    documents = [Document(f"d{number}", "", f"Form X{number}K is due.") for number in range(40)]

    found = langchain_ensemble(documents, folder)("X17K", 3)

    assert found[0][0] == "d17"


@pytest.mark.usefixtures("quick")
def test_an_ensemble_score_is_the_sum_of_both_reciprocal_ranks(folder: Path) -> None:
    documents = [Document("a", "", "bees"), Document("b", "", "ships"), Document("c", "", "sails")]

    found = langchain_ensemble(documents, folder)("bees", 3)

    assert found[0] == ("a", pytest.approx(0.5 / 61 + 0.5 / 61))


def test_okapi_scores_a_worked_example() -> None:
    scores = okapi([["red", "lamp"], ["red", "red", "horn"], ["fog"], ["lens"]])

    found = scores(["horn"])

    # Mean length 7/4; idf = ln 3.5 - ln 1.5; length of the one text that holds the word: 3.
    idf = math.log(3.5 / 1.5)
    assert found.tolist() == pytest.approx(
        [0, idf * 2.5 / (1 + 1.5 * (0.25 + 0.75 * 12 / 7)), 0, 0]
    )


def test_okapi_gives_a_word_of_most_texts_a_quarter_of_the_mean_idf() -> None:
    scores = okapi([["a", "b"], ["a", "c"], ["a", "d"]])

    found = scores(["a"])

    # Every text has the mean length, so the rest of the formula is 2.5 / 2.5.
    rare, common = math.log(2.5 / 1.5), math.log(0.5 / 3.5)
    assert found.tolist() == pytest.approx([0.25 * (3 * rare + common) / 4] * 3)


def test_okapi_counts_a_repeated_word_again_and_an_unknown_one_not_at_all() -> None:
    scores = okapi([["fog", "horn"], ["lamp", "lens"], ["pier", "port"]])

    once, twice = scores(["fog"]), scores(["fog", "unknown", "fog"])

    assert once[0] > 0
    assert twice.tolist() == pytest.approx((2 * once).tolist())


def test_okapi_tells_capitals_apart() -> None:
    scores = okapi([["Fog", "horn"], ["lamp", "lens"], ["pier", "port"]])

    assert scores(["fog"]).tolist() == [0, 0, 0]


def test_fusion_adds_weighted_reciprocal_ranks() -> None:
    a, b, c = (Piece(page_content=words) for words in "abc")

    found = fused([[a, b], [c, a]], [0.75, 0.25])

    assert [(piece.page_content, score) for piece, score in found] == [
        ("a", pytest.approx(0.75 / 61 + 0.25 / 62)),
        ("b", pytest.approx(0.75 / 62)),
        ("c", pytest.approx(0.25 / 61)),
    ]


def test_fusion_makes_one_of_pieces_with_the_same_words() -> None:
    first = Piece(page_content="same", metadata={"id": "first"})
    second = Piece(page_content="same", metadata={"id": "second"})

    found = fused([[first], [second]], [0.5, 0.5])

    assert [(piece.metadata["id"], score) for piece, score in found] == [
        ("first", pytest.approx(1 / 61))
    ]


def test_fusion_keeps_the_first_first_at_equal_scores() -> None:
    a, b = Piece(page_content="a"), Piece(page_content="b")

    found = fused([[b], [a]], [0.5, 0.5])

    assert [piece.page_content for piece, _ in found] == ["b", "a"]
