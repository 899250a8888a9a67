"""Answers that a chat model words, each sentence shown only if the passage it cites bears it out.

The model restates; it decides nothing. Names, places and status are our words, every sentence is
verified before it is shown, and where too little of it stands, the provisions are quoted instead.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Literal

from assistant.citing import Citer
from assistant.engines.choosing import choose
from assistant.engines.generated_draft import Judged, draft_of
from assistant.engines.prompting import (
    MAX_PASSAGE_CHARS,
    MAX_SENTENCES,
    Passage,
    Prompt,
    Stated,
    draw_keys,
    gives_orders,
    read,
    render,
    without_thought,
)
from assistant.engines.streaming import ChatModel, Limits, listen
from assistant.engines.wording import label, standing_words
from assistant.protocols import AnswerEngine, Draft, Evidence
from assistant.verify import Source, SupportJudge, verify
from corpus.catalog import Corpus
from corpus.errors import PolicyError
from corpus.status import format_date
from corpus.terms import terms_used
from corpus.types import Provision, TextKind, Version
from index.types import Hit

MAX_SOURCES = 6
MAX_FAILED = 6
MAX_REPEATS = 2
MAX_UNKEYED = 800
"""Characters without a key after which a model is not listened to any more."""

UNVERIFIED = "The model's answer could not be verified"
UNANSWERED = "The model gave no answer"
UNREACHED = "The model could not be asked"
POISONED = "A passage gives orders to models, so none was asked"

_NOTHING = re.compile(r"\W*not found\W*", re.IGNORECASE)


def _hex() -> str:
    return secrets.token_hex(2)


@dataclass(frozen=True, slots=True)
class Checking:
    """How strictly sentences are taken.

    `judge` is asked besides the checks of words; `at_least` in [0, 1] is the score that it must
    give. `unsupported` says whether sentences that fail are withheld or shown as such.
    """

    judge: SupportJudge | None = None
    at_least: float = 0.5
    unsupported: Literal["withhold", "mark"] = "withhold"


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a model's answer: its sentences with their verdicts, in order.

    `reason` says, in our words, why quotes take over; empty where the answer stands.
    """

    judged: tuple[Judged, ...] = ()
    reason: str = ""

    @property
    def kept(self) -> tuple[Judged, ...]:
        """The sentences that are borne out."""
        return tuple(one for one in self.judged if one.verdict.supported)


@dataclass(frozen=True, slots=True)
class _Citable:
    """A hit that the model may cite, under its key."""

    passage: Passage
    hit: Hit
    source: Source


