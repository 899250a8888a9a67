"""The assistant behind the server: loads in the background, says how far it is."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from assistant.answering import Assistant
from assistant.errors import NotReadyError
from corpus.errors import PolicyError

State = Literal["loading", "ready", "broken"]
_LOG = logging.getLogger("policy.engine")


@dataclass(slots=True)
class Engine:
    """Holds the assistant once it is loaded; shared by every client of the server.

    `make` builds the assistant and reports its stage through the callback it is given.
    """

    make: Callable[[Callable[[str], None]], Assistant]
    state: State = "loading"
    stage: str = "starting"
    problem: str = ""
    hint: str = ""
    _assistant: Assistant | None = None
    _done: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Load in a thread of its own; returns at once."""
        threading.Thread(target=self.load, name="load-engine", daemon=True).start()

    def load(self) -> None:
        """Load now; an expected failure is kept and told, anything else too, and logged."""
        started = time.perf_counter()
        try:
            self._assistant = self.make(self._say)
        except PolicyError as error:
            self._fail(str(error), error.hint)
        except Exception as error:  # the UI boundary: a server that is up must say what is wrong
            _LOG.exception("the engine could not be loaded")
            self._fail(f"{type(error).__name__}: {error}", "See the server's log.")
        else:
            self.state, self.stage = "ready", "ready"
            _LOG.info("ready after %.1f s", time.perf_counter() - started)
        self._done.set()

    def assistant(self, timeout_s: float = 0) -> Assistant:
        """The assistant, waiting up to `timeout_s` for it.

        Raises:
            NotReadyError: If it is still loading, or could not be loaded.
        """
        self._done.wait(timeout_s)
        if self._assistant is None:
            message = self.problem or f"the assistant is still loading ({self.stage})"
            raise NotReadyError(message, hint=self.hint or NotReadyError.hint)
        return self._assistant

    def _say(self, stage: str) -> None:
        self.stage = stage

    def _fail(self, problem: str, hint: str) -> None:
        self.state, self.stage = "broken", "broken"
        self.problem, self.hint = problem, hint
