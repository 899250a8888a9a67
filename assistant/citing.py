"""Makes citations: the words found, where they stand, what they are on the day (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistant.types import Citation
from corpus.catalog import Corpus
from corpus.links import official_url
from corpus.status import standing
from corpus.types import Provision, ProvisionId


@dataclass(frozen=True)
class Citer:
    """Turns spans of provisions into citations, against one corpus and one day."""

    corpus: Corpus
    as_of: date

    def cite(
        self,
        n: int,
        provision: Provision,
        version: int,
        span: tuple[int, int],
        passage_id: str = "",
    ) -> Citation:
        """Citation `n` of ``version.text[span[0]:span[1]]``."""
        wording = provision.versions[version]
        instrument = self.corpus.instruments[provision.instrument_id]
        stands = standing(instrument, provision, wording, self.as_of)
        start, end = span
        return Citation(
            n=n,
            instrument_id=instrument.id,
            instrument=instrument.short_title,
            locator=str(provision.locator),
            provision_id=provision.id,
            version=version,
            passage_id=passage_id or f"{provision.id}@{version}:{start}",
            heading=wording.heading,
            quote=wording.text[start:end],
            quote_start=start,
            quote_end=end,
            text_kind=wording.text_kind,
            authority=instrument.authority,
            status=stands.status,
            status_note=stands.note,
            url=official_url(instrument, provision.locator),
        )


def is_exact(citation: Citation, corpus: Corpus) -> bool:
    """Whether the cited provision exists and holds the quote at its offsets, byte for byte."""
    provision = corpus.provisions.get(ProvisionId(citation.provision_id))
    if provision is None or citation.version >= len(provision.versions):
        return False
    text = provision.versions[citation.version].text
    quoted = text[citation.quote_start : citation.quote_end]
    return bool(quoted) and quoted == citation.quote
