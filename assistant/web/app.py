"""The FastAPI application: health, API, source fragments, and the chat mounted at the root."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated

from fastapi import FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException

from assistant.errors import NotReadyError, QuestionError
from assistant.recording import Recorder
from assistant.web.api import make_router
from assistant.web.chat import mount_chat
from assistant.web.engine import Engine
from assistant.web.source_html import source_fragment
from corpus.errors import (
    LocatorError,
    PolicyError,
    UnknownInstrumentError,
    UnknownProvisionError,
)

MAX_BODY_BYTES = 1_000_000
# Nothing may be fetched from, or sent to, any other origin. Gradio's own bundle needs inline
# scripts and styles, eval, blobs and data addresses.
_CSP = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'self'; base-uri 'self'; "
    "form-action 'self'; object-src 'none'"
)
_STATUS = {
    NotReadyError: 503,
    QuestionError: 422,
    LocatorError: 422,
    UnknownInstrumentError: 404,
    UnknownProvisionError: 404,
}


def make_app(engine: Engine, recorder: Recorder | None = None) -> FastAPI:
    """The whole server over one engine, which may still be loading; `recorder` keeps answers."""
    app = FastAPI(
        title="Policy Assistant",
        version="1",
        description="What the rules on AI and advanced chips say, with pinpoint citations.",
    )
    app.include_router(make_router(engine, recorder))
    _add_health(app, engine)
    _add_source(app, engine)
    _add_errors(app)
    app.middleware("http")(_guard)
    return mount_chat(app, engine, recorder)


def _add_health(app: FastAPI, engine: Engine) -> None:
    @app.get("/healthz", tags=["health"])
    def healthz() -> dict[str, str]:
        """The server answers."""
        return {"status": "ok"}

    @app.get("/readyz", tags=["health"])
    def readyz(response: Response) -> dict[str, object]:
        """Whether questions are answered already; 503 while loading or when broken."""
        response.status_code = 200 if engine.state == "ready" else 503
        return {
            "status": engine.state,
            "stage": engine.stage,
            "page": True,
            "problem": engine.problem,
            "hint": engine.hint,
        }


def _add_source(app: FastAPI, engine: Engine) -> None:
    @app.get("/ui/source", response_class=HTMLResponse, include_in_schema=False)
    def source(
        provision: Annotated[str, Query(max_length=300)],
        version: Annotated[int, Query(ge=0, le=100)] = 0,
        start: Annotated[int, Query(ge=0)] = 0,
        end: Annotated[int, Query(ge=0)] = 0,
        as_of: date | None = None,
    ) -> HTMLResponse:
        """The cited provision as an HTML fragment, the quoted words marked."""
        assistant = engine.assistant()
        day = as_of or assistant.today()
        found = assistant.corpus.provision(provision)
        return HTMLResponse(source_fragment(assistant.corpus, found, version, (start, end), day))


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(PolicyError)
    def policy_error(request: Request, error: PolicyError) -> JSONResponse:
        status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)
        return _error(status, type(error).__name__, str(error), error.hint)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return _error(422, "invalid_request", f"{where}: {first['msg']}", "See /docs.")

    @app.exception_handler(HTTPException)
    def http_error(request: Request, error: HTTPException) -> JSONResponse:
        return _error(error.status_code, "http_error", str(error.detail), "See /docs.")


def _error(status: int, code: str, message: str, hint: str) -> JSONResponse:
    body = {"error": {"code": code, "message": message, "hint": hint}}
    return JSONResponse(body, status_code=status)


async def _guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse oversize bodies; set the security headers."""
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > MAX_BODY_BYTES:
        return _error(413, "too_large", "the request body is too large", "At most 1 MB.")
    response = await call_next(request)
    response.headers.setdefault("Content-Security-Policy", _CSP)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    return response
