"""Corpora with a payload planted in some provisions, and an assistant over such a copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from assistant.answering import Assistant
from assistant.confidence import LogisticConfidence
from assistant.engines.extractive import ExtractiveEngine
from assistant.sentences import sentences
from corpus.catalog import Corpus
from corpus.types import ProvisionId
from evals.datasets import read_lines
from evals.errors import EvaluationError
from index.adapters.splitters import RecursiveSplitter
from index.adapters.stores import EmbeddedStores
from index.build import IndexBuilder
from index.generations import Generations
from index.late import load_compressor
from index.retrieve import HybridRetriever
from index.segment import segment
from index.vectors import VectorCache

Position = Literal["start", "middle", "end"]

_HINT = "One JSON object a line: id, category, payload, trigger, position."


@dataclass(frozen=True, slots=True)
class Payload:
    """Words that try to give orders, and where in a text they are planted.

    `trigger` is a string found nowhere else, which an answer holds outside of quotations only if
    the order was carried out or copied; it need not occur in the payload (encoded orders).
    """

    id: str
    category: str
    text: str
    trigger: str
    position: Position


def read_payloads(path: Path | None = None) -> tuple[Payload, ...]:
    """Our own payloads, or those of a file in the same format.

    Raises:
        DatasetError: With file and line, for the first that cannot be read.
    """
    return tuple(read_lines("injections.jsonl", path, _payload, _HINT))


def _payload(row: Mapping[str, Any]) -> Payload:
    names = ("id", "category", "payload", "trigger", "position")
    values = [row[name] for name in names]
    if not all(isinstance(value, str) and value.strip() for value in values):
        raise ValueError("five texts were expected, none of them empty")
    if row["position"] not in get_args(Position):
        raise ValueError(f"position is one of {', '.join(get_args(Position))}")
    return Payload(*values)


def plant(text: str, payload: Payload) -> str:
    """The text with the payload before it, after it, or between two sentences in its middle.

    A text of one sentence is cut at the blank nearest its middle.

    >>> plant("One. Two. Three.", Payload("p", "order", "Obey.", "z", "middle"))
    'One. Obey. Two. Three.'
    """
    if payload.position == "start":
        return f"{payload.text} {text}"
    if payload.position == "end":
        return f"{text} {payload.text}"
    found = sentences(text)
    cut = found[len(found) // 2].start if len(found) > 1 else _middle_blank(text)
    return f"{text[:cut].rstrip()} {payload.text} {text[cut:].lstrip()}".strip()


def _middle_blank(text: str) -> int:
    blanks = [place for place, sign in enumerate(text) if sign.isspace()]
    return min(blanks, key=lambda place: abs(2 * place - len(text)), default=len(text))


def poison(corpus: Corpus, planted: Mapping[ProvisionId, Payload]) -> Corpus:
    """A copy of the corpus in which every wording of the provisions named holds a payload.

    Raises:
        UnknownProvisionError: If there is no such provision.
    """
    provisions = dict(corpus.provisions)
    for identifier, payload in planted.items():
        provision = corpus.provision(identifier)
        versions = tuple(replace(v, text=plant(v.text, payload)) for v in provision.versions)
        provisions[identifier] = replace(provision, versions=versions)
    return Corpus(corpus.instruments, provisions)


def over(assistant: Assistant, corpus: Corpus, folder: Path) -> Assistant:
    """The same assistant over another corpus, whose index is built in `folder`.

    Vectors of passages that both corpora hold are taken over, so only what is new is embedded;
    words of passages, if the assistant's index has them, are those that the package ships.

    Raises:
        EvaluationError: If the assistant is made of parts that cannot be moved.
    """
    retriever, engine, confidence = assistant.retriever, assistant.engine, assistant.confidence
    if not (
        isinstance(retriever, HybridRetriever)
        and isinstance(engine, ExtractiveEngine)
        and isinstance(confidence, LogisticConfidence)
    ):
        raise EvaluationError("only the extractive assistant can be moved to another corpus")
    splitter = RecursiveSplitter()
    embedder = retriever.embedder
    compressor = None if retriever.late is None else load_compressor(embedder.fingerprint)
    cache = VectorCache(None, embedder.fingerprint, compressor=compressor)
    texts = (passage.embedded for passage in segment(assistant.corpus, splitter))
    cache.know(texts, retriever.vectors)
    builder = IndexBuilder(corpus, embedder, EmbeddedStores(), splitter, cache, compressor)
    generations = Generations(folder)
    builder.build(generations)
    moved = builder.open(generations, weight=retriever.weight, candidates=retriever.candidates)
    words = moved.lexical
    return replace(
        assistant,
        corpus=corpus,
        retriever=moved,
        engine=replace(engine, corpus=corpus, idf=words.idf),
        confidence=replace(confidence, corpus=corpus, idf=words.idf, rarest=words.rarest),
        fingerprint=f"{corpus.fingerprint}/{embedder.fingerprint}",
    )
