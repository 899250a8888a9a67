from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from evals.datasets import read_beir
from evals.errors import DatasetError


def append(path: Path, line: str) -> None:
    path.write_text(path.read_text("utf-8") + line + "\n", encoding="utf-8")


def test_every_document_is_read_with_its_title(beir_folder: Path) -> None:
    dataset = read_beir(beir_folder)

    assert len(dataset.documents) == 12
    assert (dataset.documents[0].id, dataset.documents[0].title) == ("harbour", "Harbour light")


def test_the_set_is_named_after_its_folder(beir_folder: Path) -> None:
    dataset = read_beir(beir_folder)

    assert dataset.name == "tiny"


def test_a_query_without_a_relevant_document_is_left_out(beir_folder: Path) -> None:
    dataset = read_beir(beir_folder)

    assert [topic.id for topic in dataset.topics] == ["q1", "q2", "q3", "q4"]


def test_the_header_of_the_qrels_is_no_judgement(beir_folder: Path) -> None:
    dataset = read_beir(beir_folder)

    assert "query-id" not in dataset.qrels


def test_qrels_without_a_header_keep_their_first_line(beir_folder: Path) -> None:
    qrels = beir_folder / "qrels" / "test.tsv"
    qrels.write_text("q3\tknot\t1\n", encoding="utf-8")

    dataset = read_beir(beir_folder)

    assert dataset.qrels == {"q3": {"knot": 1}}


def test_grades_are_kept_as_numbers(beir_folder: Path) -> None:
    dataset = read_beir(beir_folder)

    assert dataset.qrels["q2"] == {"honey": 1, "bees": 1}
    assert dataset.qrels["q5"] == {"salt": 0}


def test_a_zipped_corpus_reads_as_the_plain_one(beir_folder: Path) -> None:
    plain = read_beir(beir_folder)
    path = beir_folder / "corpus.jsonl"
    (beir_folder / "corpus.jsonl.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()

    zipped = read_beir(beir_folder)

    assert zipped == plain


def test_empty_lines_are_skipped(beir_folder: Path) -> None:
    whole = read_beir(beir_folder)
    for name in ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv"):
        append(beir_folder / name, "")

    dataset = read_beir(beir_folder)

    assert dataset == whole


def test_a_number_as_id_is_read_as_text(beir_folder: Path) -> None:
    append(beir_folder / "corpus.jsonl", '{"_id": 13, "text": "A thirteenth document."}')

    dataset = read_beir(beir_folder)

    assert (dataset.documents[-1].id, dataset.documents[-1].title) == ("13", "")


@pytest.mark.parametrize(
    ("name", "line", "place"),
    [
        pytest.param("corpus.jsonl", "{broken", "corpus.jsonl:13: not JSON", id="corpus, no JSON"),
        pytest.param("corpus.jsonl", '{"text": "x"}', "corpus.jsonl:13: .*_id", id="corpus, no id"),
        pytest.param("corpus.jsonl", "[1]", "corpus.jsonl:13: an object", id="corpus, no object"),
        pytest.param("queries.jsonl", "nothing", "queries.jsonl:6: not JSON", id="query, no JSON"),
        pytest.param(
            "queries.jsonl", '{"_id": "q1"}', "queries.jsonl:6: .*'text'", id="query, no text"
        ),
        pytest.param("qrels/test.tsv", "q1\tfog", "test.tsv:8: query-id", id="qrels, two fields"),
        pytest.param("qrels/test.tsv", "q1\tfog\tyes", "test.tsv:8: ", id="qrels, no number"),
        pytest.param("qrels/test.tsv", "q1\tfog\t--1", "test.tsv:8: ", id="qrels, two signs"),
    ],
)
def test_a_bad_line_is_named_with_its_file(
    beir_folder: Path, name: str, line: str, place: str
) -> None:
    append(beir_folder / name, line)

    with pytest.raises(DatasetError, match=place):
        read_beir(beir_folder)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_missing_file_is_named(beir_folder: Path, name: str) -> None:
    (beir_folder / name).unlink()

    with pytest.raises(DatasetError, match=re.escape(f"{beir_folder / name}")):
        read_beir(beir_folder)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_file_that_is_not_utf_8_is_named(beir_folder: Path, name: str) -> None:
    (beir_folder / name).write_bytes(b"\xff\xfe\x00")

    with pytest.raises(DatasetError, match=rf"{name}: cannot be read"):
        read_beir(beir_folder)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: b"not zipped at all", id="not gzip"),
        pytest.param(lambda data: data[:-12], id="cut off"),
        pytest.param(lambda data: data[:12] + b"\xff" * 40 + data[52:], id="garbled"),
    ],
)
def test_a_damaged_zip_is_named(beir_folder: Path, damage: Callable[[bytes], bytes]) -> None:
    path = beir_folder / "corpus.jsonl"
    zipped = gzip.compress(path.read_bytes())
    path.unlink()
    (beir_folder / "corpus.jsonl.gz").write_bytes(damage(zipped))

    with pytest.raises(DatasetError, match=r"corpus\.jsonl\.gz: cannot be read"):
        read_beir(beir_folder)


def test_a_set_without_a_relevant_document_is_refused(beir_folder: Path) -> None:
    (beir_folder / "qrels" / "test.tsv").write_text("q5\tsalt\t0\n", encoding="utf-8")

    with pytest.raises(DatasetError, match="no query has a relevant document"):
        read_beir(beir_folder)


def test_the_failure_says_what_the_layout_is(tmp_path: Path) -> None:
    with pytest.raises(DatasetError) as caught:
        read_beir(tmp_path)

    assert "qrels/test.tsv" in caught.value.hint
