"""Reads any web page: its headings and paragraphs, without the frame of the site (pure)."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field

from lxml import etree, html

from corpus.errors import ParseError
from corpus.parsers._outline import Outline, decode_text, superscript, word_set
from corpus.parsers.document import ParsedText, check_parsed
from corpus.parsers.markup import MAX_BYTES, canonical, read_html
from corpus.parsers.plain_text import fill_outline

_HEAD = re.compile(
    rb"<!doctype\s+html|<(?:html|head|body|main|article|div|p|h[1-6]|table|ul|ol|span|title)[\s>]",
    re.IGNORECASE,
)
_DROPPED = word_set(
    "script style noscript template nav footer aside form button select input textarea svg math "
    "iframe object canvas audio video dialog head menu"
)
_DROPPED_ROLES = word_set(
    "navigation banner contentinfo search complementary doc-endnotes doc-footnote doc-noteref "
    "doc-toc doc-pagebreak"
)
_BLOCKS = word_set(
    "address article blockquote body caption center dd details dir div dl dt fieldset figcaption "
    "figure h1 h2 h3 h4 h5 h6 header hr html li main ol p pre section summary table tbody td "
    "tfoot th thead tr ul"
)
_LISTS = frozenset({"ul", "ol", "dl"})
_ROMAN_ONES = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DROPPED_CLASSES = word_set(
    "sr-only visually-hidden visuallyhidden screen-reader-text skip-link noprint footnotes "
    "footnote endnotes footnote-ref breadcrumb breadcrumbs"
)
_BREAK = "\ue000"  # stands for <br> until the lines are cut; the source's own line ends are spaces


def looks_like_plain_html(data: bytes) -> bool:
    """Whether the head of the bytes holds HTML markup."""
    head = data[:4096]
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        head = head.decode("utf-16", "ignore").encode()
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"<") and _HEAD.search(start) is not None


def parse_plain_html(data: bytes, *, path: str) -> ParsedText:
    """Read a web page: its main part, section by section.

    Raises:
        ParseError: If it is no HTML, or holds no words once the frame of the site is gone.
    """
    root = read_html(_as_utf8(data, path), path)
    reader = _Reader()
    try:
        reader.read(_main(root))
    except etree.LxmlError as error:  # pragma: no cover - lxml reads what it has parsed
        raise ParseError(path, 1, f"not HTML: {error}") from error
    title, first = _title(root), reader.outline.first_heading
    title = first if first and (first in title or not title) else title
    nodes = reader.outline.nodes(title)
    language = (root.get("lang") or "en").split("-")[0].lower()[:3] or "en"
    return check_parsed(ParsedText("html", title, nodes, language=language), path)


def _as_utf8(data: bytes, path: str) -> bytes:
    """The page in UTF-8, by the encoding it declares itself when it is in none of the usual."""
    if len(data) > MAX_BYTES:
        raise ParseError(path, 1, f"larger than {MAX_BYTES // 1_000_000} MB")
    declared = re.search(rb"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", data[:4096])
    if declared and declared[1].lower() not in {b"utf-8", b"utf8", b"utf-16"}:
        with suppress(LookupError, UnicodeError):  # a wrong label: read as plain text is
            data = data.decode(declared[1].decode("ascii")).encode("utf-8", "replace")
    text = decode_text(data, path)
    if not re.search(r"<[a-zA-Z!]", text):
        raise ParseError(path, 1, "not HTML: it holds no tag")
    return text.encode("utf-8", "replace")


def _title(root: html.HtmlElement) -> str:
    titles = root.xpath("//head/title")
    return canonical(titles[0].text_content()) if titles else ""


def _main(root: html.HtmlElement) -> html.HtmlElement:
    """The part that holds the words: `main`, the only `article`, or the body."""
    for query in ("//main", "//*[@role='main']", "//article"):
        found = [element for element in root.xpath(query) if not _is_dropped(element)]
        if len(found) == 1 and len(found[0].text_content().split()) >= 5:
            return found[0]
    bodies = root.xpath("//body")
    return bodies[0] if bodies else root


def _is_dropped(element: etree._Element) -> bool:
    classes = set((element.get("class") or "").split())
    return (
        element.tag in _DROPPED
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or element.get("role") in _DROPPED_ROLES
        or bool(_HIDDEN_STYLE.search(element.get("style") or ""))
        or bool(classes & _DROPPED_CLASSES)
        or (element.tag == "header" and _is_site_header(element))
    )


def _is_site_header(element: etree._Element) -> bool:
    """A header is the site's unless it opens the main part or an article."""
    return not any(above.tag in {"main", "article"} for above in element.iterancestors())


