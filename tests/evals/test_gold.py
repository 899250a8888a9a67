from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.types import Question
from corpus.locators import parse
from evals.errors import DatasetError
from evals.gold import Gold, Nugget, place_name, read_gold


def write(path: Path, *rows: object) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


ROOT = Path(__file__).resolve().parents[2]
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


def test_nuggets_are_read_with_what_they_are(tmp_path: Path) -> None:
    nuggets = [
        {"text": "at six", "any_of": ["six", "6"], "vital": True},
        {"any_of": ["dawn"], "vital": False, "in_citations": True},
    ]
    path = write(tmp_path / "q.jsonl", {**PLAIN, "nuggets": nuggets})

    (item,) = read_gold(path)

    assert item.nuggets == (
        Nugget("at six", ("six", "6"), vital=True),
        Nugget("dawn", ("dawn",), vital=False, in_citations=True),
    )


def test_places_that_count_at_the_level_of_the_article_stay_with_their_group(
    tmp_path: Path,
) -> None:
    entries = [
        {"instrument": "x", "locators": ["Article 1(1)"], "level_ok": ["Article 2"], "group": 1},
        {"instrument": "y", "locators": ["Article 3"], "group": 2},
    ]
    path = write(tmp_path / "q.jsonl", {**PLAIN, "gold": entries})

    (item,) = read_gold(path)

    assert item.levels == ((("x", parse("Article 2")),), ())


def test_what_is_also_right_to_cite_is_a_place_or_a_locator_of_the_gold(tmp_path: Path) -> None:
    row = {
        **PLAIN,
        "gold": [{"instrument": "x", "locators": ["Article 1"]}],
        "also_ok": [{"instrument": "y", "locators": ["*"]}, "Article 7"],
    }
    path = write(tmp_path / "q.jsonl", row)

    (item,) = read_gold(path)

    assert item.also_ok == (("y", None), ("x", parse("Article 7")))


@pytest.mark.parametrize(
    ("item", "is_cited"),
    [
        pytest.param(Gold(Question("?"), "date", False, ((("x", None),),)), True, id="with gold"),
        pytest.param(Gold(Question("?"), "date", False), False, id="without gold"),
        pytest.param(
            Gold(Question("?"), "date", True, ((("x", None),),)), False, id="to be declined"
        ),
        pytest.param(
            Gold(Question("?"), "false_premise", False, ((("x", None),),)),
            False,
            id="false premise",
        ),
    ],
)
def test_figures_of_citations_apply_where_there_is_something_to_cite(
    item: Gold, is_cited: bool
) -> None:
    assert item.is_cited is is_cited


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"groups": ((("x", parse("Article 2")),),)}, id="gold"),
        pytest.param({"levels": ((("x", parse("Article 1(2)")),),)}, id="levels"),
        pytest.param({"also_ok": (("y", None),)}, id="also right"),
        pytest.param({"nuggets": (Nugget("seven", ("seven",)),)}, id="nuggets"),
        pytest.param({"must_not": ("eight",)}, id="wrong statements"),
        pytest.param({"should_abstain": True}, id="decision"),
        pytest.param({"question": Question("When?", ("Before?",), id="a")}, id="history"),
    ],
)
def test_the_content_of_a_question_changes_with_what_it_is_judged_by(
    changes: dict[str, object],
) -> None:
    item = Gold(Question("When?", id="a"), "date", False, ((("x", parse("Article 1")),),))

    assert replace(item, **changes).content != item.content


def test_the_content_is_the_same_in_every_process() -> None:
    code = "from evals.gold import read_gold; print([gold.content for gold in read_gold()])"

    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        ).stdout
        for seed in ("1", "2")
    }

    assert len(seen) == 1
    assert "Article" in seen.pop()


@pytest.mark.parametrize(
    ("place", "name"),
    [
        pytest.param(("x", parse("Art. 6, paragraph 2")), "x Article 6(2)", id="with a locator"),
        pytest.param(("x", None), "x", id="the instrument"),
    ],
)
def test_a_place_has_a_name_for_people(place: tuple[str, None], name: str) -> None:
    assert place_name(place) == name


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        pytest.param("{broken", "", id="no JSON"),
        pytest.param([1], "", id="no object"),
        pytest.param({"id": "b", "type": "date"}, "'question' is missing", id="no question"),
        pytest.param({**PLAIN, "question": 7}, "a text was expected, not 7", id="a number asked"),
        pytest.param({**PLAIN, "id": None}, "a text was expected", id="no id"),
        pytest.param("[" * 100_000, "nested too deeply|recursion", id="bottomless"),
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
