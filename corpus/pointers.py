"""The places of European acts that a text points to, as its words put them (pure).

"Articles 9 to 15 and 17(1)", "points (a) and (b) of the first subparagraph of paragraph 3",
"Annex III, points 1, 6 and 7", "Section 2 of this Chapter", "paragraph 2 of that Article",
"Article 4, point (4), of Regulation (EU) 2016/679". Which act is meant is said, not looked up:
`corpus/references.py` knows the corpus. Places of the CFR, the U.S. Code and of orders are read in
`corpus/pointers_us.py`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.locators import Locator, Unit
from corpus.steps import (
    KINDS,
    ORDINAL,
    Step,
    above_siblings,
    as_steps,
    goes_inwards,
    lies_in,
    paths_of,
    read_step,
)

_NAMED_BEFORE = 20  # acts looked back at for "that Regulation"
THIS, OTHER, NAMED = "this", "other", "name:"


@dataclass(frozen=True, slots=True)
class Pointer:
    """A place pointed to; ``text[start:end]`` are the words.

    `act` says whose place it is: "" where the words do not say, `THIS`, `OTHER` (none that has
    an identifier here), or ``<kind>:<identifier>`` ("celex:32016R0679", "cfr:22", "eo:14110").
    After ``name:`` stand the words that follow the place; they begin with a name, if it is one.
    `implied` is a place within a range that the words do not name.
    """

    locator: Locator
    act: str
    start: int
    end: int
    implied: bool = False


_START = re.compile(
    rf"\b(?:Articles?|Annex(?:es)?|Chapters?|Sections?|[Rr]ecitals?|[Pp]aragraphs?|[Pp]oints?) "
    rf"(?=[\dIVXLCA-H(])|\b{ORDINAL}(?:,? (?:and|or)(?: the)? {ORDINAL})? (?:sub)?paragraphs?\b"
)
_INWARD = re.compile(r",? ")
_OUTWARD = re.compile(r",? (?:of|in|to|under) (?:the )?|,? set out in (?:the )?")
_ANCHOR = re.compile(
    r"(?P<which>this|that|those) "
    r"(?P<kind>Article|Annex|Chapter|Section|paragraph|subparagraph|point)\b"
)
_THEREOF = re.compile(r",? thereof\b")
_ACT = re.compile(
    r",? (?:of|to) (?:the )?(?:(?P<which>this|that) )?"
    r"(?:Council |Commission |Delegated |Implementing )*"
    r"(?P<kind>Regulation|Directive|Decision|Recommendation|Treaty|Charter|Protocol"
    r"|Framework Decision|Annex to|(?:(?<=this )|(?<=that ))(?:Act|Convention|Agreement))\b"
    r"(?: \((?:EU|EC|EEC|Euratom|EU, Euratom)\))?(?: No)? ?"
    r"(?:(?P<first>\d{1,4})/(?P<second>\d{1,4}))?"
    r"|,? (?:of (?:the )?)?(?P<outside>TFEU|TEU|LED|EUDPR)\b"
    r"|,? (?:of (?:the )?)?(?P<name>GDPR\b|(?:EU )?AI Act\b|(?<=of )[A-Z][^.;:()]{2,60}"
    r"|(?<=of the )[A-Z][^.;:()]{2,60})"
)
_NUMBERED_ACT = re.compile(
    r"(?P<kind>Regulation|Directive|Decision)(?: \((?:EU|EC|EEC|Euratom|EU, Euratom)\))?(?: No)? "
    r"(?P<first>\d{1,4})/(?P<second>\d{1,4})"
)


def read_places(text: str, own: Locator, chapter: str = "") -> Iterator[Pointer]:
    """The articles, annexes, chapters and recitals that `text` points to, in order.

    Args:
        text: The words of a provision.
        own: Where they stand: "paragraph 2" means that of the same article.
        chapter: The number of the chapter they stand in, for "Section 2 of this Chapter".
    """
    yield from _Reader(text, own, chapter).read()


class _Reader:
    def __init__(self, text: str, own: Locator, chapter: str) -> None:
        self._text, self._own, self._chapter = text, own, chapter
        self._last: dict[str, tuple[Locator, str]] = {}  # "that Article", whose it was
        self._acts = list(_NUMBERED_ACT.finditer(text))
        self._act_ends = [act.end() for act in self._acts]

    def read(self) -> Iterator[Pointer]:
        place, waiting = 0, list[tuple[list[Step], int, int]]()
        while found := _START.search(self._text, place):
            chain, end = self._chain(found.start())
            if not chain:
                place = found.end()
                continue
            outer, act, end = self._around(chain, end)
            group = (chain, found.start(), end)
            place = max(end, found.end())
            if not outer and not act:
                if self._goes_on(chain, end):
                    waiting.append(group)  # "points 1 to 5, and points 8 and 9 of Annex VIII"
                    continue
                if annex := self._annex_meant(chain[0]):
                    outer, act = as_steps(annex[0]), annex[1]
            prefix: list[Step] = []  # "Section B, points 1 to 5, and points 8 and 9 of ..."
            for inner, start, stop in [*waiting, group]:
                above = [step for step in outer if goes_inwards(step, inner[0])]
                below = [*prefix, *inner] if inner[0].kind == "point" else inner
                yield from self._pointers([*above, *below], act, start, stop)
                prefix = [step for step in inner if step.kind == "section"] or prefix
            waiting.clear()

    def _goes_on(self, chain: list[Step], end: int) -> bool:
        """Whether a place of the same kind follows, joined by "and" or "or"."""
        joined = re.match(r"\.?,? (?:and|or) (?:the )?", self._text[end : end + 13])
        if joined is None or chain[0].kind == "chapter":
            return False
        after, stop = self._chain(end + joined.end())
        if not after:
            return False
        outer, act, _ = self._around(after, stop)
        if KINDS[chain[0].kind][0] == 0:  # "Article 25(6) or Article 26(4) of Directive 95/46/EC"
            return after[0].kind == chain[0].kind and act.startswith((OTHER, "celex:"))
        kinds = {step.kind for step in (after[0], *outer)}
        return chain[-1].kind in kinds and bool(outer) and KINDS[outer[0].kind][0] == 0

    def _chain(self, start: int) -> tuple[list[Step], int]:
        """Steps that lead inwards: "Article 6(1), first subparagraph, point (a)"."""
        chain: list[Step] = []
        end = start
        while True:
            at = end
            if chain:
                joint = _INWARD.match(self._text, end)
                if joint is None:
                    break
                at = joint.end()
            found = read_step(self._text, at)
            if found is None or (chain and not goes_inwards(chain[-1], found[0])):
                break
            segment, end = found
            chain.append(segment)
        return chain, end

    def _around(self, chain: list[Step], end: int) -> tuple[list[Step], str, int]:
        """What a place is said to lie in: further out, and in which act."""
        outer: list[Step] = []
        innermost = chain[0]
        while KINDS[innermost.kind][0] > 0:
            if thereof := _THEREOF.match(self._text, end):
                last = self._last.get("thereof")
                if last is not None:
                    return [*as_steps(last[0]), *outer], last[1], thereof.end()
            joint = _OUTWARD.match(self._text, end)
            if joint is None:
                break
            if anchor := _ANCHOR.match(self._text, joint.end()):
                placed = self._anchored(anchor["which"], anchor["kind"].lower())
                if placed is not None:
                    steps, act = placed
                    end = anchor.end()
                    said = self._act_after(end)
                    return [*steps, *outer], said[0] or act, said[1]
                break
            found, stop = self._chain(joint.end())
            if not found or not lies_in(innermost, found):
                break
            outer, innermost, end = [*found, *outer], found[0], stop
        act, end = self._act_after(end)
        return outer, act, end

    def _anchored(self, which: str, kind: str) -> tuple[list[Step], str] | None:
        if which != "this":
            last = self._last.get(kind)
            return (as_steps(last[0]), last[1]) if last else None
        if kind == "chapter":
            return ([Step("chapter", ((self._chapter,),))], THIS) if self._chapter else None
        if self._own.unit not in {Unit.ARTICLE, Unit.ANNEX}:
            return None
        depth = 0 if kind in {"article", "annex"} else 1
        steps = as_steps(replace(self._own, path=self._own.path[:depth], note=""))
        if kind == "subparagraph" and self._own.note.endswith(" subparagraph"):
            steps.append(Step(kind, (), ordinal=self._own.note.partition(" ")[0]))
        return steps, THIS

    def _act_after(self, end: int) -> tuple[str, int]:
        """The act that the words after a place name, and where they end."""
        found = _ACT.match(self._text, end)
        if found is None:
            return "", end
        act, kind = OTHER, found["kind"]
        if found["name"]:
            return f"{NAMED}{found['name']}", found.start("name")
        if found["which"] == "this":
            act = THIS
        elif found["which"] == "that":
            named = self._acts[: bisect_right(self._act_ends, end)][-_NAMED_BEFORE:]
            same = [other for other in named if other["kind"] == kind]
            act = _celex(same[-1]) if same else OTHER
        elif found["first"] and kind in {"Regulation", "Directive", "Decision"}:
            act = _celex(found)
        return act, found.end()

    def _pointers(self, steps: Sequence[Step], act: str, start: int, end: int) -> Iterator[Pointer]:
        chain = sorted(steps, key=lambda step: KINDS[step.kind][0])
        for locator, implied in self._locators(chain):
            kind = locator.unit.value.lower()
            sections = tuple(part for part in locator.path if part.startswith("Section "))
            self._last[kind] = (replace(locator, path=sections, note=""), act)
            kept = sections if locator.unit is Unit.ANNEX else locator.path[:1]
            self._last["thereof"] = (replace(locator, path=kept, note=""), act)
            if sections:
                self._last[f"{kind} in sections"] = (locator.root, act)
            if locator.path:
                self._last["paragraph"] = (replace(locator, path=locator.path[:1]), act)
            relative = KINDS[chain[0].kind][0] > 0
            yield Pointer(locator, act or (THIS if relative else ""), start, end, implied)

    def _locators(self, chain: Sequence[Step]) -> Iterator[tuple[Locator, bool]]:
        """Every place a chain of steps names: the product of what each step lists."""
        steps = [step for step in chain if step.labels]
        note = next(
            (f"{s.ordinal} subparagraph" for s in chain if s.ordinal not in {"", "first"}), ""
        )
        if not steps:
            return
        for base, below, whole in self._bases(steps):
            for path, implied in paths_of(below):
                noted = note if path and note else base.note
                place = Locator(base.unit, base.number, (*base.path, *path), noted)
                yield place, whole or implied

    def _bases(self, steps: Sequence[Step]) -> Iterator[tuple[Locator, Sequence[Step], bool]]:
        """The places a chain of steps starts from, and the steps below them."""
        first, own = steps[0], self._own
        if KINDS[first.kind][0] == 0:
            unit = Unit(first.kind.title())
            for label in first.labels:
                yield Locator(unit, label[0], label[1:]), steps[1:], label in first.implied
        elif first.kind == "section" and own.unit is Unit.ANNEX:
            yield own.root, steps, False
        elif first.kind == "section":
            if first.labels[0][0].isdecimal() and own.unit is Unit.ARTICLE and self._chapter:
                yield Locator(Unit.CHAPTER, self._chapter), steps, False
        elif first.kind == "paragraph" and own.unit is Unit.ARTICLE:
            yield own.root, steps, False
        elif first.kind == "point" and not (first.bare and own.unit is Unit.ARTICLE):
            if own.unit not in {Unit.ARTICLE, Unit.ANNEX}:
                return
            above = above_siblings(own, first.labels[0])
            yield replace(own, path=above, note=own.note if above else ""), steps, False

    def _annex_meant(self, first: Step) -> tuple[Locator, str] | None:
        """The annex named before, for "Section A legislation" and "points 6 and 8" of articles."""
        if self._own.unit is Unit.ANNEX:
            return None
        if first.kind == "section" and first.labels[0][0].isalpha():
            return self._last.get("annex in sections")
        return self._last.get("annex") if first.kind == "point" and first.bare else None


def _celex(act: re.Match[str]) -> str:
    """The identifier of an act: years stand first since 2015, and always in directives."""
    letter = {"Regulation": "R", "Directive": "L", "Decision": "D"}[act["kind"]]
    first, second = act["first"], act["second"]
    if len(first) == 2:  # Directive 95/46/EC
        first = f"19{first}"
    year, number = (first, second) if len(first) == 4 and _is_year(first) else (second, first)
    return f"celex:3{year}{letter}{int(number):04d}"


def _is_year(text: str) -> bool:
    return 1950 <= int(text) <= 2099
