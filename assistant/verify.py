"""Verifies a sentence against the words it cites: exists, right place, supports (pure).

A sentence is borne out if one of the provisions that it cites says all of it in one sentence of
its own, in the same order, with every figure, date, place, negation, modal verb, person, limit
and condition (assistant/verify_align.py says what may differ). A judge of meaning may be asked
besides; it can turn a sentence down, never save one.

The price is that good paraphrases are turned down too. That is meant: a sentence that is turned
down is quoted instead, a wrong one that passes is believed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Protocol

from assistant.sentences import sentences
from assistant.verify_align import Tokens, dropped, furthest, restates
from assistant.verify_words import Kind, Token, tokens_of
from corpus.errors import LocatorError
from corpus.locators import Locator, parse

CHECKS = (
    "cited",
    "place",
    "numbers",
    "dates",
    "negation",
    "modality",
    "limits",
    "actors",
    "terms",
    "names",
    "words",
    "order",
    "support",
)
"""The names of the checks, in the order in which a reader is told of them."""

_OF_KIND = {
    Kind.PLACE: "place",
    Kind.FIGURE: "numbers",
    Kind.DATE: "dates",
    Kind.NEGATION: "negation",
    Kind.MODAL: "modality",
    Kind.LIMIT: "limits",
    Kind.CONDITION: "limits",
    Kind.ACTOR: "actors",
}
_REPORTING = {"say", "state", "provid", "read"}
_NAMING = {Kind.WORD, Kind.ACTOR, Kind.LIGHT, Kind.LINK, Kind.FIGURE}
_BELOW_ONE = 0.99
_POINT = re.compile(r"^\s*(?:\(?[a-z0-9]{1,4}[).]|[-•–—])\s+", re.IGNORECASE)
_ABBREVIATION = re.compile(r"\([A-Z]{2,}\)")  # "Export Control Reform Act (ECRA)" is a name
_HEAD = (":", "—", "–")


class SupportJudge(Protocol):
    """Judges by meaning how far cited words bear a sentence out."""

    def score(self, sentence: str, cited: str) -> float:
        """How far `cited` says what `sentence` says, in [0, 1]; higher is better."""


@dataclass(frozen=True, slots=True)
class Strictest:
    """Several judges as one: the least of their scores."""

    judges: tuple[SupportJudge, ...]

    def score(self, sentence: str, cited: str) -> float:
        """The least score of any judge, in [0, 1]; 1 without judges."""
        return min((judge.score(sentence, cited) for judge in self.judges), default=1.0)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `missing` names the words that failed it."""

    name: str
    passed: bool
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found of one sentence.

    `source` is the number of the cited provision that bears it out best, `span` the words of it,
    half-open offsets into its text. `score` in [0, 1] is the judge's; without one 1 for a sentence
    that is borne out, else the share of its words that are there, below 1.
    """

    checks: tuple[Check, ...]
    source: int = -1
    span: tuple[int, int] = (0, 0)
    score: float = 0.0

    @property
    def supported(self) -> bool:
        """Whether every check was passed."""
        return bool(self.checks) and all(check.passed for check in self.checks)


def _no_terms(text: str) -> frozenset[str]:
    """No defined terms."""
    return frozenset()


@dataclass(frozen=True)
class Source:
    """A provision that a sentence may cite: its words, and what is known of it besides.

    `lead` is how the text above begins the sentence that `text` goes on with. `names` are those
    of the instrument, with the heading: a sentence may open with them. `terms_in` finds the terms
    that the instrument defines in a text.
    """

    text: str
    locator: Locator
    lead: str = ""
    names: tuple[str, ...] = ()
    terms_in: Callable[[str], frozenset[str]] = field(default=_no_terms, compare=False)

    @cached_property
    def parts(self) -> tuple[_Part, ...]:
        """The sentences of the text, each with what begins it; points of a list with its head."""
        found: list[_Part] = []
        lead, head = tokens_of(self.lead), None
        for sentence in sentences(self.text):
            tokens = tokens_of(_POINT.sub("", sentence.text))
            is_point = bool(_POINT.match(sentence.text))
            if head is not None and is_point:
                before = tokens_of(head.text)
                found.append(_Part(tokens, (*lead, *before), head.start, sentence.end))
            else:
                found.append(_Part(tokens, lead, sentence.start, sentence.end))
            if sentence.text.endswith(_HEAD):
                head = sentence
            elif not is_point:
                head = None
        return tuple(found)

    @cached_property
    def known(self) -> frozenset[tuple[Kind, str]]:
        """The words that name the instrument or the provision."""
        return frozenset(
            (token.kind, token.value)
            for name in self.names
            for token in tokens_of(name)
            if token.kind in _NAMING or _ABBREVIATION.fullmatch(token.raw)
        )

    def is_own_place(self, token: Token) -> bool:
        """Whether a token names this provision, or what it is a part of."""
        if token.kind is not Kind.PLACE:
            return False
        try:
            return parse(token.value).covers(self.locator)
        except LocatorError:
            return False


@dataclass(frozen=True, slots=True)
class _Part:
    """A sentence of a provision as tokens, what begins it, and where both stand."""

    tokens: Tokens
    lead: Tokens
    start: int
    end: int


def verify(
    sentence: str,
    cited: Sequence[Source],
    *,
    judge: SupportJudge | None = None,
    at_least: float = 0.5,
) -> Verdict:
    """What the cited provisions make of a sentence; each must bear it out alone to count.

    `at_least` in [0, 1] is the judge's score that supports. Without a provision the sentence
    fails the check `cited`, and nothing else can be said of it.
    """
    if not cited:
        return Verdict((Check("cited", passed=False),))
    found = [_against(sentence, source, number) for number, source in enumerate(cited)]
    best = max(found, key=lambda verdict: (verdict.supported, verdict.score))
    if judge is None or not best.supported:
        return best
    start, end = best.span
    score = judge.score(sentence, f"{cited[best.source].lead} {cited[best.source].text[start:end]}")
    support = Check("support", score >= at_least)
    return Verdict((*best.checks[:-1], support), best.source, best.span, score)


def _against(sentence: str, source: Source, number: int) -> Verdict:
    """The verdict of one provision."""
    said = tokens_of(sentence)
    for stated in _stated(said, source):
        for part in source.parts:
            if restates(stated, part.tokens, part.lead):
                checks = tuple(Check(name, passed=True) for name in CHECKS)
                return Verdict(checks, number, (part.start, part.end), 1.0)
    part = max(source.parts, key=lambda part: _share(said, part), default=_Part((), (), 0, 0))
    failed = _failed(sentence, said, source, part)
    checks = tuple(
        Check(name, name not in failed, tuple(dict.fromkeys(failed.get(name, ()))))
        for name in CHECKS
    )
    score = min(round(_share(said, part), 4), _BELOW_ONE)
    return Verdict(checks, number, (part.start, part.end), score)


def _failed(sentence: str, said: Tokens, source: Source, part: _Part) -> dict[str, list[str]]:
    """The checks that a sentence fails against the part that comes nearest, with the words."""
    whole = (*part.lead, *part.tokens)
    failed: dict[str, list[str]] = {}
    for token in _missing(said, whole, source):
        failed.setdefault(_name(token, said), []).append(token.raw)
    for token in dropped(said, whole):
        failed.setdefault(_OF_KIND[token.kind], []).append(token.raw)
    words = f"{source.lead} {source.text} {' '.join(source.names)}"
    if unknown := source.terms_in(sentence) - source.terms_in(words):
        failed["terms"] = sorted(unknown)
    if not failed:
        stated = min(_stated(said, source), key=len, default=())
        place = min(furthest(stated, whole), len(stated) - 1)
        failed["order"] = [stated[place].raw if stated else sentence[:40]]
    return failed


def _missing(said: Tokens, whole: Tokens, source: Source) -> Iterator[Token]:
    """The tokens of a sentence that are not among those of a part, nor name its place."""
    there = Counter((t.kind, t.value) for t in whole)
    for token in said:
        key = (token.kind, token.value)
        if there[key] > 0:
            there[key] -= 1
        elif not source.is_own_place(token) and key not in source.known:
            yield token


def _name(token: Token, said: Tokens) -> str:
    """The check that a missing token fails."""
    if token.kind in _OF_KIND:
        return _OF_KIND[token.kind]
    is_name = token.raw[:1].isupper() and token is not said[0]
    return "names" if is_name else "words"


def _share(said: Tokens, part: _Part) -> float:
    """Share of a sentence's tokens that a part holds, in [0, 1]."""
    there = Counter((t.kind, t.value) for t in (*part.lead, *part.tokens))
    ours = Counter((t.kind, t.value) for t in said)
    return sum((there & ours).values()) / len(said) if said else 0.0


