from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from assistant.answering import Assistant
from assistant.citing import Citer
from assistant.types import Answer, AnswerStatus, Citation, Question
from corpus.catalog import Corpus
from corpus.locators import parse
from corpus.types import (
    Authority,
    Instrument,
    InstrumentId,
    Provision,
    TextKind,
    Version,
    provision_id,
)
from evals.answers import Gold, Judged, Report, judge, measure_answers, read_gold
from evals.errors import DatasetError

DAY = date(2026, 11, 23)
ACT = "harbour-act"
TEXTS = {
    "Article 1(1)": "The harbour opens at six in the morning.",
    "Article 1(2)": "The harbour closes at ten in the evening.",
    "Article 2": "A vessel pays a fee of twelve crowns a night.",
}


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """An act of our own with three provisions."""
    instrument = Instrument(
        id=InstrumentId(ACT),
        title="The Harbour Act",
        short_title="Harbour Act",
        kind="statute",
        jurisdiction="XX",
        authority=Authority.BINDING,
        text_kind=TextKind.DIGEST,
        source_url="",
    )
    provisions = [
        Provision(
            provision_id(ACT, parse(locator)),
            instrument.id,
            parse(locator),
            (Version(text, "", TextKind.DIGEST),),
        )
        for locator, text in TEXTS.items()
    ]
    return Corpus({instrument.id: instrument}, {p.id: p for p in provisions})


Cite = Callable[[str], Citation]
Judge = Callable[[Gold, Answer], Judged]


@pytest.fixture
def cite(corpus: Corpus) -> Cite:
    """Cite the whole text of a provision of the act."""

    def make(locator: str) -> Citation:
        provision = corpus.provision(provision_id(ACT, parse(locator)))
        return Citer(corpus, DAY).cite(1, provision, 0, (0, len(TEXTS[locator])))

    return make


@pytest.fixture
def judged(corpus: Corpus) -> Judge:
    """`judge` against the act: all that it asks of an assistant is the corpus."""
    assistant = cast("Assistant", SimpleNamespace(corpus=corpus))
    return lambda gold, answer: judge(gold, answer, assistant)


def gold(
    *groups: Sequence[str],
    kind: str = "pinpoint",
    nuggets: Sequence[Sequence[str]] = (),
    must_not: Sequence[str] = (),
    abstain: bool = False,
    instrument: str = ACT,
) -> Gold:
    """A gold question; each group is the places that meet it, `*` being the whole instrument."""
    return Gold(
        Question("When does the harbour open?", id="g"),
        kind,
        abstain,
        tuple(
            tuple((instrument, None if at == "*" else parse(at)) for at in group)
            for group in groups
        ),
        tuple(tuple(patterns) for patterns in nuggets),
        tuple(must_not),
    )


def answered(text: str = "At six.", *citations: Citation) -> Answer:
    return Answer(
        Question("?"),
        DAY,
        AnswerStatus.ANSWERED,
        text,
        citations=citations,
        timings_ms=(("total", 12.0),),
    )


def declined(text: str = "Nothing answers that.") -> Answer:
    return replace(answered(text), status=AnswerStatus.ABSTAINED)


@pytest.mark.parametrize(
    ("wanted", "cited", "value"),
    [
        pytest.param("Article 1(1)", "Article 1(1)", 1.0, id="the very provision"),
        pytest.param("Article 1", "Article 1(2)", 1.0, id="a provision below it"),
        pytest.param("*", "Article 2", 1.0, id="anywhere in the instrument"),
        pytest.param("Article 1(1)", "Article 1(2)", 0.0, id="its neighbour"),
        pytest.param("Article 2(1)", "Article 2", 0.0, id="only its parent"),
    ],
)
def test_gold_is_cited_by_a_citation_at_or_below_it(
    judged: Judge, cite: Cite, wanted: str, cited: str, value: float
) -> None:
    row = judged(gold([wanted]), answered("At six.", cite(cited)))

    assert row.cited_any == value


def test_the_same_locator_of_another_instrument_does_not_count(judged: Judge, cite: Cite) -> None:
    question = gold(["Article 2"], instrument="fishing-act")

    row = judged(question, answered("At six.", cite("Article 2")))

    assert row.cited_any == 0.0


def test_one_place_of_a_group_meets_the_group(judged: Judge, cite: Cite) -> None:
    question = gold(["Article 1(1)", "Article 2"])

    row = judged(question, answered("At six.", cite("Article 2")))

    assert (row.cited_any, row.cited_all) == (1.0, 1.0)


