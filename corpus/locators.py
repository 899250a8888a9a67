"""Locators: where in an instrument something stands, written as lawyers write it (pure).

`parse` reads one locator, strictly or as people type it; `find` spots every locator in running
text. A `Locator` formats to exactly one spelling, so ``parse(str(locator)) == locator``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from corpus.errors import LocatorError


class Unit(StrEnum):
    """The kind of division a locator starts from."""

    ARTICLE = "Article"
    RECITAL = "Recital"
    ANNEX = "Annex"
    CFR = "§"
    SUPPLEMENT = "Supplement"
    PART = "Part"
    CHAPTER = "Chapter"
    ECCN = "ECCN"
    SECTION = "Section"
    PARA = "para."
    CLAUSE = "Clause"
    ACTION = "Action"
    PRINCIPLE = "Principle"
    POINT = "Point"
    OUTCOME = "Outcome"
    FUNCTION = "Function"
    NOTICE = "Notice"
    HEADING = "Heading"
    PAGE = "p."


_SLUG_UNIT = {
    Unit.CFR: "s",
    Unit.PARA: "para",
    Unit.PAGE: "p",
    Unit.FUNCTION: "f",
    Unit.NOTICE: "doc",
}


@dataclass(frozen=True, slots=True)
class Locator:
    """A place in an instrument: a unit, its number, the path below it, and a qualifier.

    `path` holds the nested labels without brackets, outermost first. `note` is a qualifier
    that is no label: ``Note 1`` of an ECCN, or the defined term in a list of definitions.
    """

    unit: Unit
    number: str
    path: tuple[str, ...] = ()
    note: str = ""

    def __str__(self) -> str:
        text = self._head() + "".join(self._label(label) for label in self.path)
        return f"{text}, {self.note}" if self.note else text

    def _head(self) -> str:
        match self.unit:
            case Unit.HEADING:
                return f"Heading: {self.number}"
            case Unit.FUNCTION | Unit.NOTICE:
                return self.number
            case Unit.SUPPLEMENT:
                supplement, part = self.number.split("/")
                return f"Supplement No. {supplement} to Part {part}"
            case _:
                return f"{self.unit.value} {self.number}"

    def _label(self, label: str) -> str:
        if self.unit is Unit.ECCN:
            return f".{label}"
        if label.startswith("Section "):
            return f" {label}"
        return f" ({label})" if self.unit is Unit.HEADING else f"({label})"

    @property
    def slug(self) -> str:
        """The locator inside a provision id: stable, readable, free of spaces.

        >>> parse("Article 51(2)(a)").slug, parse("§ 744.23(a)(2)").slug
        ('article-51_2_a', 's-744.23_a_2')
        """
        unit = _SLUG_UNIT.get(self.unit, self.unit.value.lower())
        words = [f"{unit}-{self.number}", *self.path]
        if self.note:
            words.append(self.note)
        return re.sub(r"[^\w.:/-]+", "-", "_".join(words)).strip("-")

    @property
    def parent(self) -> Locator | None:
        """The locator one level up; None at the top.

        >>> str(parse("Article 51(2)(a)").parent)
        'Article 51(2)'
        """
        if self.note:
            return Locator(self.unit, self.number, self.path)
        if self.path:
            return Locator(self.unit, self.number, self.path[:-1])
        return None

    @property
    def root(self) -> Locator:
        """The article, section, annex ... that the locator lies in."""
        return Locator(self.unit, self.number)

    def covers(self, other: Locator) -> bool:
        """Whether `other` is this place or lies below it.

        >>> parse("Article 51").covers(parse("Article 51(2)"))
        True
        >>> parse("Article 5").covers(parse("Article 51(2)"))
        False
        """
        if (self.unit, self.number) != (other.unit, other.number):
            return False
        if self.note:
            return self == other
        return other.path[: len(self.path)] == self.path

    @property
    def sort_key(self) -> tuple[object, ...]:
        """A key that puts locators in reading order: 2 before 10, (a) before (b), I before V.

        >>> sorted(["Article 6(2)(ix)", "Article 6(2)(v)"], key=lambda t: parse(t).sort_key)
        ['Article 6(2)(ix)', 'Article 6(2)(v)']
        >>> sorted(["§ 7(a)(1)(ix)", "§ 7(a)(1)(v)"], key=lambda t: parse(t).sort_key)
        ['§ 7(a)(1)(v)', '§ 7(a)(1)(ix)']
        """
        order = list(Unit).index(self.unit)
        titled = self.unit is Unit.HEADING
        return (
            order,
            _natural(self.number, roman=False) if titled else _numbered(self.number),
            tuple(
                _natural(label, roman=self._counts_in_roman(depth))
                for depth, label in enumerate(self.path)
            ),
            self.note,
        )

    def _counts_in_roman(self, depth: int) -> bool:
        """Whether the label at `depth` is i, ii, iii ... rather than a letter.

        Letters stand first, romans below them: ``(a)(1)(i)`` in the CFR, ``(1)(a)(i)`` in EU acts.
        ECCN items have letters and digits only.
        """
        if self.unit is Unit.ECCN or not re.fullmatch(r"[ivxlc]+", self.path[depth]):
            return False
        above = self.path[:depth]
        while above and above[-1].isdecimal():
            above = above[:-1]
        return bool(above) and above[-1].isalpha()


def _natural(label: str, *, roman: bool) -> tuple[tuple[int, int, str], ...]:
    """Digits and roman numerals by value, all else by letter."""
    if roman:
        return ((0, _roman(label.upper()), ""),)
    parts = re.findall(r"\d+|\D+", label)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


_ROMAN_NUMBER = re.compile(r"([IVXLC]+|[ivxlc]+)([a-z]?)")


def _numbered(number: str) -> tuple[tuple[int, int, str], ...]:
    """The key of a number: I, Ia, II; 6, 6a, 7."""
    roman = _ROMAN_NUMBER.fullmatch(number)
    if roman is None or (number.islower() and roman[2]):
        return _natural(number, roman=bool(roman))
    return (*_natural(roman[1], roman=True), *_natural(roman[2], roman=False))


def _roman(numeral: str) -> int:
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}[letter] for letter in numeral]
    following = [*values[1:], 0]
    return sum(-v if v < after else v for v, after in zip(values, following, strict=True))


_TAIL = r"((?:\([^()\s]{1,12}\))*)"
_GRAMMAR: tuple[tuple[Unit, re.Pattern[str]], ...] = (
    (Unit.ARTICLE, re.compile(rf"Article (\d+[a-z]{{0,3}}){_TAIL}")),
    (Unit.RECITAL, re.compile(rf"Recital (\d+){_TAIL}")),
    (Unit.ANNEX, re.compile(rf"Annex ([IVXLC]+[a-z]?)((?: Section \w+)?{_TAIL})")),
    (Unit.CFR, re.compile(rf"§ (\d+[a-z]?(?:\.\d+[a-z]?)?){_TAIL}")),
    (Unit.SUPPLEMENT, re.compile(rf"Supplement No\. (\d+ to Part \d+){_TAIL}")),
    (Unit.ECCN, re.compile(r"ECCN (\d[A-E]\d{3})((?:\.[a-z0-9]+)*)")),
    (Unit.SECTION, re.compile(rf"Section ([A-Z]?\d+[A-Z]{{0,3}}(?:\.\d+)*|[IVX]+){_TAIL}")),
    (Unit.PARA, re.compile(rf"para\. ([0-9]+[a-z]?|[ivxlc]+){_TAIL}")),
    (Unit.PAGE, re.compile(rf"p\. (\d+){_TAIL}")),
    (Unit.CHAPTER, re.compile(rf"Chapter ([IVXLC]+|\d+){_TAIL}")),
    (Unit.PART, re.compile(rf"Part (\d+){_TAIL}")),
    (Unit.FUNCTION, re.compile(rf"((?:GOVERN|MAP|MEASURE|MANAGE) \d+(?:\.\d+)?){_TAIL}")),
    (Unit.NOTICE, re.compile(rf"(\d{{4}}-\d{{5}}){_TAIL}")),
    *(
        (unit, re.compile(rf"{unit.value} ([0-9]+(?:\.\d+)*|[IVXLC]+){_TAIL}"))
        for unit in (Unit.CLAUSE, Unit.ACTION, Unit.PRINCIPLE, Unit.POINT, Unit.OUTCOME)
    ),
)
_HEADING = re.compile(r"Heading: (.+?)((?: \(\d+\))?)")
# "Article 6(2), point (a)" means a label; "ECCN 4E091, Note 1" is a note.
_INFORMAL_NOTE = re.compile(r"(?:paragraphs?|paras?\b|points?|lit|letter|no\.)\W{1,3}\w", re.I)
_LABEL = re.compile(r"\(([^()]+)\)|\.([a-z0-9]+)|(Section \w+)")


def parse(text: str) -> Locator:
    """Read one locator, in its formal spelling or as people type it.

    Raises:
        LocatorError: If nothing in `text` reads as a locator, or words are left over.

    >>> str(parse("15 CFR 744.23(a)(2)")), str(parse("Art. 6, paragraph 2, point (a)"))
    ('§ 744.23(a)(2)', 'Article 6(2)(a)')
    """
    cleaned = " ".join(text.split())
    if found := _HEADING.fullmatch(cleaned):
        return Locator(Unit.HEADING, found[1], _labels(found[2]))
    strict = _parse_strict(cleaned)
    if strict is None or _INFORMAL_NOTE.match(strict.note):
        strict = _parse_strict(formalise(cleaned)) or strict
    if strict is None:
        raise LocatorError(f"{text[:80]!r} is not a locator")
    return strict


def _parse_strict(text: str) -> Locator | None:
    head, _, note = text.partition(", ")
    for unit, pattern in _GRAMMAR:
        if found := pattern.fullmatch(head):
            return _locator(unit, found, note)
    return None


def _labels(tail: str) -> tuple[str, ...]:
    return tuple(next(filter(None, found)) for found in _LABEL.findall(tail))


# How people write locators -> the formal spelling. Applied in order; each is anchored on words
# that hardly occur outside a reference. Bounded repetitions only: questions are hostile input.
_ROMAN = r"[ivxlc]{1,6}"
_REWRITES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (r"\b(?:15|22)\s?c\.?\s?f\.?\s?r\.?\s*(?:§{1,2}\s*)?(?=\d{3}\.\d)", "§ "),
        (r"\b(?:15|22)\s?c\.?\s?f\.?\s?r\.?\s*(?:part\s*)?(?=\d{3}\b)", "Part "),
        (r"\b(?:15|50)\s?u\.?\s?s\.?\s?c\.?\s*(?:§{1,2}\s*)?(?=\d{4})", "§ "),
        (r"§{1,2}\s*(?=\d)", "§ "),
        (r"\b(?:sections?|secs?\.?|s\.)\s*(?=\d{3}\.\d)", "§ "),
        (r"(?<![\w.§-])(?<!§ )(?=7[3-7]\d\.\d{1,2}\()", "§ "),
        (r"\b(?:sections?|secs?\.)\s*(?=\d)", "Section "),
        (
            r"\barticles?\s*(?=\d)|\barts?\b\.?\s*(?=\d)|\bartt?(?=\d)|\bartikel\s*(?=\d)"
            r"|\barticolo\s*(?=\d)",
            "Article ",
        ),
        (r"\brecitals?\s*\(?(\d+)\)?", r"Recital \1"),
        (rf"\bann?exe?s?\s+({_ROMAN})\b", r"Annex \1"),
        (
            r"\bsupp(?:lement|l)?\b\.?\s*(?:no\.?\s*)?(\d+)\s*(?:to|of)\s*(?:part\s*)?(\d{3})",
            r"Supplement No. \1 to Part \2",
        ),
        (r"\b(?:eccns?\s*)?\b([0-9][a-e]\d{3})\b", r"ECCN \1"),
        (r"\bparas?\b\.?\s*(?=\d)|\bparagraphs?\s+(?=\d)", "para. "),
        (r"\b(action|principle|clause|outcome|chapter)\s+(?=\d|[ivx]+\b)", r"\1 "),
        # Article 51, paragraph 2, point (a) -> Article 51(2)(a)
        (r"(Article \d+[a-z]?)(?:,?\s*para\. |\s?§ |\.)(\d+)", r"\1(\2)"),
        (r"(Article \d+[a-z]?)\s+\((?=\d)", r"\1("),
        (r"(Article \d+[a-z]?\(\d+\))\.([a-z])\b", r"\1(\2)"),
        (
            r"(Article \d+[a-z]?(?:\(\w+\))*),?\s*(?:points?|lit\.?|letter)\s*"
            r"\(?([a-z]{1,3}|\d+)\)",
            r"\1(\2)",
        ),
        (r"(Article \d+[a-z]?\(\w+\)),?\s*(?:point|lit\.?|letter)\s+([a-z])\b", r"\1(\2)"),
        (r"(Annex [ivxlc]+)\.(\d{1,2})\.([a-z])\b", r"\1(\2)(\3)"),
        (r"(Annex [ivxlc]+)\.(\d{1,2})\b(?!\.\d)", r"\1(\2)"),
        (
            rf"\bsection ([a-e]) of (Annex {_ROMAN})(?:,\s*points?\s*\(?(\d{{1,2}})\)?)",
            r"\2 Section \1(\3)",
        ),
        (rf"\bsection ([a-e]) of (Annex {_ROMAN})\b", r"\2 Section \1"),
        (
            r"(Annex [ivxlc]+),?\s*(?:points?|para\.|no\.)\s*\(?(\w{1,3}(?:\.\d)?)\)?",
            r"\1(\2)",
        ),
        (
            r"\bpoints?\s*\(?(\w{1,3})\)?((?:\(\w+\))*) of (Annex [ivxlc]+(?: Section [a-e])?)\b",
            r"\3(\1)\2",
        ),
        (r"\bpoints?\s*\((\w{1,3})\) of (Article \d+[a-z]?(?:\(\w+\))*)", r"\2(\1)"),
        (r"\bpara\. (\d+) of (Article \d+[a-z]?)\b", r"\2(\1)"),
        (r"(Supplement No\. \d+ to Part \d+),?\s*(?:para(?:graph)?\.?)\s*(?=\()", r"\1"),
    )
)


def formalise(text: str) -> str:
    """Rewrite every informal reference in `text` to its formal spelling; other words stay.

    >>> formalise("what does art. 6(2) ai act say, and 4E091?")
    'what does Article 6(2) ai act say, and ECCN 4E091?'
    """
    for pattern, replacement in _REWRITES:
        text = pattern.sub(replacement, text)
    text = re.sub(r"\bAnnex ([ivxlc]+)\b", lambda m: f"Annex {m[1].upper()}", text, flags=re.I)
    text = re.sub(r"\b(Annex [IVXLC]+) Section ([a-e])\b", _section_in_capitals, text)
    text = re.sub(r"\bECCN (\w{5})\b", lambda m: f"ECCN {m[1].upper()}", text)
    return re.sub(
        r"\b(action|principle|clause|outcome|chapter) ([ivx]+|\d)",
        lambda m: f"{m[1].title()} {m[2].upper()}",
        text,
        flags=re.I,
    )


def _section_in_capitals(found: re.Match[str]) -> str:
    return f"{found[1]} Section {found[2].upper()}"


@dataclass(frozen=True, slots=True)
class Mention:
    """A locator found in running text; ``text[start:end]`` of the *formalised* text."""

    locator: Locator
    start: int
    end: int


_FINDERS = (
    *(
        (unit, re.compile(rf"(?<![\w.-]){pattern.pattern}(?![\w])"))
        for unit, pattern in _GRAMMAR
        if unit not in {Unit.PARA, Unit.PAGE, Unit.POINT}
    ),
    (Unit.PARA, re.compile(rf"(?<![\w.-])para\. (\d+){_TAIL}(?!\w)")),
)


def find(text: str, *, limit: int = 50) -> list[Mention]:
    """Every locator mentioned in `text`, in order; at most `limit`.

    >>> [str(m.locator) for m in find("See Art. 6(2) and Annex III; also 15 CFR 744.23.")]
    ['Article 6(2)', 'Annex III', '§ 744.23']
    """
    formal = formalise(text)
    taken = bytearray(len(formal))  # one mark a character: text may be full of mentions
    matches: list[tuple[Unit, re.Match[str]]] = []
    for unit, pattern in _FINDERS:
        for found in pattern.finditer(formal):
            start, end = found.span()
            if taken.find(1, start, end) < 0:
                taken[start:end] = b"\x01" * (end - start)
                matches.append((unit, found))
    matches.sort(key=lambda match: match[1].start())
    return [
        Mention(_locator(unit, found), found.start(), found.end())
        for unit, found in matches[:limit]
    ]


def _locator(unit: Unit, found: re.Match[str], note: str = "") -> Locator:
    number = found[1].replace(" to Part ", "/") if unit is Unit.SUPPLEMENT else found[1]
    return Locator(unit, number, _labels(found[2]), note)


def loose_key(locator: Locator) -> tuple[str, ...]:
    """What is left when the name of the unit is dropped, so that `3` finds `Action 3`.

    >>> loose_key(parse("Action 3")) == loose_key(parse("Principle 3"))
    True
    """
    return (locator.number.casefold(), *(label.casefold() for label in locator.path), locator.note)


def iter_ancestors(locator: Locator) -> Iterator[Locator]:
    """The parents of a locator, nearest first."""
    parent = locator.parent
    while parent is not None:
        yield parent
        parent = parent.parent
