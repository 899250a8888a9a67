"""Provisions -> passages, along the text's own structure (pure but for the splitter).

A passage never crosses a provision. A provision that fits is one passage; a longer one is cut
by LangChain's recursive splitter, with exact offsets. Source of the default size: MiniLM reads
256 word pieces, about 1,000 characters of English legal text with its context line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from corpus.catalog import Corpus
from corpus.types import Instrument, Provision, TextKind, Version
from index.types import Passage, PassageId

PASSAGE_CHARS = 1000
MOST_SHARING = 4
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
    first passage, so that short questions do not outrank the law they lead to. The digest of an
    official wording is searched too, and leads to the official words.
    """
    shared = _shared_headings(corpus)
    for provision, number, version in corpus.versions():
        if not version.searched:
            continue
        instrument = corpus.instruments[provision.instrument_id]
        spans = list(splitter(version.text))
        if not spans:
            continue
        base = f"{provision.id}@{number}"
        context = context_line(instrument, provision, version)
        asked = "\n".join(version.asks)
        for position, (start, end) in enumerate(spans):
            text = version.text[start:end]
            searched = "\n".join(part for part in (context, version.lead, text) if part)
            says_nothing = (instrument.id, version.heading) in shared
            yield Passage(
                id=PassageId(f"{base}:{start}"),
                provision_id=provision.id,
                version=number,
                start=start,
                end=end,
                text=text,
                context=context,
                embedded=f"{version.lead}\n{text}".strip() if says_nothing else searched,
                indexed=f"{searched}\n{asked}" if asked and position == 0 else searched,
            )
        start, end = spans[0]
        first = Passage(
            PassageId(base), provision.id, number, start, end, version.text[start:end], context
        )
        for position, words in enumerate(_gist(instrument, provision, version, splitter)):
            name = PassageId(f"{base}:{start}~{position}")
            yield replace(first, id=name, embedded=words, indexed=words)
        for position, ask in enumerate(version.asks):
            name = PassageId(f"{base}:{start}?{position}")
            yield replace(first, id=name, embedded=ask, is_ask=True)


def _shared_headings(corpus: Corpus) -> set[tuple[str, str]]:
    """Headings, by instrument, that too many provisions of an own document have.

    A title that stands above all of them makes their vectors alike, and says nothing: left out
    of what is embedded, on rules filed under twenty titles Recall@10 by vectors rose from .60 to
    .71 (docs/decisions/0007-late-interaction.md). Its words are still indexed.
    """
    counts = Counter(
        (provision.instrument_id, version.heading)
        for provision, _, version in corpus.versions()
        if version.text_kind is TextKind.UPLOAD
    )
    return {key for key, count in counts.items() if count > MOST_SHARING}


def _gist(
    instrument: Instrument, provision: Provision, version: Version, splitter: Splitter
) -> Iterator[str]:
    """The words of the digest by which an official wording is found too.

    They are those of the digest's own passages, whose vectors are known already.
    """
    if version.gist is not None:
        context = context_line(instrument, provision, version.gist)
        for start, end in splitter(version.gist.text):
            yield f"{context}\n{version.gist.text[start:end]}"
