"""The small things of evaluation.

Of rankings: topic, qrels, run. Of answers: a `Suite` gives `Task`s, each task a `Record`, and
`Figure`s say what the measures of a record mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from assistant.answering import Assistant

TopicId = NewType("TopicId", str)

Qrels = Mapping[TopicId, Mapping[str, int]]
"""Topic -> document -> grade; grade 0 is judged not relevant."""

Run = Mapping[TopicId, Sequence[tuple[str, float]]]
"""Topic -> (document, score), best first, each document once."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A question of an evaluation set."""

    id: TopicId
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document of an evaluation set."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """An evaluation set in memory; topics are those with at least one relevant document."""

    name: str
    documents: tuple[Document, ...]
    topics: tuple[Topic, ...]
    qrels: Qrels


@dataclass(frozen=True, slots=True)
class RetrievalResult:
    """What one system did on one set. Times in ms a query, build in s, memory in MiB."""

    name: str
    measures: Mapping[str, float]
    p50_ms: float
    p95_ms: float
    build_s: float
    peak_rss_mb: float
    index_mb: float
    run: Run


@dataclass(frozen=True, slots=True)
class CitedPlace:
    """A place that an answer cites, and the words it quotes from there."""

    instrument_id: str
    locator: str
    quote: str


@dataclass(frozen=True, slots=True)
class HitLine:
    """A provision that the answer looked at; `rank` from 1, `score` in [0, 1], higher is better.

    `found_by` names the routes that found it (lexical, dense, reference, definition, crossref);
    `version` is the position of the wording among those of the provision.
    """

    rank: int
    provision_id: str
    score: float
    found_by: tuple[str, ...]
    version: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """What one question of a run gave; a line of ``records.jsonl``.

    `gold` holds the parts that must be cited, each the places ("instrument locator") that meet
    it; `reference` is a right answer in short, where one is known. `hits` are the ten best that
    the answer looked at, in rank order. `measures` holds those that apply to the question and no
    others, all finite. `faults` says in words what is wrong with the answer; empty when nothing
    is. `failure` is the error of a question that failed, which counts 0 wherever higher is
    better; else empty.
    """

    id: str
    kind: str
    question: str
    history: tuple[str, ...] = ()
    as_of: str = ""
    should_abstain: bool = False
    abstained: bool = False
    abstain_reason: str = ""
    confidence: float = 0.0
    answer: str = ""
    citations: tuple[CitedPlace, ...] = ()
    gold: tuple[tuple[str, ...], ...] = ()
    hits: tuple[HitLine, ...] = ()
    measures: Mapping[str, float] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    milliseconds: float = 0.0
    failure: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a measure means, for tables, reports and comparisons.

    `leads`: it is drawn by type of question and decides whether a question was won or lost.
    `is_neutral`: neither more nor less of it is better, such as how many quotes there are.
    """

    name: str
    about: str
    higher_is_better: bool = True
    leads: bool = False
    is_neutral: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One question of a suite; `ask` answers and judges it.

    `content` is everything that the answer is judged by, as text that is the same in every
    process: it goes into the fingerprint of the questions. An exception in `ask` becomes the
    failure of a record, in which `measures`, those that the question would have had, count 0.
    """

    id: str
    kind: str
    question: str
    content: str
    ask: Callable[[], Record]
    measures: tuple[str, ...] = ()
    should_abstain: bool = False
    gold: tuple[tuple[str, ...], ...] = ()
    reference: str = ""


def _nothing(records: Sequence[Record]) -> Mapping[str, float]:
    """No figure."""
    return {}


@dataclass(frozen=True, slots=True)
class Suite:
    """A set of questions and how answers to them are judged.

    `tasks` makes the tasks for an assistant from a file of questions (None: our own). `pooled`
    gives the figures that are no mean of a measure over questions, such as the precision of
    abstentions; it is asked for all records and for those of each kind.
    """

    name: str
    about: str
    figures: tuple[Figure, ...]
    tasks: Callable[[Assistant, Path | None], Sequence[Task]]
    pooled: Callable[[Sequence[Record]], Mapping[str, float]] = _nothing

    @property
    def leading(self) -> tuple[Figure, ...]:
        """The figures that lead; the first six where none is marked."""
        return tuple(figure for figure in self.figures if figure.leads) or self.figures[:6]
