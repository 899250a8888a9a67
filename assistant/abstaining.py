"""Declining: why there is no answer, and the nearest provisions, looked at but not used (pure)."""

from __future__ import annotations

from datetime import date

from assistant.languages import Language, Reading, sayings
from assistant.premises_fault import Fault
from assistant.protocols import Evidence
from assistant.types import AbstainReason, Answer, AnswerStatus, Question
from corpus.catalog import Corpus
from corpus.status import first_day, format_date, instrument_standing
from corpus.types import Instrument
from index.types import Hit

_NEAR = 3


def decline(
    question: Question,
    evidence: Evidence,
    corpus: Corpus,
    fault: Fault | None = None,
    language: Language = Language.ENGLISH,
) -> Answer:
    """An abstention with its reason and the near misses.

    What is wrong with the question, if that is known, stands in the place of a bare reason.
    """
    reason = fault.reason if fault else _reason(question, evidence, corpus)
    said = sayings(language)
    lines = [said.declined(reason)]
    if fault:
        lines = [fault.words] if language is Language.ENGLISH else [*lines, fault.words]
        lines += ["\n".join(f"- {choice}" for choice in fault.choices)] if fault.choices else []
    elif absent := not_there(evidence, corpus):
        lines = [_not_yet(instrument, evidence.as_of) for instrument in absent]
    near = nearest(evidence.hits)
    if near:
        lines += [said.looked_at, "\n".join(f"- {_name(hit, corpus)}" for hit in near)]
    return _abstained(question, evidence, reason, lines)


def unread(question: Question, reading: Reading, evidence: Evidence) -> Answer:
    """An abstention from a question in a language, or in words, that are not understood."""
    return _abstained(question, evidence, AbstainReason.OUT_OF_SCOPE, [reading.refusal])


def _abstained(
    question: Question, evidence: Evidence, reason: AbstainReason, lines: list[str]
) -> Answer:
    return Answer(
        question=question,
        as_of=evidence.as_of,
        status=AnswerStatus.ABSTAINED,
        reason=reason,
        text="\n\n".join(lines),
        near_misses=evidence.hits,
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
