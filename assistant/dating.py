"""Which day's law a question asks for: by the calendar, or by what happened to a text (pure)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from corpus.catalog import Corpus
from corpus.locators import find
from corpus.types import Event, EventKind, Instrument

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH = "|".join(_MONTHS)
_SEASONS = {"spring": 5, "summer": 8, "autumn": 11, "fall": 11}
_DAY = (
    r"(?:(?P<iso>\d{4}-\d{2}-\d{2})"
    rf"|(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\.?(?: of)? (?P<m1>{_MONTH}),? (?P<y1>\d{{4}})"
    rf"|(?P<m2>{_MONTH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y2>\d{{4}}))"
)
_LONG = (
    rf"(?:(?P<part>start|beginning|end) of )?(?:(?P<m3>{_MONTH}) (?P<y3>\d{{4}})"
    rf"|(?P<season>{'|'.join(_SEASONS)})(?: of)? (?P<y4>\d{{4}})|(?P<y5>(?:19|20)\d\d)\b(?!-))"
)
_WHEN = rf"(?:the )?(?:{_DAY}|{_LONG})"

# Said of a day, these mean its law and nothing else.
_AS_OF = re.compile(
    r"\b(?:(?P<kept>in force|law|rules?|text|wording) (?:on|in)"
    r"|(?:as (?:things|matters|the law|the rules?|the text) )?stood (?:on|in|at)"
    r"|as (?:of|at|on)|looking back (?:at|to|on)|on the date of|(?:it|today) (?:is|was))\s+"
    rf"{_WHEN}\b[,:]?",
    re.IGNORECASE,
)
_OPENING = re.compile(
    rf"(?P<kept>)\W*(?:back )?(?:in|on|during|at) {_WHEN}\b[,:]?(?=\s)", re.IGNORECASE
)
_WITHIN = re.compile(
    rf"(?<![\w'’-])(?P<kept>[\w'’-]+),? (?:back )?(?:in|on|during|at) {_WHEN}"
    r"(?=\W*$|,|\s(?:under|according|for|of|by)\b)",
    re.IGNORECASE,
)
_AGO = re.compile(
    r"\b(?:(?P<count>an?|one|two|three|four|five|six|\d{1,2}) (?P<unit>day|week|month|year)s? ago"
    r"|last (?P<last>month|year)|(?P<yesterday>yesterday))\b",
    re.IGNORECASE,
)
# What happened on a day is not what was law on it: such a question is left to today's texts.
_TOLD = (
    r"publish|issu|sign(?!ific)|adopt|announc|propos|happen|introduc|launch|releas|decid|agree"
    r"|said|says?\b|met\b|meet"
)
_HAPPENED = re.compile(rf"\b(?:{_TOLD})", re.IGNORECASE)
_HAPPENED_IN = re.compile(
    rf"\b(?:{_TOLD}|extend|expand|start|begin|began|enter|creat|chang|cut\b|came|come|went|goes"
    r"|t[ao]kes? effect|took|made|makes?\b|put\b|placed|sold|new\b|first\b)",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"(?:applied|applicable|allowed|permitted|required|needed|banned|prohibited|forbidden|regulated"
    r"|covered|listed|treated|controlled|licensed|suspended|revoked|repealed|amended|exempted"
    r"|obliged|protected|expected)$"
)
_THINGS = re.compile(
    r"(?:rule|order|act|summit|statement|letter|plan|meeting|speech|report|version|deal|notice"
    r"|\w+(?:ed|en|ought|uilt))$",
    re.IGNORECASE,
)
_FEW = 2
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


@dataclass(frozen=True, slots=True)
class Dated:
    """A question with the day whose law it asks for, and its words without those of the day."""

    day: date | None
    text: str


def dated(question: str, today: date | None = None) -> Dated:
    """Read the day whose law a question asks for ("as of 1 March 2025"); None when it names none.

    A month, a season or a year means its last day, or `today` while it runs; "a year ago" needs
    `today`. A date of something that happened ("the rule published in May 2025") is no such day.

    >>> dated("Which rule on AI literacy applied in March 2026?")
    Dated(day=datetime.date(2026, 3, 31), text='Which rule on AI literacy applied?')
    """
    found = _AS_OF.search(question)
    if found is not None:
        return Dated(_day(found, today), _without(question, found.span(), found["kept"] or ""))
    for start, sentence in _asked(question):
        if _HAPPENED.search(sentence):
            continue
        found = _OPENING.match(sentence)
        if found is None and _HAPPENED_IN.search(sentence):
            continue
        found = found or _within(sentence)
        if found is not None:
            span = (start + found.start(), start + found.end())
            return Dated(_day(found, today), _without(question, span, found["kept"] or ""))
        ago = _AGO.search(sentence)
        if ago is not None and today is not None:
            span = (start + ago.start(), start + ago.end())
            return Dated(_ago(ago, today), _without(question, span, ""))
    return Dated(None, question)


def _without(question: str, span: tuple[int, int], kept: str) -> str:
    """The question less a span, or whole where too little would stay to be searched."""
    left = f"{question[: span[0]]}{kept}{question[span[1] :]}"
    left = re.sub(r"\s+(?=[,:?.])", "", " ".join(left.split())).lstrip(",: ")
    return left if len(left.split()) > _FEW else question


def _asked(question: str) -> Iterator[tuple[int, str]]:
    """The sentences that ask, with their offsets; the last one does, with or without its mark."""
    sentences = list(re.finditer(r"\S.*?(?:[.?!](?=\s)|$)", question))
    for number, found in enumerate(sentences, 1):
        if found[0].endswith("?") or number == len(sentences):
            yield found.start(), found[0]


def _within(sentence: str) -> re.Match[str] | None:
    """A date inside a sentence, unless it dates a thing: "the summit in June 2025"."""
    for found in _WITHIN.finditer(sentence):
        said = found["kept"].casefold()
        if _STATE.match(said) or not _THINGS.match(said):
            return found
    return None


def _day(found: re.Match[str], today: date | None) -> date | None:
    part = found.groupdict()
    try:
        if part["iso"]:
            return date.fromisoformat(part["iso"])
        if part["d1"] or part["d2"]:
            month = _number(part["m1"] or part["m2"])
            return date(int(part["y1"] or part["y2"]), month, int(part["d1"] or part["d2"]))
    except ValueError:
        return None
    if part["season"]:
        last = _SEASONS[part["season"].casefold()]
        return _of_period(int(part["y4"]), last - 2, last, part["part"], today)
    if part["m3"]:
        month = _number(part["m3"])
        return _of_period(int(part["y3"]), month, month, part["part"], today)
    return _of_period(int(part["y5"]), 1, 12, part["part"], today)


def _number(month: str) -> int:
    return _MONTHS.index(month.casefold()) + 1


def _of_period(
    year: int, first: int, last: int, part: str | None, today: date | None
) -> date | None:
    """The day that stands for a period of whole months."""
    if not date.min.year <= year <= date.max.year:
        return None
    begins, ends = date(year, first, 1), date(year, last, monthrange(year, last)[1])
    if part and part.casefold() != "end":
        return begins
    if part is None and today is not None and begins <= today <= ends:
        return today
    return ends


def _ago(found: re.Match[str], today: date) -> date:
    if found["yesterday"]:
        return today - timedelta(days=1)
    if found["last"]:
        first = (
            today.replace(day=1) if found["last"].casefold() == "month" else date(today.year, 1, 1)
        )
        return first - timedelta(days=1)
    count = _COUNTS.get(found["count"].casefold()) or int(found["count"])
    unit = found["unit"].casefold()
    if unit in {"day", "week"}:
        return today - timedelta(days=count * (7 if unit == "week" else 1))
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


_MARK = re.compile(
    r"\b(?P<word>before|prior to|until|while|when|as long as|after|since)\s+"
    r"(?!(?:is|was|are|were|do|does|did|will|must|may|can|has|had)\b)"
    r"(?P<rest>[^,;?.]{3,120})",
    re.IGNORECASE,
)
_ENDED = {EventKind.REVOKED, EventKind.REPEALED, EventKind.EXPIRED}
_STEPS: tuple[tuple[re.Pattern[str], frozenset[EventKind]], ...] = (
    (
        re.compile(r"\b(?:revoked|repealed|rescinded|replaced|ended|expired)\b", re.I),
        frozenset(_ENDED),
    ),
    (re.compile(r"\bsuspended\b", re.I), frozenset({EventKind.SUSPENDED})),
    (re.compile(r"\b(?:amended|changed)\b", re.I), frozenset({EventKind.AMENDED})),
    (re.compile(r"\b(?:signed|issued)\b", re.I), frozenset({EventKind.SIGNED})),
    (re.compile(r"\badopted\b", re.I), frozenset({EventKind.ADOPTED})),
    (re.compile(r"\bpublished\b", re.I), frozenset({EventKind.PUBLISHED})),
)
_IN_FORCE = re.compile(r"\b(?:in force|in effect|valid|law|binding|applied|applies)$", re.I)
_STEP = re.compile(
    r"\s+(?:(?:was|were|is|had been|has been|came|entered|took)\s+(?:still |first |finally )?"
    r"(?:in(?:to)? force|in effect|effect|valid|law|binding|revoked|repealed|rescinded|replaced"
    r"|ended|expired|suspended|amended|changed|signed|issued|adopted|published)|applied|applies)\b",
    re.I,
)
_BEGINS = (EventKind.IN_FORCE, EventKind.ADOPTED, EventKind.SIGNED, EventKind.PUBLISHED)
_NEAR = 9


def marked_by(question: str, corpus: Corpus, names: Callable[[str], Sequence[str]]) -> Dated | None:
    """The time that a question marks by a text: "before the Omnibus", "when EO 14110 was in force".

    `names` gives the instruments that words name. None when no text marks a time; a day of None
    where the mark means now ("since the Omnibus").
    """
    for found in _MARK.finditer(question[:4000]):
        marking, end = _named(found["rest"], names)
        if len(marking) != 1:
            continue
        step = _STEP.match(found["rest"], end)
        end = step.end() if step else end
        text = _without(question, (found.start(), found.start("rest") + end), "")
        instrument = corpus.instrument(marking[0])
        word = found["word"].casefold()
        about_other = bool(set(names(text)) - {instrument.id}) or any(find(text))
        if word in {"after", "since"}:
            if instrument.amends and about_other:
                return Dated(None, text)
            continue
        day = _marked_day(instrument, word, step[0] if step else "", about_other=about_other)
        if day is not None:
            # What marks the time is also what is asked about, where nothing else is named.
            return Dated(day, text if about_other else question)
    return None


def _named(words: str, names: Callable[[str], Sequence[str]]) -> tuple[Sequence[str], int]:
    """The instruments that the first few words name, and where the name ends."""
    for found in list(re.finditer(r"\S+", words))[:_NEAR]:
        if named := names(words[: found.end()]):
            return named, found.end()
    return (), 0


def _marked_day(instrument: Instrument, word: str, step: str, *, about_other: bool) -> date | None:
    before = word in {"before", "prior to", "until"}
    for pattern, kinds in _STEPS:
        if pattern.search(step):
            day = _first(instrument, kinds)
            return day and (day - timedelta(days=1) if before else day)
    if before:
        begins = next((d for k in _BEGINS if (d := _first(instrument, {k})) is not None), None)
        return begins - timedelta(days=1) if begins and about_other else None
    if _IN_FORCE.search(step):
        ended = _first(instrument, _ENDED)
        return ended - timedelta(days=1) if ended else None
    return None


def _first(instrument: Instrument, kinds: frozenset[EventKind] | set[EventKind]) -> date | None:
    events: Sequence[Event] = instrument.timeline
    return next((event.date for event in events if event.kind in kinds), None)
