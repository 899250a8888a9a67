from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from evals.errors import EvaluationError
from evals.report import render, write_report
from evals.report_figures import confidence, outcomes, wilson
from evals.runs import REPORT, RunHeader, StoredRun
from evals.suites import load_suite
from evals.types import CitedPlace, HitLine, Record

HOSTILE = "</bdi><script>alert(1)</script><img src=//evil.example onerror=x>'\"&\u202e\x00"
HEAD = RunHeader(
    suite="answers",
    started="2026-11-23T10:00:00+00:00",
    finished="2026-11-23T10:01:00+00:00",
    today="2026-11-23",
    command="policy eval run answers --today 2026-11-23",
    options={},
    machine={"cores": "2", "platform": "Linux"},
    versions={"numpy": "2"},
    settings={"POLICY_ABSTAIN_BELOW": "0.4", "POLICY_MODEL": ""},
    fingerprints={"corpus": "c0ffee", "index": "1/c0ffee/mini"},
    counts={"questions": 41},
)


def record(number: int, **changes: object) -> Record:
    right = float(number % 3 > 0)
    found = Record(
        id=f"q{number}",
        kind="date" if number % 2 else "pinpoint",
        question=f"Question number {number}?",
        confidence=0.4 + number % 50 / 100,
        answer="**Act, Article 1** says: six.\n\n*Quoted from our digest.*",
        citations=(CitedPlace("act", "Article 9", "six"),),
        gold=(("act Article 1", "act Article 2"),),
        hits=(
            HitLine(1, "act#article-9", 0.9, ("lexical", "dense")),
            HitLine(2, "act#article-2_1", 0.8, ("reference",)),
        ),
        measures={
            "strictly_right": right,
            "gold_cited": right,
            "nugget_recall": right,
            "coverage": 1.0,
            "said_wrong": 0.0,
        },
        faults=() if right else ("does not say: six",),
        milliseconds=10.0 + number,
    )
    return replace(found, **changes)


RECORDS = (
    *(record(n) for n in range(40)),
    record(40, should_abstain=True, abstained=True, citations=(), measures={"coverage": 0.0}),
)


@pytest.fixture
def run(tmp_path: Path) -> StoredRun:
    return StoredRun(tmp_path, HEAD, RECORDS)


