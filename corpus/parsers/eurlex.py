"""EUR-Lex: acts as the Official Journal prints them, as HTML pages.

Three generations of one markup: with `oj-` classes (since 2023), the same classes without the
prefix (since 2004), and plain HTML 4 before. Pages saved from eur-lex.europa.eu carry the site's
frame, which falls away. Not for consolidated texts and proposals: their markup is another one.
The citations of the preamble, the footnotes and the closing formula are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lxml import etree

from corpus.errors import ParseError
from corpus.locators import Locator, Unit
from corpus.parsers import _oj_identity as identity
from corpus.parsers._oj_blocks import Block, blocks_of, is_label, lines_of
from corpus.parsers._oj_nodes import annex_node, article_node, bare, listed
from corpus.parsers._oj_plain import END, styled
from corpus.parsers._places import distinct
from corpus.parsers.amending import amendments_of
from corpus.parsers.document import Node, ParsedText, check_parsed
from corpus.parsers.markup import read_html

_OURS = re.compile(rb"""class=["'](?:oj-)?(?:ti-art|doc-ti|hd-ti|sti-art)\b|id=["']TexteOnly["']""")
_OTHERS = re.compile(rb"title-article-norm|title-doc-first|class=[\"']Titrearticle")
_RANKS = {"part": 0, "title": 1, "chapter": 2, "section": 3, "sub-section": 4, "subsection": 4}
_ARTICLE = re.compile(r"(?:Sole )?Article(?:\s+(\d{1,3}[a-z]{0,2}))?", re.IGNORECASE)
_ANNEX = re.compile(r"ANNEX(?:\s+([IVXLC]{1,8}|\d{1,2}))?")
_ENACTED = re.compile(r"HA(?:S|VE) ADOPTED TH(?:IS|E FOLLOWING)")


def looks_like_eurlex(data: bytes) -> bool:
    """Whether the bytes read as a page of an act from the Official Journal."""
    head = data[:1_500_000]
    if head.lstrip()[:1] != b"<" and b"<html" not in head[:10_000].lower():
        return False
    return bool(_OURS.search(head)) and not _OTHERS.search(head)


def parse_eurlex(data: bytes, *, path: str) -> ParsedText:
    """The act: recitals, articles, annexes, and what it amends in other acts.

    Raises:
        ParseError: If the page holds no article that could be cited.
    """
    root = read_html(data, path)
    blocks = _text_of(root, path)
    title = _title(blocks)
    celex = identity.celex_of_page(root, title)
    divisions = tuple(_divisions(blocks))
    nodes = distinct(_nodes(divisions), whole="occurrence")
    if not nodes:
        raise ParseError(path, 1, "holds no recital, article or annex of an Official Journal act")
    articles = [
        (Locator(Unit.ARTICLE, _number(division)), division.inner)
        for division in divisions
        if division.anchor.startswith("art_")
    ]
    amendments, warnings = amendments_of(articles, by=celex)
    eli = identity.eli_of_page(root, celex, title)
    known = tuple(pair for pair in (("celex", celex), ("eli", eli)) if pair[1])
    parsed = ParsedText(
        "eurlex",
        title,
        nodes,
        identifiers=known,
        language=identity.language_of_page(root),
        dated=identity.date_of_page(root),
        amendments=amendments,
        warnings=warnings,
    )
    return check_parsed(parsed, path)


def _text_of(root: etree._Element, path: str) -> Sequence[Block]:
    """The blocks of the act itself, without the frame of the site around them."""
    body = root.find("body")
    top = root if body is None else body
    containers = _outermost(top)
    blocks = [block for part in containers for block in blocks_of(part, path)]
    if any(block.style.startswith(("ti-", "doc-ti", "division")) for block in blocks):
        return blocks
    return styled(blocks)


def _outermost(top: etree._Element) -> list[etree._Element]:
    """The parts of the page that hold the act: those its publisher marks, else all of it."""
    ours = "div[@class='eli-container']"
    marked = top.xpath(f"//{ours}[not(ancestor::{ours})] | //*[@id='TexteOnly']")
    if not isinstance(marked, list) or not marked:
        return [top]
    return [_kept_whole(part) for part in marked if isinstance(part, etree._Element)]


def _kept_whole(element: etree._Element) -> etree._Element:
    """An annex's container under a parent of its own, so that its id is read as a division."""
    if not (element.get("id") or "").startswith("anx_"):
        return element
    holder = etree.Element("div")
    holder.append(element)
    return holder


