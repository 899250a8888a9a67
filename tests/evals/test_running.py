from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from evals.errors import EvaluationError
from evals.running import (
    carry_out,
    checked,
    questions_fingerprint,
    quick_sample,
    settings_fingerprint,
)
from evals.runs import RunHeader, new_run, read_run, resumed_run
from evals.types import Figure, Record, Suite, Task

HEAD = RunHeader("s", "now", "", "2026-11-23", "", {}, {}, {}, {}, {}, {})
SUITE = Suite(
    "s",
    "A suite.",
    (Figure("right", "", leads=True), Figure("wrong", "", higher_is_better=False)),
    lambda assistant, path: (),
)


class Asked:
    """Answers every question but those it is to fail on; `ids` are those asked, in order."""

    def __init__(self, fails: Sequence[str] = ()) -> None:
        self.ids: list[str] = []
        self._fails = fails

    def task(self, identifier: str, kind: str = "k") -> Task:
        def ask() -> Record:
            self.ids.append(identifier)
            if identifier in self._fails:
                raise ValueError("no\n such \x1b[31mword")
            return Record("?", "?", f"{identifier}?", measures={"right": 1.0})

        return Task(
            identifier,
            kind,
            f"{identifier}?",
            "content",
            ask,
            measures=("right", "wrong"),
            should_abstain=True,
            gold=(("x",),),
            reference="so",
        )


def quiet(done: int, total: int) -> None:
    """Progress that nobody watches."""


def test_every_question_is_recorded_in_order_with_what_its_task_knows(tmp_path: Path) -> None:
    asked = Asked()

    with new_run(tmp_path / "run", HEAD) as folder:
        carry_out(SUITE, [asked.task("a"), asked.task("b", "other")], folder, quiet)

    records = read_run(tmp_path / "run").records
    assert [(r.id, r.kind) for r in records] == [("a", "k"), ("b", "other")]
    assert (records[0].should_abstain, records[0].gold) == (True, (("x",),))
    assert records[0].reference == "so"


def test_the_first_question_warms_up_and_is_recorded_once(tmp_path: Path) -> None:
    asked = Asked()

    with new_run(tmp_path / "run", HEAD) as folder:
        carry_out(SUITE, [asked.task("a"), asked.task("b")], folder, quiet)

    assert asked.ids == ["a", "a", "b"]
    assert [record.id for record in folder.records] == ["a", "b"]


def test_a_question_that_fails_is_a_record_that_counts_0(tmp_path: Path) -> None:
    asked = Asked(fails=["b"])
    tasks = [asked.task("a"), asked.task("b"), asked.task("c")]

    with new_run(tmp_path / "run", HEAD) as folder:
        carry_out(SUITE, tasks, folder, quiet)

    a, b, c = folder.records
    assert b.failure == "ValueError: no such \x1b[31mword"
    assert b.measures == {"right": 0.0}
    assert b.faults == (f"failed: {b.failure}",)
    assert (a.failure, c.failure) == ("", "")


def test_only_what_has_no_record_is_asked_when_a_run_is_resumed(tmp_path: Path) -> None:
    asked = Asked()
    tasks = [asked.task("a"), asked.task("b"), asked.task("c")]
    with new_run(tmp_path / "run", HEAD) as folder:
        folder.append(replace(tasks[1].ask(), id="b"))
    asked.ids.clear()
    told: list[tuple[int, int]] = []

    with resumed_run(tmp_path / "run", {}) as folder:
        carry_out(SUITE, tasks, folder, lambda *counts: told.append(counts))

    assert asked.ids == ["a", "a", "c"]
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_stop_by_hand_is_not_taken_for_a_failed_question(tmp_path: Path) -> None:
    def stop() -> Record:
        raise KeyboardInterrupt

    task = replace(Asked().task("a"), ask=stop)

    with new_run(tmp_path / "run", HEAD) as folder, pytest.raises(KeyboardInterrupt):
        carry_out(SUITE, [task], folder, quiet)


def test_an_id_that_occurs_twice_is_told() -> None:
    asked = Asked()

    with pytest.raises(EvaluationError, match="two questions have the id 'a'"):
        checked([asked.task("a"), asked.task("b"), asked.task("a")])


def test_a_suite_without_a_question_is_told() -> None:
    with pytest.raises(EvaluationError, match="no question"):
        checked([])


def many(counts: dict[str, int]) -> list[Task]:
    asked = Asked()
    return [asked.task(f"{kind}{n}", kind) for kind, count in counts.items() for n in range(count)]


def test_a_quick_sample_gives_each_kind_its_share_and_at_least_one() -> None:
    drawn = quick_sample(many({"often": 200, "half": 100, "once": 1}), 60)

    kinds = [task.kind for task in drawn]
    assert (kinds.count("often"), kinds.count("half"), kinds.count("once")) == (40, 20, 1)


def test_a_quick_sample_keeps_the_order_and_is_the_same_each_time() -> None:
    tasks = many({"often": 200})

    drawn = quick_sample(tasks, 60)

    assert drawn == [task for task in tasks if task in drawn]
    assert [t.id for t in quick_sample(list(reversed(tasks)), 60)] == [t.id for t in drawn[::-1]]


def test_a_quick_sample_is_not_the_head_of_the_file() -> None:
    tasks = many({"often": 200})

    assert quick_sample(tasks, 60) != tasks[:60]


def test_one_question_more_moves_one_question_of_the_sample_at_most() -> None:
    tasks = many({"often": 200})

    before = {task.id for task in quick_sample(tasks, 60)}
    after = {task.id for task in quick_sample([*tasks, Asked().task("new", "often")], 60)}

    assert len(before - after) <= 1


def test_few_questions_are_all_asked() -> None:
    tasks = many({"often": 60})

    assert quick_sample(tasks, 60) == tasks


@pytest.mark.parametrize("field", ["id", "kind", "question", "content"])
def test_the_fingerprint_of_the_questions_changes_with_each_of_their_texts(field: str) -> None:
    task = Asked().task("a")

    assert questions_fingerprint([replace(task, **{field: "else"})]) != questions_fingerprint(
        [task]
    )


def test_the_fingerprint_of_settings_does_not_depend_on_their_order() -> None:
    one = settings_fingerprint({"A": "1", "B": "2"})

    assert settings_fingerprint({"B": "2", "A": "1"}) == one
    assert settings_fingerprint({"A": "1", "B": "3"}) != one
