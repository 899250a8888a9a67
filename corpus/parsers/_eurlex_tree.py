"""Builds the tree of one article or annex of an EU act from its labels and lines, in order.

Consolidated texts and proposals mark levels differently (nested blocks, style names), but both
come down to the same events: a labelled division opens at a rank, a block of content begins and
ends, a line of text follows. `ProvisionBuilder` turns these into `Node`s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from corpus.errors import LocatorError
from corpus.locators import Locator, Unit, parse
from corpus.parsers.document import Node

# Ranks of divisions, outermost first; a division ends the open ones of its own rank and below.
SECTION, GROUP, PARAGRAPH, DOTTED, POINT = 0, 1, 10, 20, 30

_ORDINALS = ("", "", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_CLOSING_QUOTE = {"‘": "’", "“": "”", "„": "“”", "«": "»", "‹": "›", "”": "”", "»": "«"}
_OPENING = "‘“„«‹"
_INSERTED = ("bis", "ter", "quater", "quinquies", "sexies", "septies", "octies", "nonies", "decies")
_DASHES = "—–-−•·*"


def spelled_label(printed: str) -> str:
    """The label a locator uses: no brackets, full stop or space; empty for a dash.

    >>> [spelled_label(mark) for mark in ("(a)", "b)", "3.1.", "2 bis.", "—")]
    ['a', 'b', '3.1', '2a', '']
    """
    label = printed.strip(" \u00a0().[]:").strip(_DASHES)
    words = label.split()
    if len(words) == 2 and words[1].lower() in _INSERTED:
        words[1] = "abcdefghi"[_INSERTED.index(words[1].lower())]
    return "".join(words)


def is_locator(locator: Locator) -> bool:
    """Whether the locator can be written down and read back."""
    try:
        return parse(str(locator)) == locator
    except LocatorError:
        return False


def defined_terms(text: str) -> tuple[str, ...]:
    """The terms that a point of a list of definitions defines: those quoted at its start.

    >>> defined_terms("‘provider’ or ‘supplier’ means a person who supplies;")
    ('provider', 'supplier')
    """
    terms = []
    rest = text[:600]
    while rest[:1] in _OPENING and rest:
        term = _quoted(rest)
        if not term:
            break
        terms.append(term)
        rest = re.sub(r"^\s*(?:,|/|\b\w{1,6}\b)\s*(?=[‘“„«])", "", rest[len(term) + 2 :])
    return tuple(term.strip() for term in terms)


def _quoted(text: str) -> str:
    """What stands between the mark that opens `text` and the one that closes it."""
    mark, depth = text[0], 0
    for place, letter in enumerate(text[:200]):
        if letter == mark:
            depth += 1
        elif letter in _CLOSING_QUOTE[mark] and not text[place + 1 : place + 2].isalnum():
            depth -= 1
        if depth == 0:
            return text[1:place]
    return ""


@dataclass(slots=True)
class _Draft:
    """A division while it is being read."""

    locator: Locator
    label: str = ""
    heading: str = ""
    text: list[str] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)
    children: list[_Draft] = field(default_factory=list)
    lists: int = 1  # lists begun; the second stands in a child of its own, with its lead-in
    here: _Draft | None = None  # that child
    round: int = 1  # 2 in a second list whose labels have come before
    seen: set[str] = field(default_factory=set)  # labels of this list
    earlier: set[str] = field(default_factory=set)  # labels of the lists before it
    last: str = ""  # the label of the newest point, empty once text follows it

    def add(self, line: str) -> None:
        (self.closing if self.children else self.text).append(line)
        self.last = ""

    @property
    def announces(self) -> bool:
        """Whether its last words are "the following paragraph is added:"."""
        lines = self.closing or self.text
        return bool(lines) and lines[-1].endswith(":")

    def node(self) -> Node:
        text = "\n".join(self.text)
        return Node(
            locator=self.locator,
            text=text,
            heading=self.heading,
            label=self.label,
            closing="\n".join(self.closing),
            children=tuple(child.node() for child in self.children),
            terms=defined_terms(text) if self.locator.path else (),
        )


@dataclass(slots=True)
class _Frame:
    """A block of content: the division it belongs to, and the ones now open inside it."""

    base: _Draft
    open: list[tuple[int, _Draft]] = field(default_factory=list)


class ProvisionBuilder:
    """Collects one article, annex or recital.

    Text that an amending act puts between quotation marks is no division of that act: from an
    opening mark until its closing mark (or the end of the block), labels are read as text.
    """

    def __init__(self, locator: Locator, *, label: str = "") -> None:
        self.root = _Draft(locator, label)
        self.warnings: list[str] = []
        self._frames = [_Frame(self.root)]
        self._used = {locator}
        self._next: dict[Locator, int] = {}  # the ordinal to try next where a locator is taken
        self._quote: tuple[int, str] | None = None  # depth of the frame, closing mark
        self._prefix = ""

    @property
    def is_empty_annex(self) -> bool:
        """Whether it is an annex of which nothing but a heading has been read."""
        is_annex = self.root.locator.unit is Unit.ANNEX
        return is_annex and not (self.root.text or self.root.children)

    def title(self, line: str) -> None:
        """Add a line to the heading of the article or annex."""
        self.root.heading = f"{self.root.heading} {line}".strip()

    def group(self, rank: int, label: str, printed: str, heading: str) -> None:
        """Open a titled division: "Section A" or "1. Introduction" of an annex."""
        self.end_quote()
        self.open(rank, printed, label=label)
        self._top().heading = heading

    def group_title(self, line: str) -> bool:
        """Give the division just opened its title; False when there is none waiting for it."""
        top = self._top()
        if top is self.root or top.heading or top.text or top.children:
            return False
        top.heading = line
        return True

    def open(self, rank: int, printed: str, *, label: str | None = None) -> bool:
        """Begin a division; False when its label is no label, so that its text joins the parent."""
        label = spelled_label(printed) if label is None else label
        if self._quote or printed.strip()[:1] in _CLOSING_QUOTE:
            if self._prefix:
                self.add("", below=99)
            self._prefix = printed.strip()
            return False
        frame = self._frames[-1]
        rank = self._rank(frame, label, rank)
        while frame.open and frame.open[-1][0] >= rank:
            frame.open.pop()
        if not label:
            self._prefix = printed.strip()
            return False
        child = self._child(self._top(), label, printed.strip(), rank)
        if child is None:
            self._prefix = printed.strip()
            return False
        frame.open.append((rank, child))
        return True

    def follows(self, printed: str, rank: int) -> bool:
        """Whether a label found in plain text begins a list, or goes on with the one above it."""
        label = spelled_label(printed)
        if self._quote or label in {"1", "a", "i"}:
            return not self._quote
        above = next((draft for at, draft in self._frames[-1].open if at == rank), None)
        return above is not None and label == _successor(spelled_label(above.label))

    def begin(self) -> None:
        """A block of content begins: the inside of the division opened last."""
        self._frames.append(_Frame(self._top()))

    def end(self) -> None:
        """The block of content ends."""
        self._frames.pop()
        if self._quote and self._quote[0] > len(self._frames):
            self.end_quote()

    def add(self, line: str, *, below: int = POINT) -> None:
        """Add a line of text to the innermost open division whose rank is less than `below`."""
        if self._prefix:
            line, self._prefix = f"{self._prefix} {line}".strip(), ""
        if not re.search(r"\w", line):
            return
        frame = self._frames[-1]
        is_announced = line[0] in _OPENING and self._top().announces
        if not (self._quote or is_announced):
            while frame.open and frame.open[-1][0] >= below:
                frame.open.pop()
        self._top().add(line)
        self._follow_quote(line)

    def end_quote(self) -> None:
        """Labels count again."""
        self._quote = None

    def node(self) -> Node:
        """The provision as read so far."""
        return self.root.node()

    def _rank(self, frame: _Frame, label: str, rank: int) -> int:
        """The rank given; for an untitled "II." that of the titled "I." above it."""
        romans = re.compile(r"[IVXLC]+")
        titled = (
            at
            for at, draft in frame.open
            if at < PARAGRAPH and romans.fullmatch(draft.locator.path[-1])
        )
        return next(titled, rank) if romans.fullmatch(label) else rank

    def _top(self) -> _Draft:
        frame = self._frames[-1]
        return frame.open[-1][1] if frame.open else frame.base

    def _follow_quote(self, line: str) -> None:
        if self._quote is None and line[0] in _OPENING:
            mark = _CLOSING_QUOTE[line[0]]
            if not re.search(rf"[{mark}](?!\w)", line[1:]):
                self._quote = (len(self._frames), mark)
        elif self._quote and re.search(rf"[{self._quote[1]}][\s.;,)]{{0,4}}$", line[-8:]):
            self.end_quote()

    def _child(self, parent: _Draft, label: str, printed: str, rank: int) -> _Draft | None:
        self._misprint(parent, label)
        if not is_locator(_below(parent.locator, label)):
            return None
        if rank >= POINT:
            self._further_list(parent, label)
        child = _Draft(self._free(_below(parent.locator, label), parent.round), printed)
        (parent.here or parent).children.append(child)
        parent.seen.add(label)
        parent.last = label
        return child

    def _further_list(self, parent: _Draft, label: str) -> None:
        """Begin a second list of the same division, if text or a label used before says so."""
        again = label in parent.seen and label != parent.last
        if not parent.closing and not again:
            return
        parent.lists += 1
        parent.earlier |= parent.seen
        parent.seen = set()
        parent.round = parent.lists if label in parent.earlier else 1
        parent.here = _Draft(self._free(parent.locator, parent.lists), text=parent.closing)
        parent.closing = []
        parent.children.append(parent.here)

    def _misprint(self, parent: _Draft, label: str) -> None:
        """Put right a number that falls one short: "(1), (1), (3)" for "(1), (2), (3)"."""
        points = (parent.here or parent).children
        if not (label.isdecimal() and parent.last.isdecimal() and len(points) > 1):
            return
        twin, before = points[-1], points[-2]
        doubled = twin.locator.path == before.locator.path and not twin.children
        if doubled and int(label) == int(parent.last) + 2:
            path = (*twin.locator.path[:-1], str(int(label) - 1))
            corrected = replace(before.locator, path=path)
            if corrected not in self._used:
                self.warnings.append(f"{corrected} is misprinted as {twin.label}")
                self._used.add(corrected)
                twin.locator = corrected

    def _free(self, locator: Locator, times: int) -> Locator:
        """The locator, with a note if it is taken or if its list is not the first one."""
        times = max(times, self._next.get(locator, 1))
        while (noted := _noted(locator, times)) in self._used:
            times += 1
        self._next[locator] = times + 1
        self._used.add(noted)
        return noted


def _noted(locator: Locator, times: int) -> Locator:
    word = _ORDINALS[times] if times < len(_ORDINALS) else f"{times}th"
    note = ", ".join(filter(None, (locator.note, word and f"{word} subparagraph")))
    return replace(locator, note=note)


def _below(above: Locator, label: str) -> Locator:
    """The locator of a division below; point 3.1 is cited without its heading 3."""
    path = above.path
    if path and label.startswith(f"{path[-1]}."):
        path = path[:-1]
    return replace(above, path=(*path, label))


def _successor(label: str) -> str:
    """The number or letter after this one; empty for others."""
    if label.isdecimal():
        return str(int(label) + 1)
    return chr(ord(label) + 1) if re.fullmatch(r"[a-y]", label) else ""


def article_locator(title: str) -> Locator | None:
    """The locator of an article from its printed number, in any language of the Union.

    >>> str(article_locator("Artikel 4 bis")), str(article_locator("Sole Article"))
    ('Article 4a', 'Article 1')
    """
    ordinals = "|".join(_INSERTED)
    found = re.search(rf"(\d{{1,4}})(?:([a-z]{{1,3}})\b|\s({ordinals})\b)?(?![a-z])", title)
    if not found:
        return None if re.search(r"\d", title) else Locator(Unit.ARTICLE, "1")
    inserted = "abcdefghi"[_INSERTED.index(found[3])] if found[3] else found[2] or ""
    locator = Locator(Unit.ARTICLE, found[1] + inserted)
    return locator if is_locator(locator) else None


def annex_locator(title: str) -> Locator | None:
    """The locator of an annex from its printed number; None without one that can be written.

    >>> str(annex_locator("BIJLAGE III")), str(annex_locator("ANNEX 4")), annex_locator("ANNEX")
    ('Annex III', 'Annex IV', None)
    """
    found = re.fullmatch(r"\w{3,20}\s+(?:(?:no|nr)\.?\s*)?([IVXLC]{1,8}|\d{1,2})([a-zA-Z]?)", title)
    if not found:
        return None
    number = roman(int(found[1])) if found[1].isdecimal() else found[1]
    locator = Locator(Unit.ANNEX, number + found[2])
    return locator if is_locator(locator) else None


def roman(number: int) -> str:
    """A roman numeral; 1 to 99.

    >>> roman(14)
    'XIV'
    """
    tens = ("", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC")[number // 10 % 10]
    return tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[number % 10]


def group_title(title: str) -> tuple[int, str, str, str] | None:
    """Rank, label, mark and title of a titled division of an annex; None when it has no mark.

    >>> group_title("Afdeling A — Lijst van wetgeving")
    (0, 'Section A', 'Afdeling A', 'Lijst van wetgeving')
    >>> group_title("2. Overview")
    (1, '2', '2.', 'Overview')
    """
    if found := re.match(r"((\d{1,3}(?:\.\d{1,3}){0,3}|[A-Z]|[IVX]{1,5})\.)\s+(\S.*)", title):
        return GROUP + found[2].count("."), found[2], found[1], found[3]
    mark = r"([^\W\d_]{4,14} (\d{1,2}|[A-Z]|[IVX]{1,5}))(?:\s?[.:]|\s[—–-])?(?:\s+(\S.*))?"
    if found := re.fullmatch(mark, title):
        return SECTION, f"Section {found[2]}", words(found[1]), found[3] or ""
    return None


def words(mark: str) -> str:
    """A shouted mark in words: "CHAPTER IV" as "Chapter IV"."""
    word, _, number = mark.partition(" ")
    return f"{word.capitalize()} {number}".strip() if word.isupper() else mark
