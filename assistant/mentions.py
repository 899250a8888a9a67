"""What a question mentions, by kind: places, instruments, countries, parties, days (pure)."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import Protocol

from corpus.locators import find


class Kind(StrEnum):
    """The kinds of thing of which a later turn may put one in the place of another."""

    LOCATOR = "locator"
    INSTRUMENT = "instrument"
    DATE = "date"
    COUNTRY = "country"
    ACTOR = "actor"
    NAME = "name"  # a company, a body: anything else that is written with a capital


@dataclass(frozen=True, slots=True)
class Mention:
    """One thing mentioned: ``text[start:end]``, and what it is called however it is written."""

    kind: Kind
    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Named:
    """Words that name instruments: ``text[start:end]``, and the ids of those that they may mean."""

    start: int
    end: int
    instruments: tuple[str, ...]


class Names(Hashable, Protocol):
    """Finds the instruments that a text names."""

    def spans(self, text: str) -> tuple[Named, ...]:
        """Where instruments are named, and which, in order, no two overlapping."""


# Noun, adjective, then what else stands for the country: its people, its capital.
_COUNTRIES = """
Afghanistan Afghan|Albania Albanian|Argentina Argentine Argentinian|Armenia Armenian
Australia Australian Canberra|Austria Austrian Vienna|Azerbaijan Azerbaijani|Bahrain Bahraini
Bangladesh Bangladeshi|Belarus Belarusian Minsk|Belgium Belgian|Brazil Brazilian|Bulgaria Bulgarian
Cambodia Cambodian Phnom_Penh|Canada Canadian Ottawa|Chile Chilean|China Chinese Beijing PRC
Colombia Colombian|Croatia Croatian|Cuba Cuban Havana|Cyprus Cypriot|Czechia Czech Prague
Denmark Danish Dane Copenhagen|Egypt Egyptian Cairo|Estonia Estonian|Finland Finnish Finn Helsinki
France French Paris|Germany German Berlin|Greece Greek Athens|Hong_Kong Hongkong
Hungary Hungarian Budapest|Iceland Icelandic|India Indian New_Delhi Delhi|Indonesia Indonesian
Iran Iranian Tehran|Iraq Iraqi|Ireland Irish Dublin|Israel Israeli|Italy Italian Rome
Japan Japanese Tokyo|Jordan Jordanian|Kazakhstan Kazakh|Kenya Kenyan|Kuwait Kuwaiti|Latvia Latvian
Lebanon Lebanese|Libya Libyan|Lithuania Lithuanian|Luxembourg Luxembourgish|Macau Macanese Macao
Malaysia Malaysian
Malta Maltese|Mexico Mexican|Morocco Moroccan|Myanmar Burmese Burma|Netherlands Dutch Holland
New_Zealand New_Zealander|Nigeria Nigerian|North_Korea North_Korean Pyongyang|Norway Norwegian Oslo
Oman Omani|Pakistan Pakistani|Philippines Philippine Filipino|Poland Polish Warsaw
Portugal Portuguese Lisbon|Qatar Qatari|Romania Romanian|Russia Russian Moscow
Saudi_Arabia Saudi Riyadh|Serbia Serbian|Singapore Singaporean|Slovakia Slovak|Slovenia Slovenian
South_Africa South_African|South_Korea Korean Seoul Korea South_Korean|Spain Spanish Madrid
Sweden Swedish Swede Stockholm|Switzerland Swiss Bern|Syria Syrian|Taiwan Taiwanese Taipei
Thailand Thai Bangkok|Turkey Turkish Türkiye Ankara|Ukraine Ukrainian Kyiv
United_Arab_Emirates Emirati UAE Emirates Abu_Dhabi Dubai
United_Kingdom British UK Britain Great_Britain London England|United_States American USA US U.S.
Venezuela Venezuelan|Vietnam Vietnamese Hanoi|Yemen Yemeni
"""

_ACTORS: tuple[tuple[str, str], ...] = (
    ("small mid-cap", r"small mid-?caps?|SMCs?"),
    ("SME", r"SMEs?|start-?ups?|(?:small|tiny) (?:firm|business|compan|enterprise|shop)\w*"),
    ("authorised representative", r"(?:authori[sz]ed|local|EU) representatives?"),
    ("notified body", r"notified bod(?:y|ies)"),
    ("provider", r"(?:model |AI |system )?(?:providers?|developers?|makers?|vendors?)"),
    ("deployer", r"deployers?"),
    ("importer", r"importers?"),
    ("distributor", r"distributors?|resellers?"),
    ("exporter", r"(?:re-?)?exporters?|shippers?"),
    ("manufacturer", r"manufacturers?"),
    ("foundry", r"foundr(?:y|ies)|fabricators?|chipmakers?|OSATs?"),
    (
        "grantee",
        r"grantees?|grant winners?|(?:award|grant|funding|covered) (?:recipients?|entit\w+)",
    ),
    ("university", r"universit(?:y|ies)|(?:academic|research) institutions?|academics?"),
    ("controller", r"(?:data )?controllers?(?! chip)"),
    ("processor", r"(?:data )?processors? (?=of personal|acting|on behalf)|data processors?"),
    ("data subject", r"data subjects?"),
    ("employer", r"employers?"),
    ("worker", r"workers?|employees?|staff"),
    ("consumer", r"consumers?"),
    ("bank", r"banks?"),
    ("cloud provider", r"cloud (?:providers?|hosts?|compan(?:y|ies))|IaaS providers?"),
    (
        "authority",
        r"(?:market surveillance |supervisory |national |public |notifying )*"
        r"(?:authorit(?:y|ies)|regulators?)",
    ),
    ("agency", r"(?:federal |government |US )?(?:agenc(?:y|ies)|departments)"),
    ("member state", r"member states?"),
    ("court", r"courts?|judges?"),
    ("signatory", r"signator(?:y|ies)"),
)

_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(
    rf"\b(?:\d{{4}}-\d{{2}}-\d{{2}}|(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?:{_MONTH}),? "
    rf"(?:\d{{1,2}}, )?\d{{4}}|(?:spring|summer|autumn|fall|winter)(?: of)? \d{{4}}"
    r"|(?:early |mid-?|late )?(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"(?<![\w.'’-])[A-Z][\w&-]+(?: (?:of )?[A-Z0-9][\w&-]*)*")
# Written with a capital, and the name of nothing.
_NO_NAME = frozenset(
    """ai gpai gpu gpus cpu eu us uk i does do did is are was were can may must should what which
    who whom whose when where why how and but or so then also even if in on under for of at by from
    with without to the a an no yes ok please now since until after before article section annex
    recital paragraph part rule rules order act regulation law""".split()  # noqa: SIM905
)


# Lower-case words that are no country.
_NO_COUNTRY = frozenset({"us", "polish", "u.s."})


@cache
def _countries() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    """One pattern for every word of a country, and each word's (noun, adjective)."""
    forms: dict[str, tuple[str, str]] = {}
    for line in _COUNTRIES.strip().replace("\n", "|").split("|"):
        entry = [word.replace("_", " ") for word in line.split()]
        for word in entry:
            forms[word.casefold()] = (entry[0], entry[1])
    longest = "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
    # The Seoul summit is no more in Korea than the Hiroshima process in Japan: names of texts.
    return re.compile(
        rf"(?<![\w.])(?P<word>{longest})s?(?!\w)"
        rf"(?! (?:summit|process|declaration|statement|communiqu\w+|commitments|pledges|code)\b)",
        re.IGNORECASE,
    ), forms