@dataclass(frozen=True)
class GeneratedEngine:
    """Lets `model` restate provisions; `fallback` answers wherever that does not stand.

    `draw` gives four hex digits for a key.
    """

    corpus: Corpus
    model: ChatModel
    fallback: AnswerEngine
    checking: Checking = field(default_factory=Checking)
    limits: Limits = field(default_factory=Limits)
    draw: Callable[[], str] = _hex
    clock: Callable[[], float] = time.monotonic
    name: Literal["extractive", "generated"] = "generated"

    def compose(self, evidence: Evidence) -> Draft:
        """The verified sentences of the model; quotes, and a line that says so, if they fail."""
        if not choose(evidence):
            return self.fallback.compose(evidence)
        written = self.write(evidence)
        if written.reason:
            return _with_note(self.fallback.compose(evidence), written.reason)
        return draft_of(
            written.judged,
            evidence,
            Citer(self.corpus, evidence.as_of),
            self.model.name,
            mark=self.checking.unsupported == "mark",
        )

    def write(self, evidence: Evidence) -> Written:
        """What the model says to the question, each sentence with its verdict; never raises for it.

        The answer stands if at least half of its sentences do.
        """
        citable = self._citable(evidence)
        if not citable:
            return Written(reason=POISONED)
        prompt = render(
            evidence.understood.text,
            format_date(evidence.as_of),
            [one.passage for one in citable],
        )
        try:
            judged = self._listen(prompt, citable)
        except PolicyError:
            return Written(reason=UNREACHED)
        written = Written(judged)
        if not judged:
            return replace(written, reason=UNANSWERED)
        is_borne_out = 2 * len(written.kept) >= len(judged)
        return written if is_borne_out else replace(written, reason=UNVERIFIED)

    def _listen(self, prompt: Prompt, citable: Sequence[_Citable]) -> tuple[Judged, ...]:
        """The model's sentences with their verdicts, as they come; stops once it babbles.

        Raises:
            PolicyError: If the model or the judge fails.
        """
        judged: list[Judged] = []
        heard, repeats = 0, 0
        text = ""
        with closing(listen(self.model, prompt, self.limits, self.clock)) as growing:
            for text in growing:
                said = read(text, whole=False)
                repeats += self._take(said[heard:], citable, judged)
                heard = len(said)
                if _is_enough(judged, repeats):
                    return tuple(judged[:MAX_SENTENCES])
                if not heard and len(without_thought(text)) > MAX_UNKEYED:
                    break
        self._take(read(text, whole=True)[heard:], citable, judged)
        return tuple(judged[:MAX_SENTENCES])

    def _take(
        self, said: Sequence[Stated], citable: Sequence[_Citable], judged: list[Judged]
    ) -> int:
        """Verify what was said and add it; gives how many sentences had been said before."""
        repeats = 0
        for stated in said:
            if any(one.text == stated.text for one in judged):
                repeats += 1
            elif not _NOTHING.fullmatch(stated.text):
                judged.append(self._verified(stated, citable))
        return repeats

    def _verified(self, stated: Stated, citable: Sequence[_Citable]) -> Judged:
        cited = [one for one in citable if one.passage.key in stated.keys]
        verdict = verify(
            stated.text,
            [one.source for one in cited],
            judge=self.checking.judge,
            at_least=self.checking.at_least,
        )
        return Judged(stated.text, verdict, cited[verdict.source].hit if cited else None)

    def _citable(self, evidence: Evidence) -> list[_Citable]:
        """The provisions that would be quoted, then the next best; none if one gives orders."""
        chosen = choose(evidence)
        hits: dict[str, Hit] = {}
        for hit in (*chosen, *evidence.hits):
            hits.setdefault(hit.passage.provision_id, hit)
        if any(gives_orders(self._version(hit).text) for hit in chosen):
            return []
        safe = [hit for hit in hits.values() if not gives_orders(self._version(hit).text)]
        safe = safe[:MAX_SOURCES]
        texts = [evidence.understood.text, *(self._version(hit).text for hit in safe)]
        keys = draw_keys(len(safe), texts, self.draw)
        citer = Citer(self.corpus, evidence.as_of)
        return [self._make(key, hit, citer) for key, hit in zip(keys, safe, strict=True)]

    def _make(self, key: str, hit: Hit, citer: Citer) -> _Citable:
        provision, version = self._provision(hit), self._version(hit)
        cited = citer.cite(1, provision, hit.passage.version, (0, len(version.text)))
        words = version.text if len(version.text) <= MAX_PASSAGE_CHARS else hit.passage.text
        text = f"{version.lead} {words}".strip()
        instrument = self.corpus.instruments[provision.instrument_id]
        names = (instrument.short_title, instrument.title, *instrument.aliases, version.heading)
        return _Citable(
            Passage(key, label(cited), standing_words(cited), text),
            hit,
            Source(
                version.text,
                provision.locator,
                version.lead,
                names,
                self._terms(provision, version),
            ),
        )

    def _terms(self, provision: Provision, version: Version) -> Callable[[str], frozenset[str]]:
        """Finds the terms of a provision's instrument in any text."""

        def terms_in(text: str) -> frozenset[str]:
            wording = replace(version, text=text, text_kind=TextKind.DIGEST)
            return frozenset(terms_used(self.corpus, provision, wording))

        return terms_in

    def _provision(self, hit: Hit) -> Provision:
        return self.corpus.provisions[hit.passage.provision_id]

    def _version(self, hit: Hit) -> Version:
        return self._provision(hit).versions[hit.passage.version]


def _is_enough(judged: Sequence[Judged], repeats: int) -> bool:
    """Whether listening on would give nothing: all is said, said again, or said without ground."""
    failed = sum(not one.verdict.supported for one in judged)
    return len(judged) >= MAX_SENTENCES or repeats > MAX_REPEATS or failed >= MAX_FAILED


def _with_note(draft: Draft, reason: str) -> Draft:
    """A quoted answer with a line that says why it is one."""
    if not draft.citations:
        return draft
    note = f"*{reason}; the provisions are quoted instead.*"
    return replace(draft, text=f"{draft.text}\n\n{note}", engine="extractive", model=None)
