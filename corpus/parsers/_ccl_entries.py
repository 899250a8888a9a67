"""Entries of the Commerce Control List, from a flattened copy to nodes (pure)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from corpus.locators import Locator, Unit
from corpus.parsers._ccl_lists import Line, Path, roles
from corpus.parsers.document import Node

_DOTTED = re.compile(r"([a-z](?:\.(?:\d{1,2}|[a-z]))+)\.{0,2} (?=\S)")
_PURPOSES = re.compile(r"[Ff]or (?:the )?purposes? of (?:this )?(?:paragraphs? |ECCN )?")
_DEFINES = re.compile(
    r"(?:The )?[‘'][^'’]{2,80}['’](?: \([^)]{1,40}\))?.{0,60}?(?: is | are | means)"
)
_THIS_NOTE = re.compile(r"\bthis Note (\d{1,2})\b")
_SUBPARAGRAPH = re.compile(r"(?:\((?:\d{1,2}|[a-z]|[ivx]{1,5})\)|[A-Z]\.) ")
_ORDINALS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_MAX_DEPTH = 8


@dataclass(slots=True)
class _Draft:
    """A node that still grows: `notes` and items are hung below it as they come."""

    locator: Locator
    lines: list[str] = field(default_factory=list)
    children: list[_Draft] = field(default_factory=list)
    heading: str = ""
    label: str = ""

    def node(self) -> Node:
        return Node(
            self.locator,
            text="\n".join(self.lines),
            heading=self.heading,
            label=self.label,
            children=tuple(child.node() for child in self.children),
            terms=_terms(self.lines[0]) if self.lines and self.locator.note else (),
        )


def _terms(text: str) -> tuple[str, ...]:
    """The terms that a technical note defines: they stand in single quotes before "is", "means"."""
    found = re.match(
        r"(?:For the purposes of [^,]{1,60}, )?(?:an? )?'([^']{2,80})'(?: \('([^']{1,20})'\))?"
        r" (?:is|are|means?|refers?)\b",
        text,
        re.IGNORECASE,
    )
    return tuple(term for term in found.groups() if term) if found else ()


class Entry:
    """Builds the node of one ECCN from its lines, in the order of the copy."""

    def __init__(self, eccn: str, heading: str) -> None:
        self.eccn = eccn
        self.root = _Draft(Locator(Unit.ECCN, eccn), heading=heading)
        self._drafts: dict[Locator, _Draft] = {self.root.locator: self.root}
        self._times: Counter[Locator] = Counter()
        self._last_item: _Draft = self.root
        self._last: _Draft = self.root
        self._list_host: _Draft | None = None
        self._run: tuple[Locator, str] | None = None  # a run of numbered notes, its name

    def node(self, context: tuple[str, ...]) -> Node:
        """The finished node."""
        return replace(self.root.node(), context=context)

    def add_note(self, note: str, lines: list[str]) -> None:
        """A part of the entry that has a name of its own, as "License Exceptions"."""
        if lines:
            self._hang(self.root, replace(self.root.locator, note=note)).lines.extend(lines)

    def add_lines(self, lines: list[Line]) -> None:
        """Places every line of the list of items."""
        lines = [_undotted(line) for line in lines]
        found = roles(lines)
        first = found.index("item") if "item" in found else len(found)
        for index, (line, role) in enumerate(zip(lines, found, strict=True)):
            following = lines[index + 1] if index + 1 < len(lines) else None
            if role == "item":
                self._item(line)
            elif role == "list":
                self._listed(line)
            elif role == "note":
                self._numbered(line, lines[index - 1] if index else None)
            elif role == "stray":
                self._last.lines.append(f"{'.'.join(line.path)}. {line.text}")
            elif following is not None and following.kind == "note" and line.text.endswith(":"):
                self._open_run(line)
            else:
                self._unnumbered(line, before_items=index < first)

    def _hang(self, parent: _Draft, locator: Locator) -> _Draft:
        draft = _Draft(locator)
        parent.children.append(draft)
        self._drafts[locator] = draft
        return draft

    def _item(self, line: Line) -> None:
        parent = self.root
        for depth in range(1, len(line.path) + 1):
            locator = Locator(Unit.ECCN, self.eccn, line.path[:depth])
            parent = self._drafts.get(locator) or self._hang(parent, locator)
        parent.label = f"{line.path[-1]}."
        parent.lines.append(line.text)
        self._last = self._last_item = parent
        self._list_host = self._run = None

    def _listed(self, line: Line) -> None:
        """A lettered paragraph of a note: "Note 1.a"."""
        if line.path in {("a",), ("1",)} or self._list_host is None:
            self._list_host = self._last
        host = self._list_host
        stem = host.locator.note or "List"
        above = replace(host.locator, note=".".join((stem, *line.path[:-1])))
        parent = self._drafts.get(above, host)
        locator = replace(host.locator, note=".".join((stem, *line.path)))
        self._last = self._hang(parent, self._free(locator))
        self._last.label = f"{line.path[-1]}."
        self._last.lines.append(line.text)

    def _open_run(self, line: Line) -> None:
        """Words that open a run of numbered notes."""
        if not self._prose(line):
            kind = "Technical Notes" if _is_technical(line.text) else "Notes"
            self._note(line.text, kind, self._host(line.text, self.root))

    def _numbered(self, line: Line, before: Line | None) -> None:
        """A numbered note; "1" opens a run, and the numbers after it belong to that run."""
        if line.path == ("1",) and self._opens_list():
            self._run = (self._last.locator, f"{self._last.locator.note}.")
        elif line.path == ("1",) or self._run is None:
            self._run = self._open_numbers(line, before)
            self._list_host = None
        locator, stem = self._run
        above = ".".join((f"{stem}{line.path[0]}", *line.path[1:-1]))
        if not line.path[1:]:
            above = stem[:-1] if stem.endswith(".") else ""
        parent = self._drafts.get(replace(locator, note=above))
        if parent is None:
            parent = self._drafts[replace(locator, note="")]
        note = f"{stem}{'.'.join(line.path)}"
        locator = replace(locator, note=note)
        taken = locator in self._drafts
        draft = self._hang(parent, self._free(locator) if taken else locator)
        draft.label = f"{line.path[-1]}."
        draft.lines.append(line.text)
        self._last = draft

    def _opens_list(self) -> bool:
        """Whether the words placed last announce a list: "Materials having all of these:"."""
        note = self._last.locator.note
        return bool(note) and note.count(".") < _MAX_DEPTH and self._last.lines[0].endswith(":")

    def _open_numbers(self, line: Line, before: Line | None) -> tuple[Locator, str]:
        """Where a run of numbered notes belongs, and its name: "Technical Note "."""
        opening = before.text if before is not None and before.kind == "text" else ""
        technical = _is_technical(opening) or _is_technical(line.text)
        stem = "Technical Note " if technical else "Note "
        host = self._host(opening, self.root)
        if replace(host.locator, note=f"{stem}{line.path[0]}") in self._drafts:
            host = self._host(line.text, self._top_item())
        first = replace(host.locator, note=f"{stem}{line.path[0]}")
        return host.locator, self._free(first).note.removesuffix(line.path[0])

    def _unnumbered(self, line: Line, *, before_items: bool) -> None:
        if self._prose(line):
            return
        numbered = _THIS_NOTE.search(line.text)
        if before_items and numbered is None and self._last is self.root:
            self.root.lines.append(line.text)
            return
        if numbered:
            draft = self._note(line.text, f"Note {numbered[1]}", self.root)
        else:
            kind = "Technical Note" if _is_technical(line.text) else "Note"
            draft = self._note(line.text, kind, self._host(line.text, self._top_item()))
        self._last, self._run = draft, None

    def _prose(self, line: Line) -> bool:
        """Whether the line is a numbered clause, "(1) ...", of what stands before it."""
        if _SUBPARAGRAPH.match(line.text) is None:
            return False
        self._last.lines.append(line.text)
        return True

    def _note(self, text: str, note: str, host: _Draft) -> _Draft:
        draft = self._hang(host, self._free(replace(host.locator, note=note)))
        draft.lines.append(text)
        return draft

    def _top_item(self) -> _Draft:
        """The outermost item that is open; notes that name no item are hung there."""
        path = self._last_item.locator.path[:1]
        return self._drafts[Locator(Unit.ECCN, self.eccn, path)]

    def _host(self, text: str, otherwise: _Draft) -> _Draft:
        """The item that a note says it belongs to; `otherwise` where it names none.

        "3A090.a and .b do not apply" belongs to both items: to what stands above them.
        """
        path = _named_path(text[:200], self.eccn)
        if path is None:
            return otherwise
        while path:
            found = self._drafts.get(Locator(Unit.ECCN, self.eccn, path))
            if found is not None:
                return found
            path = path[:-1]
        return self.root

    def _free(self, locator: Locator) -> Locator:
        """`locator`, or "second Note", "third Note" ... where it is taken."""
        while True:
            self._times[locator] += 1
            free = replace(locator, note=f"{_ordinal(self._times[locator])}{locator.note}")
            if free not in self._drafts:
                return free


def _named_path(text: str, eccn: str) -> Path | None:
    """The item that `text` names first; what several named together have in common."""
    item = r"((?:\.(?:[a-z]|\d{1,2})\b)*)"
    first = re.search(rf"\b{eccn}{item}", text[:120])
    if first is None:
        return None
    path: Path = tuple(first[1].split(".")[1:])
    more = re.compile(rf"(?:, and |, or |, | and | or | to )(?:{eccn})?{item}(?<=\w)(?=[\s,.;:])")
    position = first.end()
    while (found := more.match(text, position)) and found[1]:
        other = tuple(found[1].split(".")[1:])
        shared = [one for one, two in zip(path, other, strict=False) if one == two]
        path = path[: len(shared)] if path[: len(shared)] == tuple(shared) else ()
        position = found.end()
    return path


def _ordinal(times: int) -> str:
    """What stands before a name that occurs again: nothing, "second ", "third " ..."""
    if times == 1:
        return ""
    return f"{_ORDINALS[times - 2] if times - 2 < len(_ORDINALS) else f'{times}th'} "


def _undotted(line: Line) -> Line:
    """A text line that opens with a dotted label, "c.3.a Two or more", is an item."""
    found = _DOTTED.match(line.text) if line.kind == "text" else None
    if found is None:
        return line
    return Line("item", tuple(found[1].split(".")), line.text[found.end() :])


def _is_technical(text: str) -> bool:
    return bool(_PURPOSES.match(text) or _DEFINES.match(text))
