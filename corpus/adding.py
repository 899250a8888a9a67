"""Texts from disk into the store: official ones known by what they say, all others a user's own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from corpus.catalog import Corpus
from corpus.errors import AddError, CorpusError, ParseError
from corpus.homes import home_of, only_its_own
from corpus.parsers.document import ParsedText
from corpus.parsers.markup import MAX_BYTES
from corpus.store import StoredText, TextStore
from corpus.types import Origin, TextKind

Outcome = Literal["added", "replaced", "unchanged", "refused"]
Progress = Callable[[str, int, int], None]
DEFAULT_COLLECTION = "uploads"
MOST_FILES = 10_000


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one file."""

    path: str
    outcome: Outcome
    instrument_id: str = ""
    kind: TextKind | None = None
    format: str = ""
    provisions: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Adder:
    """Adds files to one store, against the catalog of one corpus."""

    catalog: Corpus
    store: TextStore
    collection: str = ""
    instrument_id: str = ""

    def add(self, paths: Sequence[Path], progress: Progress | None = None) -> list[Added]:
        """Add files, and every file below folders; a file that cannot be read is told, not fatal.

        Raises:
            AddError: If a path is missing, a folder holds too many files, or the collection has
                the name of an instrument.
            UnknownInstrumentError: If `instrument_id` is not in the catalog.
            StoreBusyError, HomeError: If the store cannot be written.
        """
        self._check()
        files = [file for path in paths for file in _files(path)]
        if len(files) > MOST_FILES:
            raise AddError(f"{len(files)} files, more than {MOST_FILES}")
        results: list[Added] = []
        for position, (root, file) in enumerate(files):
            if progress is not None:
                progress("reading", position, len(files))
            results.append(self._add_file(root, file))
        if progress is not None:
            progress("reading", len(files), len(files))
        return results

    def _check(self) -> None:
        if self.instrument_id:
            self.catalog.instrument(self.instrument_id)
        if self.collection and not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", self.collection):
            raise AddError(
                f"the collection {self.collection[:60]!r} is not lower-case words joined by '-'"
            )
        if self.collection in self.catalog.instruments:
            raise AddError(f"{self.collection!r} is an instrument; name the collection otherwise")

    def _add_file(self, root: Path, path: Path) -> Added:
        from corpus.parsers.recognise import parse_any  # the parsers load on first use

        name = str(path.relative_to(root)) if path != root else path.name
        try:
            data = _read(path)
            parsed = parse_any(data, path=path.name)
        except (ParseError, AddError) as error:
            return Added(str(path), "refused", notes=(_problem(error),))
        text = self._text(name, data, parsed)
        before = self.store.find(text.instrument_id, text.key)
        count = sum(1 for node in text.parsed.walk() if node.text or node.closing)
        outcome: Outcome = "added" if before is None else "replaced"
        if before is not None and _same(before, text):
            outcome = "unchanged"
        else:
            self.store.put(text, data)
        return Added(
            str(path),
            outcome,
            text.instrument_id,
            text.kind,
            parsed.format,
            count,
            tuple(part for part in (*text.parsed.warnings, parsed.derived) if part),
        )

    def _text(self, name: str, data: bytes, parsed: ParsedText) -> StoredText:
        home = "" if self.collection else self.instrument_id or home_of(parsed, self.catalog)
        origin = Origin(
            name=name,
            sha256=hashlib.sha256(data).hexdigest(),
            retrieved_at=datetime.now(UTC).replace(microsecond=0),
            format=parsed.format,
            dated=parsed.dated,
            derived=parsed.derived,
        )
        if home:
            instrument = self.catalog.instrument(home)
            if instrument.language == parsed.language:
                own = only_its_own(parsed, instrument)
                key = key_of(own, name)
                return StoredText(home, key, TextKind.OFFICIAL, origin, own)
            foreign = f"in {parsed.language!r}, not {instrument.language!r}: kept as your document"
            parsed = replace(parsed, warnings=(*parsed.warnings, foreign))
        collection = self.collection or DEFAULT_COLLECTION
        own_id = self._own_id(collection, name)
        return StoredText(own_id, "file", TextKind.UPLOAD, origin, parsed, collection)

    def _own_id(self, collection: str, name: str) -> str:
        """The id of a user's document: its collection and name; told apart where they collide."""
        own_id = f"{collection}-{slug(name)}"[:80].rstrip("-")
        other = self.store.find(own_id, "file")
        if own_id in self.catalog.instruments or (other and other.origin.name != name):
            own_id = f"{own_id}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:6]}"
        return own_id


def key_of(parsed: ParsedText, name: str) -> str:
    """Which text of its instrument this is: files with one key replace each other.

    An act has one key however it is written (XHTML, Formex); a part of the CFR has one a day.
    """
    celex, parts = parsed.identifier("celex"), [v for k, v in parsed.identifiers if k == "cfr"]
    day = f"-{parsed.dated.isoformat()}" if parsed.dated else ""
    if celex:
        member = parsed.identifier("member")
        return slug(f"celex-{celex}-{member}" if member else f"celex-{celex}")
    if parts and not parsed.derived:
        return slug(f"cfr-{'-'.join(parts[:3])}{day}")
    return slug(name)


def _same(before: StoredText, now: StoredText) -> bool:
    return before.origin.sha256 == now.origin.sha256 and before.kind is now.kind


def _problem(error: CorpusError) -> str:
    return " ".join(str(error).split())


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise AddError(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise AddError(f"{path} is larger than {MAX_BYTES // 1_000_000} MB")
    return data


def _files(path: Path) -> Iterator[tuple[Path, Path]]:
    """The files at a path, each with the folder it is named from; hidden ones are left out."""
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
            if not hidden and file.is_file() and not file.is_symlink():
                yield path, file
    elif path.is_file():
        yield path, path
    else:
        raise AddError(f"there is no file or folder {path}")


def slug(text: str) -> str:
    """A name for files and ids: lower case, words joined by '-'.

    >>> slug("My Notes (final).PDF"), slug("Résumé")
    ('my-notes-final-pdf', 'r-sum')
    """
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].strip("-")
    return slug or hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
