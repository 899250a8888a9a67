r"""Which paragraph of the CFR stands under which: inferred from the labels (pure).

The CFR prints the paragraphs of a section one after the other, whatever their level. Levels go
(a), (1), (i), (A), then *(1)* and *(i)* in italics [1 CFR 21.11(h)]; copies often lose the
italics, and "(i)" is a letter after "(h)" and a numeral after "(1)". `nest` weighs whole runs of
labels, so that what comes later decides: every label gets the level that makes the section as a
whole most regular.

>>> from corpus.locators import parse
>>> section = nest(parse("§ 9.1"), [
...     "Opening words.", "(h) First.", "(1) One.", "(i) Small.", "(ii) Small too.",
...     "Goes on.", "(i) Letter. (1) Own words.", "Note 1 to paragraph (h)(1): Beware.",
... ])
>>> for node in section.walk():
...     print(node.locator, repr(node.text), repr(node.heading))
§ 9.1 'Opening words.' ''
§ 9.1(h) 'First.' ''
§ 9.1(h)(1) 'One.' ''
§ 9.1(h)(1)(i) 'Small.' ''
§ 9.1(h)(1)(ii) 'Small too.\nGoes on.' ''
§ 9.1(h)(1), Note 1 'Beware.' ''
§ 9.1(i) '' 'Letter'
§ 9.1(i)(1) 'Own words.' ''
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from corpus.locators import Locator, Unit, parse
from corpus.parsers._cfr_labels import Label, Opened, Paragraph, marked, open_labels, ordinals
from corpus.parsers.document import Node

__all__ = ["Paragraph", "levels", "marked", "nest"]

_BEAM = 16  # readings kept; two or three are alive at a time in real sections
_HOPELESS = 20.0  # a reading that costs so much more than the best is given up

# What an irregularity costs, by how seldom drafters do it. Only the order matters.
_MISSING_LEVEL = 1.0
_ITALIC_ALONE = 5.0  # an italic level without (A) above it
_NOT_FIRST = 3.0
_GAP = 1.5
_ONLY_ONE = 0.5
_RESTART = 6.0
_BACKWARDS = 9.0
_NOT_BELOW = 20.0
_NOT_ITALIC, _ITALIC = 3.0, 6.0

_PLACES = re.compile(r"paragraphs?\s?((?:\s?\(\w{1,6}\)){1,8})")
_NOTE = re.compile(
    r"(?P<note>(?:Technical )?Note)s?(?: to(?= \d))?(?: (?P<number>\d{1,2}))?"
    r"(?: (?:to )?(?P<to>(?:paragraph|§|this|section|introductory|the|definition|Category"
    r"|supplement)[^\n]{0,150}?))?[.:—](?:\s|$)"
)
_EFFECTIVE = re.compile(r"((?:Delayed )?Effective Date Note)s?(?: to [^:\n]{1,60})?:\s")
_WHOLE = re.compile(r"section|§|Category|definition|supplement", re.IGNORECASE)
_AGAIN = re.compile(r"(?:^|, )(?:\w+(?:nd|rd|th)) (?:subparagraph|text)$")
_NTH = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")

Stack = tuple[tuple[int, int, int], ...]  # (level, ordinal, 1 for its first item, else 2)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read the labels so far; `taken` links back to the levels chosen."""

    cost: float
    stack: Stack
    taken: tuple[int, object] | None = None

    def level(self) -> int:
        return self.stack[-1][0] if self.stack else -1


def levels(labels: Sequence[Label]) -> tuple[int, ...]:
    """The level of each label, 0 for (a) to 5 for italic (i).

    >>> levels([Label(mark) for mark in ("h", "1", "i", "ii", "2", "i", "j")])
    (0, 1, 2, 2, 1, 0, 0)
    """
    readings = [_Reading(0.0, ())]
    for label in labels:
        found: dict[Stack, _Reading] = {}
        for reading in readings:
            for level, ordinal in ordinals(label.mark):
                after = _read(reading, label, level, ordinal)
                if after.stack not in found or after.cost < found[after.stack].cost:
                    found[after.stack] = after
        readings = sorted(found.values(), key=_cost)[:_BEAM]
        readings = [each for each in readings if each.cost <= readings[0].cost + _HOPELESS]
    best = min(readings, key=lambda reading: reading.cost + _lonely(reading.stack))
    return _chosen(best)


