from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.catalog import Corpus
from corpus.errors import HomeError
from corpus.settings import usable_home
from index.adapters import onnx_minilm
from index.adapters.onnx_minilm import OnnxMiniLmEmbedder
from index.adapters.paired import PairedEmbedder
from index.adapters.sbert import SentenceTransformersEmbedder
from index.errors import EmbeddingError, IndexMissingError, IndexStaleError
from index.generations import Generations, read_manifest
from index.retrieve import HybridRetriever
from index.settings import IndexSettings
from index.types import Filters
from index.wiring import calm_threads, make_builder, make_embedder, open_retriever

ROOT = Path(__file__).parents[2]


@pytest.fixture
def fake_model(tmp_path: Path) -> str:
    """The folder of a model that can be named and fingerprinted, not loaded."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "model.safetensors").write_bytes(b"weights")
    return str(tmp_path / "mine")


@pytest.mark.parametrize("encoder", ["auto", "onnx"])
def test_questions_go_to_the_quick_twin_of_the_packaged_model(encoder: str) -> None:
    embedder = make_embedder(IndexSettings(query_encoder=encoder))

    assert isinstance(embedder, PairedEmbedder)
    assert isinstance(embedder.queries, OnnxMiniLmEmbedder)
    assert isinstance(embedder.passages, SentenceTransformersEmbedder)


def test_the_reference_can_be_asked_for_alone() -> None:
    embedder = make_embedder(IndexSettings(query_encoder="sentence-transformers"))

    assert isinstance(embedder, SentenceTransformersEmbedder)


def test_another_model_embeds_its_own_questions(fake_model: str) -> None:
    embedder = make_embedder(IndexSettings(embedding_model=fake_model))

    assert isinstance(embedder, SentenceTransformersEmbedder)
    assert embedder.fingerprint.startswith("mine:")


def test_the_quick_twin_of_another_model_is_refused(fake_model: str) -> None:
    settings = IndexSettings(embedding_model=fake_model, query_encoder="onnx")

    with pytest.raises(EmbeddingError, match="all-MiniLM-L6-v2") as caught:
        make_embedder(settings)

    assert "POLICY_QUERY_ENCODER" in caught.value.hint


def test_without_the_quick_twin_auto_takes_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_minilm, "_PACKAGE", "no_such_package_here")

    assert isinstance(make_embedder(IndexSettings()), SentenceTransformersEmbedder)


def test_a_home_is_made_where_there_is_none_and_left_empty(tmp_path: Path) -> None:
    home = usable_home(IndexSettings(home=tmp_path / "a" / "b"))

    assert home == (tmp_path / "a" / "b").resolve()
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("below", ["", "home"], ids=["a file", "below a file"])
def test_a_home_that_cannot_be_is_told(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(HomeError, match="cannot be written") as caught:
        usable_home(IndexSettings(home=tmp_path / "file" / below))

    assert "POLICY_HOME" in caught.value.hint


def test_everything_a_build_writes_lies_in_the_home(embedded: Corpus, own_home: Path) -> None:
    builder, generations = make_builder(IndexSettings(), embedded)

    assert generations.root == own_home / "index"
    assert {path.name for path in own_home.iterdir()} == {"cache"}
    assert builder.corpus is embedded


def test_uncached_a_builder_writes_no_cache(embedded: Corpus, own_home: Path) -> None:
    make_builder(IndexSettings(), embedded, cached=False)

    assert list(own_home.iterdir()) == []


def test_where_building_is_not_allowed_a_missing_index_is_told(embedded: Corpus) -> None:
    with pytest.raises(IndexMissingError):
        open_retriever(IndexSettings(auto_build=False), embedded)


def test_where_building_is_not_allowed_a_stale_index_is_told(
    embedded: Corpus, real_home: Path
) -> None:
    fewer = Corpus(embedded.instruments, dict(list(embedded.provisions.items())[1:]))

    with pytest.raises(IndexStaleError):
        open_retriever(IndexSettings(home=real_home, auto_build=False), fewer)


def test_on_first_use_the_index_is_built_and_said_so(
    embedded: Corpus, own_home: Path, today: Filters, capsys: pytest.CaptureFixture[str]
) -> None:
    some = Corpus(embedded.instruments, dict(list(embedded.provisions.items())[:20]))
    seen: list[str] = []

    retriever = open_retriever(
        IndexSettings(), some, progress=lambda stage, done, total: seen.append(stage)
    )

    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
    assert "building it once" in printed.err
    assert set(seen) == {"embedding", "writing"}
    assert retriever.retrieve("artificial intelligence", k=1, filters=today)
    assert read_manifest(Generations(own_home / "index").current()).provisions == 20


def test_a_current_index_is_opened_as_it_is(
    embedded: Corpus, real_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = Generations(real_home / "index").current()

    retriever = open_retriever(
        IndexSettings(home=real_home, candidates=33, lexical_weight=0.7), embedded
    )

    assert capsys.readouterr().err == ""
    assert Generations(real_home / "index").current() == before
    assert (retriever.candidates, retriever.weight) == (33, 0.7)


def test_a_second_process_searches_the_generation_that_the_first_holds_open(
    real_home: Path, real_retriever: HybridRetriever, today: Filters
) -> None:
    query = "may an employer read emotions from faces"
    mine = real_retriever.retrieve(query, k=5, filters=today)
    command = ["search", query, "-k", "5", "--as-of", today.as_of.isoformat(), "--json"]
    program = f"from assistant.cli import main; main({command!r})"
    surroundings = {
        **os.environ,
        "POLICY_HOME": str(real_home),
        "POLICY_AUTO_BUILD": "false",
    }

    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, env=surroundings, stdout=subprocess.PIPE
    ) as second:
        meanwhile = [real_retriever.retrieve(query, k=5, filters=today) for _ in range(5)]
        printed, _ = second.communicate(timeout=120)

    theirs = json.loads(printed)["hits"]
    assert second.returncode == 0
    assert [hit["passage_id"] for hit in theirs] == [hit.passage.id for hit in mine]
    assert meanwhile == [mine] * 5


def test_thread_pools_are_calmed_but_never_against_the_users_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "4")
    monkeypatch.delenv("TOKENIZERS_PARALLELISM", raising=False)

    calm_threads()

    assert os.environ["OPENBLAS_NUM_THREADS"] == "4"
    assert os.environ["TOKENIZERS_PARALLELISM"] == "false"
