"""Answers as JSON (the contract's) and as text for a terminal (pure)."""

from __future__ import annotations

import json
import re
from typing import TypedDict

from assistant.engines.markup import unescaped
from assistant.engines.wording import label, standing_words
from assistant.types import Answer, AnswerStatus, Citation


class CitationJson(TypedDict):
    """One citation of the contract."""

    n: int
    instrument_id: str
    instrument: str
    locator: str
    provision_id: str
    passage_id: str
    heading: str
    quote: str
    quote_start: int
    quote_end: int
    text_kind: str
    authority: str
    status: str
    status_note: str
    url: str


def answer_json(answer: Answer) -> dict[str, object]:
    """The JSON object of an answer; CONTRACT names its fields."""
    return {
        "id": answer.question.id or answer.record_id,
        "question": answer.question.text,
        "understood_as": answer.understood_as or answer.question.text,
        "as_of": answer.as_of.isoformat(),
        "status": answer.status.value,
        "abstained": answer.status is AnswerStatus.ABSTAINED,
        "abstain_reason": answer.reason.value if answer.reason else None,
        "engine": answer.engine,
        "model": answer.model,
        "answer": answer.text,
        "confidence": answer.confidence,
        "claims": [
            {"text": c.text, "citations": list(c.citations), "support": c.support, "score": c.score}
            for c in answer.claims
        ],
        "citations": [citation_json(citation) for citation in answer.citations],
        "near_misses": [
            {"provision_id": hit.passage.provision_id, "score": round(hit.score, 4)}
            for hit in answer.near_misses
            if hit.passage.provision_id not in {c.provision_id for c in answer.citations}
        ][:5],
        "timings_ms": dict(answer.timings_ms),
        "record_id": answer.record_id,
    }


def citation_json(citation: Citation) -> CitationJson:
    """One citation as JSON."""
    return {
        "n": citation.n,
        "instrument_id": citation.instrument_id,
        "instrument": citation.instrument,
        "locator": citation.locator,
        "provision_id": citation.provision_id,
        "passage_id": citation.passage_id,
        "heading": citation.heading,
        "quote": citation.quote,
        "quote_start": citation.quote_start,
        "quote_end": citation.quote_end,
        "text_kind": citation.text_kind.value,
        "authority": citation.authority.value,
        "status": citation.status.value,
        "status_note": citation.status_note,
        "url": citation.url,
    }


def as_json(answer: Answer) -> str:
    """The answer as one line of JSON."""
    return json.dumps(answer_json(answer), ensure_ascii=False)


def as_text(answer: Answer) -> str:
    """The answer for a terminal: the text, then its sources with status and official page."""
    # Our own mark-up goes: bold names, and the notice in italics; a quote's asterisk stays.
    lines = [unescaped(re.sub(r"(?m)^\*(.+)\*$", r"\1", answer.text.replace("**", "")))]
    if answer.understood_as:
        lines.insert(0, f"(understood as: {answer.understood_as})\n")
    if answer.citations:
        lines.append("\nSources")
        for citation in answer.citations:
            lines.append(f"  [{citation.n}] {label(citation)}: {standing_words(citation)}")
            if citation.status_note:
                lines.append(f"      {citation.status_note}")
            lines.append(f"      {citation.url}")
    return "\n".join(lines)
