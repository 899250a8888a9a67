"""Questions that rest on something that is not so, or that cannot be answered as asked (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from assistant.asking_back import AskingBack
from assistant.premises_facts import Facts
from assistant.premises_fault import Fault
from assistant.premises_force import Force
from assistant.premises_lists import Lists
from assistant.premises_other_law import OtherLaws
from assistant.premises_places import Places
from assistant.premises_vocabulary import Vocabulary
from assistant.premises_wrong_text import WrongText
from assistant.protocols import Evidence
from corpus.catalog import Corpus
from index.expand import Expander

__all__ = ["Fault", "FaultFinder", "find_fault"]


@dataclass(frozen=True)
class FaultFinder:
    """Finds what is wrong with questions; keep one a corpus, for what it collects once."""

    corpus: Corpus

    def find(self, evidence: Evidence, history: tuple[str, ...] = ()) -> Fault | None:
        """The first fault of a question, surest first; None for the usual question."""
        for finder in (
            self._places,
            self._other_laws,
            self._lists,
            self._force,
            self._wrong_text,
            self._facts,
        ):
            if fault := finder.fault(evidence):
                return fault
        return self._asking_back.fault(evidence, history)

    def prepare(self) -> None:
        """Collect now what the first questions would wait for, about a second in all."""
        self.vocabulary.has_term("any term")
        self._lists.prepare()
        self._wrong_text.prepare()

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of the corpus."""
        return Vocabulary(self.corpus)

    @cached_property
    def _places(self) -> Places:
        return Places(self.corpus, Expander(self.corpus))

    @cached_property
    def _other_laws(self) -> OtherLaws:
        return OtherLaws(self.corpus, self.vocabulary)

    @cached_property
    def _lists(self) -> Lists:
        return Lists(self.corpus)

    @cached_property
    def _force(self) -> Force:
        return Force(self.corpus)

    @cached_property
    def _wrong_text(self) -> WrongText:
        return WrongText(self.corpus)

    @cached_property
    def _facts(self) -> Facts:
        return Facts(self.corpus)

    @cached_property
    def _asking_back(self) -> AskingBack:
        return AskingBack(self.corpus)


def find_fault(evidence: Evidence, corpus: Corpus, history: tuple[str, ...] = ()) -> Fault | None:
    """The fault of one question, by a finder made for it; see `FaultFinder`."""
    return FaultFinder(corpus).find(evidence, history)