@cache
def _actors() -> re.Pattern[str]:
    names = (f"(?P<a{n}>{pattern})" for n, (_, pattern) in enumerate(_ACTORS))
    return re.compile(rf"\b(?:{'|'.join(names)})\b", re.IGNORECASE)


def actors_in(text: str) -> tuple[str, ...]:
    """The parties that a text speaks of, by one name each, in order.

    >>> actors_in("Must a small firm or a university appoint an authorized representative?")
    ('SME', 'university', 'authorised representative')
    """
    return tuple(dict.fromkeys(mention.value for mention in _find_actors(text)))


def countries_in(text: str) -> frozenset[str]:
    """The countries that a text mentions, by noun, adjective or capital.

    >>> sorted(countries_in("Tokyo and the Swedish side"))
    ['Japan', 'Sweden']
    """
    return frozenset(mention.value for mention in _find_countries(text))


def adjective_of(country: str) -> str:
    """The adjective of a country by its English short name ("Canada" -> "Canadian")."""
    return _countries()[1][country.casefold()][1]


@lru_cache(maxsize=512)
def mentions(text: str, names: Names | None = None) -> tuple[Mention, ...]:
    """Everything that a text mentions, in order, no two overlapping.

    Places are found as `corpus.locators` formalises them: give it a text so formalised. Without
    `names` no instruments are found.
    """
    taken: list[Mention] = []
    for found in (
        _find_locators(text),
        _find_instruments(text, names),
        _find_dates(text),
        _find_countries(text),
        _find_actors(text),
        _find_names(text),
    ):
        for mention in found:
            if all(mention.end <= other.start or other.end <= mention.start for other in taken):
                taken.append(mention)
    return tuple(sorted(taken, key=lambda mention: mention.start))


def _find_locators(text: str) -> Iterator[Mention]:
    for found in find(text):
        yield Mention(Kind.LOCATOR, found.start, found.end, str(found.locator))


def _find_instruments(text: str, names: Names | None) -> Iterator[Mention]:
    for span in names.spans(text) if names else ():
        yield Mention(Kind.INSTRUMENT, span.start, span.end, " ".join(span.instruments))


def _find_dates(text: str) -> Iterator[Mention]:
    for found in _DATE.finditer(text):
        yield Mention(Kind.DATE, found.start(), found.end(), found[0])


def _find_countries(text: str) -> Iterator[Mention]:
    pattern, forms = _countries()
    for found in pattern.finditer(text):
        if found[0] not in _NO_COUNTRY:
            noun = forms[found["word"].casefold()][0]
            yield Mention(Kind.COUNTRY, found.start(), found.end(), noun)


def _find_actors(text: str) -> Iterator[Mention]:
    for found in _actors().finditer(text):
        number = int((found.lastgroup or "a0")[1:])
        yield Mention(Kind.ACTOR, found.start(), found.end(), _ACTORS[number][0])


def _find_names(text: str) -> Iterator[Mention]:
    """Words with a capital that open no sentence, less the common ones among them."""
    for found in _CAPITAL.finditer(text):
        start = found.start()
        for word in found[0].split():
            opens = not re.search(r"[^.?!:\s]\s*$", text[:start])
            if word.casefold() in _NO_NAME or (opens and start == found.start()):
                start += len(word) + 1
        if start < found.end():
            yield Mention(Kind.NAME, start, found.end(), text[start : found.end()])
