from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from corpus.types import TextKind
from evals import retrieval
from evals.datasets import read_beir
from evals.errors import EvaluationError
from evals.retrieval import as_corpus, evaluate, product, result_json, write_trec
from evals.types import Document, RetrievalResult, TopicId

CONTRACT_FIELDS = [
    "name",
    "recall@5",
    "recall@10",
    "map@10",
    "ndcg@10",
    "mrr@10",
    "all@10",
    "p50_ms",
    "p95_ms",
    "build_s",
    "peak_rss_mb",
    "index_mb",
]


def texts_of(*documents: Document) -> list[tuple[str, str]]:
    return [(version.heading, version.text) for _, _, version in as_corpus(documents).versions()]


def test_each_document_becomes_one_provision() -> None:
    corpus = as_corpus([Document("a", "One", "First."), Document("b", "Two", "Second.")])

    assert list(corpus.provisions) == ["beir#a", "beir#b"]


def test_a_document_is_an_upload_never_law() -> None:
    corpus = as_corpus([Document("a", "One", "First.")])

    assert corpus.provisions["beir#a"].versions[0].text_kind is TextKind.UPLOAD


def test_a_title_stands_above_its_text() -> None:
    found = texts_of(Document("a", "One", "First."))

    assert found == [("One", "First.")]


def test_a_document_without_text_keeps_its_title_as_text() -> None:
    found = texts_of(Document("a", "Only a title", "  "))

    assert found == [("", "Only a title")]


def test_an_empty_document_is_left_out() -> None:
    found = texts_of(Document("a", "", ""), Document("b", "", "Something."))

    assert found == [("", "Something.")]


@pytest.mark.usefixtures("onnx_product")
def test_the_product_finds_what_each_query_asks_for(beir_folder: Path) -> None:
    dataset = read_beir(beir_folder)

    result = evaluate(dataset, "product")

    assert result.measures["recall@5"] == 1.0
    assert result.measures["mrr@10"] == 1.0


@pytest.mark.usefixtures("onnx_product")
def test_every_topic_with_a_relevant_document_is_asked_once(beir_folder: Path) -> None:
    dataset = read_beir(beir_folder)

    result = evaluate(dataset, "product")

    assert list(result.run) == ["q1", "q2", "q3", "q4"]


@pytest.mark.usefixtures("onnx_product")
def test_a_ranking_holds_each_document_once_best_first(beir_folder: Path) -> None:
    dataset = read_beir(beir_folder)

    run = evaluate(dataset, "product").run

    known = {document.id for document in dataset.documents}
    for ranking in run.values():
        names, scores = zip(*ranking, strict=True)
        assert len(set(names)) == len(names)
        assert set(names) <= known
        assert list(scores) == sorted(scores, reverse=True)


@pytest.mark.usefixtures("onnx_product")
def test_the_product_is_built_in_the_folder_given_and_not_in_the_users_home(
    beir_folder: Path, tmp_path: Path, own_home: Path
) -> None:
    folder = tmp_path / "throw-away"

    product(read_beir(beir_folder).documents, folder)

    assert (folder / "index" / "current").exists()
    assert not own_home.exists()


@pytest.mark.usefixtures("onnx_product")
def test_a_product_that_was_asked_for_k_gives_at_most_k(beir_folder: Path, tmp_path: Path) -> None:
    search = product(read_beir(beir_folder).documents, tmp_path / "home")

    found = search("honey for the winter", 3)

    assert len(found) == 3


@pytest.mark.usefixtures("onnx_product")
def test_building_leaves_nothing_behind(
    beir_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = tmp_path / "aside"
    aside.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(aside))

    evaluate(read_beir(beir_folder), "product")

    assert list(aside.iterdir()) == []


@pytest.mark.usefixtures("onnx_product")
def test_what_a_result_costs_is_measured(beir_folder: Path) -> None:
    result = evaluate(read_beir(beir_folder), "product")

    assert 0 < result.p50_ms <= result.p95_ms
    assert result.build_s > 0
    assert result.index_mb > 0
    assert result.peak_rss_mb > 10


def test_bm25_is_measured_as_the_product_is(beir_folder: Path) -> None:
    result = evaluate(read_beir(beir_folder), "baseline-bm25")

    assert result.name == "baseline-bm25"
    assert result.measures["recall@10"] == 1.0


def test_an_unknown_system_is_refused_with_the_names_there_are(beir_folder: Path) -> None:
    dataset = read_beir(beir_folder)

    with pytest.raises(EvaluationError, match="no system 'elastic'") as caught:
        evaluate(dataset, "elastic")

    assert "product, baseline-bm25, baseline-langchain" in caught.value.hint


def test_the_first_query_that_loads_things_is_not_timed(
    beir_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def system(
        documents: Sequence[Document], folder: Path
    ) -> Callable[[str, int], list[tuple[str, float]]]:
        def search(query: str, k: int) -> list[tuple[str, float]]:
            asked.append(query)
            return [(documents[0].id, 1.0)]

        return search

    monkeypatch.setitem(retrieval.SYSTEMS, "counting", system)
    dataset = read_beir(beir_folder)

    evaluate(dataset, "counting")

    questions = [topic.text for topic in dataset.topics]
    assert asked == [questions[0], *questions]


def test_a_result_has_the_fields_of_the_contract(beir_folder: Path) -> None:
    result = evaluate(read_beir(beir_folder), "baseline-bm25")

    row = result_json(result)

    assert list(row) == CONTRACT_FIELDS


def test_a_result_is_rounded_for_reading() -> None:
    measures = {"recall@5": 1 / 3}
    result = RetrievalResult("x", measures, 1.2345, 2.3456, 3.4567, 4.5678, 5.6789, {})

    row = result_json(result)

    assert row == {
        "name": "x",
        "recall@5": 0.3333,
        "p50_ms": 1.23,
        "p95_ms": 2.35,
        "build_s": 3.5,
        "peak_rss_mb": 4.6,
        "index_mb": 5.7,
    }


def test_a_trec_run_has_six_columns_and_ranks_from_1(tmp_path: Path) -> None:
    run = {TopicId("q1"): [("fog", 0.75), ("tide", 0.5)], TopicId("q2"): [("bees", 0.25)]}

    write_trec(run, "product", tmp_path / "run.trec")

    assert (tmp_path / "run.trec").read_text("utf-8") == (
        "q1 Q0 fog 1 0.750000 product\n"
        "q1 Q0 tide 2 0.500000 product\n"
        "q2 Q0 bees 1 0.250000 product\n"
    )
