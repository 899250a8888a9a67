"""Measures of support that need a judge: a model that says whether a text bears out a claim.

Optional: no figure of the other suites needs it. A judge is to be trusted as far as it agrees with
people (`calibrate`) and with itself (`agreement`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from assistant.types import Answer
from evals.citing import all_score, vital_score
from evals.errors import DatasetError
from evals.gold import Nugget
from evals.judge_prompts import join_evidence, parse_support, render_support

KAPPA_WANTED = 0.6
"""A judge that agrees less than this with people's labels is not to be reported."""

_FULL = 1.0
_HINT = "One JSON object a line: claim, evidence (a text or a list), and support or label."
_LABELS = {"complete": 1.0, "yes": 1.0, "partial": 0.5, "partly": 0.5}
_LABELS |= dict.fromkeys(("incomplete", "missing", "no"), 0.0)


class Judge(Protocol):
    """Says how far a text bears out a claim."""

    def support(self, claim: str, evidence: str) -> float:
        """1 if the text says all of the claim, 0.5 if a part, 0 if none.

        Raises:
            JudgeError: If no verdict was to be had.
        """


@dataclass(frozen=True)
class PromptedJudge:
    """A judge made of anything that completes a prompt, at temperature 0."""

    complete: Callable[[str], str]

    def support(self, claim: str, evidence: str) -> float:
        """The verdict, in {0, 0.5, 1}, of one completion.

        Raises:
            JudgeError: If the completion is no verdict.
        """
        return parse_support(self.complete(render_support(claim, evidence)))


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an answer and the words it cites; `unresolved` counts citations of nothing."""

    text: str
    cited: tuple[str, ...]
    unresolved: int = 0


@dataclass(frozen=True, slots=True)
class Support:
    """How far an answer's citations bear it out, each in [0, 1]; higher is better but the last.

    `misgrounded`: share of the statements with citations whose citations do not bear them out.
    """

    citation_recall: float
    citation_precision: float
    misgrounded: float


def statements(answer: Answer) -> tuple[Statement, ...]:
    """The sentences of an answer with the words each cites.

    The openings of the extractive engine are left out: they name the source, its status and the
    day, which stand in the catalogue and not in the words cited.
    """
    quotes = {citation.n: citation.quote for citation in answer.citations}
    ours = answer.engine == "extractive"
    return tuple(
        Statement(
            claim.text,
            tuple(quotes[n] for n in claim.citations if n in quotes),
            sum(n not in quotes for n in claim.citations),
        )
        for claim in answer.claims
        if not (ours and claim.support == "checked")
    )


def citation_support(judge: Judge, said: Sequence[Statement]) -> Support:
    """Recall and precision of citations; copying passages gets all of it, so never report it alone.

    A statement is borne out if all it cites together says all of it, and it cites nothing that is
    not there. A citation is wrong if its statement is not borne out, or if alone it does not bear
    the statement out while the others do. An answer without citations has precision 0.

    Raises:
        ValueError: Without statements.
        JudgeError: If the judge gives no verdict.

    Source:
        Gao et al., ALCE, EMNLP 2023, arXiv:2305.14627, section 4.
    """
    if not said:
        raise ValueError("no statement, so no support")
    borne = [_is_borne_out(judge, statement) for statement in said]
    right = sum(
        _right_citations(judge, s) for s, is_borne in zip(said, borne, strict=True) if is_borne
    )
    citations = sum(len(s.cited) + s.unresolved for s in said)
    citing = [is_borne for s, is_borne in zip(said, borne, strict=True) if s.cited or s.unresolved]
    return Support(
        citation_recall=sum(borne) / len(said),
        citation_precision=right / citations if citations else 0.0,
        misgrounded=1 - sum(citing) / len(citing) if citing else 0.0,
    )


def _is_borne_out(judge: Judge, statement: Statement) -> bool:
    if statement.unresolved or not statement.cited:
        return False
    return _says(judge, statement.text, statement.cited)


def _right_citations(judge: Judge, statement: Statement) -> int:
    """How many citations of a statement that is borne out are needed or bear it out alone."""
    cited = statement.cited
    if len(cited) == 1:
        return 1
    return sum(
        _says(judge, statement.text, (cited[n],))
        or not _says(judge, statement.text, (*cited[:n], *cited[n + 1 :]))
        for n in range(len(cited))
    )


def _says(judge: Judge, claim: str, passages: Sequence[str]) -> bool:
    return judge.support(claim, join_evidence(passages)) == _FULL


def faithfulness(judge: Judge, claims: Sequence[str], retrieved: Sequence[str]) -> float:
    """Share of the claims that the retrieved passages together bear out, in [0, 1].

    Raises:
        ValueError: Without claims.
        JudgeError: If the judge gives no verdict.

    Source:
        Es et al., RAGAS, EACL 2024, arXiv:2309.15217; claims are given, not drawn by a model.
    """
    if not claims:
        raise ValueError("no claim, so nothing to be faithful")
    return sum(_says(judge, claim, retrieved) for claim in claims) / len(claims)


@dataclass(frozen=True, slots=True)
class NuggetScores:
    """Recall of nuggets, in [0, 1]; strict: support in part counts as none. None: none vital."""

    all: float
    strict_all: float
    vital: float | None
    strict_vital: float | None


def nugget_scores(judge: Judge, nuggets: Sequence[Nugget], answer: str) -> NuggetScores:
    """How far an answer says the nuggets, each judged by its text.

    Raises:
        ValueError: Without nuggets.
        JudgeError: If the judge gives no verdict.

    Source:
        As for `evals.citing.all_score`.
    """
    held = [judge.support(nugget.text, answer) for nugget in nuggets]
    vital = [nugget.vital for nugget in nuggets]
    return NuggetScores(
        all=all_score(held),
        strict_all=all_score(held, strict=True),
        vital=vital_score(held, vital) if any(vital) else None,
        strict_vital=vital_score(held, vital, strict=True) if any(vital) else None,
    )


def cohens_kappa(first: Sequence[float], second: Sequence[float]) -> float:
    """Agreement of two sets of labels beyond chance, at most 1; 0 is chance.

    Raises:
        ValueError: If lengths differ, there is no label, or both only ever give the same one:
            then nothing tells agreement from chance.

    Source:
        Cohen, Educational and Psychological Measurement 20(1), 1960,
        doi:10.1177/001316446002000104.

    >>> cohens_kappa([1, 1, 0, 0], [1, 1, 0, 1])
    0.5
    """
    seen = share_equal(first, second)
    chance = sum(
        (first.count(label) / len(first)) * (second.count(label) / len(second))
        for label in set(first) | set(second)
    )
    if chance == 1:
        raise ValueError("all labels are the same, so no agreement beyond chance")
    return (seen - chance) / (1 - chance)


def share_equal(first: Sequence[float], second: Sequence[float]) -> float:
    """Share of the pairs that are equal, in [0, 1].

    Raises:
        ValueError: If lengths differ or there is nothing to compare.
    """
    if len(first) != len(second) or not first:
        raise ValueError(f"{len(first)} labels cannot be compared with {len(second)}")
    return sum(a == b for a, b in zip(first, second, strict=True)) / len(first)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A claim with its evidence, and the support in {0, 0.5, 1} that people gave it."""

    claim: str
    evidence: str
    support: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far a judge agrees with people, and with itself when asked twice; in [0, 1] but kappa.

    `kappa` is at most 1 and None where it is not defined; `accuracy` and `agreement` are shares
    of equal verdicts.
    """

    questions: int
    kappa: float | None
    accuracy: float
    agreement: float

    @property
    def is_trusted(self) -> bool:
        """Whether its figures may be reported."""
        return self.kappa is not None and self.kappa >= KAPPA_WANTED


def agreement(judge: Judge, pairs: Sequence[tuple[str, str]]) -> float:
    """Share of the (claim, evidence) on which a judge says the same when asked again.

    Raises:
        ValueError: Without pairs.
        JudgeError: If the judge gives no verdict.
    """
    first, second = ([judge.support(*pair) for pair in pairs] for _ in range(2))
    return share_equal(first, second)


def calibrate(judge: Judge, labelled: Sequence[Labelled]) -> Calibration:
    """Ask a judge twice about claims that people have labelled.

    Raises:
        ValueError: Without labels.
        JudgeError: If the judge gives no verdict.
    """
    first, second = (
        [judge.support(item.claim, item.evidence) for item in labelled] for _ in range(2)
    )
    wanted = [item.support for item in labelled]
    is_constant = len({*first, *wanted}) == 1
    return Calibration(
        questions=len(labelled),
        kappa=None if is_constant else cohens_kappa(first, wanted),
        accuracy=share_equal(first, wanted),
        agreement=share_equal(first, second),
    )


def read_labelled(path: Path) -> tuple[Labelled, ...]:
    """Labelled claims from JSON lines; lines without a label or evidence are left out.

    A label is yes, partly or no; ExpertQA's Complete, Partial, Incomplete and Missing mean these.

    Raises:
        DatasetError: With file and line, for the first that cannot be read.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise DatasetError(str(path), 0, problem, hint=_HINT) from error
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                item = _labelled(json.loads(line))
            except KeyError as error:
                raise DatasetError(str(path), number, f"no {error}", hint=_HINT) from error
            except (ValueError, TypeError, AttributeError) as error:
                raise DatasetError(str(path), number, str(error), hint=_HINT) from error
            if item is not None:
                found.append(item)
    return tuple(found)


def _labelled(row: Mapping[str, Any]) -> Labelled | None:
    label = row.get("label") or row.get("support")
    evidence = row["evidence"]
    passages = [evidence] if isinstance(evidence, str) else list(evidence)
    if not label or not passages:
        return None
    if str(label).casefold() not in _LABELS:
        raise ValueError(f"{str(label)[:60]!r} is no label: {', '.join(_LABELS)}")
    claim = row["claim"]
    if not isinstance(claim, str):
        raise TypeError(f"{claim!r:.60} is no claim")
    return Labelled(claim, join_evidence(passages), _LABELS[str(label).casefold()])
