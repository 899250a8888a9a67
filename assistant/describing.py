"""Instruments by what a description says of them: kind, maker, day, fate and subject (pure)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assistant.jurisdictions import jurisdictions_in
from assistant.mentions import countries_in
from corpus.types import EventKind, Instrument
from index.tokens import STOPWORDS, stem, words

# What people call an instrument of each kind; the first word of each is enough to be a head.
_HEADS: dict[str, str] = {
    "order": "order|executive order|eo",
    "rule": "rule|rules|regulation|controls|update|notice|draft",
    "regulation": "regulation|law|act|rules|rulebook|regime",
    "statute": "statute|law|act",
    "declaration": "declaration|statement|communique|communiqué|text|paper",
    "code": "code|principles|commitments|pledges|promises|guidelines|recommendation"
    "|asked|urged|promised|promise|pledged",
    "convention": "convention|treaty|accord",
    "proclamation": "proclamation|tariff|tariffs|duty|duties|levy",
    "memorandum": "memorandum|memo",
    "agreement": "deal|agreement|memorandum|pact|mou|accord|papers|partnership",
    "plan": "plan|fact sheet|factsheet|explainer|roadmap",
    "framework": "framework|blueprint",
    "dossier": "proposal|scheme|plan|idea|story|arrangement|club",
}
_MONTHS = """january february march april may june july august september october november
    december""".split()  # noqa: SIM905 - reads best as words
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}
_SEASONS |= {"winter": (12, 12), "early": (1, 4), "mid": (5, 8), "late": (9, 12)}
_WHEN = re.compile(
    rf"\b(?:(?:(?P<month>{'|'.join(_MONTHS)})(?: of)?|(?P<part>{'|'.join(_SEASONS)})(?:[ -]of)?)"
    r"[ ,-]+)?(?P<year>20[0-3]\d)\b(?!/)",
    re.IGNORECASE,
)
# Presidents of the United States by the days on which they signed.
_TERMS: tuple[tuple[str, date, date], ...] = (
    ("obama", date(2009, 1, 20), date(2017, 1, 20)),
    ("trump", date(2017, 1, 20), date(2021, 1, 20)),
    ("biden", date(2021, 1, 20), date(2025, 1, 20)),
    ("trump", date(2025, 1, 20), date(2029, 1, 20)),
)
_SIGNED = {"order", "memorandum", "proclamation", "plan", "framework"}
_FATES: tuple[tuple[str, frozenset[EventKind]], ...] = (
    (r"revoked|rescinded|cancelled|repealed|scrapped|withdrawn|defunct",
     frozenset({EventKind.REVOKED, EventKind.REPEALED})),
    (r"suspended|paused", frozenset({EventKind.SUSPENDED})),
    (r"proposed|draft|floated", frozenset({EventKind.PROPOSED})),
)  # fmt: skip
_MADE = (
    EventKind.SIGNED,
    EventKind.ADOPTED,
    EventKind.STATEMENT,
    EventKind.PUBLISHED,
    EventKind.PROPOSED,
    EventKind.IN_FORCE,
)
# Words of subject in other clothes: what people say for what titles say.
_SAME = {
    "centre": "center", "centres": "center", "data-centre": "center", "chip": "semiconductor",
    "chips": "semiconductor", "makers": "developing", "labs": "developing", "lab": "developing",
    "developers": "developing", "developer": "developing", "tech": "technology",
}  # fmt: skip
# Heads of so many things that a day or a president must go with them.
_VAGUE = frozenset(
    """rules controls text paper papers duty duties update notice act law regulation regime idea
    story club draft plan scheme arrangement proposal statement principles partnership""".split()  # noqa: SIM905 - as above
)
# Who has one has it with somebody.
_OF_STATES = frozenset({"deal", "agreement", "memorandum", "pact", "mou", "accord"})
# Heads that are verbs: a body of several states must have done the asking.
_ASKED = frozenset({"asked", "urged"})
# These say little of what a text is about here: nearly every title has them.
_EVERYWHERE = frozenset(
    """ai artificial intelligence us american america united states federal national policy
    executive president white house new old big first last biden trump obama eu european union
    commerce bis control controls export rule rules act law order proposed draft house year
    january february march april may june july august september october november december
    spring summer autumn fall winter early mid late signed issued own whole same other this that
    these those which what 's today current former previous final recent revoked rescinded cancelled
    repealed scrapped withdrawn defunct suspended paused proposed floated between about their
    its""".split()  # noqa: SIM905 - reads best as words
)
_AI = re.compile(r"\bAI\b|artificial intelligence|\blabs?\b|\bmodels?\b|frontier", re.IGNORECASE)
_BEFORE, _AFTER, _WIDEST = 5, 7, 120
_OPENS = re.compile(r"\b(?:the|an?|its|their|our|this|that|which|what)\b", re.IGNORECASE)
_STOPS = re.compile(
    r"[.?!;:()]|,(?! \d{4})|\band\b(?! [A-Z])|\b(?:is|are|was|were|do|does|did|can|could|may|must"
    r"|should|will|would|has|have|had|or|but|when|where|why|how|who|whom|if|because|say|says|said|set|sets)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Profile:
    """What may be said of an instrument: heads it answers to, makers, days, fates, subject."""

    id: str
    heads: frozenset[str]
    jurisdictions: frozenset[str]
    made: tuple[date, ...]
    president: str
    fates: frozenset[EventKind]
    subject: frozenset[str]
    aliases: tuple[frozenset[str], ...]
    countries: frozenset[str]
    is_on_ai: bool


@dataclass(frozen=True, slots=True)
class Description:
    """Words that describe instruments: ``text[start:end]``, and the ids that they fit."""

    start: int
    end: int
    instruments: tuple[str, ...]


def profile_of(instrument: Instrument) -> Profile:
    """What front matter says of an instrument, as a description would."""
    heads = {*_HEADS.get(instrument.kind, "").split("|")} - {""}
    names = (instrument.short_title, *instrument.aliases)
    for kind in _HEADS.values():
        heads |= {h for h in kind.split("|") if any(f" {h}" in f" {n.casefold()}" for n in names)}
    made = tuple(event.date for event in instrument.timeline if event.kind in _MADE)
    is_american = instrument.jurisdiction == "US" and instrument.kind in _SIGNED
    signed = made[0] if made and is_american else None
    subject = _subject(" ".join((instrument.title, *names)))
    return Profile(
        id=instrument.id,
        heads=frozenset(heads),
        jurisdictions=frozenset(
            {instrument.jurisdiction, *jurisdictions_in(" ".join((*names, instrument.title)))}
        ),
        made=made,
        president=next((who for who, a, b in _TERMS if signed and a <= signed < b), ""),
        fates=frozenset(event.kind for event in instrument.timeline),
        subject=subject,
        aliases=tuple(stems for name in names if (stems := _stems(words(name))) - _stems(heads)),
        countries=_countries(" ".join((instrument.title, *names))),
        is_on_ai=_AI.search(instrument.title) is not None,
    )


@dataclass(frozen=True)
class Described:
    """Finds descriptions of a set of instruments."""

    profiles: Sequence[Profile]

    def found(self, text: str) -> Iterator[Description]:
        """The descriptions in a text that fit one instrument, or two equally well."""
        end, about = 0, _countries(text)
        for head in self._heads.finditer(text):
            if head.start() < end:
                continue
            start, end = _around(text, head)
            fitting = self._fitting(text[start:end], head[0].casefold(), about)
            if fitting:
                opens = list(_OPENS.finditer(text, start, head.start()))
                yield Description(opens[-1].start() if opens else start, end, fitting)
            else:
                end = head.end()

    @cached_property
    def _heads(self) -> re.Pattern[str]:
        heads = sorted({h for p in self.profiles for h in p.heads}, key=len, reverse=True)
        return re.compile(rf"\b(?:{'|'.join(map(re.escape, heads))})\b", re.IGNORECASE)

    @cached_property
    def _by_head(self) -> Mapping[str, Sequence[Profile]]:
        found: dict[str, list[Profile]] = defaultdict(list)
        for profile in self.profiles:
            for head in profile.heads:
                found[head].append(profile)
        return found

    @cached_property
    def _held(self) -> Counter[str]:
        """In how many instruments' names each stem of subject stands."""
        return Counter(word for profile in self.profiles for word in profile.subject)

    def _fitting(self, phrase: str, head: str, about: frozenset[str]) -> tuple[str, ...]:
        said = _Said.read(phrase, head)
        known = self._by_head.get(head, ())
        scored = [(self._score(profile, said), profile) for profile in known]
        # A country elsewhere in the question may tell one pact from another.
        near = [one for one in scored if one[0] > 0 and one[1].countries & about] or scored
        best = max((score for score, _ in near), default=0.0)
        fitting = [profile for score, profile in near if score == best > 0]
        return tuple(one.id for one in fitting) if len(fitting) <= _MOST else ()

    def _score(self, profile: Profile, said: _Said) -> float:
        """How well a profile fits; 0 where something said is not so, or too little is said."""
        if not said.agrees_with(profile):
            return 0.0
        shared = said.subject & profile.subject
        missed = len(said.subject) - len(shared)
        alias = max((len(said.stems & a) / len(said.stems | a) for a in profile.aliases), default=0)
        rare = bool(shared) and min(self._held[word] for word in shared) <= _RARE
        if profile.is_on_ai and not said.is_on_ai and not said.ties and alias < 1:
            return 0.0  # the European Convention on Human Rights is not the one on AI and them
        if not said.tells(len(shared), missed, rare=rare, named=alias == 1):
            return 0.0
        ties = 2 * said.is_month + bool(said.when) + bool(said.president) + bool(said.fate)
        about = sum(1 / self._held[word] for word in shared)
        return ties + min(2.0, 2 * about) + len(shared) + (2 if alias == 1 else 0)