@dataclass(slots=True)
class _Reader:
    """Walks the elements in order, without recursion, and fills the outline."""

    outline: Outline = field(default_factory=Outline)
    _words: list[str] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list)
    _lists: list[tuple[str, int]] = field(default_factory=list)
    _marker: str = ""

    def read(self, root: etree._Element) -> None:
        """Read an element and everything below it."""
        walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            if event == "start":
                if self._start(element):
                    walk.skip_subtree()
            elif event == "end":
                self._end(element)
            if event != "start" and element is not root:
                self._words.append(element.tail or "")
        self._flush()
        self._close_lists()

    def _start(self, element: etree._Element) -> bool:
        """Open an element; True when what is below it has been dealt with here."""
        tag = str(element.tag)
        if _is_dropped(element):
            return True
        if tag in _BLOCKS:
            self._flush()
        if tag == "table" and _is_data_table(element):
            self._table(element)
            return True
        if tag == "pre" and not self._lists:
            fill_outline(self.outline, "".join(str(part) for part in element.itertext()))
            return True
        if tag in {"sup", "br"}:
            self._words.append(self._raised(element) if tag == "sup" else _BREAK)
            return True
        if tag in _LISTS:
            self._lists.append((tag, _first_number(element)))
        elif tag == "li" and self._lists:
            self._item(element)
        self._words.append(element.text or "")
        return False

    def _end(self, element: etree._Element) -> None:
        tag = str(element.tag)
        if _is_dropped(element) or tag not in _BLOCKS:
            return
        if re.fullmatch(r"h[1-6]", tag) and not self._lists:
            self.outline.heading(int(tag[1]), self._take())
            return
        self._flush()
        if tag in _LISTS and self._lists:
            self._lists.pop()
            if not self._lists:
                self._close_lists()

    def _item(self, element: etree._Element) -> None:
        kind, number = self._lists[-1]
        value = element.get("value") or ""
        number = int(value) if re.fullmatch(r"\d{1,6}", value) else number
        self._lists[-1] = (kind, number + 1)
        parent = element.getparent()
        style = parent.get("type", "1") if parent is not None else "1"
        self._marker = _number(number, style) if kind == "ol" else "- "

    def _raised(self, element: etree._Element) -> str:
        if element.find(".//a[@href]") is not None or element.getparent().tag == "a":  # type: ignore[union-attr]  # not the root
            return ""
        text = "".join(str(part) for part in element.itertext())
        return superscript("".join(self._words[-4:]), text)

    def _table(self, table: etree._Element) -> None:
        rows = [_row(row) for row in table.iter("tr")]
        text = "\n".join(row for row in rows if row)
        if self._lists:
            self._lines.append(text)
            return
        caption = table.find("caption")
        if caption is not None:
            text = f"{_cell(caption)}\n{text}"
        self.outline.paragraph(text)

    def _take(self) -> str:
        text, self._words = "".join(self._words), []
        lines = (canonical(line) for line in text.split(_BREAK))
        return "\n".join(line for line in lines if line)

    def _flush(self) -> None:
        text = self._take()
        if not text:
            return
        text, self._marker = self._marker + text, ""
        if self._lists:
            self._lines.append(text)
        else:
            self.outline.paragraph(text)

    def _close_lists(self) -> None:
        self.outline.paragraph("\n".join(self._lines), listed=True)
        self._lines.clear()


def _number(number: int, style: str) -> str:
    """The mark of an item, as a browser shows it; letters and romans in brackets."""
    if style in {"a", "A"} and 1 <= number <= 26:
        letter = chr(ord("a") + number - 1)
        return f"({letter.upper() if style == 'A' else letter}) "
    if style in {"i", "I"} and 1 <= number <= 49:
        roman = ("", "x", "xx", "xxx", "xl")[number // 10] + _ROMAN_ONES[number % 10]
        return f"({roman.upper() if style == 'I' else roman}) "
    return f"{number}. "


def _first_number(element: etree._Element) -> int:
    start = element.get("start") or ""
    return int(start) if re.fullmatch(r"\d{1,6}", start) else 1


def _is_data_table(table: etree._Element) -> bool:
    """Whether a table holds cells, not the layout of a page."""
    if table.get("role") in {"presentation", "none"}:
        return False
    return next(table.iter("h1", "h2", "h3", "h4", "h5", "h6"), None) is None and all(
        inner is table for inner in table.iter("table")
    )


def _row(row: etree._Element) -> str:
    cells = [_cell(cell) for cell in row if cell.tag in {"td", "th"} and not _is_dropped(cell)]
    return " | ".join(cells) if any(cells) else ""


def _cell(cell: etree._Element) -> str:
    """The words of a cell on one line, through the same rules as any paragraph."""
    words: list[str] = []
    walk = etree.iterwalk(cell, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event == "start":
            if element.tag == "sup":
                raised = "".join(str(part) for part in element.itertext())
                linked = element.find(".//a[@href]") is not None
                words.append("" if linked else superscript("".join(words[-4:]), raised))
                walk.skip_subtree()
            elif element is not cell and _is_dropped(element):
                walk.skip_subtree()
            else:
                words.append(" " if element.tag in _BLOCKS or element.tag == "br" else "")
                words.append(element.text or "")
        elif element is not cell:
            words.append(element.tail or "")
    return canonical("".join(words))
