"""Starts and resumes runs: from a plan to a folder with every record and the summary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pydantic_settings import BaseSettings

from assistant.answering import Assistant
from evals.errors import DatasetError
from evals.provenance import Plan, header
from evals.running import carry_out, checked, quick_sample
from evals.runs import (
    HEADER,
    RunFolder,
    RunHeader,
    StoredRun,
    fresh_path,
    new_run,
    read_header,
    resumed_run,
)
from evals.suites import load_suite
from evals.summary import summarise
from evals.types import Suite, Task


@dataclass(frozen=True)
class Launcher:
    """Runs suites on one assistant, below one POLICY_HOME.

    `settings` are those that the assistant was made of; `progress` makes a bar for each run.
    """

    home: Path
    assistant: Assistant
    settings: tuple[BaseSettings, ...]
    progress: Callable[[], Callable[[int, int], None]]

    def start(self, plan: Plan, path: Path | None = None) -> StoredRun:
        """A new run, in `path` or in a folder of its own below the home.

        Raises:
            EvaluationError: If there is no question, or the folder cannot be written.
            DatasetError: If the questions cannot be read.
        """
        suite, tasks, head = self._prepared(plan)
        with new_run(path or fresh_path(self.home, plan.suite), head) as folder:
            return self._carried_out(suite, tasks, folder)

    def resume(self, path: Path) -> StoredRun:
        """The rest of a run that was stopped; one that is whole stays as it is.

        Raises:
            EvaluationError: If anything it was started with is another now.
            DatasetError: If it cannot be read.
        """
        suite, tasks, head = self._prepared(plan_of(path))
        with resumed_run(path, head.fingerprints) as folder:
            if folder.header.finished:
                return StoredRun(path, folder.header, tuple(folder.records))
            return self._carried_out(suite, tasks, folder)

    def _prepared(self, plan: Plan) -> tuple[Suite, Sequence[Task], RunHeader]:
        suite = load_suite(plan.suite)
        fixed = replace(self.assistant, today=lambda: plan.today)
        tasks = checked(suite.tasks(fixed, plan.questions))
        if plan.is_quick:
            tasks = quick_sample(tasks)
        return suite, tasks, header(plan, fixed, tasks, self.settings)

    def _carried_out(self, suite: Suite, tasks: Sequence[Task], folder: RunFolder) -> StoredRun:
        carry_out(suite, tasks, folder, self.progress())
        folder.finish(summarise(folder.records, suite).to_json())
        return StoredRun(folder.path, folder.header, tuple(folder.records))


def plan_of(path: Path) -> Plan:
    """The plan that a run was started with.

    Raises:
        DatasetError: If its header cannot be read.
    """
    head = read_header(path)
    questions = head.options.get("questions")
    try:
        today = date.fromisoformat(head.today)
    except ValueError as error:
        raise DatasetError(str(path / HEADER), 0, f"today: {error}") from error
    is_quick = bool(head.options.get("quick"))
    return Plan(head.suite, Path(questions) if questions else None, is_quick, today)
