from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from corpus.catalog import Corpus
from index.adapters.sbert import SentenceTransformersEmbedder
from index.build import IndexBuilder
from index.errors import (
    EmbeddingError,
    IndexBrokenError,
    IndexBusyError,
    IndexMissingError,
    IndexStaleError,
)
from index.generations import Generations, read_manifest
from index.late import Compressor, load_compressor
from index.protocols import Searched, Vectors
from index.testing import HashingEmbedder, MemoryStores, RefusingEmbedder, WordHashingEmbedder
from index.types import Filters
from index.vectors import VectorCache

MakeBuilder = Callable[..., IndexBuilder]


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    return Generations(tmp_path / "index")


@pytest.fixture
def builder(small: Corpus, builder_of: MakeBuilder) -> IndexBuilder:
    return builder_of(small)


@pytest.fixture
def built(builder: IndexBuilder, generations: Generations) -> Path:
    """The folder of a whole generation."""
    builder.build(generations)
    return generations.current()


def _fewer(corpus: Corpus) -> Corpus:
    return Corpus(corpus.instruments, dict(list(corpus.provisions.items())[1:]))


class FullDisk(MemoryStores):
    """A factory whose disk is full."""

    def build(self, folder: Path, searched: Searched, vectors: Vectors) -> None:
        raise OSError(28, "No space left on device")


def test_the_manifest_says_what_was_built(
    small: Corpus, builder: IndexBuilder, generations: Generations
) -> None:
    manifest = builder.build(generations)

    assert manifest == read_manifest(generations.current())
    assert (manifest.instruments, manifest.provisions) == (3, len(small.provisions))
    assert manifest.passages > manifest.provisions
    assert (manifest.corpus, manifest.model) == (small.fingerprint, "hashing-3:256")
    assert manifest.fingerprint == builder.fingerprint


def test_a_build_tells_its_progress_to_the_end(
    builder: IndexBuilder, generations: Generations
) -> None:
    seen: list[tuple[str, int, int]] = []

    manifest = builder.build(
        generations, progress=lambda stage, done, total: seen.append((stage, done, total))
    )

    assert seen[0] == ("embedding", 0, manifest.passages)
    assert ("embedding", manifest.passages, manifest.passages) in seen
    assert seen[-1] == ("writing", 1, 1)


def test_a_first_build_of_the_shipped_corpus_embeds_nothing(
    embedded: Corpus, builder_of: MakeBuilder, generations: Generations, tmp_path: Path
) -> None:
    refusing = RefusingEmbedder(SentenceTransformersEmbedder().fingerprint, 384)
    cache = VectorCache(tmp_path / "cache", refusing.fingerprint)

    manifest = builder_of(embedded, embedder=refusing, cache=cache).build(generations)

    assert manifest.provisions == len(embedded.provisions)


def test_after_one_change_only_its_passages_are_embedded(
    small: Corpus, builder_of: MakeBuilder, generations: Generations, tmp_path: Path
) -> None:
    print_ = HashingEmbedder().fingerprint
    builder_of(small, cache=VectorCache(tmp_path / "cache", print_)).build(generations)
    first, *others = small.provisions.values()
    reworded = replace(first, versions=(replace(first.versions[0], text="All is new."),))
    changed = Corpus(small.instruments, {p.id: p for p in (reworded, *others)})
    embedder = HashingEmbedder()

    builder_of(changed, embedder=embedder, cache=VectorCache(tmp_path / "cache", print_)).build(
        generations
    )

    assert len(embedder.passages) == 1
    assert "All is new." in embedder.passages[0]


def test_the_rows_of_passages_vectors_and_words_agree(
    builder: IndexBuilder, generations: Generations
) -> None:
    builder.build(generations)

    retriever = builder.open(generations)

    row = retriever.table.rows_of(next(iter(builder.corpus.provisions)))[0]
    passage = retriever.table.rows([row])[0]
    words = f"{passage.context}\n{passage.text}"
    assert retriever.store.nearest(HashingEmbedder().embed_query(words), 1)[0][0] == row
    assert int(np.argmax(retriever.lexical.scores(words))) == row
    assert retriever.vectors.dtype == np.float16


