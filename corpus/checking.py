"""The whole check of a corpus: structure always, figures where the official texts are at hand."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from corpus.bearers import Bearer, Bearers
from corpus.bearing import unsupported_marks, unsupported_places, unsupported_terms
from corpus.catalog import Corpus
from corpus.errors import VerificationError
from corpus.references import is_dangling, places_in, references
from corpus.types import Provision, Version
from corpus.verified import RECORD, verified_ids
from corpus.verify import unsupported_figures

MIN_WORDS, MAX_WORDS = 8, 170


@dataclass(slots=True)
class Report:
    """What a check found. `problems` fail it; `unchecked` figures are only reported."""

    provisions: int = 0
    instruments: int = 0
    checked: dict[str, str] = field(default_factory=dict)
    open_figures: list[str] = field(default_factory=list)
    no_source: int = 0
    problems: list[str] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    with_reference: bool = False

    def summary(self) -> str:
        """Two lines for a reader."""
        if not self.with_reference:
            return (
                f"{self.instruments} instruments, {self.provisions} provisions; structure "
                f"{'sound' if not self.problems else 'NOT sound'}; {len(verified_ids())} "
                "provisions recorded as checked against official texts"
            )
        return (
            f"{self.instruments} instruments, {self.provisions} provisions; "
            f"{len(self.checked)} with every figure, place and term found in the official text, "
            f"{len(self.open_figures)} with something to look at, {self.no_source} without a source"
        )

    def to_json(self) -> dict[str, object]:
        """The report as JSON."""
        return {
            "instruments": self.instruments,
            "provisions": self.provisions,
            "verified": len(self.checked) if self.with_reference else len(verified_ids()),
            "open_figures": self.open_figures,
            "without_source": self.no_source,
            "problems": self.problems,
            "ok": not self.problems,
        }


def check(corpus: Corpus, reference: Path | None) -> Report:
    """Check every provision; `reference` is the folder of official texts, None where absent.

    Raises:
        VerificationError: If `reference` is given but is no folder.
    """
    report = Report(
        provisions=len(corpus.provisions),
        instruments=len(corpus.instruments),
        with_reference=reference is not None,
    )
    if reference is not None and not reference.is_dir():
        raise VerificationError(
            f"there is no folder {reference}", hint="Name the folder of official texts."
        )
    _check_instruments(corpus, report)
    bearers = Bearers(corpus, reference) if reference is not None else None
    for provision, _, version in corpus.versions():
        _check_shape(provision, version, report)
        _check_references(corpus, provision, version, report)
        if bearers is not None:
            _check_figures(corpus, provision, version, bearers, report)
    return report


def _check_instruments(corpus: Corpus, report: Report) -> None:
    for instrument in corpus.instruments.values():
        if not instrument.timeline:
            report.problems.append(f"{instrument.id}: no timeline")
        if not corpus.of(instrument.id):
            report.problems.append(f"{instrument.id}: no provisions")
        if not instrument.source_url.startswith("https://"):
            report.problems.append(f"{instrument.id}: no official address")


def _check_shape(provision: Provision, version: Version, report: Report) -> None:
    words = len(version.text.split())
    where = f"{version.path}:{version.line}: {provision.locator}"
    if not MIN_WORDS <= words <= MAX_WORDS:
        report.problems.append(f"{where} has {words} words, not {MIN_WORDS} to {MAX_WORDS}")
    if not version.heading:
        report.problems.append(f"{where} has no heading")


def _check_references(
    corpus: Corpus, provision: Provision, version: Version, report: Report
) -> None:
    for reference in references(corpus, provision, version):
        if is_dangling(corpus, reference):
            report.problems.append(
                f"{version.path}:{version.line}: {provision.locator} refers to "
                f"{reference.locator} of {reference.instrument_id}, which is not there"
            )


def _check_figures(
    corpus: Corpus, provision: Provision, version: Version, bearers: Bearers, report: Report
) -> None:
    checkable = version.source and version.checkable
    official = bearers.of(provision, version) if checkable else None
    if official is None:
        report.no_source += 1
        report.checked.pop(provision.id, None)
        return
    report.sources[version.source] = bearers.sha256(version.source)
    missing = _missing(corpus, provision, version, official)
    if missing:
        report.open_figures.append(
            f"{version.path}:{version.line}: {provision.locator}: {', '.join(missing)} "
            f"not in {version.source}"
        )
        report.checked.pop(provision.id, None)
    elif provision.versions[0] is version or provision.id in report.checked:
        report.checked[provision.id] = version.source


def _missing(
    corpus: Corpus, provision: Provision, version: Version, official: Bearer
) -> tuple[str, ...]:
    """What a digest says that the official text of its provision does not bear out."""
    instrument = corpus.instruments[provision.instrument_id]
    places = list(places_in(provision, version))
    known = [
        str(provision.locator),
        version.heading,
        instrument.title,
        *instrument.aliases,
        *(event.note for event in instrument.timeline),
        *map(str, places),
        official.dated.isoformat() if official.dated else "",
    ]
    return (
        *unsupported_figures(version.text, official.text, known=known),
        *unsupported_marks(version.text, official.text),
        *unsupported_places(places, provision.locator, official),
        *unsupported_terms(version.terms, official.text),
    )


def record(report: Report) -> None:
    """Write the record of what was checked into the source tree (maintainers only)."""
    body = {
        "about": "Provisions whose every figure and date was found in the official text; written "
        "by `policy corpus verify --reference DIR --write`. `sources` are SHA-256.",
        "sources": dict(sorted(report.sources.items())),
        "provisions": dict(sorted(report.checked.items())),
    }
    path = Path(__file__).parent / "data" / RECORD
    path.write_text(json.dumps(body, indent=0, ensure_ascii=False) + "\n", "utf-8")
