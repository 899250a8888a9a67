"""Reads a question of a language with spaces between its words, term by term (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from assistant.languages.compounds import split
from assistant.languages.endings import COGNATES, GERMAN_FORMS
from assistant.languages.glossary import Glossary, fold
from assistant.languages.places import is_mark
from assistant.languages.said import PUNCTUATION, Said
from assistant.languages.types import Language

_TOKEN = re.compile(r"[\ue000-\uf8ff]|[^\W\d_]+(?:\d\w*)?|\d[\w.]*|[^\w\s]")
_BETWEEN = 6
_LONGEST_PHRASE = 6
_SHORTEST_ROOT = 4
# Pronouns that a French question puts after its verb: they stand for the subject, said already.
_INVERTED = frozenset({"il", "elle", "ils", "elles", "on", "t", "ce", "je"})


def read_words(text: str, glossary: Glossary, is_english: Callable[[str], bool]) -> Said:
    """What is said in a text whose places and days are marks."""
    tokens = _TOKEN.findall(text)
    reading = _Reading(glossary, is_english, tokens, [fold(token) for token in tokens])
    position = 0
    while position < len(tokens):
        position = (
            reading.kept(position)
            or reading.phrase(position)
            or reading.term(position)
            or reading.word(position)
        )
    return reading.said


@dataclass
class _Reading:
    """The words of a text, as written and folded; each method gives the place to go on from."""

    glossary: Glossary
    is_english: Callable[[str], bool]
    tokens: list[str]
    folded: list[str]
    said: Said = field(default_factory=Said)

    @property
    def is_german(self) -> bool:
        """Whether nouns have capitals, and compounds are one word."""
        return self.glossary.language is Language.GERMAN

    def kept(self, position: int) -> int:
        """Past a mark, a figure or a sign of punctuation; 0 if there is none."""
        token = self.tokens[position]
        if token[0].isalpha():
            return 0
        if is_mark(token[0]) or token in PUNCTUATION or token[0].isdigit():
            self.said.add(token, known=False)
        return position + 1

    def phrase(self, position: int) -> int:
        """Past the longest phrase of grammar; 0 if there is none, or a noun is spelt like it."""
        if self._is_noun(position):
            return 0
        folded = self.folded
        if position > 1 and folded[position - 1] == "-" and folded[position] in _INVERTED:
            return position + 1
        for end in range(min(position + _LONGEST_PHRASE, len(folded)), position, -1):
            words = tuple(word for word in folded[position:end] if word[0].isalpha())
            meaning = self.glossary.phrases.get(words)
            if meaning is not None and folded[end - 1][0].isalpha():
                self.said.add(meaning, known=False)
                return end
        return 0

    def _is_noun(self, position: int) -> bool:
        """Whether the capital of a word says that it is no word of grammar: "AI", "Waren"."""
        token = self.tokens[position]
        if token.isupper() and len(token) > 1:
            return not all(other.isupper() for other in self.tokens if other.isalpha())
        is_inside = position > 0 and token[0].isupper()
        return self.is_german and is_inside and bool(self.glossary.one(self.folded[position]))

    def term(self, position: int) -> int:
        """Past the longest term that begins here; 0 if there is none."""
        content = self._content(position)
        for count in range(min(self.glossary.longest, len(content)), 0, -1):
            words = tuple(self.folded[place] for place in content[:count])
            meaning = self.glossary.forms.get(words)
            if meaning is None and not (count == 1 and self.is_english(words[0])):
                stems = tuple(self.glossary.stem(word) for word in words)
                meaning = self.glossary.stems.get(stems)
            if meaning:
                self.said.add(meaning)
                return content[count - 1] + 1
        return 0

    def _content(self, position: int) -> list[int]:
        """Where the content words are that can make up a term from here on."""
        found = [position]
        for place in range(position + 1, len(self.folded)):
            word = self.folded[place]
            is_far = place - found[-1] > _BETWEEN
            is_bound = not word[0].isalpha() and word not in {"'", "-"}
            if is_far or is_bound or len(found) >= self.glossary.longest:
                break
            if word[0].isalpha() and not self.glossary.is_grammar(word):
                found.append(place)
        return found

    def word(self, position: int) -> int:
        """Past one word that is no term: another form, English, a cognate, a name, or unknown."""
        token, word = self.tokens[position], self.folded[position]
        own = self._german(word) or (token if self.is_english(word) else self._cognate(word))
        if own:
            self.said.add(own)
        elif self.is_german:
            self._compound(token, word)
        elif token[0].isupper() and (position > 0 or (token.isupper() and len(token) > 1)):
            self.said.add(token, known=False)  # a name, which needs no translation
        else:
            self.said.miss(token)
        return position + 1

    def _german(self, word: str) -> str | None:
        """The English of a German word by another form of it; None if that is not there."""
        for pattern, ending in GERMAN_FORMS if self.is_german else ():
            found = pattern.fullmatch(word)
            meaning = self.glossary.one("".join(found.groups()) + ending) if found else None
            if meaning:
                return meaning
        return None

    def _compound(self, token: str, word: str) -> None:
        """A German word by its parts; what is not known of it counts, unless it is in capitals."""
        parts, rest = split(word, self.glossary.one)
        if not rest:
            self.said.add(" ".join(parts))
        elif token.isupper() and len(token) > 1:
            self.said.add(" ".join([token, *parts]), known=False)
        else:
            self.said.miss(token)
            self.said.add(" ".join(parts), known=False)

    def _cognate(self, word: str) -> str | None:
        """An English word of the texts that a word differs from by its ending alone."""
        for ending, english in COGNATES[self.glossary.language]:
            if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_ROOT:
                candidate = word[: len(word) - len(ending)] + english
                if self.is_english(candidate):
                    return candidate
        return None