_MOST, _RARE, _SEASON = 2, 2, 130


@dataclass(frozen=True, slots=True)
class _Said:
    """What a description says."""

    head: str
    president: str
    when: tuple[date, date] | None
    fate: frozenset[EventKind]
    jurisdictions: frozenset[str]
    subject: frozenset[str]
    stems: frozenset[str]
    countries: frozenset[str]

    is_on_ai: bool

    @property
    def ties(self) -> bool:
        """Whether a day, a president, a fate or a country is said."""
        return bool(self.when or self.president or self.fate or self.countries)

    @property
    def is_month(self) -> bool:
        """Whether the text is dated to a month or a season."""
        return self.when is not None and (self.when[1] - self.when[0]).days < _SEASON

    def agrees_with(self, profile: Profile) -> bool:
        """Whether nothing that is said is untrue of an instrument."""
        return not (
            (self.president and self.president != profile.president)
            or (self.when and not any(_is_within(day, self.when) for day in profile.made))
            or (self.fate and not self.fate & profile.fates)
            or (self.jurisdictions and not self.jurisdictions & profile.jurisdictions)
            or (
                (profile.countries or self.head in _OF_STATES)
                and not self.countries <= profile.countries
            )
        )

    def tells(self, shared: int, missed: int, *, rare: bool, named: bool) -> bool:
        """Whether enough is said to tell one instrument from all others of its kind."""
        dated = self.when is not None
        if self.head in _ASKED:
            return bool(self.jurisdictions & {"G7", "INT", "OECD", "COE"}) and shared > 0
        if self.head in _VAGUE:
            return shared > 0 and (dated or bool(self.president)) and missed <= 1
        return (
            named
            or (self.is_month and (shared > 0 or missed <= 1))
            or (dated and bool(shared or self.president or self.fate))
            or (bool(self.president or self.fate) and shared > 0)
            or (rare and missed == 0)
            or (shared > 0 and bool(self.countries) and self.head in _OF_STATES)
            or (shared > 1 and bool(self.jurisdictions or self.countries))
        )

    @classmethod
    def read(cls, phrase: str, head: str) -> _Said:
        low = phrase.casefold()
        president = next((who for who, _, _ in _TERMS if who in low), "")
        fates = [kinds for pattern, kinds in _FATES if re.search(rf"\b(?:{pattern})\b", low)]
        return cls(
            head=head,
            president=president,
            when=_when(phrase),
            fate=frozenset().union(*fates),
            jurisdictions=frozenset(jurisdictions_in(phrase)),
            subject=_subject(phrase) - _stems(words(head)),
            stems=_stems(words(phrase)),
            countries=_countries(phrase),
            is_on_ai=_AI.search(phrase) is not None,
        )


