from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
COMPUTE = "At what training compute is a general-purpose AI model presumed to have systemic risk?"


@pytest.fixture
def in_real_home(real_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands find an index that is current."""
    monkeypatch.setenv("POLICY_HOME", str(real_home))


@pytest.mark.usefixtures("in_real_home")
def test_ask_prints_the_answer_with_its_sources(policy: Run) -> None:
    code, out, err = policy("ask", COMPUTE)

    assert code == 0
    assert "10^25" in out
    assert "Sources\n  [1] EU AI Act, Article 51(2): in force" in out
    assert err == ""


@pytest.mark.usefixtures("in_real_home")
def test_ask_in_json_prints_one_object_and_nothing_else(policy: Run) -> None:
    code, out, _ = policy("ask", COMPUTE, "--as-of", "2026-11-23", "--json")

    body = json.loads(out)
    assert code == 0
    assert (body["status"], body["as_of"]) == ("answered", "2026-11-23")
    assert body["citations"][0]["locator"] == "Article 51(2)"
    assert body["claims"][0]["citations"] == [1]


@pytest.mark.usefixtures("in_real_home")
def test_ask_exits_with_3_when_it_abstains(policy: Run) -> None:
    code, out, _ = policy("ask", "How do I bake sourdough bread?", "--json")

    assert code == 3
    assert json.loads(out)["abstain_reason"] == "not_in_corpus"


@pytest.mark.usefixtures("in_real_home")
def test_ask_within_a_scope_cites_nothing_else(policy: Run) -> None:
    code, out, _ = policy("ask", "What are the fines?", "--instrument", "gdpr", "--json")

    cited = json.loads(out)["citations"]
    assert code == 0
    assert {citation["instrument_id"] for citation in cited} == {"gdpr"}


@pytest.mark.usefixtures("in_real_home")
def test_ask_in_a_scope_that_holds_nothing_says_so(policy: Run) -> None:
    code, out, _ = policy("ask", "What are the fines?", "--jurisdiction", "XX", "--json")

    assert code == 3
    assert json.loads(out)["abstain_reason"] == "out_of_scope"


@pytest.mark.usefixtures("in_real_home")
def test_ask_about_an_unknown_instrument_is_an_expected_failure(policy: Run) -> None:
    code, out, err = policy("ask", COMPUTE, "--instrument", "nowhere")

    assert (code, out) == (1, "")
    assert err == "policy: no instrument 'nowhere'. Hint: `policy corpus list` shows the ids.\n"


@pytest.mark.usefixtures("in_real_home")
def test_a_batch_answers_what_it_can_and_says_what_it_cannot(policy: Run, tmp_path: Path) -> None:
    questions, answers = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    lines = [
        {"id": "a", "question": COMPUTE, "gold": "ignored"},
        {"id": "b", "question": "why " * 25_000},
        {"id": "c", "question": "And its fines?", "history": ["What is the GDPR?"]},
        {"id": "d", "question": "AI literacy of staff?", "as_of": "2026-02-01"},
    ]
    questions.write_text("\n".join(map(json.dumps, lines)), "utf-8")

    code, out, err = policy("ask", "--batch", str(questions), "--out", str(answers))

    rows = [json.loads(line) for line in answers.read_text("utf-8").splitlines()]
    assert (code, out) == (0, "")
    assert f"4 answers in {answers}" in err
    assert [row["id"] for row in rows] == ["a", "b", "c", "d"]
    assert [row["status"] for row in rows] == ["answered", "abstained", "answered", "answered"]
    assert "100,000" in rows[1]["error"]["message"]
    assert rows[3]["as_of"] == "2026-02-01"


def test_a_batch_with_a_bad_line_names_it_and_writes_nothing(policy: Run, tmp_path: Path) -> None:
    questions, answers = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    questions.write_text('{"question": "Q?"}\nnot json\n', "utf-8")

    code, out, err = policy("ask", "--batch", str(questions), "--out", str(answers))

    assert (code, out) == (1, "")
    assert err.startswith(f"policy: {questions}:2: not a question:")
    assert err.count("\n") == 1
    assert not answers.exists()


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("", id="empty"),
        pytest.param("why " * 25_000, id="100000-characters"),
        pytest.param("\udcff", id="bytes-that-are-no-text"),
    ],
)
def test_ask_refuses_what_is_no_question_in_one_line(question: str, policy: Run) -> None:
    code, out, err = policy("ask", question)

    assert (code, out) == (1, "")
    assert err.startswith("policy: the question ")
    assert "Hint: Ask in one to a few sentences" in err
    assert err.count("\n") == 1


def test_a_failure_in_json_is_an_object_with_a_hint(policy: Run) -> None:
    code, out, _ = policy("ask", "", "--json")

    error = json.loads(out)["error"]
    assert code == 1
    assert set(error) == {"code", "message", "hint"}
    assert error["message"] == "the question is empty"


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("ask",), id="no-question"),
        pytest.param(("ask", "Q?", "--batch", "x", "--out", "y"), id="question-and-batch"),
        pytest.param(("ask", "--batch", "x"), id="batch-without-out"),
        pytest.param(("ask", "Q?", "--out", "y"), id="out-without-batch"),
        pytest.param(("ask", "Q?", "--as-of", "soon"), id="no-date"),
        pytest.param(("ask", "Q?", "--as-of", "2026-02-30"), id="no-such-day"),
        pytest.param(("ask", "Q?", "--text-kind", "poem"), id="no-such-kind"),
        pytest.param(("serve", "--port", "0"), id="no-such-port"),
        pytest.param(("ask", "Q?", "--loudly"), id="no-such-option"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_how(arguments: tuple[str, ...], policy: Run) -> None:
    code, out, err = policy(*arguments)

    assert (code, out) == (2, "")
    assert "Usage: policy" in err


def test_a_chat_model_in_the_environment_is_one_clear_line(
    policy: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICY_MODEL", "llama3.1")

    code, out, err = policy("ask", COMPUTE)

    assert (code, out) == (1, "")
    assert err.startswith("policy: POLICY_MODEL='llama3.1' names no provider")
    assert err.count("\n") == 1


def test_a_chat_model_as_a_flag_is_the_same_line(policy: Run) -> None:
    code, _, err = policy("ask", COMPUTE, "--model", "openai:")

    assert code == 1
    assert err.startswith("policy: POLICY_MODEL='openai:' names no provider")


def test_settings_tell_value_source_and_meaning(
    policy: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "policy.toml"
    file.write_text("abstain_below = 0.5\n", "utf-8")
    monkeypatch.setenv("POLICY_CONFIG", str(file))

    code, out, _ = policy("settings", "--json")

    rows = {row["name"]: row for row in json.loads(out)["settings"]}
    assert code == 0
    assert rows["POLICY_HOME"]["source"] == "environment"
    assert (rows["POLICY_ABSTAIN_BELOW"]["value"], rows["POLICY_ABSTAIN_BELOW"]["source"]) == (
        "0.5",
        str(file),
    )
    assert (rows["POLICY_MODEL"]["value"], rows["POLICY_MODEL"]["source"]) == ("", "default")
    assert all(row["meaning"] for row in rows.values())


def test_settings_for_people_show_that_no_model_is_set(policy: Run) -> None:
    _, out, _ = policy("settings")

    assert "POLICY_MODEL = (empty)  [default]" in out


def test_a_setting_out_of_bounds_is_an_expected_failure(
    policy: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICY_ABSTAIN_BELOW", "2")

    code, _, err = policy("settings")

    assert code == 1
    assert err.startswith("policy: POLICY_ABSTAIN_BELOW is '2': ")
