"""The few words that are ours: who says it, what it is, where it stands on the day (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.protocols import Evidence
from assistant.types import Citation
from corpus.status import format_date
from corpus.types import Authority, Status, TextKind

_STATUS = {
    Status.IN_FORCE: "in force",
    Status.AMENDED: "in force as amended",
    Status.NOT_YET_APPLICABLE: "not yet applicable",
    Status.REPEALED: "no longer law",
    Status.REVOKED: "revoked",
    Status.PROPOSED: "a proposal, not law",
}
_SOFT = {
    Authority.DECLARATION: "a political declaration, not binding",
    Authority.GUIDANCE: "guidance, not binding",
    Authority.PROPOSAL: "a reported proposal, not law",
    Authority.UPLOAD: "your own document, not law",
}


def label(citation: Citation) -> str:
    """Where a citation stands: "EU AI Act, Article 51(2)"."""
    place = citation.locator.removeprefix("Heading: ")
    return f"{citation.instrument}, {place}"


def standing_words(citation: Citation) -> str:
    """A citation's status in a few words, by what kind of text it is."""
    if citation.status in {Status.REVOKED, Status.REPEALED, Status.NOT_YET_APPLICABLE}:
        return _STATUS[citation.status]
    return _SOFT.get(citation.authority) or _STATUS[citation.status]


def lead(first: Citation, evidence: Evidence) -> str:
    """The opening: the source, named, with its status on the day asked about."""
    name, day = f"**{label(first)}**", format_date(evidence.as_of)
    if first.status in {Status.REVOKED, Status.REPEALED}:
        return f"{name} is no longer in force on {day}. {first.status_note} It said:"
    if first.status is Status.NOT_YET_APPLICABLE:
        return f"{name} does not apply yet on {day}. {first.status_note} It says:"
    if _is_qualified(first):
        return f"{name} ({standing_words(first)} on {day}). {first.status_note} It says:"
    if first.authority in _SOFT:
        return f"{name} ({standing_words(first)}) says:"
    return f"{name} ({standing_words(first)} on {day}) says:"


def status_line(first: Citation) -> str:
    """The opening of a further paragraph."""
    if first.status in {Status.REVOKED, Status.REPEALED, Status.NOT_YET_APPLICABLE}:
        return f"**{label(first)}** ({standing_words(first)}: {first.status_note})"
    return f"**{label(first)}** ({standing_words(first)}):"


def led_in(opening: str, words: str) -> str:
    """An opening with the words that the quote goes on from, where it starts in mid-sentence.

    >>> led_in("**AI Act, Article 16(a)** says:", "Providers shall:")
    '**AI Act, Article 16(a)** says, after “Providers shall”:'
    """
    if not words:
        return opening
    return f"{opening.removesuffix(':')}, after “{words.rstrip(':—–, ')}”:"


def _is_qualified(citation: Citation) -> bool:
    """Whether "in force" alone would mislead: suspended, not enforced, rescission planned."""
    note = citation.status_note.casefold()
    return any(word in note for word in ("not enforced", "not be enforced", "suspen", "rescission"))


def closing(citations: Sequence[Citation]) -> str:
    """What kind of text was quoted; our digests are never shown as if they were the law."""
    kinds = {citation.text_kind for citation in citations}
    if kinds == {TextKind.OFFICIAL}:
        return "*Quoted from the official text, as kept here; see each citation for its source.*"
    if kinds == {TextKind.UPLOAD}:
        return "*Quoted from your own documents; they are not law.*"
    if kinds == {TextKind.DIGEST}:
        return "*Quoted from our digest of these provisions, not the official text.*"
    if kinds == {TextKind.DOSSIER}:
        return "*Quoted from our dossier on a reported proposal; it is not law.*"
    if kinds <= {TextKind.DIGEST, TextKind.DOSSIER}:
        return "*Quoted from our digests and our dossier, not from official texts.*"
    return "*Quoted from the sources named; see each citation for the kind of text.*"
