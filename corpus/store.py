"""Official texts and uploads on disk: the file as it came, what was read from it, where from.

    POLICY_HOME/texts/
        lock                                     held by the process that writes
        <instrument>/<key>@<sha>/original        the file, byte for byte
        <instrument>/<key>@<sha>/parsed.json     its provisions
        <instrument>/<key>@<sha>/text.json       origin, kind, collection

A text appears whole or not at all: it is written aside and renamed, then what it replaces is
removed. Where a crash leaves two of one key, the later counts. Reading takes no lock.
"""

from __future__ import annotations

import fcntl
import glob
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import HomeError, ParseError, StoreBusyError
from corpus.parsers.document import ParsedText
from corpus.stored import from_json, origin_json, read_origin, to_json
from corpus.types import Origin, TextKind


@dataclass(frozen=True, slots=True)
class StoredText:
    """One text of the store.

    `etag`, `last_modified` and `final_url` are what its publisher said of it when it was fetched.
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


class TextStore:
    """The texts below one POLICY_HOME."""

    def __init__(self, home: Path) -> None:
        self.root = home / "texts"

    def texts(self) -> list[StoredText]:
        """Every text, by instrument and key; those read with an older parser are read again.

        Raises:
            ParseError: If a text on disk is damaged; the message names its folder.
        """
        latest: dict[tuple[str, str], StoredText] = {}
        for folder in self._folders():
            text = self._read(folder)
            place = (text.instrument_id, text.key)
            known = latest.get(place)
            if known is None or known.origin.retrieved_at <= text.origin.retrieved_at:
                latest[place] = text
        return list(latest.values())

    def find(self, instrument_id: str, key: str) -> StoredText | None:
        """One text; None when it is not there."""
        found = [self._read(folder) for folder in self._folders(instrument_id, key)]
        return max(found, key=lambda text: text.origin.retrieved_at, default=None)

    def of(self, instrument_id: str, key: str) -> list[StoredText]:
        """The texts of an instrument with this key, or this key and a day."""
        days = [f"{key}-[0-9]*", key]
        folders = [f for name in days for f in self._folders(instrument_id, name, pattern=True)]
        return [self._read(folder) for folder in folders]

    def put(self, text: StoredText, data: bytes) -> None:
        """Keep a text, in place of an older one of the same instrument and key.

        Raises:
            StoreBusyError: If another process is writing.
            HomeError: If the folder cannot be written.
        """
        with self._writing():
            aside = self.root / f".new-{uuid.uuid4().hex[:8]}"
            try:
                aside.mkdir()
                (aside / "original").write_bytes(data)
                _dump(aside / "parsed.json", to_json(text.parsed))
                _dump(aside / "text.json", _meta(text))
                folder = self.root / text.instrument_id / f"{text.key}@{text.origin.sha256[:12]}"
                folder.parent.mkdir(parents=True, exist_ok=True)
                older = self._folders(text.instrument_id, text.key)
                if folder in older:  # the same bytes again, read anew
                    shutil.rmtree(folder)
                aside.rename(folder)
                for gone in older:
                    if gone != folder:
                        shutil.rmtree(gone)
            finally:
                shutil.rmtree(aside, ignore_errors=True)

    def touch(self, text: StoredText) -> None:
        """Write what is known about a text anew (its publisher says it is unchanged)."""
        with self._writing():
            for folder in self._folders(text.instrument_id, text.key):
                if folder.name.endswith(text.origin.sha256[:12]):
                    _dump(folder / "text.json.new", _meta(text))
                    (folder / "text.json.new").replace(folder / "text.json")

    def remove(self, name: str) -> tuple[str, ...]:
        """Remove every text of an instrument or of a collection, damaged ones too.

        Returns:
            What was removed, as ``<instrument>/<key>``.
        """
        gone: list[str] = []
        with self._writing():
            for folder in self._folders():
                if name in {folder.parent.name, _collection_of(folder)}:
                    gone.append(f"{folder.parent.name}/{folder.name.rpartition('@')[0]}")
                    shutil.rmtree(folder)
                    if not any(folder.parent.iterdir()):
                        folder.parent.rmdir()
            for left in self.root.glob(".new-*"):  # what a crash left behind
                shutil.rmtree(left, ignore_errors=True)
        return tuple(gone)

    def _folders(
        self, instrument_id: str = "", key: str = "", *, pattern: bool = False
    ) -> list[Path]:
        owner = glob.escape(instrument_id) or "[!.]*"
        name = key if pattern else glob.escape(key) or "*"
        return sorted(path.parent for path in self.root.glob(f"{owner}/{name}@*/text.json"))

    def _read(self, folder: Path) -> StoredText:
        try:
            meta = json.loads((folder / "text.json").read_text("utf-8"))
            origin = read_origin(meta["origin"])
            return StoredText(
                instrument_id=folder.parent.name,
                key=folder.name.rpartition("@")[0],
                kind=TextKind(meta["kind"]),
                origin=origin,
                parsed=self._parsed(folder, origin),
                collection=meta["collection"],
                etag=meta["etag"],
                last_modified=meta["last_modified"],
                final_url=meta["final_url"],
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ParseError(
                str(folder),
                1,
                f"the stored text is damaged ({error}); `policy corpus remove "
                f"{folder.parent.name}` removes it",
            ) from error

    def _parsed(self, folder: Path, origin: Origin) -> ParsedText:
        try:
            return from_json(json.loads((folder / "parsed.json").read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            # Damaged, or written by another version: the file as it came is still there.
            from corpus.parsers.recognise import parse_any

            parsed = parse_any((folder / "original").read_bytes(), path=origin.name)
            if os.access(folder, os.W_OK):
                _dump(folder / "parsed.json.new", to_json(parsed))
                (folder / "parsed.json.new").replace(folder / "parsed.json")
            return parsed

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            with (self.root / "lock").open("a") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    raise StoreBusyError(f"another process is writing in {self.root}") from None
                yield
        except OSError as error:
            raise HomeError(f"{self.root} cannot be written: {error.strerror}") from error


def _collection_of(folder: Path) -> str:
    try:
        return str(json.loads((folder / "text.json").read_text("utf-8"))["collection"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _meta(text: StoredText) -> dict[str, Any]:
    return {
        "kind": text.kind.value,
        "collection": text.collection,
        "origin": origin_json(text.origin),
        "etag": text.etag,
        "last_modified": text.last_modified,
        "final_url": text.final_url,
    }


def _dump(path: Path, table: dict[str, Any]) -> None:
    with path.open("w", encoding="utf-8") as file:
        json.dump(table, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
