"""Provisions -> passages, along the text's own structure (pure but for the splitter).

A passage never crosses a provision. A provision that fits is one passage; a longer one is cut
by LangChain's recursive splitter, with exact offsets. Source of the default size: MiniLM reads
256 word pieces, about 1,000 characters of English legal text with its context line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from corpus.catalog import Corpus
from corpus.types import Instrument, Provision, Version
from index.types import Passage, PassageId

PASSAGE_CHARS = 1000
OVERLAP_CHARS = 100

Splitter = Callable[[str], Sequence[tuple[int, int]]]


def context_line(instrument: Instrument, provision: Provision, version: Version) -> str:
    """Where a passage stands: instrument > chapter > section > heading (locator).

    It gives the embedding what the words alone lack: "the provider" of which law.
    """
    parts = [instrument.short_title, *version.context]
    parts.append(f"{version.heading} ({provision.locator})" if version.heading
                 else str(provision.locator))
    return " > ".join(part for part in parts if part)


def segment(corpus: Corpus, splitter: Splitter) -> Iterator[Passage]:
    """Every passage of a corpus, in reading order; all versions, each on its own.

    A provision that has `asks` gives one more passage for each: the same words, found through
    the question instead of through themselves.
    """
    for provision, number, version in corpus.versions():
        context = context_line(corpus.instruments[provision.instrument_id], provision, version)
        spans = list(splitter(version.text))
        base = f"{provision.id}@{number}"
        for start, end in spans:
            yield Passage(
                id=PassageId(f"{base}:{start}"),
                provision_id=provision.id,
                version=number,
                start=start,
                end=end,
                text=version.text[start:end],
                context=context,
                searched=f"{context}\n{version.text[start:end]}" if context
                else version.text[start:end],
            )
        for position, ask in enumerate(version.asks if spans else ()):
            start, end = spans[0]
            yield Passage(
                id=PassageId(f"{base}:{start}?{position}"),
                provision_id=provision.id,
                version=number,
                start=start,
                end=end,
                text=version.text[start:end],
                context=context,
                searched=ask,
            )
