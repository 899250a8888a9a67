"""Keeps a record of each answer, beside the answering: no answer waits for it or fails with it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pydantic_settings import BaseSettings

from assistant.answering import Assistant
from assistant.record_errors import RecordError
from assistant.record_settings import RecordSettings
from assistant.record_setup import settings_that_count, setup_of
from assistant.record_store import RecordStore
from assistant.records import Setup, id_of, record_of
from assistant.types import Answer

MOST_WAITING = 256
RETRY_S = 30.0
# A record is written this long after its answer: the interpreter runs one thread at a time, and
# the answer is still on its way to the reader.
LATER_S = 0.05
_LOG = logging.getLogger("policy.records")


class Recorder:
    """Names answers by their record, and writes the records in a thread of its own.

    Where the store cannot be used, `warn` is told once, the records are lost, and the store is
    tried again after `RETRY_S`. Without a store (None) answers are named and not recorded.
    `settings` are those that count, for the record's setup; records not asked for again within
    `keep_days` are deleted, 0 keeps them. `close` waits for what is still to be written.
    """

    def __init__(
        self,
        store: RecordStore | None,
        *,
        settings: tuple[tuple[str, str], ...] = (),
        keep_days: int = 0,
        warn: Callable[[str], None] = _LOG.warning,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._settings = settings
        self._keep_days = keep_days
        self._warn = warn
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="records")
        self._closing = threading.Event()
        self._room = threading.BoundedSemaphore(MOST_WAITING)
        self._setup: tuple[Assistant, Setup] | None = None
        self._retry_at: float | None = None  # set while the store fails
        self._lost = 0
        self._tidied: date | None = None

    def keep(self, assistant: Assistant, answer: Answer) -> Answer:
        """The answer of `assistant` with the id of its record, which is written afterwards."""
        setup = self.setup(assistant)
        answer = replace(answer, record_id=id_of(answer, setup))
        if self._store is None:
            return answer
        if not self._room.acquire(blocking=False):
            self._lost += 1
            return answer
        try:
            due = time.monotonic() + LATER_S
            at = datetime.now(UTC)
            done = self._thread.submit(self._write, self._store, assistant, answer, at, due)
        except RuntimeError:  # closed: the server is stopping
            self._room.release()
            return answer
        done.add_done_callback(self._after)
        return answer

    def setup(self, assistant: Assistant) -> Setup:
        """What `assistant` answers with; found out once."""
        if self._setup is None or self._setup[0] is not assistant:
            self._setup = (assistant, setup_of(assistant, self._settings))
        return self._setup[1]

    def close(self) -> None:
        """Write what is still to be written, and let go of the store."""
        self._closing.set()
        self._thread.shutdown(wait=True)
        if self._store is not None:
            self._store.close()

    def _write(
        self, store: RecordStore, assistant: Assistant, answer: Answer, at: datetime, due: float
    ) -> None:
        self._closing.wait(max(0.0, due - time.monotonic()))
        if self._retry_at is not None and self._clock() < self._retry_at:
            self._lost += 1
            return
        try:
            setup = self.setup(assistant)
            store.put(record_of(answer, setup, assistant.corpus, assistant.today(), at))
        except RecordError as error:
            self._failed(error)
            return
        self._worked()
        if self._keep_days and self._tidied != at.date():
            self._tidied = at.date()
            self._tidy(store, at - timedelta(days=self._keep_days))

    def _tidy(self, store: RecordStore, before: datetime) -> None:
        try:
            store.delete_older(before)
        except RecordError as error:
            self._warn(f"old records were not deleted: {error}. Hint: {error.hint}")

    def _failed(self, error: RecordError) -> None:
        if self._retry_at is None:
            self._warn(f"answers are not recorded: {error}. Hint: {error.hint}")
        self._retry_at = self._clock() + RETRY_S
        self._lost += 1

    def _worked(self) -> None:
        if self._lost:
            self._warn(f"answers are recorded again; {self._lost} were not")
        self._lost, self._retry_at = 0, None

    def _after(self, done: Future[None]) -> None:
        self._room.release()
        error = None if done.cancelled() else done.exception()
        if error is not None:  # a bug: told in the log, and the answer is given all the same
            _LOG.error("an answer could not be recorded", exc_info=error)


def open_recorder(
    home: Path,
    records: RecordSettings,
    *settings: BaseSettings,
    warn: Callable[[str], None] = _LOG.warning,
) -> Recorder:
    """The recorder of one POLICY_HOME; `settings` are those that the answers are made with."""
    return Recorder(
        RecordStore(home) if records.records == "on" else None,
        settings=settings_that_count(*settings),
        keep_days=records.records_keep_days,
        warn=warn,
    )
