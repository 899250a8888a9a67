"""Official texts and uploads on disk: the file as it came, what was read from it, where from.

    POLICY_HOME/texts/
        lock                                     held by the process that writes
        <instrument>/<key>@<sha>/original        the file, byte for byte
        <instrument>/<key>@<sha>/parsed.json     its provisions
        <instrument>/<key>@<sha>/text.json       origin, kind, collection

A text appears whole or not at all: it is written aside and renamed, then what it replaces is
renamed away and deleted. Where a crash leaves two of one key, the later counts. Reading takes no
lock.
"""

from __future__ import annotations

import fcntl
import glob
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any

from corpus.catalog import Corpus, load_embedded
from corpus.errors import DamagedTextError, HomeError, ParseError, StoreBusyError
from corpus.homes import only_its_own
from corpus.parsers.document import ParsedText
from corpus.stored import from_json, origin_json, read_origin, to_json
from corpus.types import InstrumentId, Origin, TextKind

PARTS = ".parts"  # where `policy corpus sync` keeps downloads that were cut off
_LOOKS = 20
# What a file holds that was cut short, edited, or written by another version.
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class StoredText:
    """One text of the store.

    `etag`, `last_modified` and `final_url` are what its publisher said of it when it was fetched;
    `path` is where it lay when it was added from disk.
    """

    instrument_id: str
    key: str
    kind: TextKind
    origin: Origin
    parsed: ParsedText
    collection: str = ""
    etag: str = ""
    last_modified: str = ""
    final_url: str = ""
    path: str = ""


