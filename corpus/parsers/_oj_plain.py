"""Official Journal pages without classes: plain HTML 4 of before 2004, one `p` a line (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from corpus.parsers._oj_blocks import Block

_ARTICLE = re.compile(r"(?:Sole )?Article(?: \d{1,3}[a-z]{0,2})?")
_DIVISION = re.compile(r"(?:PART|TITLE|CHAPTER|Chapter|Section|SECTION) [IVXLC0-9A-Z]{1,8}")
_ANNEX = re.compile(r"ANNEX(?: [IVXLC0-9]{1,6})?")
_ITEM = re.compile(r"(\([a-z]{1,5}\)|\(\d{1,3}\))\s+(?=\S)")
_CALL = re.compile(r"(?<=[a-z])\(\d{1,3}\)(?!\()")
END = re.compile(r"Done at [A-Z]|This (?:Regulation|Directive|Decision) shall be binding in its")
_ROMAN = re.compile(r"\([ivx]{1,5}\)")


def styled(blocks: Sequence[Block]) -> list[Block]:
    """The lines of a page without classes, with the styles that the newer pages print.

    The lines before "Article 1" are preamble; a heading is the line after "Article 1" or
    "TITLE I"; all after the closing formula, but the annexes, is left out.
    """
    lines = [replace(block, text=_CALL.sub("", block.text)) for block in blocks]
    return list(_nested(_classed(lines)))


def _classed(lines: Iterable[Block]) -> Iterator[Block]:
    expected = "doc-ti"
    ended = False
    for line in lines:
        style = _style(line.text)
        ended = (ended or style == "end") and style != "doc-ti"
        if ended:
            continue
        if style:
            yield replace(line, style=style)
            expected = {"ti-art": "sti-art", "ti-section-1": "ti-section-2"}.get(style, "")
        elif expected and _is_title(line.text):
            yield replace(line, style=expected)
            expected = expected if expected == "doc-ti" else ""
        else:
            yield line
            expected = ""


def _style(text: str) -> str:
    if END.match(text):
        return "end"
    if _ARTICLE.fullmatch(text):
        return "ti-art"
    if _DIVISION.fullmatch(text):
        return "ti-section-1"
    return "doc-ti" if _ANNEX.fullmatch(text) else ""


def _is_title(text: str) -> bool:
    """Whether a line reads as a heading and not as a sentence."""
    return len(text) < 300 and text[-1:] not in ".,:;" and not text[0].isdigit()


def _nested(lines: Iterable[Block]) -> Iterator[Block]:
    """Lines "(a) ..." become items; "(i)" after "(a)" goes below it."""
    label = ""
    inner: list[Block] = []
    for line in lines:
        found = _ITEM.match(line.text) if line.style == "normal" else None
        own = (Block("normal", line.text[found.end() :]),) if found else ()
        if found and label and _is_below(label, found[1]):
            inner.append(Block("item", label=found[1], inner=own))
            continue
        if label:
            yield Block("item", label=label, inner=tuple(inner))
        label, inner = (found[1], list(own)) if found else ("", [])
        if not found:
            yield line
    if label:
        yield Block("item", label=label, inner=tuple(inner))


def _is_below(upper: str, label: str) -> bool:
    """Whether a roman mark continues the points below `upper`, rather than its own row."""
    if not _ROMAN.fullmatch(label) or _ROMAN.fullmatch(upper):
        return False
    return upper != "(h)" or label != "(i)"
