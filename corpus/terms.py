"""Which defined terms a wording uses, and the provision that defines each (pure).

A term counts in every inflection that statutes use: "providers", "notified bodies", "placed on
the market". Of two terms that overlap the longer one is meant: "personal data breach" is no use
of "personal data". In the Commerce Control List only words in quotation marks are terms, and the
notes of an entry define them for that entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.catalog import Corpus
from corpus.locators import Locator, Unit
from corpus.types import Provision, ProvisionId, TextKind, Version

_WORD = re.compile(r"\w+")
_VERBS = {
    form: verb
    for verb, forms in {
        "place": ("placing", "placed", "places"),
        "put": ("putting", "puts"),
        "make": ("making", "made", "makes"),
    }.items()
    for form in forms
}
_OPEN, _CLOSE = "“\"‘'", "”\"’'"
_HOMOGRAPHS = {  # words before and after which a word is not the term
    "subject": ({"to", "data"}, {"to", "matter"}),  # "be subject to" names no person
    "control": ({"to", "export", "trade", "arm"}, set[str]()),
}


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a text in its base form, and where it stands."""

    base: str
    start: int
    end: int


def terms_used(corpus: Corpus, provision: Provision, version: Version) -> dict[str, ProvisionId]:
    """Terms of the same instrument that a wording uses, with the provision that defines each."""
    usable: dict[tuple[str, ...], tuple[str, ProvisionId]] = {}
    for term, owners in corpus.definitions_of(provision.instrument_id).items():
        owner = _meant(corpus, provision.locator, owners, term)
        if owner is not None:
            for variant in variants(term):
                usable.setdefault(_bases(variant), (term, owner))
    quoted = provision.locator.unit is Unit.ECCN and version.text_kind is TextKind.OFFICIAL
    found: dict[str, ProvisionId] = {}
    for key in _occurring(version.text, list(usable), quoted=quoted):
        term, owner = usable[key]
        if owner != provision.id:
            found.setdefault(term, owner)
    return found


def variants(term: str) -> tuple[str, ...]:
    """The ways a term is written: with what stands in brackets, or that abbreviation alone.

    >>> variants("Export Control Classification Number (ECCN)")
    ('Export Control Classification Number', 'ECCN')
    >>> variants("Transfer (in-country)")
    ('Transfer (in-country)',)
    """
    found = re.fullmatch(r"(.+?) \(([A-Z0-9]{2,})\)( .+)?", term)
    return (f"{found[1]}{found[3] or ''}", found[2]) if found else (term,)


def base_form(word: str) -> str:
    """A word without the ending of its plural, and a verb without that of its tense.

    >>> [base_form(word) for word in ("authorities", "providers", "placing", "process", "analyses")]
    ['authority', 'provider', 'place', 'process', 'analyse']
    """
    word = word.casefold()
    if word in _VERBS:
        return _VERBS[word]
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2:
        return word[:-1]
    return word


def _bases(text: str) -> tuple[str, ...]:
    return tuple(base_form(word) for word in _WORD.findall(text))


def _occurring(
    text: str, terms: Sequence[tuple[str, ...]], *, quoted: bool
) -> Iterator[tuple[str, ...]]:
    """The terms that stand in a text, the longest where several do, in order."""
    starting: dict[str, list[tuple[str, ...]]] = {}
    for term in sorted(terms, key=len, reverse=True):
        if term:
            starting.setdefault(term[0], []).append(term)
    words = [_Word(base_form(found[0]), *found.span()) for found in _WORD.finditer(text)]
    bases = [word.base for word in words]
    place = 0
    while place < len(words):
        for term in starting.get(bases[place], ()):
            end = place + len(term)
            if tuple(bases[place:end]) == term and _counts(text, words, place, end, quoted=quoted):
                yield term
                place = end - 1
                break
        place += 1


def _counts(text: str, words: Sequence[_Word], first: int, end: int, *, quoted: bool) -> bool:
    """Whether words that look like a term are one."""
    before, after = text[: words[first].start], text[words[end - 1].end :]
    if quoted:
        return before.rstrip()[-1:] in _OPEN and after.lstrip(" ,.;")[:1] in _CLOSE
    if end - first > 1:
        return True
    if before.endswith("-") or (after.startswith("-") and after[1:2].isalnum()):
        return False  # "high-risk" speaks of no risk
    if _is_in_name(text, words, first):
        return False
    left, right = _HOMOGRAPHS.get(words[first].base, (set(), set()))
    around = (words[first - 1].base if first else "", words[end].base if end < len(words) else "")
    return around[0] not in left and around[1] not in right


def _is_in_name(text: str, words: Sequence[_Word], place: int) -> bool:
    """Whether a word stands in a proper name: "Arms Export Control Act" speaks of no export."""
    word = words[place]
    if not text[word.start].isupper():
        return False
    around = words[max(place - 1, 0) : place + 2]
    return any(
        other is not word
        and text[other.start].isupper()
        and text[min(word.end, other.end) : max(word.start, other.start)] == " "
        for other in around
    )


def _meant(
    corpus: Corpus, own: Locator, owners: Sequence[ProvisionId], term: str
) -> ProvisionId | None:
    """The definition that holds at a place; None where none does.

    A note of an ECCN holds for its entry. Elsewhere it is meant only by a name that says enough.
    """
    places = {owner: corpus.provisions[owner].locator for owner in owners}
    for owner, place in places.items():
        if place.root == own.root:
            return owner
    for owner, place in places.items():
        if place.unit is not Unit.ECCN:
            return owner
    says_enough = " " in term or term.isupper()
    return owners[0] if own.unit is not Unit.ECCN and says_enough else None
