"""Unpacks a Formex package: a zip of XML files, as the Publications Office delivers it."""

from __future__ import annotations

import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from corpus.errors import ParseError

MAX_FILES = 500
MAX_TOTAL_BYTES = 64_000_000
_ENCRYPTED = 0x1


def unpack(data: bytes, path: str) -> list[tuple[str, bytes]]:
    """Name and bytes of every XML file in the package; a name is only ever shown.

    Raises:
        ParseError: If it is damaged, locked, too large, or a zip of zips.
    """
    try:
        with ZipFile(BytesIO(data)) as package:
            return _read(package, path)
    except (BadZipFile, zlib.error, EOFError, OSError) as error:
        raise ParseError(path, 1, f"damaged zip: {str(error)[:120]}") from error
    except (NotImplementedError, RuntimeError, ValueError) as error:
        raise ParseError(path, 1, f"zip that cannot be read: {str(error)[:120]}") from error


def _read(package: ZipFile, path: str) -> list[tuple[str, bytes]]:
    members = [member for member in package.infolist() if not member.is_dir()]
    if len(members) > MAX_FILES:
        raise ParseError(path, 1, f"a zip of more than {MAX_FILES} files")
    left, files = MAX_TOTAL_BYTES, []
    for member in members:
        name = _shown(member.filename)
        _check(member, name, path)
        if not name.lower().endswith(".xml"):
            continue
        with package.open(member) as stream:
            content = stream.read(left + 1)  # counted, whatever the header promises
        left -= len(content)
        if left < 0:
            raise ParseError(path, 1, f"unpacks to more than {MAX_TOTAL_BYTES // 1_000_000} MB")
        files.append((name, content))
    return files


def _check(member: ZipInfo, name: str, path: str) -> None:
    if member.flag_bits & _ENCRYPTED:
        raise ParseError(path, 1, f"{name} is locked with a password")
    if name.lower().endswith((".zip", ".7z", ".rar", ".gz")):
        raise ParseError(path, 1, f"holds an archive in an archive ({name}); unpack it first")
    if member.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise ParseError(path, 1, f"{name} is packed in a way that Formex packages are not")


def _shown(name: str) -> str:
    """A member's name without folders, fit for a message."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1][:80]
    return "".join(letter for letter in last if letter.isprintable())
