from __future__ import annotations

import fcntl
import json
from dataclasses import replace
from pathlib import Path

import pytest

from evals.errors import DatasetError, EvaluationError
from evals.runs import (
    HEADER,
    RECORDS,
    SUMMARY,
    RunHeader,
    find_run,
    fresh_path,
    new_run,
    read_run,
    resumed_run,
    stored_runs,
)
from evals.types import CitedPlace, HitLine, Record

PRINTS = {"corpus": "c1", "code": "k1"}
HEAD = RunHeader(
    suite="answers",
    started="2026-11-23T10:00:00+00:00",
    finished="",
    today="2026-11-23",
    command="policy eval run answers",
    options={"questions": "", "quick": ""},
    machine={"cores": "2"},
    versions={"numpy": "2"},
    settings={"POLICY_ABSTAIN_BELOW": "0.4"},
    fingerprints=PRINTS,
    counts={"questions": 2},
)
RECORD = Record(
    id="a",
    kind="date",
    question="Wann öffnet der Hafen? \u2028",
    history=("Before?",),
    citations=(CitedPlace("harbour-act", "Article 1", "at six"),),
    gold=(("harbour-act Article 1", "harbour-act Article 2"),),
    hits=(HitLine(1, "harbour-act#article-1", 0.9, ("lexical", "dense"), 1),),
    measures={"gold_cited": 1.0},
    faults=("does not say: dawn",),
    milliseconds=12.0,
)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A run that was stopped after one of its two questions."""
    path = tmp_path / "run"
    with new_run(path, HEAD) as folder:
        folder.append(RECORD)
    return path


def test_a_record_is_read_as_it_was_written(written: Path) -> None:
    run = read_run(written)

    assert (run.header, run.records) == (HEAD, (RECORD,))


def test_a_record_is_on_disk_before_the_next_question_is_asked(tmp_path: Path) -> None:
    with new_run(tmp_path / "run", HEAD) as folder:
        folder.append(RECORD)

        assert read_run(folder.path).records == (RECORD,)


def test_a_run_without_its_end_is_not_finished(written: Path) -> None:
    assert not read_run(written).is_finished
    assert not (written / SUMMARY).exists()


def test_the_end_of_a_run_is_told_with_its_counts_and_its_summary(tmp_path: Path) -> None:
    with new_run(tmp_path / "run", HEAD) as folder:
        folder.append(RECORD)
        folder.append(replace(RECORD, id="b", failure="ValueError: no"))
        folder.finish({"overall": {"gold_cited": 1.0}})

    run = read_run(tmp_path / "run")
    assert run.is_finished
    assert run.header.counts == {"questions": 2, "recorded": 2, "failed": 1}
    assert json.loads((run.folder / SUMMARY).read_text("utf-8"))["overall"] == {"gold_cited": 1.0}


def test_nothing_half_written_is_left_beside_the_files_of_a_run(tmp_path: Path) -> None:
    with new_run(tmp_path / "run", HEAD) as folder:
        folder.finish({})

    assert {file.name for file in folder.path.iterdir()} == {HEADER, RECORDS, SUMMARY}


def test_a_hostile_question_can_be_written_and_read(tmp_path: Path) -> None:
    with new_run(tmp_path / "run", HEAD) as folder:
        folder.append(replace(RECORD, question="a\ud800\u0000b\nc"))

    (found,) = read_run(tmp_path / "run").records
    assert found.question == "a?\u0000b\nc"


def test_a_folder_that_holds_something_is_no_place_for_a_new_run(written: Path) -> None:
    with pytest.raises(EvaluationError, match="is not empty"), new_run(written, HEAD):
        pass


def test_a_folder_that_cannot_be_made_is_an_expected_failure(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    nowhere = tmp_path / "file" / "run"
    with pytest.raises(EvaluationError, match="cannot be written"), new_run(nowhere, HEAD):
        pass


def test_a_resumed_run_holds_its_records_and_takes_more(written: Path) -> None:
    second = replace(RECORD, id="b")

    with resumed_run(written, PRINTS) as folder:
        before = list(folder.records)
        folder.append(second)

    assert before == [RECORD]
    assert read_run(written).records == (RECORD, second)


def test_a_line_that_a_crash_cut_short_is_dropped_and_asked_again(written: Path) -> None:
    with (written / RECORDS).open("ab") as file:
        file.write(b'{"id": "b", "kin')

    assert read_run(written).records == (RECORD,)
    with resumed_run(written, PRINTS) as folder:
        folder.append(replace(RECORD, id="b"))
    assert [record.id for record in read_run(written).records] == ["a", "b"]


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        pytest.param({**PRINTS, "code": "k2"}, "^code changed since run was started", id="one"),
        pytest.param({"corpus": "c2", "code": "k2"}, "corpus and code changed", id="several"),
        pytest.param({**PRINTS, "model": "m"}, "model changed", id="not known then"),
    ],
)
def test_a_run_of_other_circumstances_is_not_resumed(
    written: Path, wanted: dict[str, str], told: str
) -> None:
    with pytest.raises(EvaluationError, match=told) as caught, resumed_run(written, wanted):
        pass

    assert "policy eval run" in caught.value.hint


def test_two_processes_do_not_write_one_run(written: Path) -> None:
    with (written / RECORDS).open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)

        again = resumed_run(written, PRINTS)
        with pytest.raises(EvaluationError, match="another process"), again:
            pass


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        pytest.param("{broken", "Invalid JSON", id="no JSON"),
        pytest.param("[1]", "", id="no object"),
        pytest.param('{"id": "b"}', "kind: ", id="a field lacks"),
        pytest.param({"measures": {"gold_cited": "1"}}, "measures.gold_cited", id="a text"),
        pytest.param({"measures": {"gold_cited": None}}, "measures.gold_cited", id="null"),
        pytest.param({"confidence": float("nan")}, "not in", id="not a number"),
        pytest.param({"confidence": 1.5}, "confidence is 1.5", id="more than sure"),
        pytest.param({"milliseconds": -1.0}, "-1 milliseconds", id="before it was asked"),
        pytest.param({"milliseconds": float("inf")}, "not finite", id="endless"),
        pytest.param({"hits": [{"rank": "x"}]}, "hits.0.rank", id="a bad hit"),
        pytest.param({"faults": "one"}, "faults", id="a text for a list"),
        pytest.param({"id": "a"}, "'a' stands twice", id="an id twice"),
        pytest.param("[" * 5_000, "", id="bottomless"),
        pytest.param(b"\xff\xfe", "", id="not UTF-8"),
    ],
)
def test_a_hostile_record_is_named_with_file_and_line(
    written: Path, line: object, problem: str
) -> None:
    if isinstance(line, dict):
        good = json.loads((written / RECORDS).read_text("utf-8"))
        line = json.dumps({**good, "id": "b", **line})
    data = line if isinstance(line, bytes) else str(line).encode()
    with (written / RECORDS).open("ab") as file:
        file.write(b"\n" + data + b"\n")

    with pytest.raises(DatasetError, match=rf"records\.jsonl:3: .*{problem}"):
        read_run(written)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("[]", id="no object"),
        pytest.param('{"suite": "answers"}', id="fields lack"),
        pytest.param(json.dumps({"suite": 7}), id="a number"),
    ],
)
def test_a_hostile_header_is_named(written: Path, text: str) -> None:
    (written / HEADER).write_text(text, encoding="utf-8")

    with pytest.raises(DatasetError, match=r"run\.json: ") as caught:
        read_run(written)

    assert "policy eval run" in caught.value.hint


def test_a_run_without_records_cannot_be_read(written: Path) -> None:
    (written / RECORDS).unlink()

    with pytest.raises(DatasetError, match=r"records\.jsonl: cannot be read"):
        read_run(written)


def test_fresh_folders_sort_by_time_and_are_not_there_yet(tmp_path: Path) -> None:
    first = fresh_path(tmp_path, "answers")
    with new_run(first, HEAD):
        pass

    second = fresh_path(tmp_path, "answers")

    assert first.parent == tmp_path / "evals"
    assert not second.exists()
    assert first.name.endswith("Z-answers")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with two runs."""
    for name in ("20260101T000000Z-answers", "20260102T000000Z-as-of"):
        with new_run(tmp_path / "home" / "evals" / name, HEAD):
            pass
    return tmp_path / "home"


@pytest.mark.parametrize("name", ["latest", "20260102T000000Z-as-of"])
def test_a_run_is_found_by_name_and_as_the_latest(home: Path, name: str) -> None:
    assert find_run(name, home) == home / "evals" / "20260102T000000Z-as-of"


def test_a_run_is_found_by_its_path(home: Path, written: Path) -> None:
    assert find_run(str(written), home) == written


@pytest.mark.parametrize("name", ["nowhere", "", "../..", "\x00"])
def test_a_run_that_is_not_there_is_told_with_those_that_are(home: Path, name: str) -> None:
    with pytest.raises(EvaluationError, match="no run") as caught:
        find_run(name, home)

    assert "20260102T000000Z-as-of" in caught.value.hint


def test_without_any_run_the_command_that_makes_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError) as caught:
        find_run("latest", tmp_path)

    assert "policy eval run" in caught.value.hint


def test_a_folder_without_a_header_is_no_run(home: Path) -> None:
    (home / "evals" / "20270101T000000Z-answers").mkdir()

    assert len(stored_runs(home)) == 2
