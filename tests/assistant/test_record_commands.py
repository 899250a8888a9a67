"""`policy record` over the real corpus, as users run it."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.record_store import RecordStore
from assistant.settings import AssistantSettings
from corpus import catalog
from corpus.catalog import Corpus
from corpus.types import ProvisionId

Run = Callable[..., tuple[int, str, str]]
COMPUTE = "At what training compute is a general-purpose AI model presumed to have systemic risk?"
SOURDOUGH = "How do I bake sourdough bread?"
CITED = ProvisionId("eu-ai-act#article-51_2")


@pytest.fixture(autouse=True)
def in_real_home(real_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Commands find an index that is current, and no records."""
    monkeypatch.setenv("POLICY_HOME", str(real_home))
    with closing(RecordStore(real_home)) as store:
        store.delete_all()
        yield
        store.delete_all()


@pytest.fixture
def ask(policy: Run) -> Callable[..., str]:
    """Asks, and gives the id of the record."""

    def run(question: str = COMPUTE, *arguments: str) -> str:
        _, out, err = policy("ask", question, "--json", *arguments)
        assert err == ""
        return str(json.loads(out)["record_id"])

    return run


@pytest.fixture
def change_corpus(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Corpus], Corpus]], None]:
    """Makes every later command read another corpus."""
    embedded = catalog.load_embedded()

    def change(how: Callable[[Corpus], Corpus]) -> None:
        changed = how(embedded)
        monkeypatch.setattr(catalog, "load_embedded", lambda: changed)

    return change


def reworded(laws: Corpus) -> Corpus:
    """The corpus with another figure in the provision cited."""
    provision = laws.provision(CITED)
    versions = tuple(
        replace(version, text=version.text.replace("10^25", "10^26"))
        for version in provision.versions
    )
    return replace(
        laws, provisions={**laws.provisions, CITED: replace(provision, versions=versions)}
    )


def without(laws: Corpus) -> Corpus:
    """The corpus without the provision cited."""
    return replace(laws, provisions={k: p for k, p in laws.provisions.items() if k != CITED})


def test_answers_are_listed_latest_first(policy: Run, ask: Callable[..., str]) -> None:
    first, second = ask(COMPUTE), ask(SOURDOUGH)

    code, out, err = policy("record", "list")

    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert {line[:16] for line in lines} == {first, second}
    assert any("abstained  How do I bake" in line for line in lines)
    assert any("answered   At what training" in line for line in lines)


def test_a_list_is_cut_and_says_so(policy: Run, ask: Callable[..., str]) -> None:
    ask(COMPUTE)
    ask(SOURDOUGH)

    _, out, err = policy("record", "list", "--limit", "1")

    assert out.count("\n") == 1
    assert err == "1 of 2 records; --limit shows more\n"


def test_a_question_asked_twice_is_one_record(policy: Run, ask: Callable[..., str]) -> None:
    assert ask() == ask()

    _, out, _ = policy("record", "list", "--json")

    body = json.loads(out)
    assert body["count"] == 1
    assert body["records"][0]["times"] == 2
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", body["records"][0]["last_at"])


def test_without_records_there_is_an_empty_list(policy: Run) -> None:
    assert policy("record", "list") == (0, "", "")
    assert json.loads(policy("record", "list", "--json")[1]) == {"records": [], "count": 0}


def test_a_record_is_shown_by_the_beginning_of_its_id(policy: Run, ask: Callable[..., str]) -> None:
    identifier = ask(COMPUTE, "--as-of", "2026-11-23", "--instrument", "eu-ai-act")

    code, out, _ = policy("record", "show", identifier[:6])

    assert code == 0
    assert f"record       {identifier}" in out
    assert "law as of    2026-11-23 (as asked)" in out
    assert "scope        instruments: eu-ai-act" in out
    assert "[1] EU AI Act, Article 51(2): in force on 2026-11-23" in out
    assert re.search(r"eu-ai-act#article-51_2, version 0, .*SHA-256 of the text [0-9a-f]{64}", out)
    assert "setting      threshold = " in out


