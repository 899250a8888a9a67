"""What the server answers is recorded, by the API and by the chat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.answering import Assistant
from assistant.record_store import RecordStore
from assistant.recording import Recorder
from assistant.testing import FixedRetriever, make_assistant
from assistant.web.api import make_router
from assistant.web.chat import _responder
from assistant.web.engine import Engine
from corpus.catalog import Corpus
from index.types import Hit

QUESTION = "When shall a household robot stop?"


@pytest.fixture
def engine(laws: Corpus, hit: Callable[..., Hit]) -> Engine:
    assistant: Assistant = make_assistant(laws, FixedRetriever([hit("robot-act#article-1")]))
    ready = Engine(lambda say: assistant)
    ready.load()
    return ready


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RecordStore]:
    with closing(RecordStore(tmp_path)) as opened:
        yield opened


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    return Recorder(RecordStore(tmp_path))


def client(engine: Engine, recorder: Recorder | None) -> TestClient:
    app = FastAPI()
    app.include_router(make_router(engine, recorder))
    return TestClient(app)


def test_an_answer_of_the_api_is_recorded_with_its_scope(
    engine: Engine, recorder: Recorder, store: RecordStore
) -> None:
    body = {"question": QUESTION, "history": ["What is a robot?"], "jurisdictions": ["eu"]}

    answer = client(engine, recorder).post("/api/v1/ask", json=body).json()
    recorder.close()

    record = store.find(answer["record_id"])
    assert (record.asked.text, record.asked.history) == (QUESTION, ("What is a robot?",))
    assert record.asked.jurisdictions == ("EU",)
    assert record.text == answer["answer"]


def test_two_scopes_of_one_question_are_two_records(
    engine: Engine, recorder: Recorder, store: RecordStore
) -> None:
    asked = client(engine, recorder)

    ids = {
        asked.post("/api/v1/ask", json={"question": QUESTION, **scope}).json()["record_id"]
        for scope in ({}, {"instruments": ["robot-act"]}, {})
    }
    recorder.close()

    assert ids == {row.id for row in store.listed(5)}
    assert sorted(row.times for row in store.listed(5)) == [1, 2]


def test_a_refused_question_is_not_recorded(
    engine: Engine, recorder: Recorder, store: RecordStore
) -> None:
    asked = client(engine, recorder)

    with pytest.raises(Exception, match="the question is empty"):
        asked.post("/api/v1/ask", json={"question": "  "})
    recorder.close()

    assert store.count() == 0


def test_an_answer_of_the_chat_is_recorded_with_the_turns_before_it(
    engine: Engine, recorder: Recorder, store: RecordStore
) -> None:
    turns = [{"role": "user", "content": "What is a robot?"}]

    shown = list(_responder(engine, recorder)(QUESTION, "2025-03-01", turns))
    recorder.close()

    (row,) = store.listed(5)
    record = store.find(row.id)
    assert "2 seconds" in str(shown[-1])
    assert (record.asked.text, record.asked.history) == (QUESTION, ("What is a robot?",))
    assert str(record.asked.as_of) == "2025-03-01"


def test_without_a_recorder_the_server_answers_and_keeps_nothing(
    engine: Engine, store: RecordStore
) -> None:
    answer = client(engine, None).post("/api/v1/ask", json={"question": QUESTION}).json()
    list(_responder(engine, None)(QUESTION, "", []))

    assert answer["status"] == "answered"
    assert not store.path.exists()
