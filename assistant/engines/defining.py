"""The definition that a question turns on, beside the rule that uses the term (pure)."""

from __future__ import annotations

import re
from datetime import date

from corpus.catalog import Corpus
from corpus.terms import base_form, terms_used
from corpus.types import Provision, ProvisionId, Version

_WORD = re.compile(r"\w+")
_KEPT = {"was", "as"}  # what looks like a plural and is none
_TURNS_ON = (
    r"\b(?:am|is|are|was|were|be|being|becomes?|counts? as|qualif(?:y|ies) as|considered"
    r"|regarded as|treated as|amounts? to|deemed)\b"
    r"(?: (?:i|we|you|they|it|he|she|this|that|such|(?:a|an|the|our|my|their) \w+))?"
    r"(?: (?:still|also|even|really))? "
    r"(?:(?:an?|the|to be)\b )*"
)


def turning_on(
    corpus: Corpus, question: str, provision: Provision, version: Version, day: date
) -> tuple[Provision, int] | None:
    """The definition of a term of the rule, if the question asks whether somebody is one.

    "Are we a provider?" turns on what a provider is; a question that merely speaks of providers
    does not. None where the term has no definition, or no wording on the day.
    """
    words = _bases(question)
    for term, owner in sorted(terms_used(corpus, provision, version).items(), key=_longest):
        if re.search(rf"{_TURNS_ON}{re.escape(_bases(term))}\b", words):
            defining = corpus.provisions[owner]
            wording = defining.on(day)
            if wording is not None and defining.id != provision.id:
                return defining, defining.versions.index(wording)
    return None


def _bases(text: str) -> str:
    """The words of a text in their base forms."""
    found = (word.casefold() for word in _WORD.findall(text))
    return " ".join(word if word in _KEPT else base_form(word) for word in found)


def _longest(entry: tuple[str, ProvisionId]) -> int:
    return -len(entry[0])
