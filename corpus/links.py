"""The official page of a provision, as deep as its publisher allows (pure)."""

from __future__ import annotations

import re
from urllib.parse import quote

from corpus.locators import Locator, Unit
from corpus.types import Instrument


def official_url(instrument: Instrument, locator: Locator) -> str:
    """The address of the provision at its publisher; that of the instrument where none is deeper.

    EUR-Lex anchors articles as ``#art_51``, recitals as ``#rct_97``, annexes as ``#anx_III``;
    the eCFR has a page a section, with an anchor a paragraph.
    """
    base = instrument.source_url
    if "eur-lex.europa.eu/eli/" in base:
        prefix = {Unit.ARTICLE: "art", Unit.RECITAL: "rct", Unit.ANNEX: "anx"}.get(locator.unit)
        page = base.removesuffix("/eng") + "/eng"
        return f"{page}#{prefix}_{locator.number}" if prefix else base
    if found := re.match(r"(https://www\.ecfr\.gov/current/title-\d+)", base):
        if locator.unit is Unit.CFR:
            path = "".join(f"({label})" for label in locator.path)
            anchor = f"#p-{locator.number}{path}" if path else ""
            return f"{found[1]}/section-{locator.number}{anchor}"
        if locator.unit is Unit.SUPPLEMENT:
            supplement, part = locator.number.split("/")
            name = quote(f"Supplement No. {supplement} to Part {part}")
            return f"{found[1]}/part-{part}/appendix-{name}"
        if locator.unit is Unit.ECCN:
            return f"{found[1]}/part-774/appendix-Supplement%20No.%201%20to%20Part%20774"
    return base
