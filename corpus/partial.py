"""A download that may be cut and taken up again: its bytes so far, and what they belong to."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose bytes a part holds.

    `validator` is what `If-Range` sends: a strong ETag or a strong date; without one, bytes of
    two versions could be joined, and the download starts over. `total` is None when unknown.
    """

    url: str
    validator: str
    encoding: str
    total: int | None


class Part:
    """The file ``<key>.part`` in a folder, with a note of its origin beside it.

    Bytes are kept as they came over the wire, still packed: that is what a range counts. One
    process at a time may use a folder; the lock is its owner's.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._bytes = folder / f"{key}.part"
        self._note = folder / f"{key}.part.json"

    @property
    def path(self) -> Path:
        """Where the bytes are."""
        return self._bytes

    @property
    def size(self) -> int:
        """Bytes so far."""
        return self._bytes.stat().st_size if self._bytes.is_file() else 0

    def origin(self) -> Origin | None:
        """What the bytes belong to; None when they cannot be taken up again."""
        try:
            note = json.loads(self._note.read_text("utf-8"))
            total = None if note["total"] is None else int(note["total"])
            found = Origin(str(note["url"]), str(note["validator"]), str(note["encoding"]), total)
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None
        return found if found.validator and self.size not in {0, found.total} else None

    def start(self, origin: Origin) -> BinaryIO:
        """Begin anew; the file to write to."""
        # The old note goes first: it must never stand beside bytes that are not its own.
        self._note.unlink(missing_ok=True)
        self._bytes.parent.mkdir(parents=True, exist_ok=True)
        opened = self._bytes.open("wb")
        self._note.write_text(json.dumps(asdict(origin)), "utf-8")
        return opened

    def take_up(self) -> BinaryIO:
        """The file, to append to."""
        return self._bytes.open("ab")

    def discard(self) -> None:
        """Forget the bytes."""
        self._note.unlink(missing_ok=True)
        self._bytes.unlink(missing_ok=True)
