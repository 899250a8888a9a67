"""What a question names by itself: provisions by locator, and terms by their definitions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from corpus.catalog import Corpus
from corpus.locators import Locator, Unit, find, formalise, iter_ancestors
from corpus.types import Instrument, Provision, ProvisionId, TextKind
from index.tokens import words
from index.types import Route

_MOST_NAMED = 24

# A locator without its instrument's name still tells where it belongs: CFR sections by part,
# U.S. Code sections by number (CORPUS: EAR 730-774, ITAR 120-130, CHIPS guardrails 231).
_CFR_HOMES: tuple[tuple[range, tuple[str, ...]], ...] = (
    (range(730, 775), ("ear", "ai-diffusion-rule")),
    (range(702, 703), ("ai-reporting-nprm-2024",)),
    (range(120, 131), ("itar",)),
    (range(231, 232), ("chips-guardrails",)),
    (range(4801, 4853), ("ecra",)),
    (range(4651, 4658), ("chips-act",)),
    (range(1701, 1710), ("ieepa",)),
)


@dataclass(frozen=True)
class Expander:
    """Finds provisions that a question names; pure look-ups on the corpus, no scores."""

    corpus: Corpus

    def expand(self, question: str) -> list[tuple[ProvisionId, Route]]:
        """Provisions named by locator, then definitions of terms asked about."""
        named: dict[ProvisionId, Route] = {}
        instruments = self.instruments_in(question)
        for mention in find(question[:4000]):
            for provision_id in self._resolve(mention.locator, instruments):
                named.setdefault(provision_id, "reference")
        for provision_id in self._definitions(question, instruments):
            named.setdefault(provision_id, "definition")
        return list(named.items())

    def instruments_in(self, question: str) -> tuple[str, ...]:
        """Ids of the instruments that a question names, longest name first.

        Names are matched as whole words; a name inside a longer one does not count ("AI Act"
        inside "Colorado AI Act" would, and that is the asker's ambiguity, not ours).
        """
        text = f" {' '.join(words(question[:4000]))} "
        found: dict[str, None] = {}
        for name, instrument_ids in self._names:
            if f" {name} " in text:
                text = text.replace(f" {name} ", " | ")
                for instrument_id in instrument_ids:
                    found.setdefault(instrument_id)
        return tuple(found)

    @cached_property
    def _names(self) -> Sequence[tuple[str, tuple[str, ...]]]:
        owners: dict[str, list[str]] = {}
        for instrument in self.corpus.instruments.values():
            for name in _names_of(instrument):
                owners.setdefault(name, []).append(instrument.id)
        # A name that many instruments claim says nothing.
        usable = ((name, tuple(ids)) for name, ids in owners.items() if len(ids) <= 2)
        return sorted(usable, key=lambda entry: -len(entry[0]))

    def _resolve(self, locator: Locator, instruments: Sequence[str]) -> Iterable[ProvisionId]:
        homes = self._homes(locator, instruments)
        found: list[ProvisionId] = []
        own = {home for home in homes if self._is_upload(home)}
        if own or not homes:
            found += [
                identifier
                for identifier in self._headed.get(locator, ())
                if not own or identifier.split("#")[0] in own
            ]
        for home in homes:
            provisions = self._at(home, locator)
            parent = locator.parent
            while not provisions and parent is not None:
                # "Article 6(2)(b)" where the digest stops at Article 6(2): the nearest above.
                provisions = tuple(p for p in self.corpus.at(home, parent) if p.locator == parent)
                parent = parent.parent
            for provision in provisions[:_MOST_NAMED]:
                found += self._searchable(provision)
        return list(dict.fromkeys(found))[:_MOST_NAMED]

    def _is_upload(self, home: str) -> bool:
        return self.corpus.instrument(home).text_kind is TextKind.UPLOAD

    @cached_property
    def _headed(self) -> dict[Locator, tuple[ProvisionId, ...]]:
        """Provisions of own documents by the place that their heading names.

        A saved page or a manual may have "Act on Ferries, Article 5.2" as a heading: who asks
        for Article 5(2) of it means that. Without the document's name, or a law that has such
        places, it is meant too. A heading that many share names no place.
        """
        found: dict[Locator, list[ProvisionId]] = {}
        for provision, number, version in self.corpus.versions():
            if version.text_kind is TextKind.UPLOAD and number == 0:
                heading = formalise(version.heading[:200]).strip()
                for mention in find(heading, limit=1):
                    # "Guide to Article 5 for shops" is not Article 5.
                    if mention.start == 0 or mention.end == len(heading):
                        found.setdefault(mention.locator, []).append(provision.id)
        return {locator: (ids[0],) for locator, ids in found.items() if len(ids) == 1}

    def _searchable(self, provision: Provision) -> Iterable[ProvisionId]:
        """Where a provision's words are searched: itself, else what lies below it, else above.

        "The following shall be prohibited:" is searched in its points, a short list as a whole.
        An official text says in its points what its digest says in one place.
        """
        own = any(version.searched for version in provision.versions)
        official = any(version.origin is not None for version in provision.versions)
        if own and not official:
            return [provision.id]
        below = [
            other.id
            for other in self.corpus.of(provision.instrument_id)
            if other is not provision
            and provision.locator.covers(other.locator)
            and any(version.searched for version in other.versions)
        ]
        if own or below:
            return [provision.id, *below] if own else below
        for above in iter_ancestors(provision.locator):
            for other in self.corpus.at(provision.instrument_id, above):
                if other.locator == above and any(v.searched for v in other.versions):
                    return [other.id]
        return []

    def _at(self, home: str, locator: Locator) -> tuple[Provision, ...]:
        """The provision at a locator; what lies below it too once its own wording has ended.

        Article 4 of the AI Act was one provision until July 2026 and is 4(1) to 4(3) since.
        """
        found = self.corpus.at(home, locator)
        if len(found) == 1 and found[0].versions[-1].valid.end is not None:
            below = (p for p in self.corpus.of(home) if locator.covers(p.locator))
            return tuple(dict.fromkeys([*found, *below]))
        return found

    def _homes(self, locator: Locator, instruments: Sequence[str]) -> tuple[str, ...]:
        if locator.unit is Unit.CFR:
            number = int(re.match(r"\d+", locator.number)[0])  # type: ignore[index]  # grammar
            for numbers, homes in _CFR_HOMES:
                if number in numbers:
                    return tuple(home for home in homes if home in self.corpus.instruments)
            return ()
        if locator.unit in {Unit.ECCN, Unit.SUPPLEMENT}:
            return tuple(h for h in ("ear",) if h in self.corpus.instruments)
        if instruments:
            return tuple(instruments)
        if locator.unit in {Unit.ANNEX, Unit.RECITAL, Unit.ARTICLE}:
            return tuple(h for h in ("eu-ai-act",) if h in self.corpus.instruments)
        return ()

    def _definitions(self, question: str, instruments: Sequence[str]) -> Iterable[ProvisionId]:
        asked = asked_term(question)
        if asked is None:
            return ()
        found = self._terms.get(_singular(asked), ())
        if instruments:
            found = tuple(p for p in found if p.split("#")[0] in instruments) or found
        return found[:4]

    @cached_property
    def _terms(self) -> dict[str, tuple[ProvisionId, ...]]:
        terms: dict[str, dict[ProvisionId, None]] = {}
        for provision, _, version in self.corpus.versions():
            for term in version.terms:
                terms.setdefault(_singular(" ".join(words(term))), {})[provision.id] = None
        return {term: tuple(ids) for term, ids in terms.items()}


def _names_of(instrument: Instrument) -> set[str]:
    names = {instrument.short_title, *instrument.aliases, instrument.title}
    names |= {value for key, value in instrument.identifiers if key in {"celex", "fr", "eo"}}
    return {" ".join(words(name)) for name in names if len(name) > 2}


_ASKED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^\W*(?:what|who)(?:'s| is| are| was| were| counts as| qualifies as)\s+(?:an? |the )?"
        r"(?:term |definition of |meaning of )?['\"‘“]?([^'\"’”?,;]{2,80}?)['\"’”]?"
        r"(?:\s+(?:under|in|within|according to|for the purposes? of|as defined)\b.*)?\W*$",
        r"\b(?:definition|meaning) of (?:an? |the )?['\"‘“]?([^'\"’”?,;]{2,80}?)['\"’”]?"
        r"(?:\s+(?:under|in|within|according to)\b.*)?\W*$",
        r"\bhow (?:is|are) (?:the term )?(?:an? )?['\"‘“]?([^'\"’”?,;]{2,80}?)"
        r"['\"’”]? defined?\b",
        r"\b(?:what does|what do) .{0,60}?(?:mean by|understand by) (?:an? )?['\"‘“]?"
        r"([^'\"’”?,;]{2,80}?)['\"’”]?\W*$",
        r"\bdefine (?:an? |the )?['\"‘“]?([^'\"’”?,;]{2,80}?)['\"’”]?"
        r"(?:\s+(?:under|in|within)\b.*)?\W*$",
    )
)


def asked_term(question: str) -> str | None:
    """The term whose meaning a question asks for, as bare words; None when it asks none.

    >>> asked_term("What is a 'general-purpose AI model' under the AI Act?")
    'general purpose ai model'
    """
    for pattern in _ASKED:
        if found := pattern.search(question[:400]):
            return " ".join(words(found[1]))
    return None


def _singular(term: str) -> str:
    return term[:-1] if term.endswith("s") and not term.endswith("ss") else term
