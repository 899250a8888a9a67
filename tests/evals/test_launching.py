from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.testing import FixedRetriever, make_assistant, make_hit, small_corpus
from evals.errors import DatasetError, EvaluationError
from evals.launching import Launcher, plan_of
from evals.provenance import Plan
from evals.runs import HEADER, RECORDS, SUMMARY, read_run
from index.types import Filters, Hit

DAY = date(2026, 3, 1)


@dataclass(frozen=True)
class StoppingRetriever:
    """Gives one hit; the user stops the program at call number `stops`, from 1."""

    hit: Hit
    stops: int
    calls: list[str] = field(default_factory=list)

    def retrieve(self, query: str, *, k: int, filters: Filters) -> list[Hit]:
        self.calls.append(query)
        if len(self.calls) == self.stops:
            raise KeyboardInterrupt
        return [self.hit]


@pytest.fixture
def assistant() -> Assistant:
    laws = small_corpus()
    return make_assistant(laws, FixedRetriever([make_hit(laws, "robot-act#article-1")]))


@pytest.fixture
def launcher(assistant: Assistant, tmp_path: Path) -> Launcher:
    return Launcher(tmp_path / "home", assistant, (), lambda: lambda done, total: None)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Four questions of our own."""
    path = tmp_path / "q.jsonl"
    gold = [{"instrument": "robot-act", "locators": ["Article 1"]}]
    rows = [
        {"id": f"q{n}", "type": "date", "question": f"When must robot {n} stop?", "gold": gold}
        for n in range(4)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return Plan("answers", path, False, DAY)


def test_a_run_is_kept_below_the_home_with_its_records_and_summary(
    launcher: Launcher, plan: Plan
) -> None:
    run = launcher.start(plan)

    assert run.folder.parent == launcher.home / "evals"
    assert run == read_run(run.folder)
    assert [record.id for record in run.records] == ["q0", "q1", "q2", "q3"]
    summary = json.loads((run.folder / SUMMARY).read_text("utf-8"))
    assert summary["overall"]["gold_cited"] == 1.0


def test_a_run_is_kept_where_it_is_asked_for(
    launcher: Launcher, plan: Plan, tmp_path: Path
) -> None:
    run = launcher.start(plan, tmp_path / "mine")

    assert run.folder == tmp_path / "mine"
    assert not (launcher.home / "evals").exists()


def test_the_day_of_the_plan_is_today_for_every_answer(launcher: Launcher, plan: Plan) -> None:
    run = launcher.start(plan)

    assert "1 March 2026" in run.records[0].answer
    assert run.header.today == "2026-03-01"


def test_a_run_that_was_stopped_is_resumed_to_the_same_records(
    launcher: Launcher, plan: Plan, assistant: Assistant, tmp_path: Path
) -> None:
    hit = make_hit(assistant.corpus, "robot-act#article-1")
    whole = launcher.start(plan, tmp_path / "whole")
    stopping = StoppingRetriever(hit, stops=4)
    stopped = replace(launcher, assistant=replace(assistant, retriever=stopping))
    with pytest.raises(KeyboardInterrupt):
        stopped.start(plan, tmp_path / "run")
    assert len(read_run(tmp_path / "run").records) == 2

    run = launcher.resume(tmp_path / "run")

    assert run.is_finished
    assert [replace(r, milliseconds=0.0) for r in run.records] == [
        replace(r, milliseconds=0.0) for r in whole.records
    ]


def test_a_whole_run_stays_as_it_is_when_resumed(launcher: Launcher, plan: Plan) -> None:
    run = launcher.start(plan)
    before = (run.folder / HEADER).read_bytes(), (run.folder / RECORDS).read_bytes()

    again = launcher.resume(run.folder)

    assert again == run
    assert before == ((run.folder / HEADER).read_bytes(), (run.folder / RECORDS).read_bytes())


def test_a_run_is_not_resumed_on_other_questions(launcher: Launcher, plan: Plan) -> None:
    run = launcher.start(plan)
    assert plan.questions is not None
    text = plan.questions.read_text("utf-8").replace("robot 3", "robot 7")
    plan.questions.write_text(text, encoding="utf-8")

    with pytest.raises(EvaluationError, match="questions changed since"):
        launcher.resume(run.folder)


def test_a_run_is_not_resumed_on_another_corpus(launcher: Launcher, plan: Plan) -> None:
    run = launcher.start(plan)
    laws = small_corpus()
    fewer = replace(laws, provisions=dict(list(laws.provisions.items())[:3]))

    other = replace(launcher, assistant=replace(launcher.assistant, corpus=fewer))

    with pytest.raises(EvaluationError, match="corpus changed since"):
        other.resume(run.folder)


def test_a_quick_run_is_resumed_as_a_quick_run(launcher: Launcher, plan: Plan) -> None:
    run = launcher.start(replace(plan, is_quick=True))

    assert plan_of(run.folder) == replace(plan, is_quick=True)


def test_a_day_that_is_none_is_a_broken_header(launcher: Launcher, plan: Plan) -> None:
    run = launcher.start(plan)
    head = json.loads((run.folder / HEADER).read_text("utf-8"))
    (run.folder / HEADER).write_text(json.dumps({**head, "today": "soon"}), encoding="utf-8")

    with pytest.raises(DatasetError, match=r"run\.json: today"):
        launcher.resume(run.folder)


def test_questions_are_read_before_a_folder_is_made(launcher: Launcher, plan: Plan) -> None:
    with pytest.raises(DatasetError):
        launcher.start(replace(plan, questions=Path("none.jsonl")))

    assert not launcher.home.exists()
