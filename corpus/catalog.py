"""The corpus in memory: every instrument, its provisions and how to find them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise

from corpus.errors import LocatorError, ParseError, UnknownInstrumentError, UnknownProvisionError
from corpus.locators import Locator, loose_key, parse
from corpus.parsers.digest import DigestFile, parse_digest
from corpus.types import Instrument, InstrumentId, Provision, ProvisionId, Version, provision_id


@dataclass(frozen=True)
class Corpus:
    """All instruments by id and all provisions by id, each in reading order.

    A value: nothing changes it. Look-ups raise `UnknownInstrumentError` and
    `UnknownProvisionError`.
    """

    instruments: Mapping[InstrumentId, Instrument]
    provisions: Mapping[ProvisionId, Provision]

    @cached_property
    def fingerprint(self) -> str:
        """16 hex digits that change when any text, heading, interval or status changes."""
        digest = hashlib.sha256()
        for instrument in self.instruments.values():
            digest.update(repr(instrument).encode())
        for provision in self.provisions.values():
            digest.update(provision.id.encode())
            for version in provision.versions:
                fields = (version.text, version.heading, version.valid, version.context)
                gist = version.gist and (version.gist.heading, version.gist.text)
                found = (version.terms, version.asks, version.lead, version.searched, gist)
                digest.update(repr((fields, version.text_kind, found)).encode())
        return digest.hexdigest()[:16]

    def instrument(self, instrument_id: str) -> Instrument:
        """The instrument with this id."""
        try:
            return self.instruments[InstrumentId(instrument_id)]
        except KeyError:
            raise UnknownInstrumentError(f"no instrument {instrument_id[:60]!r}") from None

    def members(self, names: Iterable[str]) -> frozenset[str]:
        """Ids of instruments, from ids and from names of collections.

        Raises:
            UnknownInstrumentError: For a name that is neither.
        """
        found: set[str] = set()
        for name in names:
            own = {key for key, i in self.instruments.items() if name and i.collection == name}
            found |= own or {self.instrument(name).id}
        return frozenset(found)

    def provision(self, identifier: str) -> Provision:
        """The provision with this id."""
        try:
            return self.provisions[ProvisionId(identifier)]
        except KeyError:
            raise UnknownProvisionError(f"no provision {identifier[:80]!r}") from None

    def of(self, instrument_id: str) -> tuple[Provision, ...]:
        """The provisions of an instrument, in reading order."""
        return self._by_instrument.get(instrument_id, ())

    def at(self, instrument_id: str, locator: Locator) -> tuple[Provision, ...]:
        """The provision at `locator`, else every provision below it, else none.

        A unit that people leave out or mix up is forgiven: ``3`` of a code finds `Action 3`.
        """
        exact = self.provisions.get(provision_id(instrument_id, locator))
        if exact is not None:
            return (exact,)
        everything = self.of(instrument_id)
        below = tuple(p for p in everything if locator.covers(p.locator))
        if below:
            return below
        wanted = loose_key(locator)
        return tuple(p for p in everything if loose_key(p.locator) == wanted)

    def look_up(self, instrument_id: str, locator_text: str) -> tuple[Provision, ...]:
        """`at`, from a locator as typed; falls back to an unlabelled number and to headings.

        ``744.23`` finds the section of that number, ``What happened`` the paragraphs below that
        heading.

        Raises:
            LocatorError: If `locator_text` is no locator.
            UnknownProvisionError: If the instrument has nothing there.
        """
        instrument = self.instrument(instrument_id)
        wanted = _words(re.sub("[()]", " ", locator_text.casefold()))
        keys = [(p, _words(" ".join(loose_key(p.locator)))) for p in self.of(instrument_id)]
        found = tuple(p for p, key in keys if key == wanted)
        if not found:
            try:
                found = self.at(instrument_id, parse(locator_text))
            except LocatorError:
                found = tuple(p for p, key in keys if wanted and key[: len(wanted)] == wanted)
                if not found:
                    raise
        if not found:
            raise UnknownProvisionError(
                f"{instrument.short_title} has no {locator_text[:60]!r} in this corpus"
            )
        return found

    def versions(self) -> Iterator[tuple[Provision, int, Version]]:
        """Every wording of every provision, with its number within the provision."""
        for provision in self.provisions.values():
            for number, version in enumerate(provision.versions):
                yield provision, number, version

    def definitions_of(self, instrument_id: str) -> Mapping[str, tuple[ProvisionId, ...]]:
        """The terms that an instrument defines, each with the provisions that do."""
        return self._definitions.get(instrument_id, {})

    @cached_property
    def _definitions(self) -> dict[str, dict[str, tuple[ProvisionId, ...]]]:
        found: dict[str, dict[str, tuple[ProvisionId, ...]]] = {}
        for provision, _, version in self.versions():
            owned = found.setdefault(provision.instrument_id, {})
            for term in version.terms:
                if len(term) > 2 and provision.id not in owned.get(term, ()):
                    owned[term] = (*owned.get(term, ()), provision.id)
        return found

    @cached_property
    def _by_instrument(self) -> dict[str, tuple[Provision, ...]]:
        grouped: dict[str, list[Provision]] = {}
        for provision in self.provisions.values():
            grouped.setdefault(provision.instrument_id, []).append(provision)
        return {key: tuple(values) for key, values in grouped.items()}


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace(".", " ").split())


def embedded_folder() -> Traversable:
    """The folder of digest files that travels with the package."""
    return resources.files("corpus") / "data" / "instruments"


def load_embedded() -> Corpus:
    """Read the corpus that ships with the package.

    Raises:
        ParseError: With file and line, for the first digest file that is broken.
    """
    return load_folder(embedded_folder())


def load_folder(folder: Traversable) -> Corpus:
    """Read every digest file in `folder` and in its folders.

    Raises:
        ParseError: For a file that cannot be read, a part without its instrument, or two
            versions of one provision that are valid on the same day.
    """
    files = [
        parse_digest(_read(path, name), path=name) for name, path in sorted(_markdown(folder, ""))
    ]
    return assemble(files)


def _read(path: Traversable, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ParseError(name, 1, f"not UTF-8 text: {error.reason}") from error
    except OSError as error:
        raise ParseError(name, 1, f"cannot be read: {error.strerror}") from error


def _markdown(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _markdown(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".md"):
            yield f"{prefix}{entry.name}", entry


def assemble(files: Iterable[DigestFile]) -> Corpus:
    """Join parsed files into a corpus; the order of instruments is alphabetical."""
    files = list(files)
    instruments: dict[InstrumentId, Instrument] = {}
    for file in files:
        if file.instrument is not None:
            instruments[file.instrument_id] = file.instrument
    wordings: list[tuple[InstrumentId, Locator, Version]] = []
    for file in files:
        for locator, version in file.provisions:
            if file.instrument_id not in instruments:
                problem = f"part_of {file.instrument_id!r}, but no file describes that instrument"
                raise ParseError(version.path, 1, problem)
            wordings.append((file.instrument_id, locator, version))
    return assemble_parts({key: instruments[key] for key in sorted(instruments)}, wordings)


def assemble_parts(
    instruments: Mapping[InstrumentId, Instrument],
    wordings: Iterable[tuple[InstrumentId, Locator, Version]],
) -> Corpus:
    """A corpus of instruments, in their order, and their wordings, in reading order.

    Raises:
        ParseError: If two wordings of one provision are valid on the same day.
    """
    grouped: dict[ProvisionId, list[tuple[Locator, Version]]] = {}
    owned: dict[InstrumentId, dict[ProvisionId, None]] = {key: {} for key in instruments}
    for owner, locator, version in wordings:
        identifier = provision_id(owner, locator)
        grouped.setdefault(identifier, []).append((locator, version))
        owned[owner].setdefault(identifier)
    return Corpus(
        instruments,
        {
            p.id: p
            for owner, identifiers in owned.items()
            for p in sorted(
                (_provision(identifier, owner, grouped[identifier]) for identifier in identifiers),
                key=lambda p: p.locator.sort_key,
            )
        },
    )


def _provision(
    identifier: ProvisionId, owner: InstrumentId, entries: list[tuple[Locator, Version]]
) -> Provision:
    versions = sorted(
        (version for _, version in entries),
        key=lambda v: v.valid.start.toordinal() if v.valid.start else 0,
    )
    for earlier, later in pairwise(versions):
        if earlier.valid.overlaps(later.valid):
            problem = (
                f"{entries[0][0]} is written twice for the same days; "
                f"the other is at {earlier.path}:{earlier.line}"
            )
            raise ParseError(later.path, later.line, problem)
    return Provision(identifier, owner, entries[0][0], tuple(versions))
