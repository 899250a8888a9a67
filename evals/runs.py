"""Runs on disk: one folder a run, written question by question, so that it can be resumed.

POLICY_HOME/evals/<UTC time>-<suite>/
    run.json         what was measured, on what, with what; written first, and again at the end
    records.jsonl    one `Record` a line, flushed after each question
    summary.json     the figures; written last, so a run that has one is whole
    report.html      made from the others, at any time
"""

from __future__ import annotations

import fcntl
import json
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from io import BufferedRandom
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from evals.errors import DatasetError, EvaluationError
from evals.types import Record

HEADER, RECORDS, SUMMARY, REPORT = "run.json", "records.jsonl", "summary.json", "report.html"
_HINT = "A run folder is written by `policy eval run`; remove it or run again."


@dataclass(frozen=True, slots=True)
class RunHeader:
    """What a run measured, on what, with what. Times are ISO 8601, UTC.

    `finished` is empty until all questions are done. `today` is the day that counted as today;
    `command` runs it again, and `options` are what resuming it needs of that command.
    Where all `fingerprints` (corpus, index, model, settings, questions, code) of two runs are
    equal, the same answers are expected.
    """

    suite: str
    started: str
    finished: str
    today: str
    command: str
    options: Mapping[str, str]
    machine: Mapping[str, str]
    versions: Mapping[str, str]
    settings: Mapping[str, str]
    fingerprints: Mapping[str, str]
    counts: Mapping[str, int]


_HEADER_FORM = TypeAdapter(RunHeader)
_RECORD_FORM = TypeAdapter(Record)


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run read back; `records` are in the order in which they were answered."""

    folder: Path
    header: RunHeader
    records: tuple[Record, ...]

    @property
    def is_finished(self) -> bool:
        """Whether every question was asked."""
        return bool(self.header.finished)


class RunFolder:
    """A run being written; made by `new_run` and `resumed_run`, which hold its lock."""

    def __init__(self, path: Path, header: RunHeader, file: BufferedRandom) -> None:
        self.path = path
        self.header = header
        self.records: list[Record] = []
        self._file = file

    def append(self, record: Record) -> None:
        """Write one record, whole, and flush it.

        Raises:
            EvaluationError: If it cannot be written.
        """
        # A lone surrogate in a hostile question cannot be written; a question mark stands for it.
        line = json.dumps(asdict(record), ensure_ascii=False, allow_nan=False)
        try:
            self._file.write(line.encode("utf-8", "replace") + b"\n")
            self._file.flush()
        except OSError as error:
            raise _unwritable(self.path, error) from error
        self.records.append(record)

    def finish(self, summary: Mapping[str, object]) -> None:
        """Say in the header that the run is whole, then write the summary, each in one step."""
        counts = {
            **self.header.counts,
            "recorded": len(self.records),
            "failed": sum(bool(record.failure) for record in self.records),
        }
        self.header = replace(self.header, finished=now(), counts=counts)
        _write_json(self.path / HEADER, asdict(self.header))
        _write_json(self.path / SUMMARY, summary)


def now() -> str:
    """The time, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def fresh_path(home: Path, suite: str) -> Path:
    """A folder for a new run below POLICY_HOME that is not there yet; its name sorts by time."""
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{suite}"
    path, number = home / "evals" / name, 2
    while path.exists():
        path, number = home / "evals" / f"{name}-{number}", number + 1
    return path


