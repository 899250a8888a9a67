"""`policy corpus sync`: official texts from their publishers into the store, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from corpus.adding import slug
from corpus.addresses import Source, sources_of, syncable_ids
from corpus.catalog import Corpus
from corpus.errors import FetchError, ParseError
from corpus.fetching import Fetched, Fetcher, Known, Unchanged
from corpus.homes import only_its_own
from corpus.settings import CorpusSettings
from corpus.store import StoredText, TextStore
from corpus.types import Origin, TextKind

Outcome = Literal["added", "replaced", "unchanged", "failed", "no address"]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Synced:
    """What became of one official text; `note` says it in a line."""

    instrument_id: str
    key: str
    outcome: Outcome
    note: str


@dataclass(frozen=True)
class Syncer:
    """Brings the official texts of one store up to date.

    A text that was fetched for a day keeps that day: a later wording is put beside it, so that
    the store holds what the law said on both.
    """

    catalog: Corpus
    store: TextStore
    part_folder: Path
    settings: CorpusSettings

    def sync(
        self, ids: Iterable[str], *, day: date | None = None, progress: Progress | None = None
    ) -> list[Synced]:
        """Fetch the texts of these instruments, or of all that have an address.

        A text that cannot be fetched or read is told (`failed`) and the last good one stays.

        Raises:
            UnknownInstrumentError: If an id is not in the catalog; nothing is fetched then.
            StoreBusyError, HomeError: If the store cannot be written.
        """
        wanted = [self.catalog.instrument(name).id for name in ids] or list(syncable_ids())
        results = [_no_address(name) for name in wanted if not sources_of(name)]
        sources = [source for name in wanted for source in sources_of(name)]
        self.part_folder.mkdir(parents=True, exist_ok=True)
        fetcher = Fetcher(self.part_folder, mirror=self.settings.sync_mirror)
        for position, source in enumerate(sources):
            if progress is not None:
                progress("fetching", position, len(sources))
            results.append(self._sync_one(fetcher, source, day))
        if progress is not None and sources:
            progress("fetching", len(sources), len(sources))
        return results

    def _sync_one(self, fetcher: Fetcher, source: Source, day: date | None) -> Synced:
        before = self._latest(source, day)
        try:
            on = day if source.takes_date else None
            got = fetcher.fetch(source, date=on, known=_known(before))
            if isinstance(got, Unchanged):
                return self._unchanged(source, before, got)
            return self._keep(source, got, before)
        except (FetchError, ParseError) as error:
            note = f"{source.instrument_id} ({source.key}): {' '.join(str(error).split())}"
            stays = "; the last good text stays" if before else ""
            return Synced(source.instrument_id, source.key, "failed", note + stays)

    def _latest(self, source: Source, day: date | None) -> StoredText | None:
        """The stored text of a source: that of the day asked for, else the latest."""
        key = slug(source.key)
        if day is not None and source.takes_date:
            return self.store.find(source.instrument_id, f"{key}-{day.isoformat()}")
        found = self.store.of(source.instrument_id, key)
        return max(found, key=lambda text: text.origin.dated or date.min, default=None)

    def _unchanged(self, source: Source, before: StoredText | None, got: Unchanged) -> Synced:
        if before is not None:
            origin = replace(before.origin, retrieved_at=got.retrieved_at)
            self.store.touch(replace(before, origin=origin, etag=got.etag))
        note = f"{source.key} is still the text of {got.retrieved_at:%d %B %Y}"
        return Synced(source.instrument_id, source.key, "unchanged", note)

    def _keep(self, source: Source, got: Fetched, before: StoredText | None) -> Synced:
        from corpus.parsers.recognise import parse_any

        parsed = parse_any(got.data, path=source.key)
        if source.identifier not in parsed.identifiers:
            kind, value = source.identifier
            raise FetchError(f"the publisher sent another text than {kind} {value}")
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
        instrument = self.catalog.instrument(source.instrument_id)
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
        replaces = self.store.find(text.instrument_id, text.key) is not None
        self.store.put(text, got.data)
        count = sum(1 for node in text.parsed.walk() if node.text or node.closing)
        outcome: Outcome = "replaced" if replaces else "added"
        return Synced(
            source.instrument_id, source.key, outcome, f"{source.key}, {count} provisions"
        )


def _known(text: StoredText | None) -> Known | None:
    if text is None:
        return None
    return Known(text.origin.sha256, text.etag, text.last_modified, text.final_url)


def _no_address(name: str) -> Synced:
    note = "its publisher has no address for machines; add a file with `policy corpus add`"
    return Synced(name, "", "no address", note)
