from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.citing import Citer
from assistant.testing import TODAY, FixedRetriever, make_assistant, make_hit, small_corpus
from assistant.types import Answer, AnswerStatus, Citation, Question
from corpus.catalog import Corpus
from corpus.locators import parse
from corpus.types import Status
from evals.as_of import (
    ASKED_ON,
    DatedQuestion,
    DatedReport,
    JudgedDay,
    Place,
    Wanted,
    faults,
    judge_day,
    measure_as_of,
    read_dated,
)
from evals.errors import DatasetError

STOP = "robot-act#article-1"
NIGHT = "drone-order#section-2"
DAY = date(2025, 3, 1)


@pytest.fixture(scope="module")
def laws() -> Corpus:
    return small_corpus()


def cited(laws: Corpus, identifier: str, day: date = DAY) -> Citation:
    provision = laws.provision(identifier)
    return Citer(laws, day).cite(1, provision, 0, (0, len(provision.versions[0].text)))


def answered(text: str, *citations: Citation, day: date = DAY) -> Answer:
    return Answer(Question("?"), day, AnswerStatus.ANSWERED, text, citations=citations)


def wanted(**demands: object) -> Wanted:
    return replace(Wanted(Question("?", id="q"), DAY), **demands)


def at(instrument: str, *locators: str) -> tuple[Place, ...]:
    return tuple((instrument, None if one == "*" else parse(one)) for one in locators)


def test_an_answer_that_meets_every_demand_has_no_fault(laws: Corpus) -> None:
    demands = wanted(
        cite=at("drone-order", "Section 2"),
        statuses=frozenset({Status.REVOKED}),
        say=(("fly at night", "nightly"), ("revoked",)),
        not_say=("day",),
        not_cite=at("robot-act", "*"),
    )
    answer = answered("Revoked: it must not FLY AT NIGHT.", cited(laws, NIGHT))

    assert faults(demands, answer, laws) == ()


@pytest.mark.parametrize(
    ("demands", "fault"),
    [
        pytest.param({"cite": at("robot-act", "Article 1")}, "does not cite", id="place"),
        pytest.param({"cite": at("drone-order", "Section 3")}, "does not cite", id="neighbour"),
        pytest.param({"say": (("mayor",),)}, "does not say 'mayor'", id="fact"),
        pytest.param({"not_say": ("f.y",)}, "says 'fly'", id="forbidden-words"),
        pytest.param({"not_cite": at("drone-order", "*")}, "cites drone-order", id="forbidden"),
        pytest.param({"declined": True}, "answered, though", id="not-declined"),
        pytest.param(
            {
                "cite": at("drone-order", "*"),
                "statuses": frozenset({Status.IN_FORCE, Status.AMENDED}),
            },
            "cites it as revoked",
            id="status",
        ),
    ],
)
def test_a_demand_that_is_not_met_is_the_one_fault(
    demands: dict[str, object], fault: str, laws: Corpus
) -> None:
    (found,) = faults(wanted(**demands), answered("It must not fly.", cited(laws, NIGHT)), laws)

    assert found.startswith(fault)


def test_a_place_is_met_by_what_stands_below_it_and_not_by_what_stands_above(laws: Corpus) -> None:
    answer = answered("Permits.", cited(laws, "chip-code#s-740.27_a"))

    assert faults(wanted(cite=at("chip-code", "§ 740.27")), answer, laws) == ()
    assert faults(wanted(cite=at("chip-code", "§ 740.27(a)(1)")), answer, laws) != ()


def test_one_citation_of_an_allowed_status_is_enough(laws: Corpus) -> None:
    demands = wanted(
        cite=(*at("drone-order", "*"), *at("robot-act", "*")), statuses=frozenset({Status.IN_FORCE})
    )

    assert faults(demands, answered("Both.", cited(laws, NIGHT), cited(laws, STOP)), laws) == ()


def test_a_declined_answer_can_be_the_right_one(laws: Corpus) -> None:
    answer = replace(answered("Not there yet."), status=AnswerStatus.ABSTAINED)

    assert faults(wanted(declined=True, say=(("not there",),)), answer, laws) == ()
    assert faults(wanted(), answer, laws) == ("declined",)


def test_a_quote_that_is_not_exact_is_a_fault(laws: Corpus) -> None:
    moved = replace(cited(laws, STOP), quote_start=1)

    (fault,) = faults(wanted(), answered("It stops.", moved), laws)

    assert fault == "misquotes robot-act Article 1"


def test_an_answer_of_another_day_is_wrong_however_right_its_content(laws: Corpus) -> None:
    judged = judge_day(wanted(), answered("It stops.", day=TODAY), laws)

    assert judged.wrong == (f"answers as of {TODAY}, not {DAY}",)
    assert not judged.is_right


def question(*days: JudgedDay) -> tuple[DatedQuestion, tuple[JudgedDay, ...]]:
    points = tuple(Wanted(Question("?", id="q"), day.day) for day in days)
    return DatedQuestion("q", "a topic", "?", points, "why"), days


def judged(day: date, *wrong: str) -> JudgedDay:
    return JudgedDay("q", day, "?", wrong, ("robot-act Article 1",))


def test_a_question_passes_only_if_it_is_right_on_every_day() -> None:
    report = DatedReport(
        (
            question(judged(DAY), judged(TODAY)),
            question(judged(DAY), judged(TODAY, "declined")),
        )
    )

    body = json.loads(json.dumps(report.to_json()))

    assert report.passed == 1
    assert body["overall"] == {"questions": 2, "passed": 1, "answers": 4, "answers_right": 3}
    assert [q["passed"] for q in body["questions"]] == [True, False]
    assert body["questions"][1]["days"][1] == {
        "as_of": "2026-11-23",
        "question": "?",
        "right": False,
        "wrong": ["declined"],
        "cited": ["robot-act Article 1"],
    }


