"""Headings and paragraphs of a user's document, as nodes with unique locators (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from corpus.errors import ParseError
from corpus.locators import Locator, Unit
from corpus.parsers.document import Node
from corpus.parsers.markup import canonical


def word_set(words: str) -> frozenset[str]:
    """The words of a line, as a set."""
    return frozenset(words.split())


MAX_TITLE_CHARS = 120  # a locator is something one can say; the heading keeps every word

_ACRONYMS = word_set(
    "AI EU US USA UK UN G7 G20 OECD NATO EAR ITAR ECCN GPAI GDPR BIS CFR FLOP FLOPS II III IV VI "
    "VII VIII IX XI XII XIII IEEPA ECRA USML NIST DOC DDTC LLM HBM CCL"
)
_PROPER = word_set("european parliament united states kingdom america american china japan korea")
_LABEL = re.compile(
    r"\(?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[a-zA-Z]{1,2}|[ivxlcIVXLC]{1,6})[.)]|[-•–*‒▪●]|§"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")


@dataclass(slots=True)
class _Section:
    """A heading with the paragraphs below it, while the document is being read."""

    heading: str
    context: tuple[str, ...]
    paragraphs: list[str] = field(default_factory=list)


class Outline:
    """Collects headings and paragraphs in reading order and gives the nodes.

    A heading becomes ``Heading: Title`` and its paragraphs ``Heading: Title (1)``, ``(2)`` ...;
    what stands before the first heading becomes ``para. 1``, ``para. 2`` ... A heading without
    words of its own is found only in the context of the headings below it.
    """

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []
        self._sections: list[_Section] = [_Section("", ())]

    @property
    def first_heading(self) -> str:
        """The first heading of the document; empty when it has none."""
        return self._sections[1].heading if len(self._sections) > 1 else ""

    def heading(self, level: int, title: str) -> None:
        """Open a section; sections of the same or a deeper level end."""
        title = canonical(title)
        if not title:
            return
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        context = tuple(above for _, above in self._open)
        self._open.append((level, title))
        self._sections.append(_Section(title, context))

    def paragraph(self, text: str, *, listed: bool = False) -> None:
        """Add a paragraph; a list joins the words that announce it ("... shall:")."""
        lines = (canonical(line) for line in text.split("\n"))
        text = "\n".join(line for line in lines if line)
        if not text:
            return
        paragraphs = self._sections[-1].paragraphs
        if listed and paragraphs and paragraphs[-1].endswith(":"):
            paragraphs[-1] += f"\n{text}"
        else:
            paragraphs.append(text)

    def nodes(self, title: str = "") -> tuple[Node, ...]:
        """The sections as nodes; `title` is left out of their contexts."""
        unique = UniqueTitles()
        nodes = list(numbered(self._sections[0].paragraphs))
        for section in self._sections[1:]:
            if section.paragraphs:
                context = tuple(above for above in section.context if above != title)
                nodes.append(_section_node(replace(section, context=context), unique))
        return tuple(nodes)


def _section_node(section: _Section, unique: UniqueTitles) -> Node:
    number = unique.claim(section.heading)
    return Node(
        Locator(Unit.HEADING, number),
        heading=section.heading,
        context=section.context,
        children=tuple(
            Node(Locator(Unit.HEADING, number, (str(position),)), paragraph)
            for position, paragraph in enumerate(section.paragraphs, start=1)
        ),
    )


def numbered(paragraphs: list[str]) -> tuple[Node, ...]:
    """Paragraphs without a heading, as ``para. 1``, ``para. 2`` ..."""
    return tuple(
        Node(Locator(Unit.PARA, str(position)), paragraph)
        for position, paragraph in enumerate(paragraphs, start=1)
    )


class UniqueTitles:
    """Gives each heading a title that no other one has, and that its locator can carry.

    >>> titles = UniqueTitles()
    >>> [titles.claim(title) for title in ("Scope", "SCOPE", "Scope (2)", "Annex (1)")]
    ['Scope', 'SCOPE [2]', 'Scope [3]', 'Annex [1]']
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._last: dict[str, int] = {}

    def claim(self, heading: str) -> str:
        """The title for a heading; its second occurrence becomes "Title [2]"."""
        title = _locator_title(heading)
        base = re.sub(r" \[\d+\]$", "", title) or title
        while _key(title) in self._taken:
            self._last[base] = self._last.get(base, 1) + 1
            title = f"{base} [{self._last[base]}]"
        self._taken.add(_key(title))
        return title


