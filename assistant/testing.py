"""Public fakes of this package, and a small corpus of invented laws to try them on.

The laws are made up (household robots, drones, toasters), so that no test leans on the wording
of a real digest. Nothing here reads a file, a clock or the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from assistant.answering import Assistant
from assistant.engines.extractive import ExtractiveEngine
from assistant.protocols import AnswerEngine, Draft, Evidence
from corpus.catalog import Corpus
from corpus.locators import parse
from corpus.types import (
    Authority,
    Event,
    EventKind,
    Instrument,
    InstrumentId,
    Interval,
    Phase,
    Provision,
    ProvisionId,
    TextKind,
    Version,
    provision_id,
)
from index.types import Filters, Hit, Passage, PassageId, Route

TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class FixedRetriever:
    """Gives the same hits to every query, narrowed to the instruments of the filters.

    `asked` collects what it was asked: the query, `k` and the filters of each call.
    """

    hits: Sequence[Hit]
    asked: list[tuple[str, int, Filters]] = field(default_factory=list)

    def retrieve(self, query: str, *, k: int, filters: Filters) -> list[Hit]:
        """The first `k` of the hits that the filters let through."""
        self.asked.append((query, k, filters))
        return [hit for hit in self.hits if _is_let_through(hit, filters)][:k]


def _is_let_through(hit: Hit, filters: Filters) -> bool:
    instrument = hit.passage.provision_id.split("#")[0]
    return not filters.instruments or instrument in filters.instruments


@dataclass(frozen=True)
class FixedConfidence:
    """The same probability, in [0, 1], for every question."""

    probability: float = 1.0

    def score(self, question: str, hits: Sequence[Hit], *, scoped: bool = False) -> float:
        """The fixed probability; the question and its hits are not looked at."""
        return self.probability


@dataclass(frozen=True)
class ScriptedEngine:
    """Composes the same draft from whatever evidence; `seen` collects that evidence."""

    draft: Draft
    seen: list[Evidence] = field(default_factory=list)
    name: Literal["extractive", "generated"] = "extractive"

    def compose(self, evidence: Evidence) -> Draft:
        """The scripted draft."""
        self.seen.append(evidence)
        return self.draft


def flat_idf(token: str) -> float:
    """Every stem weighs 1."""
    return 1.0


def make_hit(
    corpus: Corpus,
    identifier: str,
    *,
    version: int = 0,
    score: float = 0.9,
    dense: float = 0.6,
    found_by: tuple[Route, ...] = ("lexical", "dense"),
) -> Hit:
    """A hit on the whole text of one version of a provision."""
    provision = corpus.provision(identifier)
    text = provision.versions[version].text
    passage = Passage(
        id=PassageId(f"{identifier}@{version}:0"),
        provision_id=provision.id,
        version=version,
        start=0,
        end=len(text),
        text=text,
        context=corpus.instruments[provision.instrument_id].short_title,
    )
    return Hit(passage, rank=1, score=score, dense=dense, lexical=1.0, found_by=found_by)


def make_assistant(
    corpus: Corpus,
    retriever: FixedRetriever,
    *,
    engine: AnswerEngine | None = None,
    confidence: float = 1.0,
    threshold: float = 0.4,
) -> Assistant:
    """An assistant on fakes whose today is always `TODAY`; the engine is the extractive one."""
    return Assistant(
        corpus=corpus,
        retriever=retriever,
        engine=engine or ExtractiveEngine(corpus, flat_idf),
        confidence=FixedConfidence(confidence),
        fingerprint="fakes",
        threshold=threshold,
        today=lambda: TODAY,
    )


def small_corpus() -> Corpus:
    """Seven invented instruments, one of each standing that a reader has to be told about.

    `robot-act` is in force, its Article 2 amended on 1 July 2025 and its Article 3 applicable
    from 2030; `drone-order` was revoked by `repeal-order`; `toaster-code` is a declaration;
    `cloud-bill` a dossier on a proposal; `chip-code` and the `chip-rule` that amended it share
    § 740.27(a).
    """
    provisions = [
        _provision("robot-act", "Article 1", "Stopping", _STOP),
        _amended_provision(),
        _provision("robot-act", "Article 3", "Insurance", _INSURE),
        _provision("robot-act", "Article 4", "Logbook", _LOGBOOK),
        _provision("robot-act", "Recital 7", "Why robots stop", _WHY),
        _provision("drone-order", "Section 2", "Night flights", _NIGHT),
        _provision("repeal-order", "Section 1", "Repeal", _REPEAL),
        _provision("toaster-code", "para. 1", "Crumbs", _CRUMBS),
        _provision("cloud-bill", "Heading: What is proposed", "", _CLOUD, TextKind.DOSSIER),
        _provision("chip-code", "§ 740.27(a)", "Permits", _PERMIT),
        _provision("chip-rule", "§ 740.27(a)", "Permits", _PERMIT),
    ]
    return Corpus(
        {instrument.id: instrument for instrument in _instruments()},
        {provision.id: provision for provision in provisions},
    )


_STOP = (
    "A household robot shall stop within 2 seconds when a person says stop. "
    "The maker of the robot shall test the stop before sale."
)
_REGISTER = "The owner of a household robot shall register the robot within {days} days."
_INSURE = "The owner of a household robot shall insure the robot for 5 000 crowns."
_LOGBOOK = (
    "The logbook of a robot records every start. The logbook of a robot records every stop. "
    "The maker keeps the logbook for 7 years. The logbook of a robot names its owner. "
    "An inspector may read the logbook at any hour. A fee of 12 crowns is due for each copy."
)
_WHY = "Household robots should stop at a word, because children cannot reach a switch."
_NIGHT = "A drone must not fly at night, unless the mayor has given leave."
_REPEAL = "The mayor's order on drones is revoked."
_CRUMBS = "Toasters should catch their crumbs."
_CLOUD = "The bill would let a minister close a data centre for 48 hours."
_PERMIT = "A permit covers chips of at most 9 grams."


def _provision(
    owner: str, locator: str, heading: str, text: str, kind: TextKind = TextKind.DIGEST
) -> Provision:
    place = parse(locator)
    version = Version(text, heading, kind)
    return Provision(provision_id(owner, place), InstrumentId(owner), place, (version,))


def _amended_provision() -> Provision:
    place, turn = parse("Article 2"), date(2025, 7, 1)
    versions = (
        Version(
            _REGISTER.format(days=90), "Registration", TextKind.DIGEST, valid=Interval(end=turn)
        ),
        Version(
            _REGISTER.format(days=30), "Registration", TextKind.DIGEST, valid=Interval(start=turn)
        ),
    )
    return Provision(ProvisionId("robot-act#article-2"), InstrumentId("robot-act"), place, versions)


def _instruments() -> tuple[Instrument, ...]:
    return (
        _instrument(
            "robot-act",
            "Robot Act",
            jurisdiction="EU",
            timeline=(Event(date(2024, 1, 1), EventKind.IN_FORCE, "In force."),),
            phases=(Phase(date(2030, 1, 1), Interval(), locators=(parse("Article 3"),)),),
        ),
        _instrument(
            "drone-order",
            "Drone Order",
            jurisdiction="US",
            timeline=(
                Event(date(2023, 5, 1), EventKind.IN_FORCE, "In force."),
                Event(
                    date(2025, 1, 20),
                    EventKind.REVOKED,
                    "Revoked by Section 1 of the Repeal Order.",
                ),
            ),
        ),
        _instrument("repeal-order", "Repeal Order", jurisdiction="US"),
        _instrument(
            "toaster-code",
            "Toaster Code",
            jurisdiction="G7",
            authority=Authority.DECLARATION,
            timeline=(Event(date(2023, 5, 1), EventKind.IN_FORCE, "Agreed."),),
        ),
        _instrument(
            "cloud-bill",
            "Cloud Bill",
            jurisdiction="US",
            authority=Authority.PROPOSAL,
            text_kind=TextKind.DOSSIER,
            timeline=(Event(date(2026, 3, 1), EventKind.REPORTED, "Reported by a newspaper."),),
        ),
        _instrument("chip-code", "Chip Code", jurisdiction="US"),
        replace(_instrument("chip-rule", "Chip Rule", jurisdiction="US"), kind="rule"),
    )


def _instrument(
    identifier: str,
    short_title: str,
    *,
    jurisdiction: str,
    authority: Authority = Authority.BINDING,
    text_kind: TextKind = TextKind.DIGEST,
    timeline: tuple[Event, ...] = (),
    phases: tuple[Phase, ...] = (),
) -> Instrument:
    return Instrument(
        id=InstrumentId(identifier),
        title=f"The {short_title}, an invented law",
        short_title=short_title,
        kind="regulation",
        jurisdiction=jurisdiction,
        authority=authority,
        text_kind=text_kind,
        source_url=f"https://example.org/{identifier}",
        timeline=timeline,
        phases=phases,
    )
