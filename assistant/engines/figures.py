"""The figures and dates in a sentence, with the words that say how they bind (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from assistant.asked import AskedFor


class Measure(StrEnum):
    """What a figure measures."""

    DATE = "date"
    DURATION = "duration"
    MONEY = "money"
    SHARE = "share"
    COMPUTE = "compute"
    COUNT = "count"  # so many of what the question names


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in a text: ``text[start:end]``, its qualifiers included ("at least 10 days").

    `value` is the bare figure in one spelling, for comparison.
    """

    measure: Measure
    value: str
    start: int
    end: int


_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_SMALL = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty"
    r"|sixty|ninety|half a|an?"
)
_DIGITS = r"\d+(?:[.,\u00a0\u202f ]\d{3})*(?:\.\d+)?"
_FIGURE = {
    Measure.DATE: re.compile(
        rf"\b\d{{1,2}} {_MONTH} (?:19|20)\d\d\b|\b{_MONTH} \d{{1,2}}, (?:19|20)\d\d\b"
    ),
    Measure.DURATION: re.compile(
        rf"(?<![\d.])(?:{_DIGITS}|\b(?:{_SMALL}))[ -]"
        r"(?:(?:calendar|working|business|consecutive)[ -])?"
        r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b(?! old\b)",
        re.IGNORECASE,
    ),
    Measure.MONEY: re.compile(
        rf"(?:\b(?:EUR|USD|GBP)|[€$£]) ?{_DIGITS}(?: (?:million|billion)\b)?"
        rf"|(?<![\d.]){_DIGITS} (?:million |billion )?(?:euros?|dollars|crowns|EUR|USD|GBP)\b"
    ),
    Measure.SHARE: re.compile(
        rf"(?<![\d.])(?:{_DIGITS} ?%|(?:{_DIGITS}|\b(?:{_SMALL})) (?:percent|per cent)\b)",
        re.IGNORECASE,
    ),
    Measure.COMPUTE: re.compile(
        r"(?:\d+(?:\.\d+)? ?[x×] ?)?\b10(?:\^|\*\*)?\(?(?:[⁰¹²³⁴-⁹]+|(?<=[\^*(])\d+)\)?"
        r"(?: (?:integer or )?(?:floating[ -]point )?operations\b| FLOPs?\b)?"
        rf"|(?<![\d.]){_DIGITS} (?:TPP|TFLOPS|TOPS|FLOPs?)\b"
    ),
}
_BEFORE = re.compile(
    r"(?:\b(?:no later than|not later than|at the latest|no more than|not more than|no less than"
    r"|not less than|(?:no|not) fewer than|not exceeding|not exceed|more than|greater than"
    r"|less than|fewer than|at least|at most|up to|within|from|by|since|until|till|before|after"
    r"|on|every|for|over|below|above"
    r"|exceeding|exceeds|under|a maximum of|a minimum of|equal to or greater than|starting"
    r"|beginning|and ending)(?: the| a)?(?: of)? )+$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:(?: \w+)? period)?(?: (?:or (?:more|less|longer|shorter|greater|higher|lower)\b"
    r"|(?:after|of|from|before|following|beginning|starting|prior to|per|in (?:any|each|a))\b"
    r"(?: (?!(?:to|and|or|shall|may|must|ask)\b)[^\s,.;:()]+){1,9}(?=[,.;:()]|$)))?"
)
_COUNTED_FROM = re.compile(
    r"\b(?:hours?|days?|weeks?|months?|years?) (?:after|before|from|of|following|prior to) $"
)
_ASKED: tuple[tuple[Measure, re.Pattern[str]], ...] = (
    (
        Measure.DURATION,
        re.compile(
            r"\bhow (?:long|fast|quickly|soon|often)\b|\bhow many (?:\w+ )?(?:hours|days|weeks"
            r"|months|years)\b|\b(?:within|in) (?:what|which) (?:time|period)\b|\bby when\b"
            r"|\b(?:deadline|time limit|retention period|how much time)\b",
            re.IGNORECASE,
        ),
    ),
    (
        Measure.MONEY,
        re.compile(
            r"\b(?:fine[sd]?(?!-)|penalt(?:y|ies)|how much money|euros?|dollars?|sum of money)\b",
            re.IGNORECASE,
        ),
    ),
    (
        Measure.SHARE,
        re.compile(
            r"\b(?:percentage|per ?cent|(?:what|which) (?:share|proportion)|fines?(?!-))\b",
            re.IGNORECASE,
        ),
    ),
    (
        Measure.COMPUTE,
        re.compile(
            r"\b(?:training compute|how much (?:\w+ )?comput\w+|compute threshold|flops?"
            r"|floating[ -]point operations|processing performance|computing power|compute)\b",
            re.IGNORECASE,
        ),
    ),
)
_BOUNDS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(r"\b(?:until|till|by) (?:when|what|which)\b|\bdeadline\b", re.IGNORECASE),
        re.compile(r"(?:by|until|till|no later|not later|at the latest|within)\b", re.I),
    ),
    (
        re.compile(r"\b(?:from|since) (?:when|what|which)\b", re.IGNORECASE),
        re.compile(r"(?:from|since|after|as of|starting|beginning|on)\b", re.IGNORECASE),
    ),
)
_NUMBERS = {
    word: str(number)
    for number, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
        fifteen sixteen seventeen eighteen nineteen twenty""".split()  # noqa: SIM905 - words
    )
} | {"thirty": "30", "forty": "40", "sixty": "60", "ninety": "90", "a": "1", "an": "1"}
_SCALE = {"million": "000000", "billion": "000000000"}
_HOW_MANY = re.compile(
    r"\bhow many ((?:[\w-]+ ){0,2}?(?!(?:does|is|was|has|as)\b)[\w-]*[^s\W]s)\b", re.IGNORECASE
)
_TIME = {Measure.DATE, Measure.DURATION}


def wanted(question: str, asked: frozenset[AskedFor]) -> frozenset[Measure]:
    """What a question wants measured; empty where it wants no figure.

    >>> sorted(wanted("How long may it be kept?", frozenset({AskedFor.AMOUNT})))
    [<Measure.DURATION: 'duration'>]
    """
    found = {measure for measure, pattern in _ASKED if pattern.search(question)}
    if AskedFor.DATE in asked:
        found.add(Measure.DATE)
    if not found & _TIME and _HOW_MANY.search(question):
        found.add(Measure.COUNT)
    return frozenset(found) if asked & {AskedFor.AMOUNT, AskedFor.DATE} else frozenset()


def figures(text: str, measures: frozenset[Measure], question: str = "") -> tuple[Figure, ...]:
    """The figures of a text that measure one of `measures`, in order.

    >>> [one.value for one in figures("within 72 hours", frozenset({Measure.DURATION}))]
    ['72 hour']
    """
    found = [
        _figure(text, measure, span)
        for measure in measures
        for span in _spans(text, measure, question)
    ]
    return tuple(sorted(found, key=lambda one: one.start))


def _spans(text: str, measure: Measure, question: str) -> Iterator[tuple[int, int]]:
    pattern: re.Pattern[str] | None = _FIGURE.get(measure)
    if measure is Measure.COUNT:
        pattern = _counting(question)
    if pattern is not None:
        for found in pattern.finditer(text):
            # "180 days after 5 January 2023" is a period, and no date by itself.
            if measure is not Measure.DATE or not _COUNTED_FROM.search(text[: found.start()]):
                yield found.span()


def _counting(question: str) -> re.Pattern[str] | None:
    """So many of what "how many ..." names: by its last word, in singular or plural."""
    asked = _HOW_MANY.search(question)
    if asked is None:
        return None
    noun = re.escape(asked[1].split()[-1].removesuffix("s"))
    return re.compile(
        rf"(?<![\d.])(?:{_DIGITS}|\b(?:{_SMALL}))(?: [\w-]+){{0,3}} {noun}s?\b", re.IGNORECASE
    )


def _figure(text: str, measure: Measure, span: tuple[int, int]) -> Figure:
    start, end = span
    value = _in_one_spelling(text[start:end])
    before = _BEFORE.search(text[max(0, start - 80) : start])
    if before:
        start -= len(before[0])
    after = _AFTER.match(text[end:])
    if after and measure is not Measure.COUNT:  # so many of what is asked is whole
        end += after.end()
    return Figure(measure, value, start, end)


def bounds_asked(question: str) -> re.Pattern[str] | None:
    """How a date must be qualified to answer: "until when" wants an end; None for any date."""
    return next((bound for asked, bound in _BOUNDS if asked.search(question)), None)


def _in_one_spelling(words: str) -> str:
    """A figure for comparison: "EUR 15 million" is "EUR 15 000 000", "two years" is "2 years"."""
    plain = re.sub(r"(?<=\d)[,\u00a0\u202f ](?=\d{3})", "", words.casefold().replace("-", " "))
    plain = re.sub(r"\s*(%|per ?cent)", " %", plain)
    joined = " ".join(_NUMBERS.get(word, word) for word in plain.split())
    for word, zeros in _SCALE.items():
        joined = re.sub(rf"\b(\d+) {word}\b", rf"\g<1>{zeros}", joined)
    return re.sub(r"\b(second|minute|hour|day|week|month|year)s\b", r"\1", joined)
