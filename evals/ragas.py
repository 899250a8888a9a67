"""Exports a run as a RAGAS dataset: a JSON object a line, as `EvaluationDataset.from_jsonl` reads.

Fields of RAGAS's SingleTurnSample: user_input, retrieved_contexts, response and, where known,
reference; and the ids that its measures by id compare.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from corpus.catalog import Corpus
from corpus.errors import LocatorError
from corpus.locators import parse
from corpus.types import ProvisionId, provision_id
from evals.errors import EvaluationError
from evals.runs import StoredRun
from evals.types import HitLine, Record


def export_ragas(run: StoredRun, corpus: Corpus, out: Path) -> int:
    """Write a run in RAGAS's format; the file appears whole or not at all. Gives the count.

    Questions that failed have no response and are left out.

    Raises:
        EvaluationError: If the corpus is not the one of the run, or the file cannot be written.
    """
    if run.header.fingerprints.get("corpus") != corpus.fingerprint:
        raise EvaluationError(
            f"{run.folder.name} was run on another corpus, so its contexts are not at hand",
            hint="Run again, or use the POLICY_HOME of that run.",
        )
    answered = [record for record in run.records if not record.failure]
    aside = out.with_name(f"{out.name}.{os.getpid()}.tmp")
    try:
        with aside.open("w", encoding="ascii") as file:
            file.writelines(json.dumps(ragas_row(r, corpus)) + "\n" for r in answered)
        aside.replace(out)
    except OSError as error:
        raise EvaluationError(
            f"{out} cannot be written: {error.strerror}", hint="Name another file with --out."
        ) from error
    finally:
        with suppress(OSError):  # where it could not be made, there is none to remove
            aside.unlink(missing_ok=True)
    return len(answered)


def ragas_row(record: Record, corpus: Corpus) -> dict[str, object]:
    """One record as a single-turn sample (pure); earlier turns stand before the question."""
    known = [hit for hit in record.hits if hit.provision_id in corpus.provisions]
    row: dict[str, object] = {
        "user_input": "\n".join([*record.history, record.question]),
        "retrieved_contexts": [_text(hit, corpus) for hit in known],
        "retrieved_context_ids": [hit.provision_id for hit in known],
        "response": record.answer,
    }
    if record.reference:
        row["reference"] = record.reference
    if wanted := list(_reference_ids(record)):
        row["reference_context_ids"] = wanted
    return row


def _text(hit: HitLine, corpus: Corpus) -> str:
    versions = corpus.provisions[ProvisionId(hit.provision_id)].versions
    return versions[max(0, min(hit.version, len(versions) - 1))].text


def _reference_ids(record: Record) -> Iterator[str]:
    """The ids of the gold places; a whole instrument has none."""
    for place in dict.fromkeys(place for group in record.gold for place in group):
        instrument, _, locator = place.partition(" ")
        if locator:
            with suppress(LocatorError):
                yield provision_id(instrument, parse(locator))
