"""Texts from disk into the store: official ones known by what they say, all others a user's own."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Literal

from corpus.catalog import Corpus
from corpus.errors import AddError, DamagedTextError, ParseError
from corpus.homes import home_of, only_its_own
from corpus.lines import one_line
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
    """What became of one file; for a refused one, `notes` says why."""

    path: str
    outcome: Outcome
    instrument_id: str = ""
    kind: TextKind | None = None
    format: str = ""
    provisions: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _File:
    """A file to add; `name` is its path below the folder that was named, else its own name."""

    path: Path
    name: str
    problem: str = ""

    @property
    def place(self) -> str:
        """Where it lies, by which it is known again."""
        return one_line(str(self.path.resolve()))


@dataclass
class Adder:
    """Adds files to one store, against the catalog of one corpus.

    A user's document is known again by where the file lies, and so is an official text that does
    not say which it is; another file of the same name is another text.
    """

    catalog: Corpus
    store: TextStore
    collection: str = ""
    instrument_id: str = ""
    _by_path: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict, init=False)

    def add(self, paths: Sequence[Path], progress: Progress | None = None) -> list[Added]:
        """Add files, and every file below folders; a file that cannot be read is told, not fatal.

        Hidden files and symbolic links below a folder are left out.

        Raises:
            AddError: If a path is missing, a folder holds too many files, or the collection has
                the name of an instrument.
            UnknownInstrumentError: If `instrument_id` is not in the catalog.
            StoreBusyError, HomeError: If the store cannot be written.
        """
        self._check()
        files = _listed(paths)
        results: list[Added] = []
        with self.store.writing():
            self._by_path = self.store.by_path()
            for position, file in enumerate(files):
                if progress is not None:
                    progress("reading", position, len(files))
                results.append(self._add_file(file))
        if progress is not None:
            progress("reading", len(files), len(files))
        return results

    def _check(self) -> None:
        if self.instrument_id:
            self.catalog.instrument(self.instrument_id)
        if self.collection and not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", self.collection):
            raise AddError(
                f"{one_line(self.collection[:60])!r} is no name of a collection",
                hint="Give at most 41 lower-case letters, digits and '-', such as 'my-notes'.",
            )
        if self.collection in self.catalog.instruments:
            raise AddError(
                f"{self.collection!r} is an instrument, and cannot be the name of a collection",
                hint="Choose another name; for its official text give --instrument instead.",
            )

    def _add_file(self, file: _File) -> Added:
        from corpus.parsers.recognise import parse_any  # the parsers load on first use

        try:
            data = _read(file)
            parsed = parse_any(data, path=one_line(file.path.name))
        except AddError as error:
            return Added(_shown(file.path), "refused", notes=(str(error),))
        except ParseError as error:
            where = f"line {error.line}: " if error.line > 1 else ""
            problem = one_line(" ".join(f"{where}{error.problem}".split()))
            return Added(_shown(file.path), "refused", notes=(problem,))
        text = self._text(file, data, parsed)
        before = self._find(text.instrument_id, text.key)
        replaces = self.store.holds(text.instrument_id, text.key)
        outcome: Outcome = "replaced" if replaces else "added"
        if before is not None and _same(before, text):
            outcome = "unchanged"
        else:
            self.store.put(text, data)
            text = replace(text, parsed=_warned(text.parsed, _lost(before, text)))
        return Added(
            _shown(file.path),
            outcome,
            text.instrument_id,
            text.kind,
            parsed.format,
            sum(1 for node in text.parsed.walk() if node.text or node.closing),
            tuple(one_line(part) for part in (*text.parsed.warnings, parsed.derived) if part),
        )

    def _text(self, file: _File, data: bytes, parsed: ParsedText) -> StoredText:
        said = home_of(parsed, self.catalog)
        home = "" if self.collection else self.instrument_id or said
        origin = Origin(
            name=one_line(file.name),
            sha256=hashlib.sha256(data).hexdigest(),
            retrieved_at=datetime.now(UTC).replace(microsecond=0),
            format=parsed.format,
            dated=parsed.dated,
            derived=parsed.derived,
        )
        if home:
            instrument = self.catalog.instrument(home)
            if said not in {"", home}:
                parsed = _warned(parsed, f"it calls itself the text of {said}")
            if instrument.language == parsed.language:
                own = only_its_own(parsed, instrument)
                key = key_of(own) or self._known_by_file(home, file, origin)
                return StoredText(home, key, TextKind.OFFICIAL, origin, own, path=file.place)
            foreign = f"in {parsed.language!r}, not {instrument.language!r}: kept as your document"
            parsed = _warned(parsed, foreign)
        collection = self.collection or DEFAULT_COLLECTION
        own_id = self._own_id(collection, file, origin)
        return StoredText(
            own_id, "file", TextKind.UPLOAD, origin, parsed, collection, path=file.place
        )

    def _own_id(self, collection: str, file: _File, origin: Origin) -> str:
        """The id of a user's document: its collection and name; told apart where they collide."""
        if known := self._by_path.get((collection, file.place)):
            return known[0]
        own_id = f"{collection}-{slug(file.name)}"[:80].rstrip("-")
        taken = own_id in self.catalog.instruments
        if taken or self._is_another(own_id, "file", origin):
            own_id = f"{own_id}-{_mark(file)}"
        self._by_path[collection, file.place] = (own_id, "file")
        return own_id

    def _known_by_file(self, owner: str, file: _File, origin: Origin) -> str:
        """The key of an official text that does not say which it is: the name of its file."""
        if known := self._by_path.get((owner, file.place)):
            return known[1]
        key = slug(file.name)
        if self._is_another(owner, key, origin):
            key = f"{key}-{_mark(file)}"
        self._by_path[owner, file.place] = (owner, key)
        return key

    def _is_another(self, instrument_id: str, key: str, origin: Origin) -> bool:
        """Whether a text of the store came from another file, and holds something else."""
        other = self._find(instrument_id, key)
        return other is not None and bool(other.path) and other.origin.sha256 != origin.sha256

    def _find(self, instrument_id: str, key: str) -> StoredText | None:
        """A text of the store; None also where it is damaged, since the file now added heals it."""
        try:
            return self.store.find(instrument_id, key)
        except DamagedTextError:
            return None


