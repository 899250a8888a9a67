"""Listens to a chat model for so long and no longer, whatever the model does."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Protocol

from assistant.engines.prompting import Prompt
from assistant.errors import ModelError


class ChatModel(Protocol):
    """Writes an answer to a prompt, piece by piece."""

    @property
    def name(self) -> str:
        """The name that an answer is signed with."""

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """The pieces of the answer as they come.

        Raises:
            ModelError: If the model cannot be reached, refuses or breaks off.
        """


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a model is listened to: seconds and characters in all."""

    seconds: float = 60.0
    characters: int = 20_000


def listen(
    model: ChatModel,
    prompt: Prompt,
    limits: Limits,
    clock: Callable[[], float] = time.monotonic,
) -> Generator[str]:
    """The text written so far, each time that there is more of it; ends at the last character.

    The model writes in a thread of its own: one that hangs is left behind when the time is up.
    Closing the iterator tells the thread to stop at its next piece.

    Raises:
        ModelError: If the model fails, or the time is up before it has ended.
    """
    pieces: queue.Queue[str | ModelError | None] = queue.Queue()
    done = threading.Event()
    until = clock() + limits.seconds
    threading.Thread(
        target=_write, args=(model, prompt, pieces, done), name="policy-model", daemon=True
    ).start()
    text = ""
    try:
        while len(text) < limits.characters:
            try:
                piece = pieces.get(timeout=max(until - clock(), 0.001))
            except queue.Empty:
                raise ModelError(f"no answer within {limits.seconds:g} seconds") from None
            if isinstance(piece, ModelError):
                raise piece
            if piece is None:
                return
            text = (text + piece)[: limits.characters]
            yield text
            if clock() > until:
                raise ModelError(f"no whole answer within {limits.seconds:g} seconds")
    finally:
        done.set()


def _write(
    model: ChatModel,
    prompt: Prompt,
    pieces: queue.Queue[str | ModelError | None],
    done: threading.Event,
) -> None:
    """Put what a model writes into a queue; then None, or the error that it broke off with."""
    try:
        for piece in model.stream(prompt):
            if done.is_set():
                return
            pieces.put(piece)
    except ModelError as error:
        pieces.put(error)
        return
    # Nobody waits for this thread: whatever goes wrong must reach the one who listens.
    except Exception as error:
        pieces.put(ModelError(f"{type(error).__name__}: {error}"))
        return
    pieces.put(None)
