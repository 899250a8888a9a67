"""What a rule refers to, where the figure that is asked stands there (pure)."""

from __future__ import annotations

from datetime import date

from assistant.engines.figures import figures
from assistant.engines.picking import Asked
from corpus.catalog import Corpus
from corpus.references import references
from corpus.types import Provision, Version

MAX_FOLLOWED = 2
_MOST_OF_ONE = 3  # a reference to a whole part or chapter leads nowhere


def followed(
    corpus: Corpus, asked: Asked, provision: Provision, version: Version, day: date
) -> list[tuple[Provision, int]]:
    """The provisions that a wording refers to and that hold the figure asked, with their wording.

    "The value in § 123.15" is half an answer to who asks for the value.
    """
    found: list[tuple[Provision, int]] = []
    for reference in references(corpus, provision, version):
        if len(reference.provision_ids) > _MOST_OF_ONE:
            continue
        for identifier in reference.provision_ids:
            other = corpus.provisions[identifier]
            wording = other.on(day)
            if wording is not None and figures(wording.text, asked.measures, asked.text):
                found.append((other, other.versions.index(wording)))
    return list(dict.fromkeys(found))[:MAX_FOLLOWED]
