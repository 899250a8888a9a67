"""Reads Commission proposals (COM documents) as EUR-Lex shows them.

Their styles bear the names of a word processor's, and levels are told by style alone
(``ManualNumPar1``, ``Point1``, ``Text1`` ...): nothing is nested. Read are the recitals, the
articles and the annexes; the explanatory memorandum and the financial statement around them are
no part of the proposed act.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from corpus.errors import ParseError
from corpus.locators import Locator, Unit
from corpus.parsers._eurlex_tree import (
    DOTTED,
    GROUP,
    PARAGRAPH,
    POINT,
    ProvisionBuilder,
    annex_locator,
    article_locator,
    group_title,
    is_locator,
    roman,
    spelled_label,
)
from corpus.parsers._eurlex_words import (
    Capitals,
    Divisions,
    all_text,
    capitals_of,
    classes,
    content_of,
    context_lines,
    day,
    inside,
    page_value,
    running_text,
)
from corpus.parsers.document import Node, ParsedText, check_parsed
from corpus.parsers.markup import read_html

_HEAD_BYTES = 2_000_000  # a page saved with the site's header begins with some 140 kB of it
_LOOK = re.compile(
    rb"""class=["'](?:Rfrenceinstitutionnelle|Titrearticle|li Manual|Exposdesmotifstitre)"""
)
_AROUND = {
    "Exposdesmotifstitre": "explanatory memorandum",
    "Fichefinanciretitre": "legislative financial statement",
}
_TITLE = ("Statut", "Typedudocument", "Titreobjet")
_TITLE_PAGE = frozenset({"Emission", "Rfrenceinstitutionnelle", *_TITLE})
_ITEM_RANKS = {"NumPar": PARAGRAPH, "Point": POINT}
_STYLE = re.compile(
    r"(?:Manual)?(NumPar|Point|Text|Tiret|ListDash|ListBullet|Heading)(\d)[A-Za-z]*"
)
_MARK = re.compile(r"(\((?:\d{1,3}|[a-z]{1,2}|[ivx]{1,5})\)|\d{1,3}\.)\s+(?=\S)")


def looks_like_eurlex_proposal(data: bytes) -> bool:
    """Whether the page is a Commission document of EUR-Lex, bare or within the site's frame."""
    return bool(_LOOK.search(data[:_HEAD_BYTES]))


def parse_eurlex_proposal(data: bytes, *, path: str) -> ParsedText:
    """Read a proposal for an act.

    Args:
        data: The page as served by EUR-Lex or Cellar.
        path: Named in errors.

    Raises:
        ParseError: If it is no proposal, or holds no provision.
    """
    root = read_html(data, path)
    reader = _Reader()
    reader.read(content_of(root))
    if not reader.builders:
        raise ParseError(path, 1, "no recital, article or annex of a Commission proposal is in it")
    nodes, capitals = reader.nodes()
    head = data[:_HEAD_BYTES].decode("utf-8", "replace")
    celex = _celex(head, reader.about.get("Rfrenceinstitutionnelle", ""))
    return check_parsed(
        ParsedText(
            format="eurlex_proposal",
            title=capitals.calm_lines(reader.about.get(kind, "") for kind in _TITLE),
            nodes=nodes,
            identifiers=(("celex", celex),) if celex else (),
            language=_language(root, head),
            dated=day(reader.about.get("Emission", "")),
            warnings=reader.all_warnings(),
        ),
        path,
    )


def _celex(head: str, reference: str) -> str:
    """The CELEX number: from the site's frame, else from "COM(2021) 206 final"."""
    document = page_value(head, "z_docID")
    if re.fullmatch(r"5\d{4}[A-Z]{2}\d{4}(?:\(\d{2}\))?", document):
        return document
    found = re.search(r"COM\((\d{4})\)\s*(\d{1,4})\b", reference)
    return f"5{found[1]}PC{int(found[2]):04d}" if found else ""


def _language(root: etree._Element, head: str) -> str:
    title = re.search(r"<title>[^<]{0,200}? - ([A-Z]{2}) - EUR-Lex", head)
    language = title[1] if title else root.get("lang") or page_value(head, "z_usr_lan") or "en"
    return language[:2].lower()


