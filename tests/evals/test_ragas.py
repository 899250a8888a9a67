from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.testing import small_corpus
from evals.errors import EvaluationError
from evals.ragas import export_ragas, ragas_row
from evals.runs import RunHeader, StoredRun
from evals.types import HitLine, Record

LAWS = small_corpus()
STOP, REGISTER = "robot-act#article-1", "robot-act#article-2"
RECORD = Record(
    "a",
    "date",
    "When must it stop?",
    answer="Within 2 seconds – at once.",
    hits=(
        HitLine(1, STOP, 0.9, ("dense",)),
        HitLine(2, REGISTER, 0.8, ("dense",), version=1),
    ),
    gold=(("robot-act Article 1", "robot-act"), ("toaster-code para. 1",)),
    reference="within 2 seconds",
)
HEAD = RunHeader("answers", "", "", "", "", {}, {}, {}, {}, {"corpus": LAWS.fingerprint}, {})


def run(*records: Record) -> StoredRun:
    return StoredRun(Path("run"), HEAD, records)


def test_a_row_has_the_fields_of_a_single_turn_sample() -> None:
    row = ragas_row(RECORD, LAWS)

    versions = LAWS.provision(REGISTER).versions
    assert row == {
        "user_input": "When must it stop?",
        "retrieved_contexts": [LAWS.provision(STOP).versions[0].text, versions[1].text],
        "retrieved_context_ids": [STOP, REGISTER],
        "response": "Within 2 seconds – at once.",
        "reference": "within 2 seconds",
        "reference_context_ids": [STOP, "toaster-code#para-1"],
    }


def test_what_is_not_known_is_left_out() -> None:
    row = ragas_row(replace(RECORD, reference="", gold=()), LAWS)

    assert not row.keys() & {"reference", "reference_context_ids"}


def test_earlier_turns_stand_before_the_question() -> None:
    row = ragas_row(replace(RECORD, history=("We have a robot.", "A loud one.")), LAWS)

    assert row["user_input"] == "We have a robot.\nA loud one.\nWhen must it stop?"


@pytest.mark.parametrize(
    "hit",
    [
        pytest.param(HitLine(1, "robot-act#article-99", 0.9, ()), id="not there"),
        pytest.param(HitLine(1, "\x00", 0.9, ()), id="no id"),
    ],
)
def test_a_provision_that_the_corpus_lacks_is_no_context(hit: HitLine) -> None:
    row = ragas_row(replace(RECORD, hits=(hit,)), LAWS)

    assert row["retrieved_contexts"] == row["retrieved_context_ids"] == []


@pytest.mark.parametrize("version", [9, -9])
def test_a_wording_that_is_not_there_is_not_followed_out_of_range(version: int) -> None:
    hit = HitLine(1, REGISTER, 0.9, (), version=version)

    (text,) = ragas_row(replace(RECORD, hits=(hit,)), LAWS)["retrieved_contexts"]  # type: ignore[misc]

    assert text in {v.text for v in LAWS.provision(REGISTER).versions}


def test_the_file_has_a_sample_a_line_whatever_the_locale_reads(tmp_path: Path) -> None:
    out = tmp_path / "run.jsonl"

    count = export_ragas(run(RECORD, replace(RECORD, id="b", question="a\u2028b")), LAWS, out)

    rows = [json.loads(line) for line in out.read_text("ascii").split("\n") if line]
    assert count == len(rows) == 2
    assert rows[1]["user_input"] == "a\u2028b"


def test_questions_that_failed_are_left_out(tmp_path: Path) -> None:
    out = tmp_path / "run.jsonl"

    count = export_ragas(run(RECORD, replace(RECORD, failure="ValueError")), LAWS, out)

    assert count == len(out.read_text("ascii").splitlines()) == 1


def test_a_run_on_another_corpus_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    other = replace(run(RECORD), header=replace(HEAD, fingerprints={"corpus": "else"}))

    with pytest.raises(EvaluationError, match="another corpus"):
        export_ragas(other, LAWS, tmp_path / "run.jsonl")

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_an_expected_failure(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="cannot be written"):
        export_ragas(run(RECORD), LAWS, tmp_path / "gone" / "run.jsonl")
