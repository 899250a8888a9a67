"""The Commerce Control List in eCFR XML: one node an entry, its items and notes below it (pure).

An entry opens with its number in bold; rubrics ("License Requirements", "List of Items
Controlled") part it; items carry their whole path ("a.1.") and notes stand apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from corpus.locators import Locator, Unit
from corpus.parsers._ccl_lists import step
from corpus.parsers._cfr_labels import Paragraph, clean_heading
from corpus.parsers._ecfr_flow import Block
from corpus.parsers.document import Node

_ENTRY = re.compile(r"(\d[A-E]\d{3})(?![\w.])[.:—–-]?\s*")
_CATEGORY = re.compile(r"category (\d)\s?[—–:-]+\s?", re.IGNORECASE)
_GROUP = re.compile(r"[“\"]?([A-E])\. ")
_ITEM = re.compile(r"([a-z]{1,2}(?:\.(?:\d{1,2}|[a-z]{1,2})){0,9})\.\s+(?=\S)")
_ITEMS = re.compile(r"Items:?\s*(?=$|[a-z]{1,2}\.|The list of items|\[)")
_RUBRIC = re.compile(
    r"(License Requirements?|Reporting Requirements?|List Based License Exceptions"
    r"|License Exceptions|Special Conditions for STA|List of Items Controlled)"
    r"(?:\s?\([^()]{1,120}\))?",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(?P<kind>(?:Technical |Related )?Note)s?(?: (?P<number>\d{1,2}))?"
    r"(?: (?:to|on|for) (?P<to>[^:]{1,120}?))?\s*[:.]?",
    re.IGNORECASE,
)
_INLINE = re.compile(r"(?:Technical )?Notes?(?: \d{1,2})?(?: to [^:\n]{1,80})?:(?=\s)")
_NUMBERED = re.compile(r"(\d{1,2})\.\s+(?=\S)")
_LETTERED = re.compile(r"([a-z](?:\.\d{1,2}){0,3})\.\s+(?=\S)")
_TERM = re.compile(
    r"(?:For the purposes? of [^,]{1,80}, )?(?:an? )?['‘]([^'‘’]{2,80})['’]"
    r"(?: \(['‘]([^'’]{1,20})['’]\))?,? (?:is|are|means?|refers?)\b",
    re.IGNORECASE,
)
_NAMES = {
    "list based license exceptions": "License Exceptions",
    "license exceptions": "License Exceptions",
    "special conditions for sta": "Special Conditions for STA",
    "reporting requirements": "Reporting Requirements",
    "reporting requirement": "Reporting Requirements",
}


@dataclass(slots=True)
class _Draft:
    """A node that still grows."""

    locator: Locator
    label: str = ""
    heading: str = ""
    lines: list[str] = field(default_factory=list)
    children: list[_Draft] = field(default_factory=list)

    def node(self, context: tuple[str, ...] = ()) -> Node:
        found = _TERM.match(self.lines[0]) if self.lines and self.locator.note else None
        return Node(
            self.locator,
            "\n".join(line for line in self.lines if line),
            self.heading,
            self.label,
            children=tuple(child.node() for child in self.children),
            context=context,
            terms=tuple(term for term in found.groups() if term) if found else (),
        )


class _Entry:
    """One ECCN while its blocks are being read."""

    def __init__(self, eccn: str, heading: str, context: tuple[str, ...]) -> None:
        self.root = _Draft(Locator(Unit.ECCN, eccn), heading=heading)
        self.context = context
        self.taken: dict[Locator, _Draft] = {self.root.locator: self.root}
        self.last = self.root  # what further lines belong to
        self._path: tuple[str, ...] = ()
        self._subheading = ""

    def rubric(self, name: str) -> None:
        """A part of the entry begins; some have a node of their own."""
        own = _NAMES.get(name.casefold())
        self.last = self._hang(self.root, own) if own else self.root

    def line(self, text: str) -> None:
        """A paragraph: an item, or a further line."""
        if found := _ITEMS.match(text):
            self.last = self.root
            text = text[found.end() :]
        found = _ITEM.match(text)
        path = tuple(found[1].split(".")) if found else ()
        if found is None or step(self._path, path) is None:
            self.last.lines.append(text)
            return
        self._path = path
        draft = self.root
        for depth in range(1, len(path) + 1):
            locator = replace(self.root.locator, path=path[:depth])
            draft = self.taken.get(locator) or self._add(draft, locator, f"{path[depth - 1]}.")
        draft.lines.append(text[found.end() :])
        draft.heading, self._subheading = self._subheading, ""
        self.last = draft

    def subheading(self, text: str) -> None:
        """A heading between items goes to the item after it."""
        self._subheading = clean_heading(text)

    def note(self, block: Block, *, inline: bool = False) -> None:
        """A note, under the item that it names, else under the item before it."""
        found = _NOTE.fullmatch(block.text)
        if found is None:
            self.last.lines.extend((block.text, *block.lines))
            return
        kind, number = found["kind"].title(), found["number"]
        lines = block.lines
        host = self._host(found["to"], numbered=number is not None or bool(_runs(lines)))
        if number is None and _runs(lines):
            self._run(host, kind, lines)
            return
        draft = self._hang(host, f"{kind} {number}" if number else kind, exact=not number)
        draft.label = block.text.rstrip(": ")
        self.last = draft if inline else self.last
        self._lettered(draft, lines)

    def _run(self, host: _Draft, kind: str, lines: tuple[str, ...]) -> None:
        """Numbered paragraphs under one name: "Technical Notes: 1. ... 2. ..."."""
        draft: _Draft | None = None
        for line in lines:
            if found := _NUMBERED.match(line):
                draft = self._hang(host, f"{kind} {found[1]}")
                draft.label = f"{found[1]}."
                self._lettered(draft, (line[found.end() :],))
            elif draft is not None:
                self._lettered(draft, (line,))
            elif line:
                host.lines.append(line)

    def _lettered(self, note: _Draft, lines: Iterable[str]) -> None:
        """The lines of a note; lettered ones become "Note 1.a"."""
        latest = note.children[-1] if note.children else note
        for line in lines:
            if (found := _LETTERED.match(line)) and note.locator.note:
                latest = self._hang(note, f"{note.locator.note}.{found[1]}")
                latest.label = f"{found[1]}."
                latest.lines.append(line[found.end() :])
            elif line:
                latest.lines.append(line)

    def _host(self, named: str | None, *, numbered: bool) -> _Draft:
        """Numbered notes belong to the entry, which counts them; others to an item."""
        if named is None:
            return self.root if numbered else self._item()
        if numbered or not (places := _paths(named)):
            return self.root
        shared = places[0]
        for path in places[1:]:
            while path[: len(shared)] != shared:
                shared = shared[:-1]
        while shared and replace(self.root.locator, path=shared) not in self.taken:
            shared = shared[:-1]
        return self.taken[replace(self.root.locator, path=shared)]

    def _item(self) -> _Draft:
        return self.taken[replace(self.root.locator, path=self._path)]

    def _hang(self, parent: _Draft, name: str, *, exact: bool = True) -> _Draft:
        """A named node; a number used twice counts on below the item."""
        wanted = replace(parent.locator, note=name)
        if wanted in self.taken and not exact:
            parent = self._item()
            wanted = replace(parent.locator, note=name)
        times = 1
        while wanted in self.taken:
            times += 1
            wanted = replace(parent.locator, note=f"{name} [{times}]")
        return self._add(parent, wanted, "")

    def _add(self, parent: _Draft, locator: Locator, label: str) -> _Draft:
        draft = _Draft(locator, label)
        self.taken[locator] = draft
        parent.children.append(draft)
        return draft


def _runs(lines: Iterable[str]) -> bool:
    return any(_NUMBERED.match(line) for line in lines)


def _paths(named: str) -> list[tuple[str, ...]]:
    """The items that the name of a note gives: "3A090.a and .b".

    >>> _paths("3A090.a and 3A090.b.1"), _paths("4A090")
    ([('a',), ('b', '1')], [])
    """
    found = re.findall(r"(?:\b\d[A-E]\d{3}|(?<![\w.]))\.([a-z]\w?(?:\.\w{1,2})*)", named)
    found = found or re.findall(r"paragraphs? ([a-z](?:\.\w{1,2})*)\b", named)
    return [tuple(path.split(".")) for path in found]


class ControlList:
    """Reads the blocks of the list into the words before the first entry, and the entries."""

    def __init__(self, context: tuple[str, ...]) -> None:
        self.opening: list[Block] = []
        self._context = context
        self._divisions: tuple[str, ...] = ()
        self._entries: dict[str, _Entry] = {}
        self._entry: _Entry | None = None

    def read(self, found: Iterable[Block]) -> tuple[Node, ...]:
        """The entries, in printed order."""
        for block in found:
            self._place(block)
        return tuple(entry.root.node(entry.context) for entry in self._entries.values())

    def _place(self, block: Block) -> None:
        if self._divides(block) or self._begins(block):
            return
        if self._entry is None:
            self.opening.append(block)
        elif block.kind in {"note", "effective"}:
            self._entry.note(block)
        elif block.table is not None:
            self._entry.last.lines.extend(block.table.lines())
        else:
            self._line(self._entry, block)

    def _line(self, entry: _Entry, block: Block) -> None:
        if found := _RUBRIC.fullmatch(block.text.rstrip(".: ")):
            entry.rubric(found[1])
        elif block.kind == "heading":
            entry.subheading(block.text)
        elif found := _INLINE.match(block.text):
            words = (block.text[found.end() :].strip(),)
            entry.note(Block("note", Paragraph(found[0].strip()), words), inline=True)
        else:
            entry.line(block.text)

    def _divides(self, block: Block) -> bool:
        """Whether a category or a product group begins."""
        if block.kind != "heading" and not block.bold:
            return False
        if found := _CATEGORY.match(block.text):
            self._divisions = (f"Category {found[1]}: {block.text[found.end() :]}",)
        elif self._divisions and (found := _GROUP.match(block.text)):
            name = f"Product Group {found[1]}: {block.text[found.end() :]}"
            self._divisions = (self._divisions[0], name)
        else:
            return False
        self._entry = None
        return True

    def _begins(self, block: Block) -> bool:
        found = _ENTRY.match(block.text)
        if found is None or not (block.bold or block.kind == "heading"):
            return False
        eccn, heading = found[1], clean_heading(block.text[found.end() :])
        if eccn in self._entries:
            self._entry = self._entries[eccn]
            self._entry.root.lines.append(block.text)
            return True
        context = (*self._context, *self._divisions)
        self._entry = self._entries[eccn] = _Entry(eccn, heading, context)
        return True
