"""A question in French, German, Italian or Japanese as English words to search with (pure).

Terms are looked up, the longest first; places and days are put as in English; the order of the
words stays. That is no translation to read, and is not meant as one: retrieval goes by words, and
what the question was read as is shown beside the answer.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.languages.glossary import load
from assistant.languages.places import shield
from assistant.languages.signs import read_signs
from assistant.languages.spaced import read_words
from assistant.languages.types import Language, Translated


def to_english(
    text: str, language: Language, *, knows: Callable[[str], bool] | None = None
) -> Translated:
    """A question as English words; English comes back as it is, and so does what is not read.

    Args:
        text: The question.
        language: What `detect` says of it.
        knows: Whether a lower-case word is one of the texts searched; a word that the glossary
            lacks then counts as known if it, or its English cognate, is there.

    >>> to_english("Qu'est-ce qu'un déployeur selon l'article 3, point 4 ?", Language.FRENCH).text
    'what deployer under Article 3(4)?'
    """
    if language is Language.ENGLISH:
        return Translated(text, 1.0)
    if not language.is_read:
        return Translated(text, 0.0)
    glossary = load(language)
    shielded = shield(text, language)
    if language is Language.JAPANESE:
        said = read_signs(shielded.text, glossary)
    else:
        said = read_words(
            shielded.text,
            glossary,
            lambda word: word in glossary.english or bool(knows and knows(word)),
        )
    return said.translated(shielded.kept)
