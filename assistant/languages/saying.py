"""What is said beside an answer, in the language of the question; the sentences are ours."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from assistant.languages.types import Language
from assistant.types import AbstainReason

_MOST_WORDS = 5


@dataclass(frozen=True)
class Saying:
    """The sentences of one language, those it lacks in English."""

    language: Language
    not_supported: str
    looked_at: str
    _read_as: str
    _not_understood: str
    _declined: Mapping[AbstainReason, str]

    def read_as(self, english: str) -> str:
        """That the answer is in English, and what the question was read as."""
        return self._read_as.replace("{english}", english)

    def not_understood(self, words: tuple[str, ...]) -> str:
        """That too little was understood, with the first few words that were not."""
        return self._not_understood.replace("{words}", ", ".join(words[:_MOST_WORDS]))

    def declined(self, reason: AbstainReason) -> str:
        """Why there is no answer."""
        return self._declined[reason]


@cache
def sayings(language: Language) -> Saying:
    """The sentences of a language.

    >>> sayings(Language.GERMAN).looked_at
    'Angesehen, nicht verwendet:'
    """
    table = _table()
    own = {**table[Language.ENGLISH.value], **table[language.value]}
    return Saying(
        language,
        not_supported=own["not_supported"],
        looked_at=own["looked_at"],
        _read_as=own["read_as"],
        _not_understood=own["not_understood"],
        _declined={reason: own[f"declined_{reason.value}"] for reason in AbstainReason},
    )


@cache
def _table() -> dict[str, dict[str, str]]:
    """The file of sentences, by language and name."""
    path = resources.files("assistant.languages") / "data" / "sayings.toml"
    return tomllib.loads(path.read_text("utf-8"))
