"""The direct answer before the quotes: a figure, a date, yes or no, the status (pure).

It is given only where one quoted sentence bears it out and none says otherwise; whatever is in
doubt gets no direct answer. Nothing is inferred: a figure stands in the quoted words, and a yes
or no rests on the verb that carries the rule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.asked import AskedFor
from assistant.engines.choosing import division_of, parts_of
from assistant.engines.figures import Figure, Measure, bounds_asked, figures
from assistant.engines.markup import bold
from assistant.engines.picking import Asked, overlap
from assistant.engines.verdicts import verdict
from assistant.engines.wording import standing
from assistant.types import Citation
from corpus.types import Authority, Status, TextKind

BORNE_OUT = 0.12
RIVAL = 0.7
RIVAL_BESIDE = 0.5  # what stands in the same article is taken for the answer more easily
VERDICT_BORNE_OUT = 0.4
LONGEST_WORDS = 20
_ENDED = {Status.REVOKED, Status.REPEALED}  # of these the words tell all
_TIME = frozenset({Measure.DATE, Measure.DURATION})
_PENALTY = frozenset({Measure.MONEY, Measure.SHARE})


@dataclass(frozen=True, slots=True)
class Said:
    """A quoted sentence with its citation; `leads` says that it is of the leading provision."""

    text: str
    citation: Citation
    leads: bool


@dataclass(frozen=True, slots=True)
class Direct:
    """A direct answer of ours, with the number of the citation that bears it out.

    `tells_status` says that it holds the status of the leading provision.
    """

    text: str
    citation: int
    tells_status: bool = False


def direct(asked: Asked, said: Sequence[Said], day: date, *, is_named: bool) -> Direct | None:
    """The direct answer that the quoted sentences bear out; None where it is not plain.

    `is_named` says that the question names the instrument of the leading provision.
    """
    leading = [one for one in said if one.leads]
    if not leading or leading[0].citation.text_kind is TextKind.DOSSIER:
        return None  # what was reported is told with who reported it
    first = leading[0].citation
    if AskedFor.STATUS in asked.kinds and is_named:
        words = standing(first, day)
        note = "" if first.status in _ENDED else f" {first.status_note}".rstrip()
        told = f"{bold(words[:1].upper() + words[1:])}.{note}"
        return Direct(told, first.n, tells_status=True)
    if len(parts_of(asked.text)) > 1:
        return None
    if asked.measures:
        return _figure(asked, leading, said)
    if AskedFor.YES_NO in asked.kinds and _binds(first):
        return _yes_or_no(asked, leading)
    return None


def _binds(citation: Citation) -> bool:
    """Whether the words are law on the day; what is not has no yes or no."""
    holds = citation.status in {Status.IN_FORCE, Status.AMENDED}
    return holds and citation.authority is Authority.BINDING


def _figure(asked: Asked, leading: Sequence[Said], said: Sequence[Said]) -> Direct | None:
    """The one figure of the kind asked in the leading provision, as quoted."""
    for measures in _alternatives(asked.measures):
        holding = [one for one in leading if _figures(asked, one, measures)]
        if not holding:
            continue
        best = max(holding, key=lambda one: overlap(asked, one.text))
        found = _figures(asked, best, measures)
        rivals = [one for one in said if _is_rival(asked, one, best)]
        others = {f.value for one in rivals for f in _figures(asked, one, measures)}
        span = _span(best.text, found)
        about = overlap(asked, " ".join(one.text for one in leading))
        if span is None or about < BORNE_OUT or others - {one.value for one in found}:
            return None
        return Direct(f"{bold(span[:1].upper() + span[1:])}.", best.citation.n)
    return None


def _is_rival(asked: Asked, one: Said, best: Said) -> bool:
    """Whether a sentence might answer as well: of the same provision, or near enough."""
    places = (one.citation.provision_id, best.citation.provision_id)
    share = RIVAL_BESIDE if division_of(places[0]) == division_of(places[1]) else RIVAL
    near = overlap(asked, one.text) > share * overlap(asked, best.text)
    return one is not best and (one.leads or near)


def _figures(asked: Asked, one: Said, measures: frozenset[Measure]) -> tuple[Figure, ...]:
    """The figures of a sentence that may answer, less those that bind the other way.

    Who asks until when is not told from when.
    """
    found = figures(one.text, measures, asked.text)
    bounds = bounds_asked(asked.text)
    return tuple(f for f in found if not bounds or bounds.match(one.text[f.start : f.end])) or (
        () if bounds and len(found) > 1 else found
    )


# What is denied of a figure must not be lost: "not before 2 August" is no "Before 2 August".
_DENIED = re.compile(
    r"\b(?:not|no|nor|never|neither|cannot|without|except|unless|other than)(?: [\w-]+){0,2} ?$",
    re.IGNORECASE,
)


def _alternatives(measures: frozenset[Measure]) -> list[frozenset[Measure]]:
    """What may answer, best first; a sum goes together with a share."""
    if measures & _TIME:  # a date before a period
        return [frozenset({one}) for one in (Measure.DATE, Measure.DURATION) if one in measures]
    if measures & _PENALTY:
        return [measures & _PENALTY]
    return [measures]


def _span(text: str, found: Sequence[Figure]) -> str | None:
    """The quoted words of one figure, or of a sum and a share; None where there are more."""
    kinds = [one.measure for one in found]
    if len({one.value for one in found}) != len(set(kinds)) or len(set(kinds)) > 2:
        return None
    firsts = [next(one for one in found if one.measure is kind) for kind in set(kinds)]
    start = min(one.start for one in firsts)
    if _DENIED.search(text[:start]):
        return None
    words = text[start : max(one.end for one in firsts)]
    return words if len(words.split()) <= LONGEST_WORDS else None


def _yes_or_no(asked: Asked, leading: Sequence[Said]) -> Direct | None:
    """Yes or no, if the sentence that holds most of the question says so by its verb."""
    best = max(leading, key=lambda one: overlap(asked, one.text))
    if overlap(asked, best.text) < VERDICT_BORNE_OUT:
        return None
    answers = {verdict(asked.text, one.text) for one in leading if one is not best}
    found = verdict(asked.text, best.text)
    if found is None or any(other and other[:2] != found[:2] for other in answers):
        return None
    return Direct(bold(found), best.citation.n)
