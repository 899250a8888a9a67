from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.batch import answer_all, read_questions
from assistant.errors import BatchError
from assistant.testing import FixedRetriever, make_assistant
from assistant.types import Answer, Question
from corpus.catalog import Corpus
from index.types import Hit


@pytest.fixture
def assistant(laws: Corpus, hit: Callable[..., Hit]) -> Assistant:
    return make_assistant(laws, FixedRetriever([hit("robot-act#article-1")]))


@pytest.fixture
def write(tmp_path: Path) -> Callable[[bytes], Path]:
    def save(data: bytes) -> Path:
        path = tmp_path / "questions.jsonl"
        path.write_bytes(data)
        return path

    return save


def no_progress(done: int, total: int) -> None:
    """Progress that nobody watches."""


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_line_is_read_with_its_history_and_day(write: Callable[[bytes], Path]) -> None:
    path = write(
        b'{"id": "a", "question": "Q?", "history": ["first", "second"], "as_of": "2025-03-01"}'
    )

    assert list(read_questions(path)) == [
        Question("Q?", ("first", "second"), date(2025, 3, 1), id="a")
    ]


def test_what_the_contract_does_not_name_is_ignored(write: Callable[[bytes], Path]) -> None:
    path = write(b'{"id": "a", "question": "Q?", "gold": [1], "history": null, "as_of": null}')

    assert list(read_questions(path)) == [Question("Q?", id="a")]


def test_a_line_without_an_id_takes_its_number(write: Callable[[bytes], Path]) -> None:
    path = write(b'{"question": "A?"}\n\n{"question": "B?"}\n')

    assert [question.id for question in read_questions(path)] == ["1", "3"]


def test_an_empty_file_holds_no_questions(write: Callable[[bytes], Path]) -> None:
    assert list(read_questions(write(b"\n\n"))) == []


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"not json", id="not-json"),
        pytest.param(b"\xff\xfe{}", id="not-utf-8"),
        pytest.param(b"[]", id="a-list"),
        pytest.param(b"3", id="a-number"),
        pytest.param(b'{"id": "a"}', id="no-question"),
        pytest.param(b'{"question": 3}', id="question-is-a-number"),
        pytest.param(b'{"question": "Q?", "history": [3]}', id="history-of-numbers"),
        pytest.param(b'{"question": "Q?", "history": "abc"}', id="history-is-a-text"),
        pytest.param(b'{"question": "Q?", "as_of": "soon"}', id="as-of-is-no-date"),
        pytest.param(b'{"question": "Q?", "as_of": 2025}', id="as-of-is-a-number"),
        pytest.param(b'{"question": "Q?", "id": "\\ud800"}', id="id-is-no-text"),
        pytest.param(b"[" * 100_000, id="deeply-nested"),
    ],
)
def test_a_line_that_is_no_question_is_named_with_file_and_line(
    line: bytes, write: Callable[[bytes], Path]
) -> None:
    path = write(b'{"question": "Q?"}\n' + line + b"\n")

    with pytest.raises(BatchError, match=r"questions\.jsonl:2: ") as refused:
        list(read_questions(path))

    assert '"question"' in refused.value.hint


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BatchError, match=r"none\.jsonl.*cannot be read"):
        list(read_questions(tmp_path / "none.jsonl"))


def test_each_question_gives_one_line_in_order(assistant: Assistant, tmp_path: Path) -> None:
    out = tmp_path / "answers.jsonl"
    questions = [Question(f"When shall robot {n} stop?", id=f"q{n}") for n in range(3)]

    count = answer_all(questions, assistant.answer, out, no_progress)

    assert count == 3
    assert [row["id"] for row in rows(out)] == ["q0", "q1", "q2"]
    assert {row["status"] for row in rows(out)} == {"answered"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("why " * 25_000, id="100000-characters"),
        pytest.param("", id="empty"),
        pytest.param("a lone \ud800 surrogate", id="lone-surrogate"),
    ],
)
def test_a_question_that_cannot_be_taken_gives_an_error_line_and_the_others_are_answered(
    text: str, assistant: Assistant, tmp_path: Path
) -> None:
    out = tmp_path / "answers.jsonl"
    questions = [Question("Stop?", id="a"), Question(text, id="b"), Question("Stop?", id="c")]

    answer_all(questions, assistant.answer, out, no_progress)

    first, refused, last = rows(out)
    assert (first["status"], last["status"]) == ("answered", "answered")
    assert (refused["id"], refused["abstained"], refused["citations"]) == ("b", True, [])
    assert set(refused["error"]) == {"message", "hint"}  # type: ignore[call-overload]
    assert len(json.dumps(refused)) < 2_000


def test_an_earlier_turn_that_is_no_text_does_not_stop_the_others(
    assistant: Assistant, tmp_path: Path
) -> None:
    out = tmp_path / "answers.jsonl"
    questions = [Question("And it?", ("a \ud800 turn",), id="a"), Question("Stop?", id="b")]

    answer_all(questions, assistant.answer, out, no_progress)

    assert [row["id"] for row in rows(out)] == ["a", "b"]


def test_progress_is_told_after_each_answer(assistant: Assistant, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    answer_all(
        [Question("Stop?"), Question("Why?")],
        assistant.answer,
        tmp_path / "answers.jsonl",
        lambda done, total: told.append((done, total)),
    )

    assert told == [(1, 2), (2, 2)]


def test_an_output_cut_short_does_not_appear(assistant: Assistant, tmp_path: Path) -> None:
    out = tmp_path / "answers.jsonl"

    def answer(question: Question) -> Answer:
        if question.id == "b":
            raise KeyboardInterrupt
        return assistant.answer(question)

    with pytest.raises(KeyboardInterrupt):
        answer_all([Question("Stop?", id="a"), Question("?", id="b")], answer, out, no_progress)

    assert list(tmp_path.glob("answers*")) == []


def test_an_output_cut_short_leaves_the_one_before_it(assistant: Assistant, tmp_path: Path) -> None:
    out = tmp_path / "answers.jsonl"
    answer_all([Question("Stop?", id="old")], assistant.answer, out, no_progress)

    def fail(question: Question) -> Answer:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        answer_all([Question("Stop?", id="new")], fail, out, no_progress)

    assert [row["id"] for row in rows(out)] == ["old"]


def test_who_reads_the_output_before_it_keeps_it_whole(
    assistant: Assistant, tmp_path: Path
) -> None:
    out = tmp_path / "answers.jsonl"
    out.write_text("the old answers", "utf-8")

    with out.open(encoding="utf-8") as reader:
        answer_all([Question("Stop?", id="new")], assistant.answer, out, no_progress)

        assert reader.read() == "the old answers"
    assert [row["id"] for row in rows(out)] == ["new"]


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("no-folder/answers.jsonl", id="no-such-folder"),
        pytest.param("a-file/answers.jsonl", id="below-a-file"),
        pytest.param("a-folder", id="a-folder"),
        pytest.param("a" * 300, id="name-too-long"),
    ],
)
def test_an_output_that_cannot_be_written_is_named(
    place: str, assistant: Assistant, tmp_path: Path
) -> None:
    (tmp_path / "a-file").touch()
    (tmp_path / "a-folder").mkdir()

    with pytest.raises(BatchError, match="cannot be written"):
        answer_all([Question("Stop?")], assistant.answer, tmp_path / place, no_progress)

    assert not list(tmp_path.glob("*.tmp"))
