"""Records, replays and stale answers for a terminal, and as JSON (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from assistant.record_changes import Change
from assistant.record_store import Listed
from assistant.records import Record

_ROW_CHARS = 76
_HEADS = {
    "corpus": "the corpus",
    "index": "the index",
    "embedding_model": "the embedding model",
    "confidence": "the weights of the confidence",
    "program": "the program",
    "setting": "a setting",
    "engine": "the engine",
    "model": "the model",
    "status": "answered or abstained",
    "reason": "the reason for abstaining",
    "as_of": "the day meant",
    "understood_as": "how the question is understood",
    "citation": "citations",
    "cited_text": "the text cited",
    "cited_status": "the status of what is cited",
    "cited_note": "what is said of the status",
    "sentence": "sentences",
    "support": "how far a sentence is borne out",
    "text": "the order or the layout of the answer",
    "provision": "a provision that is gone",
    "status_on_day": "the status on the day meant",
    "status_today": "the status since the question was asked",
}


def listed_json(listed: Listed) -> dict[str, object]:
    """One row of a list as JSON."""
    times = {"asked_at": _utc(listed.asked_at), "last_at": _utc(listed.last_at)}
    return {**asdict(listed), **times}


def listed_line(listed: Listed) -> str:
    """One row of a list."""
    again = f" ({listed.times} times)" if listed.times > 1 else ""
    question = _short(listed.question)
    return f"{listed.id}  {_minute(listed.last_at)}  {listed.status:9}  {question}{again}"


def record_text(record: Record) -> str:
    """A whole record."""
    return "\n".join([*_head(record), "", record.text, *_sources(record), "", *_setup(record)])


def _head(record: Record) -> Iterable[str]:
    asked = record.asked
    yield f"record       {record.id}"
    again = f", last {_minute(record.last_at)}, {record.times} times" if record.times > 1 else ""
    yield f"asked        {_minute(record.asked_at)}{again}"
    for turn in asked.history:
        yield f"earlier      {turn}"
    yield f"question     {asked.text}"
    if record.understood_as:
        yield f"understood   {record.understood_as}"
    day = "as asked" if asked.as_of else "read from the question, or the day of asking"
    yield f"law as of    {record.as_of} ({day})"
    for name in ("instruments", "jurisdictions", "text_kinds"):
        if chosen := getattr(asked, name):
            yield f"scope        {name.replace('_', ' ')}: {', '.join(chosen)}"
    why = f", {record.reason}" if record.reason else ""
    yield f"status       {record.status}{why}, confidence {record.confidence}"


def _sources(record: Record) -> Iterable[str]:
    if record.citations:
        yield "\nSources"
    for cited in record.citations:
        yield f"  [{cited.n}] {cited.label}: {cited.status.replace('_', ' ')} on {record.as_of}"
        where = f"characters {cited.quote_start} to {cited.quote_end}"
        version = f"{cited.provision_id}, version {cited.version}, {where}"
        yield f"      {version}, SHA-256 of the text {cited.text_sha256}"


def _setup(record: Record) -> Iterable[str]:
    made = record.setup
    yield f"engine       {record.engine}{f', {record.model}' if record.model else ''}"
    yield f"program      {made.program}"
    yield f"corpus       {made.corpus}"
    yield f"index        {made.index}"
    yield f"embeddings   {made.embedding_model}"
    yield f"confidence   {made.confidence}"
    for name, value in made.settings:
        yield f"setting      {name} = {value or '(empty)'}"
    yield f"looked at    {len(record.looked_at)} passages"
    for seen in record.looked_at:
        yield f"      {seen.score:.3f}  {seen.passage_id}  [{', '.join(seen.found_by)}]"


def change_json(change: Change) -> dict[str, str | None]:
    """One change as JSON."""
    return {"what": change.what, "where": change.where, "was": change.was, "now": change.now}


def replay_json(record: Record, changes: Sequence[Change], new: object) -> dict[str, object]:
    """A replay as JSON; `new` is the new answer."""
    return {
        "id": record.id,
        "same": not any(change.is_of_answer for change in changes),
        "made_with": [change_json(change) for change in changes if not change.is_of_answer],
        "changes": [change_json(change) for change in changes if change.is_of_answer],
        "answer": new,
    }


def replay_text(record: Record, changes: Sequence[Change]) -> str:
    """Whether the answer is the same, and what has changed, kind by kind."""
    of_answer = [change for change in changes if change.is_of_answer]
    made_with = [change for change in changes if not change.is_of_answer]
    verdict = "the answer has changed" if of_answer else "the same answer"
    lines = [f"{verdict} ({record.id}, first given {_minute(record.asked_at)})"]
    lines += _grouped(of_answer)
    if made_with:
        lines += ["", "made with something else than then:", *_grouped(made_with)]
    elif of_answer:
        lines += ["", "made with the same corpus, index, models, program and settings"]
    return "\n".join(lines)


def stale_text(listed: Listed, found: Sequence[tuple[int, Change]]) -> str:
    """A stale answer with what has changed about each of its citations."""
    lines = [listed_line(listed)]
    for n, change in found:
        name = _HEADS[change.what]
        lines.append(f"    [{n}] {change.where}: {name}{_from_to(change)}")
    return "\n".join(lines)


def _from_to(change: Change) -> str:
    if change.what == "provision":
        return ""
    if change.what == "cited_text":
        return " is gone" if change.now is None else " is another"
    return f": {change.was}, now {change.now}"


def _grouped(changes: Sequence[Change]) -> list[str]:
    lines: list[str] = []
    for kind in dict.fromkeys(change.what for change in changes):
        lines.append(f"  {_HEADS[kind]}")
        lines += [f"    {_told(change)}" for change in changes if change.what == kind]
    return lines


def _told(change: Change) -> str:
    where = f"{_short(change.where)}: " if change.where else ""
    if change.now is None and change.was is not None:
        return f"lost: {where}{change.was}"
    if change.was is None:
        return f"new: {where}{change.now}"
    return f"{where}{change.was or '(empty)'} -> {change.now or '(empty)'}"


def _short(text: str) -> str:
    return text if len(text) <= _ROW_CHARS else f"{text[: _ROW_CHARS - 1]}…"


def _minute(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"


def _utc(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"
