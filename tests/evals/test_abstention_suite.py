from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.testing import FixedRetriever, make_assistant, make_hit, small_corpus
from corpus.catalog import Corpus
from corpus.locators import parse
from evals.abstaining import Decision
from evals.abstention_suite import (
    ANSWERABLE,
    SUITE,
    curve,
    decision,
    fit_threshold,
    pooled,
    read_items,
    tasks,
)
from evals.errors import DatasetError
from evals.types import Record
from index.types import Hit

GOLD = [{"instrument": "toaster-code", "locators": ["para. 1"]}]
ROW = {"id": "a1", "type": "date", "question": "What should toasters catch?", "gold": GOLD}
OFF = {"id": "n1", "type": "unanswerable", "question": "Who won the match?", "abstain": True}


@dataclass(frozen=True)
class ByWord:
    """High confidence in questions that name a toaster, else little."""

    def score(self, question: str, hits: Sequence[Hit]) -> float:
        return 0.9 if "toaster" in question else 0.2


@pytest.fixture
def assistant() -> Assistant:
    """Answers from the Toaster Code, if the question names a toaster."""
    corpus = small_corpus()
    made = make_assistant(corpus, FixedRetriever([make_hit(corpus, "toaster-code#para-1")]))
    return replace(made, confidence=ByWord())


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def asked(assistant: Assistant, path: Path) -> dict[str, Record]:
    made = tasks(assistant, path)
    return {t.id: replace(t.ask(), kind=t.kind, should_abstain=t.should_abstain) for t in made}


def record(
    confidence: float,
    right: float | None,
    *,
    abstained: bool = False,
    held_out: bool = False,
    failure: str = "",
) -> Record:
    """An answerable question with what answering is worth, or (None) an unanswerable one."""
    measures = {"held_out": float(held_out)}
    if right is not None:
        measures["right_if_answered"] = right
    return Record(
        "r",
        "kind",
        "?",
        should_abstain=right is None,
        abstained=abstained,
        confidence=confidence,
        measures=measures,
        failure=failure,
    )


def test_lines_say_their_part_and_kind(tmp_path: Path) -> None:
    path = write(tmp_path / "q.jsonl", {**OFF, "part": "held_out", "kind": "future"}, ROW)

    items = read_items(path)

    assert [(i.gold.question.id, i.part, i.kind) for i in items] == [
        ("n1", "held_out", "future"),
        ("a1", "fit", ANSWERABLE),
    ]


def test_lines_without_a_part_are_parted_in_turn_each_sort_by_itself(tmp_path: Path) -> None:
    rows = [{**ROW, "id": f"a{n}"} for n in range(3)] + [{**OFF, "id": f"n{n}"} for n in range(3)]
    path = write(tmp_path / "q.jsonl", *rows)

    parts = [item.part for item in read_items(path)]

    assert parts == ["fit", "held_out", "fit"] * 2


def test_an_unanswerable_question_without_a_kind_has_its_type(tmp_path: Path) -> None:
    (item,) = read_items(write(tmp_path / "q.jsonl", OFF))

    assert item.kind == "unanswerable"


def test_false_premises_are_left_out(tmp_path: Path) -> None:
    path = write(tmp_path / "q.jsonl", {**ROW, "type": "false_premise"}, OFF)

    assert [item.gold.question.id for item in read_items(path)] == ["n1"]


@pytest.mark.parametrize("bad", [{"part": "third"}, {"part": 7}, {"kind": 7}])
def test_a_line_with_a_part_or_kind_that_is_none_is_named(
    tmp_path: Path, bad: dict[str, object]
) -> None:
    path = write(tmp_path / "q.jsonl", ROW, {**OFF, **bad})

    with pytest.raises(DatasetError, match=r"q\.jsonl:2"):
        read_items(path)


def test_an_answerable_question_that_is_answered_rightly(
    assistant: Assistant, tmp_path: Path
) -> None:
    got = asked(assistant, write(tmp_path / "q.jsonl", ROW))["a1"]

    assert got.kind == ANSWERABLE
    assert got.measures == {"coverage": 1.0, "right_if_answered": 1.0, "held_out": 0.0}


