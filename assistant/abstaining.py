"""Declining: why there is no answer, and the nearest provisions, looked at but not used (pure)."""

from __future__ import annotations

from assistant.protocols import Evidence
from assistant.types import AbstainReason, Answer, AnswerStatus, Question
from corpus.catalog import Corpus
from index.types import Hit

_NEAR = 3

_WHY = {
    AbstainReason.NOT_IN_CORPUS: "Nothing in this corpus answers that question.",
    AbstainReason.NOT_IN_FORCE: "Nothing in this corpus was the text on that date.",
    AbstainReason.OUT_OF_SCOPE: "The scope chosen leaves nothing to search.",
}


def decline(question: Question, evidence: Evidence, corpus: Corpus) -> Answer:
    """An abstention with its reason and the near misses."""
    reason = _reason(question, evidence)
    near = nearest(evidence.hits)
    lines = [_WHY[reason]]
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


def _reason(question: Question, evidence: Evidence) -> AbstainReason:
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
