"""`policy corpus sync`: official texts from their publishers into the store, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Literal

from corpus.adding import slug
from corpus.addresses import Source, sources_of, syncable_ids
from corpus.catalog import Corpus
from corpus.errors import DamagedTextError, FetchError, ParseError
from corpus.fetching import Fetched, Fetcher, Known, Limits, Timing, Unchanged
from corpus.homes import only_its_own
from corpus.lines import one_line
from corpus.settings import CorpusSettings
from corpus.store import PARTS, StoredText, TextStore
from corpus.types import Origin, TextKind

Outcome = Literal["added", "replaced", "unchanged", "failed", "no address"]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Synced:
    """What became of one official text; `note` says it in a line, `problem` why it failed."""

    instrument_id: str
    key: str
    outcome: Outcome
    note: str
    problem: str = ""


@dataclass
class Syncer:
    """Brings the official texts of one store up to date.

    A text that was fetched for a day keeps that day: a later wording is put beside it, so that
    the store holds what the law said on both. A host that cannot be reached is not tried again
    in the same run, and after the first such host each further one has a single attempt.
    """

    catalog: Corpus
    store: TextStore
    settings: CorpusSettings
    timing: Timing = field(default_factory=Timing)
    limits: Limits = field(default_factory=Limits)
    _unreachable: dict[tuple[str, ...], str] = field(default_factory=dict, init=False)

    def sync(
        self, ids: Iterable[str], *, day: date | None = None, progress: Progress | None = None
    ) -> list[Synced]:
        """Fetch the texts of these instruments, or of all that have an address.

        A text that cannot be fetched or read is told (`failed`) and the last good one stays.

        Raises:
            UnknownInstrumentError: If an id is not in the catalog; nothing is fetched then.
            SettingsError: If the mirror is no address.
            StoreBusyError, HomeError: If the store cannot be written.
        """
        named = dict.fromkeys(self.catalog.instrument(name).id for name in ids)
        wanted = list(named) or list(syncable_ids())
        results = [_no_address(name) for name in wanted if not sources_of(name)]
        sources = [source for name in wanted for source in sources_of(name)]
        self._unreachable.clear()
        with self.store.writing():
            for position, source in enumerate(sources):
                if progress is not None:
                    progress("fetching", position, len(sources))
                results.append(self._sync_one(source, day))
        if progress is not None and sources:
            progress("fetching", len(sources), len(sources))
        return results

    def _sync_one(self, source: Source, day: date | None) -> Synced:
        before = self._latest(source, day)
        if problem := self._unreachable.get(source.hosts):
            return _failed(source, problem, before)
        try:
            on = day if source.takes_date else None
            got = self._fetcher.fetch(source, date=on, known=_known(before))
            if isinstance(got, Unchanged):
                return self._unchanged(source, before, got)
            return self._keep(source, got)
        except FetchError as error:
            problem = error.problem.removesuffix(f" ({source.key})")
            if error.unreachable:
                self._unreachable[source.hosts] = problem
            return _failed(source, problem, before)
        except ParseError as error:
            return _failed(source, f"the publisher's file cannot be read: {error.problem}", before)

    @property
    def _fetcher(self) -> Fetcher:
        return self._hasty if self._unreachable else self._patient

    @cached_property
    def _patient(self) -> Fetcher:
        return Fetcher(self.store.root / PARTS, self.settings.sync_mirror, self.limits, self.timing)

    @cached_property
    def _hasty(self) -> Fetcher:
        return replace(self._patient, limits=replace(self.limits, attempts=1))

    def _latest(self, source: Source, day: date | None) -> StoredText | None:
        """The stored text of a source: that of the day asked for, else the latest."""
        key = slug(source.key)
        try:
            if day is not None and source.takes_date:
                return self.store.find(source.instrument_id, f"{key}-{day.isoformat()}")
            found = self.store.of(source.instrument_id, key)
        except DamagedTextError:
            return None  # fetched whole, in its place
        return max(found, key=lambda text: text.origin.dated or date.min, default=None)

    def _unchanged(self, source: Source, before: StoredText | None, got: Unchanged) -> Synced:
        if before is not None:
            origin = replace(
                before.origin,
                retrieved_at=got.retrieved_at.replace(microsecond=0),
                url=before.origin.url or got.url,
            )
            self.store.touch(
                replace(
                    before,
                    origin=origin,
                    etag=got.etag,
                    last_modified=got.last_modified,
                    final_url=got.final_url,
                )
            )
        return Synced(source.instrument_id, source.key, "unchanged", f"{source.key} is unchanged")

    def _keep(self, source: Source, got: Fetched) -> Synced:
        from corpus.parsers.recognise import parse_any

        parsed = parse_any(got.data, path=source.key)
        if source.identifier not in parsed.identifiers:
            kind, value = source.identifier
            raise FetchError(f"the publisher sent another text than {kind} {value}: refused")
        instrument = self.catalog.instrument(source.instrument_id)
        if parsed.language != instrument.language:
            raise FetchError(f"the publisher sent the text in {parsed.language!r}: refused")
        parsed = replace(parsed, dated=parsed.dated or got.dated)
        origin = Origin(
            name=source.key,
            sha256=got.sha256,
            retrieved_at=got.retrieved_at.replace(microsecond=0),
            format=parsed.format,
            url=got.url,
            dated=got.dated or parsed.dated,
            derived=parsed.derived,
        )
        day = f"-{got.dated.isoformat()}" if got.dated else ""
        text = StoredText(
            source.instrument_id,
            f"{slug(source.key)}{day}",
            TextKind.OFFICIAL,
            origin,
            only_its_own(parsed, instrument),
            etag=got.etag,
            last_modified=got.last_modified,
            final_url=got.final_url,
        )
        replaces = self.store.holds(text.instrument_id, text.key)
        self.store.put(text, got.data)
        count = sum(1 for node in text.parsed.walk() if node.text or node.closing)
        outcome: Outcome = "replaced" if replaces else "added"
        note = f"{source.key}, {count} {'provision' if count == 1 else 'provisions'}"
        return Synced(source.instrument_id, source.key, outcome, note)


def _known(text: StoredText | None) -> Known | None:
    if text is None:
        return None
    return Known(text.origin.sha256, text.etag, text.last_modified, text.final_url)


def _failed(source: Source, problem: str, before: StoredText | None) -> Synced:
    stays = "; the last good text stays" if before else ""
    told = one_line(" ".join(f"{problem}{stays}".split()))
    return Synced(source.instrument_id, source.key, "failed", f"{source.key}: {told}", told)


def _no_address(name: str) -> Synced:
    note = "its publisher has no address for machines; add a file with `policy corpus add`"
    return Synced(name, "", "no address", note)
