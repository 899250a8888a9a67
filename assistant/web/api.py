"""`/api/v1`: ask, search and read the corpus; JSON in, JSON out, no stack traces."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from assistant.recording import Recorder
from assistant.render import answer_json
from assistant.types import Question
from assistant.web.engine import Engine
from corpus.describe import instrument_json, linked_json, parent_json
from corpus.types import TextKind
from index.describe import HitJson, hit_json
from index.types import Filters

_WAIT_S = 30.0


class AskBody(BaseModel):
    """A question with its scope; `history` holds the user's earlier turns, oldest first."""

    question: str = Field(description="At most 4,000 characters.")
    id: str = Field("", max_length=200)
    history: list[str] = Field(default_factory=list, max_length=50)
    as_of: date | None = None
    instruments: list[str] = Field(default_factory=list, max_length=100)
    jurisdictions: list[str] = Field(default_factory=list, max_length=100)
    text_kinds: list[TextKind] = Field(default_factory=list, max_length=10)


def make_router(engine: Engine, recorder: Recorder | None = None) -> APIRouter:
    """The routes, over one engine; they wait for it while it loads, up to 30 s.

    `recorder` keeps a record of each answer; none is kept without it.
    """
    router = APIRouter(prefix="/api/v1", tags=["api"])

    @router.post("/ask")
    def ask(body: AskBody) -> dict[str, object]:
        """Answer a question with citations, or abstain and say why."""
        assistant = engine.assistant(_WAIT_S)
        question = Question(
            body.question,
            tuple(body.history),
            body.as_of,
            assistant.corpus.members(body.instruments),
            frozenset(code.upper() for code in body.jurisdictions),
            frozenset(body.text_kinds),
            body.id,
        )
        answer = assistant.answer(question)
        return answer_json(recorder.keep(assistant, answer) if recorder else answer)

    @router.get("/search")
    def search(
        q: Annotated[str, Query(min_length=1, max_length=4000)],
        k: Annotated[int, Query(ge=1, le=100)] = 10,
        as_of: date | None = None,
        instrument: Annotated[list[str] | None, Query()] = None,
        jurisdiction: Annotated[list[str] | None, Query()] = None,
        text_kind: Annotated[list[TextKind] | None, Query()] = None,
    ) -> dict[str, object]:
        """Find the provisions nearest to a query."""
        assistant = engine.assistant(_WAIT_S)
        filters = Filters(
            as_of or assistant.today(),
            assistant.corpus.members(instrument or ()),
            frozenset(code.upper() for code in jurisdiction or ()),
            frozenset(text_kind or ()),
        )
        hits = assistant.retriever.retrieve(q, k=k, filters=filters)
        rows: list[HitJson] = [hit_json(hit, assistant.corpus) for hit in hits]
        return {"query": q, "hits": rows}

    _add_reading(router, engine)
    return router


def _add_reading(router: APIRouter, engine: Engine) -> None:
    """The routes that read the corpus: instruments, and their provisions on a day."""

    @router.get("/instruments")
    def instruments(as_of: date | None = None) -> dict[str, object]:
        """Every instrument with its status and counts."""
        assistant = engine.assistant(_WAIT_S)
        day = as_of or assistant.today()
        corpus = assistant.corpus
        return {"instruments": [instrument_json(corpus, key, day) for key in corpus.instruments]}

    @router.get("/instruments/{instrument_id}")
    def instrument(instrument_id: str, as_of: date | None = None) -> dict[str, object]:
        """One instrument with the locators of its provisions."""
        assistant = engine.assistant(_WAIT_S)
        corpus = assistant.corpus
        body = instrument_json(corpus, instrument_id, as_of or assistant.today())
        return {**body, "locators": [str(p.locator) for p in corpus.of(instrument_id)]}

    @router.get("/instruments/{instrument_id}/provisions/{locator:path}")
    def provision(instrument_id: str, locator: str, as_of: date | None = None) -> dict[str, object]:
        """One provision as it was on a day, with every wording it has had."""
        assistant = engine.assistant(_WAIT_S)
        day = as_of or assistant.today()
        found = assistant.corpus.look_up(instrument_id, locator)
        if len(found) == 1:
            return linked_json(assistant.corpus, found[0], day)
        return parent_json(assistant.corpus, found, locator, day)