def _cost(reading: _Reading) -> float:
    return reading.cost


def _chosen(reading: _Reading) -> tuple[int, ...]:
    chosen: list[int] = []
    taken: object = reading.taken
    while isinstance(taken, tuple):
        chosen.append(taken[0])
        taken = taken[1]
    return tuple(reversed(chosen))


def _lonely(closed: Stack) -> float:
    """The cost of lists that end with a single item."""
    return sum(_ONLY_ONE for level, _, count in closed if count == 1 and level > 0)


def _read(reading: _Reading, label: Label, level: int, ordinal: int) -> _Reading:
    """`reading` with one more label at `level`."""
    cost = reading.cost + _face(label, level)
    if not label.first and level <= reading.level():
        cost += _NOT_BELOW
    kept = tuple(entry for entry in reading.stack if entry[0] < level)
    same = next((entry for entry in reading.stack if entry[0] == level), None)
    cost += _lonely(tuple(entry for entry in reading.stack if entry[0] > level))
    above = kept[-1][0] if kept else -1
    if same is None:
        cost += _MISSING_LEVEL * (level - above - 1) + (_NOT_FIRST if ordinal > 1 else 0.0)
        cost += _ITALIC_ALONE if level > 3 > above else 0.0
    else:
        cost += _step(same[1], ordinal)
    last = max(ordinal, dict(ordinals(label.until)).get(level, 0)) if label.until else ordinal
    entry = (level, last, 2 if same else 1)
    return _Reading(cost, (*kept, entry), (level, reading.taken))


def _step(before: int, ordinal: int) -> float:
    """The cost of going on from one ordinal to another in the same list."""
    if ordinal == before + 1:
        return 0.0
    if ordinal > before:
        return _GAP + 0.05 * min(ordinal - before, 20)
    return _RESTART if ordinal == 1 else _BACKWARDS


def _face(label: Label, level: int) -> float:
    """The cost of a level that the type face of the label speaks against."""
    if label.italic is None:
        return 0.0
    if label.italic:
        return 0.0 if level > 3 else _ITALIC
    return _NOT_ITALIC if level > 3 else 0.0


@dataclass(slots=True)
class _Draft:
    """A division while its paragraphs are being placed."""

    locator: Locator
    label: str = ""
    heading: str = ""
    lines: list[str] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)
    children: list[_Draft] = field(default_factory=list)
    terms: tuple[str, ...] = ()

    def add(self, line: str) -> None:
        """A further line: after the last child once there is one."""
        if line:
            (self.closing if self.children else self.lines).append(line)

    def node(self, context: tuple[str, ...] = ()) -> Node:
        return Node(
            self.locator,
            "\n".join(self.lines),
            self.heading,
            self.label,
            "\n".join(self.closing),
            tuple(child.node() for child in self.children),
            context,
            self.terms,
        )


def nest(
    locator: Locator,
    paragraphs: Iterable[Paragraph | str],
    *,
    heading: str = "",
    context: tuple[str, ...] = (),
) -> Node:
    """The section at `locator` as a tree, from its paragraphs in printed order.

    A plain string is a paragraph whose type face is not known; `marked` reads ``*italics*``. A
    paragraph without a label goes on the one above. "Note 1 to paragraph (a)" becomes the node
    ``§ 1.1(a), Note 1``; a note without a number is a line of its paragraph.
    """
    printed = [Paragraph(each) if isinstance(each, str) else each for each in paragraphs]
    opened = [_opened(paragraph) for paragraph in printed]
    chosen = iter(levels([label for each in opened for label in each.labels]))
    tree = _Tree(locator, heading)
    for paragraph, each in zip(printed, opened, strict=True):
        if not each.labels and not paragraph.plain and (note := _NOTE.match(each.text)):
            tree.note(note, each.text)
            continue
        if not each.labels and (note := _EFFECTIVE.match(each.text)):
            tree.effective(note, each.text)
            continue
        for label in each.labels:
            tree.open(label, next(chosen))
        tree.line(each.text, each.terms)
    return tree.root.node(context)


