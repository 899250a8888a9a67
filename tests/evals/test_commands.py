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


@pytest.mark.usefixtures("quick_assistant")
def test_run_reports_the_whole_and_each_type_as_json(questions: Path) -> None:
    result = invoke("run", "--questions", questions, "--json")

    body = json.loads(result.stdout)
    assert body["suite"] == "answers"
    assert body["overall"]["questions"] == 2
    assert list(body["by_type"]) == ["pinpoint", "unanswerable"]


@pytest.mark.usefixtures("quick_assistant")
def test_run_prints_a_table_to_people(questions: Path) -> None:
    result = invoke("run", "answers", "--questions", questions)

    assert [line.split()[0] for line in result.stdout.splitlines()] == [
        "type",
        "all",
        "pinpoint",
        "unanswerable",
    ]


def test_a_file_of_questions_that_is_not_there_is_an_expected_failure(tmp_path: Path) -> None:
    result = invoke("run", "--questions", tmp_path / "none.jsonl")

    assert isinstance(result.exception, DatasetError)


def test_an_unknown_suite_is_a_usage_error() -> None:
    result = invoke("run", "poetry")

    assert result.exit_code == 2
