"""Declining: why there is no answer, and the nearest provisions, looked at but not used (pure)."""

from __future__ import annotations

from datetime import date

from assistant.protocols import Evidence
from assistant.types import AbstainReason, Answer, AnswerStatus, Question
from corpus.catalog import Corpus
from corpus.status import first_day, format_date, instrument_standing
from corpus.types import Instrument
from index.types import Hit

_NEAR = 3

_WHY = {
    AbstainReason.NOT_IN_CORPUS: "Nothing in this corpus answers that question.",
    AbstainReason.NOT_IN_FORCE: "Nothing in this corpus was the text on that date.",
    AbstainReason.OUT_OF_SCOPE: "The scope chosen leaves nothing to search.",
}


def decline(question: Question, evidence: Evidence, corpus: Corpus) -> Answer:
    """An abstention with its reason and the near misses."""
    reason = _reason(question, evidence, corpus)
    near = nearest(evidence.hits)
    lines = [_WHY[reason]]
    if absent := not_there(evidence, corpus):
        lines = [_not_yet(instrument, evidence.as_of) for instrument in absent]
    if near:
        lines.append("Looked at, not used:")
        lines.append("\n".join(f"- {_name(hit, corpus)}" for hit in near))
    return Answer(
        question=question,
        as_of=evidence.as_of,
        status=AnswerStatus.ABSTAINED,
        reason=reason,
        text="\n\n".join(lines),
        near_misses=near,
    )


def not_there(evidence: Evidence, corpus: Corpus) -> tuple[Instrument, ...]:
    """The texts that a question names, if none of them was there yet on its day."""
    named = [corpus.instrument(identifier) for identifier in evidence.named_instruments]
    births = [first_day(instrument) for instrument in named]
    if any(birth is None or birth <= evidence.as_of for birth in births):
        return ()
    return tuple(named)


def _not_yet(instrument: Instrument, day: date) -> str:
    note = instrument_standing(instrument, day).note.removeprefix("Not there yet: ")
    return f"{instrument.short_title} was not there yet on {format_date(day)}. {note}"


def _reason(question: Question, evidence: Evidence, corpus: Corpus) -> AbstainReason:
    if not_there(evidence, corpus):
        return AbstainReason.NOT_IN_FORCE
    if evidence.hits:
        return AbstainReason.NOT_IN_CORPUS
    if question.instruments or question.jurisdictions or question.text_kinds:
        return AbstainReason.OUT_OF_SCOPE
    return AbstainReason.NOT_IN_FORCE


def nearest(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """The hits worth naming when nothing answers."""
    return hits[:_NEAR]


def _name(hit: Hit, corpus: Corpus) -> str:
    provision = corpus.provisions[hit.passage.provision_id]
    heading = provision.versions[hit.passage.version].heading
    title = corpus.instruments[provision.instrument_id].short_title
    place = f"{title}, {str(provision.locator).removeprefix('Heading: ')}"
    return f"{place}: {heading}" if heading else place
