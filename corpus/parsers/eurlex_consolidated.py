"""Reads EUR-Lex consolidated texts: XHTML with the style sheet ``clg.css``, in any language.

A consolidated text folds the amendments of an act into it. It has no legal effect and, in its
present form, no recitals; marks such as ►M1 say which act changed a passage and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from lxml import etree

from corpus.errors import ParseError
from corpus.locators import Locator, Unit
from corpus.parsers._eurlex_tree import (
    DOTTED,
    PARAGRAPH,
    POINT,
    ProvisionBuilder,
    annex_locator,
    article_locator,
    group_title,
    is_locator,
    roman,
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
    is_element,
    page_value,
    running_text,
)
from corpus.parsers.document import Node, ParsedText, check_parsed
from corpus.parsers.markup import canonical, read_html

_HEAD_BYTES = 2_000_000  # a page saved with the site's header begins with some 500 kB of it
_LOOK = re.compile(rb"""consleg/clg\.css|class=["'](?:title-article-norm|title-doc-oj-reference)""")
_MAX_DEPTH = 80  # of blocks; acts need about 25, and the site's frame adds as many
_TITLE_LINES = 20
_BLOCKS = re.compile(r"p|div|table|[uo]l|li|blockquote|h[1-6]|section|article|main")
_LEFT_OUT = re.compile(
    r"reference|disclaimer|arrow|modref|footnote|signatory|final|hd-\S+|toc-\S+"
    r"|title-(?:toc|fam-member\S*|doc-oj-reference)"
)
_LABEL = re.compile(
    r"[‘“„«]?\(?(?:\d{1,3}(?:\.\d{1,3}){0,3}|[^\W\d_]{1,7})(?: ?[a-z]{2,9})?[).]{1,2}|[—–•-]"
)
_NUMBERED = re.compile(r"\s*([‘“„«]?\d{1,3}[a-z]{0,2}\.)(?:[\u00a0\u2000-\u200a]\s*|\s{2,})(?=\S)")
_CHANGE = re.compile(r"[►▼]\s?([MAC]\d{1,3})")


def looks_like_eurlex_consolidated(data: bytes) -> bool:
    """Whether the page is a consolidated text of EUR-Lex, bare or within the site's frame."""
    return bool(_LOOK.search(data[:_HEAD_BYTES]))


def parse_eurlex_consolidated(data: bytes, *, path: str) -> ParsedText:
    """Read a consolidated text.

    Args:
        data: The page as served by EUR-Lex or Cellar.
        path: Named in errors.

    Raises:
        ParseError: If it is no consolidated text, or holds no provision.
    """
    root = read_html(data, path)
    content = content_of(root)
    reader = _Reader(path)
    reader.read(content)
    if not reader.builders:
        raise ParseError(path, 1, "no article or annex of a consolidated text (clg.css) is in it")
    nodes, capitals = reader.nodes()
    celex, language, dated = _identity(root, data)
    identifiers = (("celex", celex), ("celex_act", f"3{celex[1:].partition('-')[0]}"))
    return check_parsed(
        ParsedText(
            format="eurlex_consolidated",
            title=capitals.calm(" ".join(reader.title))
            or canonical(root.findtext(".//title") or ""),
            nodes=nodes,
            identifiers=identifiers if celex else (),
            language=language,
            dated=dated,
            warnings=(*_changes(content), *reader.all_warnings()),
        ),
        path,
    )


def _identity(root: etree._Element, data: bytes) -> tuple[str, str, date | None]:
    """CELEX number, language and day, from the text's own reference or the site's frame."""
    heads = [*root.iterfind(".//p[@class='reference']"), *root.iterfind(".//title")]
    reference = " ".join(all_text(element) for element in heads)
    head = data[:_HEAD_BYTES].decode("utf-8", "replace")
    found = re.search(r"\b[03]?(\d{4}[A-Z]{1,2}\d{4})\b\s*[—–-]\s*([A-Z]{2})\b", reference)
    document = page_value(head, "z_docID")
    dated = day(reference)
    if not found and (number := re.match(r"0(\d{4}[A-Z]{1,2}\d{4})-(\d{8})$", document)):
        dated = dated or day(f"{number[2][6:]}.{number[2][4:6]}.{number[2][:4]}")
        found = number
    if not found:
        return "", (root.get("lang") or "en")[:2].lower(), dated
    language = found[2] if found[2].isalpha() else page_value(head, "z_usr_lan") or "en"
    celex = f"0{found[1]}-{dated:%Y%m%d}" if dated else ""
    return celex, language.lower(), dated


