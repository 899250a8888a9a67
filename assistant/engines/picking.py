"""Which sentences of a provision answer a question (pure).

A short provision is taken whole: its conditions and exceptions belong to the rule. Of a long one,
the sentences that hold what is asked: its words, and the figure or date that it wants.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.asked import AskedFor, asked_for
from assistant.engines.figures import Measure, figures, wanted
from assistant.sentences import Sentence, sentences
from index.tokens import tokens

# Chosen on our own gold questions (docs/decisions/0004-ranking-for-answers.md).
LEADING_SENTENCES = 4
# By place in the answer: the most sentences, and up to how many words it is quoted whole.
ALLOWED = ((LEADING_SENTENCES, 110), (3, 80), (2, 60), (1, 50))
MOST_WORDS = 160
OPENS = 0.15
HOLDS_FIGURE = 0.2
AGAIN = 0.3

Idf = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as sentences are weighed by it.

    `stems` are its words without repetition, `rarity` their weights (0 or more), `total` the sum
    of those.
    """

    text: str
    kinds: frozenset[AskedFor]
    measures: frozenset[Measure]
    rarity: dict[str, float]

    @property
    def total(self) -> float:
        """The weight of all words."""
        return sum(self.rarity.values())


def read(question: str, idf: Idf, kinds: frozenset[AskedFor] = frozenset()) -> Asked:
    """A question with its words weighed by their rarity; its kinds, if they are not known yet."""
    kinds = kinds or asked_for(question)
    rarity = {token: idf(token) for token in dict.fromkeys(tokens(question))}
    return Asked(question, kinds, wanted(question, kinds), rarity)


def overlap(asked: Asked, text: str, without: frozenset[str] = frozenset()) -> float:
    """Share of the question's rarity that a text holds beyond the stems `without`, in [0, 1]."""
    held = set(tokens(text)) - without
    weight = sum(weight for token, weight in asked.rarity.items() if token in held)
    return weight / asked.total if asked.total else 0.0


def pick(asked: Asked, text: str, *, place: int = 0) -> list[Sentence]:
    """The sentences that answer, in the text's own order; fewer the further down it is told.

    `place` counts the provisions of the answer from 0.
    """
    found = sentences(text)
    most, whole = ALLOWED[min(place, len(ALLOWED) - 1)]
    if len(text.split()) <= whole and len(found) <= LEADING_SENTENCES:
        return list(found)
    return [found[n] for n in sorted(_best(asked, found, most))]


def _best(asked: Asked, found: Sequence[Sentence], most: int) -> list[int]:
    """The sentences taken one by one, each for what it adds to those before."""
    taken: list[int] = []
    held: set[str] = set()
    spent = 0
    while len(taken) < most:
        rest = [
            n
            for n in range(len(found))
            if n not in taken and (not taken or spent + len(found[n].text.split()) <= MOST_WORDS)
        ]
        if not rest:
            break
        best = max(rest, key=lambda n: (_worth(asked, found, n, frozenset(held)), -n))
        taken.append(best)
        spent += len(found[best].text.split())
        held |= set(tokens(found[best].text))
    return taken


def _worth(asked: Asked, found: Sequence[Sentence], n: int, held: frozenset[str]) -> float:
    text = found[n].text
    worth = overlap(asked, text, held) + AGAIN * overlap(asked, text)
    if n == 0:
        worth += OPENS
    if asked.measures and figures(text, asked.measures, asked.text):
        worth += HOLDS_FIGURE
    return worth
