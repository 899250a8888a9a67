"""What a question asks for, read from its words alone (pure)."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from assistant.dating import dated
from assistant.errors import QuestionError
from index.tokens import STOPWORDS, words

MAX_QUESTION_CHARS = 4_000
MOST_TURNS = 3


@dataclass(frozen=True, slots=True)
class Understood:
    """A question ready for retrieval.

    `text` is what is searched: the question, or the question with what it refers back to, less
    the words that name the day. `rewritten` says that the history was needed. `as_of` is a day
    named in the question.
    """

    text: str
    rewritten: bool
    as_of: date | None
    is_comparison: bool


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
    question: str, history: tuple[str, ...] = (), today: date | None = None
) -> Understood:
    """Read a cleaned question in the light of the user's earlier turns (oldest first).

    A follow-up is about the day that the turn before it named, unless it names its own. It is
    read together with the turn before it, and that with the one before if it is a follow-up too.
    """
    needed: list[str] = []
    for turn in reversed(history):
        if not is_follow_up(needed[-1] if needed else question) or len(needed) >= MOST_TURNS:
            break
        needed.append(turn)
    now = dated(question, today)
    before = [dated(turn, today) for turn in needed]
    days = [one.day for one in (now, *before) if one.day is not None]
    return Understood(
        text=" ".join(one.text for one in (*reversed(before), now) if one.text),
        rewritten=bool(needed),
        as_of=days[0] if days else None,
        is_comparison=bool(_COMPARISON.search(question)),
    )


_COMPARISON = re.compile(
    r"\b(?:compare[ds]?|comparison|versus|vs|difference|differ|differs|side by side|line up"
    r"|both|respectively|alike|same as|as opposed to|in contrast|unlike|against)\b",
    re.IGNORECASE,
)
_BACK_REFERENCE = re.compile(
    r"\b(?:it|its|that|this|those|these|they|them|their|there|he|she|such|same|one|ones|either"
    r"|latter|former|instead|else|too|also|then|group)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(r"\W*(?:and|but|what about|how about|or|so|then|also|even|why|when)\b", re.I)


def is_follow_up(question: str) -> bool:
    """Whether a question leans on what was said before.

    >>> is_follow_up("And for open-source models?"), is_follow_up("What is a deployer?")
    (True, False)
    """
    content = [word for word in words(question) if word not in STOPWORDS and len(word) > 2]
    return bool(
        (_OPENING.match(question) and len(content) <= 12)
        or (_BACK_REFERENCE.search(question) and len(content) <= 16)
        or len(content) <= 1
    )