def test_all_gold_is_cited_only_when_every_group_is_met(judged: Judge, cite: Cite) -> None:
    question = gold(["Article 1(1)"], ["Article 2"])

    row = judged(question, answered("At six.", cite("Article 2")))

    assert (row.cited_any, row.cited_all) == (1.0, 0.0)


def test_nuggets_are_found_by_any_of_their_patterns_in_any_case(judged: Judge) -> None:
    question = gold(["Article 1"], nuggets=[["six", "6"], ["morning"], ["crowns"]])

    row = judged(question, answered("It opens at SIX in the morning."))

    assert row.nugget_recall == pytest.approx(2 / 3)


def test_an_abstention_on_an_answerable_question_counts_0(judged: Judge) -> None:
    question = gold(["Article 1"], nuggets=[["nothing"]])

    row = judged(question, declined("Nothing answers that."))

    assert (row.cited_any, row.cited_all, row.nugget_recall) == (0.0, 0.0, 0.0)


def test_an_unanswerable_question_has_no_figures_but_abstention(judged: Judge, cite: Cite) -> None:
    question = gold(["Article 1"], nuggets=[["six"]], abstain=True)

    row = judged(question, answered("At six.", cite("Article 1(1)")))

    assert (row.cited_any, row.cited_all, row.nugget_recall) == (None, None, None)
    assert (row.should_abstain, row.abstained) == (True, False)


def test_a_false_premise_is_not_scored_on_what_it_cites(judged: Judge, cite: Cite) -> None:
    question = gold(["Article 1"], kind="false_premise", nuggets=[["six"]])

    row = judged(question, answered("At six.", cite("Article 1(1)")))

    assert row.cited_any is None
    assert row.nugget_recall == 1.0


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        pytest.param(answered("It opens at Seven."), True, id="said"),
        pytest.param(answered("It opens at six."), False, id="not said"),
        pytest.param(declined("Not at seven."), False, id="said while declining"),
    ],
)
def test_what_must_not_be_said_is_noticed(judged: Judge, answer: Answer, wrong: bool) -> None:
    row = judged(gold(["Article 1"], must_not=["seven"]), answer)

    assert row.said_wrong is wrong


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"quote": "The harbour opens at five in the morning."}, id="other words"),
        pytest.param({"quote_start": 1}, id="moved offsets"),
        pytest.param({"provision_id": f"{ACT}#article-9"}, id="no such provision"),
        pytest.param({"version": 3}, id="no such version"),
        pytest.param({"quote": "", "quote_end": 0}, id="nothing quoted"),
    ],
)
def test_a_quote_that_is_not_in_its_provision_is_not_exact(
    judged: Judge, cite: Cite, changes: dict[str, object]
) -> None:
    right = cite("Article 1(1)")
    wrong = replace(right, **changes)

    row = judged(gold(["Article 1"]), answered("At six.", right, wrong))

    assert (row.quotes, row.exact_quotes) == (2, 1)


def row(**changes: object) -> Judged:
    """A perfect answer to an answerable question, with changes."""
    perfect = Judged("g", "pinpoint", False, False, 1.0, 1.0, 1.0, False, 2, 2, 10.0)
    return replace(perfect, **changes)


def unscored(*, abstained: bool) -> Judged:
    """An unanswerable question, declined or not."""
    return row(
        kind="unanswerable",
        abstained=abstained,
        should_abstain=True,
        cited_any=None,
        cited_all=None,
        nugget_recall=None,
        quotes=0 if abstained else 2,
        exact_quotes=0 if abstained else 2,
    )


def test_means_are_over_the_questions_that_a_figure_applies_to() -> None:
    report = Report((row(), row(cited_any=0.0), unscored(abstained=True)))

    summary = report.summary()

    assert (summary["questions"], summary["gold_cited"]) == (3, 0.5)


def test_abstention_is_measured_by_precision_and_recall() -> None:
    wrongly = row(abstained=True, cited_any=0.0, quotes=0, exact_quotes=0)
    rows = (row(), wrongly, unscored(abstained=True), unscored(abstained=False))

    summary = Report(rows).summary()

    assert (summary["abstain_precision"], summary["abstain_recall"]) == (0.5, 0.5)
    assert summary["coverage"] == 0.5


def test_quote_validity_is_the_share_of_exact_quotes() -> None:
    report = Report((row(quotes=3, exact_quotes=2), row(quotes=1, exact_quotes=1)))

    summary = report.summary()

    assert summary["quote_validity"] == 0.75
    assert summary["citations_per_answer"] == 2.0


def test_a_summary_of_one_kind_leaves_the_others_out() -> None:
    report = Report((row(), row(kind="date", cited_any=0.0)))

    summary = report.summary("date")

    assert (summary["questions"], summary["gold_cited"]) == (1, 0.0)


