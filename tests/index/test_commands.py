from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner, Result

from corpus import catalog
from corpus.catalog import Corpus
from corpus.errors import HomeError, SettingsError, UnknownInstrumentError
from corpus.types import TextKind
from index.commands import index_group, make_filters, progress_bar, search
from index.errors import IndexBrokenError, IndexMissingError
from index.types import Filters, Route

HIT_FIELDS = [
    "rank",
    "score",
    "passage_id",
    "provision_id",
    "instrument_id",
    "locator",
    "text",
    "found_by",
]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def at_real_home(real_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_HOME", str(real_home))


@pytest.fixture
def few(embedded: Corpus, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    """A shipped corpus of twenty provisions, so that a build takes no time."""
    some = Corpus(embedded.instruments, dict(list(embedded.provisions.items())[:20]))
    monkeypatch.setattr(catalog, "load_embedded", lambda: some)
    return some


def _search(*arguments: str) -> Result:
    return CliRunner().invoke(search, list(arguments))


def _index(*arguments: str) -> Result:
    return CliRunner().invoke(index_group, list(arguments))


def _found(*arguments: str) -> dict[str, Any]:
    result = _search(*arguments, "--json")
    assert result.exit_code == 0, result.output
    body: dict[str, Any] = json.loads(result.stdout)
    return body


@pytest.mark.usefixtures("at_real_home")
class TestSearch:
    def test_its_json_has_the_fields_of_the_contract(self) -> None:
        body = _found("What is an AI system?", "-k", "4")

        assert list(body) == ["query", "hits", "timings_ms"]
        assert body["query"] == "What is an AI system?"
        assert [list(hit) for hit in body["hits"]] == [HIT_FIELDS] * 4
        assert [hit["rank"] for hit in body["hits"]] == [1, 2, 3, 4]
        assert all(set(hit["found_by"]) <= set(get_args(Route)) for hit in body["hits"])
        assert body["timings_ms"]["total"] >= body["timings_ms"]["retrieve"] > 0

    def test_its_json_is_one_line_on_stdout_alone(self) -> None:
        result = _search("chips", "--json")

        assert len(result.stdout.splitlines()) == 1
        assert result.stderr == ""

    def test_ten_hits_come_unless_told_otherwise(self) -> None:
        assert len(_found("chips")["hits"]) == 10

    def test_a_hit_is_a_passage_of_its_provision(self, embedded: Corpus) -> None:
        for hit in _found("export licence for advanced chips")["hits"]:
            provision = embedded.provision(hit["provision_id"])
            assert hit["instrument_id"] == provision.instrument_id
            assert hit["locator"] == str(provision.locator)
            assert any(hit["text"] in version.text for version in provision.versions)

    def test_the_instrument_option_may_be_repeated(self) -> None:
        body = _found("risk", "--instrument", "gdpr", "--instrument", "nist-ai-rmf")

        assert {hit["instrument_id"] for hit in body["hits"]} == {"gdpr", "nist-ai-rmf"}

    def test_a_jurisdiction_may_be_given_in_any_case(self, embedded: Corpus) -> None:
        body = _found("risk", "--jurisdiction", "eu")

        owners = {hit["instrument_id"] for hit in body["hits"]}
        assert {embedded.instrument(owner).jurisdiction for owner in owners} == {"EU"}

    def test_a_kind_of_text_that_is_not_there_finds_nothing(self) -> None:
        assert _found("risk", "--text-kind", "upload")["hits"] == []

    @pytest.mark.parametrize(
        ("day", "version"),
        [
            pytest.param("2026-07-26", "@0", id="before"),
            pytest.param("2026-07-27", "@1", id="after"),
        ],
    )
    def test_as_of_picks_the_wording(self, day: str, version: str) -> None:
        first = _found("Article 113 AI Act", "--as-of", day)["hits"][0]

        assert first["passage_id"].startswith(f"eu-ai-act#article-113{version}:")

    def test_an_empty_query_finds_nothing(self) -> None:
        assert _found("")["hits"] == []

    def test_for_people_it_names_title_locator_and_routes(self) -> None:
        result = _search("Article 22(1) GDPR", "-k", "1")

        head, text = result.stdout.splitlines()
        assert head.startswith("  1 ")
        assert "GDPR, Article 22(1)  [reference" in head
        assert text.startswith("    ")

    def test_an_unknown_instrument_is_told(self) -> None:
        result = _search("risk", "--instrument", "no-such-act")

        assert isinstance(result.exception, UnknownInstrumentError)

    @pytest.mark.parametrize(
        "arguments",
        [
            pytest.param(["risk", "-k", "0"], id="no hits wanted"),
            pytest.param(["risk", "-k", "101"], id="too many wanted"),
            pytest.param(["risk", "--as-of", "2026-02-30"], id="no such day"),
            pytest.param(["risk", "--text-kind", "rumour"], id="no such kind"),
            pytest.param([], id="no query"),
        ],
    )
    def test_wrong_usage_ends_with_two(self, arguments: list[str]) -> None:
        assert _search(*arguments).exit_code == 2


def test_a_first_search_builds_and_keeps_stdout_for_the_data(few: Corpus) -> None:
    result = _search("risk", "--json", "-k", "3")

    assert len(json.loads(result.stdout)["hits"]) == 3
    assert "building it once" in result.stderr


def test_a_search_that_must_not_build_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_AUTO_BUILD", "no")

    result = _search("risk")

    assert isinstance(result.exception, IndexMissingError)


class TestIndexBuild:
    def test_it_builds_once_and_then_says_already_current(self, few: Corpus) -> None:
        first = json.loads(_index("build", "--json").stdout)

        second = json.loads(_index("build", "--json").stdout)

        assert first["provisions"] == 20
        assert first["note"].startswith("built in ")
        assert second == {**first, "note": "already current"}

    def test_full_builds_again(self, few: Corpus, own_home: Path) -> None:
        _index("build")
        before = (own_home / "index" / "current").read_text()

        result = _index("build", "--full")

        assert "built in" in result.stdout
        assert (own_home / "index" / "current").read_text() != before

    def test_for_people_it_is_one_line_on_stdout(self, few: Corpus) -> None:
        result = _index("build")

        assert result.exit_code == 0
        assert len(result.stdout.splitlines()) == 1
        assert result.stdout.startswith("20 provisions, ")

    def test_other_texts_are_built_anew(self, few: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
        _index("build")
        fewer = Corpus(few.instruments, dict(list(few.provisions.items())[1:]))
        monkeypatch.setattr(catalog, "load_embedded", lambda: fewer)

        result = _index("build")

        assert result.stdout.startswith("19 provisions, ")

    def test_a_broken_index_is_built_anew(self, few: Corpus, own_home: Path) -> None:
        _index("build")
        name = (own_home / "index" / "current").read_text().strip()
        (own_home / "index" / name / "manifest.json").write_text("{")

        assert "built in" in _index("build").stdout
        assert _index("info").exit_code == 0


class TestIndexInfo:
    @pytest.mark.usefixtures("at_real_home")
    def test_its_json_says_what_the_index_was_made_of(self, embedded: Corpus) -> None:
        body = json.loads(_index("info", "--json").stdout)

        assert body["provisions"] == len(embedded.provisions)
        assert body["corpus"] == embedded.fingerprint
        assert body["model"].startswith("all-MiniLM-L6-v2:")
        assert body["bytes"] > 1_000_000
        assert Path(body["folder"]).is_dir()

    @pytest.mark.usefixtures("at_real_home")
    def test_for_people_it_is_one_fact_a_line(self) -> None:
        lines = _index("info").stdout.splitlines()

        assert [line.split()[0] for line in lines if line.startswith(("passages", "bytes"))] == [
            "passages",
            "bytes",
        ]

    def test_without_an_index_it_says_so_and_builds_none(self, own_home: Path) -> None:
        result = _index("info")

        assert isinstance(result.exception, IndexMissingError)
        assert not own_home.exists()

    def test_a_broken_index_is_told(self, few: Corpus, own_home: Path) -> None:
        _index("build")
        (own_home / "index" / "current").write_text("elsewhere\n")

        assert isinstance(_index("info").exception, IndexBrokenError)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param((search, ["risk"]), id="search"),
        pytest.param((index_group, ["build"]), id="index build"),
        pytest.param((index_group, ["info"]), id="index info"),
    ],
)
class TestEveryCommand:
    def test_a_home_below_a_file_is_told(
        self, command: tuple[Any, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").write_text("in the way")
        monkeypatch.setenv("POLICY_HOME", str(tmp_path / "file" / "home"))

        result = CliRunner().invoke(*command)

        assert isinstance(result.exception, HomeError)
        assert (tmp_path / "file").read_text() == "in the way"

    def test_a_bad_setting_is_told(
        self, command: tuple[Any, list[str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("POLICY_CANDIDATES", "many")

        result = CliRunner().invoke(*command)

        assert isinstance(result.exception, SettingsError)


def test_through_the_program_a_failure_is_one_line_and_exit_status_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    ended = subprocess.run(
        [sys.executable, "-m", "assistant.cli", "index", "info"],
        cwd=ROOT,
        env={**os.environ, "POLICY_HOME": str(tmp_path / "file" / "home")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 1
    assert "Set POLICY_HOME" in ended.stderr


def test_without_options_a_search_sees_the_law_of_today_whole() -> None:
    assert make_filters(None, (), (), ()) == Filters(date.today())


def test_options_become_filters() -> None:
    filters = make_filters(datetime(2025, 1, 2), ("gdpr",), ("eu",), ("digest", "upload"))

    assert filters == Filters(
        date(2025, 1, 2),
        frozenset({"gdpr"}),
        frozenset({"EU"}),
        frozenset({TextKind.DIGEST, TextKind.UPLOAD}),
    )


def test_progress_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    show = progress_bar()

    show("embedding", 0, 2)
    show("embedding", 2, 2)

    printed = capsys.readouterr()
    assert printed.out == ""
    assert "embedding" in printed.err
