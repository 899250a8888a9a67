"""Whose text an Official Journal page is: CELEX number, ELI, title, date, language (pure)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

from lxml import etree

from corpus.parsers.markup import canonical

_CELEX = re.compile(r"\b(3\d{4}[A-Z]{1,2}\d{4})\b")
_SECTOR = {"regulation": "R", "directive": "L", "decision": "D"}
_ELI_TYPE = {"R": "reg", "L": "dir", "D": "dec"}
_ACT = re.compile(
    r"\b(Regulation|Directive|Decision)s?\s+(?:\([A-Z, ]{2,14}\)\s+)?(No\s+)?"
    r"(\d{1,4})/(\d{1,4})(?:/([A-Z]{2,8}))?",
    re.IGNORECASE,
)

_PROPER = "Regulation Directive Decision European Parliament Council Commission Union No EU AI IT"


def celex_of_act(text: str) -> str:
    """The CELEX number of the first act that `text` names; empty when it names none.

    >>> celex_of_act("Regulation (EU) 2018/1139 is amended as follows:")
    '32018R1139'
    >>> celex_of_act("in Regulation (EC) No 300/2008"), celex_of_act("Directive 95/46/EC")
    ('32008R0300', '31995L0046')
    """
    found = _ACT.search(text)
    if not found:
        return ""
    kind = _SECTOR[found[1].lower()]
    year, number = _year_and_number(bool(found[2]), found[3], found[4])
    return f"3{year:04}{kind}{number:04}"


def celex_of_page(root: etree._Element, heading: str) -> str:
    """The CELEX number that the page gives itself, in its head or in its title."""
    for query in (
        "//meta[@property='eli:id_local']/@content",
        "//meta[contains(@name, 'WT.z_docID') or @name='DC.identifier']/@content",
        "//link[@rel='canonical']/@href",
        "//input[@name='uri']/@value",
        "//title//text()",
        "//h1//text()",
    ):
        if found := _CELEX.search(" ".join(_texts(root, query))):
            return found[1]
    return celex_of_act(heading)


def eli_of_page(root: etree._Element, celex: str, heading: str) -> str:
    """The short European Legislation Identifier: "reg/2024/1689"."""
    links = " ".join(_texts(root, "//meta/@about | //link[@rel='canonical']/@href"))
    if found := re.search(r"/eli/([a-z_]{2,12}/\d{4}/\d{1,5})\b", links):
        return found[1]
    kind = _ELI_TYPE.get(celex[5:6], "")
    if not kind or not celex[6:].isdecimal():
        return ""
    if special := re.search(r"\b(implementing|delegated)\b", heading[:80], re.IGNORECASE):
        kind += {"implementing": "_impl", "delegated": "_del"}[special[1].lower()]
    return f"{kind}/{celex[1:5]}/{int(celex[6:])}"


def date_of_page(root: etree._Element) -> date | None:
    """The day of publication, from the page head "12.7.2024"."""
    printed = _texts(root, "//p[contains(@class, 'hd-date')]//text()")
    printed += _texts(root, "//meta[@name='DC.source']/@content")
    found = re.search(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b", " ".join(printed))
    if not found:
        return None
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None


def language_of_page(root: etree._Element) -> str:
    """The language of the text (ISO 639-1): that of the page head, else that of the page."""
    printed = _texts(root, "//p[contains(@class, 'hd-lg')]//text()")
    printed += _texts(root, "/html/@lang")
    found = next((text.strip().lower()[:2] for text in printed if text.strip()), "en")
    return found if re.fullmatch(r"[a-z]{2}", found) else "en"


class Casing:
    """How a text writes its words, to give headings in capitals back as words."""

    def __init__(self, lines: Iterable[str]) -> None:
        counts: dict[str, Counter[str]] = {}
        for line in (_PROPER, *lines):
            if line == line.upper():
                continue
            for word in re.findall(r"[^\W\d_]+", line):
                counts.setdefault(word.lower(), Counter())[word] += 1
        self._usual = {lower: forms.most_common(1)[0][0] for lower, forms in counts.items()}

    def words(self, shouted: str) -> str:
        """A heading in capitals as words; one that is not in capitals as it is.

        >>> Casing(["an AI system of the Union"]).words("AI SYSTEM OF THE UNION")
        'AI system of the Union'
        """
        if re.sub(r"\bNo\b", "", shouted) != re.sub(r"\bNo\b", "", shouted).upper():
            return shouted
        lowered = re.sub(r"[^\W\d_]+", self._usual_form, shouted)
        return lowered[:1].upper() + lowered[1:]

    def _usual_form(self, word: re.Match[str]) -> str:
        usual = self._usual.get(word[0].lower(), "")
        in_brackets = word.string[word.start() - 1 : word.start()] == "("
        if in_brackets:
            return word[0]
        return usual or word[0].lower()


def _year_and_number(numbered: bool, first: str, second: str) -> tuple[int, int]:
    """Year and number of "2024/1689", "No 575/2013" or "95/46"."""
    year, number = (second, first) if numbered else (first, second)
    if len(year) < 4 and len(number) == 4 and not numbered:
        year, number = number, year
    value = int(year)
    return (1900 + value if value < 100 else value), int(number)


def _texts(root: etree._Element, query: str) -> list[str]:
    found = root.xpath(query)
    return [canonical(str(text)) for text in found] if isinstance(found, list) else []