class _Reader:
    """Reads the paragraphs of the page in order and hands them to the provision being read."""

    def __init__(self) -> None:
        self.about: dict[str, str] = {}  # what the title page says, by style
        self.builders: list[ProvisionBuilder] = []
        self._contexts: list[tuple[tuple[str, str], ...]] = []
        self._divisions = Divisions()
        self._annexes = 0
        self._warnings: list[str] = []
        self._now: ProvisionBuilder | None = None

    def all_warnings(self) -> tuple[str, ...]:
        """What was left out or put right."""
        corrected = [warning for builder in self.builders for warning in builder.warnings]
        return tuple(dict.fromkeys([*self._warnings, *corrected]))

    def nodes(self) -> tuple[tuple[Node, ...], Capitals]:
        """The provisions, shouted headings in ordinary letters."""
        bare = [builder.node() for builder in self.builders]
        capitals = capitals_of(bare)
        finished = []
        for node, context in zip(bare, self._contexts, strict=True):
            heading = capitals.calm_lines(node.heading.split("\n"))
            context_words = context_lines(context, capitals)
            finished.append(replace(node, heading=heading, context=context_words))
        return tuple(finished), capitals

    def read(self, content: etree._Element) -> None:
        """Read every paragraph and table of the page's text."""
        for element in content.iter("p", "table"):
            names = classes(element)
            if "footnote" in names or _is_within(element, {"table"}, {"footnote", "signature"}):
                continue
            if element.tag == "table":
                self._table(element)
            elif names:
                self._paragraph(element, names)

    def _paragraph(self, element: etree._Element, names: list[str]) -> None:
        name = names[-1] if names[0] == "li" else names[0]
        lines = _lines(element)
        if name in _AROUND:
            self._now = None
            self._warnings.append(f"the {_AROUND[name]} is left out")
        elif "onsidrant" in name:
            self._recital(element)
        elif name == "Titrearticle" and lines and not _is_quoted(lines[0]):
            self._article(lines)
        elif name == "SectionTitle" and lines and not _is_quoted(lines[0]):
            self._division(lines)
        elif name == "Annexetitre" and lines:
            self._annex(lines)
        elif name in {"Fait", "Formuledadoption", "Applicationdirecte"}:
            self._now = None
        elif not self._is_about(name, " ".join(lines)):
            self._words(element, name, " ".join(lines))

    def _is_about(self, name: str, line: str) -> bool:
        """Whether the paragraph belongs to the title page, and what it says there."""
        kind = name.removesuffix("_cp")
        if kind not in _TITLE_PAGE:
            return False
        self.about.setdefault(kind, line)  # the cover says it first, the act and annexes again
        return True

    def _recital(self, element: etree._Element) -> None:
        label, text = _item(element)
        locator = Locator(Unit.RECITAL, label.strip("().[] "))
        if is_locator(locator):
            self._begin(locator, label, ())
            self._now = self.builders[-1]
        if self._now is not None:
            self._now.add(text)

    def _article(self, lines: list[str]) -> None:
        locator = article_locator(lines[0])
        self._begin_or_warn(locator, lines[0], self._divisions.context())
        if self._now is not None and len(lines) > 1:
            self._now.title(" ".join(lines[1:]))

    def _division(self, lines: list[str]) -> None:
        if self._now is not None and self._now.root.locator.unit is Unit.ANNEX:
            for line in lines:
                if not self._group(line) and not self._now.group_title(line):
                    self._now.add(line)
            return
        self._now = None
        for line in lines:
            self._divisions.read(line)

    def _annex(self, lines: list[str]) -> None:
        locator = annex_locator(lines[0])
        if locator is None and len(lines[0].split()) == 1:
            locator = Locator(Unit.ANNEX, roman(self._annexes + 1))
        self._begin_or_warn(locator, lines[0], ())
        for line in lines[1:]:
            if self._now is not None and not self._group(line):
                self._now.root.heading = f"{self._now.root.heading}\n{line}".strip()

    def _group(self, line: str) -> bool:
        """Open "Section A" of an annex; False when the line is no such title."""
        found = group_title(line)
        if self._now is None or found is None or not found[1].startswith("Section "):
            return False
        rank, label, mark, title = found
        self._now.group(rank, label, mark, title)
        return True

    def _begin_or_warn(
        self, locator: Locator | None, line: str, context: tuple[tuple[str, str], ...]
    ) -> None:
        self._now = None
        if locator is None:
            self._warnings.append(f"{line[:80]} is left out: its number cannot be cited")
        else:
            self._begin(locator, line, context)

    def _begin(self, locator: Locator, label: str, context: tuple[tuple[str, str], ...]) -> None:
        self._now = ProvisionBuilder(locator, label=label)
        self.builders.append(self._now)
        self._annexes += locator.unit is Unit.ANNEX
        self._contexts.append(context)

    def _words(self, element: etree._Element, name: str, line: str) -> None:
        builder = self._now
        if builder is None:
            return
        if re.fullmatch(r"_{3,}", all_text(element).strip()) or line.startswith("* "):
            builder.end_quote()  # a note to the quoted text
            return
        line = re.sub(r"(?<=\w)\s?\*(?=[,.;\s])", "", line)
        style = _STYLE.fullmatch(name)
        kind, depth = (style[1], int(style[2])) if style else ("", 0)
        if kind in _ITEM_RANKS and "li" in classes(element):
            self._labelled(element, _ITEM_RANKS[kind] + _offset(kind, depth))
        elif kind == "Heading":
            self._heading(element, builder, depth)
        elif not style and builder.root.locator.unit is Unit.ANNEX and self._group(line):
            return
        elif kind in {"Tiret", "ListDash", "ListBullet"}:
            builder.add(" ".join(filter(None, _item(element))), below=POINT + 2 * depth)
        elif not style and (mark := _MARK.match(line)) and builder.follows(mark[1], POINT):
            builder.open(POINT, mark[1])
            builder.add(line[mark.end() :], below=99)
        else:
            builder.add(line, below=_text_rank(kind, depth))

    def _labelled(self, element: etree._Element, rank: int) -> None:
        assert self._now is not None  # noqa: S101 - asked for by the caller
        label, text = _item(element)
        self._now.open(rank, label)
        self._now.add(text, below=99)

    def _heading(self, element: etree._Element, builder: ProvisionBuilder, depth: int) -> None:
        """A numbered heading within an annex."""
        printed, title = _item(element)
        if label := spelled_label(printed):
            builder.group(GROUP + depth, label, printed, title)
        elif title:
            builder.add(title)

    def _table(self, table: etree._Element) -> None:
        if self._now is None:
            return
        for row in table.iter("tr"):
            if next(row.iterancestors("table")) is not table:
                continue
            cells = [running_text([cell], _is_note) for cell in row if cell.tag in {"td", "th"}]
            if any(cells):
                self._now.add(" | ".join(cells))


