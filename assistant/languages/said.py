"""What has been read of a question so far: the English, and what was and was not known."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assistant.languages.places import unshield
from assistant.languages.types import Translated

PUNCTUATION = frozenset("?!.,;:")
_BEFORE_PUNCTUATION = re.compile(r"\s+([?!.,;:])")
_TWICE = re.compile(r"\b(\w+)(?: \1\b)+", re.IGNORECASE)


@dataclass
class Said:
    """English pieces in order, the number of content words known, and those unknown."""

    pieces: list[str] = field(default_factory=list)
    known: int = 0
    unknown: list[str] = field(default_factory=list)

    def add(self, piece: str, *, known: bool = True) -> None:
        """Add a piece; `known` counts it as a content word that was understood."""
        self.pieces.append(piece)
        self.known += known

    def miss(self, word: str) -> None:
        """Keep a word that was not understood, as it is."""
        self.pieces.append(word)
        self.unknown.append(word)

    def translated(self, kept: tuple[str, ...]) -> Translated:
        """What was read, as one text; `kept` is what its marks stand for."""
        text = " ".join(piece for piece in self.pieces if piece)
        text = " ".join(_BEFORE_PUNCTUATION.sub(r"\1", unshield(text, kept)).split())
        counted = self.known + len(self.unknown)
        share = self.known / counted if counted else 1.0
        return Translated(_TWICE.sub(r"\1", text), share, tuple(dict.fromkeys(self.unknown)))
