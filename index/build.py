"""Builds a generation: passages, vectors and lexical index together, or nothing."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from corpus.catalog import Corpus
from index import late
from index import passages as passage_files
from index.errors import IndexBrokenError, IndexMissingError, IndexStaleError
from index.expand import Expander
from index.generations import (
    FORMAT,
    Generations,
    Manifest,
    lease,
    read_manifest,
    write_manifest,
)
from index.late import NOTHING, Compressor
from index.passages import PassageTable
from index.protocols import Embedder, Searched, StoreFactory
from index.retrieve import HybridRetriever
from index.segment import OVERLAP_CHARS, PASSAGE_CHARS, Splitter, segment
from index.surroundings import wide_texts
from index.tuning import Tuning, load_tuning
from index.types import Passage
from index.vectors import VectorCache

Progress = Callable[[str, int, int], None]
SEGMENTER = f"v6-{PASSAGE_CHARS}-{OVERLAP_CHARS}"


def _quiet(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class IndexBuilder:
    """Everything that building and opening a generation needs."""

    corpus: Corpus
    embedder: Embedder
    factory: StoreFactory
    splitter: Splitter
    cache: VectorCache
    compressor: Compressor | None = None

    @property
    def fingerprint(self) -> str:
        """What a generation must have been made of to serve this corpus and this model."""
        made_of = f"{FORMAT}/{self.corpus.fingerprint}/{self.embedder.fingerprint}/{SEGMENTER}"
        return f"{made_of}/{self.compressor.name}" if self.compressor else made_of

    def build(self, generations: Generations, *, progress: Progress = _quiet) -> Manifest:
        """Build a new generation aside and make it current.

        Raises:
            IndexBusyError: If another process is building.
            HomeError: If the folder cannot be written.
            EmbeddingError: If texts are new and the model cannot be used.
        """
        started = time.perf_counter()
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
        with generations.building(name) as folder:
            passages = list(segment(self.corpus, self.splitter))
            texts = [passage.embedded for passage in passages]
            progress("embedding", 0, len(texts))
            vectors = self.cache.embed(
                texts,
                self.embedder,
                lambda done, total: progress("embedding", done, total),
                with_words=[not passage.is_ask for passage in passages],
            )
            progress("writing", 0, 1)
            passage_files.write(folder, self.corpus, passages)
            np.save(folder / "vectors.npy", vectors)
            self._write_words(folder, passages)
            searched = Searched(
                [passage.indexed for passage in passages], wide_texts(self.corpus, passages)
            )
            self.factory.build(folder, searched, vectors.astype(np.float32))
            manifest = Manifest(
                format=FORMAT,
                fingerprint=self.fingerprint,
                corpus=self.corpus.fingerprint,
                model=self.embedder.fingerprint,
                segmenter=SEGMENTER,
                instruments=len(self.corpus.instruments),
                provisions=len(self.corpus.provisions),
                passages=len(passages),
                built_at=datetime.now(UTC).isoformat(timespec="seconds"),
                build_s=round(time.perf_counter() - started, 2),
            )
            write_manifest(folder, manifest)
            progress("writing", 1, 1)
        return manifest

    def _write_words(self, folder: Path, passages: Sequence[Passage]) -> None:
        if self.compressor is None:
            return
        packed = [NOTHING if p.is_ask else self.cache.words_of(p.embedded) for p in passages]
        late.write(folder / "late", packed, len(self.compressor.is_word))

    def forget_others(self) -> None:
        """Drop every cached vector that no passage of this corpus has: nothing removed stays."""
        self.cache.keep_only(p.embedded for p in segment(self.corpus, self.splitter))

    def is_current(self, generations: Generations) -> bool:
        """Whether the generation in use is there, whole, and made of this corpus and model."""
        try:
            return read_manifest(generations.current()).fingerprint == self.fingerprint
        except (IndexMissingError, IndexBrokenError):
            return False

    def open(self, generations: Generations, **options: float | None) -> HybridRetriever:
        """The retriever over the generation in use.

        Raises:
            IndexMissingError: If nothing was built.
            IndexStaleError: If it was built from other texts or with another model.
            IndexBrokenError: If a file is missing or damaged.
        """
        folder = generations.current()
        try:
            return open_generation(folder, self, **options)
        except IndexBrokenError:
            newer = generations.current()
            if newer == folder:
                raise
            # A build switched, and removed what was current, between the two reads.
            return open_generation(newer, self, **options)


def open_generation(
    folder: Path, builder: IndexBuilder, **options: float | None
) -> HybridRetriever:
    """The retriever over one generation; it holds the generation's lease while it lives."""
    held = lease(folder)
    manifest = read_manifest(folder)
    if manifest.fingerprint != builder.fingerprint:
        raise IndexStaleError(built=manifest.fingerprint, wanted=builder.fingerprint)
    table = PassageTable(folder, builder.corpus)
    try:
        vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    except (OSError, ValueError, EOFError) as error:
        raise IndexBrokenError(f"{folder / 'vectors.npy'} cannot be read") from error
    if len(vectors) != len(table) or len(table) != manifest.passages:
        raise IndexBrokenError(
            f"{folder.name} holds {len(vectors)} vectors and {len(table)} passages, "
            f"its manifest says {manifest.passages}"
        )
    words = None
    if builder.compressor is not None:
        words = late.LateIndex(folder / "late", len(table), builder.compressor)
    return HybridRetriever(
        table=table,
        vectors=vectors,
        engines=builder.factory.open(folder, len(table), table.groups),
        late=words,
        embedder=builder.embedder,
        expander=Expander(builder.corpus),
        weight=options.get("weight"),
        candidates=int(options.get("candidates") or 100),
        lease=held,
        tuning=_tuning_for(builder, table),
    )


def _tuning_for(builder: IndexBuilder, table: PassageTable) -> Tuning | None:
    """What turns questions towards provisions; only a corpus with asks was fitted to."""
    if not table.columns.is_ask.any():
        return None
    return load_tuning(builder.embedder.fingerprint, builder.compressor)
