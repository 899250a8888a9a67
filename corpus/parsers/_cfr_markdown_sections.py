"""The sections of a markdown copy of the CFR, with their paragraphs still in a row (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpus.locators import Locator, Unit
from corpus.parsers.markup import canonical

_NUMBER = r"\d{1,4}\.\d{1,4}[a-z]?"
_MARKER = re.compile(rf"#{{1,6}} (?:§ )?§+ ({_NUMBER})")
_RESERVED = re.compile(rf"(?:#{{1,6}} )?(?:§ ?){{1,3}}{_NUMBER}\s?[-–].*")
_TITLED = re.compile(rf"#{{1,6}} §+ ({_NUMBER})[. ]\s*(\S.*)")
_SUPPLEMENT = re.compile(
    r"#{1,6} Supplement No\. (\d{1,2}) to Part (\d{1,4})\s?[—–:-]\s?(\S.*)", re.IGNORECASE
)
_ABOVE = re.compile(rf"(?:§+ ?)?({_NUMBER})\s+(\S.*)")
_DIVISION = re.compile(
    r"((?:SUB)?CHAPTER|TITLE|PART|[Ss]ubpart) ([0-9A-Z]{1,5})\s?(?:[—–-]\s?(.*)|\[.*)"
)
_CREDIT = re.compile(r"(?:> ?)?\[(?:[^\[\]]{0,40}\b)?\d{1,3} FR \d[^\[\]]*\]")
_CHROME = ("**Authority:**", "**Source:**", "Link to an amendment published at")
_LEFT_OUT = re.compile(r"\[([^\[\]]{1,300}\bnot copied\b[^\[\]]{0,60})\]")
_RULE = re.compile(r"\|?[\s:|-]*-{3}[\s:|-]*\|?")
_CATEGORY = re.compile(r"Category ([IVXL]{1,6})\b[—–:\s]*(.*)")
_TERM = re.compile(r"([A-Z“][^.:;]{1,90}?)\. (?=\S)|([A-Z][^.,:;“]{1,60}?) (?:is|are|means) ")
_GROUP = re.compile(r"([A-E]:\d{1,2})(?: \(\d{1,3}\))?: (?=\S)")
_FOOTNOTE = re.compile(r"(\d{1,2})\. (?=\S)")
_LEVELS = ("Title", "Chapter", "Subchapter", "Part", "Subpart")
_SMALL = frozenset(["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on"])
_SMALL |= {"or", "the", "to", "with", "under"}
_ACRONYMS = frozenset(["CHIPS", "ICTS", "APR", "EAR", "ITAR", "CCL", "USML", "BIS", "DDTC"])
_ACRONYMS |= {"NATO", "US", "U.S.", "II", "III", "IV"}


@dataclass(slots=True)
class Section:
    """One section or supplement: its heading and its printed paragraphs, one a line."""

    locator: Locator
    heading: str
    context: tuple[str, ...]
    paragraphs: list[str] = field(default_factory=list)
    definitions: list[Section] = field(default_factory=list)


@dataclass(slots=True)
class Reader:
    """Reads the lines of a copy; `sections` and `left_out` are what it found."""

    sections: list[Section] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    _seen: set[Locator] = field(default_factory=set)
    _begun: set[str] = field(default_factory=set)  # the labels that paragraphs so far begin with
    _context: dict[str, str] = field(default_factory=dict)
    _section: Section | None = None
    _open: Section | None = None  # the section or definition that lines belong to
    _glossary: bool = False
    _footnotes: bool = False
    _above: str = ""  # the last place that a gap names, "(a)(2)(i)"

    def read(self, lines: Sequence[str]) -> None:
        """Reads all lines; blank lines and comments are already gone."""
        for index, line in enumerate(lines):
            following = lines[index + 1] if index + 1 < len(lines) else ""
            if self._skips(line, following) or self._heads(line, lines[index - 1] if index else ""):
                continue
            if self._open is not None:
                self._body(line)

    def _skips(self, line: str, following: str) -> bool:
        """Whether a line is no text: credits, authorities, and what a marker repeats."""
        if line.startswith(_CHROME) or _CREDIT.fullmatch(line):
            return True
        if _RESERVED.fullmatch(line):
            self._open = None
            return True
        marker, above = _MARKER.fullmatch(following), _ABOVE.fullmatch(line)
        return bool(marker and above and marker[1] == above[1])

    def _heads(self, line: str, before: str) -> bool:
        """Whether a line is a heading of the copy; sections and parts are opened."""
        if found := _DIVISION.fullmatch(line):
            self._enter(found)
        elif found := _MARKER.fullmatch(line):
            above = _ABOVE.fullmatch(before)
            self._begin(Locator(Unit.CFR, found[1]), above[2] if above else "")
        elif found := _TITLED.fullmatch(line):
            self._begin(*self._categorised(found[1], found[2]))
        elif found := _SUPPLEMENT.fullmatch(line):
            self._begin(Locator(Unit.SUPPLEMENT, f"{found[1]}/{found[2]}"), found[3])
        elif line.startswith("#"):
            self._subheading(line)
        else:
            return False
        return True

    def _enter(self, found: re.Match[str]) -> None:
        kind = found[1].capitalize()
        for below in _LEVELS[_LEVELS.index(kind) :]:
            self._context.pop(below, None)
        title = as_words(canonical(found[3] or ""))
        self._context[kind] = f"{kind} {found[2]}: {title}" if title else f"{kind} {found[2]}"
        self._open = self._section = None

    def _categorised(self, number: str, title: str) -> tuple[Locator, str]:
        """A category of the U.S. Munitions List is a qualifier of its section."""
        if category := _CATEGORY.fullmatch(title):
            locator = Locator(Unit.CFR, number, note=f"Category {category[1]}")
            return locator, re.sub(r"[\[\]]", "", category[2])
        return Locator(Unit.CFR, number), title

    def _begin(self, locator: Locator, title: str) -> None:
        title = _LEFT_OUT.sub(self._note_gap, title)
        title = re.sub(r"^\[(.*)\]$", r"\1", canonical(title))
        title = re.sub(r" ?\(selected paragraphs\)$| ?\(selection\)$", "", title)
        self._open = self._section = Section(locator, title, tuple(self._context.values()))
        self._glossary = self._footnotes = False
        self._above = ""
        if locator not in self._seen:
            self.sections.append(self._open)
        self._seen.add(locator)
        self._begun = set()

    def _note_gap(self, found: re.Match[str]) -> str:
        self.left_out.append(re.sub(r",? not copied.*$", "", canonical(found[1])))
        self._above = self._hint(found[1])
        return ""

    def _hint(self, gap: str) -> str:
        """The last place that a gap names, if nothing of its list stands before the gap."""
        if opened := re.search(r"(\(\w{1,5}\)) introductory text and \(A\)", gap):
            return f"{opened[1]}(A)"
        chains = re.findall(r"((?:\(\w{1,5}\)){2,6})", gap)
        if not chains:
            return ""
        return "" if chains[-1].partition(")")[0] in self._begun else chains[-1]

    def _subheading(self, line: str) -> None:
        """A heading inside a section: a defined term, or the start of a list of definitions."""
        if self._section is None:
            return
        title = canonical(line.lstrip("# "))
        if title.startswith("Definitions"):
            self._glossary = True
        elif re.match(r"#{2,6} ", line) and self._section.heading.startswith("Definitions"):
            self._define(title)

    def _define(self, term: str) -> None:
        if self._section is None:
            return
        term = re.sub(r" \(introductory text\)$", "", term).strip('“”"')
        locator = Locator(Unit.CFR, self._section.locator.number, note=f'"{term}"')
        if locator in self._seen:
            locator = Locator(Unit.CFR, locator.number, note=f'"{term}", second subparagraph')
        self._open = Section(locator, term, ())
        if locator not in self._seen:
            self._section.definitions.append(self._open)
        self._seen.add(locator)

    def _body(self, line: str) -> None:
        """A line of text: a paragraph, a row of a table, an item of a bulleted list."""
        above = self._above
        line = _LEFT_OUT.sub(self._note_gap, line).strip()
        if not line or _RULE.fullmatch(line) or self._open is None:
            return
        if self._listed(line):
            return
        if self._glossary and (term := _TERM.match(line)) and not line.startswith("("):
            self._define(term[1] or term[2])
            line = line[term.end() :] if term[1] else line
        if line.startswith("|"):
            self._add(" | ".join(canonical(cell) for cell in line.strip("|").split("|")))
        elif bullet := re.match(r"[-*] (?=\S)", line):
            self._add(line[bullet.end() :])
        else:
            line = _unmarked(line)
            self._open.paragraphs.append(_above_gap(above, line) + line)
            self._begun.add(self._open.paragraphs[-1].partition(")")[0])
            self._above = "" if self._above == above else self._above

    def _listed(self, line: str) -> bool:
        """Country groups, "A:5 (38): ...", and the footnotes of a supplement are nodes below it."""
        section = self._section
        if section is None or section.locator.unit is not Unit.SUPPLEMENT:
            return False
        if line.startswith("**Note:**"):
            note = Locator(Unit.SUPPLEMENT, section.locator.number, note="Note")
            return self._entry(note, "", line[9:].strip())
        if line.startswith("Footnotes"):
            self._footnotes = True
            return True
        number = section.locator.number
        if group := _GROUP.match(line):
            locator = Locator(Unit.SUPPLEMENT, number, (group[1],))
            return self._entry(locator, f"Country Group {group[1]}", line[group.end() :])
        if self._footnotes and (footnote := _FOOTNOTE.match(line)):
            locator = Locator(Unit.SUPPLEMENT, number, note=f"footnote {footnote[1]}")
            return self._entry(locator, "", line[footnote.end() :])
        return False

    def _entry(self, locator: Locator, heading: str, words: str) -> bool:
        """Adds a node below the supplement; False where it has one of this name already."""
        if self._section is None or locator in self._seen:
            return False
        self._seen.add(locator)
        self._section.definitions.append(Section(locator, heading, (), [words]))
        return True

    def _add(self, row: str) -> None:
        """A further line of the paragraph above."""
        if self._open is None:
            return
        if self._open.paragraphs:
            self._open.paragraphs[-1] += f"\n{row}"
        else:
            self._open.paragraphs.append(row)


def _above_gap(chain: str, line: str) -> str:
    """The labels that `line` hangs below, where it goes on in the list that the gap cut off."""
    before, after = re.search(r"\((\w{1,5})\)$", chain), re.match(r"\((\w{1,5})\)", line)
    if before is None or after is None:
        return ""
    same = any(
        re.fullmatch(kind, before[1]) and re.fullmatch(kind, after[1])
        for kind in (r"[ivx]+", r"[A-Z]", r"\d+")
    )
    return chain[: before.start()] if same else ""


def anchored(paragraphs: Sequence[str]) -> list[str]:
    """The paragraphs of a partial copy, with the label that its first paragraph hangs below.

    A copy that begins at "(4)" is anchored by a note further down: "to paragraph (a)(4)(i)".
    """
    first = next((at for at, line in enumerate(paragraphs) if line.startswith("(")), None)
    found = re.match(r"\((\d{1,2})\)", paragraphs[first]) if first is not None else None
    if first is None or found is None:
        return list(paragraphs)
    above = re.compile(rf"Note[^:]{{0,20}} to paragraph (\([a-z]\))\({found[1]}\)")
    anchors = {note[1] for line in paragraphs if (note := above.match(line))}
    if len(anchors) != 1:
        return list(paragraphs)
    anchor = anchors.pop()
    return [*paragraphs[:first], anchor + paragraphs[first], *paragraphs[first + 1 :]]


def _unmarked(line: str) -> str:
    line = re.sub(r"^> ?", "", line)
    line = re.sub(r"^\*\*(.{1,40}?)\*\*", r"\1", line)
    line = re.sub(r"(?<!\w)_([^_\s][^_\n]{0,80})_(?!\w)", r"\1", line)
    return re.sub(r"^\\\* ?", "", line)


def as_words(title: str) -> str:
    """A heading printed in capitals as words.

    >>> as_words("CLAWBACKS OF CHIPS FUNDING"), as_words("General Information")
    ('Clawbacks of CHIPS Funding', 'General Information')
    """
    if not title.isupper():
        return title
    return " ".join(_as_word(word, index) for index, word in enumerate(title.split()))


def _as_word(word: str, index: int) -> str:
    if word.strip("(),;:") in _ACRONYMS:
        return word
    lowered = word.lower()
    if index and lowered in _SMALL:
        return lowered
    return re.sub(r"[a-z]", lambda found: found[0].upper(), lowered, count=1)


def content_lines(text: str) -> Iterator[str]:
    """The lines of a markdown text that are not blank, without comments and front matter."""
    text = re.sub(r"\A---\n.{0,4000}?\n---\n", "", text, flags=re.DOTALL)
    parts = text.split("<!--")
    kept = [part.partition("-->")[2] for part in parts[1:]]
    for line in "".join([parts[0], *kept]).split("\n"):
        if stripped := line.strip():
            yield stripped