def test_an_answerable_question_that_is_declined_is_judged_by_the_answer_held_back(
    assistant: Assistant, tmp_path: Path
) -> None:
    row = {**ROW, "question": "What should be caught?"}
    wrong = {**row, "id": "a2", "gold": [{"instrument": "robot-act", "locators": ["Article 1"]}]}

    got = asked(assistant, write(tmp_path / "q.jsonl", row, wrong))

    assert got["a1"].abstained
    assert got["a1"].confidence == 0.2
    assert got["a1"].measures == {
        "coverage": 0.0,
        "abstain_precision": 0.0,
        "right_if_answered": 1.0,
        "held_out": 0.0,
    }
    assert got["a2"].measures["right_if_answered"] == 0.0


def test_an_unanswerable_question_is_judged_by_the_decision_alone(
    assistant: Assistant, tmp_path: Path
) -> None:
    bold = {**OFF, "id": "n2", "question": "Who won the toaster match?"}

    got = asked(assistant, write(tmp_path / "q.jsonl", OFF, bold))

    assert got["n1"].measures == {
        "coverage": 0.0,
        "abstain_precision": 1.0,
        "abstain_recall": 1.0,
        "held_out": 0.0,
    }
    assert got["n2"].measures == {"coverage": 1.0, "abstain_recall": 0.0, "held_out": 1.0}


def test_the_part_of_a_question_is_of_what_it_is_judged_by(
    assistant: Assistant, tmp_path: Path
) -> None:
    first, second = (
        tasks(assistant, write(tmp_path / f"{part}.jsonl", {**OFF, "part": part}))[0]
        for part in ("fit", "held_out")
    )

    assert first.content != second.content


def test_a_record_tells_of_its_decision() -> None:
    assert decision(record(0.7, 1.0)) == Decision(False, False, 1.0, 0.7)
    assert decision(record(0.7, None, abstained=True)) == Decision(True, True, None, 0.7)


def test_the_threshold_that_is_fitted_parts_the_two_sorts() -> None:
    made = [decision(record(c, 1.0)) for c in (0.5, 0.8, 0.9)]
    made += [decision(record(c, None)) for c in (0.1, 0.4, 0.6)]

    # At 0.5: all of 3 answered, 2 of 3 declined. At 0.8: 2 of 3 and all: as good, and higher.
    assert fit_threshold(made) == 0.5


@pytest.mark.parametrize("right", [1.0, None])
def test_a_threshold_needs_questions_of_both_sorts(right: float | None) -> None:
    with pytest.raises(ValueError, match="answerable and unanswerable"):
        fit_threshold([decision(record(0.5, right))])


RECORDS = [
    record(0.9, 1.0),
    record(0.8, 0.0),
    record(0.3, 1.0, abstained=True),
    record(0.2, None, abstained=True),
    record(0.9, 1.0, held_out=True),
    record(0.25, 1.0, abstained=True, held_out=True),
    record(0.7, None, held_out=True),
    record(0.1, None, abstained=True, held_out=True),
]


def test_pooled_figures_are_of_all_questions() -> None:
    found = pooled(RECORDS)

    assert found["wrong_rate"] == pytest.approx(2 / 4)
    assert found["abstain_f1"] == pytest.approx(2 * 2 / (4 + 3))
    assert found["conditioned"] == pytest.approx((1 + 0 + 1 + 0 + 1 + 1) / 8)
    assert found["brier"] == pytest.approx(
        sum(
            (c - w) ** 2
            for c, w in [
                (0.9, 1),
                (0.8, 0),
                (0.3, 1),
                (0.2, 0),
                (0.9, 1),
                (0.25, 1),
                (0.7, 0),
                (0.1, 0),
            ]
        )
        / 8
    )
    assert found["answerable_brier"] == pytest.approx(found["brier"] + (0.2**2 - 0.8**2) / 8)
    assert 0 <= found["calibration_error"] <= 1
    assert 0 <= found["answerable_error"] <= 1


