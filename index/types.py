"""What the index holds and gives: passages, hits, and the filters of a search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, NewType

from corpus.types import ProvisionId, TextKind

PassageId = NewType("PassageId", str)
Route = Literal["lexical", "dense", "reference", "definition", "crossref"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of one version of one provision.

    ``text == version.text[start:end]`` always holds, in code points. `context` is what stands
    above it (instrument > chapter > heading). `embedded` and `indexed` are what the dense and
    the lexical route search; an ask (`is_ask`) is embedded as the question it is and indexed
    with the first passage of its provision. Neither is ever quoted; both are dropped once built.
    """

    id: PassageId
    provision_id: ProvisionId
    version: int
    start: int
    end: int
    text: str
    context: str
    embedded: str = ""
    indexed: str = ""
    is_ask: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query. `rank` counts from 1; `score` in [0, 1], higher is better.

    `dense` is the cosine of the nearest passage or ask of the provision, in [-1, 1], and
    `lexical` its BM25 score (unbounded); both are exact for every hit whichever route found it,
    so that callers can judge confidence. `late` is how near the question's words are to the
    passage's, in [-1, 1]; one too far down to be looked at so closely has the lowest seen.
    """

    passage: Passage
    rank: int
    score: float
    dense: float
    lexical: float
    found_by: tuple[Route, ...]
    late: float = 0.0


@dataclass(frozen=True, slots=True)
class Filters:
    """Which texts a search may see. Empty means all; `as_of` keeps the wording of that day."""

    as_of: date
    instruments: frozenset[str] = frozenset()
    jurisdictions: frozenset[str] = frozenset()
    text_kinds: frozenset[TextKind] = frozenset()
