"""The few words that are ours: who says it, what it is, where it stands on the day (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from assistant.asked import AskedFor, asked_for
from assistant.engines.markup import bold
from assistant.protocols import Evidence
from assistant.sentences import sentences
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
_ENDED = (Status.REVOKED, Status.REPEALED)
_DATE = r"\d{1,2} [A-Z][a-z]+ \d{4}"
_DATED = re.compile(rf"(?:^|(?<=[.!?] ))({_DATE}): ")
_APPLIES = re.compile(rf"applies only from ({_DATE})")
_APPLIED = re.compile(rf"Applies since ({_DATE})")
_SPAN = re.compile(rf"from ({_DATE}) to ({_DATE})")
_ON = " on "


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
    says = "said" if first.status in _ENDED else "says"
    since = _since_when(first, evidence.understood.text)
    return f"{bold(label(first))} ({standing(first, evidence.as_of)}{since}) {says}:"


def _since_when(first: Citation, question: str) -> str:
    """From when it applies, for who asks when."""
    since = _APPLIED.match(first.status_note)
    asked = asked_for(question) & {AskedFor.DATE, AskedFor.STATUS}
    return f"; applies since {since[1]}" if since and asked else ""


def status_line(first: Citation, *, told: bool = False) -> str:
    """The opening of a further paragraph; without the status, if it was `told` before."""
    name = bold(label(first))
    return f"{name}:" if told else f"{name} ({standing(first)}):"


def standing(citation: Citation, day: date | None = None) -> str:
    """The status with the dates that matter, in one clause; with the day, if one is given.

    The whole of what is known stays in the citation's `status_note`.
    """
    words = standing_words(citation)
    if citation.status in _ENDED:
        words = "no longer in force" if day else words
        return _since(words, day, _first_note(citation))
    if citation.status is Status.NOT_YET_APPLICABLE:
        applies = _APPLIES.search(citation.status_note)
        return _since(words, day, f"applies from {applies[1]}" if applies else _last_step(citation))
    if citation.authority in _SOFT:
        return words
    return "; ".join([f"{words} on {format_date(day)}" if day else words, *caveats(citation)])


def caveats(citation: Citation) -> tuple[str, ...]:
    """What keeps "in force" from being the whole truth: suspended, not enforced, to be rescinded.

    >>> _caveat("13 May 2025", "Commerce announced a rescission.")
    ['rescission announced on 13 May 2025']
    """
    dated = _DATED.split(citation.status_note)[1:]
    said = [
        c for day, note in zip(dated[::2], dated[1::2], strict=True) for c in _caveat(day, note)
    ]
    merged: dict[str, list[str]] = {}
    for clause in said:
        words, _, day = clause.partition(_ON)
        merged.setdefault(words, []).append(day)
    return tuple(
        f"{words}{_ON}{' and '.join(days)}" if any(days) else words
        for words, days in merged.items()
    )


def _caveat(day: str, note: str) -> list[str]:
    """The caveats in one dated note."""
    found = []
    if re.search(r"\brescission|\brescind", note, re.IGNORECASE):
        found.append(f"rescission announced{_ON}{day}")
    if re.search(r"\bnot (?:to |be |being )*enforce", note, re.IGNORECASE):
        found.append(f"reported not to be enforced since {day}")
    if re.search(r"\bapplies again\b", note, re.IGNORECASE):
        found.append(_clause(note))  # what is known of it is told as it is
    elif re.search(r"\bsuspen", note, re.IGNORECASE):
        span = _SPAN.search(note)
        found.append(f"suspended from {span[1]} to {span[2]}" if span else f"suspended{_ON}{day}")
    return found


def _since(words: str, day: date | None, note: str) -> str:
    if not day and note.startswith(f"{words} "):
        return note  # "revoked by Order 2" says that it is revoked
    dated = f"{words} on {format_date(day)}" if day else words
    return f"{dated}: {note}" if note else dated


def _first_note(citation: Citation) -> str:
    """The first sentence of the status note, as a clause."""
    found = sentences(citation.status_note)
    if not found:
        return ""
    note = found[0].text
    dated = _DATED.match(note)
    if dated is None:
        return _clause(note)
    said = _clause(note[dated.end() :])
    return said if dated[1] in said else f"{said}, {dated[1]}"


def _last_step(citation: Citation) -> str:
    """How far a text has got that waits to take effect: the last of its dated steps."""
    dated = _DATED.split(citation.status_note)[1:]
    if not dated:
        return _first_note(citation)
    day, said = dated[-2], _clause(dated[-1]).partition(";")[0]
    return said if day in said else f"{said}, {day}"


def _clause(text: str) -> str:
    """The first sentence of a text as a clause: no capital before it, no full stop after it."""
    first = sentences(text)[0].text.rstrip(".")
    return first[:1].lower() + first[1:] if first[1:2].islower() else first


def led_in(opening: str, words: str) -> str:
    """An opening with the words that the quote goes on from, where it starts in mid-sentence.

    >>> led_in("**AI Act, Article 16(a)** says:", "Providers shall:")
    '**AI Act, Article 16(a)** says, after “Providers shall”:'
    """
    if not words:
        return opening
    return f"{opening.removesuffix(':')}, after “{words.rstrip(':—–, ')}”:"


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
