"""A question, its answer, and what bears the answer out; frozen, free of I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from corpus.types import Authority, ProvisionId, Status, TextKind
from index.types import Hit

Support = Literal["verbatim", "checked", "unsupported"]


class AnswerStatus(StrEnum):
    """Whether the corpus bore out an answer; an abstention is a result, not an error."""

    ANSWERED = "answered"
    ABSTAINED = "abstained"


class AbstainReason(StrEnum):
    """Why no answer is given."""

    NOT_IN_CORPUS = "not_in_corpus"
    NOT_IN_FORCE = "not_in_force"
    FALSE_PREMISE = "false_premise"
    AMBIGUOUS = "ambiguous"
    OUT_OF_SCOPE = "out_of_scope"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Question:
    """What a user asks, the user's earlier turns (oldest first), and the scope chosen."""

    text: str
    history: tuple[str, ...] = ()
    as_of: date | None = None
    instruments: frozenset[str] = frozenset()
    jurisdictions: frozenset[str] = frozenset()
    text_kinds: frozenset[TextKind] = frozenset()
    id: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """Words found in a provision: ``text[quote_start:quote_end] == quote``, in code points."""

    n: int
    instrument_id: str
    instrument: str
    locator: str
    provision_id: ProvisionId
    version: int
    passage_id: str
    heading: str
    quote: str
    quote_start: int
    quote_end: int
    text_kind: TextKind
    authority: Authority
    status: Status
    status_note: str
    url: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of the answer, the citations behind it, and how far they bear it out.

    `score` in [0, 1]: 1 for words taken over verbatim.
    """

    text: str
    citations: tuple[int, ...]
    support: Support
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant says, with everything needed to check it."""

    question: Question
    as_of: date
    status: AnswerStatus
    text: str
    engine: Literal["extractive", "generated"] = "extractive"
    model: str | None = None
    reason: AbstainReason | None = None
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    near_misses: tuple[Hit, ...] = ()
    confidence: float = 0.0
    understood_as: str = ""
    timings_ms: tuple[tuple[str, float], ...] = field(default=())
    record_id: str = ""