def _stated(said: Tokens, source: Source) -> Iterator[Tokens]:
    """What a sentence states, with and without the words that only name the place.

    "Under Article 5 of the Act, X shall ...", "Article 5 says that X shall ...", "X shall ...
    (Article 5)".
    """
    fronts, ends = {0, _front(said, source)}, {len(said), _end(said, source)}
    for front, end in product(sorted(fronts), sorted(ends, reverse=True)):
        if front < end:
            yield said[front:end]


def _names_place(token: Token, source: Source) -> bool:
    return source.is_own_place(token) or (token.kind, token.value) in source.known


def _front(said: Tokens, source: Source) -> int:
    """Where a sentence begins once the words that name its place are left out."""
    place, has_place = 0, False
    while place < len(said) and _names_place(said[place], source):
        has_place = has_place or source.is_own_place(said[place])
        place += 1
        # "Under Article 12(3) of the GDPR, the one-month period": words of the heading go on.
        if has_place and place < len(said) and set(",:)") & set(said[place].before):
            return place
    if not 0 < place < len(said):
        return 0
    if set(",:)") & set(said[place].before):
        return place
    is_reported = said[place].value in _REPORTING
    return place + 1 if is_reported and has_place else 0


def _end(said: Tokens, source: Source) -> int:
    """Where a sentence ends once the words that name its place are left out."""
    place = len(said)
    while place > 0 and _names_place(said[place - 1], source):
        place -= 1
    # The law's own words may end with its name: only a locator shows that a place is meant.
    first = next((n for n in range(place, len(said)) if source.is_own_place(said[n])), len(said))
    return first
