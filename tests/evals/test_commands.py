from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from assistant.answering import Assistant
from evals.commands import eval_group
from evals.errors import DatasetError, EvaluationError

ROOT = Path(__file__).resolve().parents[2]


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(eval_group, [str(argument) for argument in arguments])


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """Two gold questions of our own, one of them answerable."""
    path = tmp_path / "questions.jsonl"
    rows = [
        {
            "id": "one",
            "type": "pinpoint",
            "question": "What does Article 4 of the EU AI Act say about AI literacy?",
            "gold": [{"instrument": "eu-ai-act", "locators": ["Article 4"]}],
        },
        {
            "id": "two",
            "type": "unanswerable",
            "question": "How long must pasta boil?",
            "abstain": True,
        },
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def quick_assistant(built_assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hand the command the assistant that is built already."""
    monkeypatch.setattr("assistant.wiring.build_assistant", lambda *settings: built_assistant)


@pytest.mark.usefixtures("onnx_product")
def test_retrieval_prints_one_json_object_with_the_product_first(beir_folder: Path) -> None:
    result = invoke("retrieval", "--beir", beir_folder, "--json")

    body = json.loads(result.stdout)
    assert [row["name"] for row in body["systems"]] == ["product"]
    assert (body["set"], body["topics"]) == ("tiny", 4)


@pytest.mark.usefixtures("onnx_product")
def test_retrieval_prints_every_figure_to_people(beir_folder: Path) -> None:
    result = invoke("retrieval", "--beir", beir_folder)

    head, row = result.stdout.splitlines()
    assert head == "tiny: 4 topics, 12 documents"
    assert row.startswith("name product  recall@5 1.0  recall@10 1.0")


@pytest.mark.usefixtures("onnx_product")
def test_the_run_file_is_the_products_in_trec_format(beir_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "run.trec"

    invoke("retrieval", "--beir", beir_folder, "--run-file", path, "--json")

    rows = [line.split() for line in path.read_text("utf-8").splitlines()]
    assert {row[0] for row in rows} == {"q1", "q2", "q3", "q4"}
    assert {(len(row), row[1], row[5]) for row in rows} == {(6, "Q0", "product")}


def test_only_runs_the_named_system_alone(beir_folder: Path) -> None:
    result = invoke(
        "retrieval", "--beir", beir_folder, "--system", "baseline-bm25", "--only", "--json"
    )

    assert [row["name"] for row in json.loads(result.stdout)["systems"]] == ["baseline-bm25"]


@pytest.mark.usefixtures("onnx_product")
def test_a_baseline_runs_beside_the_product_in_a_process_of_its_own(
    beir_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)

    result = invoke("retrieval", "--beir", beir_folder, "--system", "baseline-bm25", "--json")

    rows = json.loads(result.stdout)["systems"]
    assert [row["name"] for row in rows] == ["product", "baseline-bm25"]
    assert rows[0].keys() == rows[1].keys()


@pytest.mark.usefixtures("onnx_product")
def test_the_product_named_again_runs_once(beir_folder: Path) -> None:
    result = invoke("retrieval", "--beir", beir_folder, "--system", "product", "--json")

    assert [row["name"] for row in json.loads(result.stdout)["systems"]] == ["product"]


@pytest.mark.parametrize(
    ("stderr", "told"),
    [
        pytest.param("reading\npolicy: no memory\n", "policy: no memory", id="the last line"),
        pytest.param("", "ended with status -9", id="killed without a word"),
    ],
)
@pytest.mark.usefixtures("onnx_product")
def test_a_baseline_that_fails_is_told_with_its_name(
    beir_folder: Path, monkeypatch: pytest.MonkeyPatch, stderr: str, told: str
) -> None:
    done = SimpleNamespace(returncode=-9, stdout="", stderr=stderr)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)

    result = invoke("retrieval", "--beir", beir_folder, "--system", "baseline-bm25")

    assert isinstance(result.exception, EvaluationError)
    assert str(result.exception) == f"baseline-bm25: {told}"


def test_a_folder_that_is_no_set_is_an_expected_failure(tmp_path: Path) -> None:
    result = invoke("retrieval", "--beir", tmp_path)

    assert isinstance(result.exception, DatasetError)


def test_an_unknown_system_is_wrong_usage_told_before_anything_is_built(
    beir_folder: Path,
) -> None:
    result = invoke("retrieval", "--beir", beir_folder, "--system", "elastic")

    assert result.exit_code == 2
    assert "no system 'elastic'; one of product, baseline-bm25" in result.stderr


def test_retrieval_needs_a_folder() -> None:
    result = invoke("retrieval")

    assert result.exit_code == 2
    assert "--beir" in result.stderr


def run(*arguments: object) -> Result:
    result = invoke("run", *arguments)
    assert result.exception is None, result.output
    return result


def runs_in(home: Path) -> list[Path]:
    return sorted((home / "evals").iterdir())


@pytest.mark.usefixtures("quick_assistant")
def test_run_reports_the_whole_and_each_type_as_json(questions: Path, own_home: Path) -> None:
    result = run("--questions", questions, "--json")

    body = json.loads(result.stdout)
    (folder,) = runs_in(own_home)
    assert (body["suite"], body["run"]) == ("answers", str(folder))
    assert body["overall"]["questions"] == 2
    assert body["overall"]["gold_cited"] == 1.0
    assert list(body["by_type"]) == ["pinpoint", "unanswerable"]


@pytest.mark.usefixtures("quick_assistant")
def test_run_prints_figures_and_types_to_people(questions: Path) -> None:
    lines = run("answers", "--questions", questions).stdout.splitlines()

    assert lines[0] == "answers: 2 questions, 0 failed"
    assert lines[-3].startswith("type")
    assert [line.split()[0] for line in lines[-2:]] == ["pinpoint", "unanswerable"]


@pytest.mark.usefixtures("quick_assistant")
def test_run_leaves_a_folder_and_tells_where_on_stderr(questions: Path, own_home: Path) -> None:
    result = run("--questions", questions)

    (folder,) = runs_in(own_home)
    assert {file.name for file in folder.iterdir()} == {
        "run.json",
        "records.jsonl",
        "summary.json",
        "report.html",
    }
    assert str(folder) in result.stderr
    assert str(folder / "report.html") in result.stderr


@pytest.mark.usefixtures("quick_assistant")
def test_run_without_a_report_writes_none(questions: Path, own_home: Path) -> None:
    run("--questions", questions, "--no-report")

    (folder,) = runs_in(own_home)
    assert not (folder / "report.html").exists()


@pytest.mark.usefixtures("quick_assistant")
def test_run_writes_where_it_is_told(questions: Path, own_home: Path, tmp_path: Path) -> None:
    run("--questions", questions, "--out", tmp_path / "mine")

    assert (tmp_path / "mine" / "run.json").exists()
    assert not (own_home / "evals").exists()


@pytest.mark.usefixtures("quick_assistant")
def test_the_day_that_counts_as_today_can_be_given(questions: Path, own_home: Path) -> None:
    run("--questions", questions, "--today", "2026-03-01")

    header = json.loads((runs_in(own_home)[0] / "run.json").read_text("utf-8"))
    assert header["today"] == "2026-03-01"
    assert header["command"].endswith("--today 2026-03-01")


@pytest.mark.usefixtures("quick_assistant")
def test_a_quick_run_asks_a_sample_of_about_sixty(own_home: Path) -> None:
    body = json.loads(run("--quick", "--json").stdout)

    assert 50 <= body["overall"]["questions"] <= 70
    assert len(body["by_type"]) >= 9


@pytest.mark.usefixtures("quick_assistant")
def test_the_latest_run_can_be_resumed(questions: Path, own_home: Path) -> None:
    run("--questions", questions)
    (folder,) = runs_in(own_home)
    records = folder / "records.jsonl"
    whole = records.read_text("utf-8").splitlines()
    header = json.loads((folder / "run.json").read_text("utf-8"))
    (folder / "run.json").write_text(json.dumps({**header, "finished": ""}), encoding="utf-8")
    records.write_text(f"{whole[0]}\n{whole[1][:40]}", encoding="utf-8")

    body = json.loads(run("--resume", "latest", "--json").stdout)

    assert body["overall"]["questions"] == 2
    assert records.read_text("utf-8").splitlines()[0] == whole[0]


@pytest.mark.usefixtures("quick_assistant")
def test_a_run_that_is_not_there_cannot_be_resumed() -> None:
    result = invoke("run", "--resume", "yesterday")

    assert isinstance(result.exception, EvaluationError)
    assert "no run 'yesterday'" in str(result.exception)


@pytest.mark.parametrize(
    "more",
    [["answers"], ["--quick"], ["--today", "2026-03-01"], ["--out", "x"], ["--questions", "x"]],
    ids=lambda more: more[0],
)
def test_what_a_resumed_run_is_of_cannot_be_said_again(more: list[str]) -> None:
    result = invoke("run", "--resume", "latest", *more)

    assert result.exit_code == 2
    assert "--resume" in result.stderr


def test_all_suites_do_not_share_a_file_of_questions(questions: Path) -> None:
    result = invoke("run", "all", "--questions", questions)

    assert result.exit_code == 2


@pytest.mark.usefixtures("quick_assistant")
def test_all_runs_every_suite_into_a_folder_each(
    questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suites = {"answers": "evals.answers:SUITE", "as-of": "evals.as_of_suite:SUITE"}
    monkeypatch.setattr("evals.commands.SUITES", suites)

    body = json.loads(run("all", "--quick", "--json", "--out", tmp_path / "mine").stdout)

    assert [found["suite"] for found in body["runs"]] == ["answers", "as-of"]
    assert {folder.name for folder in (tmp_path / "mine").iterdir()} == suites.keys()
    assert "right" in body["runs"][1]["overall"]


@pytest.mark.usefixtures("quick_assistant")
def test_a_file_of_questions_that_is_not_there_is_an_expected_failure(tmp_path: Path) -> None:
    result = invoke("run", "--questions", tmp_path / "none.jsonl")

    assert isinstance(result.exception, DatasetError)


def test_an_unknown_suite_is_a_usage_error() -> None:
    result = invoke("run", "poetry")

    assert result.exit_code == 2


@pytest.fixture
def stored(quick_assistant: None, questions: Path, tmp_path: Path) -> Path:
    """A run on disk, without a report."""
    run("--questions", questions, "--no-report", "--out", tmp_path / "stored")
    return tmp_path / "stored"


def test_report_writes_the_page_and_prints_its_path(stored: Path) -> None:
    result = invoke("report", stored)

    assert result.stdout == f"{stored / 'report.html'}\n"
    assert "AI literacy" in (stored / "report.html").read_text("utf-8")


def test_a_folder_that_was_tampered_with_is_an_expected_failure(stored: Path) -> None:
    (stored / "records.jsonl").write_text('{"id": 7}\n', encoding="utf-8")

    result = invoke("report", stored)

    assert isinstance(result.exception, DatasetError)
    assert "records.jsonl:1: " in str(result.exception)


def test_two_runs_are_compared_for_people_and_as_json(stored: Path) -> None:
    told = invoke("compare", stored, stored)
    body = json.loads(invoke("compare", stored, stored, "--json").stdout)

    assert "2 questions in both" in told.stdout
    assert "no question was won or lost" in told.stdout
    assert (body["compared"], body["questions"]) == (2, [])


def test_a_run_that_is_not_there_is_not_compared(stored: Path) -> None:
    result = invoke("compare", stored, stored / "none")

    assert isinstance(result.exception, EvaluationError)


def test_a_run_is_exported_with_the_words_that_were_retrieved(stored: Path, tmp_path: Path) -> None:
    out = tmp_path / "ragas.jsonl"

    result = invoke("export", stored, "--format", "ragas", "--out", out)

    first, _ = (json.loads(line) for line in out.read_text("utf-8").splitlines())
    assert result.stdout.startswith("2 samples in ")
    assert any("AI literacy" in text for text in first["retrieved_contexts"])
    assert first["reference_context_ids"] == ["eu-ai-act#article-4"]


def test_an_export_needs_a_file(stored: Path) -> None:
    assert invoke("export", stored).exit_code == 2
