"""The points of a list whose head is quoted: "shall be prohibited:" says nothing without them."""

from __future__ import annotations

from datetime import date

from corpus.catalog import Corpus
from corpus.types import Provision

_OPENS = (":", "—", "–")


def points_below(corpus: Corpus, provision: Provision, day: date) -> list[tuple[Provision, int]]:
    """The points right below the head of a list, each with its wording of the day.

    Empty for a provision that is no head: one whose words end a sentence, or that holds its
    points itself (digests and short lists do).
    """
    version = provision.on(day)
    if version is None or version.origin is None or not _is_head(version.text):
        return []
    found: list[tuple[Provision, int]] = []
    for other in corpus.of(provision.instrument_id):
        wording = other.on(day)
        if wording is not None and other.locator.parent == provision.locator:
            if wording.text in version.text:  # a short list, which is read as a whole
                return []
            found.append((other, other.versions.index(wording)))
    return found


def _is_head(text: str) -> bool:
    """Whether a line of the text opens a list; words may follow that list."""
    return any(line.endswith(_OPENS) for line in text.split("\n"))
