from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from corpus.catalog import Corpus
from index import shipping
from index.adapters.onnx_minilm import OnnxMiniLmEmbedder
from index.adapters.splitters import RecursiveSplitter
from index.late import KEPT_DIMENSIONS, Compressor, load_compressor
from index.segment import segment
from index.testing import HashingEmbedder, RefusingEmbedder, WordHashingEmbedder
from index.types import Passage
from index.vectors import (
    VectorCache,
    key_of,
    load_shipped,
    load_shipped_words,
    shipped_path,
    shipped_words_path,
)

PRINT = HashingEmbedder().fingerprint


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in the place of the package's data, written to and read from."""
    folder = tmp_path / "package" / "data"
    folder.mkdir(parents=True)
    monkeypatch.setattr(shipping, "data_folder", lambda: folder)
    monkeypatch.setattr("importlib.resources.files", lambda _: folder.parent)
    return folder


@pytest.fixture
def with_words(monkeypatch: pytest.MonkeyPatch, compressor: Compressor) -> None:
    """Gives the fake model a compressor of words."""
    monkeypatch.setattr(shipping, "load_compressor", lambda _: compressor)


@pytest.fixture
def passages(small: Corpus) -> list[Passage]:
    return list(segment(small, RecursiveSplitter()))


@pytest.fixture
def ship(tmp_path: Path, passages: list[Passage]) -> Callable[..., list[str]]:
    """Ships the passages of the small corpus; gives the lines said."""

    def do(
        texts: list[Passage] | None = None,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> list[str]:
        shipped = shipping.ship(
            passages if texts is None else texts,
            WordHashingEmbedder(),
            tmp_path / "cache",
            progress,
        )
        return list(shipped)

    return do


@pytest.mark.usefixtures("package")
class TestVectors:
    """What a model without word vectors ships."""

    def test_every_text_has_its_vector(
        self, ship: Callable[..., list[str]], passages: list[Passage]
    ) -> None:
        ship()

        known = load_shipped(PRINT)
        texts = {passage.embedded for passage in passages}
        assert set(known) == {key_of(PRINT, text) for text in texts}
        for text in texts:
            expected = HashingEmbedder().embed_query(text)
            assert np.abs(known[key_of(PRINT, text)] - expected).max() < 0.001

    def test_there_is_one_file_and_one_line_about_it(
        self, package: Path, ship: Callable[..., list[str]], passages: list[Passage]
    ) -> None:
        lines = ship()

        (file,) = package.iterdir()
        assert file.name == shipped_path(PRINT)
        count = len({passage.embedded for passage in passages})
        assert lines == [f"{count} vectors in {file.name}, {file.stat().st_size:,} bytes"]

    def test_progress_is_told_to_the_end(self, ship: Callable[..., list[str]]) -> None:
        seen: list[tuple[int, int]] = []

        ship(progress=lambda done, total: seen.append((done, total)))

        assert seen[-1][0] == seen[-1][1] > 0

    def test_equal_passages_ship_equal_files_in_any_order(
        self, package: Path, ship: Callable[..., list[str]], passages: list[Passage]
    ) -> None:
        ship()
        first = load_shipped(PRINT)

        ship(passages[::-1])

        again = load_shipped(PRINT)
        assert list(again) == list(first)
        assert all((again[key] == first[key]).all() for key in first)


@pytest.mark.usefixtures("package", "with_words")
class TestWords:
    """What a model with word vectors ships beside its vectors."""

    def test_passages_have_their_words_and_asks_have_none(
        self, ship: Callable[..., list[str]], passages: list[Passage], compressor: Compressor
    ) -> None:
        ship()

        known = load_shipped_words(PRINT)
        own = {passage.embedded for passage in passages if not passage.is_ask}
        assert any(passage.is_ask for passage in passages)
        assert set(known) == {key_of(PRINT, text) for text in own}
        for text in own:
            expected = compressor.pack(WordHashingEmbedder().encode_query(text))
            assert np.array_equal(known[key_of(PRINT, text)].pieces, expected.pieces)
            assert np.array_equal(known[key_of(PRINT, text)].codes, expected.codes)

    def test_a_passage_worded_like_an_ask_has_its_words(
        self, ship: Callable[..., list[str]], passages: list[Passage]
    ) -> None:
        ask = next(passage for passage in passages if passage.is_ask)
        alike = next(passage for passage in passages if not passage.is_ask)
        twin = Passage(alike.id, alike.provision_id, 0, 0, 1, "x", "", embedded=ask.embedded)

        ship([twin, ask])
        one = set(load_shipped_words(PRINT))
        ship([ask, twin])

        assert one == set(load_shipped_words(PRINT)) == {key_of(PRINT, ask.embedded)}

    def test_there_are_two_files_with_a_line_each(
        self, package: Path, ship: Callable[..., list[str]], passages: list[Passage]
    ) -> None:
        lines = ship()

        names = [shipped_path(PRINT), shipped_words_path(PRINT)]
        own = {passage.embedded for passage in passages if not passage.is_ask}
        assert sorted(file.name for file in package.iterdir()) == sorted(names)
        assert names[0] in lines[0] and names[1] in lines[1]
        assert lines[1].startswith(f"words of {len(own)} passages in ")

    def test_what_was_shipped_needs_no_model(
        self, ship: Callable[..., list[str]], passages: list[Passage], compressor: Compressor
    ) -> None:
        ship()
        texts = [passage.embedded for passage in passages]
        wanted = [not passage.is_ask for passage in passages]
        cache = VectorCache(None, PRINT, compressor=compressor)

        vectors = cache.embed(texts, RefusingEmbedder(PRINT, 256), with_words=wanted)

        assert vectors.shape == (len(texts), 256)
        assert all(
            len(cache.words_of(text).pieces) > 0
            for text, want in zip(texts, wanted, strict=True)
            if want
        )

    def test_what_was_embedded_before_is_not_embedded_again(
        self,
        ship: Callable[..., list[str]],
        passages: list[Passage],
        tmp_path: Path,
        package: Path,
    ) -> None:
        ship()
        for file in package.iterdir():
            file.unlink()

        shipped = shipping.ship(
            passages, RefusingEmbedder(PRINT, 256), tmp_path / "cache", lambda done, total: None
        )

        assert len(list(shipped)) == 2


def test_fitting_writes_a_compressor_that_loads(package: Path, passages: list[Passage]) -> None:
    line = shipping.fit_words(passages)

    encoder = OnnxMiniLmEmbedder()
    compressor = load_compressor(encoder.fingerprint)
    assert compressor is not None
    assert compressor.basis.shape == (384, KEPT_DIMENSIONS)
    assert np.abs(compressor.basis.T @ compressor.basis - np.eye(KEPT_DIMENSIONS)).max() < 0.01
    assert np.array_equal(compressor.is_word, encoder.is_word())
    (file,) = package.iterdir()
    own = sum(not passage.is_ask for passage in passages)
    assert line == f"compression fitted on {own} passages, {file.stat().st_size:,} bytes"


def test_the_files_go_into_the_package() -> None:
    assert shipping.data_folder() == Path(shipping.__file__).parent / "data"
    assert (shipping.data_folder() / shipped_words_path(OnnxMiniLmEmbedder.fingerprint)).is_file()
