"""What is kept of an answer, so that it can be read again, replayed and found stale (pure)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from assistant.types import Answer, Citation, Claim, Question
from corpus.catalog import Corpus
from corpus.status import standing
from index.types import Hit

ID_CHARS = 16
_CLAIM_FIELDS = {"text", "citations", "support", "score"}


@dataclass(frozen=True, slots=True)
class Setup:
    """What an answer was made with: fingerprints of data and program, and the settings that count.

    With equal setups the extractive engine gives equal answers to equal questions.
    """

    corpus: str
    index: str
    embedding_model: str
    confidence: str
    program: str
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """The question as it was taken: cleaned, with its scope, and the day on which it was asked."""

    text: str
    history: tuple[str, ...]
    as_of: date | None
    on: date
    instruments: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    text_kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A passage that retrieval gave, with its scores as `index.types.Hit` explains them."""

    passage_id: str
    provision_id: str
    score: float
    dense: float
    lexical: float
    late: float
    found_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordedClaim:
    """A sentence of the answer; `checks` holds what else a claim says of how it was checked."""

    text: str
    citations: tuple[int, ...]
    support: str
    score: float
    checks: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RecordedCitation:
    """A citation and the state of its provision.

    `text_sha256` is of the whole cited wording. `of_day` says that it was the wording of the day
    meant. `status` is on that day, `status_when_asked` on the day of asking.
    """

    n: int
    instrument: str
    locator: str
    provision_id: str
    passage_id: str
    version: int
    of_day: bool
    heading: str
    quote: str
    quote_start: int
    quote_end: int
    text_sha256: str
    text_kind: str
    authority: str
    status: str
    status_note: str
    status_when_asked: str
    url: str

    @property
    def label(self) -> str:
        """The place as a reader knows it."""
        return f"{self.instrument}, {self.locator}"


@dataclass(frozen=True, slots=True)
class Record:
    """One answer with all that led to it.

    `asked_at` and `last_at` are in UTC: the first and the last of `times` times that this
    question got this answer.
    """

    id: str
    asked_at: datetime
    last_at: datetime
    times: int
    asked: Asked
    as_of: date
    status: str
    reason: str | None
    understood_as: str
    engine: str
    model: str | None
    confidence: float
    text: str
    claims: tuple[RecordedClaim, ...]
    citations: tuple[RecordedCitation, ...]
    looked_at: tuple[LookedAt, ...]
    timings_ms: tuple[tuple[str, float], ...]
    setup: Setup


def id_of(answer: Answer, setup: Setup) -> str:
    """The id of an answer's record: 16 hex digits that name question, scope, setup and answer.

    The same question answered in the same way from the same state has the same id; whatever
    differs in what the reader sees gives another, so that an id never names two answers.
    """
    question = answer.question
    seen = {
        "flow": answer.record_id,
        "question": [question.text, question.history, str(question.as_of), _scope(question)],
        "day": answer.as_of.isoformat(),
        "setup": asdict(setup),
        "said": [answer.status, answer.reason, answer.text, answer.understood_as],
        "by": [answer.engine, answer.model],
        "claims": [asdict(claim) for claim in answer.claims],
        "citations": [asdict(citation) for citation in answer.citations],
    }
    canonical = json.dumps(seen, sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:ID_CHARS]


def record_of(answer: Answer, setup: Setup, corpus: Corpus, on: date, at: datetime) -> Record:
    """The record of an answer given from `corpus` on the day `on`, at the time `at` (UTC).

    Its `record_id` is what `id_of` gave for it as the assistant gave it.
    """
    return Record(
        id=answer.record_id,
        asked_at=at,
        last_at=at,
        times=1,
        asked=_asked(answer.question, on),
        as_of=answer.as_of,
        status=answer.status.value,
        reason=answer.reason.value if answer.reason else None,
        understood_as=answer.understood_as,
        engine=answer.engine,
        model=answer.model,
        confidence=answer.confidence,
        text=answer.text,
        claims=tuple(_claim(claim) for claim in answer.claims),
        citations=tuple(_citation(c, corpus, answer.as_of, on) for c in answer.citations),
        looked_at=tuple(_looked_at(hit) for hit in answer.near_misses),
        timings_ms=answer.timings_ms,
        setup=setup,
    )


def sha256_of(text: str) -> str:
    """The SHA-256 of a text's UTF-8 bytes, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def _asked(question: Question, on: date) -> Asked:
    return Asked(question.text, question.history, question.as_of, on, *_scope(question))


def _scope(question: Question) -> tuple[tuple[str, ...], ...]:
    """Instruments, jurisdictions and kinds of text chosen, each in order."""
    chosen = (question.instruments, question.jurisdictions, question.text_kinds)
    return tuple(tuple(sorted(_plain(name) for name in names)) for names in chosen)


def _plain(name: str) -> str:
    """A name without bytes that are no text, which a command line may hand over."""
    return str(name).encode("utf-8", "replace").decode()


def _claim(claim: Claim) -> RecordedClaim:
    checks = {name: value for name, value in asdict(claim).items() if name not in _CLAIM_FIELDS}
    return RecordedClaim(claim.text, claim.citations, claim.support, claim.score, checks)


def _citation(citation: Citation, corpus: Corpus, as_of: date, on: date) -> RecordedCitation:
    provision = corpus.provision(citation.provision_id)
    wording = provision.versions[citation.version]
    instrument = corpus.instruments[provision.instrument_id]
    kept = {field.name for field in fields(RecordedCitation)}
    return RecordedCitation(
        **{
            name: value.value if name in {"text_kind", "authority", "status"} else value
            for name, value in asdict(citation).items()
            if name in kept
        },
        of_day=provision.on(as_of) is wording,
        text_sha256=sha256_of(wording.text),
        status_when_asked=standing(instrument, provision, wording, on).status.value,
    )


def _looked_at(hit: Hit) -> LookedAt:
    return LookedAt(
        passage_id=hit.passage.id,
        provision_id=hit.passage.provision_id,
        score=round(hit.score, 6),
        dense=round(hit.dense, 6),
        lexical=round(hit.lexical, 6),
        late=round(hit.late, 6),
        found_by=hit.found_by,
    )
