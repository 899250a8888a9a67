"""Places that a question names and that are not there, or not held here (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from assistant.premises_fault import Fault
from assistant.protocols import Evidence
from assistant.types import AbstainReason
from corpus.catalog import Corpus
from corpus.locators import Locator, Mention, Unit, find, formalise
from corpus.types import Instrument, TextKind
from index.expand import Expander
from index.tokens import STOPWORDS, words

# Below this many in a row, the numbers held say nothing about where a text ends.
SHORTEST_RUN = 3
MOST_CHOICES = 3
# What is left of a question that asks for the place itself: "what does ... say", "summarise".
MOST_OTHER_WORDS = 2

_NUMBERED = (
    Unit.ARTICLE,
    Unit.RECITAL,
    Unit.ANNEX,
    Unit.SECTION,
    Unit.ACTION,
    Unit.PRINCIPLE,
    Unit.CLAUSE,
)
_SPARSE = (Unit.CFR, Unit.SUPPLEMENT, Unit.ECCN)
_BY_DEFAULT = (Unit.ARTICLE, Unit.RECITAL, Unit.ANNEX)
_PLURAL = {Unit.ANNEX: "Annexes"}
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_ASKING = frozenset(
    """what which does do did say says said state contain contains list lists listed in is are
    there about summarise summarize explain order orders ordered require requires provide text
    wording me give show tell please under eu us export administration regulations act""".split()  # noqa: SIM905
)
# "Article 6 of the ...": a name follows, and it is none of ours.
_OF_ANOTHER = re.compile(
    r"(?:\([^)]{1,12}\))*\s*(?:,\s*|(?:of|to|in|under)\s+)(?:the\s+)?(?=[A-Z0-9])"
)
_OURS_ANYHOW = re.compile(
    r"(?:Act|AI Act|EU|Regulation|EAR|Export|Annex|Article|Chapter|CFR|C\.F\.R)\b"
)


@dataclass(frozen=True, slots=True)
class Numbering:
    """The numbers that an instrument has of one unit. `whole`: 1 to `last`, none missing."""

    numbers: frozenset[int]
    whole: bool

    @property
    def last(self) -> int:
        """The highest number."""
        return max(self.numbers)


@dataclass(frozen=True)
class Places:
    """Looks up the places that questions name, in one corpus."""

    corpus: Corpus
    expander: Expander
    _numberings: dict[tuple[str, Unit], Numbering | None] = field(default_factory=dict)

    def fault(self, evidence: Evidence) -> Fault | None:
        """The first named place that no text of those meant has; None when all are there."""
        text = formalise(evidence.understood.text[:4000])
        for mention in find(text):
            homes = self._homes(mention, text, evidence.named_instruments)
            if not homes or any(self._has(home, mention.locator) for home in homes):
                continue
            if found := self._absent(mention.locator, homes, text):
                return found
        return None

    def _homes(self, mention: Mention, text: str, named: Sequence[str]) -> tuple[Instrument, ...]:
        """The instruments whose place may be meant; none where that is not sure."""
        unit = mention.locator.unit
        if unit not in (*_NUMBERED, *_SPARSE):
            return ()
        if any(i.text_kind is TextKind.UPLOAD for i in map(self.corpus.instrument, named)):
            return ()
        if unit in _SPARSE:
            return self._held(self._sparse_homes(mention.locator, named))
        if named:
            return self._held(named)
        if unit not in _BY_DEFAULT or self._is_of_another(text, mention):
            return ()
        return tuple(i for i in self.corpus.instruments.values() if self._numbering(i.id, unit))

    def _held(self, names: Iterable[str]) -> tuple[Instrument, ...]:
        return tuple(self.corpus.instruments[i.id] for i in map(self._known, names) if i)

    def _known(self, name: str) -> Instrument | None:
        return next((i for key, i in self.corpus.instruments.items() if key == name), None)

    def _sparse_homes(self, locator: Locator, named: Sequence[str]) -> list[str]:
        """The instruments that have places of the same part, those named first."""
        part = _part(locator)
        homes = [owner for owner, parts in self._parts.items() if part and part in parts]
        return [*(one for one in named if one in homes), *(h for h in homes if h not in named)]

    @cached_property
    def _parts(self) -> dict[str, frozenset[str]]:
        """The parts (`CFR 744`, `ECCN 3`) of which each instrument has something; codes first."""
        codes = sorted(self.corpus.instruments.values(), key=lambda one: one.kind == "rule")
        return {
            one.id: frozenset(
                _part(p.locator) for p in self.corpus.of(one.id) if p.locator.unit in _SPARSE
            )
            for one in codes
        }

    @staticmethod
    def _is_of_another(text: str, mention: Mention) -> bool:
        found = _OF_ANOTHER.match(text, mention.end)
        return bool(found) and not _OURS_ANYHOW.match(text, found.end() if found else 0)

    def _has(self, home: Instrument, locator: Locator) -> bool:
        if self._numbering(home.id, locator.unit) and (home.id, locator.root) not in self._exact:
            return False  # Recital 140 is no Article 140
        if not self.corpus.at(home.id, locator.root):
            return False
        return not self._is_past_the_last_paragraph(home, locator)

    def _is_past_the_last_paragraph(self, home: Instrument, locator: Locator) -> bool:
        """Whether a text that is held whole has paragraphs 1 to n there, and n is exceeded."""
        if not (home.complete and locator.path and locator.path[0].isdecimal()):
            return False
        numbers = self._paragraphs(home, locator)
        return _is_run(numbers, least=2) and int(locator.path[0]) > max(numbers)

    def _paragraphs(self, home: Instrument, locator: Locator) -> frozenset[int]:
        below = (p.locator for p in self.corpus.of(home.id) if locator.root.covers(p.locator))
        return frozenset(
            int(found[0]) for at in below if at.path and (found := re.match(r"\d+", at.path[0]))
        )

    def _absent(self, locator: Locator, homes: tuple[Instrument, ...], text: str) -> Fault | None:
        home = homes[0]
        if (home.id, locator.root) in self._exact:
            most = max(self._paragraphs(home, locator))
            said = f"{locator.root} of {the(home)} has {most} paragraphs; there is no {locator}."
            choice = f"What does {locator.root} of {the(home)} say?"
            return Fault(AbstainReason.FALSE_PREMISE, said, choices=(choice,))
        if locator.unit in _SPARSE:
            return self._not_held(locator, home, text)
        numbering = self._numbering(home.id, locator.unit)
        if numbering is None:
            return self._without_unit(locator, homes)
        number = _number(locator.number)
        if not all(self._is_beyond(one, locator.unit, number) for one in homes):
            return self._not_held(locator, home, text)
        last = _as_written(numbering.last, locator.unit)
        end = f"{locator.unit.value} {last}"
        said = f"{the_capital(home)} ends with {end}; there is no {locator.root}."
        return self._fault(AbstainReason.FALSE_PREMISE, said, locator, homes)

    def _is_beyond(self, home: Instrument, unit: Unit, number: int) -> bool:
        numbering = self._numbering(home.id, unit)
        return numbering is None or (numbering.whole and number > numbering.last)

    def _without_unit(self, locator: Locator, homes: tuple[Instrument, ...]) -> Fault | None:
        """A text without such units, where another text has the place: the wrong text is named."""
        home = homes[0]
        units = {p.locator.unit for p in self.corpus.of(home.id)}
        own = [u for u in _NUMBERED if u in units and self._is_whole(home, u)]
        elsewhere = self._elsewhere(locator, homes)
        if len(homes) > 1 or not own or not elsewhere:
            return None
        last = _as_written(self._last(home, own[0]), own[0])
        said = (
            f"{the_capital(home)} has no {_plural(locator.unit)}; "
            f"it has {_plural(own[0])} 1 to {last}. "
            f"{locator.root} is a place of {_joined([the(one) for one in elsewhere])}."
        )
        return self._fault(AbstainReason.FALSE_PREMISE, said, locator, homes)

    def _is_whole(self, home: Instrument, unit: Unit) -> bool:
        numbering = self._numbering(home.id, unit)
        return numbering is not None and numbering.whole

    def _last(self, home: Instrument, unit: Unit) -> int:
        numbering = self._numbering(home.id, unit)
        return numbering.last if numbering else 0

    def _not_held(self, locator: Locator, home: Instrument, text: str) -> Fault | None:
        """A place of a text held in part, if the question asks for nothing but that place."""
        if not self._asks_for_the_place(text):
            return None
        said = (
            f"{locator.root} of {the(home)} is not held here: of that text this corpus has "
            f"a part only. Whether there is such a place is not known from it."
        )
        return self._fault(AbstainReason.NOT_IN_CORPUS, said, locator, (home,))

    def _asks_for_the_place(self, text: str) -> bool:
        for mention in reversed(find(text)):
            text = text[: mention.start] + " " + text[mention.end :]
        named = {w for owner in self.corpus.instruments.values() for w in _name_words(owner)}
        left = [w for w in words(text) if w not in STOPWORDS | _ASKING and w not in named]
        return len(left) <= MOST_OTHER_WORDS

    def _fault(
        self, reason: AbstainReason, said: str, locator: Locator, homes: tuple[Instrument, ...]
    ) -> Fault:
        choices = [
            f"What does {locator.root} of {the(i)} say?" for i in self._elsewhere(locator, homes)
        ]
        for unit in (Unit.ARTICLE, Unit.RECITAL):
            other = Locator(unit, locator.number)
            if unit is not locator.unit and (homes[0].id, other) in self._exact:
                choices.insert(0, f"What does {other} of {the(homes[0])} say?")
        return Fault(reason, said, choices=tuple(choices[:MOST_CHOICES]))

    @cached_property
    def _exact(self) -> frozenset[tuple[str, Locator]]:
        return frozenset((p.instrument_id, p.locator.root) for p in self.corpus.provisions.values())

    def _elsewhere(self, locator: Locator, homes: tuple[Instrument, ...]) -> list[Instrument]:
        """Other instruments that have a place of exactly that name, if it can be theirs."""
        if locator.unit in _SPARSE:
            return []
        own = {home.id for home in homes}
        owners = dict.fromkeys(i for i, at in self._exact if at == locator.root and i not in own)
        return [self.corpus.instrument(i) for i in sorted(owners)][:MOST_CHOICES]

    def _numbering(self, home: str, unit: Unit) -> Numbering | None:
        key = (home, unit)
        if key not in self._numberings:
            numbers = frozenset(
                n
                for p in self.corpus.of(home)
                if p.locator.unit is unit
                if (n := _number(p.locator.number))
            )
            whole = _is_run(numbers, least=SHORTEST_RUN)
            self._numberings[key] = Numbering(numbers, whole) if numbers else None
        return self._numberings[key]


def _is_run(numbers: frozenset[int], *, least: int) -> bool:
    """Whether numbers go from 1 to the last without a gap."""
    return len(numbers) >= least and numbers == set(range(1, max(numbers) + 1))


def _number(label: str) -> int:
    """The value of a number as written: 53, 75d, XIII; 0 for what is none."""
    if found := re.match(r"\d+", label):
        return int(found[0])
    if found := re.match(r"[IVXLC]+", label):
        values = [_ROMAN[letter] for letter in found[0]]
        following = [*values[1:], 0]
        return sum(-v if v < after else v for v, after in zip(values, following, strict=True))
    return 0


def _part(locator: Locator) -> str:
    """The larger unit that a section, a supplement or an entry belongs to; empty for none."""
    if locator.unit is Unit.ECCN:
        return "ECCN"
    if locator.unit is Unit.SUPPLEMENT:
        return locator.number.partition("/")[2]
    return locator.number.partition(".")[0] if "." in locator.number else ""


def _as_written(number: int, unit: Unit) -> str:
    """A number as the unit writes it: annexes in Roman numerals."""
    if unit is not Unit.ANNEX:
        return str(number)
    letters = ""
    for value, letter in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while number >= value:
            letters, number = letters + letter, number - value
    return letters


def _plural(unit: Unit) -> str:
    return _PLURAL.get(unit, f"{unit.value}s")


def the(instrument: Instrument) -> str:
    """A text's name in mid-sentence; those with a number of their own go without "the"."""
    name = instrument.short_title
    return name if re.search(r"\d{2}|['’]s\b", name.split("(")[0]) else f"the {name}"


def the_capital(instrument: Instrument) -> str:
    """A text's name where it opens a sentence."""
    name = the(instrument)
    return name[0].upper() + name[1:]


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _name_words(instrument: Instrument) -> set[str]:
    return {w for name in (instrument.short_title, *instrument.aliases) for w in words(name)}
