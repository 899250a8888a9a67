"""Provisions -> passages, along the text's own structure (pure but for the splitter).

A passage never crosses a provision. A provision that fits is one passage; a longer one is cut
by LangChain's recursive splitter, with exact offsets. Source of the default size: MiniLM reads
256 word pieces, about 1,000 characters of English legal text with its context line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from corpus.catalog import Corpus
from corpus.types import Instrument, Provision, TextKind, Version
from index.types import Passage, PassageId

PASSAGE_CHARS = 1000
OVERLAP_CHARS = 100

Splitter = Callable[[str], Sequence[tuple[int, int]]]


def context_line(instrument: Instrument, provision: Provision, version: Version) -> str:
    """Where a passage stands: instrument > chapter > section > heading (locator).

    It gives the embedding what the words alone lack: "the provider" of which law.
    """
    if version.text_kind is TextKind.UPLOAD:
        return version.heading  # a page number says nothing about what stands on the page
    # The nearest two divisions: the outer ones of a code say the same of a thousand provisions.
    parts = [instrument.short_title, *version.context[-2:]]
    parts.append(
        f"{version.heading} ({provision.locator})" if version.heading else str(provision.locator)
    )
    return " > ".join(part for part in parts if part)


def segment(corpus: Corpus, splitter: Splitter) -> Iterator[Passage]:
    """Every passage of a corpus, in reading order; all versions, each on its own.

    Words that are searched with a larger provision give none. A provision that has `asks` gives
    one more passage for each: the same words, found by the
    vector of the question instead of their own. The words of the asks are indexed with the
    first passage, so that short questions do not outrank the law they lead to.
    """
    for provision, number, version in corpus.versions():
        if not version.searched:
            continue
        context = context_line(corpus.instruments[provision.instrument_id], provision, version)
        spans = list(splitter(version.text))
        base = f"{provision.id}@{number}"
        for position, (start, end) in enumerate(spans):
            text = version.text[start:end]
            searched = "\n".join(part for part in (context, version.lead, text) if part)
            asked = "\n".join(version.asks) if position == 0 else ""
            yield Passage(
                id=PassageId(f"{base}:{start}"),
                provision_id=provision.id,
                version=number,
                start=start,
                end=end,
                text=text,
                context=context,
                embedded=searched,
                indexed=f"{searched}\n{asked}" if asked else searched,
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
                embedded=ask,
                is_ask=True,
            )
