"""Reads evaluation sets: folders in the BEIR layout, and our own files of a line a question."""

from __future__ import annotations

import csv
import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from corpus.errors import LocatorError
from evals.errors import DatasetError
from evals.types import Document, RetrievalSet, Topic, TopicId

Item = TypeVar("Item")

_GRADE = re.compile(r"-?[0-9]+")


def read_beir(folder: Path) -> RetrievalSet:
    """Read a BEIR folder; queries without a relevant document are left out.

    Raises:
        DatasetError: With file and line, for the first thing that cannot be read.
    """
    corpus = folder / "corpus.jsonl"
    corpus = corpus if corpus.exists() else folder / "corpus.jsonl.gz"
    documents = tuple(
        Document(str(row["_id"]), str(row.get("title") or ""), str(row.get("text") or ""))
        for row in _rows(corpus, needs="_id")
    )
    qrels = _qrels(folder / "qrels" / "test.tsv")
    topics = tuple(
        Topic(TopicId(str(row["_id"])), str(row["text"]))
        for row in _rows(folder / "queries.jsonl", needs="text")
        if any(grade > 0 for grade in qrels.get(TopicId(str(row["_id"])), {}).values())
    )
    if not topics:
        raise DatasetError(str(folder), 0, "no query has a relevant document")
    return RetrievalSet(folder.name, documents, topics, qrels)


def read_lines(
    ours: str, path: Path | None, read: Callable[[Any], Item], hint: str
) -> Iterator[Item]:
    """What `read` makes of each line of a file, or of our own file of that name.

    `read` may raise `KeyError` for a field that is missing and `ValueError` or its like for one
    that cannot be used. Lines end at a line feed alone: a question may hold another separator of
    Unicode, and is one line of JSON.

    Raises:
        DatasetError: With file and line, for the first that cannot be read.
    """
    source = path or resources.files("evals") / "data" / ours
    name = str(path or ours)
    try:
        text = source.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(name, 0, _unreadable(error), hint=hint) from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield read(json.loads(line))
            except KeyError as error:
                raise DatasetError(name, number, f"{error} is missing", hint=hint) from error
            except RecursionError as error:
                raise DatasetError(name, number, "nested too deeply", hint=hint) from error
            except (ValueError, TypeError, AttributeError, re.error, LocatorError) as error:
                raise DatasetError(name, number, str(error), hint=hint) from error


def _rows(path: Path, *, needs: str) -> Iterator[dict[str, object]]:
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _row(line, str(path), number, needs)
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise DatasetError(str(path), 0, _unreadable(error)) from error


def _row(line: str, path: str, number: int, needs: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise DatasetError(path, number, f"not JSON: {error}") from error
    fields: dict[str, object] = row if isinstance(row, dict) else {}
    for key in ("_id", needs):
        if key not in fields:
            raise DatasetError(path, number, f"an object with {key!r} was expected")
    return fields


def _qrels(path: Path) -> dict[TopicId, dict[str, int]]:
    qrels: dict[TopicId, dict[str, int]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.reader(file, delimiter="\t"), 1):
                if not row or (number == 1 and not _GRADE.fullmatch(row[-1])):
                    continue
                if len(row) != 3 or not _GRADE.fullmatch(row[2]):
                    raise DatasetError(str(path), number, "query-id, corpus-id, score expected")
                qrels.setdefault(TopicId(row[0]), {})[row[1]] = int(row[2])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(str(path), 0, _unreadable(error)) from error
    return qrels


def _unreadable(error: Exception) -> str:
    return f"cannot be read: {getattr(error, 'strerror', None) or error}"
