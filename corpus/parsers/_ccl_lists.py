"""Tells the items of a Commerce Control List entry from the lists inside its notes (pure).

A copy of the list that was flattened gives item paragraphs ("a", "a.1") and the lettered lists of
notes ("a", "b") one after the other, with the same labels. `roles` finds the reading that
fits best: the items are one sequence without repetition, and a list in a note starts at "a".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Role = Literal["item", "list", "note", "text", "stray"]
Path = tuple[str, ...]

_GAP = 0.4
_MISSING_LEVEL = 0.8
_STRAY = 5.0
_LIST_START = 0.3
_LIST_ITEM = 0.05
_AFTER_STOP = 0.2
_AFTER_TEXT = 0.3
_UNFINISHED = 0.5
_TORN = 1.5
_BEAM = 64


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an entry: kind "item", "note" or "text", its label path and its words."""

    kind: str
    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class _State:
    items: Path
    listed: Path | None
    cost: float
    roles: tuple[object, ...] | None  # a linked list: (role, earlier roles)


def roles(lines: list[Line]) -> list[Role]:
    """The role of each line, at the least cost over the whole entry."""
    states = [_State((), None, 0.0, None)]
    for index, line in enumerate(lines):
        before = lines[index - 1] if index else None
        following: dict[tuple[Path, Path | None], _State] = {}
        for state in states:
            for option in _options(state, line, before):
                known = following.get((option.items, option.listed))
                if known is None or option.cost < known.cost:
                    following[option.items, option.listed] = option
        states = sorted(following.values(), key=lambda state: state.cost)[:_BEAM]
    return _unwind(states[0].roles)


def _unwind(linked: tuple[object, ...] | None) -> list[Role]:
    found: list[Role] = []
    while linked is not None:
        role, linked = linked  # type: ignore[assignment]
        found.append(role)  # type: ignore[arg-type]
    return found[::-1]


def _options(state: _State, line: Line, before: Line | None) -> list[_State]:
    if line.kind == "note":
        return [_State(state.items, state.listed, state.cost, ("note", state.roles))]
    if line.kind == "text":
        return [_State(state.items, state.listed, state.cost, ("text", state.roles))]
    options = [_State(state.items, state.listed, state.cost + _STRAY, ("stray", state.roles))]
    open_list = state.listed is not None and before is not None
    cost = step(state.items, line.path)
    if cost is not None:
        cost += _UNFINISHED if open_list and before and _unfinished(before.text) else 0
        cost += _TORN if _is_child(line, before) and _last_role(state) != "item" else 0
        options.append(_State(line.path, None, state.cost + cost, ("item", state.roles)))
    listed = _list_cost(state, line, before)
    if listed is not None:
        options.append(_State(state.items, line.path, state.cost + listed, ("list", state.roles)))
    return options


def _list_cost(state: _State, line: Line, before: Line | None) -> float | None:
    """What it costs to read `line` as part of a list in a note; None where it cannot be."""
    if before is None:
        return None
    costs = []
    if before.kind != "item" and line.path in {("a",), ("1",)}:
        costs.append(_LIST_START)
    if state.listed is not None:
        cost = step(state.listed, line.path)
        if cost is not None:
            cost += _AFTER_STOP if before.text.endswith(".") else 0
            fresh = before.kind == "note" or (before.kind == "text" and before.text[:1] != "(")
            cost += _TORN if _is_child(line, before) and _last_role(state) != "list" else 0
            costs.append(cost + (_AFTER_TEXT if fresh else 0))
    return min(costs) + _LIST_ITEM if costs else None


def _is_child(line: Line, before: Line | None) -> bool:
    return before is not None and before.kind == "item" and line.path[:-1] == before.path


def _last_role(state: _State) -> object:
    return state.roles[0] if state.roles else None


def _unfinished(text: str) -> bool:
    return bool(re.search(r"(?:[;,]|; ?(?:and|or))$", text.strip()))


def step(last: Path, path: Path) -> float | None:
    """The cost of `path` right after `last` in one list; None where the order forbids it.

    >>> step(("a",), ("a", "1")), step(("a", "2"), ("b",)), step(("b",), ("a",))
    (0.0, 0.0, None)
    """
    common = 0
    while common < min(len(last), len(path)) and last[common] == path[common]:
        common += 1
    if common == len(path):
        return None
    label = path[common]
    prior = last[common] if len(last) > common else ""
    if prior and prior.isdecimal() != label.isdecimal():
        return None
    gap = _rank(label) - (_rank(prior) if prior else 0)
    if gap < 1:
        return None
    return (_GAP if gap > 1 else 0.0) + _MISSING_LEVEL * (len(path) - common - 1)


def _rank(label: str) -> int:
    if label.isdecimal():
        return int(label)
    value = 0
    for letter in label:
        value = value * 26 + ord(letter) - ord("a") + 1
    return value
