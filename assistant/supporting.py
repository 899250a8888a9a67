"""How far cited words bear a sentence out, by meaning: a logistic model of three signals.

The model that finds passages says how near each word of the sentence has a neighbour in the
cited text, and how like the sentence its nearest stretch is; the words themselves say how many of
their pairs are there. Together they tell a sentence on another matter from one on the same. They
do not read: a wrong figure or a "not" too many hardly moves them. That is for `assistant.verify`,
which a score from here can only make stricter. How well both do: docs/checks.md.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.sentences import sentences
from index.late import load_compressor
from index.protocols import Embedder, Encoded, WordEmbedder
from index.tokens import pairs, tokens

Floats = NDArray[np.float32]

MODEL = "all-MiniLM-L6-v2:53aa51172d14"
"""Fingerprint of the embedding model that the weights are of."""

# In the order of `Signals`. Written by `python -m evals.fit_support CLAIMS` (docs/checks.md):
# each signal weighs alike once scaled, supported and unsupported claims weigh alike.
WEIGHTS = (2.316, 2.041, 1.211)
BIAS = -3.062

AT_LEAST = 0.6
"""The least score that is recommended to count as support (docs/checks.md)."""

_WINDOW = 700  # characters encoded at a time: well below the 256 pieces that the model reads
_LONGER = (1.0, 1.6)  # what says as much may be longer than the sentence
_SIGNS = 2  # the model's own, before and after each text
_KEPT = 256  # cited texts kept encoded, about 0.5 MB each


@dataclass(frozen=True, slots=True)
class Signals:
    """What is seen of a sentence and of the text that it cites.

    `alike` in [-1, 1]: likeness of a word of the sentence to the nearest in the text, on average.
    `stretch` in [-1, 1]: cosine of the sentence and the stretch of the text that is most like it.
    `pairs` in [0, 1]: share of the sentence's pairs of neighbouring words that the text holds.
    """

    alike: float
    stretch: float
    pairs: float

    @property
    def vector(self) -> tuple[float, float, float]:
        """The weighed signals."""
        return (self.alike, self.stretch, self.pairs)


@dataclass(frozen=True, slots=True)
class _Cited:
    """A cited text as it is compared.

    `words` has shape ``(t, d)``, rows of L2 norm 1; `states` an array ``(t, d)`` for each window.
    """

    words: Floats
    states: tuple[Floats, ...]
    pairs: frozenset[str]


@dataclass(frozen=True)
class LearnedSupport:
    """Scores sentences against cited texts; safe to share between threads.

    `is_word` has shape ``(vocabulary,)``: which pieces of the encoder's vocabulary are words. The
    texts cited last are kept encoded, so that the second sentence on one is quicker.

    Source:
        Khattab & Zaharia, SIGIR 2020, doi:10.1145/3397271.3401075 (`alike`); Dawes, American
        Psychologist 34(7), 1979, doi:10.1037/0003-066X.34.7.571 (signals that weigh alike).
    """

    encoder: WordEmbedder
    is_word: NDArray[np.bool_]
    weights: tuple[float, ...] = WEIGHTS
    bias: float = BIAS
    _kept: OrderedDict[str, _Cited] = field(default_factory=OrderedDict, repr=False, compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def score(self, sentence: str, cited: str) -> float:
        """A probability in [0, 1] that `cited` bears `sentence` out, if half of all are borne out.

        0 where either has no content word: nothing bears out nothing.
        """
        return self.scores([(sentence, cited)])[0]

    def scores(self, asked: Sequence[tuple[str, str]]) -> list[float]:
        """The score of each pair of a sentence and a cited text, encoded together."""
        return [0.0 if seen is None else self._chance(seen) for seen in self.signals(asked)]

    def signals(self, asked: Sequence[tuple[str, str]]) -> list[Signals | None]:
        """The signals of each pair; None where either text has no content word."""
        is_usable = [bool(tokens(sentence) and tokens(cited)) for sentence, cited in asked]
        usable = [pair for pair, use in zip(asked, is_usable, strict=True) if use]
        cited = self._encode_cited(list(dict.fromkeys(text for _, text in usable)))
        encoded = self.encoder.encode_passages([sentence for sentence, _ in usable])
        found = iter(
            self._seen(sentence, one, cited[text])
            for (sentence, text), one in zip(usable, encoded, strict=True)
        )
        return [next(found) if use else None for use in is_usable]

    def _chance(self, seen: Signals) -> float:
        raw = self.bias + sum(w * x for w, x in zip(self.weights, seen.vector, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, raw))))

    def _encode_cited(self, texts: Sequence[str]) -> dict[str, _Cited]:
        """The texts as they are compared; those kept are not encoded again."""
        with self._lock:
            found = {text: self._kept[text] for text in texts if text in self._kept}
        missing = {text: tuple(_windows(text)) for text in texts if text not in found}
        every = [window for windows in missing.values() for window in windows]
        encoded = iter(self.encoder.encode_passages(every))
        for text, windows in missing.items():
            found[text] = self._compared(text, [next(encoded) for _ in windows])
        self._keep(found)
        return found

    def _keep(self, found: dict[str, _Cited]) -> None:
        with self._lock:
            for text, cited in found.items():
                self._kept[text] = cited
                self._kept.move_to_end(text)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)

    def _compared(self, text: str, windows: Sequence[Encoded]) -> _Cited:
        words = np.concatenate([self.words(one) for one in windows])
        states = tuple(one.states[1:-1].astype(np.float32) for one in windows)
        return _Cited(words, states, frozenset(pairs(text)))

    def words(self, encoded: Encoded) -> Floats:
        """Unit vectors, shape ``(t, d)``, of the pieces that are words."""
        return _unit(encoded.states[self.is_word[encoded.pieces]].astype(np.float32))

    def _seen(self, sentence: str, encoded: Encoded, cited: _Cited) -> Signals:
        words, couples = self.words(encoded), pairs(sentence)
        has_words = len(words) and len(cited.words)
        return Signals(
            alike=float((words @ cited.words.T).max(axis=1).mean()) if has_words else 0.0,
            stretch=_stretch(encoded, cited.states),
            pairs=sum(couple in cited.pairs for couple in couples) / max(1, len(couples)),
        )


def load_support(embedder: Embedder) -> LearnedSupport | None:
    """The judge for an embedding model; None for a model that the weights are not of."""
    if embedder.fingerprint != MODEL or not isinstance(embedder, WordEmbedder):
        return None
    compressor = load_compressor(MODEL)
    return LearnedSupport(embedder, compressor.is_word) if compressor else None


def _windows(text: str) -> Iterator[str]:
    """The text in pieces of at most `_WINDOW` characters: whole sentences where they fit."""
    window = ""
    for sentence in sentences(text):
        for piece in _pieces(sentence.text):
            if window and len(window) + len(piece) >= _WINDOW:
                yield window
                window = ""
            window = f"{window} {piece}".strip()
    if window:
        yield window


def _pieces(sentence: str) -> Iterator[str]:
    """A sentence, cut at blanks if it is longer than a window."""
    while len(sentence) > _WINDOW:
        cut = sentence.rfind(" ", 1, _WINDOW)
        cut = _WINDOW if cut < 0 else cut
        yield sentence[:cut]
        sentence = sentence[cut:].lstrip()
    if sentence:
        yield sentence


def _stretch(encoded: Encoded, states: Sequence[Floats]) -> float:
    """The cosine of a sentence and the stretch, about as long, that is most like it; or -1."""
    length, best = max(1, len(encoded.pieces) - _SIGNS), -1.0
    for window in states:
        sums = np.cumsum(np.vstack([np.zeros((1, window.shape[1]), np.float32), window]), axis=0)
        for factor in _LONGER:
            wide = min(len(window), round(length * factor))
            if wide:
                means = _unit(sums[wide:] - sums[:-wide])
                best = max(best, float((means @ encoded.vector).max()))
    return best


def _unit(vectors: Floats) -> Floats:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), np.float32)
