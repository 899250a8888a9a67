"""Which words and terms the corpus has, and how foreign a question's are to it (pure)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from corpus.catalog import Corpus
from index.tokens import tokens, words

# Weights of (terms, abbreviations, pairs, unknown) and the bias, fitted on
# our own questions: gold.jsonl against foreign.jsonl (part `fit`).
WEIGHTS = (3.8, 1.4, 7.4, 12.1)
BIAS = -5.15

_AMERICAN = re.compile(r"(?<=\w\w)iz(?=e|a|i)")
_TERM = re.compile(r"(?<![\w'’-])[A-Z][\w&-]*(?:(?:\s+|\s+(?:of|for|on)\s+)[A-Z][\w&-]*){0,5}")
_CAPITALS = re.compile(r"[A-Z]")
_OPENERS = frozenset(
    """a an the this that these those what which who whom whose when where why how is are was were
    do does did can could may might must shall should will would has have had if in on at by for
    from under of to with without as and or but so since after before during while because until
    unless our we i my your you they he she it its their there no not yes please explain describe
    list name tell summarise compare define give does every each any all both between within upon
    according regarding concerning given suppose assuming""".split()  # noqa: SIM905 - a word list
)


@dataclass(frozen=True, slots=True)
class Foreign:
    """How foreign the words of a question are; each in [0, 1], 1 is wholly foreign.

    `terms`: share of the capitalised terms of several words that the corpus never has.
    `abbreviations`: 1 if an abbreviation or a single capitalised word is unknown to it.
    `unknown`: share of the content words that no text has.
    """

    terms: float
    abbreviations: float
    pairs: float
    unknown: float

    @property
    def vector(self) -> tuple[float, float, float, float]:
        """The three weighed signals."""
        return (self.terms, self.abbreviations, self.pairs, self.unknown)


@dataclass(frozen=True)
class Vocabulary:
    """The words of a corpus and of its asks, collected once."""

    corpus: Corpus

    def foreignness(self, question: str) -> float:
        """How likely it is, in [0, 1], that a question speaks of law that is not held.

        From its words alone: higher is more foreign. Terms written with capitals in
        mid-sentence ("Authorised Person") that the corpus never has weigh most.
        """
        raw = BIAS + sum(w * x for w, x in zip(WEIGHTS, self.signals(question).vector, strict=True))
        return 1 / (1 + math.exp(-raw))

    def signals(self, question: str) -> Foreign:
        """The signals of a question."""
        asked = _british(question[:4000])
        terms = [term for term in terms_in(asked) if len(tokens(term)) > 1]
        singles = [
            t for t in terms_in(asked) if len(tokens(t)) == 1 and len(_CAPITALS.findall(t)) > 1
        ]
        content = dict.fromkeys(tokens(asked))
        return Foreign(
            terms=_share([not self.has_term(term) for term in terms]),
            abbreviations=float(any(not self.has_term(term) for term in singles)),
            pairs=_share([f"{a} {b}" not in self._pairs for a, b in pairwise(tokens(asked))]),
            unknown=_share([token not in self._stems for token in content]),
        )

    def has_term(self, term: str) -> bool:
        """Whether the words of a term stand beside each other somewhere in the corpus."""
        stems = tokens(_british(term))
        if len(stems) < 2:
            return all(one in self._stems for one in stems)
        return all(f"{one} {other}" in self._pairs for one, other in pairwise(stems))

    def has_word(self, stem: str) -> bool:
        """Whether the corpus has a word of this stem."""
        return stem in self._stems

    @cached_property
    def _texts(self) -> tuple[tuple[str, ...], ...]:
        found = []
        for instrument in self.corpus.instruments.values():
            numbers = (number for _, number in instrument.identifiers)
            for name in (instrument.title, instrument.short_title, *instrument.aliases, *numbers):
                found.append(tuple(tokens(_british(name))))
        for _, _, version in self.corpus.versions():
            whole = (*version.context, version.heading, version.lead, version.text, *version.asks)
            found += [tuple(tokens(_british(part))) for part in whole if part]
        return tuple(found)

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(stem for text in self._texts for stem in text)

    @cached_property
    def _pairs(self) -> frozenset[str]:
        return frozenset(f"{one} {other}" for text in self._texts for one, other in pairwise(text))


def terms_in(text: str) -> Iterator[str]:
    """Terms and names written with capitals that open no sentence, less what merely opens one.

    >>> list(terms_in("Must a Fund Manager, under MiCA, tell the Regulator? We are small."))
    ['Fund Manager', 'MiCA', 'Regulator']
    """
    for found in _TERM.finditer(text):
        term, opens = found[0], not re.search(r"[^.?!:;\s]\s*$", text[: found.start()])
        while term and (words(term) or [""])[0] in _OPENERS:
            term = term.partition(" ")[2]
            opens = opens and not term
        if opens and " " in term:
            term = term.partition(" ")[2]  # the first word has its capital from the sentence
        elif opens and not re.search(r"[A-Z\d].*[A-Z\d]", term):
            continue
        if term[:1].isupper():
            yield term


def _british(text: str) -> str:
    return _AMERICAN.sub("is", text)


def _share(facts: list[bool]) -> float:
    return sum(facts) / len(facts) if facts else 0.0
