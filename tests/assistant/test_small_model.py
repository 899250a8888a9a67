"""The generated engine against a real model on a real server, as small as both can be had."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.adapters.chat_model import ModelOptions, open_chat_model
from assistant.answering import Assistant
from assistant.citing import is_exact
from assistant.engines.prompting import Prompt
from assistant.errors import ModelError
from assistant.settings import AssistantSettings
from assistant.types import AnswerStatus
from assistant.wiring import with_model
from evals.generated_suite import faults
from evals.gold import read_gold
from evals.small_model import MODEL, missing, served

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(bool(missing()), reason=f"not installed: {missing()}"),
]
QUESTIONS = 5


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as address:
        yield address


def test_the_model_answers_over_http(address: str) -> None:
    model = open_chat_model(MODEL, ModelOptions(base_url=address, max_tokens=24))

    pieces = list(model.stream(Prompt("Answer in one word.", "What colour is grass?")))

    assert len(pieces) > 1
    assert "".join(pieces).strip()


def test_whatever_the_model_writes_a_reader_gets_a_true_answer(
    address: str, real_assistant: Assistant
) -> None:
    settings = AssistantSettings(
        model=MODEL, model_base_url=address, model_max_tokens=80, model_timeout_s=60
    )
    assistant = with_model(real_assistant, settings)
    questions = [gold.question for gold in read_gold() if not gold.should_abstain][:QUESTIONS]

    answers = [assistant.answer(question) for question in questions]

    assert any(answer.status is AnswerStatus.ANSWERED for answer in answers)
    for answer in answers:
        assert faults(answer, assistant.corpus) == []
        assert all(is_exact(citation, assistant.corpus) for citation in answer.citations)
        if answer.engine == "extractive" and answer.status is AnswerStatus.ANSWERED:
            assert "the provisions are quoted instead" in answer.text


def test_a_server_that_is_gone_is_an_error_of_ours() -> None:
    with served() as address:
        model = open_chat_model(MODEL, ModelOptions(base_url=address, timeout_s=5))

    with pytest.raises(ModelError):
        list(model.stream(Prompt("Answer.", "Hello?")))
