"""Reads evaluation sets in the BEIR layout."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from evals.errors import DatasetError
from evals.types import Document, RetrievalSet, Topic, TopicId


def read_beir(folder: Path) -> RetrievalSet:
    """Read a BEIR folder; queries without a relevant document are left out.

    Raises:
        DatasetError: With file and line, for the first thing that cannot be read.
    """
    corpus = folder / "corpus.jsonl"
    corpus = corpus if corpus.exists() else folder / "corpus.jsonl.gz"
    documents = tuple(
        Document(str(row["_id"]), str(row.get("title") or ""), str(row.get("text") or ""))
        for row in _rows(corpus)
    )
    qrels = _qrels(folder / "qrels" / "test.tsv")
    topics = tuple(
        Topic(TopicId(str(row["_id"])), str(row["text"]))
        for row in _rows(folder / "queries.jsonl")
        if any(grade > 0 for grade in qrels.get(TopicId(str(row["_id"])), {}).values())
    )
    if not topics:
        raise DatasetError(str(folder), 0, "no query has a relevant document")
    return RetrievalSet(folder.name, documents, topics, qrels)


def _rows(path: Path) -> Iterator[dict[str, object]]:
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _row(line, str(path), number)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise DatasetError(str(path), 0, f"cannot be read: {error}") from error


def _row(line: str, path: str, number: int) -> dict[str, object]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise DatasetError(path, number, f"not JSON: {error}") from error
    if not isinstance(row, dict) or "_id" not in row:
        raise DatasetError(path, number, "an object with '_id' was expected")
    return row


def _qrels(path: Path) -> dict[TopicId, dict[str, int]]:
    qrels: dict[TopicId, dict[str, int]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.reader(file, delimiter="\t"), 1):
                if number == 1 and not row[-1].lstrip("-").isdigit():
                    continue
                if len(row) != 3 or not row[2].lstrip("-").isdigit():
                    raise DatasetError(str(path), number, "query-id, corpus-id, score expected")
                qrels.setdefault(TopicId(row[0]), {})[row[1]] = int(row[2])
    except OSError as error:
        raise DatasetError(str(path), 0, f"cannot be read: {error.strerror}") from error
    return qrels
