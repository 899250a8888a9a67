"""How the labels of provisions count: (a), (iv), 12, Section B (pure)."""

from __future__ import annotations

import re

Path = tuple[str, ...]
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii")


def shape_of(label: str) -> str:
    """How a label counts: "1", "i", "a" or "A"; "s" for a section of an annex.

    >>> [shape_of(label) for label in ("12", "iv", "da", "B", "4.3", "Section A")]
    ['1', 'i', 'a', 'A', '1', 's']
    """
    if label.startswith("Section "):
        return "s"
    if label[0].isdecimal():
        return "1"
    if label.isupper():
        return "A"
    return "i" if re.fullmatch(r"[ivx]+", label) else "a"


def complete(before: Path, label: Path, *, fixed: int = 0) -> Path | None:
    """A label that leaves out what it shares with the one before it; `fixed` parts are shared.

    >>> complete(("a", "1"), ("3",)), complete(("22", "a"), ("b", "1"), fixed=1)
    (('a', '3'), ('22', 'b', '1'))
    >>> complete(("5", "1"), ("b",), fixed=1) is None
    True
    """
    shape = shape_of(label[0])
    shapes = [shape_of(part) for part in before]
    if shape == "i" and "i" not in shapes[fixed:]:
        shape = "a"
    elif shape == "a" and "a" not in shapes[fixed:] and "i" in shapes[fixed:]:
        shape = "i"
    for depth in range(len(before) - 1, fixed - 1, -1):
        if shapes[depth] == shape:
            return (*before[:depth], *label)
    return None


def labels_between(first: str, last: str) -> list[str]:
    """The labels of a range without its ends; at most 60.

    >>> labels_between("9", "12"), labels_between("a", "d"), labels_between("ii", "v")
    (['10', '11'], ['b', 'c'], ['iii', 'iv'])
    >>> labels_between("I", "IV"), labels_between("b", "9"), labels_between("f", "i")
    (['II', 'III'], [], ['g', 'h'])
    """
    if first.isdecimal() and last.isdecimal():
        return [str(number) for number in range(int(first) + 1, min(int(last), int(first) + 61))]
    for case in (str.lower, str.upper):
        roman = [case(numeral) for numeral in _ROMAN]
        counts = len(first) > 1 or len(last) > 1 or first in "iI" or case is str.upper
        if first in roman and last in roman and counts:
            return roman[roman.index(first) + 1 : roman.index(last)]
    if len(first) == len(last) == 1 and first.islower() == last.islower():
        return [chr(code) for code in range(ord(first) + 1, ord(last))]
    return []
