"""Measures of a ranking; each the field's definition, means over the topics of the qrels.

A topic that is missing from the run counts as 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence

from evals.types import Qrels, Run

Measure = Callable[[Sequence[str], Collection[str]], float]


def recall(ranked: Sequence[str], relevant: Collection[str], *, cutoff: int) -> float:
    """Share of the relevant documents among the first `cutoff`; in [0, 1].

    >>> recall(["a", "x", "b"], {"a", "b"}, cutoff=2)
    0.5
    """
    return len(set(ranked[:cutoff]) & set(relevant)) / len(relevant)


def all_found(ranked: Sequence[str], relevant: Collection[str], *, cutoff: int) -> float:
    """1 if every relevant document is among the first `cutoff`, else 0."""
    return float(set(relevant) <= set(ranked[:cutoff]))


def average_precision(ranked: Sequence[str], relevant: Collection[str], *, cutoff: int) -> float:
    """Mean precision at the ranks of relevant documents, over all relevant ones; in [0, 1].

    Source:
        trec_eval's ``map_cut``: divided by the number of relevant documents, not by the lesser
        of that and the cutoff.

    >>> average_precision(["a", "x", "b"], {"a", "b"}, cutoff=10)
    0.8333333333333333
    """
    found, total = 0, 0.0
    for rank, document in enumerate(ranked[:cutoff], start=1):
        if document in relevant:
            found += 1
            total += found / rank
    return total / len(relevant)


def ndcg(ranked: Sequence[str], relevant: Collection[str], *, cutoff: int) -> float:
    """Normalised discounted cumulative gain with binary gains; in [0, 1].

    Source:
        Järvelin & Kekäläinen, ACM TOIS 20(4), 2002, doi:10.1145/582415.582418; log2 discount
        and the ideal over ``min(cutoff, relevant)``, as trec_eval's ``ndcg_cut``.
    """
    gained = sum(
        1 / math.log2(rank + 1)
        for rank, document in enumerate(ranked[:cutoff], start=1)
        if document in relevant
    )
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(cutoff, len(relevant)) + 1))
    return gained / ideal


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str], *, cutoff: int) -> float:
    """1 / rank of the first relevant document within `cutoff`, else 0."""
    for rank, document in enumerate(ranked[:cutoff], start=1):
        if document in relevant:
            return 1 / rank
    return 0.0


MEASURES: dict[str, Measure] = {
    "recall@5": lambda ranked, relevant: recall(ranked, relevant, cutoff=5),
    "recall@10": lambda ranked, relevant: recall(ranked, relevant, cutoff=10),
    "map@10": lambda ranked, relevant: average_precision(ranked, relevant, cutoff=10),
    "ndcg@10": lambda ranked, relevant: ndcg(ranked, relevant, cutoff=10),
    "mrr@10": lambda ranked, relevant: reciprocal_rank(ranked, relevant, cutoff=10),
    "all@10": lambda ranked, relevant: all_found(ranked, relevant, cutoff=10),
}


def measure(run: Run, qrels: Qrels) -> dict[str, float]:
    """Every measure of `MEASURES`, each the mean over topics with a relevant document."""
    per_topic = measure_topics(run, qrels)
    return {
        name: sum(values[name] for values in per_topic.values()) / len(per_topic)
        for name in MEASURES
    }


def measure_topics(run: Run, qrels: Qrels) -> dict[str, dict[str, float]]:
    """Every measure of every topic that has a relevant document."""
    found: dict[str, dict[str, float]] = {}
    for topic, grades in qrels.items():
        relevant = {document for document, grade in grades.items() if grade > 0}
        if relevant:
            ranked = [document for document, _ in run.get(topic, ())]
            found[topic] = {name: of(ranked, relevant) for name, of in MEASURES.items()}
    return found