def _changes(content: etree._Element) -> tuple[str, ...]:
    """What to tell of the marks that say which act changed a passage."""
    marks = set(_CHANGE.findall(all_text(content)))
    ordered = sorted(marks, key=lambda mark: (mark[0], int(mark[1:])))
    return (f"marks of changes are left out: {', '.join(ordered)}",) if ordered else ()


class _Reader:
    """Walks the page once and hands labels and lines to the provision being read."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._depth = 0
        self.title: list[str] = []
        self.builders: list[ProvisionBuilder] = []
        self._contexts: list[tuple[tuple[str, str], ...]] = []
        self._divisions = Divisions()
        self._annexes = 0
        self._warnings: list[str] = []
        self._now: ProvisionBuilder | None = None
        self._recitals = False
        self._indented = False  # whether the division opened last was a hanging paragraph

    def all_warnings(self) -> tuple[str, ...]:
        """What was left out or put right."""
        corrected = [warning for builder in self.builders for warning in builder.warnings]
        return tuple(dict.fromkeys([*self._warnings, *corrected]))

    def nodes(self) -> tuple[tuple[Node, ...], Capitals]:
        """The provisions, shouted headings in ordinary letters."""
        bare = [builder.node() for builder in self.builders]
        capitals = capitals_of(bare)
        finished = (
            replace(
                node, heading=capitals.calm(node.heading), context=context_lines(context, capitals)
            )
            for node, context in zip(bare, self._contexts, strict=True)
        )
        return tuple(finished), capitals

    def read(self, element: etree._Element) -> None:
        """Read the content of a block element, lines and blocks as they come."""
        if self._depth > _MAX_DEPTH:
            problem = "its blocks are nested too deeply for an act"
            raise ParseError(self._path, 1, problem)
        self._depth += 1
        for block, line in self._split(element):
            if block is not None:
                self._block(block)
            elif line:
                self._line(line)
        self._depth -= 1

    def _split(self, element: etree._Element) -> Iterator[tuple[etree._Element | None, str]]:
        """The blocks inside an element, and the runs of text between them as lines."""
        run: list[str | etree._Element] = []
        for part in inside(element):
            if isinstance(part, str) or not _is_block(part):
                run.append(part)
                continue
            yield None, self._text(run)
            run = []
            if is_element(part):
                yield part, ""
        yield None, self._text(run)

    def _block(self, element: etree._Element) -> None:
        names = classes(element)
        name = names[0] if names else ""
        if _LEFT_OUT.fullmatch(name):
            return
        if name.startswith(("title-", "stitle-")) and element.tag in {"p", "div"}:
            self._titled(name, self._text([element]))
        elif name == "preamble" or (element.get("id") or "").startswith("pbl_"):
            self._recitals = True
            self.read(element)
            self._recitals, self._now = False, None
        elif (element.get("id") or "").startswith("fnp_"):
            self._now = None
        else:
            self._content(element, names)

    def _content(self, element: etree._Element, names: list[str]) -> None:
        mark = element.find("span[@class='no-parag']")
        if "grid-container" in names:
            self._grid(element)
        elif mark is not None:
            self._paragraph(element, mark)
        elif element.tag == "table":
            self._table(element)
        elif (
            "text-indent" in (element.get("style") or "")
            and (first := _hanging(element)) is not None
        ):
            self._hanging(element, first)
        elif element.tag == "p" and (found := _NUMBERED.match(all_text(element))):
            self._old_paragraph(element, found)
        elif "list" in names:
            self._further(element)
        else:
            self.read(element)

    def _titled(self, name: str, line: str) -> None:
        if name.startswith("title-doc") and not self.builders:
            self._document_title(name, line)
        elif name.startswith("title-division"):
            self._divisions.read(line)
            self._now = None
        elif name.startswith("title-article"):
            self._begin(article_locator(line), line, self._divisions.context())
        elif name.startswith("title-annex"):
            self._annex(line)
        elif self._now is not None and name.startswith("stitle-article"):
            self._now.title(line)
        elif self._now is not None and name.startswith("title-gr-seq"):
            self._group(self._now, line)
        elif line:
            self._line(line)

    def _document_title(self, name: str, line: str) -> None:
        is_new = line not in self.title and len(self.title) < _TITLE_LINES
        if name == "title-doc-first" and line and is_new:
            self.title.append(line)

    def _annex(self, line: str) -> None:
        locator = annex_locator(line)
        if locator is None and self._now is not None and self._now.is_empty_annex:
            self._now.title(line)
            return
        if locator is None:
            locator = (
                Locator(Unit.ANNEX, roman(self._annexes + 1)) if len(line.split()) == 1 else None
            )
        self._begin(locator, line, ())

    def _begin(
        self, locator: Locator | None, line: str, context: tuple[tuple[str, str], ...]
    ) -> None:
        self._now = None
        if locator is None:
            self._warnings.append(f"{line[:80]} is left out: its number cannot be cited")
            return
        self._now = ProvisionBuilder(locator, label=line)
        self._indented = False
        self.builders.append(self._now)
        self._annexes += locator.unit is Unit.ANNEX
        self._contexts.append(context)

    def _group(self, builder: ProvisionBuilder, line: str) -> None:
        if found := group_title(line):
            rank, label, mark, title = found
            builder.group(rank, label, mark, title)
        elif not builder.group_title(line):
            builder.add(line)

    def _line(self, line: str, *, below: int = POINT) -> None:
        if self._now is not None:
            self._now.add(line, below=below)

    def _further(self, element: etree._Element) -> None:
        """An indented paragraph: it goes on with the hanging paragraph above it."""
        for block, line in self._split(element):
            if block is not None:
                self._block(block)
            elif line:
                self._line(line, below=99 if self._indented else POINT)

    def _grid(self, element: etree._Element) -> None:
        columns = [child for child in element if is_element(child)]
        if len(columns) < 2:
            self.read(element)
            return
        self._item(self._text([columns[0]]), columns[1:], POINT)

    def _item(self, label: str, content: Iterable[etree._Element], rank: int) -> None:
        if self._recitals:
            self._recital(label, content)
            return
        builder = self._now  # a heading inside may begin another provision
        if builder is None:
            return
        builder.open(rank, label)
        builder.begin()
        for block in content:
            self.read(block)
        builder.end()
        self._indented = False

    def _recital(self, label: str, content: Iterable[etree._Element]) -> None:
        locator = Locator(Unit.RECITAL, label.strip("().[] "))
        if not is_locator(locator):
            return
        self._begin(locator, label, ())
        self._recitals = False
        for block in content:
            self.read(block)
        self._recitals, self._now = True, None

    def _paragraph(self, element: etree._Element, mark: etree._Element) -> None:
        if self._now is None:
            return
        label = self._text([mark])
        self._now.open(PARAGRAPH, label)
        mark.text = ""
        for child in list(mark):
            mark.remove(child)
        self.read(element)

    def _old_paragraph(self, element: etree._Element, found: re.Match[str]) -> None:
        if self._now is None:
            return
        self._now.open(PARAGRAPH, found[1])
        self._now.add(self._text([element]).removeprefix(found[1]).strip())

    def _hanging(self, element: etree._Element, first: etree._Element) -> None:
        """A hanging paragraph: "(a)", a wide space, the text; further blocks lie inside it."""
        label, wide = first.text or "", first[0]
        rank = DOTTED + label.strip(" .").count(".") if "." in label.strip(" .") else POINT
        first.text, wide.text = "", ""
        self._item(self._text([label]), [element], rank)
        self._indented = True

    def _table(self, table: etree._Element) -> None:
        for row in table.iter("tr"):
            if next(row.iterancestors("table")) is not table:
                continue
            cells = [cell for cell in row if cell.tag in {"td", "th"}]
            texts = [self._text([cell]) for cell in cells]
            if len(cells) == 2 and _LABEL.fullmatch(texts[0]) and "borderOj" not in classes(table):
                self._item(texts[0], cells[1:], POINT)
            elif any(texts):
                self._line(" | ".join(texts))

    def _text(self, parts: Iterable[str | etree._Element]) -> str:
        return running_text(parts, _is_note)


def _is_block(element: etree._Element) -> bool:
    return isinstance(element.tag, str) and bool(_BLOCKS.fullmatch(element.tag))


def _is_note(element: etree._Element) -> bool:
    return element.tag == "a" and (element.get("href") or "").startswith(("#E", "#ntr", "#ntc"))


def _hanging(element: etree._Element) -> etree._Element | None:
    """The first paragraph of a hanging one, if a label and a wide space open it."""
    first = next((child for child in element if is_element(child)), None)
    if first is None or first.tag != "p" or not len(first) or first[0].tag != "span":
        return None
    is_wide = "word-spacing" in (first[0].get("style") or "")
    return first if is_wide and _LABEL.fullmatch((first.text or "").strip()) else None
