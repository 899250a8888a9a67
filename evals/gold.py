"""Gold questions: what an answer must cite and say, and what it must not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assistant.types import Question
from corpus.locators import parse
from evals.citing import Place
from evals.datasets import read_lines

_HINT = "One JSON object a line: id, type, question, and gold, nuggets, abstain where they apply."


@dataclass(frozen=True, slots=True)
class Nugget:
    """A fact that an answer may hold; any of `patterns` shows it, in any case.

    A `vital` one must be there for the answer to be right. With `in_citations`, the ids and
    locators cited may show it as well as the text.
    """

    text: str
    patterns: tuple[str, ...]
    vital: bool = True
    in_citations: bool = False


@dataclass(frozen=True, slots=True)
class Gold:
    """A question with the provisions that answer it and the facts an answer must hold.

    `groups` are the parts that must each be cited; a part is met by any of its places, a place
    being an instrument and a locator (None: anywhere in the instrument). `levels` holds, for
    each group, further places that are near enough to count at the level of the article.
    `also_ok` are places that are right to cite, and not asked for. `must_not` are patterns of
    wrong statements.
    """

    question: Question
    kind: str
    should_abstain: bool
    groups: tuple[tuple[Place, ...], ...] = ()
    nuggets: tuple[Nugget, ...] = ()
    must_not: tuple[str, ...] = ()
    levels: tuple[tuple[Place, ...], ...] = ()
    also_ok: tuple[Place, ...] = ()

    @property
    def is_cited(self) -> bool:
        """Whether figures of citations apply: it can be answered, from places that are named."""
        return bool(self.groups) and not self.should_abstain and self.kind != "false_premise"

    @property
    def content(self) -> str:
        """Everything the answer is judged by, the same in every process."""
        asked = (self.question.history, self.question.as_of, self.should_abstain)
        names = [[place_name(place) for place in group] for group in (*self.groups, *self.levels)]
        good = [place_name(place) for place in self.also_ok]
        return repr((asked, len(self.groups), names, good, self.nuggets, self.must_not))


def place_name(place: Place) -> str:
    """A place as people read it: ``eu-ai-act Article 4``, or the instrument alone."""
    instrument, locator = place
    return f"{instrument} {locator}" if locator else instrument


def read_gold(path: Path | None = None) -> list[Gold]:
    """Our own gold questions, or those of a file in the same format.

    Raises:
        DatasetError: With file and line, for the first that cannot be read.
    """
    return list(read_lines("gold.jsonl", path, _gold, _HINT))


def _gold(row: Mapping[str, Any]) -> Gold:
    groups: dict[object, list[Place]] = defaultdict(list)
    levels: dict[object, list[Place]] = defaultdict(list)
    for entry in row.get("gold") or []:
        group = entry.get("group", 0)
        groups[group].extend(_places(entry["instrument"], entry["locators"]))
        levels[group].extend(_places(entry["instrument"], entry.get("level_ok") or ()))
    day = row.get("as_of")
    return Gold(
        question=Question(
            _text(row["question"]),
            tuple(_text(turn) for turn in row.get("history") or ()),
            date.fromisoformat(day) if day else None,
            id=_text(row["id"]),
        ),
        kind=_text(row["type"]),
        should_abstain=bool(row.get("abstain")),
        groups=tuple(tuple(places) for places in groups.values()),
        nuggets=tuple(_nugget(nugget) for nugget in row.get("nuggets") or ()),
        must_not=tuple(_pattern(pattern) for pattern in row.get("must_not") or ()),
        levels=tuple(tuple(levels[group]) for group in groups),
        also_ok=tuple(_also_ok(row)),
    )


def _also_ok(row: Mapping[str, Any]) -> Iterator[Place]:
    """Further places that are right to cite; a bare locator is of any instrument of the gold."""
    owners = dict.fromkeys(entry["instrument"] for entry in row.get("gold") or ())
    for entry in row.get("also_ok") or ():
        if isinstance(entry, str):
            for owner in owners:
                yield from _places(owner, [entry])
        else:
            yield from _places(entry["instrument"], entry["locators"])


def _nugget(entry: Mapping[str, Any]) -> Nugget:
    patterns = tuple(_pattern(pattern) for pattern in entry["any_of"])
    return Nugget(
        text=str(entry.get("text") or (patterns[0] if patterns else "")),
        patterns=patterns,
        vital=bool(entry.get("vital")),
        in_citations=bool(entry.get("in_citations")),
    )


def _places(instrument: str, locators: Iterable[str]) -> Iterator[Place]:
    for locator in locators:
        yield _text(instrument), None if locator == "*" else parse(locator)


def _pattern(pattern: str) -> str:
    re.compile(pattern)
    return pattern


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a text was expected, not {value!r:.60}")
    return value
