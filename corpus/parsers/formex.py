"""Formex 4: EU acts as the Publications Office delivers them, one XML file or a zip of them.

A package holds the act, one file an annex, and two lists of parts (``.doc`` and ``.toc``) that
give the day of publication. Consolidated texts are one file and have no recitals. The citations
of the preamble, the footnotes and the closing formula are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from corpus.errors import ParseError
from corpus.locators import Locator, Unit
from corpus.parsers import _formex_identity as identity
from corpus.parsers._formex_blocks import blocks_of, line_of, title_lines
from corpus.parsers._formex_package import unpack
from corpus.parsers._oj_blocks import Block, lines_of
from corpus.parsers._oj_identity import Casing
from corpus.parsers._oj_nodes import annex_node, article_node, listed
from corpus.parsers._places import check_depth, distinct, settle
from corpus.parsers.amending import amendments_of
from corpus.parsers.document import Node, ParsedText, check_parsed
from corpus.parsers.markup import read_xml

_ROOT = re.compile(rb"<(?:ACT|ANNEX|CONS\.ACT|CONS\.ANNEX|LEXP\.COMBINED|DOC|PUBLICATION)[\s>]")
_SIGNS = re.compile(rb"formex|<BIB\.|INFO\.CONSLEG", re.IGNORECASE)
_ANNEXES = ("ANNEX", "CONS.ANNEX")
_LISTS = ("DOC", "PUBLICATION")
_NOT_FORMEX = "no Formex act, annex or consolidated text"


def looks_like_formex(data: bytes) -> bool:
    """Whether the bytes read as a Formex file, or as a zip of such files."""
    if data[:4] == b"PK\x03\x04":
        name = data[30 : 30 + int.from_bytes(data[26:28], "little")]
        flat = name.endswith(b".xml") and b"/" not in name and not name.startswith(b"[")
        return flat or b".fmx.xml" in data[:4096] or b".fmx.xml" in data[-65536:]
    head = data[:4096].replace(b"\x00", b"")
    return bool(_ROOT.search(head)) and bool(_SIGNS.search(head))


def parse_formex(data: bytes, *, path: str) -> ParsedText:
    """Read an act, a single annex, a consolidated text, or a package of an act and its annexes.

    Raises:
        ParseError: If it is none of these, damaged, or holds nothing that could be cited.
    """
    roots = _roots(data, path)
    parts = [part for root in roots for part in _parts(root)]
    divisions = [division for part in parts for division in _divisions(part)]
    if not divisions:
        raise ParseError(path, 1, _no_text(roots))
    known = identity.identify(roots, parts)
    articles = [(each.locator, each.blocks) for each in divisions if each.is_article]
    amendments, warnings = amendments_of(articles, by=known.celex)
    parsed = ParsedText(
        "formex",
        known.title,
        _nodes(divisions),
        identifiers=known.identifiers,
        language=known.language,
        dated=known.dated,
        amendments=amendments,
        warnings=(*_warnings(roots), *known.warnings, *warnings),
    )
    return check_parsed(parsed, path)


@dataclass(frozen=True, slots=True)
class _Division:
    """A recital, article or annex before it becomes a node."""

    locator: Locator
    label: str
    blocks: tuple[Block, ...]
    context: tuple[tuple[str, ...], ...] = ()

    @property
    def is_article(self) -> bool:
        return self.locator.unit is Unit.ARTICLE


def _roots(data: bytes, path: str) -> list[etree._Element]:
    """The roots of the file or of the package's files: the act first, annexes in order."""
    if data[:2] != b"PK":
        return [_root(data, path)]
    roots = [(name, _root(content, f"{path}:{name}")) for name, content in unpack(data, path)]
    acts = [root for _, root in roots if root.tag in {"ACT", "CONS.ACT"}]
    if len(acts) > 1:
        raise ParseError(path, 1, f"holds {len(acts)} acts; give each its own package")
    roots.sort(key=lambda pair: (pair[1] not in acts, identity.sequence(pair[1]), pair[0]))
    return [root for _, root in roots]


def _root(data: bytes, path: str) -> etree._Element:
    root = read_xml(data, path)
    check_depth(root, path)
    if next(root.iter(etree.Entity), None) is not None:
        raise ParseError(path, 1, "uses entities of its own, which official files do not")
    return root


def _parts(root: etree._Element) -> Iterator[etree._Element]:
    """The act, annex or consolidated document of a file."""
    if root.tag in {"ACT", "CONS.ACT", *_ANNEXES}:
        yield root
    elif root.tag == "LEXP.COMBINED":
        yield from (child for child in root if child.tag in {"ACT", "CONS.ACT", *_ANNEXES})


