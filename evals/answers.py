"""Measures answers on gold questions: the right provision cited, quotes exact, abstention right."""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from assistant.answering import Assistant
from assistant.citing import is_exact
from assistant.types import Answer, AnswerStatus, Question
from corpus.errors import LocatorError
from corpus.locators import Locator, parse
from evals.errors import DatasetError

_HINT = "One JSON object a line: id, type, question, and gold, nuggets, abstain where they apply."


@dataclass(frozen=True, slots=True)
class Gold:
    """A question with the provisions that answer it and the facts an answer must hold.

    `groups` are the parts that must each be cited; a part is met by any of its places, a place
    being an instrument and a locator (None: anywhere in the instrument). `nuggets` are patterns,
    any of which shows the fact.
    """

    question: Question
    kind: str
    should_abstain: bool
    groups: tuple[tuple[tuple[str, Locator | None], ...], ...]
    nuggets: tuple[tuple[str, ...], ...]
    must_not: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What one answer was worth; None where a figure does not apply."""

    id: str
    kind: str
    abstained: bool
    should_abstain: bool
    cited_any: float | None
    cited_all: float | None
    nugget_recall: float | None
    said_wrong: bool
    quotes: int
    exact_quotes: int
    milliseconds: float


def read_gold(path: Path | None = None) -> list[Gold]:
    """Our own gold questions, or those of a file in the same format.

    Raises:
        DatasetError: With file and line, for the first that cannot be read.
    """
    source = path or resources.files("evals") / "data" / "gold.jsonl"
    name = str(path or "gold.jsonl")
    try:
        text = source.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise DatasetError(name, 0, problem, hint=_HINT) from error
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                found.append(_gold(json.loads(line)))
            except KeyError as error:
                raise DatasetError(name, number, f"{error} is missing", hint=_HINT) from error
            except (ValueError, TypeError, AttributeError, re.error, LocatorError) as error:
                raise DatasetError(name, number, str(error), hint=_HINT) from error
    return found


def _gold(row: dict[str, Any]) -> Gold:
    nuggets = tuple(tuple(n["any_of"]) for n in row.get("nuggets") or () if n.get("vital"))
    must_not = tuple(row.get("must_not") or ())
    for pattern in (*must_not, *(p for patterns in nuggets for p in patterns)):
        re.compile(pattern)
    groups: dict[object, list[tuple[str, Locator | None]]] = defaultdict(list)
    for entry in row.get("gold") or []:
        for locator in entry["locators"]:
            place = None if locator == "*" else parse(locator)
            groups[entry.get("group", 0)].append((entry["instrument"], place))
    day = row.get("as_of")
    return Gold(
        question=Question(
            row["question"],
            tuple(row.get("history") or ()),
            date.fromisoformat(day) if day else None,
            id=row["id"],
        ),
        kind=row["type"],
        should_abstain=bool(row.get("abstain")),
        groups=tuple(tuple(places) for places in groups.values()),
        nuggets=nuggets,
        must_not=must_not,
    )


def judge(gold: Gold, answer: Answer, assistant: Assistant) -> Judged:
    """Judge one answer; an abstention on an answerable question counts as 0."""
    abstained = answer.status is AnswerStatus.ABSTAINED
    cited = [(c.instrument_id, parse(c.locator)) for c in answer.citations]
    met = [
        any(
            i == instrument and (place is None or place.covers(locator))
            for i, locator in cited
            for instrument, place in places
        )
        for places in gold.groups
    ]
    held = [any(re.search(p, answer.text, re.I) for p in patterns) for patterns in gold.nuggets]
    scored = bool(gold.groups) and not gold.should_abstain and gold.kind != "false_premise"
    return Judged(
        id=gold.question.id,
        kind=gold.kind,
        abstained=abstained,
        should_abstain=gold.should_abstain,
        cited_any=float(any(met) and not abstained) if scored else None,
        cited_all=float(all(met) and not abstained) if scored else None,
        nugget_recall=(0.0 if abstained else sum(held) / len(held))
        if held and not gold.should_abstain
        else None,
        said_wrong=not abstained and any(re.search(p, answer.text, re.I) for p in gold.must_not),
        quotes=len(answer.citations),
        exact_quotes=sum(is_exact(c, assistant.corpus) for c in answer.citations),
        milliseconds=dict(answer.timings_ms)["total"],
    )


@dataclass(frozen=True, slots=True)
class Report:
    """All judged answers, and their means."""

    judged: tuple[Judged, ...]

    def summary(self, kind: str | None = None) -> dict[str, float]:
        """Means over the questions that a figure applies to; rates in [0, 1]."""
        rows = [row for row in self.judged if kind is None or row.kind == kind]
        right = sum(row.abstained and row.should_abstain for row in rows)
        quotes = sum(row.quotes for row in rows)
        spent = sorted(row.milliseconds for row in rows)
        return {
            "questions": len(rows),
            "gold_cited": _mean([row.cited_any for row in rows]),
            "all_gold_cited": _mean([row.cited_all for row in rows]),
            "nugget_recall": _mean([row.nugget_recall for row in rows]),
            "said_wrong": _mean([float(row.said_wrong) for row in rows]),
            "abstain_precision": right / max(1, sum(row.abstained for row in rows)),
            "abstain_recall": right / max(1, sum(row.should_abstain for row in rows)),
            "coverage": _mean([float(not row.abstained) for row in rows]),
            "citations_per_answer": quotes / max(1, sum(not row.abstained for row in rows)),
            "quote_validity": sum(row.exact_quotes for row in rows) / max(1, quotes),
            "p50_ms": spent[len(spent) // 2] if spent else 0.0,
        }

    def to_json(self) -> dict[str, object]:
        """The report as JSON."""
        kinds = sorted({row.kind for row in self.judged})
        return {
            "overall": _rounded(self.summary()),
            "by_type": {kind: _rounded(self.summary(kind)) for kind in kinds},
        }

    def lines(self) -> list[str]:
        """The report as a table."""
        rows = [("all", self.summary())]
        rows += [(kind, self.summary(kind)) for kind in sorted({r.kind for r in self.judged})]
        names = [
            "questions",
            "gold_cited",
            "all_gold_cited",
            "nugget_recall",
            "coverage",
            "quote_validity",
            "p50_ms",
        ]
        head = f"{'type':18}" + "".join(f"{name:>16}" for name in names)
        return [
            head,
            *(
                f"{kind:18}" + "".join(f"{summary[name]:16.3f}" for name in names)
                for kind, summary in rows
            ),
        ]


def _mean(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else float("nan")


def _rounded(values: dict[str, float]) -> dict[str, float | None]:
    return {k: None if math.isnan(v) else round(v, 4) for k, v in values.items()}


def measure_answers(
    assistant: Assistant, gold: Sequence[Gold], progress: Callable[[int, int], None]
) -> Report:
    """Answer every question and judge each answer."""
    judged = []
    for number, item in enumerate(gold, 1):
        judged.append(judge(item, assistant.answer(item.question), assistant))
        progress(number, len(gold))
    return Report(tuple(judged))