def _offset(kind: str, depth: int) -> int:
    """Of `Point2` over `Point0`, of `NumPar2` over `NumPar1`."""
    return 2 * depth if kind == "Point" else (depth - 1) * (DOTTED - PARAGRAPH)


def _text_rank(kind: str, depth: int) -> int:
    """`Text1` goes on with a paragraph or a `Point0`, `Text2` with a `Point1`."""
    return POINT + 2 * depth - 1 if kind == "Text" and depth else POINT


def _lines(element: etree._Element) -> list[str]:
    """The lines of a heading, which line breaks divide."""
    runs: list[list[str | etree._Element]] = [[]]
    for part in _flat(element):
        if isinstance(part, str) or part.tag != "br":
            runs[-1].append(part)
        else:
            runs.append([])
    return [line for line in (running_text(run, _is_note) for run in runs) if line]


def _flat(element: etree._Element) -> Iterator[str | etree._Element]:
    """Text, note calls and line breaks, however many plain spans lie around them."""
    for part in inside(element):
        if isinstance(part, str) or part.tag != "span" or part.find(".//br") is None:
            yield part
        else:
            yield from _flat(part)


def _item(element: etree._Element) -> tuple[str, str]:
    """Label and text of a numbered paragraph."""
    mark = next((span for span in element.iter("span") if "num" in classes(span)), None)
    if mark is None:
        line = running_text([element], _is_note)
        found = _MARK.match(line)
        return (found[1], line[found.end() :]) if found else ("", line)
    label = running_text([mark], _is_note)
    return label, running_text([element], _is_note).removeprefix(label).strip()


def _is_quoted(line: str) -> bool:
    return line[0] in "‘“„«\"'"


def _is_note(element: etree._Element) -> bool:
    return "FootnoteReference" in classes(element) or "footnoteRef" in classes(element)


def _is_within(element: etree._Element, tags: set[str], names: set[str]) -> bool:
    return any(
        above.tag in tags or names & set(classes(above)) for above in element.iterancestors()
    )
