"""What retrieval and ranking give an engine for a question: its evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from assistant.naming import Namer
from assistant.protocols import Evidence
from assistant.ranking import Ranker, in_turn
from assistant.types import Question
from assistant.understanding import Understood
from corpus.catalog import Corpus
from index.expand import Expander
from index.protocols import Retriever
from index.types import Filters, Hit

EVIDENCE = 20
_COMPARED = re.compile(r"\b(?:compar\w+|versus|vs|differ\w*|between|treats?)\b", re.IGNORECASE)
MOST_SIDES = 4
A_SIDE = 3


@dataclass(frozen=True)
class Gatherer:
    """Gathers evidence from one corpus through one retriever; safe between threads."""

    corpus: Corpus
    retriever: Retriever

    def evidence(self, question: Question, understood: Understood, as_of: date) -> Evidence:
        """The hits for a question as understood, and those for each question put in it."""
        whole = self._of(question, understood, as_of)
        parts = tuple(
            self._of(question, replace(understood, text=part, asking=part, parts=()), as_of)
            for part in understood.parts
        )
        return replace(whole, parts=parts)

    @cached_property
    def expander(self) -> Expander:
        """Names and terms of the corpus, collected once."""
        return Expander(self.corpus)

    @cached_property
    def namer(self) -> Namer:
        """Names and descriptions of the corpus's instruments, collected once."""
        return Namer(self.corpus)

    def _of(self, question: Question, understood: Understood, as_of: date) -> Evidence:
        filters = Filters(as_of, question.instruments, question.jurisdictions, question.text_kinds)
        text = understood.text
        named = self.namer.instruments_in(text)
        hits = self.retriever.retrieve(text, k=EVIDENCE, filters=filters)
        sides = named[:MOST_SIDES] if len(named) > 1 else ()
        hits = [*hits, *self._of_each(text, hits, sides, filters)]
        ranker = Ranker(self.corpus, self.expander)
        ranked = in_turn(ranker.rank(hits, understood, named, as_of), sides)
        if filters == Filters(as_of):
            ranked = [*ranker.absent(text, hits, as_of), *ranked]
        return Evidence(understood, as_of, (*ranked, *ranker.ended_by(ranked, as_of)), named)

    def _topic(self, text: str, instrument: str) -> str:
        """The question put to one of the texts named: without the names of the others."""
        for span in sorted(self.namer.spans(text), key=lambda span: -span.start):
            if instrument not in span.instruments:
                text = f"{text[: span.start]} {text[span.end :]}"
        return " ".join(_COMPARED.sub(" ", text).split()) or text

    def _of_each(
        self, text: str, hits: list[Hit], sides: tuple[str, ...], filters: Filters
    ) -> list[Hit]:
        """The best hits of each instrument named, whoever scores higher, less those in `hits`."""
        present = {hit.passage.provision_id for hit in hits}
        found: list[Hit] = []
        for instrument in sides:
            narrow = replace(filters, instruments=frozenset({instrument}))
            found += self.retriever.retrieve(
                self._topic(text, instrument), k=A_SIDE, filters=narrow
            )
        return [hit for hit in found if hit.passage.provision_id not in present]