def _opened(paragraph: Paragraph) -> Opened:
    """The labels of the first line; further lines stay below its words."""
    if paragraph.plain:
        return Opened((), paragraph.text)
    first, _, further = paragraph.text.partition("\n")
    opened = open_labels(Paragraph(first, paragraph.italics))
    text = f"{opened.text}\n{further}".strip() if further else opened.text
    return Opened(opened.labels, text, opened.terms)


class _Tree:
    """Places labels, lines and notes below the root of a section."""

    def __init__(self, locator: Locator, heading: str) -> None:
        self.root = _Draft(locator, heading=heading)
        self._open: list[tuple[int, _Draft]] = [(-1, self.root)]
        self._notes: dict[Locator, _Draft] = {}
        self._times: Counter[Locator] = Counter()
        self._paths: dict[tuple[str, ...], _Draft] = {}

    def open(self, label: Label, level: int) -> None:
        """Begin the paragraph that a label opens."""
        while self._open[-1][0] >= level:
            self._open.pop()
        parent = self._open[-1][1]
        printed = f"({label.mark})"
        if label.until and label.until != label.mark:
            printed += f"-({label.until})"
        draft = _Draft(self._free(_below(parent.locator, label.mark)), printed, label.heading)
        draft.add(label.words)
        parent.children.append(draft)
        self._open.append((level, draft))
        self._paths[tuple(each.label for _, each in self._open[1:])] = draft

    def line(self, text: str, terms: tuple[str, ...]) -> None:
        """Words of the paragraph opened last."""
        draft = self._open[-1][1]
        draft.add(text)
        draft.terms = tuple(dict.fromkeys((*draft.terms, *terms)))

    def note(self, found: re.Match[str], text: str) -> None:
        """A note, under the paragraph that it names, else under the one opened last."""
        owner = self._owner(found["to"])
        if found["number"] is None:
            owner.add(text)
            return
        name = f"{found['note']} {found['number']}"
        self._named(owner, name, found, text)

    def effective(self, found: re.Match[str], text: str) -> None:
        """A note on what an amendment to come will change, or what is stayed."""
        self._named(self.root, found[1], found, text)

    def _named(self, owner: _Draft, name: str, found: re.Match[str], text: str) -> None:
        """A note with a node of its own; a name that comes again adds lines to it."""
        locator = _noted(owner.locator, name)
        if locator in self._notes:
            self._notes[locator].add(text)
            return
        draft = _Draft(locator, found[0].rstrip(" .:"), lines=[text[found.end() :].strip()])
        self._notes[locator] = draft
        owner.children.append(draft)

    def _owner(self, named: str | None) -> _Draft:
        if not (places := _PLACES.search(named or "")):
            return self.root if _WHOLE.search(named or "") else self._open[-1][1]
        path = tuple(re.findall(r"\(\w{1,6}\)", places[1]))
        while path and path not in self._paths:
            path = path[:-1]
        return self._paths[path] if path else self._open[-1][1]

    def _free(self, wanted: Locator) -> Locator:
        """`wanted`, or the same place in a second list with the same labels."""
        self._times[wanted] += 1
        times = self._times[wanted]
        if times == 1:
            return wanted
        nth = _NTH[times - 2] if times - 2 < len(_NTH) else f"{times}th"
        return _noted(wanted, f"{nth} subparagraph")


def _below(locator: Locator, mark: str) -> Locator:
    """One label further down; below a note (a term, a category) the labels go on its name."""
    if locator.unit is Unit.HEADING:
        return parse(f"{locator}({mark})" if locator.number[-1:] == ")" else f"{locator} ({mark})")
    if locator.note and not _AGAIN.search(locator.note):
        note = f"{locator.note}({mark})"
        return Locator(locator.unit, locator.number, locator.path, note)
    return Locator(locator.unit, locator.number, (*locator.path, mark), locator.note)


def _noted(locator: Locator, name: str) -> Locator:
    if locator.unit is Unit.HEADING:
        return parse(f"{locator}, {name}")
    note = f"{locator.note}, {name}" if locator.note else name
    return Locator(locator.unit, locator.number, locator.path, note)
