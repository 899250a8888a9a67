from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.settings import AssistantSettings
from evals import provenance
from evals.provenance import Plan, code_fingerprint, header, machine, versions
from evals.types import Record, Task
from index.generations import Generations, read_manifest
from index.settings import IndexSettings

PLAN = Plan("answers", None, False, date(2026, 11, 23))
TASKS = [Task("a", "date", "?", "content", lambda: Record("a", "date", "?"))]


@pytest.mark.parametrize(
    ("plan", "command"),
    [
        pytest.param(PLAN, "policy eval run answers --today 2026-11-23", id="plain"),
        pytest.param(
            replace(PLAN, suite="as-of", is_quick=True),
            "policy eval run as-of --quick --today 2026-11-23",
            id="quick",
        ),
        pytest.param(
            replace(PLAN, questions=Path("my questions.jsonl")),
            "policy eval run answers --questions 'my questions.jsonl' --today 2026-11-23",
            id="a name to be quoted",
        ),
    ],
)
def test_the_command_runs_the_plan_again(plan: Plan, command: str) -> None:
    assert plan.command == command


def test_a_relative_file_of_questions_is_remembered_wherever_it_is_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    options = replace(PLAN, questions=Path("q.jsonl")).options

    assert options["questions"] == str(tmp_path / "q.jsonl")


def test_the_fingerprint_of_the_index_is_that_of_the_generation_in_use(
    built_assistant: Assistant, built_home: Path
) -> None:
    manifest = read_manifest(Generations(built_home / "index").current())

    head = header(PLAN, built_assistant, TASKS, [IndexSettings(home=built_home)])

    assert head.fingerprints["index"] == manifest.fingerprint
    assert head.fingerprints["corpus"] == manifest.corpus
    assert head.fingerprints["model"] == manifest.model


def test_settings_that_are_not_the_default_stand_before_the_command(
    built_assistant: Assistant, tmp_path: Path
) -> None:
    settings = [IndexSettings(home=tmp_path), AssistantSettings(abstain_below=0.25)]

    head = header(PLAN, built_assistant, TASKS, settings)

    assert shlex.split(head.command)[:2] == ["POLICY_ABSTAIN_BELOW=0.25", "policy"]
    assert head.settings["POLICY_ABSTAIN_BELOW"] == "0.25"


def test_nothing_of_the_machine_s_folders_or_name_is_kept(
    built_assistant: Assistant, tmp_path: Path
) -> None:
    head = header(PLAN, built_assistant, TASKS, [IndexSettings(home=tmp_path)])

    assert str(tmp_path) not in repr(head)
    assert head.machine.keys() == {"cores", "platform", "python"}


def test_a_setting_changes_its_fingerprint_and_no_other(
    built_assistant: Assistant, tmp_path: Path
) -> None:
    prints = [
        header(PLAN, built_assistant, TASKS, [IndexSettings(home=tmp_path, candidates=n)])
        for n in (100, 50)
    ]

    first, second = (head.fingerprints for head in prints)
    assert {name for name in first if first[name] != second[name]} == {"settings"}


def test_the_versions_of_what_is_installed_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provenance, "_LIBRARIES", ("numpy", "no-such-library"))

    assert versions().keys() == {"numpy"}


def test_at_least_one_core_is_counted() -> None:
    assert int(machine()["cores"]) >= 1


def test_the_fingerprint_of_the_code_follows_the_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "part").mkdir()
    (tmp_path / "one.py").write_text("a = 1\n", encoding="utf-8")
    (tmp_path / "part" / "two.py").write_text("b = 1\n", encoding="utf-8")
    (tmp_path / "notes.md").write_text("first\n", encoding="utf-8")
    monkeypatch.setattr(provenance.resources, "files", lambda package: tmp_path)

    before = code_fingerprint()
    (tmp_path / "notes.md").write_text("second\n", encoding="utf-8")
    with_notes = code_fingerprint()
    (tmp_path / "part" / "two.py").write_text("b = 2\n", encoding="utf-8")

    assert with_notes == before
    assert code_fingerprint() != before
