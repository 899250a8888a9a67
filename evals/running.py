"""Carries out a suite: every question once, in order, whatever happens to one of them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from evals.errors import EvaluationError
from evals.runs import RunFolder
from evals.types import Figure, Record, Suite, Task

QUICK = 60


def carry_out(
    suite: Suite, tasks: Sequence[Task], folder: RunFolder, progress: Callable[[int, int], None]
) -> None:
    """Ask every question that the folder has no record of, and write its record.

    The first is asked once more beforehand, so that what loads on first use is in no figure.

    Raises:
        EvaluationError: If a record cannot be written.
    """
    done = {record.id for record in folder.records}
    progress(len(done), len(tasks))
    _asked(tasks[0], suite)
    for task in tasks:
        if task.id not in done:
            folder.append(_asked(task, suite))
            progress(len(folder.records), len(tasks))


def _asked(task: Task, suite: Suite) -> Record:
    try:
        found = task.ask()
    # A question that fails is a result of the run, and no reason to lose the others.
    except Exception as error:
        found = _failed(task, error, suite.figures)
    return replace(
        found,
        id=task.id,
        kind=task.kind,
        should_abstain=task.should_abstain,
        gold=task.gold,
        reference=task.reference,
    )


def _failed(task: Task, error: Exception, figures: Sequence[Figure]) -> Record:
    lower = {figure.name for figure in figures if not figure.higher_is_better}
    line = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return Record(
        id=task.id,
        kind=task.kind,
        question=task.question,
        measures={name: 0.0 for name in task.measures if name not in lower},
        faults=(f"failed: {line}",),
        failure=line,
    )


def checked(tasks: Sequence[Task]) -> Sequence[Task]:
    """The tasks themselves, once it is sure that there are some and no id occurs twice.

    Raises:
        EvaluationError: Else.
    """
    if not tasks:
        raise EvaluationError("there is no question in it", hint="Name another --questions file.")
    seen: set[str] = set()
    for task in tasks:
        if task.id in seen:
            raise EvaluationError(
                f"two questions have the id {task.id[:60]!r}", hint="Give each its own id."
            )
        seen.add(task.id)
    return tasks


def quick_sample(tasks: Sequence[Task], size: int = QUICK) -> list[Task]:
    """About `size` tasks, each kind with its share and at least one, in their order.

    Who is drawn depends on the ids alone, so that two runs draw alike and a question added to
    the file hardly moves the rest.
    """
    if len(tasks) <= size:
        return list(tasks)
    by_kind: defaultdict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        by_kind[task.kind].append(task)
    drawn: set[str] = set()
    for members in by_kind.values():
        wanted = max(1, round(size * len(members) / len(tasks)))
        members.sort(key=lambda task: _digest(f"quick sample\n{task.id}"))
        drawn.update(task.id for task in members[:wanted])
    return [task for task in tasks if task.id in drawn]


def questions_fingerprint(tasks: Sequence[Task]) -> str:
    """16 hex digits that change when a question, or what it is judged by, changes."""
    return _digest("\n".join(f"{t.id}\t{t.kind}\t{t.question}\t{t.content}" for t in tasks))


def settings_fingerprint(settings: Mapping[str, str]) -> str:
    """16 hex digits that change when a setting does."""
    return _digest("\n".join(f"{name}={settings[name]}" for name in sorted(settings)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
