"""Sections of the U.S. Code in markdown copies: "### § 4811. Statement of policy" (pure)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from corpus.locators import Locator, Unit
from corpus.parsers._usc_levels import places
from corpus.parsers.document import Node
from corpus.parsers.markup import canonical

MAX_HEADING_CHARS = 90

_SECTION = re.compile(r"#{1,6} §+ ?(\d{1,5}[a-z]?)\. (\S.*)")
_CHAPTER = re.compile(r"(?:#{1,6} )?((?:SUB)?CHAPTER|TITLE|PART) ([0-9A-Z]{1,6})\s?[—–-]\s?(\S.*)")
_LABELS = re.compile(r"(?:\([0-9A-Za-z]{1,5}\))+(?=\s|$)")
# Footnote marks of the Law Revision Counsel stand as digits behind two blanks.
_CALLED = re.compile(r"  \d{1,2}(?=[ ,.;])")
_LOOSE = re.compile(r" (?=[,.;:)])|(?<=\() ")
_TERMS = re.compile(
    r"[Tt]he terms? ([“\"].{1,200}?[”\"])(?=,| mean| includ| refer| ha[sd]|$|:| when)"
)
_QUOTED = re.compile(r"[“\"]([^“”\"]{1,80}?),?[”\"]")


@dataclass(slots=True)
class _Draft:
    locator: Locator
    label: str = ""
    heading: str = ""
    lines: list[str] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)
    children: list[_Draft] = field(default_factory=list)

    def node(self, context: tuple[str, ...]) -> Node:
        text = "\n".join(self.lines)
        return Node(
            self.locator,
            text=text,
            heading=self.heading,
            label=self.label,
            closing="\n".join(self.closing),
            children=tuple(child.node(()) for child in self.children),
            context=context,
            terms=_terms(text),
        )


@dataclass(frozen=True, slots=True)
class _Paragraph:
    labels: tuple[str, ...]
    text: str
    heading: str = ""


@dataclass(slots=True)
class _Section:
    number: str
    heading: str
    context: tuple[str, ...]
    lines: list[str] = field(default_factory=list)


def is_usc_section(line: str) -> bool:
    """Whether a line opens a section of the U.S. Code."""
    return _SECTION.fullmatch(line) is not None and "|" not in line


def usc_nodes(lines: Sequence[str]) -> tuple[Node, ...]:
    """The sections in `lines`, each as a tree; a section printed twice counts once."""
    chapter: dict[str, str] = {}
    sections: dict[str, _Section] = {}
    current: _Section | None = None
    for line in lines:
        if found := _CHAPTER.fullmatch(line):
            _enter(chapter, found)
            current = None
        elif found := _SECTION.fullmatch(line):
            current = _Section(found[1], canonical(found[2]), tuple(chapter.values()))
            sections.setdefault(found[1], current)
        elif current is not None:
            current.lines.append(line)
    return tuple(_section(section) for section in sections.values())


def _enter(chapter: dict[str, str], found: re.Match[str]) -> None:
    kind = found[1].capitalize()
    title = canonical(found[3])
    if kind != "Subchapter":
        chapter.clear()
    chapter[kind] = f"{kind} {found[2]}: {title.capitalize() if title.isupper() else title}"


def _section(section: _Section) -> Node:
    root = _Draft(Locator(Unit.CFR, section.number), heading=section.heading)
    paragraphs = _paragraphs(section.lines)
    labelled = [paragraph for paragraph in paragraphs if paragraph.labels]
    paths = iter(places([paragraph.labels for paragraph in labelled]))
    drafts: dict[Locator, _Draft] = {root.locator: root}
    times: Counter[Locator] = Counter()
    last = root
    for paragraph in paragraphs:
        if paragraph.labels:
            last = _open(drafts, times, root, next(paths))
            last.heading = paragraph.heading
            if paragraph.text:
                last.lines.append(paragraph.text)
        else:
            _go_on(drafts, last, paragraph.text)
    return root.node(section.context)


def _paragraphs(lines: Sequence[str]) -> list[_Paragraph]:
    found: list[_Paragraph] = []
    for printed in lines:
        marked = printed.startswith("#")
        line = _LOOSE.sub("", canonical(_CALLED.sub("", printed.lstrip("# "))))
        labels = _LABELS.match(line)
        if labels is None:
            found.append(_Paragraph((), line))
            continue
        marks = tuple(re.findall(r"\((\w+)\)", labels[0]))
        words = line[labels.end() :].strip()
        if marked or _is_heading(words):
            found.append(_Paragraph(marks, "", words))
        else:
            found.append(_Paragraph(marks, words))
    return found


def _is_heading(words: str) -> bool:
    """Whether the words after a label are its heading: few, capitalised, without a stop."""
    if not words or len(words) > MAX_HEADING_CHARS or not words[0].isupper():
        return False
    return words[-1] not in ".;:,—-" and not re.search(r"(?:; (?:and|or)|”)$|^The term ", words)


def _open(
    drafts: dict[Locator, _Draft], times: Counter[Locator], root: _Draft, path: tuple[str, ...]
) -> _Draft:
    """The paragraph at `path`, and those above it that the copy does not print."""
    parent = root
    for depth in range(1, len(path) + 1):
        locator = Locator(Unit.CFR, root.locator.number, path[:depth])
        if depth == len(path):
            locator = _free(times, locator)
        known = drafts.get(locator)
        if known is None:
            known = _Draft(locator, label=f"({path[depth - 1]})")
            _adopt(parent, known)
            drafts[locator] = known
        parent = known
    return parent


def _adopt(parent: _Draft, child: _Draft) -> None:
    if parent.closing and parent.children:
        parent.children[-1].closing += parent.closing
        parent.closing = []
    parent.children.append(child)


def _free(times: Counter[Locator], locator: Locator) -> Locator:
    """`locator`, or the same label in the second, third ... list of its parent."""
    times[locator] += 1
    if (time := times[locator]) == 1:
        return locator
    names = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}
    return replace(locator, note=f"{names.get(time, f'{time}th')} subparagraph")


def _go_on(drafts: dict[Locator, _Draft], last: _Draft, text: str) -> None:
    """Words without a label: of a paragraph that has only a heading so far, else after its list.

    A line that follows the last item of a list belongs to what opened the list.
    """
    if not last.lines and not last.children:
        last.lines.append(text)
        return
    above = last.locator.parent
    parent = drafts.get(above) if above is not None else None
    if parent is not None and len(parent.children) > 1 and parent.lines:
        parent.closing.append(text)
    elif last.children:
        last.closing.append(text)
    else:
        last.lines.append(text)


def _terms(text: str) -> tuple[str, ...]:
    """The terms defined in `text`: The term “item” means ..."""
    found = _TERMS.match(text) if text else None
    return tuple(_QUOTED.findall(found[1])) if found else ()