def _locator_title(heading: str) -> str:
    """A title without the endings that `corpus.locators` reads as a paragraph number."""
    title = canonical(heading)
    if len(title) > MAX_TITLE_CHARS:
        title = title[:MAX_TITLE_CHARS].rsplit(" ", 1)[0] + "…"
    title = re.sub(r" \((\d+)\)$", r" [\1]", title)
    return re.sub(r"_(?=\d+$)", " ", title)


def _key(title: str) -> str:
    return re.sub(r"[^\w.:/-]+", "-", title.casefold()).strip("-")


def superscript(before: str, raised: str) -> str:
    """How raised text reads on one line: an exponent, an ordinal, or nothing for a note call.

    >>> superscript("more than 10", "25"), superscript("the provider", "3"), superscript("4", "th")
    ('^25', '', 'th')
    """
    raised = canonical(raised)
    if re.fullmatch(r"[-−–+]?\d{1,4}", raised):
        tail = before.rstrip()[-24:]
        power = re.search(r"(?<![\d.,])(?:10|2)$|(?<![^\W\d_])[kcmµn]?m$", tail)
        cited = re.search(r"(?:article|section|paragraph|annex|no\.|§|para\.) ?\d+$", tail, re.I)
        return f"^{raised}" if power and not cited else ""
    return raised if re.fullmatch(r"(?:st|nd|rd|th|e|er|o|a|TM|SM|™|®)", raised) else ""


def unshout(title: str) -> str:
    """A heading in capitals, written as words.

    >>> unshout("RULES ON AI SYSTEMS"), unshout("Scope of EAR")
    ('Rules on AI systems', 'Scope of EAR')
    """
    if any(letter.islower() for letter in title):
        return title
    text = re.sub(r"[^\W\d_]+", lambda word: _as_word(word[0]), title)
    text = re.sub(
        r"\b(chapter|part|title|annex|section|schedule|book) ([ivxlc]+)\b",
        lambda found: f"{found[1]} {found[2].upper()}",
        text,
    )
    return re.sub(r"(?:^[\W\d_]*|[:—–] ?)[^\W\d_]", lambda found: found[0].upper(), text)


def _as_word(word: str) -> str:
    if word in _ACRONYMS:
        return word
    return word.capitalize() if word.lower() in _PROPER else word.lower()


def starts_with_label(line: str) -> bool:
    """Whether a line opens an item: "(a) ...", "1. ...", "3.2. ...", a bullet, "§ 5".

    >>> starts_with_label("(iv) the name"), starts_with_label("• one"), starts_with_label("or two")
    (True, True, False)
    """
    first, _, rest = line.lstrip().partition(" ")
    return bool(rest) and _LABEL.fullmatch(first) is not None


def decode_text(data: bytes, path: str) -> str:
    """The text of a plain file: UTF-8, UTF-16 with a mark, else Windows Latin.

    Raises:
        ParseError: If the bytes are no text.
    """
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise ParseError(path, 1, f"starts as UTF-16 but is not: {error.reason}") from error
    else:
        text = _eight_bits(data)
    if "\x00" in text or len(_CONTROLS.findall(text)) * 100 > len(text):
        raise ParseError(path, 1, "is binary, not text")
    return _CONTROLS.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def _eight_bits(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
