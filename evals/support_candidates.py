"""Signals of support that were tried and left out: alone no better than chance, or no gain.

Kept so that docs/checks.md can be measured again. All are oriented such that more is better.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from assistant.sentences import sentences
from assistant.supporting import LearnedSupport
from assistant.verify_words import Kind, tokens_of
from evals.check_figures import Floats
from index.tokens import tokens

WEAKEST = 3
_NAME = re.compile(r"(?<=[a-z,;:] )[A-Z][\w-]+")
_POLAR = (Kind.NEGATION, Kind.MODAL)


def candidates(judge: LearnedSupport, asked: Sequence[tuple[str, str]]) -> dict[str, Floats]:
    """Each signal by name, shape ``(n,)``, for pairs of a sentence and a cited text."""
    rows = [_of_words(*pair) | _of_states(judge, *pair) for pair in asked]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]} if rows else {}


def _of_words(sentence: str, cited: str) -> dict[str, float]:
    said = tokens_of(sentence)
    parts = [tokens_of(part.text) for part in sentences(cited)]
    there = {(token.kind, token.value) for part in parts for token in part}
    missing = {token.kind for token in said if (token.kind, token.value) not in there}
    ours = Counter((token.kind, token.value) for token in said)
    counted = [Counter((token.kind, token.value) for token in part) for part in parts]
    best = max(counted, key=lambda part: (ours & part).total(), default=Counter())
    polar = [{key: n for key, n in one.items() if key[0] in _POLAR} for one in (ours, best)]
    stems, words = tokens(sentence), set(tokens(cited))
    names = _NAME.findall(sentence)
    return {
        "words there": sum(stem in words for stem in stems) / max(1, len(stems)),
        "words in one sentence": (ours & best).total() / max(1, ours.total()),
        "figures there": float(not missing & {Kind.FIGURE, Kind.DATE, Kind.PLACE}),
        "persons there": float(Kind.ACTOR not in missing),
        "names there": float(all(name.casefold() in cited.casefold() for name in names)),
        "same negations and modals": float(polar[0] == polar[1]),
        "short": -math.log(1 + len(stems)),
    }


def _of_states(judge: LearnedSupport, sentence: str, cited: str) -> dict[str, float]:
    """Whole vectors, and the three words that are worst off."""
    encoded = judge.encoder.encode_passages([sentence, *(s.text for s in sentences(cited))])
    ours, theirs = encoded[0], encoded[1:]
    found = [judge.words(one) for one in theirs]
    near = np.max([(judge.words(ours) @ one.T).max(axis=1) for one in found if len(one)], axis=0)
    return {
        "nearest sentence": max(float(ours.vector @ one.vector) for one in theirs),
        "weakest words": float(np.sort(near)[:WEAKEST].mean()),
    }
