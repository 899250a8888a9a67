"""Many questions from a file, one answer a line; one process, one model load."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from assistant.errors import BatchError, QuestionError
from assistant.render import answer_json
from assistant.types import Answer, Question


def read_questions(path: Path) -> Iterator[Question]:
    """The questions of a JSON Lines file; fields the contract does not name are ignored.

    Raises:
        BatchError: With file and line, for the first line that is no question.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BatchError(str(path), 0, f"cannot be read: {error.strerror}") from error
    for number, line in enumerate(data.splitlines(), 1):
        if line.strip():
            yield _question(line, str(path), number)


def _question(line: bytes, path: str, number: int) -> Question:
    try:
        row = json.loads(line.decode("utf-8"))
        text, history, as_of = row["question"], row.get("history") or [], row.get("as_of")
        if not isinstance(text, str) or not _is_list_of_texts(history):
            raise TypeError("question is a text and history a list of texts")
        day = date.fromisoformat(as_of) if as_of else None
        identifier = str(row.get("id", number))
        identifier.encode()  # an id that cannot be written would lose every answer
        return Question(text, tuple(history), day, id=identifier)
    except UnicodeError as error:
        raise BatchError(path, number, "not UTF-8 text") from error
    except RecursionError as error:
        raise BatchError(path, number, "nested too deeply") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        problem = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise BatchError(path, number, f"not a question: {problem}") from error


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(turn, str) for turn in value)


def answer_all(
    questions: Sequence[Question],
    answer: Callable[[Question], Answer],
    out: Path,
    progress: Callable[[int, int], None],
) -> int:
    """Write one answer a line to `out`, which appears whole or not at all; gives the count.

    A question that cannot be taken gives a line with an `error`, so that no id is lost.
    """
    aside = out.with_name(f"{out.name}.{os.getpid()}.tmp")
    try:
        with aside.open("w", encoding="utf-8") as file:
            for number, question in enumerate(questions, 1):
                file.write(_line(question, answer) + "\n")
                progress(number, len(questions))
        aside.replace(out)
    except OSError as error:
        raise BatchError(str(out), 0, f"cannot be written: {error.strerror}") from error
    finally:
        with contextlib.suppress(OSError):  # where it could not be made, there is none to remove
            aside.unlink(missing_ok=True)
    return len(questions)


def _line(question: Question, answer: Callable[[Question], Answer]) -> str:
    try:
        return json.dumps(answer_json(answer(question)), ensure_ascii=False)
    except QuestionError as error:
        body = {
            "id": question.id,
            "question": question.text[:200],
            "status": "abstained",
            "abstained": True,
            "abstain_reason": "unsupported",
            "answer": "",
            "claims": [],
            "citations": [],
            "error": {"message": str(error), "hint": error.hint},
        }
        return json.dumps(body, ensure_ascii=True)
