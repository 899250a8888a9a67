"""What a provision refers to, resolved against the corpus (pure).

`corpus/pointers.py` and `corpus/pointers_us.py` read the words; here they become provisions:
whose place it is, and what the corpus has there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from corpus.catalog import Corpus
from corpus.homes import homes_of_number
from corpus.locators import Locator, Unit, iter_ancestors
from corpus.pointers import THIS, Pointer, read_places
from corpus.pointers_us import read_us_places
from corpus.types import InstrumentId, Provision, ProvisionId, Version, provision_id

MOST = 120
_AMENDING = re.compile(
    r"\bthe following [^.;:]{0,40}?(?:is|are) (?:added|inserted)\b"
    r"|\b(?:is|are) replaced by the following\b|\b(?:is|are) amended as follows\b"
)
_GENERIC = re.compile(
    r"(?:[A-Z]\w+ ){0,2}(?:Act|Convention|Regulation|Order|Memorandum|Rule|Agreement)\b"
    r"(?! (?:on|of|for|No|\d))"
)
_RANGES_HAVE_GAPS = {Unit.ECCN, Unit.CFR, Unit.PART}
_KEPT_AS = {Unit.CHAPTER: Unit.ARTICLE}  # chapters are known by the articles in them
_CFR_UNITS = {Unit.CFR, Unit.PART, Unit.SUPPLEMENT}


@dataclass(frozen=True, slots=True)
class Reference:
    """One place that a text refers to; `words` are those it uses.

    `instrument_id` is empty for a text outside the corpus; `provision_ids` are what the corpus
    has there (the place, what lies below it, or the nearest above), empty when it has nothing.
    """

    locator: Locator
    instrument_id: str
    provision_ids: tuple[ProvisionId, ...]
    words: str = ""


def references(corpus: Corpus, provision: Provision, version: Version) -> tuple[Reference, ...]:
    """The places that one wording refers to, in order, each once; its own place is left out."""
    own, home = provision.locator, provision.instrument_id
    text = version.text
    pointers = chain(read_places(text, own, _chapter_of(version)), read_us_places(text, own))
    amends = _AMENDING.search(f"{version.lead} {text}") is not None
    found: dict[tuple[str, Locator], Reference] = {}
    for pointer in sorted(pointers, key=lambda pointer: pointer.start):
        owner = _owner(corpus, home, pointer, amends=amends)
        locator = _as_kept(corpus, owner, pointer.locator)
        itself = owner == home and locator == own
        if owner is None or itself or (owner, locator) in found or len(found) >= MOST:
            continue
        ids = resolve(corpus, owner, locator) if owner else ()
        if pointer.implied and not ids and locator.unit in _RANGES_HAVE_GAPS:
            continue
        found[owner, locator] = Reference(locator, owner, ids, text[pointer.start : pointer.end])
    return tuple(found.values())


def places_in(provision: Provision, version: Version) -> Iterator[Locator]:
    """The places that a wording names itself, without those a range only implies."""
    text, own = version.text, provision.locator
    for pointer in chain(read_places(text, own, _chapter_of(version)), read_us_places(text, own)):
        if not pointer.implied:
            yield pointer.locator


def resolve(corpus: Corpus, instrument_id: str, locator: Locator) -> tuple[ProvisionId, ...]:
    """What the corpus has at a place, else the nearest above; nothing when it has neither."""
    found = tuple(p.id for p in corpus.at(instrument_id, locator))
    if found:
        return found
    everything = corpus.of(instrument_id)
    match locator.unit:
        case Unit.CHAPTER:
            return _tops(p for p in everything if _stands_in(p, locator))
        case Unit.PART:
            return _tops(p for p in everything if _part_of(p.locator) == locator.number)
    below = tuple(p.id for p in everything if _lies_below(locator, p.locator))
    if below:
        return below
    for above in iter_ancestors(locator):
        exact = corpus.provisions.get(provision_id(instrument_id, above))
        if exact is not None:
            return (exact.id,)
    return ()


def is_dangling(corpus: Corpus, reference: Reference) -> bool:
    """Whether a reference names a place that is not there, of an instrument kept whole.

    A place that an instrument kept in part does not hold is outside the corpus, not dangling.
    """
    if not reference.instrument_id or reference.provision_ids:
        return False
    return corpus.instruments[InstrumentId(reference.instrument_id)].complete


def _owner(corpus: Corpus, home: str, pointer: Pointer, *, amends: bool) -> str | None:
    """The instrument a place belongs to; "" for one outside the corpus, None for no place at all.

    Where the words do not say, sections of codes are known by their number, ECCNs are the
    EAR's, and an amending act speaks of the act it amends. Words that are to stand in another
    act (`amends`) mean places of that one: "paragraph 2" in them is none of their own.
    """
    kind, _, value = pointer.act.partition(":")
    unit = pointer.locator.unit
    if kind == THIS:
        return None if amends and unit is Unit.ARTICLE else home
    if kind in {"cfr", "usc"} or (not kind and unit in _CFR_UNITS):
        return _owner_of_number(corpus, home, pointer.locator, kind, value)
    if unit is Unit.ECCN:
        return _holder(corpus, (home, "ear"), unit)
    if not kind:
        amended = corpus.instruments[InstrumentId(home)].amends
        if amended or amends:
            return amended
        return _holder(corpus, (home,), _KEPT_AS.get(unit, unit))
    return next(iter(_called(corpus, home, kind, value)), "")


def _owner_of_number(
    corpus: Corpus, home: str, locator: Locator, code: str, title: str
) -> str | None:
    """Whose section, part or supplement it is; a bare "part 100" of no known code is none."""
    if not code and corpus.at(home, locator):
        return home  # a rule that adds a section speaks of its own words
    owners = homes_of_number(corpus, _numbered(locator), code, title)
    unsaid = None if not code and locator.unit is Unit.PART else ""
    return home if home in owners else next(iter(owners), unsaid)


def _called(corpus: Corpus, home: str, kind: str, value: str) -> Iterator[str]:
    """The instruments with this identifier, or whose name the words begin with."""
    said = _bare(value)
    for instrument in corpus.instruments.values():
        if (kind, value) in instrument.identifiers:
            yield instrument.id
        elif kind == "name":
            names = (instrument.short_title, *instrument.aliases)
            if any(said.startswith(_bare(name)) for name in names):
                yield instrument.id
    generic = _GENERIC.match(value)  # "Article 3 of the Convention", said by itself
    own = corpus.instruments[InstrumentId(home)]
    called = _bare(" ".join([own.title, own.short_title, *own.aliases])).split()
    if kind == "name" and generic and set(_bare(generic[0]).split()) <= set(called):
        yield home


def _bare(words: str) -> str:
    """The words of a name without punctuation, each with a space after it."""
    return "".join(f"{word} " for word in re.findall(r"[\w.-]+", words.casefold()))


def _holder(corpus: Corpus, ids: tuple[str, ...], unit: Unit) -> str:
    """The first of these instruments that is divided in this unit."""
    holders = (key for key in ids if any(p.locator.unit is unit for p in corpus.of(key)))
    return next(holders, "")


def _numbered(locator: Locator) -> Locator:
    """A place by whose number its code is known: a supplement by its part."""
    if locator.unit is Unit.SUPPLEMENT:
        return Locator(Unit.PART, locator.number.partition("/")[2])
    return locator


def _as_kept(corpus: Corpus, owner: str | None, locator: Locator) -> Locator:
    """A place in a second subparagraph is kept as such only where a label occurs twice."""
    if not locator.note.endswith(" subparagraph") or not owner:
        return locator
    kept = provision_id(owner, locator) in corpus.provisions
    return locator if kept else replace(locator, note="")


def _chapter_of(version: Version) -> str:
    """The number of the chapter a wording stands in; "" where it stands in none."""
    head = version.context[0] if version.context else ""
    return head.removeprefix("Chapter ").partition(":")[0] if head.startswith("Chapter ") else ""


def _part_of(locator: Locator) -> str:
    """The part of the CFR that a section, supplement or ECCN lies in."""
    match locator.unit:
        case Unit.CFR if "." in locator.number:
            return locator.number.partition(".")[0]
        case Unit.SUPPLEMENT:
            return locator.number.partition("/")[2]
    return ""


def _stands_in(provision: Provision, chapter: Locator) -> bool:
    """Whether the headings above a provision are those of a chapter, and of its section."""
    heads = (f"Chapter {chapter.number}", *chapter.path)
    return any(
        len(version.context) >= len(heads)
        and all(
            kept == head or kept.startswith(f"{head}:")
            for kept, head in zip(version.context, heads, strict=False)
        )
        for version in provision.versions
    )


def _tops(provisions: Iterable[Provision]) -> tuple[ProvisionId, ...]:
    """Of each article or section only what stands highest."""
    grouped: dict[Locator, list[Provision]] = {}
    for provision in provisions:
        grouped.setdefault(provision.locator.root, []).append(provision)
    return tuple(
        provision.id
        for group in grouped.values()
        for provision in group
        if len(provision.locator.path) == min(len(p.locator.path) for p in group)
    )


def _lies_below(above: Locator, locator: Locator) -> bool:
    """Whether a place lies below another in ways that `Locator.covers` does not know.

    Some annexes number in decimals, ``(4.3)`` below ``(4)``; some are cited without the section
    that a point stands in; categories of the U.S. Munitions List stand in one section of the
    ITAR, "Category XI(a)(4)" below "Category XI".
    """
    if (above.unit, above.number) != (locator.unit, locator.number):
        return False
    if above.note.startswith("Category "):
        return locator.note.startswith((f"{above.note}(", f"{above.note},"))
    if not above.path:
        return False
    path = locator.path
    if path and path[0].startswith("Section ") and not above.path[0].startswith("Section "):
        path = path[1:]
    *outer, last = above.path
    depth = len(outer)
    if path[:depth] != tuple(outer) or len(path) <= depth:
        return False
    return path[depth] == last or path[depth].startswith(f"{last}.")
