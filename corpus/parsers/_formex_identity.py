"""Whose text a Formex file is: CELEX number, ELI, title, language, day (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from lxml import etree

from corpus.parsers._formex_blocks import title_lines
from corpus.parsers._oj_identity import celex_of_act, eli_of_page

_ACT_LETTERS = {"REG": "R", "DIR": "L", "DEC": "D"}
_ANNEXES = frozenset({"ANNEX", "CONS.ANNEX"})
_TENS = ("", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC")
_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_UNKNOWN = "the file does not say which act it belongs to; the zip of the whole act does"


@dataclass(frozen=True, slots=True)
class Identity:
    """What the files say about themselves; `celex` is the number of the act."""

    title: str
    celex: str
    identifiers: tuple[tuple[str, str], ...]
    language: str
    dated: date | None
    warnings: tuple[str, ...] = ()


def identify(roots: Sequence[etree._Element], parts: Sequence[etree._Element]) -> Identity:
    """Identity of the text in `parts`; the other `roots` are the lists of its package."""
    part = parts[0]
    title = _title(part)
    celex = _celex(roots, part, title)
    consolidated = _consolidated(part)
    known = (
        ("celex", consolidated or celex),
        ("celex_act", celex if consolidated else ""),
        ("eli", _eli(roots, celex, title)),
        ("oj", "" if celex else _journal(part)),
        ("member", f"annex-{annex_number(part)}" if part.tag in _ANNEXES else ""),
    )
    languages = (line.lower() for line in _texts(roots, "LG.DOC"))
    return Identity(
        title,
        celex,
        tuple(pair for pair in known if pair[1]),
        next((line for line in languages if re.fullmatch(r"[a-z]{2}", line)), "en"),
        _dated(roots, part),
        () if celex else (_UNKNOWN,),
    )


def sequence(root: etree._Element) -> str:
    """The place of a file in its package: "0001" for the act, "0001.0003" for its third annex."""
    return (root.findtext("BIB.INSTANCE/NO.SEQ") or "").strip()


def annex_number(annex: etree._Element) -> str:
    """The number of an annex in Roman numerals; I for an annex without a number."""
    name = next(iter(title_lines(annex.find("TITLE"))), "")
    found = re.match(r"\w{3,20}\s+(?:([IVXLC]{1,8}[A-Za-z]?)|(\d{1,2}))\b", name)
    if not found:
        return "I"
    return found[1] or _TENS[int(found[2]) // 10] + _ONES[int(found[2]) % 10] or "I"


def _title(part: etree._Element) -> str:
    """The act's title without "(Text with EEA relevance)"; an annex's as "Annex III: ..."."""
    body = part.find("CONS.DOC")
    lines = title_lines((part if body is None else body).find("TITLE"))
    if part.tag in _ANNEXES:
        name, heading = " ".join(lines[:1]), " ".join(lines[1:])
        return ": ".join(filter(None, (name.replace("ANNEX", "Annex"), heading)))
    return " ".join(line for line in lines if not re.match(r"\(Text\b", line))


def _celex(roots: Sequence[etree._Element], part: etree._Element, title: str) -> str:
    """The CELEX number of the act: printed, from its title, or from its number and kind."""
    for printed in _texts([part], "NO.CELEX"):
        if re.fullmatch(r"3\d{4}[A-Z]{1,2}\d{4}", printed):
            return printed
    if part.tag not in _ANNEXES and (named := celex_of_act(title)):
        return named
    number = _number(part)
    letter = _ACT_LETTERS.get(_kind(roots, part)[:3])
    return f"3{number[0]:04}{letter}{number[1]:04}" if letter and number else ""


def _kind(roots: Sequence[etree._Element], part: etree._Element) -> str:
    """The kind of act ("REG"), from the lists of the package or how the text calls itself."""
    if kinds := [*_texts(roots, "LEGAL.VALUE")]:
        return kinds[0]
    for element in part.iter("INFO.CONSLEG", "FAM.COMP"):
        if kind := element.get("LEG.VAL"):
            return kind
    words = " ".join(str(text) for text in part.itertext())
    own = re.findall(r"\bthis (Regulation|Directive|Decision)\b", words)
    return str(own[0]).upper() if own and len(set(own)) == 1 else ""


def _number(part: etree._Element) -> tuple[int, int] | None:
    """Year and number of the act."""
    for holder in part.iterfind("BIB.INSTANCE//NO.DOC"):
        year = (holder.findtext("YEAR") or "").strip()
        number = (holder.findtext("NO.CURRENT") or "").strip()
        if re.fullmatch(r"\d{4}", year) and re.fullmatch(r"\d{1,4}", number):
            return int(year), int(number)
    return None


def _consolidated(part: etree._Element) -> str:
    """The CELEX number of a consolidated text: "02014L0065-20200326"."""
    info = part.find("INFO.CONSLEG")
    if info is None:
        return ""
    act, start = info.get("CONSLEG.REF", ""), info.get("START.DATE", "")
    is_known = re.fullmatch(r"\d{4}[A-Z]{1,2}\d{4}", act) and _day(start)
    return f"0{act}-{start}" if is_known else ""


def _eli(roots: Sequence[etree._Element], celex: str, title: str) -> str:
    for root in roots:
        for element in root.iter("NO.ELI"):
            if found := re.search(r"/eli/([a-z_]{2,12}/\d{4}/\d{1,5})\b", element.get("ID", "")):
                return found[1]
    return eli_of_page(roots[0], celex, title)


def _journal(part: etree._Element) -> str:
    """The place in the Official Journal: "L/2024/1689"."""
    series = (part.findtext("BIB.INSTANCE/DOCUMENT.REF/COLL") or "").strip()
    number = _number(part)
    return f"{series}/{number[0]}/{number[1]}" if series and number else ""


def _dated(roots: Sequence[etree._Element], part: etree._Element) -> date | None:
    """The day of publication; for a consolidated text the day from which it holds."""
    info = part.find("INFO.CONSLEG")
    if info is not None:
        return _day(info.get("START.DATE", ""))
    for root in roots:
        for published in root.iterfind("PUBLICATION.REF/DATE"):
            return _day(published.get("ISO", ""))
    return _day(_own_reference(part))


def _own_reference(part: etree._Element) -> str:
    """The day of publication where new wording for another act cites this one."""
    number = _number(part)
    for cited in part.iter("REF.DOC"):
        if number and f"/{number[0]}/{number[1]}/" in cited.get("URI", ""):
            return cited.get("DATE.PUB", "")
    return ""


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso) if re.fullmatch(r"[0-9]{8}", iso) else None
    except ValueError:
        return None


def _texts(roots: Sequence[etree._Element], tag: str) -> Iterator[str]:
    for root in roots:
        for element in root.iter(tag):
            if text := (element.text or "").strip():
                yield text
