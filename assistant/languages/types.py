"""The languages told apart, and what a question in one of them becomes (no logic)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """The language of a question, by its ISO 639-1 code; OTHER is any that has no code here."""

    ENGLISH = "en"
    FRENCH = "fr"
    GERMAN = "de"
    ITALIAN = "it"
    JAPANESE = "ja"
    SPANISH = "es"
    PORTUGUESE = "pt"
    DUTCH = "nl"
    CHINESE = "zh"
    KOREAN = "ko"
    OTHER = "other"

    @property
    def is_read(self) -> bool:
        """Whether questions in it are understood: English as it is, four others by glossary."""
        return self in _READ


# Plain questions on our subjects had .5 and more; what is left over is names and everyday words,
# and whether the texts answer is then for the confidence to say.
_LEAST_KNOWN = 0.4
_READ = frozenset(
    {
        Language.ENGLISH,
        Language.FRENCH,
        Language.GERMAN,
        Language.ITALIAN,
        Language.JAPANESE,
    }
)


@dataclass(frozen=True, slots=True)
class Translated:
    """A question in English words, good enough to search with and to show as what was read.

    `known_share` in [0, 1] is the share of its content words that the glossary holds, names and
    figures left aside; `unknown` are the others, as written, in order, once each.
    """

    text: str
    known_share: float
    unknown: tuple[str, ...] = ()

    @property
    def is_enough(self) -> bool:
        """Whether enough of the question was understood to search with it."""
        return self.known_share >= _LEAST_KNOWN