def _title(blocks: Iterable[Block]) -> str:
    """The title of the act, capitals as words, without "(Text with EEA relevance)"."""
    lines: list[str] = []
    for block in blocks:
        if block.style == "doc-ti" and not _ANNEX.fullmatch(block.text):
            lines.append(block.text)
        elif lines:
            break
    casing = identity.Casing(line for block in blocks for line in lines_of((block,)))
    words = [casing.words(line) for line in lines if not line.startswith("(Text with")]
    return " ".join(words)


def _divisions(blocks: Iterable[Block]) -> Iterator[Block]:
    """Recitals, articles and annexes, each as one block; headings between them as they are.

    Newer pages mark them; in older ones they are put together here.
    """
    opened: Block | None = None
    inner: list[Block] = []
    preamble = True
    for block in blocks:
        begun = _opened(block, preamble)
        if begun is None and opened is not None and not _closes(block):
            inner.append(block)
            continue
        if opened is not None:
            yield replace(opened, inner=tuple(inner))
            opened = None
        preamble = preamble and not _ENACTED.match(block.text) and block.style != "ti-art"
        if begun is not None and block.style in {"ti-art", "doc-ti"}:
            opened, inner = begun, [block]
        else:
            yield begun or block
    if opened is not None:
        yield replace(opened, inner=tuple(inner))


def _opened(block: Block, preamble: bool) -> Block | None:
    """The division that a block is or begins."""
    if block.style == "division":
        return block
    if block.style == "ti-art" and (article := _ARTICLE.fullmatch(block.text)):
        return Block("division", anchor=f"art_{article[1] or 1}", inner=(block,))
    if block.style == "doc-ti" and (annex := _ANNEX.fullmatch(block.text)):
        return Block("division", anchor=f"anx_{annex[1] or 1}", inner=(block,))
    if preamble and block.style == "item" and bare(block.label).isdecimal():
        return Block("division", anchor=f"rct_{bare(block.label)}", inner=(block,))
    return None


def _closes(block: Block) -> bool:
    return block.style.startswith("ti-section") or bool(END.match(block.text))


def _nodes(divisions: Sequence[Block]) -> Iterator[Node]:
    casing = identity.Casing(line for block in divisions for line in lines_of((block,)))
    context: list[tuple[int, str]] = []
    for block in divisions:
        if block.style == "ti-section-1":
            rank = _RANKS.get(block.text.split()[0].lower(), 4)
            context = [*(above for above in context if above[0] < rank), (rank, block.text)]
        elif block.style == "ti-section-2" and context:
            rank, name = context[-1]
            context[-1] = (rank, f"{name}: {casing.words(block.text)}")
        elif block.style == "division":
            path = tuple(_as_words(name) for _, name in context)
            yield _node(block, path)


def _node(division: Block, context: tuple[str, ...]) -> Node:
    kind = division.anchor[:3]
    label = next((block.text for block in division.inner if block.text), "")
    if kind == "anx":
        return annex_node(_number(division), division.inner, label=label)
    if kind == "art":
        locator = Locator(Unit.ARTICLE, _number(division))
        node = article_node(locator, division.inner, label=label)
        return replace(node, context=context)
    return _recital(division)


def _recital(division: Block) -> Node:
    locator = Locator(Unit.RECITAL, _number(division))
    blocks = division.inner
    if blocks and blocks[0].style == "item" and is_label(blocks[0].label):
        inner = (*blocks[0].inner, *blocks[1:])
        return listed(locator, inner, label=blocks[0].label)
    return listed(locator, blocks)


def _number(division: Block) -> str:
    """The number of a division as locators write it: "4a", "XIV"."""
    number = division.anchor[4:]
    if division.anchor.startswith("anx_"):
        printed = _ANNEX.match(next((block.text for block in division.inner), ""))
        number = (printed[1] if printed else None) or number
        return _roman(int(number)) if number.isdecimal() else number.upper()
    return number.lower()


def _roman(value: int) -> str:
    numerals = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"))
    text = ""
    for size, numeral in (*numerals, (4, "IV"), (1, "I")):
        text += numeral * (value // size)
        value %= size
    return text


def _as_words(name: str) -> str:
    """The name of a division in words: "Chapter III: ..." for "CHAPTER III: ..."."""
    head, colon, title = name.partition(":")
    words = [
        word if re.fullmatch(r"[IVXLC0-9]{1,8}|[A-Z]", word) else word.capitalize()
        for word in head.split()
    ]
    return f"{' '.join(words)}{colon}{title}"