@pytest.mark.parametrize(
    "what", [pytest.param("disk", id="full disk"), pytest.param("model", id="model refuses")]
)
def test_a_failing_build_leaves_the_old_index_in_use(
    small: Corpus,
    builder_of: MakeBuilder,
    builder: IndexBuilder,
    generations: Generations,
    what: str,
) -> None:
    builder.build(generations)
    old = generations.current()
    failing = (
        builder_of(small, factory=FullDisk())
        if what == "disk"
        else builder_of(small, embedder=RefusingEmbedder("hashing-3:256", 256))
    )

    with pytest.raises((OSError, EmbeddingError)):
        failing.build(generations)

    assert generations.current() == old
    assert [entry for entry in generations.root.iterdir() if entry.is_dir()] == [old]
    assert builder.open(generations).retrieve("robots", k=1, filters=Filters(date(2026, 7, 1)))


def test_a_second_builder_is_told_to_wait(builder: IndexBuilder, generations: Generations) -> None:
    with generations.building("other"), pytest.raises(IndexBusyError):
        builder.build(generations)


def test_an_open_retriever_outlives_the_next_build(
    builder: IndexBuilder, generations: Generations, today: Filters
) -> None:
    builder.build(generations)
    retriever = builder.open(generations)

    builder.build(generations)

    assert retriever.retrieve("courier robot", k=3, filters=today)


def test_before_any_build_there_is_nothing_to_open(
    builder: IndexBuilder, generations: Generations
) -> None:
    assert not builder.is_current(generations)
    with pytest.raises(IndexMissingError):
        builder.open(generations)


def test_a_fresh_build_is_current(builder: IndexBuilder, generations: Generations) -> None:
    builder.build(generations)

    assert builder.is_current(generations)


@pytest.mark.parametrize("changed", ["corpus", "model"])
def test_an_index_of_other_texts_or_of_another_model_is_stale(
    small: Corpus,
    builder_of: MakeBuilder,
    builder: IndexBuilder,
    generations: Generations,
    changed: str,
) -> None:
    builder.build(generations)
    other = (
        builder_of(_fewer(small))
        if changed == "corpus"
        else builder_of(small, embedder=HashingEmbedder(128))
    )

    with pytest.raises(IndexStaleError) as caught:
        other.open(generations)

    assert not other.is_current(generations)
    assert (caught.value.built, caught.value.wanted) == (builder.fingerprint, other.fingerprint)
    assert "policy index build" in caught.value.hint


def test_a_damaged_manifest_is_a_broken_index(
    builder: IndexBuilder, generations: Generations, built: Path
) -> None:
    (built / "manifest.json").write_text("{")

    assert not builder.is_current(generations)
    with pytest.raises(IndexBrokenError, match="manifest"):
        builder.open(generations)


def test_fewer_vectors_than_passages_are_a_broken_index(
    builder: IndexBuilder, generations: Generations, built: Path
) -> None:
    np.save(built / "vectors.npy", np.load(built / "vectors.npy")[:-1])

    with pytest.raises(IndexBrokenError, match="vectors and"):
        builder.open(generations)


def test_a_count_that_the_manifest_does_not_bear_out_is_a_broken_index(
    builder: IndexBuilder, generations: Generations, built: Path
) -> None:
    table = json.loads((built / "manifest.json").read_text())
    (built / "manifest.json").write_text(json.dumps({**table, "passages": table["passages"] + 1}))

    with pytest.raises(IndexBrokenError, match="its manifest says"):
        builder.open(generations)


@pytest.mark.parametrize("damage", [b"", b"junk", None], ids=["empty", "junk", "gone"])
def test_damaged_vectors_are_a_broken_index(
    builder: IndexBuilder, generations: Generations, built: Path, damage: bytes | None
) -> None:
    (built / "vectors.npy").unlink()
    if damage is not None:
        (built / "vectors.npy").write_bytes(damage)

    with pytest.raises(IndexBrokenError, match=r"vectors\.npy"):
        builder.open(generations)


