"""The official text of one provision: what a digest of it is held against.

A file whose divisions a parser knows gives the words of the article, section, annex or entry,
the places they point to, and the places within it. Of any other file all words count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from corpus.catalog import Corpus
from corpus.errors import ParseError
from corpus.homes import home_of
from corpus.locators import Locator, Unit
from corpus.official import OfficialText, read_official
from corpus.parsers.document import Amendment, Node, ParsedText
from corpus.parsers.recognise import parse_any
from corpus.pointers import read_places
from corpus.pointers_us import read_us_places
from corpus.types import InstrumentId, Provision, Version

_DIVIDED = {
    Unit.ARTICLE, Unit.ANNEX, Unit.RECITAL, Unit.CFR, Unit.SUPPLEMENT, Unit.ECCN, Unit.NOTICE,
}  # fmt: skip
_DIVISIONS = {Unit.ARTICLE: "art", Unit.ANNEX: "anx", Unit.RECITAL: "rct"}


@dataclass(frozen=True, slots=True)
class Bearer:
    """What official words bear out: themselves, the places they name, the places they hold.

    `named` is None where the places could not be read; then the words alone decide. `dated` is
    the day whose text the file is.
    """

    text: str
    named: frozenset[Locator] | None = None
    held: frozenset[Locator] = frozenset()
    dated: date | None = None

    def __add__(self, other: Bearer) -> Bearer:
        """Two texts read together: an amending act with the act it amends."""
        return replace(
            self,
            text=f"{self.text}\n{other.text}",
            named=(self.named or frozenset()) | (other.named or frozenset()),
            held=self.held | other.held,
        )


@dataclass(frozen=True)
class Bearers:
    """The official files below one folder, each read once."""

    corpus: Corpus
    folder: Path
    _files: dict[str, _File | None] = field(default_factory=dict)

    def of(self, provision: Provision, version: Version) -> Bearer | None:
        """The official text of one wording; None where its file is not at hand."""
        file = self._file(version.source)
        if file is None:
            return None
        own = file.at(provision.locator)
        if file.home == provision.instrument_id:
            return own or file.whole(provision.locator)
        amends = self.corpus.instruments[InstrumentId(file.home)].amends if file.home else ""
        if amends != provision.instrument_id:
            return file.whole(provision.locator)
        changed = file.amending(provision.locator)
        before = self._before(provision)
        return before + changed if before is not None else changed

    def sha256(self, source: str) -> str:
        """The SHA-256 of a file that was read."""
        file = self._file(source)
        return file.official.sha256 if file is not None else ""

    def _file(self, source: str) -> _File | None:
        if source not in self._files:
            path = self.folder / source
            self._files[source] = _File(self.corpus, path) if path.is_file() else None
        return self._files[source]

    def _before(self, provision: Provision) -> Bearer | None:
        """What the act itself said there, as far as its own file is at hand."""
        for other in self.corpus.of(provision.instrument_id):
            for version in other.versions:
                file = self._file(version.source) if version.source else None
                if file is not None and file.home == provision.instrument_id:
                    return file.at(provision.locator)
        return None


class _File:
    """One official file and, where its format is known, its provisions."""

    def __init__(self, corpus: Corpus, path: Path) -> None:
        self.official: OfficialText = read_official(path)
        self._parsed = _parsed(path)
        self.home = home_of(self._parsed, corpus) if self._parsed else ""

    def at(self, locator: Locator) -> Bearer | None:
        """The article, section, annex or entry that a place lies in."""
        return self._roots.get(locator.root) if locator.unit in _DIVIDED else None

    def whole(self, locator: Locator) -> Bearer:
        """The words of the file, or of the division of a page that a place lies in."""
        division = f"{_DIVISIONS.get(locator.unit, '')}_{locator.number}"
        return Bearer(self.official.at(division), dated=self._dated)

    def amending(self, locator: Locator) -> Bearer:
        """What an amending act says of an article: new wording, and its own rules beside it."""
        acts = [a for a in self._amendments if a.locator.root == locator.root]
        nodes = [node for amendment in acts for node in amendment.nodes]
        said = _bearer(nodes, self._dated)
        named = said.named or frozenset()
        return replace(
            said, text=self.official.text, named=named | {amendment.locator for amendment in acts}
        )

    @property
    def _dated(self) -> date | None:
        return self._parsed.dated if self._parsed else None

    @property
    def _amendments(self) -> Iterable[Amendment]:
        return self._parsed.amendments if self._parsed else ()

    @cached_property
    def _roots(self) -> Mapping[Locator, Bearer]:
        grouped: dict[Locator, list[Node]] = {}
        for node in self._parsed.nodes if self._parsed else ():
            grouped.setdefault(node.locator.root, []).append(node)
        roots = {root: _bearer(nodes, self._dated) for root, nodes in grouped.items()}
        for amendment in self._amendments:
            root = amendment.source.root
            if root in roots:
                said = _bearer(amendment.nodes, None)
                named = {amendment.locator, *said.held, *(said.named or ())}
                roots[root] = replace(roots[root], named=(roots[root].named or frozenset()) | named)
        return roots


def _parsed(path: Path) -> ParsedText | None:
    try:
        return parse_any(path.read_bytes(), path=path.name)
    except ParseError:
        return None


def _bearer(nodes: Iterable[Node], dated: date | None) -> Bearer:
    words: list[str] = []
    named: set[Locator] = set()
    held: set[Locator] = set()
    for top in nodes:
        chapter = _chapter(top)
        words += top.context
        named |= _standing_in(top, chapter)
        for node in top.walk():
            held.add(node.locator)
            parts = (node.heading, f"{node.label} {node.text}".strip(), node.closing)
            words += [part for part in parts if part]
            for part in parts:
                named |= {p.locator for p in read_places(part, node.locator, chapter)}
                named |= {p.locator for p in read_us_places(part, node.locator)}
    return Bearer("\n".join(words), frozenset(named), frozenset(held), dated)


def _chapter(node: Node) -> str:
    head = node.context[0] if node.context else ""
    return head.removeprefix("Chapter ").partition(":")[0] if head.startswith("Chapter ") else ""


def _standing_in(node: Node, chapter: str) -> set[Locator]:
    """The divisions a place stands in: what "this Chapter", "this Section", "this part" mean."""
    found: set[Locator] = set()
    if chapter:
        found.add(Locator(Unit.CHAPTER, chapter))
        for head in node.context[1:2]:
            section = re.match(r"Section \w+", head)
            found |= {Locator(Unit.CHAPTER, chapter, (section[0],))} if section else set()
    if node.locator.unit is Unit.CFR and "." in node.locator.number:
        found.add(Locator(Unit.PART, node.locator.number.partition(".")[0]))
    return found
