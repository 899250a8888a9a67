"""One question back, where several texts may be meant and nothing says which (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from assistant.premises_fault import Fault
from assistant.premises_places import the
from assistant.protocols import Evidence
from assistant.types import AbstainReason
from corpus.catalog import Corpus
from corpus.locators import Locator, Unit, find, formalise
from corpus.types import Instrument, TextKind
from index.tokens import STOPWORDS, words

FEWEST, MOST_CHOICES = 2, 4
# Content words beside the place or "the order" that still leave it open which text is meant.
MOST_OTHER_WORDS = 1

_UNITS = frozenset({Unit.ARTICLE, Unit.SECTION, Unit.RECITAL, Unit.ANNEX})
# "the order" -> the kinds of text that are called so.
_CALLED = {
    "order": ("order",),
    "executive order": ("order",),
    "act": ("statute", "regulation"),
    "law": ("statute", "regulation"),
    "statute": ("statute",),
    "rule": ("rule",),
    "memorandum": ("memorandum",),
    "memo": ("memorandum",),
    "declaration": ("declaration",),
    "communique": ("declaration",),
    "deal": ("agreement",),
    "agreement": ("agreement",),
    "code": ("code",),
}
_ITSELF = re.compile(
    rf"\b(?:the|this|that) ({'|'.join(sorted(_CALLED, key=len, reverse=True))})\b"
    r"(?![-'’]|\s+(?:of|on|by|for|that|which|to|from|in|under|with|about|between)\b)",
    re.IGNORECASE,
)
_EMPTY = frozenset(
    """what which does do did is are was were when who how say says said stand status still force
    law valid binding apply applies effect now today currently signed adopted published issued
    revoked repealed amended enter entered entry come came into about cover covers covered contain
    contains mean text read reads me tell give show summarise summarize explain please there it its
    has have been any article section recital annex""".split()  # noqa: SIM905 - a word list
)


@dataclass(frozen=True)
class AskingBack:
    """Finds questions that leave open which text of a corpus they are about."""

    corpus: Corpus

    def fault(self, evidence: Evidence, history: tuple[str, ...] = ()) -> Fault | None:
        """A question back with two to four whole questions to choose from; None if all is clear.

        Nothing is asked back in the middle of a conversation, of a question that names a text, or
        of one whose other words may tell which text is meant.
        """
        if history or evidence.understood.rewritten or evidence.named_instruments:
            return None
        text = formalise(evidence.understood.text[:400])
        return self._of_place(text) or self._of_text(text, evidence)

    def _of_place(self, text: str) -> Fault | None:
        """Of which text: "What does Article 5 say?", where several have an Article 5."""
        found = find(text)
        if len(found) != 1 or found[0].locator.unit not in _UNITS:
            return None
        mention = found[0]
        if _others(text[: mention.start] + " " + text[mention.end :]) > MOST_OTHER_WORDS:
            return None
        holders = self._holders.get(mention.locator.root, ())
        if len(holders) < FEWEST:
            return None
        choices = [f"{text[: mention.end]} of {the(one)}{text[mention.end :]}" for one in holders]
        return _back(f"Several texts here have {_article(mention.locator)}. Which one?", choices)

    def _of_text(self, text: str, evidence: Evidence) -> Fault | None:
        """Which text: "Is the order still in force?", where several orders are held."""
        found = _ITSELF.search(text)
        if found is None or next(iter(find(text)), None) is not None:
            return None
        if _others(text[: found.start()] + " " + text[found.end() :]):
            return None
        kinds = _CALLED[found[1].casefold()]
        called = [one for one in self._by_nearness(evidence) if one.kind in kinds]
        if len(called) < FEWEST:
            return None
        choices = [f"{text[: found.start()]}{the(one)}{text[found.end() :]}" for one in called]
        return _back(
            f"Several texts may be meant by “the {found[1].casefold()}”. Which one?", choices
        )

    def _by_nearness(self, evidence: Evidence) -> list[Instrument]:
        """All instruments, those of the best hits first."""
        near = (hit.passage.provision_id.partition("#")[0] for hit in evidence.hits)
        order = dict.fromkeys((*near, *self.corpus.instruments))
        return [self.corpus.instrument(name) for name in order]

    @cached_property
    def _holders(self) -> dict[Locator, tuple[Instrument, ...]]:
        """The instruments that have a place of each name: those meant most often first.

        Amending acts and the user's own documents are not among them.
        """
        found: dict[Locator, dict[str, Instrument]] = {}
        sizes = {key: len(self.corpus.of(key)) for key in self.corpus.instruments}
        for provision in self.corpus.provisions.values():
            owner = self.corpus.instrument(provision.instrument_id)
            if not owner.amends and owner.text_kind is not TextKind.UPLOAD:
                found.setdefault(provision.locator.root, {})[owner.id] = owner
        return {
            place: tuple(sorted(owners.values(), key=lambda one: -sizes[one.id]))
            for place, owners in found.items()
        }


def _others(text: str) -> int:
    """How many content words a text has that may tell which instrument is meant."""
    return sum(1 for word in words(text) if word not in STOPWORDS | _EMPTY)


def _article(locator: Locator) -> str:
    root = str(locator.root)
    return f"an {root}" if root[0] in "AEIO" else f"a {root}"


def _back(asked: str, choices: Iterable[str]) -> Fault:
    kept = tuple(dict.fromkeys(choices))[:MOST_CHOICES]
    return Fault(AbstainReason.AMBIGUOUS, asked, choices=kept)
