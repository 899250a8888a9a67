"""Which instrument of the catalog a parsed text belongs to, by what the text itself says (pure)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from corpus.catalog import Corpus
from corpus.locators import Locator, Unit
from corpus.parsers.document import Node, ParsedText
from corpus.types import Authority, Instrument

_RANGE = re.compile(r"(\d+) (?:CFR|U\.S\.C\.) (\d+)(?:-(\d+))?")


def home_of(parsed: ParsedText, catalog: Corpus) -> str:
    """The id of the instrument; empty when the text is none of the catalog's.

    An act is known by its CELEX number (a consolidated text by that of its act), the CFR and the
    U.S. Code by title and part, other documents by their Federal Register number.
    """
    votes: Counter[str] = Counter()
    for kind, value in parsed.identifiers:
        for instrument in catalog.instruments.values():
            if _claims(instrument, kind, value):
                votes[instrument.id] += 1
    return votes.most_common(1)[0][0] if votes else ""


def only_its_own(parsed: ParsedText, instrument: Instrument) -> ParsedText:
    """The text without parts of the CFR that are not the instrument's; it says what was left out.

    A volume of the CFR holds the parts of several agencies.
    """
    ranges = list(_ranges(instrument, "cfr"))
    mine = [node for node in parsed.nodes if not ranges or _is_own(node, ranges)]
    left = len(parsed.nodes) - len(mine)
    if not left or not mine:
        return parsed
    note = f"{left} sections of other regulations in the same file were left out"
    return replace(parsed, nodes=tuple(mine), warnings=(*parsed.warnings, note))


def _claims(instrument: Instrument, kind: str, value: str) -> bool:
    names = dict(instrument.identifiers)
    match kind:
        case "celex" | "celex_act":
            act = names.get("celex", "")
            return bool(act) and value in {act, names.get("consolidated")}
        case "cfr" | "usc" if instrument.authority is not Authority.PROPOSAL:
            title, _, number = value.partition("/")
            digits = re.match(r"\d+", number)
            return any(
                title == own and digits is not None and int(digits[0]) in numbers
                for own, numbers in _ranges(instrument, kind)
            )
        case "oj":  # an annex alone: "L/2024/1689"; since 2023 an issue has the number of its act
            return f"/{value.partition('/')[2]}/" in names.get("eli", "")
        case "fr":
            known = {names.get("frdoc"), names.get("fr_doc"), names.get("fr", "").split(" ")[-1]}
            return bool(value) and value in known
        case "eo":
            return bool(value) and names.get("eo") == value
    return False


def _ranges(instrument: Instrument, kind: str) -> Iterator[tuple[str, range]]:
    """Title and numbers of the sections or parts that an instrument is.

    The U.S. Code that a regulation names is what empowers it, not its own text.
    """
    names = dict(instrument.identifiers)
    text = "" if kind == "usc" and "cfr" in names else names.get(kind, "")
    for title, first, last in _RANGE.findall(text):
        yield title, range(int(first), int(last or first) + 1)


def _is_own(node: Node, ranges: list[tuple[str, range]]) -> bool:
    locator = node.locator
    if locator.unit is Unit.CFR:
        number = int(re.match(r"\d+", locator.number)[0])  # type: ignore[index]  # grammar
    elif locator.unit is Unit.SUPPLEMENT:
        number = int(locator.number.partition("/")[2])
    else:
        return True
    return any(number in numbers for _, numbers in ranges)


def homes_of_number(
    catalog: Corpus, locator: Locator, code: str = "", title: str = ""
) -> tuple[str, ...]:
    """The instruments that hold a section or part of the CFR or U.S. Code, known by its number.

    `code` ("cfr" or "usc") and `title` are what the words say of it, where they do.
    """
    number = int(re.match(r"\d+", locator.number)[0])  # type: ignore[index]  # grammar
    is_usc = locator.unit is Unit.CFR and "." not in locator.number
    kind = code or ("usc" if is_usc else "cfr")
    return tuple(
        instrument.id
        for instrument in catalog.instruments.values()
        if any(
            number in numbers and title in {"", own} for own, numbers in _ranges(instrument, kind)
        )
    )
