"""Writes what travels with the package: vectors of the embedded corpus, compression of words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from index.adapters.onnx_minilm import OnnxMiniLmEmbedder
from index.late import compressor_path, fit_basis, load_compressor, save_compressor
from index.protocols import Embedder
from index.types import Passage
from index.vectors import (
    VectorCache,
    key_of,
    shipped_path,
    shipped_words_path,
    write_shipped,
    write_shipped_words,
)

_SAMPLE = 1_000


def data_folder() -> Path:
    """The folder of the package that the files go to."""
    folder = Path(__file__).parent / "data"
    folder.mkdir(exist_ok=True)
    return folder


def fit_words(passages: Sequence[Passage]) -> str:
    """Fit the compression of word vectors on a sample of passages, and write it."""
    encoder = OnnxMiniLmEmbedder()
    is_word = encoder.is_word()
    own = [passage.embedded for passage in passages if not passage.is_ask]
    sample = own[:: max(1, len(own) // _SAMPLE)]
    states = [one.states[is_word[one.pieces]] for one in encoder.encode_passages(sample)]
    path = data_folder() / compressor_path(encoder.fingerprint)
    save_compressor(path, fit_basis(np.concatenate(states)), is_word)
    return f"compression fitted on {len(sample)} passages, {path.stat().st_size:,} bytes"


def ship(
    passages: Sequence[Passage],
    embedder: Embedder,
    cache_folder: Path,
    progress: Callable[[int, int], None],
) -> Iterator[str]:
    """Embed what is not known yet and write vectors and word vectors; a line for each file."""
    compressor = load_compressor(embedder.fingerprint)
    wanted: dict[str, bool] = {}
    for passage in passages:
        wanted[passage.embedded] = wanted.get(passage.embedded, False) or not passage.is_ask
    texts = sorted(wanted)
    cache = VectorCache(cache_folder, embedder.fingerprint, compressor=compressor)
    found = cache.embed(texts, embedder, progress, with_words=[wanted[text] for text in texts])
    keys = [key_of(embedder.fingerprint, text) for text in texts]
    path = data_folder() / shipped_path(embedder.fingerprint)
    write_shipped(path, keys, found)
    yield f"{len(texts)} vectors in {path.name}, {path.stat().st_size:,} bytes"
    if compressor is not None:
        path = data_folder() / shipped_words_path(embedder.fingerprint)
        packed = {
            key: cache.words_of(text) for key, text in zip(keys, texts, strict=True) if wanted[text]
        }
        write_shipped_words(path, packed)
        yield f"words of {len(packed)} passages in {path.name}, {path.stat().st_size:,} bytes"
