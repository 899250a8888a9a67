from __future__ import annotations

import time

import pytest

from assistant.engines.prompting import Prompt
from assistant.engines.streaming import Limits, listen
from assistant.errors import ModelError
from assistant.testing_generated import FailingChatModel, ScriptedChatModel

PROMPT = Prompt("rules", "question")


def test_the_text_grows_to_the_whole_answer() -> None:
    heard = list(listen(ScriptedChatModel("It stops.", piece=3), PROMPT, Limits()))

    assert heard == ["It ", "It sto", "It stops."]


def test_no_more_characters_are_taken_than_allowed() -> None:
    heard = list(listen(ScriptedChatModel("x" * 500), PROMPT, Limits(characters=100)))

    assert len(heard[-1]) == 100


def test_what_was_heard_before_a_failure_is_given_then_the_failure() -> None:
    growing = listen(FailingChatModel(first="Robots"), PROMPT, Limits())

    assert next(growing) == "Robots"
    with pytest.raises(ModelError, match="rate limit"):
        next(growing)


def test_a_failure_of_any_kind_comes_as_ours() -> None:
    with pytest.raises(ModelError, match="KeyError: 'choices'"):
        list(listen(FailingChatModel(error=KeyError("choices")), PROMPT, Limits()))


def test_a_model_that_hangs_is_given_up_in_time() -> None:
    hanging = FailingChatModel(error=None)
    started = time.monotonic()

    with pytest.raises(ModelError, match=r"no answer within 0\.2 seconds"):
        list(listen(hanging, PROMPT, Limits(seconds=0.2)))

    hanging.released.set()
    assert time.monotonic() - started < 5


def test_a_model_that_drips_is_given_up_in_time() -> None:
    ticks = iter(range(1_000))

    with pytest.raises(ModelError, match="no whole answer"):
        list(listen(ScriptedChatModel("x" * 900, piece=1), PROMPT, Limits(5), lambda: next(ticks)))
