"""Answers that refute what a question takes for granted, with the words that refute it (pure)."""

from __future__ import annotations

from assistant.citing import Citer
from assistant.engines.markup import escaped
from assistant.engines.wording import closing, label, standing_words
from assistant.premises_fault import Fault
from assistant.protocols import Draft, Evidence
from assistant.sentences import sentences
from assistant.types import Citation, Claim
from corpus.catalog import Corpus

_MOST_CHARS = 700


def compose(fault: Fault, evidence: Evidence, corpus: Corpus) -> Draft:
    """What is not so, in our words, then the quotes that say so, each with its place."""
    citer = Citer(corpus, evidence.as_of)
    citations: list[Citation] = []
    for number, hit in enumerate(fault.citations_from, start=1):
        provision = corpus.provisions[hit.passage.provision_id]
        text = provision.versions[hit.passage.version].text
        span = fault.spans[number - 1] if fault.spans else (0, _end(text))
        citations.append(citer.cite(number, provision, hit.passage.version, span))
    claims = [Claim(fault.words, tuple(c.n for c in citations), "checked")]
    lines = [f"{fault.words} " + "".join(f"[{c.n}]" for c in citations)]
    for one in citations:
        opening = f"**{label(one)}** ({standing_words(one)}) says:"
        claims += [Claim(opening, (one.n,), "checked"), Claim(one.quote, (one.n,), "verbatim")]
        lines.append(f"{opening} {escaped(one.quote)} [{one.n}]")
    return Draft("\n\n".join([*lines, closing(citations)]), tuple(claims), tuple(citations))


def _end(text: str) -> int:
    """Where a quote of a whole provision ends: with a sentence, before it grows too long."""
    ends = [one.end for one in sentences(text)]
    return next((end for end in reversed(ends) if end <= _MOST_CHARS), ends[0])
