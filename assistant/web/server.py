"""Starts the server: the port is checked first, the page opens while everything else loads."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

import uvicorn

from assistant.answering import Assistant
from assistant.errors import ServeError
from assistant.record_settings import RecordSettings
from assistant.settings import AssistantSettings
from assistant.web.engine import Engine
from assistant.web.starting import LateApp
from corpus.settings import usable_home
from corpus.settings_source import read
from index.settings import IndexSettings

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def run(index_settings: IndexSettings, settings: AssistantSettings) -> None:
    """Serve until interrupted.

    Raises:
        ServeError: If the port is taken or the address is not this machine's.
        HomeError: If POLICY_HOME cannot be written.
        SettingsError: If a setting of the records has a value it cannot have.
    """
    usable_home(index_settings)
    records = read(RecordSettings)
    listening = _listen(settings.host, settings.port)
    logging.basicConfig(level=logging.INFO, format="policy: %(message)s", stream=sys.stderr)
    for chatty in ("httpx", "bm25s", "chromadb", "sentence_transformers"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    engine = Engine(_maker(index_settings, settings))
    app = LateApp(lambda: _build_app(engine, records, index_settings, settings), engine)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=10,
    )
    sys.stdout.write(f"Policy Assistant: http://{settings.host}:{settings.port}\n")
    sys.stdout.flush()
    if settings.host not in _LOOPBACK:
        sys.stderr.write(
            "policy: serving beyond this machine without identity; anyone who reaches the port "
            "can ask. Hint: keep 127.0.0.1, or put it behind a proxy that knows its users.\n"
        )
    threading.Thread(target=app.load, name="load-app", daemon=True).start()
    asyncio.run(uvicorn.Server(config).serve(sockets=[listening]))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise ServeError(
            f"cannot listen on {host}:{port}: {error.strerror or error}",
            hint=f"Is another `policy serve` running there? Try --port {min(port + 1, 65535)}.",
        ) from error
    listening.listen(128)
    return listening


def _maker(
    index_settings: IndexSettings, settings: AssistantSettings
) -> Callable[[Callable[[str], None]], Assistant]:
    def make(say: Callable[[str], None]) -> Assistant:
        from assistant.wiring import build_assistant

        say("reading the corpus")

        def progress(stage: str, done: int, total: int) -> None:
            say(f"building the index: {stage} {done} of {total}" if total else stage)

        assistant = build_assistant(index_settings, settings, progress=progress)
        say("warming up the model")
        assistant.retriever.retrieve("warm up", k=1, filters=_today())
        assistant.prepare()
        return assistant

    return make


def _today() -> Any:  # index.types.Filters, imported late so that the page opens first
    from datetime import date

    from index.types import Filters

    return Filters(as_of=date.today())


def _build_app(  # a FastAPI application; its import takes seconds
    engine: Engine,
    records: RecordSettings,
    index_settings: IndexSettings,
    settings: AssistantSettings,
) -> Any:
    from assistant.recording import open_recorder
    from assistant.web.app import make_app

    recorder = open_recorder(index_settings.home, records, index_settings, settings)
    return make_app(engine, recorder)
