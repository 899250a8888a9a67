"""What legislation.gov.uk XML says about itself: title, address, day, and what to be wary of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from lxml import etree

from corpus.errors import ParseError
from corpus.parsers._clml_words import name, words

# Main types of documents, as the metadata name them, and their place in addresses.
_TYPES = {
    "UnitedKingdomPublicGeneralAct": "ukpga",
    "UnitedKingdomStatutoryInstrument": "uksi",
    "ScottishAct": "asp",
    "ScottishStatutoryInstrument": "ssi",
    "WelshParliamentAct": "asc",
    "WelshStatutoryInstrument": "wsi",
    "NorthernIrelandAct": "nia",
    "NorthernIrelandStatutoryRule": "nisr",
    "EuropeanUnionRegulation": "eur",
    "EuropeanUnionDecision": "eudn",
    "EuropeanUnionDirective": "eudr",
}
_SITE = "http://www.legislation.gov.uk"
_ADDRESS = re.compile(r"https?://www\.legislation\.gov\.uk/(?:id/)?([a-z]+/[^/]+/[^/]+)(/.*)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Head:
    """The metadata of one text, as far as a reader of the text needs them."""

    title: str
    european: bool
    language: str
    dated: date | None
    identifiers: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def read_head(root: etree._Element, path: str) -> Head:
    """The head of a `Legislation` document.

    Raises:
        ParseError: If the root is another element.
    """
    if name(root) != "Legislation":
        raise ParseError(path, 1, f"expected a Legislation element, found {name(root)}")
    facts = _facts(root)
    address, part = _address(root, facts)
    identifiers = [("uri", address)] if address else []
    identifiers += [("celex", facts["CELEX"])] if facts.get("CELEX") else []
    return Head(
        title=facts.get("title", ""),
        european=any(name(element) == "EURetained" for element in root),
        language=facts.get("language", "en")[:2] or "en",
        dated=_dated(root, facts),
        identifiers=tuple(identifiers),
        warnings=tuple(_warnings(root, part)),
    )


def _facts(root: etree._Element) -> dict[str, str]:
    """Each plain fact of the metadata by its name; the first of a name counts."""
    facts: dict[str, str] = {}
    metadata = next((element for element in root if name(element) == "Metadata"), None)
    for element in () if metadata is None else metadata.iter():
        value = element.get("Value") or element.get("Date") or words(element)
        if name(element) and value:
            facts.setdefault(name(element), value)
    return facts


def _address(root: etree._Element, facts: dict[str, str]) -> tuple[str, str]:
    """The address of the whole text, and the part of it that the file holds."""
    own = _ADDRESS.fullmatch(facts.get("identifier", ""))
    part = re.sub(r"/?(?:\d{4}-\d{2}-\d{2}|enacted|made|adopted)?$", "", (own and own[2]) or "")
    whole = _ADDRESS.fullmatch(root.get("IdURI", "")) or own
    if whole:
        return f"{_SITE}/{whole[1]}", part.strip("/")
    kind = _TYPES.get(facts.get("DocumentMainType", ""))
    year, number = facts.get("Year", ""), facts.get("Number", "")
    return (f"{_SITE}/{kind}/{year}/{number}" if kind and year and number else ""), ""


def _dated(root: etree._Element, facts: dict[str, str]) -> date | None:
    """The day from which this text held; the day it was made, for a text as first made."""
    said = (facts.get("valid"), root.get("RestrictStartDate"), facts.get("EnactmentDate"))
    for day in (*said, facts.get("Made")):
        if day and _DAY.fullmatch(day):
            try:
                return date.fromisoformat(day)
            except ValueError:
                continue
    return None


def _warnings(root: etree._Element, part: str) -> list[str]:
    found = [f"Holds only {part.replace('/', ' ')} of the whole text."] if part else []
    if end := root.get("RestrictEndDate"):
        found.append(f"This version of the text ended on {end}.")
    unapplied = sum(1 for element in root.iter() if name(element) == "UnappliedEffect")
    if unapplied:
        found.append(f"The publisher lists {unapplied} changes that this text does not show yet.")
    return found
