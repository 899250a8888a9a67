"""Answers a recorded question again, on the day and in the scope in which it was asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from assistant.answering import Assistant
from assistant.record_changes import Change, differences
from assistant.records import Record, Setup, id_of, record_of
from assistant.types import Answer, Question
from corpus.types import TextKind


def replay(record: Record, assistant: Assistant, setup: Setup) -> tuple[Answer, tuple[Change, ...]]:
    """The answer that `assistant` gives now, and how it differs from the recorded one.

    `setup` is what `assistant` answers with; "today" is the day on which the question was asked.
    """
    asked = record.asked
    then = replace(assistant, today=lambda: asked.on)
    answer = then.answer(
        Question(
            asked.text,
            asked.history,
            asked.as_of,
            frozenset(asked.instruments),
            frozenset(asked.jurisdictions),
            frozenset(TextKind(kind) for kind in asked.text_kinds),
        )
    )
    answer = replace(answer, record_id=id_of(answer, setup))
    new = record_of(answer, setup, assistant.corpus, asked.on, datetime.now(UTC))
    return answer, differences(record, new)
