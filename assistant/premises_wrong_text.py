"""Questions put to a text that does not speak of their matter, where another text does (pure)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from assistant.premises_fault import Fault
from assistant.premises_places import the, the_capital
from assistant.protocols import Evidence
from assistant.types import AbstainReason
from corpus.catalog import Corpus
from corpus.types import Instrument, TextKind
from index.tokens import STOPWORDS, tokens, words
from index.types import Hit

# Of the five best hits, at most so many may be of the text named, none among the first three.
NEAREST, LOOKED_AT, MOST_OF_NAMED = 3, 5, 1
# The rarity, as the natural logarithm of an inverse frequency, from which a word tells a matter.
TELLS = 4.0
MISSING = 0.15
# A term of art is not in more than this share of all provisions.
COMMON = 0.05
LONGEST_QUESTION = 16


@dataclass(frozen=True)
class WrongText:
    """Knows the words of each text of a corpus, and the terms that the texts define."""

    corpus: Corpus

    def fault(self, evidence: Evidence) -> Fault | None:
        """The text named lacks what another one has: words, or a term of art."""
        named = self._named(evidence)
        if named is None:
            return None
        other = self._answering_instead(named, evidence)
        term = None if other else self._foreign_term(named, evidence)
        if other is None and term is None:
            return None
        said = (
            f"{the_capital(named)}, as held here, does not speak of “{term}”."
            if term
            else f"Nothing found in {the(named)} answers that."
        )
        return self._pointed(said, other or self._best_elsewhere(named, evidence))

    def _named(self, evidence: Evidence) -> Instrument | None:
        """The one text that a question is put to; none in a comparison."""
        if len(evidence.named_instruments) != 1 or evidence.understood.is_comparison:
            return None
        named = self.corpus.instrument(evidence.named_instruments[0])
        return None if named.text_kind is TextKind.UPLOAD else named

    def _pointed(self, said: str, other: Hit | None) -> Fault:
        """The fault, with the place of another text that is nearer to the question."""
        if other is None:
            return Fault(AbstainReason.FALSE_PREMISE, said)
        provision = self.corpus.provisions[other.passage.provision_id]
        owner = self.corpus.instrument(provision.instrument_id)
        place = str(provision.locator).removeprefix("Heading: ")
        heading = provision.versions[other.passage.version].heading
        about = f", is on “{heading}”" if heading else " is nearer"
        said = f"{said} {the_capital(owner)}, {place}{about}."
        choice = f"What does {place} of {the(owner)} say?"
        return Fault(AbstainReason.FALSE_PREMISE, said, (other,), (choice,))

    def _answering_instead(self, named: Instrument, evidence: Evidence) -> Hit | None:
        """The best hit, if it is of an unrelated text and has a telling word that `named` lacks."""
        hits = [hit for hit in evidence.hits if "crossref" not in hit.found_by]
        owners = [hit.passage.provision_id.partition("#")[0] for hit in hits]
        if not hits or named.id in owners[:NEAREST]:
            return None
        if owners[:LOOKED_AT].count(named.id) > MOST_OF_NAMED:
            return None
        best = hits[0]
        if self._is_related(named, best):
            return None
        asked = dict.fromkeys(tokens(evidence.understood.text))
        lacking = [one for one in asked if one not in self._words[named.id] and self._rarity(one)]
        held = set(tokens(f"{best.passage.context} {self._wording(best)}"))
        if not any(self._rarity(one) >= TELLS for one in lacking if one in held):
            return None
        total = sum(map(self._rarity, asked))
        return best if sum(map(self._rarity, lacking)) >= MISSING * total else None

    def _wording(self, hit: Hit) -> str:
        version = self.corpus.provisions[hit.passage.provision_id].versions[hit.passage.version]
        return f"{version.heading} {version.text} {' '.join(version.asks)}"

    def _is_related(self, named: Instrument, best: Hit) -> bool:
        """Whether the best hit speaks for the text named: a dossier, an amendment, a mention."""
        owner = self.corpus.instrument(best.passage.provision_id.partition("#")[0])
        if owner.text_kind is not TextKind.DIGEST and owner.text_kind is not TextKind.OFFICIAL:
            return True
        if owner.amends == named.id or named.amends == owner.id:
            return True
        if "rule" in {owner.kind, named.kind} and owner.jurisdiction == named.jurisdiction:
            return True  # a rule lives on in the code that it amended
        spoken = [self._wording(best), *(event.note for event in named.timeline)]
        if self._mentions(named, self._wording(best)):
            return True
        return any(self._mentions(owner, note) for note in spoken[1:])

    @staticmethod
    def _mentions(instrument: Instrument, text: str) -> bool:
        said = f" {' '.join(words(text))} "
        names = (instrument.short_title, *instrument.aliases)
        return any(f" {' '.join(words(name))} " in said for name in names if len(name) > 2)

    def _foreign_term(self, named: Instrument, evidence: Evidence) -> str | None:
        """A term of art of another text, in a short question put to a text that never has it."""
        text = evidence.understood.text
        if len(words(text)) > LONGEST_QUESTION:
            return None
        own = {stem for name in (named.short_title, *named.aliases) for stem in tokens(name)}
        for term in self._terms_in(text):
            stems = tokens(term)
            if not own & set(stems) and f" {' '.join(stems)} " not in self._running[named.id]:
                return term
        return None

    def _terms_in(self, text: str) -> Iterator[str]:
        """The terms of art in a question, as it writes them, longest first."""
        found = re.findall(r"[\w-]+", text)
        for length in (4, 3, 2):
            for start in range(len(found) - length + 1):
                run = found[start : start + length]
                ends = {run[0].casefold(), run[-1].casefold()}
                if not ends & STOPWORDS and " ".join(tokens(" ".join(run))) in self._arts:
                    yield " ".join(run)

    def _best_elsewhere(self, named: Instrument, evidence: Evidence) -> Hit | None:
        others = (h for h in evidence.hits if h.passage.provision_id.partition("#")[0] != named.id)
        return next(others, None)

    def prepare(self) -> None:
        """Collect the words of all texts now."""
        _ = self._words, self._frequency, self._arts

    @cached_property
    def _running(self) -> dict[str, str]:
        """All stems of each text, in order, with spaces around: for looking up runs of them."""
        parts: dict[str, list[str]] = {key: [] for key in self.corpus.instruments}
        for provision, _, version in self.corpus.versions():
            whole = (*version.context, version.heading, version.lead, version.text, *version.asks)
            parts[provision.instrument_id] += [" ".join(tokens(part)) for part in whole]
        for instrument in self.corpus.instruments.values():
            names = (instrument.title, instrument.short_title, *instrument.aliases)
            parts[instrument.id] += [" ".join(tokens(name)) for name in names]
        return {key: f" {' | '.join(texts)} " for key, texts in parts.items()}

    @cached_property
    def _words(self) -> dict[str, frozenset[str]]:
        return {key: frozenset(text.split()) for key, text in self._running.items()}

    @cached_property
    def _frequency(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for provision in self.corpus.provisions.values():
            version = provision.versions[-1]
            for stem in set(tokens(f"{version.heading} {version.text} {' '.join(version.asks)}")):
                counts[stem] = counts.get(stem, 0) + 1
        return counts

    def _rarity(self, stem: str) -> float:
        """The logarithm of the inverse frequency; 0 for a word that the corpus lacks."""
        count = self._frequency.get(stem, 0)
        return math.log(len(self.corpus.provisions) / count) if count else 0.0

    @cached_property
    def _arts(self) -> frozenset[str]:
        """Terms of two words or more that a text defines and that few provisions use."""
        texts = [" ".join(tokens(f"{v.heading} {v.text}")) for _, _, v in self.corpus.versions()]
        defined = {
            " ".join(tokens(term))
            for _, _, version in self.corpus.versions()
            for term in version.terms
        }
        several = [term for term in defined if " " in term]
        most = COMMON * len(texts)
        counts = dict.fromkeys(several, 0)
        for text in texts:
            for term in _runs_of(text, counts):
                counts[term] += 1
        return frozenset(term for term, count in counts.items() if 1 < count <= most)


def _runs_of(text: str, wanted: dict[str, int]) -> set[str]:
    """The runs of two to four stems of a text that are wanted."""
    stems = text.split()
    return {
        run
        for length in (2, 3, 4)
        for start in range(len(stems) - length + 1)
        if (run := " ".join(stems[start : start + length])) in wanted
    }