def _around(text: str, head: re.Match[str]) -> tuple[int, int]:
    """The phrase around a head: a few words before and after it, up to the next clause."""
    first = max(0, head.start() - _WIDEST)
    before = text[first : head.start()]
    stops = [found.end() for found in _STOPS.finditer(before)]
    left = [found.start() for found in re.finditer(r"\S+", before)]
    start = max([stops[-1] if stops else 0, *left[-_BEFORE:][:1]])
    start += len(before[start:]) - len(before[start:].lstrip())
    after = text[head.end() : head.end() + _WIDEST]
    stop = _STOPS.search(after)
    right = [found.end() for found in re.finditer(r"\S+", after)][:_AFTER]
    end = head.end() + min([stop.start() if stop else len(after), *right[-1:]])
    return first + start, end


def _when(phrase: str) -> tuple[date, date] | None:
    """The days that a phrase dates a text to, both included."""
    found = _WHEN.search(phrase)
    if not found:
        return None
    year = int(found["year"])
    if found["month"]:
        first = last = _MONTHS.index(found["month"].casefold()) + 1
    elif found["part"]:
        first, last = _SEASONS[found["part"].casefold()]
    else:
        first, last = 1, 12
    return date(year, first, 1), date(year, last, 28 if last == 2 else 30)


def _is_within(day: date, when: tuple[date, date]) -> bool:
    first, last = when
    return (first.year, first.month) <= (day.year, day.month) <= (last.year, last.month)


def _countries(text: str) -> frozenset[str]:
    """The countries that a text mentions, but for the one whose texts most are."""
    return countries_in(text) - {"United States"}


def _subject(text: str) -> frozenset[str]:
    return _stems(word for word in words(text) if word not in _EVERYWHERE and not word[0].isdigit())


def _stems(found: Iterable[str]) -> frozenset[str]:
    return frozenset(
        stem(_SAME.get(word, word)) for word in found if word not in STOPWORDS and len(word) > 2
    )
