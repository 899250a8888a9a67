"""Laws that a question names and that no text of the corpus so much as mentions (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.premises_fault import Fault
from assistant.premises_vocabulary import Vocabulary
from assistant.protocols import Evidence
from assistant.types import AbstainReason
from corpus.catalog import Corpus
from corpus.types import TextKind

# The name of an act with its number; the number is what is looked up.
_NUMBERED = re.compile(
    r"\b((?:(?:Executive Order|E\.?O\.?|Proclamation)\s+(?:No\.?\s*)?(?P<order>\d{4,5}))"
    r"|(?:(?:Regulation|Directive|Decision)\s+(?:\((?:EU|EC|EEC|Euratom)[^)]{0,12}\)\s*)?"
    r"(?:No\.?\s*)?(?P<eu>\d{2,4}/\d{2,4})(?:/E[CU]\b)?)"
    r"|(?:(?:SB|HB|AB|S\.B\.|H\.B\.|H\.R\.|Public Law|Pub\.? ?L\.?|CETS|ETS|NSM|NSPM)[ -]"
    r"(?:No\.?\s*)?(?P<bill>\d[\d-]*\d)))(?![\w/])"
)
_SHORT_NAME = r"[A-Z][A-Za-z]{0,9}[A-Z][A-Za-z]{0,9}[A-Z\d]?"
# An abbreviation that is spoken of as a law: "under the XYZ", "does the XYZ apply", "XYZ duties".
_ABBREVIATED = re.compile(
    rf"\b[Uu]nder (?:the )?(?P<under>{_SHORT_NAME})\b"
    rf"|\b[Tt]he (?P<subject>{_SHORT_NAME})(?=\s*[?.,;:]|['’]s\b|\s+(?:sa(?:y|ys|id)|mean|means"
    r"|appl(?:y|ies)|requires?|allows?|permits?|defines?|treats?|covers?|provides?|regulates?"
    r"|prohibits?|imposes?|obliges?|demands?|sets?|contains?|protects?|give|and|or|on)\b)"
    rf"|\b(?P<duties>{_SHORT_NAME})(?=\s+(?:obligations?|requirements?|duties|rules?|provisions?"
    r"|compliance)\b)"
    rf"|\b(?:comply|compliance|complies|complied|accordance) with (?:the )?"
    rf"(?P<with>{_SHORT_NAME})\b"
)
_SHORTEST = 3


@dataclass(frozen=True)
class OtherLaws:
    """Knows which laws the corpus mentions, by its vocabulary."""

    corpus: Corpus
    vocabulary: Vocabulary

    def fault(self, evidence: Evidence) -> Fault | None:
        """The named laws of which no text has the name or the number; None when all are known.

        Nothing is said where a document of the user's own comes first: it may use names of its
        own.
        """
        unknown = list(dict.fromkeys(self._unknown(evidence.understood.text[:4000])))
        if not unknown or self._is_of_own(evidence):
            return None
        names = " and ".join(unknown[:2])
        said = f"No text held here is, or so much as mentions, {names}."
        return Fault(AbstainReason.NOT_IN_CORPUS, said)

    def _unknown(self, text: str) -> Iterator[str]:
        for found in _NUMBERED.finditer(text):
            number = next(filter(None, found.groups()[1:]))
            if not self.vocabulary.has_term(number):
                yield found[1]
        for found in _ABBREVIATED.finditer(text):
            name = next(filter(None, found.groups()))
            if len(name) >= _SHORTEST and not self.vocabulary.has_term(name):
                yield name

    def _is_of_own(self, evidence: Evidence) -> bool:
        owners = [hit.passage.provision_id.partition("#")[0] for hit in evidence.hits[:1]]
        named = [*owners, *evidence.named_instruments]
        kinds = {one.text_kind for key, one in self.corpus.instruments.items() if key in named}
        return TextKind.UPLOAD in kinds