class TextStore:
    """The texts below one POLICY_HOME."""

    def __init__(self, home: Path) -> None:
        self.root = home / "texts"
        self._held = False

    def texts(self) -> list[StoredText]:
        """Every text, by instrument and key; those read with an older parser are read again.

        Raises:
            DamagedTextError: If a text on disk is damaged; the message names its folder.
        """
        latest: dict[tuple[str, str], StoredText] = {}
        for text in self._read_all(self._folders):
            place = (text.instrument_id, text.key)
            known = latest.get(place)
            if known is None or known.origin.retrieved_at <= text.origin.retrieved_at:
                latest[place] = text
        return list(latest.values())

    def find(self, instrument_id: str, key: str) -> StoredText | None:
        """One text; None when it is not there.

        Raises:
            DamagedTextError: If it is there, but damaged.
        """
        found = self._read_all(lambda: self._folders(instrument_id, key))
        return max(found, key=lambda text: text.origin.retrieved_at, default=None)

    def of(self, instrument_id: str, key: str) -> list[StoredText]:
        """The texts of an instrument with this key, or this key and a day.

        Raises:
            DamagedTextError: If one of them is damaged.
        """
        digits = "-".join("[0-9]" * count for count in (4, 2, 2))
        names = (f"{glob.escape(key)}-{digits}", glob.escape(key))
        return self._read_all(
            lambda: [f for name in names for f in self._matching(glob.escape(instrument_id), name)]
        )

    def holds(self, instrument_id: str, key: str) -> bool:
        """Whether a text is there, damaged or not."""
        return bool(self._folders(instrument_id, key))

    def by_path(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Instrument and key of each text that was added from disk.

        By its collection, or else its instrument, and by where the file lay.
        """
        found: dict[tuple[str, str], tuple[str, str]] = {}
        for folder in self._folders():
            meta = _meta_of(folder)
            if path := str(meta.get("path", "")):
                owner = folder.parent.name
                place = (str(meta.get("collection", "")) or owner, path)
                found[place] = (owner, folder.name.rpartition("@")[0])
        return found

    def put(self, text: StoredText, data: bytes) -> None:
        """Keep a text, in place of an older one of the same instrument and key.

        Raises:
            StoreBusyError: If another process is writing.
            HomeError: If the folder cannot be written.
        """
        folder = self.root / text.instrument_id / f"{text.key}@{text.origin.sha256[:12]}"
        files = {"original": data, "parsed.json": _json(to_json(text.parsed))}
        files["text.json"] = _json(_meta(text))
        with self.writing(), self._told():
            older = self._folders(text.instrument_id, text.key)
            if folder in older:  # the same bytes again, read anew
                for name, content in files.items():
                    _replace(folder / name, content)
            else:
                aside = self.root / f".new-{uuid.uuid4().hex[:8]}"
                aside.mkdir()
                for name, content in files.items():
                    _write(aside / name, content)
                folder.parent.mkdir(exist_ok=True)
                aside.rename(folder)
            for gone in older:
                if gone != folder:
                    self._drop(gone)

    def touch(self, text: StoredText) -> None:
        """Write what is known about a text anew (its publisher says it is unchanged).

        Raises:
            StoreBusyError: If another process is writing.
            HomeError: If the folder cannot be written.
        """
        with self.writing(), self._told():
            for folder in self._folders(text.instrument_id, text.key):
                if folder.name.endswith(text.origin.sha256[:12]):
                    _replace(folder / "text.json", _json(_meta(text)))

    def remove(self, name: str) -> tuple[str, ...]:
        """Remove every text of an instrument or of a collection, damaged ones too.

        Returns:
            What was removed, as ``<instrument>/<key>``.

        Raises:
            StoreBusyError: If another process is writing.
            HomeError: If a folder cannot be removed.
        """
        if not name or not self.root.is_dir():
            return ()
        gone: list[str] = []
        with self.writing(), self._told():
            for folder in sorted(self.root.glob("[!.]*/*@*/")):
                if name in {folder.parent.name, _meta_of(folder).get("collection")}:
                    gone.append(f"{folder.parent.name}/{folder.name.rpartition('@')[0]}")
                    self._drop(folder)
                    if not any(folder.parent.iterdir()):
                        folder.parent.rmdir()
            if gone:
                shutil.rmtree(self.root / PARTS, ignore_errors=True)
        return tuple(gone)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep every other process from writing until the block ends; blocks may be nested.

        Raises:
            StoreBusyError: If another process is writing.
            HomeError: If the folder cannot be written.
        """
        if self._held:
            yield
            return
        with self._told():
            self.root.mkdir(parents=True, exist_ok=True)
            lock = (self.root / "lock").open("a")
        with lock:
            with self._told():
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    raise StoreBusyError(
                        f"another process is changing the texts in {self.root}"
                    ) from None
            self._held = True
            try:
                self._clear()
                yield
            finally:
                self._held = False
                self._clear()

    def _clear(self) -> None:
        """Delete what a crash left behind, or this block: only the holder of the lock may."""
        for left in (*self.root.glob(".new-*"), *self.root.glob(".gone-*")):
            shutil.rmtree(left, ignore_errors=True)

    def _drop(self, folder: Path) -> None:
        """Take a text away at once, so that no reader sees half of it, then delete it."""
        aside = self.root / f".gone-{uuid.uuid4().hex[:8]}"
        folder.rename(aside)
        shutil.rmtree(aside)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            problem = error.strerror or str(error)
            raise HomeError(f"{self.root} cannot be written: {problem}") from error

    def _folders(self, instrument_id: str = "", key: str = "") -> list[Path]:
        return self._matching(glob.escape(instrument_id) or "[!.]*", glob.escape(key) or "*")

    def _matching(self, owner: str, name: str) -> list[Path]:
        return sorted(path.parent for path in self.root.glob(f"{owner}/{name}@*/text.json"))

    def _read_all(self, folders: Callable[[], list[Path]]) -> list[StoredText]:
        """What is in the folders, all at one time: looks again when one was taken away."""
        for _ in range(_LOOKS):
            with suppress(_GoneError):
                return [self._read(folder) for folder in folders()]
        raise StoreBusyError(f"the texts in {self.root} change while they are read")

    def _read(self, folder: Path) -> StoredText:
        try:
            meta = json.loads((folder / "text.json").read_text("utf-8"))
            origin = read_origin(meta["origin"])
            kind = TextKind(meta["kind"])
            return StoredText(
                instrument_id=folder.parent.name,
                key=folder.name.rpartition("@")[0],
                kind=kind,
                origin=origin,
                parsed=self._parsed(folder, kind, origin),
                collection=str(meta["collection"]),
                etag=str(meta["etag"]),
                last_modified=str(meta["last_modified"]),
                final_url=str(meta["final_url"]),
                path=str(meta.get("path", "")),
            )
        except (*_UNREADABLE, ParseError) as error:
            if not folder.is_dir():
                raise _GoneError from error
            raise DamagedTextError(
                f"the stored text {folder} is damaged ({error})",
                hint="Add the file again, or remove the text with "
                f"`policy corpus remove {folder.parent.name}`.",
            ) from error

    def _parsed(self, folder: Path, kind: TextKind, origin: Origin) -> ParsedText:
        try:
            return from_json(json.loads((folder / "parsed.json").read_text("utf-8")))
        except _UNREADABLE:
            # Damaged, or written by another version: the file as it came is still there.
            parsed = self._read_anew(folder, kind, origin)
            with suppress(OSError):  # where nothing can be written, it is read anew each time
                _replace(folder / "parsed.json", _json(to_json(parsed)))
            return parsed

    def _read_anew(self, folder: Path, kind: TextKind, origin: Origin) -> ParsedText:
        from corpus.parsers.recognise import parse_any

        data = (folder / "original").read_bytes()
        if hashlib.sha256(data).hexdigest() != origin.sha256:
            raise ValueError("`original` is not the file that was added")
        parsed = parse_any(data, path=PurePath(origin.name).name)
        instrument = self._catalog.instruments.get(InstrumentId(folder.parent.name))
        if kind is TextKind.OFFICIAL and instrument is not None:
            parsed = only_its_own(parsed, instrument)
        return parsed

    @cached_property
    def _catalog(self) -> Corpus:
        return load_embedded()


class _GoneError(Exception):
    """The folder was taken away while it was read."""


def _meta_of(folder: Path) -> dict[str, object]:
    """What is noted of a text; nothing where that cannot be read."""
    try:
        return dict(json.loads((folder / "text.json").read_text("utf-8")))
    except _UNREADABLE:
        return {}


def _meta(text: StoredText) -> dict[str, Any]:
    return {
        "kind": text.kind.value,
        "collection": text.collection,
        "origin": origin_json(text.origin),
        "etag": text.etag,
        "last_modified": text.last_modified,
        "final_url": text.final_url,
        "path": text.path,
    }


def _json(table: dict[str, Any]) -> bytes:
    # A lone surrogate, as JSON can hold one, has no UTF-8; it is no letter of any text.
    return json.dumps(table, ensure_ascii=False).encode("utf-8", "replace")


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, content: bytes) -> None:
    """Write a file in one step; two processes may do so at once."""
    aside = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        _write(aside, content)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