def _no_text(roots: Sequence[etree._Element]) -> str:
    names = {str(root.tag) for root in roots}
    if names and names <= set(_LISTS):
        return "only lists the parts of an act; give the file of the act, or the zip"
    return _NOT_FORMEX


def _divisions(part: etree._Element) -> Iterator[_Division]:
    """Recitals, articles and annexes of an act, or the annex that the file is."""
    if part.tag in _ANNEXES:
        yield _annex(part)
        return
    body = part.find("CONS.DOC")
    act = part if body is None else body
    for recital in act.iterfind("PREAMBLE//CONSID"):
        yield from _recital(recital)
    for terms in act.iterfind("ENACTING.TERMS"):
        yield from _articles(terms, ())
    for annex in act:
        if annex.tag in _ANNEXES:
            yield _annex(annex)


def _recital(consid: etree._Element) -> Iterator[_Division]:
    blocks = blocks_of(consid)
    for block in blocks[:1]:
        if number := re.fullmatch(r"\(?(\d{1,4})\)?\.?", block.label):
            locator = Locator(Unit.RECITAL, number[1])
            yield _Division(locator, block.label, (*block.inner, *blocks[1:]))


def _articles(holder: etree._Element, context: tuple[tuple[str, ...], ...]) -> Iterator[_Division]:
    for child in holder:
        if child.tag == "DIVISION":
            title = tuple(title_lines(child.find("TITLE")))
            yield from _articles(child, (*context, title) if title else context)
        elif child.tag == "ARTICLE":
            yield _article(child, context)


def _article(article: etree._Element, context: tuple[tuple[str, ...], ...]) -> _Division:
    label = line_of(article.find("TI.ART"))
    printed = re.fullmatch(r"0*(\d{1,4})([A-Z]{0,3})", article.get("IDENTIFIER", ""))
    printed = printed or re.search(r"\b(\d{1,4})\s?([a-z]{0,3})\b", label)
    number = f"{printed[1]}{printed[2].lower()}" if printed else "1"
    title = [Block("sti-art", line_of(line)) for line in article.iterfind("STI.ART")]
    body = blocks_of(article, without=("TI.ART", "STI.ART"))
    return _Division(Locator(Unit.ARTICLE, number), label, (*title, *body), context)


def _annex(annex: etree._Element) -> _Division:
    title = title_lines(annex.find("TITLE"))
    blocks = [Block("doc-ti", line) for line in title]
    for contents in annex.iterfind("CONTENTS"):
        blocks += blocks_of(contents)
    number = identity.annex_number(annex)
    return _Division(Locator(Unit.ANNEX, number), title[0] if title else "", tuple(blocks))


def _nodes(divisions: Sequence[_Division]) -> tuple[Node, ...]:
    casing = Casing(line for division in divisions for line in lines_of(division.blocks))
    nodes = (_node(division, casing) for division in divisions)
    citable = (_citable(node, casing) for node in nodes)
    return distinct(citable, whole="occurrence")


def _node(division: _Division, casing: Casing) -> Node:
    if division.locator.unit is Unit.ANNEX:
        return annex_node(division.locator.number, division.blocks, label=division.label)
    if not division.is_article:
        return listed(division.locator, division.blocks, label=division.label)
    node = article_node(division.locator, division.blocks, label=division.label)
    context = tuple(_spoken(title, casing) for title in division.context)
    return replace(node, context=context)


def _spoken(title: tuple[str, ...], casing: Casing) -> str:
    """A division's title as nodes keep it.

    >>> _spoken(("CHAPTER III", "HIGH-RISK AI SYSTEMS"), Casing(["an AI system"]))
    'Chapter III: High-risk AI systems'
    """
    name = " ".join(
        word if re.fullmatch(r"[IVXLC0-9]{1,8}|[A-Z]", word) else word.capitalize()
        for word in title[0].split()
    )
    return ": ".join(filter(None, (name, " ".join(map(casing.words, title[1:])))))


def _citable(node: Node, casing: Casing) -> Node:
    """The node with locators that can be read back, and headings that do not shout."""
    children = tuple(_citable(child, casing) for child in node.children)
    heading = casing.words(node.heading)
    return replace(node, locator=settle(node.locator), heading=heading, children=children)


def _warnings(roots: Sequence[etree._Element]) -> Iterator[str]:
    for root in roots:
        if root.tag not in _LISTS and not list(_parts(root)):
            yield f"a part of the kind {root.tag} is left out: it is no act and no annex"
    unnumbered = sum(not any(_recital(each)) for root in roots for each in root.iter("CONSID"))
    if unnumbered:
        yield f"{unnumbered} recitals without a number are left out: they cannot be cited"
    pictures = sum(1 for root in roots for _ in root.iter("INCL.ELEMENT"))
    if pictures:
        yield f"{pictures} pictures are left out"