class Page(HTMLParser):
    """Collects tags with their attributes, and the text of the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "line", "circle", "rect", "polyline"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_well_formed(run: StoredRun) -> None:
    page = Page(render(run))

    assert page.open == []
    assert [tag for tag, _ in page.tags].count("svg") == 5


def test_the_page_asks_nothing_of_a_network_and_runs_nothing(run: StoredRun) -> None:
    html = render(run)
    page = Page(html)

    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object", "base"}
    addresses = [
        value
        for _, attributes in page.tags
        for name, value in attributes.items()
        if name in {"src", "href", "action"} and not str(value).startswith("#")
    ]
    assert addresses == []
    assert "url(" not in html
    assert "@import" not in html


def test_the_policy_allows_the_one_style_sheet_by_its_hash(run: StoredRun) -> None:
    html = render(run)

    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = [
        attributes["content"]
        for tag, attributes in Page(html).tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy is not None
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert " style=" not in html.replace(style, "")


def test_hostile_texts_stay_texts_wherever_they_come_from(run: StoredRun) -> None:
    hostile = record(
        0,
        id=HOSTILE,
        kind=HOSTILE,
        question=HOSTILE,
        history=(HOSTILE,),
        as_of=HOSTILE,
        answer=HOSTILE,
        citations=(CitedPlace(HOSTILE, HOSTILE, HOSTILE),),
        gold=((HOSTILE,),),
        hits=(HitLine(1, HOSTILE, 0.9, (HOSTILE,)),),
        measures={HOSTILE: 0.0, "strictly_right": 0.0},
        faults=(HOSTILE,),
        abstain_reason=HOSTILE,
        milliseconds=99.0,
    )
    head = replace(
        HEAD,
        started=HOSTILE,
        today=HOSTILE,
        command=HOSTILE,
        machine={HOSTILE: HOSTILE},
        versions={HOSTILE: HOSTILE},
        settings={HOSTILE: HOSTILE, "POLICY_ABSTAIN_BELOW": HOSTILE},
        fingerprints={HOSTILE: HOSTILE},
    )

    failed = replace(hostile, id="other", failure=HOSTILE)
    html = render(StoredRun(run.folder, head, (hostile, failed, *RECORDS)))

    page = Page(html)
    assert not {tag for tag, _ in page.tags} & {"script", "img"}
    assert page.open == []
    assert page.text.count("<script>alert(1)</script>") > 15
    assert "\x00" not in html


def test_the_head_says_what_was_run_on_what_and_how_to_do_it_again(run: StoredRun) -> None:
    text = Page(render(run)).text

    for told in (
        "Evaluation: answers",
        "policy eval run answers --today 2026-11-23",
        "c0ffee",
        "1/c0ffee/mini",
        "cores 2, platform Linux",
        "41 of 41",
        "POLICY_ABSTAIN_BELOW 0.4",
        "POLICY_MODEL (empty)",
        "2026-11-23T10:00:00+00:00",
    ):
        assert told in text
    assert "unfinished" not in text


def test_an_unfinished_run_is_marked(run: StoredRun) -> None:
    unfinished = replace(run, header=replace(HEAD, finished=""), records=RECORDS[:5])

    text = Page(render(unfinished)).text

    assert "(unfinished)" in text
    assert "5 of 41" in text


def test_the_worst_answers_say_what_was_asked_wanted_cited_and_retrieved(run: StoredRun) -> None:
    html = render(run)

    case = html[
        html.index('<details class="case') : html.index("</details>", html.index("case card"))
    ]
    text = Page(case).text
    assert "Question number 0?" in text
    assert "does not say: six" in text
    assert "act Article 1 or act Article 2: retrieved at rank 2" in text
    assert "act Article 9" in text
    assert "gold found, not cited" in text
    assert "Act, Article 1 says: six." in text
    assert "**" not in text


def test_of_what_was_retrieved_gold_and_cited_are_marked(run: StoredRun) -> None:
    html = render(run)

    rows = re.findall(r"<tr[^>]*><td class=\"n\">\d+</td><td class=\"id.*?</tr>", html)
    assert Page(rows[0]).text == "1act#article-90.900lexical, densecited"
    assert Page(rows[1]).text == "2act#article-2_10.800referencegold"
    assert rows[1].startswith("<tr class=gold>")


def test_no_more_than_twenty_answers_are_shown(run: StoredRun) -> None:
    wrong = tuple(record(3 * n, id=f"w{n}") for n in range(30))

    html = render(replace(run, records=wrong))

    assert html.count('<details class="case') == 20
    assert "20 of the 30 answers with a fault" in html


def test_a_run_without_faults_shows_no_worst_answers(run: StoredRun) -> None:
    html = render(replace(run, records=tuple(record(n, faults=()) for n in range(5))))

    assert "The worst answers" not in html
    assert "5 of 5 answers have no fault." in html


def test_failed_questions_are_told_at_the_top(run: StoredRun) -> None:
    failed = record(0, failure="ValueError: no", faults=("failed: ValueError: no",))

    html = render(replace(run, records=(failed, *RECORDS[1:])))

    assert '<p class="bad">1 questions failed.</p>' in html
    assert "ValueError: no" in html


def test_who_was_answered_and_who_was_declined_is_counted(run: StoredRun) -> None:
    records = [
        record(1),
        record(3),
        record(2, abstained=True),
        record(4, failure="x"),
        record(5, should_abstain=True),
        record(6, should_abstain=True, abstained=True),
    ]

    html = outcomes(records, load_suite("answers"))

    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", html)
    assert [Page(row).text for row in rows] == [
        "to be answered (4)2 ✓50%, 1 right1 ✗25%1",
        "to be declined (2)1 ✗50%1 ✓50%0",
    ]


def test_too_few_judged_answers_show_no_curve() -> None:
    assert confidence(RECORDS[:10], HEAD.settings) == ""
    assert confidence(RECORDS[:11], HEAD.settings).count("<svg") == 2


@pytest.mark.parametrize(
    ("share", "count", "low", "high"),
    [
        pytest.param(0.0, 10, 0.0, 0.278, id="none"),
        pytest.param(1.0, 10, 0.722, 1.0, id="all"),
        pytest.param(0.25, 100, 0.175, 0.343, id="a quarter"),
    ],
)
def test_the_interval_of_a_proportion_is_wilsons(
    share: float, count: int, low: float, high: float
) -> None:
    assert wilson(share, count) == pytest.approx((low, high), abs=5e-4)


@pytest.mark.parametrize("suite", ["answers", "as-of", "abstention", "injection"])
def test_a_report_of_any_suite_can_be_written(tmp_path: Path, suite: str) -> None:
    figures = load_suite(suite).figures
    records = tuple(record(n, measures={f.name: 1.0 for f in figures[:4]}) for n in range(12))

    html = render(StoredRun(tmp_path, replace(HEAD, suite=suite), records))

    assert Page(html).open == []


def test_the_report_is_written_into_the_folder_of_the_run(run: StoredRun) -> None:
    path = write_report(run)

    assert path == run.folder / REPORT
    assert path.read_text("utf-8") == render(run)
    assert [file.name for file in run.folder.iterdir()] == [REPORT]


def test_a_folder_that_is_gone_is_an_expected_failure(run: StoredRun) -> None:
    with pytest.raises(EvaluationError, match="cannot be written"):
        write_report(replace(run, folder=run.folder / "gone"))


def test_a_run_without_an_answer_has_no_report(run: StoredRun) -> None:
    with pytest.raises(EvaluationError, match="no answer yet"):
        render(replace(run, records=()))


def test_a_run_of_an_unknown_suite_has_no_report(run: StoredRun) -> None:
    with pytest.raises(EvaluationError, match="no suite 'poetry'"):
        render(replace(run, header=replace(HEAD, suite="poetry")))
