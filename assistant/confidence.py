"""How likely it is that the corpus answers a question, from what retrieval found (pure)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from corpus.catalog import Corpus
from index.tokens import tokens
from index.types import Hit

# Logistic weights of (similarity, coverage, names_unknown_law) and the bias, fitted by
# `python -m evals.fit_confidence` on our own gold and off-corpus questions (docs/evals.md),
# never on the open evaluation sets. Both classes weigh alike.
WEIGHTS = (10.56, 2.11, -2.75)
BIAS = -6.97
NAMED_FLOOR = 0.9

# "the Online Safety Act", "India's Digital Personal Data Protection Act", "the Brazilian AI bill"
_LAW = re.compile(
    r"(?:(?:[A-Z][\w'’-]{0,30}|of|and|on|for|generative|corporate)\s+){1,6}"
    r"(?:Act|Directive|Regulation|Code of Practice|Code|Treaty|Protocol|Convention|Bill|Law|Accord"
    r"|bill|law|regulation)s?\b"
)
_LEADING = re.compile(
    r"^(?:(?:The|What|Which|How|When|Why|Who|Does|Do|Is|Are|Must|May|Can|Of|of|And|and|On|on|For|for"
    r"|Under|In|By|As|Since|EU|US|European|American)\s+)+"
)


@dataclass(frozen=True, slots=True)
class Signals:
    """What confidence looks at; each in [0, 1].

    `similarity`: cosine of the nearest passage or ask. `coverage`: share of the question's
    words, weighed by rarity, that the best provision holds; unknown words weigh as the rarest.
    `names_unknown_law`: 1 if the question names a law that the corpus never mentions.
    """

    similarity: float
    coverage: float
    names_unknown_law: float
    is_named: bool

    @property
    def vector(self) -> tuple[float, float, float]:
        """The three weighed signals."""
        return (self.similarity, self.coverage, self.names_unknown_law)


@dataclass(frozen=True)
class LogisticConfidence:
    """A calibrated probability from three signals. `idf` gives 0 for a stem it never saw."""

    corpus: Corpus
    idf: Callable[[str], float]
    rarest: float

    def score(self, question: str, hits: Sequence[Hit]) -> float:
        """A probability in [0, 1] that the corpus answers the question; 0 without hits."""
        if not hits:
            return 0.0
        seen = self.signals(question, hits)
        raw = BIAS + sum(w * x for w, x in zip(WEIGHTS, seen.vector, strict=True))
        probability = 1 / (1 + math.exp(-raw))
        return max(probability, NAMED_FLOOR) if seen.is_named else probability

    def signals(self, question: str, hits: Sequence[Hit]) -> Signals:
        """The signals of a question and its hits, best first."""
        weights = {t: self.idf(t) or self.rarest for t in dict.fromkeys(tokens(question))}
        held = self._words_of(max(hits, key=lambda hit: hit.score))
        total = sum(weights.values())
        covered = sum(weight for token, weight in weights.items() if token in held)
        return Signals(
            similarity=max(0.0, *(hit.dense for hit in hits)),
            coverage=covered / total if total else 0.0,
            names_unknown_law=float(self.names_unknown_law(question)),
            is_named=any("reference" in hit.found_by for hit in hits),
        )

    def names_unknown_law(self, question: str) -> bool:
        """Whether the question names a law, code or bill that the corpus nowhere mentions."""
        for found in _LAW.finditer(question[:2000]):
            name = _LEADING.sub("", found[0]).strip().casefold()
            if len(name.split()) > 1 and name not in self._all_words:
                return True
        return False

    def _words_of(self, hit: Hit) -> set[str]:
        provision = self.corpus.provisions[hit.passage.provision_id]
        version = provision.versions[hit.passage.version]
        return set(tokens(f"{hit.passage.context} {version.text} {' '.join(version.asks)}"))

    @cached_property
    def _all_words(self) -> str:
        parts = [
            f"{i.title} {i.short_title} {' '.join(i.aliases)}"
            for i in self.corpus.instruments.values()
        ]
        parts += [f"{v.heading} {v.text}" for _, _, v in self.corpus.versions()]
        return "\n".join(parts).casefold()