def test_a_record_in_json_holds_all_that_led_to_the_answer(
    policy: Run, ask: Callable[..., str]
) -> None:
    identifier = ask(COMPUTE, "--as-of", "2026-11-23")

    _, out, _ = policy("record", "show", identifier, "--json")

    body = json.loads(out)
    assert (body["id"], body["asked"]["text"], body["as_of"]) == (identifier, COMPUTE, "2026-11-23")
    assert body["citations"][0]["provision_id"] == CITED
    assert body["looked_at"][0].keys() >= {"passage_id", "score", "found_by"}
    assert body["setup"].keys() == {
        "corpus", "index", "embedding_model", "confidence", "program", "settings"
    }  # fmt: skip


def test_an_id_that_is_not_there_is_an_expected_failure(policy: Run) -> None:
    code, out, err = policy("record", "show", "abc")

    assert (code, out) == (1, "")
    assert err == "policy: no record 'abc'. Hint: `policy record list` shows the ids.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param((COMPUTE,), id="an-answer"),
        pytest.param((SOURDOUGH,), id="an-abstention"),
        pytest.param((COMPUTE, "--as-of", "2025-01-01"), id="a-day"),
        pytest.param(("What are the fines?", "--instrument", "gdpr"), id="a-scope"),
        pytest.param(("What held on 1 March 2025 under Article 5?",), id="a-day-in-words"),
    ],
)
def test_a_replay_from_the_same_state_gives_the_same_answer(
    arguments: tuple[str, ...], policy: Run, ask: Callable[..., str]
) -> None:
    identifier = ask(*arguments)

    code, out, _ = policy("record", "replay", identifier)

    assert (code, out.splitlines()[1:]) == (0, [])
    assert out.startswith(f"the same answer ({identifier}, first given ")


def test_a_replay_in_json_carries_the_new_answer_and_adds_no_record(
    policy: Run, ask: Callable[..., str]
) -> None:
    identifier = ask()

    code, out, _ = policy("record", "replay", identifier, "--json")

    body = json.loads(out)
    assert (code, body["same"], body["changes"], body["made_with"]) == (0, True, [], [])
    assert body["answer"]["record_id"] == identifier
    assert json.loads(policy("record", "list", "--json")[1])["records"][0]["times"] == 1


