"""What a question asks for, read from its words alone (pure)."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from assistant.asked import AskedFor, asked_for
from assistant.dating import dated
from assistant.errors import QuestionError
from assistant.follow_up import is_follow_up
from assistant.jurisdictions import jurisdictions_in
from assistant.mentions import Names, actors_in
from assistant.resolving import Resolved, resolve
from assistant.splitting import asking_of, parts_of

MAX_QUESTION_CHARS = 4_000
MOST_TURNS = 3


@dataclass(frozen=True, slots=True)
class Understood:
    """A question ready for retrieval.

    `text` is what is searched: the question, or the question with what it refers back to, less
    the words that name the day. `rewritten` says that the history was needed; `shown` is then the
    question as understood, in words for the user. `as_of` is a day named in the question.
    `asking` is the sentences that ask, less the case told around them, and `kinds` the answers
    that they want. `parts` are the questions put in one, each to be searched by itself; empty for
    a single question. `jurisdictions` and `actors` are those spoken of, by one name each.
    """

    text: str
    rewritten: bool
    as_of: date | None
    is_comparison: bool
    shown: str = ""
    asking: str = ""
    kinds: frozenset[AskedFor] = frozenset()
    parts: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()


def clean(text: str) -> str:
    """A question as plain text: control and zero-width characters out, white space folded.

    Raises:
        QuestionError: If nothing is left, or it is too long.
    """
    if len(text) > MAX_QUESTION_CHARS:
        raise QuestionError(
            f"the question has {len(text):,} characters; at most {MAX_QUESTION_CHARS:,} are read"
        )
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise QuestionError("the question is not valid UTF-8 text") from None
    kept = "".join(
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", text)
        if char.isspace() or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co"}
    )
    folded = " ".join(kept.split())
    if not any(char.isalnum() for char in folded):
        raise QuestionError("the question is empty")
    return folded


def clean_history(history: tuple[str, ...]) -> tuple[str, ...]:
    """The earlier turns as plain text; one that cannot be read was never answered: it is left out.

    >>> clean_history(("What is  a deployer?", "?", "a" * 5_000))
    ('What is a deployer?',)
    """
    kept = []
    for turn in history:
        with contextlib.suppress(QuestionError):
            kept.append(clean(turn))
    return tuple(kept)


def understand(
    question: str,
    history: tuple[str, ...] = (),
    today: date | None = None,
    names: Names | None = None,
) -> Understood:
    """Read a cleaned question in the light of the user's earlier turns (oldest first).

    A follow-up is about the day that the turn before it named, unless it names its own. It is
    read together with the turn before it, and that with the one before if it is a follow-up too.
    `names` finds the instruments that a text names; without it none can take another's place.
    """
    now = dated(question, today)
    before = _before(history, today, names) if history else None
    resolved: Resolved | None = None
    if before is not None and is_follow_up(question, names):
        resolved = resolve(now.text, before.whole, names)
    text = resolved.text if resolved else now.text
    asking = asking_of(resolved.asks if resolved else question)
    is_comparison = bool(_COMPARISON.search(question))
    return Understood(
        text=text,
        rewritten=resolved is not None,
        as_of=now.day or (before.day if before and resolved else None),
        is_comparison=is_comparison,
        shown=resolved.shown if resolved else question,
        asking=asking,
        kinds=asked_for(asking) | ({AskedFor.COMPARISON} if is_comparison else set()),
        parts=parts_of(now.text, before.whole if before and resolved else "", names),
        jurisdictions=jurisdictions_in(text),
        actors=actors_in(text),
    )


@dataclass(frozen=True, slots=True)
class _Before:
    """The last of the earlier turns as a question of its own, and the day that it is about."""

    whole: str
    day: date | None


def _before(history: tuple[str, ...], today: date | None, names: Names | None) -> _Before:
    turns = history[-MOST_TURNS:]
    first = dated(turns[0], today)
    so_far = _Before(first.text, first.day)
    for turn in turns[1:]:
        now = dated(turn, today)
        if is_follow_up(turn, names):
            whole = resolve(now.text, so_far.whole, names).whole
            so_far = _Before(whole, now.day or so_far.day)
        else:
            so_far = _Before(now.text, now.day)
    return so_far


_COMPARISON = re.compile(
    r"\b(?:compare[ds]?|comparison|versus|vs|difference|differ|differs|side by side|line up"
    r"|both|respectively|alike|same as|as opposed to|in contrast|unlike|against)\b",
    re.IGNORECASE,
)
