"""What a question asks for, read from its words alone (pure)."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from assistant.errors import QuestionError
from index.tokens import STOPWORDS, words

MAX_QUESTION_CHARS = 4_000


@dataclass(frozen=True, slots=True)
class Understood:
    """A question ready for retrieval.

    `text` is what is searched: the question, or the question with what it refers back to.
    `rewritten` says that the history was needed. `as_of` is a date named in the question.
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


def understand(question: str, history: tuple[str, ...] = ()) -> Understood:
    """Read a cleaned question in the light of the user's earlier turns (oldest first)."""
    needs_history = bool(history) and is_follow_up(question)
    text = f"{history[-1]} {question}" if needs_history else question
    return Understood(
        text=text,
        rewritten=needs_history,
        as_of=named_date(question),
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


_MONTHS = {
    name: number
    for number, name in enumerate(
        (
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ),
        1,
    )
}
_MONTH = "|".join(_MONTHS)
_ON_DATE = re.compile(
    r"\b(?:as (?:of|at|on)|in force on|law on|rules? on|stood on|on the date of)\s+"
    rf"(?:(\d{{4}})-(\d{{2}})-(\d{{2}})|(\d{{1,2}})\.? ({_MONTH}) (\d{{4}})"
    rf"|({_MONTH}) (\d{{1,2}}),? (\d{{4}}))",
    re.IGNORECASE,
)


def named_date(question: str) -> date | None:
    """The day whose law a question asks for ("as of 1 March 2025"); None when it names none."""
    found = _ON_DATE.search(question)
    if found is None:
        return None
    if found[1]:
        parts = (found[1], found[2], found[3])
    elif found[4]:
        parts = (found[6], str(_MONTHS[found[5].lower()]), found[4])
    else:
        parts = (found[9], str(_MONTHS[found[7].lower()]), found[8])
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        return None