def test_a_replay_after_a_digest_changed_tells_what_was_lost_and_what_is_new(
    policy: Run,
    ask: Callable[..., str],
    change_corpus: Callable[[Callable[[Corpus], Corpus]], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    identifier = ask()
    move_records(tmp_path, monkeypatch)
    change_corpus(reworded)

    code, out, _ = policy("record", "replay", identifier)

    assert code == 1
    assert out.startswith(f"the answer has changed ({identifier}, ")
    assert re.search(r"lost: EU AI Act, Article 51\(2\): .*10\^25", out)
    assert re.search(r"new: EU AI Act, Article 51\(2\): .*10\^26", out)
    assert "made with something else than then:\n  the corpus\n" in out


def test_a_replay_with_another_threshold_tells_the_setting(
    policy: Run, ask: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier = ask()
    monkeypatch.setenv("POLICY_ABSTAIN_BELOW", "1")

    code, out, _ = policy("record", "replay", identifier, "--json")

    body = json.loads(out)
    assert (code, body["same"]) == (1, False)
    was = str(AssistantSettings.model_fields["abstain_below"].default)
    assert {"what": "setting", "where": "threshold", "was": was, "now": "1.0"} in body["made_with"]
    assert {"what": "status", "where": "", "was": "answered", "now": "abstained"} in body["changes"]


def test_nothing_is_stale_while_nothing_changed(policy: Run, ask: Callable[..., str]) -> None:
    ask(COMPUTE)
    ask("What did EO 14110 ask of developers?", "--as-of", "2024-01-01")

    assert policy("record", "stale") == (0, "", "0 of 2 records are stale\n")


@pytest.mark.parametrize(
    ("how", "what", "told"),
    [
        pytest.param(reworded, "cited_text", "the text cited is another", id="text-changed"),
        pytest.param(without, "provision", "a provision that is gone", id="provision-removed"),
    ],
)
def test_an_answer_is_stale_once_what_it_cites_has_changed(
    how: Callable[[Corpus], Corpus],
    what: str,
    told: str,
    policy: Run,
    ask: Callable[..., str],
    change_corpus: Callable[[Callable[[Corpus], Corpus]], None],
) -> None:
    identifier = ask(COMPUTE)
    ask(SOURDOUGH)
    change_corpus(how)

    code, out, err = policy("record", "stale")
    body = json.loads(policy("record", "stale", "--json")[1])

    assert (code, err) == (0, "1 of 2 records are stale\n")
    assert out.startswith(identifier)
    assert f"[1] EU AI Act, Article 51(2): {told}" in out
    assert (body["checked"], [row["id"] for row in body["records"]]) == (2, [identifier])
    assert body["records"][0]["changes"][0]["what"] == what


def test_one_record_all_records_and_old_records_are_deleted(
    policy: Run, ask: Callable[..., str], real_home: Path
) -> None:
    first = ask(COMPUTE)
    ask(SOURDOUGH)

    assert policy("record", "delete", first[:8]) == (0, "1 deleted\n", "")
    assert policy("record", "delete", "--older-than", "1") == (0, "0 deleted\n", "")
    assert json.loads(policy("record", "delete", "--all", "--json")[1]) == {"deleted": 1}

    left = b"".join(path.read_bytes() for path in (real_home / "records").iterdir())
    assert b"sourdough" not in left


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param((), id="nothing"),
        pytest.param(("abc", "--all"), id="one-and-all"),
        pytest.param(("--all", "--older-than", "3"), id="all-and-old"),
        pytest.param(("--older-than", "-1"), id="days-below-zero"),
    ],
)
def test_a_deletion_that_names_not_one_thing_is_wrong_usage(
    arguments: tuple[str, ...], policy: Run
) -> None:
    code, _, err = policy("record", "delete", *arguments)

    assert code == 2
    assert "Usage: policy record delete" in err


def test_an_answer_without_a_record_is_given_when_records_are_off(
    policy: Run, real_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICY_RECORDS", "off")

    code, out, err = policy("ask", COMPUTE)

    assert (code, err) == (0, "")
    assert "10^25" in out
    assert json.loads(policy("record", "list", "--json")[1])["count"] == 0


def test_an_answer_is_given_and_one_line_warns_when_records_cannot_be_used(
    policy: Run, ask: Callable[..., str], real_home: Path
) -> None:
    ask(COMPUTE)
    with closing(sqlite3.connect(real_home / "records" / "records.sqlite")) as newer:
        newer.execute("PRAGMA user_version = 99")

    code, out, err = policy("ask", COMPUTE, "--json")

    assert code == 0
    assert json.loads(out)["record_id"]
    assert err.startswith("policy: answers are not recorded: ")
    assert "has format 99, this program reads 1" in err
    assert "policy record delete --all" in err
    assert err.count("\n") == 1


def test_every_answer_of_a_batch_is_recorded(policy: Run, tmp_path: Path) -> None:
    questions, answers = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    lines = [
        {"id": "a", "question": COMPUTE},
        {"id": "b", "question": "And its fines?", "history": ["What is the GDPR?"]},
        {"id": "c", "question": "why " * 25_000},
    ]
    questions.write_text("\n".join(map(json.dumps, lines)), "utf-8")

    code, _, _ = policy("ask", "--batch", str(questions), "--out", str(answers))

    rows = [json.loads(line) for line in answers.read_text("utf-8").splitlines()]
    listed = json.loads(policy("record", "list", "--json")[1])["records"]
    assert code == 0
    assert {row["id"] for row in listed} == {row["record_id"] for row in rows[:2]}


def move_records(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Go on in a home of its own, with the same records: the index there may be another."""
    shutil.copytree(Path(os.environ["POLICY_HOME"]) / "records", home / "moved" / "records")
    monkeypatch.setenv("POLICY_HOME", str(home / "moved"))
