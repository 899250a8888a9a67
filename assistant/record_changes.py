"""What has changed since an answer was recorded (pure).

`differences` compares a record with the record of the same question answered again;
`StaleCheck` looks at the cited provisions alone and runs no question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from assistant.record_store import Cited
from assistant.records import Record, RecordedCitation, Setup, sha256_of
from corpus.catalog import Corpus
from corpus.status import standing
from corpus.types import Provision, ProvisionId, Version

# What an answer is made with; a change there is told, but the answer may be the same.
MadeWith = Literal[
    "corpus", "index", "embedding_model", "confidence", "program", "setting", "engine", "model"
]
OfAnswer = Literal[
    "status",  # of the answer
    "reason",
    "as_of",
    "understood_as",
    "citation",
    "cited_text",
    "cited_status",
    "cited_note",
    "sentence",
    "support",
    "text",
]
OfProvision = Literal["provision", "cited_text", "status_on_day", "status_today"]
_MADE_WITH = frozenset(get_args(MadeWith))


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was; `where` names it among others of its kind.

    `was` is None for what is new, `now` for what is lost.
    """

    what: MadeWith | OfAnswer | OfProvision
    where: str
    was: str | None
    now: str | None

    @property
    def is_of_answer(self) -> bool:
        """Whether the reader sees it, other than what the answer was made with."""
        return self.what not in _MADE_WITH


def differences(old: Record, new: Record) -> tuple[Change, ...]:
    """How `new`, the same question answered again, differs from `old`."""
    seen = [
        *_of_setup(old.setup, new.setup),
        *_of("engine", old.engine, new.engine),
        *_of("model", old.model, new.model),
        *_of("status", old.status, new.status),
        *_of("reason", old.reason, new.reason),
        *_of("as_of", old.as_of.isoformat(), new.as_of.isoformat()),
        *_of("understood_as", old.understood_as, new.understood_as),
        *_of_citations(old.citations, new.citations),
        *_of_sentences(old, new),
    ]
    if old.text != new.text and not any(change.is_of_answer for change in seen):
        seen.append(Change("text", "", old.text, new.text))
    return tuple(seen)


def _of(
    what: MadeWith | OfAnswer | OfProvision, was: str | None, now: str | None, where: str = ""
) -> Iterator[Change]:
    if was != now:
        yield Change(what, where, was, now)


def _of_setup(old: Setup, new: Setup) -> Iterator[Change]:
    yield from _of("corpus", old.corpus, new.corpus)
    yield from _of("index", old.index, new.index)
    yield from _of("embedding_model", old.embedding_model, new.embedding_model)
    yield from _of("confidence", old.confidence, new.confidence)
    yield from _of("program", old.program, new.program)
    before, after = dict(old.settings), dict(new.settings)
    for name in sorted(before.keys() | after.keys()):
        yield from _of("setting", before.get(name), after.get(name), name)


def _of_citations(
    old: Sequence[RecordedCitation], new: Sequence[RecordedCitation]
) -> Iterator[Change]:
    before, after = ({(c.provision_id, c.quote): c for c in cited} for cited in (old, new))
    for key in before | after:
        was, now = before.get(key), after.get(key)
        if was is not None and now is not None:
            yield from _of_citation(was, now)
        elif was is not None:
            yield Change("citation", was.label, was.quote, None)
        elif now is not None:
            yield Change("citation", now.label, None, now.quote)


def _of_citation(was: RecordedCitation, now: RecordedCitation) -> Iterator[Change]:
    yield from _of("cited_text", was.text_sha256, now.text_sha256, now.label)
    yield from _of("cited_status", was.status, now.status, now.label)
    if was.status == now.status:
        yield from _of("cited_note", was.status_note, now.status_note, now.label)


def _of_sentences(old: Record, new: Record) -> Iterator[Change]:
    before, after = ({claim.text: claim for claim in r.claims} for r in (old, new))
    for text in before | after:
        if text not in after:
            yield Change("sentence", "", text, None)
        elif text not in before:
            yield Change("sentence", "", None, text)
        else:
            yield from _of("support", before[text].support, after[text].support, text)


@dataclass(frozen=True)
class StaleCheck:
    """Compares what was cited with one corpus, on the day `today`; quick for many records."""

    corpus: Corpus
    today: date
    _known: dict[Cited, tuple[Change, ...]] = field(default_factory=dict)
    _now: dict[int, tuple[str, str]] = field(default_factory=dict)

    def changes(self, cited: Cited) -> tuple[Change, ...]:
        """What has changed about a cited provision since; empty when nothing has."""
        if cited not in self._known:
            self._known[cited] = tuple(self._changes(cited))
        return self._known[cited]

    def _changes(self, cited: Cited) -> Iterator[Change]:
        provision = self.corpus.provisions.get(ProvisionId(cited.provision_id))
        if provision is None:
            yield Change("provision", cited.label, cited.provision_id, None)
            return
        wording = _wording(provision, cited)
        if wording is None:
            yield Change("cited_text", cited.label, cited.text_sha256, None)
            return
        digest, today = self._as_it_is(provision, wording)
        yield from _of("cited_text", cited.text_sha256, digest, cited.label)
        then = self._status(provision, wording, cited.as_of)
        yield from _of("status_on_day", cited.status, then, cited.label)
        yield from _of("status_today", cited.status_when_asked, today, cited.label)

    def _as_it_is(self, provision: Provision, wording: Version) -> tuple[str, str]:
        """The hash of a wording and its status today; found out once for all its citations."""
        key = id(wording)  # the corpus holds it for as long as this check lives
        if key not in self._now:
            today = self._status(provision, wording, self.today)
            self._now[key] = (sha256_of(wording.text), today)
        return self._now[key]

    def _status(self, provision: Provision, wording: Version, day: date) -> str:
        instrument = self.corpus.instruments[provision.instrument_id]
        return standing(instrument, provision, wording, day).status.value


def _wording(provision: Provision, cited: Cited) -> Version | None:
    """What stands now where the cited words stood: on that day, or else in any version."""
    if cited.of_day:
        return provision.on(cited.as_of)
    same = (v for v in provision.versions if sha256_of(v.text) == cited.text_sha256)
    return next(same, None)
