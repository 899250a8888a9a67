"""Which level each labelled paragraph of a U.S. Code section stands on (pure).

"(i)" may be the letter after "(h)" or the first roman numeral below "(A)". `places` reads all the
labels of a section together and takes the reading with the fewest breaks in order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# (a), (1), (A), (i), (I), (aa), (AA)
_LEVELS = ("a", "1", "A", "i", "I", "aa", "AA")
_KINDS = {
    "a": re.compile(r"[a-z]{1,2}"),
    "1": re.compile(r"\d{1,3}"),
    "i": re.compile(r"(?=[ivxlc])(?:x{0,4}|xl|lx{0,3})(?:ix|iv|v?i{0,4})"),
    "A": re.compile(r"[A-Z]{1,2}"),
    "I": re.compile(r"(?=[IVXLC])(?:X{0,4})(?:IX|IV|V?I{0,4})"),
    "aa": re.compile(r"([a-z])\1"),
    "AA": re.compile(r"([A-Z])\1"),
}
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_GAP = 0.6
_SKIPPED_LEVEL = 0.8
_RESTART = 3.0
_UNKNOWN = 6.0
_BEAM = 48

Stack = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class _State:
    stack: Stack
    cost: float
    found: tuple[object, ...] | None  # a linked list of stacks, last first


def places(labels: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The full path of each paragraph, given the labels at its front.

    >>> places([("a",), ("1",), ("A",), ("i",), ("ii",), ("b",)])[3:]
    [('a', '1', 'A', 'i'), ('a', '1', 'A', 'ii'), ('b',)]
    >>> places([("h",), ("1",), ("i",), ("j",)])[2]
    ('i',)
    """
    states = [_State((), 0.0, None)]
    for group in labels:
        for label in group:
            states = _advance(states, label)
        states = [_State(one.stack, one.cost, (one.stack, one.found)) for one in states]
    return _unwind(states[0].found)


def _unwind(found: tuple[object, ...] | None) -> list[tuple[str, ...]]:
    paths: list[tuple[str, ...]] = []
    while found is not None:
        stack, found = found  # type: ignore[assignment]
        paths.append(tuple(label for _, label in stack))  # type: ignore[attr-defined]
    return paths[::-1]


def _advance(states: list[_State], label: str) -> list[_State]:
    following: dict[Stack, _State] = {}
    for state in states:
        for stack, cost in _options(state.stack, label):
            known = following.get(stack)
            if known is None or state.cost + cost < known.cost:
                following[stack] = _State(stack, state.cost + cost, state.found)
    return sorted(following.values(), key=lambda state: state.cost)[:_BEAM]


def _options(stack: Stack, label: str) -> list[tuple[Stack, float]]:
    options: list[tuple[Stack, float]] = []
    for level, kind in enumerate(_LEVELS):
        if not _KINDS[kind].fullmatch(label):
            continue
        kept = tuple(item for item in stack if item[0] < level)
        prior = next((name for at, name in stack if at == level), "")
        gap = _rank(label, kind) - (_rank(prior, kind) if prior else 0)
        cost = _GAP if gap > 1 else 0.0
        if gap < 1:
            cost = _RESTART
        if not prior:
            above = kept[-1][0] if kept else -1
            cost += _SKIPPED_LEVEL * (level - above - 1)
        options.append(((*kept, (level, label)), cost))
    return options or [((*stack[:1], (len(_LEVELS), label)), _UNKNOWN)]


def _rank(label: str, kind: str) -> int:
    if kind == "1":
        return int(label)
    if kind in {"i", "I"}:
        values = [_ROMAN[letter] for letter in label.lower()]
        pairs = zip(values, [*values[1:], 0], strict=True)
        return sum(-value if value < after else value for value, after in pairs)
    letter = ord(label[0].lower()) - ord("a") + 1
    if kind in {"aa", "AA"}:
        return letter
    # After (z) comes (aa), (bb) ...
    return letter + 26 * (len(label) - 1)