def test_a_figure_that_applies_to_no_question_is_null_in_json() -> None:
    report = Report((unscored(abstained=True),))

    body = json.loads(json.dumps(report.to_json(), allow_nan=False))

    assert body["by_type"]["unanswerable"]["gold_cited"] is None
    assert body["overall"]["coverage"] == 0.0


def test_the_table_has_a_line_for_all_and_for_each_type() -> None:
    report = Report((row(), row(kind="date")))

    lines = report.lines()

    assert [line.split()[0] for line in lines] == ["type", "all", "date", "pinpoint"]
    assert len({len(line) for line in lines}) == 1


def test_every_question_is_answered_and_judged_in_order(corpus: Corpus) -> None:
    assistant = cast("Assistant", SimpleNamespace(corpus=corpus, answer=lambda _: answered()))
    first, second = (replace(gold(["Article 1"]), question=Question("?", id=i)) for i in "ab")
    told: list[tuple[int, int]] = []

    report = measure_answers(assistant, [first, second], lambda *counts: told.append(counts))

    assert [row.id for row in report.judged] == ["a", "b"]
    assert told == [(1, 2), (2, 2)]


def write(path: Path, *rows: object) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


PLAIN = {"id": "a", "type": "date", "question": "When?"}


def test_a_gold_question_is_read_with_its_history_and_day(tmp_path: Path) -> None:
    path = write(tmp_path / "q.jsonl", {**PLAIN, "history": ["Before?"], "as_of": "2025-03-01"})

    (item,) = read_gold(path)

    assert item.question == Question("When?", ("Before?",), date(2025, 3, 1), id="a")


def test_entries_of_one_group_are_alternatives_and_other_groups_are_further_parts(
    tmp_path: Path,
) -> None:
    entries = [
        {"instrument": "x", "locators": ["Article 1", "Article 2"], "group": 1},
        {"instrument": "y", "locators": ["*"], "group": 1},
        {"instrument": "x", "locators": ["Article 3"], "group": 2},
    ]
    path = write(tmp_path / "q.jsonl", {**PLAIN, "gold": entries})

    (item,) = read_gold(path)

    assert item.groups == (
        (("x", parse("Article 1")), ("x", parse("Article 2")), ("y", None)),
        (("x", parse("Article 3")),),
    )


def test_only_vital_nuggets_are_asked_for(tmp_path: Path) -> None:
    nuggets = [{"any_of": ["six", "6"], "vital": True}, {"any_of": ["dawn"], "vital": False}]
    path = write(tmp_path / "q.jsonl", {**PLAIN, "nuggets": nuggets})

    (item,) = read_gold(path)

    assert item.nuggets == (("six", "6"),)


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        pytest.param("{broken", "", id="no JSON"),
        pytest.param([1], "", id="no object"),
        pytest.param({"id": "b", "type": "date"}, "'question' is missing", id="no question"),
        pytest.param(
            {**PLAIN, "gold": [{"instrument": "x", "locators": ["nowhere"]}]},
            "'nowhere' is not a locator",
            id="no locator",
        ),
        pytest.param({**PLAIN, "as_of": "soon"}, "soon", id="no date"),
        pytest.param({**PLAIN, "must_not": ["(open"]}, "", id="no pattern"),
        pytest.param(
            {**PLAIN, "nuggets": [{"any_of": ["*"], "vital": True}]}, "", id="no nugget pattern"
        ),
    ],
)
def test_a_bad_line_of_gold_is_named(tmp_path: Path, bad: object, problem: str) -> None:
    path = write(tmp_path / "q.jsonl", PLAIN, "", bad)

    with pytest.raises(DatasetError, match=rf"q\.jsonl:3: .*{problem}"):
        read_gold(path)


@pytest.mark.parametrize(
    "data", [pytest.param(None, id="missing"), pytest.param(b"\xff\xfe", id="not UTF-8")]
)
def test_a_file_of_gold_that_cannot_be_read_is_named(tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "q.jsonl"
    if data is not None:
        path.write_bytes(data)

    with pytest.raises(DatasetError, match=r"q\.jsonl: cannot be read"):
        read_gold(path)


def test_a_failure_of_gold_says_how_gold_is_written(tmp_path: Path) -> None:
    with pytest.raises(DatasetError) as caught:
        read_gold(tmp_path / "none.jsonl")

    assert "One JSON object a line" in caught.value.hint


def test_without_a_file_our_own_questions_are_read() -> None:
    questions = read_gold()

    assert len(questions) >= 40
