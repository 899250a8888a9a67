"""The four small things of retrieval evaluation: topic, qrels, run, measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NewType

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
