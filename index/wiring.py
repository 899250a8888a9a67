"""Settings -> the index's objects; the only place of this package that picks adapters."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec

from corpus.catalog import Corpus
from corpus.settings import usable_home
from index.adapters import onnx_minilm
from index.adapters.onnx_minilm import OnnxMiniLmEmbedder
from index.adapters.paired import PairedEmbedder
from index.adapters.sbert import DEFAULT_MODEL, SentenceTransformersEmbedder
from index.adapters.splitters import RecursiveSplitter
from index.adapters.stores import EmbeddedStores
from index.build import IndexBuilder, Progress
from index.errors import EmbeddingError
from index.generations import Generations
from index.late import load_compressor
from index.protocols import Embedder
from index.retrieve import HybridRetriever
from index.settings import IndexSettings
from index.vectors import VectorCache


def calm_threads() -> None:
    """Keep the linear-algebra pools from fighting over few cores; before numpy loads.

    On two cores the pools fight: without this the 95th percentile of a query is four times as high.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")


def make_embedder(settings: IndexSettings) -> Embedder:
    """The embedder that the settings ask for.

    Raises:
        EmbeddingError: If ONNX is asked for with a model it is no twin of.
    """
    reference = SentenceTransformersEmbedder(settings.embedding_model)
    fits = settings.embedding_model == DEFAULT_MODEL
    if settings.query_encoder == "onnx" and not fits:
        raise EmbeddingError(
            f"the ONNX query encoder is {DEFAULT_MODEL}, not {settings.embedding_model!r}",
            hint="Set POLICY_QUERY_ENCODER=sentence-transformers.",
        )
    wants = settings.query_encoder in {"auto", "onnx"} and fits
    if wants and (settings.query_encoder == "onnx" or onnx_minilm.is_installed()):
        quick = OnnxMiniLmEmbedder()
        # Without torch the quick encoder embeds everything: slower in bulk, no worse.
        return PairedEmbedder(quick, reference if find_spec("torch") else quick)
    return reference


def make_builder(
    settings: IndexSettings, corpus: Corpus, *, cached: bool = True
) -> tuple[IndexBuilder, Generations]:
    """The builder for a corpus and the generations of this home.

    `cached=False` forgets every vector known from before: evaluations time a whole build.
    """
    home = usable_home(settings)
    embedder = make_embedder(settings)
    compressor = load_compressor(embedder.fingerprint)
    cache = VectorCache(
        home / "cache" if cached else None,
        embedder.fingerprint,
        shipped=cached,
        compressor=compressor,
    )
    splitter = RecursiveSplitter()
    builder = IndexBuilder(corpus, embedder, EmbeddedStores(), splitter, cache, compressor)
    return builder, Generations(home / "index")


def open_retriever(
    settings: IndexSettings, corpus: Corpus, *, progress: Progress | None = None
) -> HybridRetriever:
    """The retriever over this home's index, built first if there is none and that is allowed.

    Raises:
        IndexMissingError, IndexStaleError: If it must not be built here.
    """
    builder, generations = make_builder(settings, corpus)
    if settings.auto_build and not builder.is_current(generations):
        sys.stderr.write(
            f"policy: no current index in {settings.home}; building it once, about 10 s. "
            "Hint: `policy index build` does this ahead of time.\n"
        )
        builder.build(generations, **({"progress": progress} if progress else {}))
    return builder.open(generations, weight=settings.lexical_weight, candidates=settings.candidates)
