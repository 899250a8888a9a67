"""How retrieval fares with many passages: `python -m evals.scale --passages 1000000`.

The passages are made: sentences of our own corpus joined anew, so that words are as common as in
law; vectors are those of our passages, moved at random, so that neighbours are as near. They are
built and searched by the product's own code; only the embedding of passages is left out, which
takes a day for a million on two cores and has nothing to do with searching them.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from corpus.catalog import Corpus, load_embedded
from evals.gold import read_gold
from evals.retrieval import as_corpus, peak_rss_mb
from evals.stats import percentile
from evals.types import Document
from index.adapters.onnx_minilm import OnnxMiniLmEmbedder
from index.adapters.splitters import RecursiveSplitter
from index.adapters.stores import EmbeddedStores
from index.build import IndexBuilder
from index.commands import progress_bar
from index.generations import Generations
from index.late import load_compressor
from index.protocols import Encoded, Vector, Vectors
from index.types import Filters
from index.vectors import VectorCache, load_shipped
from index.wiring import calm_threads

_NOISE = 0.6  # as long as the vector: a made passage has a cosine of about 0.86 to its model
_PIECES = 40
_SEED = 20_261


class MadeEmbedder:
    """Questions by the real encoder; passages by vectors near those of our own passages."""

    def __init__(self) -> None:
        self._real = OnnxMiniLmEmbedder()
        self.fingerprint = self._real.fingerprint
        self.dimensions = self._real.dimensions
        self._known = np.stack(list(load_shipped(self.fingerprint).values())).astype(np.float32)
        self._random = np.random.default_rng(_SEED)

    def embed_query(self, text: str) -> Vector:
        """The question's own vector."""
        return self._real.embed_query(text)

    def encode_query(self, text: str) -> Encoded:
        """The question as the real encoder sees it."""
        return self._real.encode_query(text)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """A vector near a random one of ours for each text; shape ``(len(texts), 384)``."""
        near = self._known[self._random.integers(len(self._known), size=len(texts))]
        spread = _NOISE / np.sqrt(self.dimensions)
        moved = near + spread * self._random.standard_normal(near.shape, dtype=np.float32)
        made: Vectors = moved / np.linalg.norm(moved, axis=1, keepdims=True)
        return made

    def encode_passages(self, texts: Sequence[str]) -> list[Encoded]:
        """Vectors as `embed_passages`, each with 40 words near it."""
        pieces = self._random.integers(2_000, 30_000, size=(len(texts), _PIECES), dtype=np.int32)
        spread = 1 / np.sqrt(self.dimensions)
        noise = self._random.standard_normal((_PIECES, self.dimensions), dtype=np.float32) * spread
        return [
            Encoded(vector, row, (vector + noise).astype(np.float16))
            for vector, row in zip(self.embed_passages(texts), pieces, strict=True)
        ]


def made_corpus(count: int) -> Corpus:
    """A corpus of `count` provisions of one passage each."""
    return as_corpus(list(_documents(count)))


def _documents(count: int) -> Iterator[Document]:
    sentences = [
        sentence
        for _, _, version in load_embedded().versions()
        for sentence in version.text.replace("\n", " ").split(". ")
        if 30 < len(sentence) < 300
    ]
    random = np.random.default_rng(_SEED)
    chosen = random.integers(len(sentences), size=(count, 2))
    for number, (first, second) in enumerate(chosen.tolist()):
        yield Document(str(number), "", f"{sentences[first]}. {sentences[second]}.")


def measure(count: int, folder: Path) -> dict[str, float]:
    """Build an index of `count` passages and ask it our questions; milliseconds, seconds, MiB."""
    embedder = MadeEmbedder()
    compressor = load_compressor(embedder.fingerprint)
    cache = VectorCache(None, embedder.fingerprint, shipped=False, compressor=compressor)
    builder = IndexBuilder(
        made_corpus(count), embedder, EmbeddedStores(), RecursiveSplitter(), cache, compressor
    )
    generations = Generations(folder)
    started = time.perf_counter()
    builder.build(generations, progress=progress_bar())
    build_s = time.perf_counter() - started
    retriever = builder.open(generations)
    today = Filters(as_of=date.today())
    questions = [gold.question.text for gold in read_gold()]
    for text in questions[:20]:
        retriever.retrieve(text, k=20, filters=today)
    spent = []
    for text in questions:
        begun = time.perf_counter()
        retriever.retrieve(text, k=20, filters=today)
        spent.append((time.perf_counter() - begun) * 1000)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return {
        "passages": count,
        "p50_ms": round(percentile(spent, 0.5), 1),
        "p95_ms": round(percentile(spent, 0.95), 1),
        "p99_ms": round(percentile(spent, 0.99), 1),
        "build_s": round(build_s, 1),
        "index_mb": round(size / 2**20, 1),
        "peak_rss_mb": round(peak_rss_mb(), 1),
    }


def main() -> None:
    """Measure, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=13_000)
    parser.add_argument("--folder", type=Path, default=None, help="Where to build; default /tmp.")
    given = parser.parse_args()
    calm_threads()
    with tempfile.TemporaryDirectory(prefix="policy-scale-", dir=given.folder) as folder:
        sys.stdout.write(json.dumps(measure(given.passages, Path(folder))) + "\n")


if __name__ == "__main__":
    main()