def test_the_area_is_that_of_the_curve_over_all_questions() -> None:
    points = curve(RECORDS)

    assert points[0].risk == 0.0
    assert points[-1].coverage == 1.0
    # Risks at 0.9 (two), 0.8, 0.7, 0.3, 0.25, 0.2 and 0.1, from the highest confidence down.
    risks = (0, 0, 1 / 3, 2 / 4, 2 / 5, 2 / 6, 3 / 7, 4 / 8)
    assert pooled(RECORDS)["aurc"] == pytest.approx(sum(risks) / 8)


def test_figures_of_what_is_held_out_are_at_the_own_and_at_the_fitted_threshold() -> None:
    found = pooled(RECORDS)

    assert found["held_out_coverage"] == 0.5
    assert found["held_out_precision"] == 0.5
    assert found["held_out_recall"] == 0.5
    assert found["held_out_f1"] == 0.5
    assert found["fitted_threshold"] == 0.3
    assert (found["fitted_coverage"], found["fitted_recall"]) == (0.5, 0.5)


def test_questions_of_one_sort_have_the_rate_of_wrong_answers_alone() -> None:
    assert pooled([record(0.9, 1.0), record(0.9, 0.0)]) == {"wrong_rate": 0.5}
    assert pooled([record(0.1, None, abstained=True)]) == {}
    assert pooled([]) == {}


def test_without_questions_held_out_there_are_no_figures_of_them() -> None:
    found = pooled([r for r in RECORDS if not r.measures["held_out"]])

    assert "aurc" in found
    assert not any(name.startswith(("held_out", "fitted")) for name in found)


def test_a_question_that_failed_takes_no_part() -> None:
    failed = record(0.0, None, failure="ValueError: no")

    assert pooled([*RECORDS, failed]) == pooled(RECORDS)


def test_every_measure_and_pooled_figure_is_one_of_the_suite(
    assistant: Assistant, tmp_path: Path
) -> None:
    got = asked(assistant, write(tmp_path / "q.jsonl", ROW, OFF))
    names = {name for r in got.values() for name in r.measures} | set(pooled(RECORDS))

    assert names == {figure.name for figure in SUITE.figures}


def off_corpus() -> list[dict[str, object]]:
    text = (resources.files("evals") / "data" / "off_corpus.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_our_questions_off_the_corpus_are_many_of_each_kind_and_in_both_parts() -> None:
    rows = off_corpus()

    kinds = Counter(row["kind"] for row in rows)
    assert len(rows) >= 160
    assert set(kinds) == {
        "off_topic",
        "adjacent_fact",
        "future",
        "other_law",
        "wrong_law",
        "no_such_place",
        "other_regulator",
    }
    held_out = Counter(row["kind"] for row in rows if row["part"] == "held_out")
    assert set(kinds) - set(held_out) == {"off_topic"}
    assert sum(held_out.values()) >= 40


def test_our_own_set_holds_answerable_and_unanswerable_questions_in_both_parts() -> None:
    counts = Counter((item.gold.should_abstain, item.part) for item in read_items())

    assert len(counts) == 4
    assert min(counts.values()) >= 40


def test_places_that_are_said_not_to_exist_do_not(embedded: Corpus) -> None:
    named = [
        ("eu-ai-act", "Article 215"),
        ("eu-ai-act", "Annex XVII"),
        ("gdpr", "Article 104"),
        ("ear", "§ 744.99"),
        ("eu-ai-act", "Recital 260"),
        ("eo-14110", "Section 19"),
        ("ear", "ECCN 3A097"),
        ("coe-ai-convention", "Article 61"),
        ("chips-guardrails", "§ 231.450"),
        ("itar", "§ 120.99"),
        ("ear", "Supplement No. 14 to Part 744"),
    ]

    assert [place for place in named if embedded.at(place[0], parse(place[1]))] == []
