"""What a provision refers to: other provisions, and the terms it uses that are defined (pure).

"Article 6(2)", "paragraph 2 of this Article", "§ 742.6(b)", "paragraph (a)(1) of this section",
"Article 9 of Regulation (EU) 2016/679": read from the words, resolved against the corpus.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.catalog import Corpus
from corpus.homes import homes_of_number
from corpus.locators import Locator, Mention, Unit, find, formalise, iter_ancestors
from corpus.types import InstrumentId, Provision, ProvisionId, Version

MOST = 60
_EU_ACT = re.compile(
    r"(?: (?:and|or|to) \(\w+\),?)?"
    r"(?:,? (?:points? \(\w+\)(?: (?:and|or|to) \(\w+\))?|\w+ (?:sub)?paragraph),?)?"
    r"(?: of (?:the )?| (?=TFEU|TEU))"
    r"(?:(?P<kind>Regulation|Directive|Decision|Implementing|Delegated|Council)"
    r"[^.;]{0,30}?\(?(?:EU|EC|EEC|Euratom)?\)? ?(?:No )?(?P<year>\d{2,4})/(?P<number>\d{1,4})"
    r"|(?P<other>Treaty|Charter|TFEU|TEU|Protocol|Convention|Annex to|GDPR|that Regulation"
    r"|that Directive|those))"
)
_CODE = re.compile(r"(?P<title>\d{1,2}) (?:C\.?F\.?R\.?|U\.?S\.?C\.?)")
_PLURAL = re.compile(
    r"(?P<unit>Article|Annex)(?:s|es) (?P<list>[\dIVXLC]+[a-z]?(?:\(\w{1,5}\))*"
    r"(?:(?:,| and| or| to)(?: and| or)? [\dIVXLC]+[a-z]?(?:\(\w{1,5}\))*){1,30})"
)
_PARAGRAPH = re.compile(
    r"\bparagraphs? (?P<list>\d+[a-z]?(?:\(\w{1,5}\))*"
    r"(?:(?:,| and| or| to)(?: and| or)? \d+[a-z]?(?:\(\w{1,5}\))*){0,20})"
    r"(?! of (?:Article|Annex))"
)
_CFR_PARAGRAPH = re.compile(
    r"\bparagraphs? (?P<first>(?:\(\w{1,5}\)){1,7})"
    r"(?P<more>(?:(?:,| and| or| through)(?: and| or)? (?:\(\w{1,5}\)){1,7}){0,12})"
    r"(?: (?:of|in) (?P<of>this section|this supplement|§ ?\d+\.\d+)|(?P<other> (?:of|in) ))?"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """One place that a text refers to.

    `instrument_id` is empty for a text outside the corpus; `provision_ids` are what the corpus
    has there (the place, what lies below it, or the nearest above), empty when it has nothing.
    """

    locator: Locator
    instrument_id: str
    provision_ids: tuple[ProvisionId, ...]


def references(corpus: Corpus, provision: Provision, version: Version) -> tuple[Reference, ...]:
    """The places that one wording refers to, in order, each once; its own place is left out."""
    found: dict[tuple[str, Locator], None] = {}
    for owner, locator in _places(corpus, provision, version.text):
        own = owner == provision.instrument_id and locator == provision.locator
        if not own and len(found) < MOST:
            found.setdefault((owner, locator))
    return tuple(
        Reference(locator, owner, resolve(corpus, owner, locator) if owner else ())
        for owner, locator in found
    )


def resolve(corpus: Corpus, instrument_id: str, locator: Locator) -> tuple[ProvisionId, ...]:
    """What the corpus has at a place, else the nearest above; nothing when it has neither."""
    found = tuple(p.id for p in corpus.at(instrument_id, locator))
    if found:
        return found
    numbered = tuple(p.id for p in corpus.of(instrument_id) if _numbers_below(locator, p.locator))
    if numbered:
        return numbered
    for above in iter_ancestors(locator):
        exact = corpus.provisions.get(ProvisionId(f"{instrument_id}#{above.slug}"))
        if exact is not None:
            return (exact.id,)
    return ()


def _numbers_below(above: Locator, locator: Locator) -> bool:
    """Whether ``(4.3)`` stands below ``(4)``: some annexes number their points in decimals."""
    if not above.path or (above.unit, above.number) != (locator.unit, locator.number):
        return False
    *outer, last = above.path
    depth = len(outer)
    inside = locator.path[:depth] == tuple(outer) and len(locator.path) > depth
    return inside and locator.path[depth].startswith(f"{last}.")


def is_dangling(corpus: Corpus, reference: Reference) -> bool:
    """Whether a reference names a place that is not there, of an instrument kept whole.

    A place that an instrument kept in part does not hold is outside the corpus, not dangling.
    """
    if not reference.instrument_id or reference.provision_ids:
        return False
    return corpus.instruments[InstrumentId(reference.instrument_id)].complete


def terms_used(corpus: Corpus, provision: Provision, version: Version) -> dict[str, ProvisionId]:
    """Terms of the same instrument that a wording uses, with the provision that defines each."""
    words = f" {_plain(version.text)} "
    return {
        term: owner
        for term, owner in corpus.terms_of(provision.instrument_id).items()
        if owner != provision.id and f" {_plain(term)} " in words
    }


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _places(corpus: Corpus, provision: Provision, text: str) -> Iterator[tuple[str, Locator]]:
    own, home = provision.locator, provision.instrument_id
    for found in _PLURAL.finditer(text):
        owner = _owner_after(corpus, home, text, found.end())
        for label in _listed(found["list"]):
            yield owner, _with_path(Unit(found["unit"]), label)
    if own.unit is Unit.ARTICLE:
        for found in _PARAGRAPH.finditer(text):
            for label in _listed(found["list"]):
                inner = _with_path(own.unit, label)
                yield home, Locator(own.unit, own.number, (inner.number, *inner.path))
    if own.unit in {Unit.CFR, Unit.SUPPLEMENT}:
        yield from _cfr_paragraphs(own, home, text)
    formal = formalise(text)  # where the mentions stand
    for mention in find(text, limit=MOST):
        yield from _mentioned(corpus, provision, formal, mention)


def _mentioned(
    corpus: Corpus, provision: Provision, text: str, mention: Mention
) -> Iterator[tuple[str, Locator]]:
    locator, home = mention.locator, provision.instrument_id
    if locator.unit is Unit.CFR:
        owners = homes_of_number(corpus, locator)
        yield (home if home in owners else next(iter(owners), ""), locator)
    elif locator.unit in {Unit.ECCN, Unit.SUPPLEMENT}:
        has = any(p.locator.unit is locator.unit for p in corpus.of(home))
        yield (home if has else "ear" if "ear" in corpus.instruments else "", locator)
    elif locator.unit in {Unit.ARTICLE, Unit.ANNEX, Unit.RECITAL}:
        yield _owner_after(corpus, home, text, mention.end), locator
    elif locator.unit is Unit.SECTION and provision.locator.unit is Unit.SECTION:
        yield home, locator


def _owner_after(corpus: Corpus, home: str, text: str, end: int) -> str:
    """The instrument of a place, from the words after it: its own unless another act is named."""
    found = _EU_ACT.match(text, end)
    if found is None:  # an amending act speaks of the act it amends
        amends = corpus.instruments[InstrumentId(home)].amends
        return amends if amends and not text.startswith(" of this Regulation", end) else home
    if found["other"] or not found["kind"]:
        return ""
    letter = {"Regulation": "R", "Directive": "L", "Decision": "D"}.get(found["kind"], "R")
    first, second = found["year"], found["number"]
    year, number = (first, second) if len(first) == 4 else (second, first)
    celex = f"3{year}{letter}{int(number):04d}"
    owners = [i.id for i in corpus.instruments.values() if ("celex", celex) in i.identifiers]
    return owners[0] if owners else ""


def _cfr_paragraphs(own: Locator, home: str, text: str) -> Iterator[tuple[str, Locator]]:
    for found in _CFR_PARAGRAPH.finditer(text):
        if found["other"]:
            continue
        of = found["of"] or ""
        number = own.number
        unit = own.unit
        if of.startswith("§"):
            unit, number = Unit.CFR, of.lstrip("§ ")
        first = tuple(re.findall(r"\((\w+)\)", found["first"]))
        yield home, Locator(unit, number, first)
        for more in re.findall(r"(?:\(\w{1,5}\))+", found["more"]):
            yield home, Locator(unit, number, _completed(first, re.findall(r"\((\w+)\)", more)))


def _completed(first: tuple[str, ...], labels: list[str]) -> tuple[str, ...]:
    """The second of "paragraphs (a)(1) and (2)" stands beside the first: (a)(2)."""
    shape = [_shape(label) for label in first]
    kind = _shape(labels[0])
    if kind in shape and shape.index(kind) > 0:
        return (*first[: shape.index(kind)], *labels)
    return tuple(labels)


def _shape(label: str) -> str:
    if label.isdecimal():
        return "1"
    return "i" if re.fullmatch(r"[ivx]+", label) else "A" if label.isupper() else "a"


def _listed(text: str) -> Iterator[str]:
    """The members of "9 to 11 and 17(1)": 9, 10, 11, 17(1)."""
    before = ""
    for joint, found in re.findall(r"(, and |, or |, | and | or | to |^)([\dIVXLC]+\w?\S*)", text):
        label = found.rstrip(",")
        if joint == " to " and before.isdecimal() and label.isdecimal():
            yield from map(str, range(int(before) + 1, min(int(label), int(before) + 40)))
        yield label
        before = label


def _with_path(unit: Unit, label: str) -> Locator:
    number, *_ = label.partition("(")
    return Locator(unit, number, tuple(re.findall(r"\((\w+)\)", label)))