def test_the_table_names_each_wrong_day_and_its_faults() -> None:
    report = DatedReport((question(judged(DAY), judged(TODAY, "declined", "says 'x'")),))

    _, row, fault, total = report.lines()

    assert "2025-03-01 right  2026-11-23 WRONG" in row
    assert fault.strip() == "2026-11-23: declined; says 'x'"
    assert total == "0 of 1 questions, 1 of 2 answers right"


def test_today_is_a_fixed_day_while_questions_are_measured(laws: Corpus) -> None:
    assistant = make_assistant(laws, FixedRetriever([make_hit(laws, STOP)]))
    late = replace(assistant, today=lambda: date(2031, 1, 1))
    points = tuple(Wanted(Question("When must it stop?"), day) for day in (ASKED_ON, DAY))
    told: list[tuple[int, int]] = []

    report = measure_as_of(
        late,
        [DatedQuestion("q", "t", "?", points, "w")],
        lambda *counts: told.append(counts),
    )

    ((_, days),) = report.judged
    assert [day.is_right for day in days] == [True, False]
    assert told == [(1, 1)]


ROW = {
    "id": "a",
    "topic": "t",
    "question": "Who must stop?",
    "why": "Art. 1 | checked in: a file",
    "points": [
        {
            "as_of": "2025-03-01",
            "cite": [{"instrument": "robot-act", "locators": ["Article 1", "*"]}],
            "status": ["in_force"],
            "say": [["stop", "halt"], ["2 seconds"]],
            "not_say": ["never"],
            "not_cite": [{"instrument": "drone-order", "locators": ["Section 2"]}],
        },
        {"question": "Who had to stop in May 2024?", "day": "2024-05-31", "declined": True},
    ],
}


def write(path: Path, rows: Sequence[object]) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_question_is_read_with_what_each_day_demands(tmp_path: Path) -> None:
    (read,) = read_dated(write(tmp_path / "q.jsonl", [ROW, ""]))

    given, worded = read.points
    assert given == Wanted(
        Question("Who must stop?", (), DAY, id="a"),
        DAY,
        at("robot-act", "Article 1", "*"),
        frozenset({Status.IN_FORCE}),
        (("stop", "halt"), ("2 seconds",)),
        ("never",),
        at("drone-order", "Section 2"),
    )
    assert worded == Wanted(
        Question("Who had to stop in May 2024?", id="a"), date(2024, 5, 31), declined=True
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param({"points": ROW["points"][:1]}, "two points", id="one-day"),  # type: ignore[index]
        pytest.param({"points": [{"as_of": "soon"}] * 2}, "soon", id="no-date"),
        pytest.param({"points": [{}, {}]}, "'day' is missing", id="no-day"),
        pytest.param({"points": [{"as_of": "2025-03-01", "says": []}] * 2}, "says", id="typo"),
        pytest.param(
            {"points": [{"as_of": "2025-03-01", "say": [["(open"]]}] * 2}, "", id="no-pattern"
        ),
        pytest.param(
            {"points": [{"as_of": "2025-03-01", "status": ["dead"]}] * 2}, "dead", id="no-status"
        ),
        pytest.param(
            {
                "points": [
                    {"as_of": "2025-03-01", "cite": [{"instrument": "x", "locators": ["nowhere"]}]}
                ]
                * 2
            },
            "nowhere",
            id="no-locator",
        ),
    ],
)
def test_a_bad_question_is_named_with_its_line(
    tmp_path: Path, change: dict[str, object], problem: str
) -> None:
    path = write(tmp_path / "q.jsonl", [ROW, {**ROW, **change}])

    with pytest.raises(DatasetError, match=rf"q\.jsonl:2: .*{problem}"):
        read_dated(path)


def test_a_file_that_is_not_there_is_named_and_the_format_said(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"none\.jsonl: cannot be read") as caught:
        read_dated(tmp_path / "none.jsonl")

    assert "One JSON object a line" in caught.value.hint


@pytest.fixture(scope="module")
def questions() -> list[DatedQuestion]:
    """Our own questions on dates."""
    return read_dated()


@pytest.fixture(scope="module")
def report(built_assistant: Assistant, questions: list[DatedQuestion]) -> DatedReport:
    """The real assistant's answers to them, judged."""
    return measure_as_of(built_assistant, questions, lambda done, total: None)


def test_there_are_two_days_to_each_question_and_enough_questions(
    questions: list[DatedQuestion],
) -> None:
    in_words = [q.id for q in questions if any(p.question.as_of is None for p in q.points)]

    assert len({question.id for question in questions}) == len(questions) >= 24
    assert all(len({point.day for point in q.points}) >= 2 for q in questions)
    assert len(in_words) >= 5
    assert all("|" in question.why for question in questions)


def test_all_questions_but_two_are_answered_by_the_law_of_the_day(report: DatedReport) -> None:
    # docs/evals.md names the two.
    assert report.passed >= len(report.judged) - 2, "\n".join(report.lines())


def test_a_right_answer_of_one_day_is_wrong_on_another(
    built_assistant: Assistant, questions: list[DatedQuestion]
) -> None:
    same = []
    fixed = replace(built_assistant, today=lambda: ASKED_ON)
    for item in questions:
        answers = [fixed.answer(point.question) for point in item.points]
        same += [
            (item.id, point.day, other.as_of)
            for point in item.points
            for other in answers
            if other.as_of != point.day and not faults(point, other, built_assistant.corpus)
        ]

    assert same == []
