"""Where official texts are published: the only addresses that are ever fetched."""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Literal, get_args
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from corpus.errors import FetchError, SettingsError
from corpus.types import InstrumentId

CATALOG = "addresses.toml"

Format = Literal["eurlex", "eurlex_consolidated", "ecfr", "fr", "clml"]

_LONGEST_ADDRESS = 2000
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{2,80}")
# The identifiers of Cellar are http:// by definition; each has the same address under https://.
_NAMED_BY_HTTP = ("publications.europa.eu", "/resource/")


@dataclass(frozen=True, slots=True)
class Source:
    """One official text of an instrument, and how to ask its publisher for it.

    `url` is a pattern when it holds ``{date}``; `url_on` is the pattern for a past day of a text
    whose current wording has an address without a day. `latest` answers with the last day that
    the publisher has. Where `follow` is given, `url` answers with JSON, and that field names the
    address of the text. `identifier` is what the text says of itself, as in
    `corpus.parsers.document.ParsedText.identifiers`. `verified` is false where the text was not
    seen at this address: its failure is no fault of the corpus.
    """

    key: str
    instrument_id: InstrumentId
    publisher: str
    hosts: tuple[str, ...]
    url: str
    accept: str
    format: Format
    identifier: tuple[str, str]
    language: str = ""
    url_on: str = ""
    latest: str = ""
    follow: str = ""
    verified: bool = True

    @property
    def needs_date(self) -> bool:
        """Whether it has no address without a day."""
        return "{date}" in self.url

    @property
    def takes_date(self) -> bool:
        """Whether the publisher gives its wording on a past day."""
        return self.needs_date or bool(self.url_on)

    def address(self, on: date | None = None) -> str:
        """The address of the text, on a day if it takes one.

        Raises:
            ValueError: If it needs a day and none is given.
        """
        if on is None and self.needs_date:
            raise ValueError(f"{self.key} needs a date")
        pattern = self.url_on if self.url_on and on is not None else self.url
        return pattern.replace("{date}", on.isoformat() if on else "")


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes official texts, and on which hosts."""

    id: str
    name: str
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Addresses:
    """The catalog of addresses, in the order of its file."""

    publishers: tuple[Publisher, ...]
    sources: tuple[Source, ...]


def sources_of(instrument_id: str) -> tuple[Source, ...]:
    """The official texts of an instrument; none when no address gives it machine-readably.

    >>> [source.address() for source in sources_of("gdpr")]
    ['http://publications.europa.eu/resource/celex/32016R0679']
    >>> sources_of("bletchley-declaration")
    ()
    """
    return _by_instrument().get(instrument_id, ())


def syncable_ids() -> tuple[InstrumentId, ...]:
    """The instruments that have an address, in the order of the catalog."""
    return tuple(InstrumentId(instrument_id) for instrument_id in _by_instrument())


def allowed_hosts() -> frozenset[str]:
    """Every host that a fetch may contact, of all publishers."""
    return frozenset(host for publisher in catalog().publishers for host in publisher.hosts)


@lru_cache(maxsize=1)
def catalog() -> Addresses:
    """The catalog that travels with the program, read once."""
    return read_addresses((resources.files("corpus") / "data" / CATALOG).read_text("utf-8"))


@lru_cache(maxsize=1)
def _by_instrument() -> Mapping[str, tuple[Source, ...]]:
    found: dict[str, tuple[Source, ...]] = {}
    for source in catalog().sources:
        found[source.instrument_id] = (*found.get(source.instrument_id, ()), source)
    return found


def wire_address(url: str, hosts: tuple[str, ...] | frozenset[str]) -> str:
    """`url` as it may go over the wire: https, default port, a host of `hosts`, no fragment.

    Cellar's identifiers are http:// addresses, also where it redirects to one; they are asked
    for under https://, so that no text ever comes over an open line.

    Raises:
        FetchError: If it is any other address.

    >>> wire_address("http://publications.europa.eu/resource/celex/1", ("publications.europa.eu",))
    'https://publications.europa.eu/resource/celex/1'
    """
    # Looked at before it is split, since the splitter drops line breaks and tabs silently.
    if len(url) > _LONGEST_ADDRESS or re.search(r"[^\x21-\x7e]|[\\<>\"{}|^`]", url):
        raise FetchError(f"{shown(url)} is no valid address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise FetchError(f"{shown(url)} is no valid address") from None
    named = (parts.hostname, parts.path[: len(_NAMED_BY_HTTP[1])]) == _NAMED_BY_HTTP
    if parts.scheme != "https" and not (parts.scheme == "http" and named):
        raise FetchError(f"{shown(url)} is not an https:// address")
    default = 443 if parts.scheme == "https" else 80
    if "@" in parts.netloc or port not in (None, default):
        raise FetchError(f"{shown(url)} names a port or a user")
    if parts.hostname is None or parts.hostname not in hosts:
        raise FetchError(f"{parts.hostname or shown(url)} is not a host of the publisher")
    return urlunsplit(("https", parts.hostname, parts.path or "/", parts.query, ""))


def check_mirror(mirror: str) -> None:
    """Refuse what cannot be a mirror's base address.

    Raises:
        SettingsError: If it is not http:// or https://, or has a user, a query or a fragment.
    """
    hint = "Give a base address such as https://mirror.example.org/texts."
    try:
        parts = urlsplit(mirror)
        valid = _place(parts) is not None and not (parts.query or parts.fragment)
    except ValueError:
        valid = False
    if not valid or re.search(r"[^\x21-\x7e]|[\\@]", mirror):
        raise SettingsError(f"{shown(mirror)!r} is no address of a mirror", hint=hint)


def _place(parts: SplitResult) -> tuple[str, str, int] | None:
    """Scheme, host and port; None for anything that is not HTTP."""
    default = {"http": 80, "https": 443}.get(parts.scheme)
    if default is None or not parts.hostname:
        return None
    return parts.scheme, parts.hostname, parts.port or default


def is_within(url: str, mirror: str) -> bool:
    """Whether an address lies below the mirror's base address."""
    if re.search(r"[^\x21-\x7e]|[\\]", url):
        return False
    parts, base = urlsplit(url), urlsplit(mirror)
    if "@" in parts.netloc or _place(parts) != _place(base):
        return False
    path = posixpath.normpath(unquote(parts.path))
    return path.startswith(f"{unquote(base.path)}/") and ".." not in unquote(path).split("/")