@contextmanager
def new_run(path: Path, header: RunHeader) -> Iterator[RunFolder]:
    """A new run in a folder that is made for it.

    Raises:
        EvaluationError: If the folder holds something already or cannot be written.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise EvaluationError(
                f"{path} is not empty", hint="Name a folder that is not there, or use --resume."
            )
        _write_json(path / HEADER, asdict(header))
        file = (path / RECORDS).open("x+b")
    except OSError as error:
        raise _unwritable(path, error) from error
    with file, _locked(file, path):
        yield RunFolder(path, header, file)


@contextmanager
def resumed_run(path: Path, wanted: Mapping[str, str]) -> Iterator[RunFolder]:
    """A run to go on with; what a crash left of a last line is cut off.

    Raises:
        EvaluationError: If its fingerprints are not the `wanted` ones, or another process
            writes it.
        DatasetError: If it cannot be read.
    """
    header = read_header(path)
    changed = [name for name in wanted if header.fingerprints.get(name) != wanted[name]]
    if changed:
        raise EvaluationError(
            f"{' and '.join(changed)} changed since {path.name} was started",
            hint="Start a new run: `policy eval run`.",
        )
    try:
        file = (path / RECORDS).open("r+b")
    except OSError as error:
        raise _unwritable(path, error) from error
    with file, _locked(file, path):
        folder = RunFolder(path, header, file)
        data = file.read()
        whole = data.rfind(b"\n") + 1
        folder.records.extend(_records(data[:whole], path / RECORDS))
        file.truncate(whole)
        file.seek(whole)
        yield folder


@contextmanager
def _locked(file: BufferedRandom, path: Path) -> Iterator[None]:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise EvaluationError(
            f"another process writes {path.name}", hint="Wait until it is done."
        ) from None
    yield


def read_run(path: Path) -> StoredRun:
    """A run, finished or not; a last line that a crash cut short is left out.

    Raises:
        DatasetError: With file and line, for the first thing that is no run.
    """
    header = read_header(path)
    data = _bytes(path / RECORDS)
    whole = data[: data.rfind(b"\n") + 1]
    return StoredRun(path, header, tuple(_records(whole, path / RECORDS)))


def read_header(path: Path) -> RunHeader:
    """The header of a run.

    Raises:
        DatasetError: If there is none, or what is there is none.
    """
    file = path / HEADER
    try:
        return _HEADER_FORM.validate_json(_bytes(file), strict=True)
    except ValidationError as error:
        raise DatasetError(str(file), 0, _first(error), hint=_HINT) from error


def _records(data: bytes, file: Path) -> Iterator[Record]:
    seen: set[str] = set()
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            record = _RECORD_FORM.validate_json(line, strict=True)
        except ValidationError as error:
            raise DatasetError(str(file), number, _first(error), hint=_HINT) from error
        if problem := _out_of_range(record):
            raise DatasetError(str(file), number, problem, hint=_HINT)
        if record.id in seen:
            raise DatasetError(str(file), number, f"{record.id[:60]!r} stands twice", hint=_HINT)
        seen.add(record.id)
        yield record


def _out_of_range(record: Record) -> str:
    """What is wrong with the numbers of a record; nothing when all are fit to be drawn."""
    scores = [hit.score for hit in record.hits]
    if not all(map(math.isfinite, (record.milliseconds, *scores, *record.measures.values()))):
        return "a number is not finite"
    if not 0 <= record.confidence <= 1:
        return f"confidence is {record.confidence:g}, not in [0, 1]"
    return "" if record.milliseconds >= 0 else f"{record.milliseconds:g} milliseconds"


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part)[:40] for part in first["loc"])
    return f"{place}: {first['msg'][:200]}" if place else first["msg"][:200]


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
        raise DatasetError(str(file), 0, problem, hint=_HINT) from error


def _write_json(file: Path, body: Mapping[str, object]) -> None:
    aside = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    try:
        aside.write_text(json.dumps(body, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        aside.replace(file)
    except OSError as error:
        raise _unwritable(file, error) from error


def _unwritable(path: Path, error: OSError) -> EvaluationError:
    return EvaluationError(
        f"{path} cannot be written: {error.strerror}", hint="Set POLICY_HOME, or use --out."
    )


def stored_runs(home: Path) -> list[Path]:
    """The folders of the runs below POLICY_HOME, oldest first."""
    return sorted(file.parent for file in (home / "evals").glob(f"*/{HEADER}"))


def find_run(name: str, home: Path) -> Path:
    """The folder of a run: a path, the name of a folder below POLICY_HOME, or `latest`.

    Raises:
        EvaluationError: If there is none such.
    """
    there = stored_runs(home)
    if name == "latest" and there:
        return there[-1]
    for path in (Path(name), home / "evals" / name):
        if (path / HEADER).is_file():
            return path
    known = ", ".join(path.name for path in there[-3:][::-1])
    hint = f"The latest are {known}." if known else "`policy eval run` makes one."
    raise EvaluationError(f"no run {name[:80]!r}", hint=hint)
