"""Generations: the whole index as one folder, built aside and switched atomically.

    POLICY_HOME/index/
        current                     one line: the name of the generation in use
        build.lock                  held while one process builds
        <name>/manifest.json        fingerprints, counts; written last
        <name>/lease.lock           shared by readers, so that none is removed under them
        <name>/passages.sqlite columns.npy vectors.npy lexical/ chroma/

A reader opens whatever `current` names and never writes. A builder makes a new folder, renames
`current` over, then removes generations nobody reads. A crash leaves a folder that no `current`
names; the next build removes it.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus.errors import HomeError
from index.errors import IndexBrokenError, IndexBusyError, IndexMissingError

FORMAT = 2


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was made of. `fingerprint` is what must match to be searched."""

    format: int
    fingerprint: str
    corpus: str
    model: str
    segmenter: str
    instruments: int
    provisions: int
    passages: int
    built_at: str
    build_s: float


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a generation.

    Raises:
        IndexBrokenError: If it is missing or unreadable.
    """
    try:
        return Manifest(**json.loads((folder / "manifest.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise IndexBrokenError(f"the manifest in {folder} cannot be read") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest; the last file of a generation."""
    (folder / "manifest.json").write_text(json.dumps(asdict(manifest), indent=1), "utf-8")


class Generations:
    """The generations below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> Path:
        """The folder of the generation in use.

        Raises:
            IndexMissingError: If none was ever built here.
            IndexBrokenError: If the one named is gone.
        """
        try:
            name = (self.root / "current").read_text("utf-8").strip()
        except FileNotFoundError:
            raise IndexMissingError(str(self.root.parent)) from None
        except OSError as error:
            raise HomeError(f"{self.root} cannot be read: {error.strerror}") from error
        folder = self.root / name
        if not name or not folder.is_dir():
            raise IndexBrokenError(f"the index names a generation {name!r} that is not there")
        return folder

    def folders(self) -> list[Path]:
        """Every generation on disk: the one in use, and others that readers still hold."""
        return sorted(path.parent for path in self.root.glob("*/lease.lock"))

    def check_idle(self) -> None:
        """See that nobody is building.

        Raises:
            IndexBusyError: If another process is.
            HomeError: If the folder cannot be written.
        """
        with self._lock():
            pass

    @contextmanager
    def building(self, name: str) -> Iterator[Path]:
        """A fresh folder to build in; on success it becomes `current`, else it is removed.

        Raises:
            IndexBusyError: If another process is building.
            HomeError: If the folder cannot be written.
        """
        with self._lock():
            folder = self.root / name
            try:
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True)
                (folder / "lease.lock").touch()
            except OSError as error:
                raise HomeError(f"{folder} cannot be made: {error.strerror}") from error
            try:
                yield folder
                self._switch(name)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            self._remove_unused(keep=name)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            file = (self.root / "build.lock").open("a")
        except OSError as error:
            raise HomeError(f"{self.root} cannot be written: {error.strerror}") from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise IndexBusyError(f"another process is building in {self.root}") from None
            yield

    def _switch(self, name: str) -> None:
        aside = self.root / "current.new"
        with aside.open("w", encoding="utf-8") as file:
            file.write(name + "\n")
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.root / "current")

    def _remove_unused(self, *, keep: str) -> None:
        for folder in self.root.iterdir():
            if folder.is_dir() and folder.name != keep:
                _remove_unless_leased(folder)


class Lease:
    """A hold on a generation, until `close` is called or nobody has the lease any more."""

    def __init__(self, descriptor: int) -> None:
        self.close = weakref.finalize(self, os.close, descriptor)


def lease(folder: Path) -> Lease:
    """Hold a generation open; it is not removed until the lease is closed.

    Raises:
        IndexBrokenError: If it is gone, or is being removed.
    """
    try:
        descriptor = os.open(folder / "lease.lock", os.O_RDONLY)
        held = Lease(descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        raise IndexBrokenError(f"the generation {folder.name} is gone") from error
    return held


def _remove_unless_leased(folder: Path) -> None:
    try:
        file = (folder / "lease.lock").open("r")
    except OSError:  # never finished: nobody reads it
        shutil.rmtree(folder, ignore_errors=True)
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        shutil.rmtree(folder, ignore_errors=True)  # under the lock: no reader can come in