def test_a_broken_index_is_mended_by_a_build(
    builder: IndexBuilder, generations: Generations, built: Path, today: Filters
) -> None:
    shutil.rmtree(built)

    builder.build(generations)

    assert builder.open(generations).retrieve("robots", k=1, filters=today)


def test_a_switch_between_two_reads_is_followed(
    builder: IndexBuilder,
    generations: Generations,
    built: Path,
    today: Filters,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    builder.build(generations)  # removes `built`
    answers = iter([built, generations.current()])
    monkeypatch.setattr(generations, "current", lambda: next(answers))

    retriever = builder.open(generations)

    assert retriever.retrieve("robots", k=1, filters=today)


def test_an_empty_corpus_builds_and_finds_nothing(
    builder_of: MakeBuilder, generations: Generations, today: Filters
) -> None:
    builder = builder_of(Corpus({}, {}))

    builder.build(generations)

    assert builder.open(generations).retrieve("anything", k=5, filters=today) == []


class TestWords:
    """Generations of a model whose word vectors are kept."""

    @pytest.fixture
    def worded(
        self, small: Corpus, builder_of: MakeBuilder, compressor: Compressor
    ) -> IndexBuilder:
        return builder_of(small, embedder=WordHashingEmbedder(), compressor=compressor)

    def test_the_words_of_a_row_are_those_of_its_passage_and_an_ask_has_none(
        self, worded: IndexBuilder, generations: Generations
    ) -> None:
        worded.build(generations)

        retriever = worded.open(generations)

        asked = WordHashingEmbedder().encode_query("6 km per hour on a pavement")
        assert retriever.late is not None
        scores = retriever.late.scores(asked, np.arange(len(retriever.table)))
        best = retriever.table.rows([int(np.argmax(scores))])[0]
        is_ask = retriever.table.columns.is_ask
        assert (best.provision_id, best.version) == ("robot-act#article-3", 1)
        assert is_ask.any()
        assert not scores[is_ask].any()
        assert scores[~is_ask].all()

    def test_without_a_compressor_no_words_are_kept(
        self, builder: IndexBuilder, generations: Generations, built: Path
    ) -> None:
        assert builder.open(generations).late is None
        assert not (built / "late").exists()

    def test_an_index_with_other_words_is_stale(
        self,
        builder: IndexBuilder,
        worded: IndexBuilder,
        generations: Generations,
        compressor: Compressor,
    ) -> None:
        worded.build(generations)
        other = replace(worded, compressor=replace(compressor, name="hashed-64x8"))

        assert worded.is_current(generations)
        for changed in (builder, other):
            assert not changed.is_current(generations)
            with pytest.raises(IndexStaleError):
                changed.open(generations)

    def test_lost_words_are_a_broken_index(
        self, worded: IndexBuilder, generations: Generations
    ) -> None:
        worded.build(generations)
        shutil.rmtree(generations.current() / "late")

        with pytest.raises(IndexBrokenError, match="word vectors"):
            worded.open(generations)

    def test_an_empty_corpus_builds_and_finds_nothing(
        self,
        builder_of: MakeBuilder,
        generations: Generations,
        today: Filters,
        compressor: Compressor,
    ) -> None:
        empty = builder_of(Corpus({}, {}), embedder=WordHashingEmbedder(), compressor=compressor)

        empty.build(generations)

        assert empty.open(generations).retrieve("anything", k=5, filters=today) == []


def test_a_first_build_of_the_shipped_corpus_encodes_no_word(
    embedded: Corpus, builder_of: MakeBuilder, generations: Generations, tmp_path: Path
) -> None:
    refusing = RefusingEmbedder(SentenceTransformersEmbedder().fingerprint, 384)
    shipped = load_compressor(refusing.fingerprint)
    cache = VectorCache(tmp_path / "cache", refusing.fingerprint, compressor=shipped)
    builder = builder_of(embedded, embedder=refusing, cache=cache, compressor=shipped)

    builder.build(generations)

    opened = builder.open(generations)
    is_ask = opened.table.columns.is_ask
    starts = np.load(generations.current() / "late" / "starts.npy")
    assert opened.late is not None
    assert (np.diff(starts)[~is_ask] > 0).all()
    assert not np.diff(starts)[is_ask].any()