def shown(text: str, *, width: int = 120) -> str:
    """What a stranger sent, fit for one line of a message."""
    clean = "".join(c if c.isprintable() else "?" for c in text[: width + 1])
    return clean if len(clean) <= width else f"{clean[: width - 1]}…"


def read_addresses(text: str) -> Addresses:
    """Read a catalog of addresses (TOML; corpus/data/addresses.toml explains the keys).

    Raises:
        ValueError: If an entry names a stranger's host, repeats a key, or has a wrong value.
        KeyError: If an entry lacks a value.
    """
    table = tomllib.loads(text)
    publishers: dict[str, dict[str, object]] = table["publishers"]
    sources: list[Source] = []
    for entry in table["sources"]:
        publisher = entry["publisher"]
        if publisher not in publishers:
            raise ValueError(f"unknown publisher {publisher!r}")
        for values in _each({**publishers[publisher], **entry}):
            sources.append(_source(values))
    keys = [source.key for source in sources]
    if repeated := {key for key in keys if keys.count(key) > 1}:
        raise ValueError(f"keys that occur twice: {', '.join(sorted(repeated))}")
    return Addresses(
        tuple(
            Publisher(name, str(entry["name"]), _strings(entry["hosts"]))
            for name, entry in publishers.items()
        ),
        tuple(sources),
    )


def _each(entry: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """The entry once for each member of its list of values."""
    lists = {
        name: value
        for name, value in entry.items()
        if isinstance(value, list) and name not in {"hosts", "identifier"}
    }
    if len(lists) > 1:
        raise ValueError(f"more than one list of values: {', '.join(lists)}")
    for name, values in lists.items():
        for value in values:
            yield {**entry, name: value}
    if not lists:
        yield entry


def _source(values: Mapping[str, object]) -> Source:
    kind = str(values["format"])
    if kind not in get_args(Format):
        raise ValueError(f"unknown format {kind!r}")
    hosts = _strings(values["hosts"])
    name, value = _strings(values["identifier"])
    source = Source(
        key=_filled(str(values["key"]), values),
        instrument_id=InstrumentId(str(values["instrument"])),
        publisher=str(values["publisher"]),
        hosts=hosts,
        url=_filled(str(values["url"]), values, in_url=True),
        accept=str(values["accept"]),
        format=kind,  # type: ignore[arg-type]  # checked above
        identifier=(name, _filled(value, values)),
        language=str(values.get("language", "")),
        url_on=_filled(str(values.get("url_on", "")), values, in_url=True),
        latest=str(values.get("latest", "")),
        follow=str(values.get("follow", "")),
        verified=values.get("verified", True) is True,
    )
    if not _KEY.fullmatch(source.key):
        raise ValueError(f"{source.key!r} cannot name a file")
    if source.needs_date and not source.latest:
        raise ValueError(f"{source.key} needs a date and does not say where to learn it")
    for url in filter(None, (source.url, source.url_on, source.latest)):
        try:
            wire_address(url.replace("{date}", "2026-01-01"), hosts)
        except FetchError as error:
            raise ValueError(f"{source.key}: {error}") from error
    return source


def _filled(pattern: str, values: Mapping[str, object], *, in_url: bool = False) -> str:
    """`pattern` with its ``{name}``s filled in; ``{date}`` stays, for the day of the fetch."""

    def value(found: re.Match[str]) -> str:
        if found[1] == "date":
            return found[0]
        return quote(str(values[found[1]]), safe="") if in_url else str(values[found[1]])

    return re.sub(r"\{(\w+)\}", value, pattern)


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(f"expected a list of texts, got {value!r}")
    return tuple(str(entry) for entry in value)
