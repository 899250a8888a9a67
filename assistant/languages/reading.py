"""What is made of a question before it is searched: its language, its English, or a refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.languages.detect import detect
from assistant.languages.saying import sayings
from assistant.languages.translate import to_english
from assistant.languages.types import Language


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it will be searched, with the earlier turns, in English.

    `note` is what to say above the answer, in the asker's language; empty for English. `refusal`
    says why the question cannot be read; it is empty if it can.
    """

    language: Language
    text: str
    history: tuple[str, ...]
    note: str = ""
    refusal: str = ""


def read(
    text: str, history: tuple[str, ...] = (), *, knows: Callable[[str], bool] | None = None
) -> Reading:
    """Read a cleaned question and the earlier turns (oldest first) of its conversation.

    A turn too short to tell its language is taken to be in that of the turn before. `knows` is
    that of `to_english`.

    >>> read("Was ist ein Betreiber?").text
    'what is deployer?'
    """
    turns: list[str] = []
    language = Language.ENGLISH
    for turn in history:
        language = detect(turn, before=language)
        turns.append(to_english(turn, language, knows=knows).text)
    language = detect(text, before=language)
    said = sayings(language)
    if not language.is_read:
        return Reading(language, text, tuple(turns), refusal=said.not_supported)
    english = to_english(text, language, knows=knows)
    refusal = "" if english.is_enough else said.not_understood(english.unknown)
    note = "" if language is Language.ENGLISH else said.read_as(english.text)
    return Reading(language, english.text, tuple(turns), note, refusal)