def key_of(parsed: ParsedText) -> str:
    """Which text of its instrument this is, as far as it says: equal keys replace each other.

    An act has one key however it is written (XHTML, Formex); a part of the CFR has one a day, and
    a section that comes alone is not its part. Empty for a text that does not say, and for copies
    made from parts of one: they are known by their file.
    """
    celex = parsed.identifier("celex")
    day = f"-{parsed.dated.isoformat()}" if parsed.dated else ""
    if celex:
        member = parsed.identifier("member")
        return slug(f"celex-{celex}-{member}" if member else f"celex-{celex}")
    if parsed.derived:
        return ""
    parts = [value for kind, value in parsed.identifiers if kind == "cfr"]
    if parts:
        places = {node.locator.root for node in parsed.nodes}
        alone = f"-{next(iter(places)).slug}" if len(places) == 1 else ""
        return slug(f"cfr-{'-'.join(parts[:3])}{alone}") + day
    documents = [value for kind, value in parsed.identifiers if kind == "fr"]
    return slug(f"fr-{documents[0]}") if len(documents) == 1 else ""


def _same(before: StoredText, now: StoredText) -> bool:
    return before.origin.sha256 == now.origin.sha256 and before.kind is now.kind


def _mark(file: _File) -> str:
    return hashlib.sha256(file.place.encode()).hexdigest()[:6]


def _warned(parsed: ParsedText, warning: str) -> ParsedText:
    return replace(parsed, warnings=(*parsed.warnings, warning)) if warning else parsed


def _lost(before: StoredText | None, now: StoredText) -> str:
    """What an official text no longer holds, of the one that it replaces."""
    if before is None or now.kind is not TextKind.OFFICIAL:
        return ""
    held = {node.locator for node in now.parsed.nodes}
    gone = [node.locator for node in before.parsed.nodes if node.locator not in held]
    more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
    return f"it does not hold {gone[0]}{more}, which the text it replaces did" if gone else ""


def _shown(path: Path) -> str:
    """A path as JSON and a terminal can take it: bytes that are no UTF-8 are written out."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _read(file: _File) -> bytes:
    if file.problem:
        raise AddError(file.problem)
    try:
        with file.path.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise AddError(f"cannot be read: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise AddError(f"is larger than {MAX_BYTES // 1_000_000} MB")
    return data


def _listed(paths: Sequence[Path]) -> list[_File]:
    """The files at all paths, each once."""
    found = islice((file for path in paths for file in _files(path)), MOST_FILES + 1)
    files = list({file.path.resolve(): file for file in found}.values())
    if len(files) > MOST_FILES:
        raise AddError(
            f"more than {MOST_FILES} files", hint="Add them in parts: one folder after the other."
        )
    return files


def _files(path: Path) -> Iterator[_File]:
    if path.is_dir():
        yield from _below(path)
    elif path.is_file():
        yield _File(path, path.name)
    elif path.exists():
        raise AddError(f"{one_line(str(path))} is neither a file nor a folder")
    else:
        raise AddError(f"there is no file or folder {one_line(str(path))}")


def _below(root: Path) -> Iterator[_File]:
    """Every file below a folder, hidden ones and symbolic links left out."""
    closed: list[OSError] = []
    for folder, folders, names in os.walk(root, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for path in (Path(folder, name) for name in sorted(names) if not name.startswith(".")):
            if path.is_file() and not path.is_symlink():
                yield _File(path, str(path.relative_to(root)))
    for error in closed:
        path = Path(os.fsdecode(error.filename))
        yield _File(path, path.name, f"cannot be read: {error.strerror}")


def slug(text: str) -> str:
    """A name for files and ids: lower case, words joined by '-'.

    >>> slug("My Notes (final).PDF"), slug("Résumé")
    ('my-notes-final-pdf', 'r-sum')
    """
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].strip("-")
    return slug or hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
