"""The steps by which a European act names a place: "Article 6(1)", "points (a) to (c)" (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.labels import Path, complete, labels_between, shape_of
from corpus.locators import Locator, Unit


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a place: "Article 6(1)", "first subparagraph", "points (a) to (c)"."""

    kind: str
    labels: tuple[Path, ...]
    implied: frozenset[Path] = frozenset()
    ordinal: str = ""
    bare: bool = False  # "point 2", not "point (2)"


_BRACKETS = r"(?:\((?:\d{1,3}[a-z]?|[a-z]{1,5}|[A-Z])\))"
_JOINT = r"(?:\.?,? (?:and|or)(?: to)? |\.?, | to | through )"
KINDS: dict[str, tuple[int, str]] = {  # depth, items; "" for those with ordinals before them
    "article": (0, rf"\d{{1,3}}[a-z]{{0,2}}(?: ?{_BRACKETS})*"),
    "annex": (0, rf"[IVXLC]{{1,6}}[a-z]?(?: ?{_BRACKETS})*"),
    "chapter": (0, r"[IVXLC]{1,6}[a-z]?"),
    "recital": (0, r"\(?\d{1,3}\)?"),
    "section": (1, rf"(?:[A-Z]|\d{{1,2}})(?:{_BRACKETS})*"),
    "paragraph": (2, rf"(?:\d{{1,2}}[a-z]{{0,2}}|\(\d{{1,2}}\))(?: ?{_BRACKETS})*"),
    "subparagraph": (3, ""),
    "point": (4, rf"(?:\d{{1,2}}(?:\.\d{{1,2}})*[a-z]?|{_BRACKETS})(?: ?{_BRACKETS})*"),
    "sentence": (5, ""),
}
ORDINAL = "(?:first|second|third|fourth|fifth|sixth|seventh|last)"
_ANY_CASE = {"article", "recital", "paragraph", "point"}  # but "Section A" is no "section a"


def _head(kind: str, items: str) -> re.Pattern[str]:
    kind = "(?:sub)?paragraph" if kind == "subparagraph" else kind
    if not items:
        more = rf"(?:(?:,| and| or)(?: the)? {ORDINAL})*"
        return re.compile(rf"\b(?P<first>{ORDINAL}){more}(?: and)? {kind}s?\b")
    word = kind if kind in _ANY_CASE else kind.capitalize()
    initial = f"[{word[0].upper()}{word[0]}]{word[1:]}" if kind in _ANY_CASE else word
    plural = "es" if kind == "annex" else "s"
    return re.compile(rf"\b{initial}(?P<several>{plural})? (?P<first>{items})(?!\w|\.\d)")


_HEADS = {kind: _head(kind, items) for kind, (_, items) in KINDS.items()}
_COUNTED = r"(?! (?:days?|weeks?|months?|years?|hours?|working|per|million|%))"


def _more(items: str, *, several: bool) -> re.Pattern[str]:
    """What goes on a list: after a plural any item, after a singular less.

    That is labels in brackets, and what "or" joins: "Article 46 or 47", "point 1, 6 or 7".
    """
    brackets = rf"{_BRACKETS}(?: ?{_BRACKETS})*"
    joint, item = _JOINT, rf"(?:{items}|{brackets})" if items else brackets
    if not several:
        joint = rf"(?:{_JOINT}(?=\()|,? or |, (?=(?:{item}, ){{0,20}}{item},? or {item}))"
    return re.compile(rf"(?P<joint>{joint})(?P<item>{item})(?!\w|\.\d){_COUNTED}")


_MORE = {
    (kind, several): _more(items, several=several)
    for kind, (_, items) in KINDS.items()
    for several in (True, False)
}


def read_step(text: str, start: int) -> tuple[Step, int] | None:
    """One step at `start`, and where it ends."""
    for kind, head in _HEADS.items():
        found = head.match(text, start)
        if found is None:
            continue
        if not KINDS[kind][1]:
            ordinal = found["first"] if "subparagraph" in found[0] else ""
            return Step(kind, (), ordinal=ordinal), found.end()
        return _listed(text, kind, found.start("first"), several=bool(found["several"]))
    return None


