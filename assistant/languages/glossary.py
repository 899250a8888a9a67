"""The glossary of one language: its terms, ready to be looked up by form and by stem.

The files in `data/` hold a concept a line: English, French, Italian, German, Japanese, with
alternatives set apart by semicolons. `grammar.tsv` holds what binds a sentence, where an English
"-" stands for nothing; the other files hold terms, the more special first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from assistant.languages.types import Language

GRAMMAR = "grammar.tsv"
TERMS = ("instruments.tsv", "eu.tsv", "export.tsv", "general.tsv")
_COLUMNS = ("en", "fr", "it", "de", "ja")
_STEMMERS = {
    Language.FRENCH: "french",
    Language.ITALIAN: "italian",
    Language.GERMAN: "german",
}
_WORD = re.compile(r"[^\W\d_]+(?:\d\w*)?")
_MOST_ALTERNATIVES = 2
_NEGATION = "not"
_NEGATIONS = frozenset({_NEGATION, "no", "without"})

Key = tuple[str, ...]


@dataclass(frozen=True)
class Glossary:
    """Terms of one language and their English.

    `forms` is keyed by the content words of a term as written (folded), `stems` by their stems;
    `phrases` are the words of grammar, as they follow each other. `whole` is keyed by the term as
    one string, for a language without spaces. `english` are the words of the English side.
    """

    language: Language
    forms: Mapping[Key, str]
    stems: Mapping[Key, str]
    phrases: Mapping[Key, str]
    whole: Mapping[str, str]
    english: frozenset[str]
    longest: int

    def is_grammar(self, word: str) -> bool:
        """Whether a folded word belongs to the grammar, and can be passed over in a term."""
        return self.phrases.get((word,), _NEGATION) not in _NEGATIONS

    def one(self, word: str) -> str | None:
        """The English of one folded word; None if it is not there."""
        return self.forms.get((word,)) or self.stems.get((self.stem(word),))

    def stem(self, word: str) -> str:
        """The stem of a folded word."""
        return _stem(self.language, word)


def fold(text: str) -> str:
    """Lower case, compatibility forms and typographic apostrophes unified; accents stay.

    >>> fold("L’Évaluation")
    "l'évaluation"
    """
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'")


def words_of(text: str) -> list[str]:
    """The folded words of a text, hyphens and apostrophes being bounds.

    >>> words_of("l'évaluation KI-System")
    ['l', 'évaluation', 'ki', 'system']
    """
    return _WORD.findall(fold(text))


@lru_cache(maxsize=8)
def load(language: Language) -> Glossary:
    """The glossary of a language, read once, on its first question."""
    phrases: dict[Key, str] = {}
    forms: dict[Key, list[str]] = {}
    stems: dict[Key, str] = {}
    whole: dict[str, list[str]] = {}
    english: set[str] = set()
    for meaning, terms in _rows(GRAMMAR, language):
        for term in terms:
            said = "" if meaning == "-" else meaning
            phrases.setdefault(tuple(words_of(term)), said)
            whole.setdefault(_joined(term), [said])
    for file in TERMS:
        for meaning, terms in _rows(file, language):
            english.update(words_of(meaning))
            for term in terms:
                whole.setdefault(_joined(term), []).append(meaning)
                words = words_of(term)
                key = _content(words, phrases)
                found = forms.setdefault(key, [])
                if meaning not in found and len(found) < _MOST_ALTERNATIVES:
                    found.append(meaning)
                stems.setdefault(tuple(_stem(language, word) for word in key), meaning)
    return Glossary(
        language,
        {key: _together(meanings) for key, meanings in forms.items()},
        stems,
        phrases,
        {key: meanings[0] for key, meanings in whole.items()},
        frozenset(english),
        max(map(len, whole)) if language is Language.JAPANESE else max(map(len, forms)),
    )


def _content(words: list[str], phrases: Mapping[Key, str]) -> Key:
    """The words of a term by which it is known; a negation is one of them."""
    content = (w for w in words if phrases.get((w,), _NEGATION) in _NEGATIONS)
    return tuple(content) or tuple(words)


def _joined(term: str) -> str:
    """A term as one string, for matching letter by letter; the middle dot of katakana goes."""
    return fold(term).replace("・", "")


def _together(meanings: list[str]) -> str:
    """Several meanings in a row, each word once."""
    return " ".join(dict.fromkeys(word for meaning in meanings for word in meaning.split()))


def _rows(name: str, language: Language) -> Iterator[tuple[str, tuple[str, ...]]]:
    """English and the terms of one language, row by row."""
    text = (resources.files("assistant.languages") / "data" / name).read_text("utf-8")
    column = _COLUMNS.index(language.value)
    for line in text.splitlines()[1:]:
        cells = line.split("\t")
        terms = tuple(term.strip() for term in cells[column].split(";") if term.strip())
        yield cells[0], terms


@lru_cache(maxsize=16_384)
def _stem(language: Language, word: str) -> str:
    """The stem, with accents and umlauts folded: people leave them out."""
    stemmed = _stemmer(language)(word)
    bare = unicodedata.normalize("NFD", stemmed.replace("ß", "ss"))
    return "".join(char for char in bare if not unicodedata.combining(char))


@lru_cache(maxsize=4)
def _stemmer(language: Language) -> Callable[[str], str]:
    if language not in _STEMMERS:
        return str
    from Stemmer import Stemmer

    stemmer = Stemmer(_STEMMERS[language])
    return lambda word: str(stemmer.stemWord(word))
