"""Measures a retrieval system on a BEIR folder; the product through its own index, as served."""

from __future__ import annotations

import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from corpus.catalog import Corpus
from corpus.locators import Locator, Unit
from corpus.types import (
    Authority,
    Instrument,
    InstrumentId,
    Provision,
    ProvisionId,
    TextKind,
    Version,
)
from evals.baselines import BASELINES
from evals.errors import EvaluationError
from evals.ranking import measure
from evals.types import Document, RetrievalResult, RetrievalSet, Run, TopicId
from index.commands import progress_bar
from index.settings import IndexSettings
from index.types import Filters
from index.wiring import make_builder

DEPTH = 100
Search = Callable[[str, int], Sequence[tuple[str, float]]]
System = Callable[[Sequence[Document], Path], Search]


def as_corpus(documents: Sequence[Document]) -> Corpus:
    """Documents as a user's own collection: one instrument, a provision a document.

    A document without text keeps its title as text, and an empty one is left out, as a parser
    of uploads would.
    """
    owner = InstrumentId("beir")
    instrument = Instrument(
        id=owner,
        title="beir",
        short_title="beir",
        kind="collection",
        jurisdiction="",
        authority=Authority.UPLOAD,
        text_kind=TextKind.UPLOAD,
        source_url="",
    )
    provisions = {}
    for document in documents:
        text, heading = document.text, document.title
        if not text.strip():
            text, heading = heading, ""
        if text.strip():
            identifier = ProvisionId(f"beir#{document.id}")
            version = Version(text, heading, TextKind.UPLOAD)
            locator = Locator(Unit.HEADING, document.id)
            provisions[identifier] = Provision(identifier, owner, locator, (version,))
    return Corpus({owner: instrument}, provisions)


def product(documents: Sequence[Document], folder: Path) -> Search:
    """The product: its embedder, store, lexical index and fusion, in a throw-away home."""
    # Wherever POLICY_HOME points, nothing known from before may shorten the build.
    settings = IndexSettings(home=folder)
    builder, generations = make_builder(settings, as_corpus(documents), cached=False)
    builder.build(generations, progress=progress_bar())
    retriever = builder.open(
        generations, weight=settings.lexical_weight, candidates=settings.candidates
    )
    today = Filters(as_of=date.today())

    def search(query: str, k: int) -> list[tuple[str, float]]:
        hits = retriever.retrieve(query, k=k, filters=today)
        return [(hit.passage.provision_id.removeprefix("beir#"), hit.score) for hit in hits]

    return search


SYSTEMS: dict[str, System] = {"product": product, **BASELINES}


def evaluate(dataset: RetrievalSet, name: str) -> RetrievalResult:
    """Build a system on the set's documents and ask it every topic.

    Run one system a process to compare memory: the peak is the process's.

    Raises:
        EvaluationError: If there is no system of that name.
    """
    if name not in SYSTEMS:
        raise EvaluationError(f"no system {name!r}", hint=f"One of {', '.join(SYSTEMS)}.")
    with tempfile.TemporaryDirectory(prefix="policy-eval-") as folder:
        home = Path(folder)
        started = time.perf_counter()
        search = SYSTEMS[name](dataset.documents, home)
        build_s = time.perf_counter() - started
        search(dataset.topics[0].text, DEPTH)  # loads whatever loads on first use
        run: dict[TopicId, Sequence[tuple[str, float]]] = {}
        spent: list[float] = []
        for topic in dataset.topics:
            begun = time.perf_counter()
            run[topic.id] = search(topic.text, DEPTH)
            spent.append((time.perf_counter() - begun) * 1000)
        size = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
    spent.sort()
    return RetrievalResult(
        name=name,
        measures=measure(run, dataset.qrels),
        p50_ms=spent[len(spent) // 2],
        p95_ms=spent[min(len(spent) - 1, int(len(spent) * 0.95))],
        build_s=build_s,
        peak_rss_mb=peak_rss_mb(),
        index_mb=size / 2**20,
        run=run,
    )


def peak_rss_mb() -> float:
    """The highest resident memory of this process so far, in MiB."""
    # ru_maxrss of a child starts at its parent's size on Linux; VmHWM does not.
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(found[1]) / 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def result_json(result: RetrievalResult) -> dict[str, object]:
    """A result as the contract's JSON object."""
    return {
        "name": result.name,
        **{name: round(value, 4) for name, value in result.measures.items()},
        "p50_ms": round(result.p50_ms, 2),
        "p95_ms": round(result.p95_ms, 2),
        "build_s": round(result.build_s, 1),
        "peak_rss_mb": round(result.peak_rss_mb, 1),
        "index_mb": round(result.index_mb, 1),
    }


def write_trec(run: Run, name: str, path: Path) -> None:
    """Write a run in TREC format: topic, Q0, document, rank, score, tag."""
    lines = [
        f"{topic} Q0 {document} {rank} {score:.6f} {name}"
        for topic, ranking in run.items()
        for rank, (document, score) in enumerate(ranking, start=1)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