def _listed(text: str, kind: str, start: int, *, several: bool) -> tuple[Step, int]:
    """The members of "9 to 11, 17(1) and (2)"; a singular word lists labels in brackets only."""
    first = re.compile(KINDS[kind][1]).match(text, start)
    more = _MORE[kind, several]
    if first is None:  # the head matched the same words
        raise AssertionError(text[start : start + 40])
    labels, implied, end = [_label(first[0])], set[Path](), first.end()
    while following := more.match(text, end):
        label = _completed(labels[-1], following["item"], kind)
        if label is None or (kind == "point" and shape_of(label[0]) != shape_of(labels[0][0])):
            break  # "Article 75(1), (b) ..." or "point (h), (2) to (6)": no more of these
        if "to" in following["joint"].split() or "through" in following["joint"]:
            between = list(_between(labels[-1], label))
            labels += between
            implied |= set(between)
        labels.append(label)
        end = following.end()
    bare = not first[0].startswith("(")
    return Step(kind, tuple(dict.fromkeys(labels)), frozenset(implied), bare=bare), end


def _label(words: str) -> Path:
    """The parts of "17(1)(a)", "(49)(b)" or "5 (b)"."""
    return tuple(part for part in re.split(r"[() ]+", words) if part)


def _completed(before: Path, words: str, kind: str) -> Path | None:
    """A label in brackets stands beside the one before it: "6(1)(a) and (b)", "5(2) to (6)".

    None where it has none to stand beside: "(b)" after "Article 5" counts something else.
    """
    label = _label(words)
    if not words.startswith("(") or (
        kind in {"point", "recital", "paragraph"} and len(before) == 1
    ):
        return label
    return complete(before, label, fixed=1 if kind in {"article", "annex"} else 0)


def _between(first: Path, last: Path) -> Iterator[Path]:
    """What lies between the ends of a range, as labels; nothing where they do not count alike."""
    if first[:-1] != last[:-1]:
        return
    yield from ((*first[:-1], label) for label in labels_between(first[-1], last[-1]))


def paths_of(steps: Sequence[Step]) -> Iterator[tuple[Path, bool]]:
    """Every path that steps lead along, each with whether a range only implies it."""
    if not steps:
        yield (), False
        return
    first, *rest = steps
    for label in first.labels:
        named = (f"Section {label[0]}", *label[1:]) if first.kind == "section" else label
        for path, implied in paths_of(rest):
            yield (*named, *path), implied or label in first.implied


def goes_inwards(outer: Step, inner: Step) -> bool:
    """Whether a step leads further in than another."""
    return KINDS[inner.kind][0] > KINDS[outer.kind][0]


def as_steps(locator: Locator) -> list[Step]:
    """A place that was read before, as steps to go on from."""
    return [Step(locator.unit.value.lower(), ((locator.number, *locator.path),))]


def lies_in(inner: Step, outer: Sequence[Step]) -> bool:
    """Whether a step can lie in a place: "Section B" in "Annex I, point 21" of that section."""
    if inner.kind in {"subparagraph", "sentence"}:
        return True
    depth = KINDS[inner.kind][0]
    depths = [KINDS[step.kind][0] for step in outer]
    return depths[0] < depth and depth not in depths and (depths[-1] < depth or depths[0] == 0)


def above_siblings(own: Locator, label: Path) -> Path:
    """The path under which "point (a)" stands, seen from `own`: that of labels of its kind."""
    shape = shape_of(label[0])
    shapes = [shape_of(part) for part in own.path]
    if shape == "i" and "i" not in shapes[1:]:
        shape = "a"  # (i), (v), (c) among letters
    if own.unit is Unit.ARTICLE and shape == "1":
        return ()  # a definition: "point (1)" of the article
    if shape in shapes:
        return own.path[: len(shapes) - 1 - shapes[::-1].index(shape)]
    return own.path
