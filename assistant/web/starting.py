"""Answers from the first moment on: a starting page until the real application is imported.

Importing Gradio takes three to five seconds on two cores. The server listens at once; this
ASGI application shows a page that says what is loading and reloads itself, then steps aside.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import AsyncExitStack
from typing import Any

from assistant.web.engine import Engine

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_LOG = logging.getLogger("policy.server")

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Policy Assistant</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0;
min-height:100vh;display:grid;place-items:center;background:#f7f7f5;color:#1d2733}
@media(prefers-color-scheme:dark){body{background:#14191f;color:#e6e9ec}}
main{max-width:32rem;padding:2rem}h1{font-size:1.4rem;margin:0 0 .5rem}</style></head>
<body><main role="status" aria-live="polite"><h1>Policy Assistant</h1>
<p>The server is up and loading. This page opens the chat by itself in a few seconds.</p>
<p id="stage"></p></main><script>
async function look(){try{const r=await fetch("readyz?page");const s=await r.json();
document.getElementById("stage").textContent=s.problem?s.problem+" "+s.hint:"Now: "+s.stage;
if(s.page){location.reload();return}}catch(e){}setTimeout(look,300)}look()
</script></body></html>"""


class LateApp:
    """Serves the starting page, then the application that `make` gives."""

    def __init__(self, make: Callable[[], Any], engine: Engine) -> None:
        self._make = make
        self._engine = engine
        self._app: Any = None
        self._built = threading.Event()
        self._problem = ""
        self._stack = AsyncExitStack()
        self._entering: asyncio.Lock | None = None
        self._entered = False

    def load(self) -> None:
        """Import and build the application, then load the engine; run in a thread."""
        try:
            self._app = self._make()
        except Exception as error:  # the UI boundary: without it the page would wait for ever
            _LOG.exception("the application could not be built")
            self._problem = f"{type(error).__name__}: {error}"
        else:
            self._built.set()
        self._engine.load()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over to the application once it is built; before that, say so."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        if self._built.is_set():
            await self._enter()
            await self._app(scope, receive, send)
            return
        await self._early(scope, send)

    async def _enter(self) -> None:
        """Run the application's own start-up, once, in the server's loop."""
        if self._entered:
            return
        self._entering = self._entering or asyncio.Lock()
        async with self._entering:
            if not self._entered:
                await self._stack.enter_async_context(self._app.router.lifespan_context(self._app))
                self._entered = True

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self._stack.aclose()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _early(self, scope: Scope, send: Send) -> None:
        path = scope.get("path", "/")
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1013})
        elif path == "/healthz":
            await _reply(send, 200, json.dumps({"status": "ok"}))
        elif path in {"/", "/embed"}:
            await _reply(send, 200, _PAGE, kind="text/html; charset=utf-8")
        else:
            await _reply(send, 503, json.dumps(self._not_ready()))

    def _not_ready(self) -> dict[str, object]:
        stage = self._problem or "loading the chat"
        return {
            "status": "loading",
            "stage": stage,
            "page": False,
            "problem": self._problem,
            "hint": "",
            "error": {
                "code": "not_ready",
                "message": f"the server is starting ({stage})",
                "hint": "Try again in a few seconds; /readyz tells when.",
            },
        }


async def _reply(send: Send, status: int, body: str, *, kind: str = "application/json") -> None:
    data = body.encode()
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(data)).encode()),
        (b"cache-control", b"no-store"),
        (b"retry-after", b"2"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})
