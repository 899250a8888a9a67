"""Reads a Japanese question: the longest entry of the glossary at each place (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assistant.languages.glossary import Glossary
from assistant.languages.places import is_mark
from assistant.languages.said import PUNCTUATION, Said

_OWN_PUNCTUATION = {"。": ".", "、": ",", "？": "?"}
# Signs that follow a word and say little without it.
_LIGHT = frozenset("的性者化等上下内中用型数量種別々各第約同本当該計全第号項条部課")
_RUN = re.compile(r"[\u30a0-\u30ff]+|[\u4e00-\u9fff々]+|[a-z]+(?:[-'’&./][a-z]+)*", re.I)


def read_signs(text: str, glossary: Glossary) -> Said:
    """What is said in a text whose places and days are marks."""
    text = text.replace("・", "")
    folded = "".join(char.lower() if char.isascii() else char for char in text)
    reading = _Reading(glossary, text, folded)
    position = 0
    while position < len(text):
        position = reading.entry(position) or reading.sign(position)
    reading.said.pieces = _asked_first(reading.said.pieces)
    return reading.said


@dataclass
class _Reading:
    """A text as written, and folded; each method gives the place to go on from."""

    glossary: Glossary
    text: str
    folded: str
    said: Said = field(default_factory=Said)

    def entry(self, position: int) -> int:
        """Past the longest entry that begins here; 0 if there is none."""
        furthest = min(len(self.folded), position + self.glossary.longest)
        for end in range(furthest, position, -1):
            entry = self.folded[position:end]
            meaning = self.glossary.whole.get(entry)
            if meaning is not None and not _cuts(self.folded, position, end):
                self.said.add(meaning, known=bool(meaning) and not _is_hiragana(entry))
                return end
        return 0

    def sign(self, position: int) -> int:
        """Past what no entry covers: a mark, a run of one script, or a sign to leave out."""
        char = self.text[position]
        if is_mark(char) or char in PUNCTUATION or char in _OWN_PUNCTUATION:
            self.said.add(_OWN_PUNCTUATION.get(char, char), known=False)
            return position + 1
        run = _RUN.match(self.text, position)
        if run is None:
            return position + 1
        end = self._until_known(position, run.end())
        word = self.text[position:end]
        if word.isascii():
            self.said.add(word, known=False)
        elif not set(word) <= _LIGHT:
            self.said.miss(word)
        return end

    def _until_known(self, position: int, end: int) -> int:
        """The end of a run that nothing covers: where an entry of two signs or more begins."""
        first = self.text[position]
        if first.isascii() or "\u30a0" <= first <= "\u30ff":
            return end
        for place in range(position + 1, end):
            stops = range(place + 2, end + 1)
            if any(self.text[place:stop] in self.glossary.whole for stop in stops):
                return place
        return end


def _asked_first(pieces: list[str]) -> list[str]:
    """The pieces of a text, "X what" at the end of a sentence being "what is X"."""
    ordered: list[str] = []
    sentence: list[str] = []
    for piece in [*pieces, "."]:
        if piece in {".", "?", "!"}:
            if sentence[-1:] == ["what"]:
                sentence = ["what is", *sentence[:-1]]
            ordered += [*sentence, piece]
            sentence = []
        elif piece:
            sentence.append(piece)
    return ordered[:-1]


def _cuts(text: str, start: int, end: int) -> bool:
    """Whether a piece would cut a Latin or katakana word in two."""
    for left, right in ((start - 1, start), (end - 1, end)):
        if left >= 0 and right < len(text):
            pair = text[left], text[right]
            if all(char.isascii() and char.isalpha() for char in pair):
                return True
    return False


def _is_hiragana(text: str) -> bool:
    return all("\u3040" <= char <= "\u309f" for char in text)
