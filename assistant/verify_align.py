"""Whether a sentence restates a sentence of the law: in order, with nothing that counts left out.

What may differ: inflection, articles, spelling of figures, "any" and "each", asides, and the end
of the sentence where a clause of its own begins. What may not: the rest. Law narrows a rule by the
words around it ("working days", "of high-risk systems", "unless"), and a restatement that drops
them says something else with true words (pure).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from assistant.verify_words import Kind, Token

LIMITING = (Kind.NEGATION, Kind.CONDITION, Kind.LIMIT)
"""What limits a rule, wherever in its sentence it stands, is kept with the rule."""

_BEARING = frozenset(Kind) - {Kind.WORD, Kind.LIGHT}
_ASIDE = {"includ", "particular", "exampl", "especi"}
_FRONTS = {"purpos", "accord", "order", "pursuant", "line"}
_MIN_TOKENS, _MAX_TOKENS = 2, 160

Tokens = tuple[Token, ...]


def restates(said: Tokens, source: Tokens, lead: Tokens = ()) -> bool:
    """Whether `said` restates `source`, a sentence that `lead` may begin.

    >>> from assistant.verify_words import tokens_of
    >>> law = tokens_of("The owner of a robot shall register the robot within 30 days.")
    >>> restates(tokens_of("Owners of robots must register their robot within thirty days."), law)
    True
    >>> restates(tokens_of("Owners of robots must register their robot."), law)
    False
    """
    if not _MIN_TOKENS <= len(said) <= _MAX_TOKENS or dropped(said, (*lead, *source)):
        return False
    whole = (*lead, *source)
    starts = {0} if _binds(lead) else {0, len(lead)}
    if any(_follows(said, whole, start) for start in starts | set(_later_starts(whole))):
        return True
    return any(
        _follows(ours, theirs, 0)
        for ours, theirs in ((_rotated(said), source), (said, _rotated(source)))
        if ours and theirs and not _binds(lead)
    )


def dropped(said: Sequence[Token], source: Sequence[Token]) -> tuple[Token, ...]:
    """What limits the rule in `source` and is missing in `said`."""
    there = Counter((t.kind, t.value) for t in said)
    missing = []
    for token in source:
        if token.kind in LIMITING:
            there[token.kind, token.value] -= 1
            if there[token.kind, token.value] < 0:
                missing.append(token)
    return tuple(missing)


def furthest(said: Tokens, source: Tokens) -> int:
    """How many tokens of `said`, from the first on, stand in `source` in this order at all."""
    place = 0
    for count, token in enumerate(said):
        while place < len(source) and not token.means(source[place]):
            place += 1
        if place == len(source):
            return count
        place += 1
    return len(said)


def _binds(lead: Sequence[Token]) -> bool:
    """Whether a lead says what kind of rule follows, so that it cannot be left out."""
    return any(token.kind in {Kind.MODAL, *LIMITING} for token in lead)


def _later_starts(source: Tokens) -> Iterator[int]:
    """Where a clause begins that stands by itself: after a semicolon, after a fronted phrase."""
    modals = [place for place, token in enumerate(source) if token.kind is Kind.MODAL]
    for place, token in enumerate(source):
        if place and ";" in token.before:
            end = next((n for n in range(place + 1, len(source)) if ";" in source[n].before), None)
            has_own = any(token.kind is Kind.MODAL for token in source[place:end])
            # "shall not sell; rent or lend" forbids the renting too.
            if has_own or not modals or modals[0] > place:
                yield place
    comma = next((n for n, t in enumerate(source) if n and "," in t.before), 0)
    fronts = bool(_FRONTS & {token.value for token in source[:2]})
    # "For the purposes of paragraph 1, ...": what fronts it names no one and limits nothing.
    if comma and fronts and not any(t.kind in _BEARING - {Kind.PLACE} for t in source[:comma]):
        yield comma


def _rotated(tokens: Tokens) -> Tokens:
    """The sentence with a clause that fronts it ("Before ..., X shall ...") moved to its end."""
    if not tokens or tokens[0].kind not in {Kind.CONDITION, Kind.LIMIT}:
        return ()
    comma = next((n for n, t in enumerate(tokens) if n and "," in t.before), 0)
    front, rest = tokens[:comma], tokens[comma:]
    if not front or any(token.kind is Kind.MODAL for token in front):
        return ()
    return (*rest, *front)


def _follows(said: Tokens, source: Tokens, start: int) -> bool:
    """Whether `said` can be laid over `source` from `start` with lawful skips only."""

    @cache
    def laid(ours: int, theirs: int) -> bool:
        if ours == len(said):
            return _may_end(source, theirs)
        if theirs >= len(source):
            return False
        if said[ours].means(source[theirs]) and laid(ours + 1, theirs + 1):
            return True
        return any(laid(ours, after) for after in _skips(source, theirs) if ours)

    if (
        start < len(source)
        and source[start].kind is Kind.LIGHT
        and not said[0].means(source[start])
    ):
        start += 1
    return laid(0, start)


def _skips(source: Tokens, place: int) -> Iterator[int]:
    """Where one may go on instead of `place`: past a quantifier, past an aside."""
    if source[place].kind is Kind.LIGHT:
        yield place + 1
    end = _end_of_aside(source, place)
    if end and not any(t.kind in {Kind.MODAL, *LIMITING} for t in source[place:end]):
        yield end


def _end_of_aside(source: Tokens, place: int) -> int:
    """The place after an aside that begins here; 0 where none does."""
    before = source[place].before
    if "(" in before and ")" not in before[before.rindex("(") :]:
        closes = (n for n in range(place + 1, len(source)) if ")" in source[n].before)
        return next(closes, len(source))
    if "," in before and source[place].value in _ASIDE:
        after = (n for n in range(place + 1, len(source)) if set(",;:)") & set(source[n].before))
        return next(after, len(source))
    return 0


def _may_end(source: Tokens, place: int) -> bool:
    """Whether a restatement may stop before `place`: no part of the clause goes on there."""
    if place >= len(source):
        return True
    token = source[place]
    if ";" in token.before or _end_of_aside(source, place) == len(source):
        return True
    if token.kind is not Kind.LINK or token.value not in {"and", "but"}:
        return False
    ahead = [other.kind for other in source[place + 1 : place + 3]]
    return ahead[:1] == [Kind.MODAL] or ahead == [Kind.ACTOR, Kind.MODAL]
