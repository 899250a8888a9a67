"""A corpus of invented rules small enough to know by heart, and one real index for all tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from corpus.catalog import Corpus, assemble, load_embedded
from corpus.parsers.digest import parse_digest
from index.adapters.splitters import RecursiveSplitter
from index.build import IndexBuilder
from index.generations import Generations
from index.late import KEPT_DIMENSIONS, Compressor
from index.protocols import Embedder, StoreFactory
from index.retrieve import HybridRetriever
from index.settings import IndexSettings
from index.testing import HashingEmbedder, MemoryStores, WordHashingEmbedder
from index.tokens import STOPWORDS
from index.types import Filters
from index.vectors import VectorCache
from index.wiring import make_builder

ROBOTS = """+++
id = "robot-act"
title = "Act on robots in public places"
short_title = "Robot Act"
aliases = ["blade rule"]
kind = "regulation"
jurisdiction = "EU"
authority = "binding"
text_kind = "digest"
+++

# Chapter I

### Article 1 | Scope
This Act covers robots that move in public places. Toys are outside it.

### Article 2(1) | Definitions: courier robot
terms: "courier robot"
Courier robot means a wheeled machine that brings parcels to a door.

### Article 3 | Speed
valid: .. 2026-01-01
A robot moves at no more than 4 km per hour on a pavement.

### Article 3 | Speed
valid: 2026-01-01 ..
asks: how fast may my delivery bot go | bot tempo limit
A robot moves at no more than 6 km per hour on a pavement.

# Chapter II

### Article 4 | Logs
LONG
""".replace(
    "LONG",
    "\n\n".join(
        f"The keeper writes down every stop number {n}. The keeper writes down why."
        for n in range(40)
    ),
)

ROTORS = """+++
id = "rotor-rule"
title = "Rule on rotors"
short_title = "Rotor Rule"
aliases = ["drone blade rule"]
kind = "rule"
jurisdiction = "US"
authority = "binding"
text_kind = "dossier"

[[timeline]]
date = 2026-06-01
event = "published"
note = "Published."
+++

### Section 1 | Guards
Every rotor has a guard, and every courier robot with a rotor has two.

### Section 2 | Speed
A rotor above a pavement turns at low speed.
"""

NOTES = """+++
id = "notes"
title = "notes.pdf"
short_title = "notes.pdf"
kind = "upload"
jurisdiction = "INT"
authority = "upload"
text_kind = "upload"
+++

### p. 1 | notes.pdf
Our warehouse lends a courier robot to the neighbours.
"""

MakeBuilder = Callable[..., IndexBuilder]


@pytest.fixture(scope="session")
def small() -> Corpus:
    """Three invented instruments: digest (EU), dossier (US, born June 2026), upload."""
    files = {"robots.md": ROBOTS, "rotors.md": ROTORS, "notes.md": NOTES}
    return assemble(parse_digest(text, path=path) for path, text in files.items())


@pytest.fixture(scope="session")
def embedded() -> Corpus:
    """The corpus that ships."""
    return load_embedded()


@pytest.fixture(scope="session")
def builder_of() -> MakeBuilder:
    """Makes a builder on fakes; every part can be replaced."""

    def make(
        corpus: Corpus,
        *,
        embedder: Embedder | None = None,
        factory: StoreFactory | None = None,
        cache: VectorCache | None = None,
        compressor: Compressor | None = None,
    ) -> IndexBuilder:
        embedder = embedder or HashingEmbedder()
        return IndexBuilder(
            corpus,
            embedder,
            factory or MemoryStores(),
            RecursiveSplitter(),
            cache or VectorCache(None, embedder.fingerprint, shipped=False, compressor=compressor),
            compressor,
        )

    return make


@pytest.fixture(scope="session")
def small_retriever(
    small: Corpus, builder_of: MakeBuilder, tmp_path_factory: pytest.TempPathFactory
) -> HybridRetriever:
    """A retriever over the small corpus, on fakes."""
    builder = builder_of(small)
    generations = Generations(tmp_path_factory.mktemp("small") / "index")
    builder.build(generations)
    return builder.open(generations)


@pytest.fixture(scope="session")
def compressor() -> Compressor:
    """Keeps the words of a `WordHashingEmbedder`, stop words apart, along 128 of its directions."""
    embedder = WordHashingEmbedder()
    normal = np.random.default_rng(7).standard_normal((embedder.dimensions, KEPT_DIMENSIONS))
    basis = np.linalg.qr(normal)[0].astype(np.float32)
    is_word = np.ones(embedder.vocabulary, np.bool_)
    is_word[[embedder.piece_of(word) for word in STOPWORDS]] = False
    return Compressor("hashed-128x4", basis, is_word)


@pytest.fixture(scope="session")
def late_retriever(
    small: Corpus,
    builder_of: MakeBuilder,
    compressor: Compressor,
    tmp_path_factory: pytest.TempPathFactory,
) -> HybridRetriever:
    """A retriever over the small corpus, on fakes, that looks at single words too."""
    builder = builder_of(small, embedder=WordHashingEmbedder(), compressor=compressor)
    generations = Generations(tmp_path_factory.mktemp("late") / "index")
    builder.build(generations)
    return builder.open(generations)


@pytest.fixture(scope="session")
def real_home(embedded: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the real index of the shipped corpus; tests only read it."""
    home = tmp_path_factory.mktemp("real")
    builder, generations = make_builder(IndexSettings(home=home), embedded)
    builder.build(generations)
    return home


@pytest.fixture(scope="session")
def real_retriever(embedded: Corpus, real_home: Path) -> HybridRetriever:
    """The product's own retriever over the shipped corpus."""
    builder, generations = make_builder(IndexSettings(home=real_home), embedded)
    return builder.open(generations)


@pytest.fixture
def today() -> Filters:
    """No filter but a day on which every invented text is in force."""
    return Filters(as_of=date(2026, 11, 23))
