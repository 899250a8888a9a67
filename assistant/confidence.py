"""How likely it is that the corpus answers a question, from what retrieval found (pure)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.tokens import tokens
from index.types import Hit

# Logistic weights, fitted by `python -m evals.fit_confidence` on our own gold questions and our
# own off-corpus questions (docs/evals.md); never on the open evaluation sets.
WEIGHTS = (9.0, 5.0)
BIAS = -6.6
NAMED_FLOOR = 0.9


@dataclass(frozen=True, slots=True)
class Signals:
    """What confidence looks at, each in [0, 1]; higher speaks for an answer.

    `similarity`: the best cosine among the first hits. `coverage`: share of the question's
    words, weighed by rarity, that the first hits hold; unknown words weigh as the rarest.
    """

    similarity: float
    coverage: float
    is_named: bool


@dataclass(frozen=True)
class LogisticConfidence:
    """A calibrated probability from two signals. `idf` gives 0 for a stem it never saw."""

    idf: Callable[[str], float]
    rarest: float

    def score(self, question: str, hits: Sequence[Hit]) -> float:
        """A probability in [0, 1] that the corpus answers the question; 0 without hits."""
        if not hits:
            return 0.0
        seen = self.signals(question, hits)
        raw = WEIGHTS[0] * seen.similarity + WEIGHTS[1] * seen.coverage + BIAS
        probability = 1 / (1 + math.exp(-raw))
        return max(probability, NAMED_FLOOR) if seen.is_named else probability

    def signals(self, question: str, hits: Sequence[Hit]) -> Signals:
        """The signals of a question and its hits, best first."""
        first = hits[:3]
        asked = dict.fromkeys(tokens(question))
        weights = {token: self.idf(token) or self.rarest for token in asked}
        held: set[str] = set()
        for hit in first:
            held.update(tokens(f"{hit.passage.context} {hit.passage.text}"))
        total = sum(weights.values())
        covered = sum(weight for token, weight in weights.items() if token in held)
        return Signals(
            similarity=max(0.0, max(hit.dense for hit in first)),
            coverage=covered / total if total else 0.0,
            is_named=any("reference" in hit.found_by for hit in first),
        )
