"""Fits the shares of the retriever's signals: `python -m evals.fit_fusion BEIR_FOLDER...`.

Shares that put the relevant documents of all folders first, each folder weighing alike, by a
softmax over the candidates of each topic. Beside them stands what shares fitted without a folder
do on that folder, so that what is learnt from it can be told from what carries over.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.datasets import read_beir
from evals.ranking import measure
from evals.retrieval import as_corpus
from evals.types import Qrels, TopicId
from index.settings import IndexSettings
from index.types import Filters
from index.wiring import calm_threads, make_builder

SIGNALS = ("lexical", "pairs", "wide", "dense", "late")
SHARPNESS = 10.0
RIDGE = 0.01
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The candidates of one topic: `signals` of shape ``(n, 5)``, each at most 1."""

    topic: TopicId
    documents: tuple[str, ...]
    signals: Floats
    relevant: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Folder:
    """A BEIR folder as its topics' candidates."""

    name: str
    topics: tuple[Candidates, ...]
    qrels: Qrels


def collect(path: Path) -> Folder:
    """Index a folder as the product does and take the signals of every topic's candidates."""
    dataset = read_beir(path)
    with tempfile.TemporaryDirectory(prefix="policy-fit-") as home:
        builder, generations = make_builder(
            IndexSettings(home=Path(home)), as_corpus(dataset.documents), cached=False
        )
        builder.build(generations)
        retriever = builder.open(generations)
        today = Filters(as_of=date.today())
        found = []
        for topic in dataset.topics:
            seen = retriever.look(topic.text, today)
            if seen is None:
                continue
            rows = retriever.table.rows(seen.best_row.tolist())
            names = tuple(row.provision_id.removeprefix("beir#") for row in rows)
            grades = dataset.qrels[topic.id]
            relevant = np.array([grades.get(name, 0) > 0 for name in names])
            signals = np.stack([_scaled(seen.signals[name]) for name in SIGNALS], axis=1)
            found.append(Candidates(topic.id, names, signals, relevant))
    return Folder(dataset.name, tuple(found), dataset.qrels)


def _scaled(scores: NDArray[np.float32]) -> Floats:
    positive = np.maximum(scores, 0).astype(np.float64)
    top = positive.max(initial=0.0)
    return positive / top if top > 0 else positive


def fit(folders: Sequence[Folder], *, steps: int = 400, rate: float = 0.05) -> Floats:
    """Shares of the signals, none below 0, adding up to 1; shape ``(5,)``.

    Projected gradient steps on the cross-entropy of a softmax over candidates.
    """
    topics = [
        (one.signals, one.relevant / one.relevant.sum(), 1 / len(folder.topics))
        for folder in folders
        for one in folder.topics
        if one.relevant.any()
    ]
    shares = np.full(len(SIGNALS), 1 / len(SIGNALS))
    for _ in range(steps):
        slope = 2 * RIDGE * shares
        for signals, wanted, weight in topics:
            chance = np.exp(SHARPNESS * (signals @ shares))
            slope += weight * SHARPNESS * signals.T @ (chance / chance.sum() - wanted)
        shares = np.maximum(shares - rate * slope / len(folders), 0)
    return np.asarray(shares / shares.sum())


def judge(folder: Folder, shares: Floats) -> dict[str, float]:
    """The measures of a folder ranked by these shares."""
    run = {}
    for one in folder.topics:
        scores = one.signals @ shares
        order = np.argsort(-scores, kind="stable")[:100]
        run[one.topic] = [(one.documents[n], float(scores[n])) for n in order]
    return measure(run, folder.qrels)


def main(paths: Sequence[str]) -> None:
    """Print shares fitted on all folders, and each folder's measures with and without it."""
    calm_threads()
    folders = [collect(Path(path)) for path in paths]
    shares = fit(folders)
    sys.stdout.write(_line("all", shares))
    for folder in folders:
        others = [other for other in folders if other.name != folder.name]
        for label, found in (("fitted on all", shares), ("without it", fit(others))):
            figures = judge(folder, found)
            shown = "  ".join(f"{name} {figures[name]:.3f}" for name in ("recall@10", "map@10"))
            sys.stdout.write(f"{folder.name:16} {label:14} {shown}  {_line('', found)}")


def _line(label: str, shares: Floats) -> str:
    listed = "  ".join(f"{name} {share:.2f}" for name, share in zip(SIGNALS, shares, strict=True))
    return f"{label} {listed}\n".lstrip()


if __name__ == "__main__":
    main(sys.argv[1:])
