from __future__ import annotations

import json
from pathlib import Path

import pytest

import corpus.catalog
from assistant.cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_list_gives_the_contracts_fields(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "corpus", "list", "--json")

    rows = {row["id"]: row for row in json.loads(out)["instruments"]}
    assert code == 0
    assert {"id", "title", "jurisdiction", "authority", "status", "provisions", "text_kinds",
            "verified", "url"} <= set(rows["eu-ai-act"])  # fmt: skip
    assert rows["eu-ai-act"]["text_kinds"]["digest"] == rows["eu-ai-act"]["provisions"]
    assert rows["eo-14110"]["status"] == "revoked"


def test_show_gives_the_wording_of_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(
        capsys, "corpus", "show", "eu-ai-act", "Art. 113", "--as-of", "2025-06-01", "--json"
    )

    body = json.loads(out)
    assert code == 0
    assert body["locator"] == "Article 113"
    assert body["valid_to"] == "2026-07-27"
    assert len(body["versions"]) == 2
    assert {"instrument_id", "provision_id", "heading", "text", "text_kind", "valid_from",
            "status", "timeline", "url"} <= set(body)  # fmt: skip


def test_show_of_an_article_joins_its_paragraphs(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "corpus", "show", "eu-ai-act", "Article 51", "--json")

    body = json.loads(out)
    assert [child["locator"] for child in body["children"]][:1] == ["Article 51(1)"]


def test_show_without_a_locator_lists_the_provisions(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "corpus", "show", "bletchley-declaration")

    assert out.startswith("para. 1")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        pytest.param(("show", "nope"), 1, "no instrument 'nope'", id="instrument"),
        pytest.param(("show", "ear", "banana"), 1, "is not a locator", id="locator"),
        pytest.param(("show", "ear", "Article 9"), 1, "has no 'Article 9'", id="provision"),
        pytest.param(("show",), 2, "Missing argument", id="usage"),
    ],
)
def test_a_failure_is_one_clear_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, says: str
) -> None:
    ended, _, err = run(capsys, "corpus", *arguments)

    assert ended == code
    assert says in err
    assert "Traceback" not in err


def test_a_broken_digest_file_is_named_with_its_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.md").write_text("+++\nid = \n+++\n", "utf-8")
    monkeypatch.setattr(corpus.catalog, "embedded_folder", lambda: tmp_path)

    code, _, err = run(capsys, "corpus", "list")

    assert code == 1
    assert err.startswith("policy: broken.md:2: ")
    assert len(err.strip().splitlines()) == 1


def test_verify_says_how_much_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "corpus", "verify", "--json")

    assert code == 0
    assert json.loads(out)["ok"] is True


def test_the_text_shown_is_that_of_the_corpus_to_the_character(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, "corpus", "show", "eu-ai-act", "Article 51(2)", "--json")

    body = json.loads(out)
    provision = corpus.catalog.load_embedded().provision(body["provision_id"])
    assert body["text"] == provision.versions[-1].text


def test_show_names_kind_status_and_address_beside_the_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = run(capsys, "corpus", "show", "eo-14110", "Section 1", "--as-of", "2025-04-01")

    assert code == 0
    assert "[digest; revoked] 20 January 2025: Revoked by Executive Order 14148" in out
    assert "https://www.federalregister.gov/" in out


def test_list_gives_the_status_of_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "corpus", "list", "--as-of", "2024-06-01", "--json")

    rows = {row["id"]: row for row in json.loads(out)["instruments"]}
    assert rows["eo-14110"]["status"] == "in_force"
    assert rows["eu-ai-act"]["status"] == "proposed"


def test_list_counts_on_stderr_and_lists_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, err = run(capsys, "corpus", "list")

    instruments = len(corpus.catalog.load_embedded().instruments)
    assert len(out.splitlines()) == instruments
    assert err.startswith(f"{instruments} instruments, ")


def test_show_of_an_instrument_gives_all_its_provisions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, "corpus", "show", "bletchley-declaration", "--json")

    body = json.loads(out)
    assert body["id"] == "bletchley-declaration"
    assert len(body["items"]) == body["provisions"]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("corpus", "list", "--as-of", "soon"), id="no date"),
        pytest.param(("corpus", "list", "--as-of", "2026-02-30"), id="no such day"),
        pytest.param(("corpus", "paint"), id="no such command"),
        pytest.param(("corpus", "list", "--loud"), id="no such option"),
    ],
)
def test_a_wrong_call_ends_with_two_and_says_how(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    code, out, err = run(capsys, *arguments)

    assert (code, out) == (2, "")
    assert "Usage: policy corpus" in err


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the embedded texts."""
    folder = tmp_path / "texts"
    folder.mkdir()
    monkeypatch.setattr(corpus.catalog, "embedded_folder", lambda: folder)
    return folder


@pytest.mark.parametrize("arguments", [("list",), ("show", "a"), ("verify",), ("list", "--json")])
def test_every_command_tells_of_a_broken_file_in_one_line_with_a_hint(
    capsys: pytest.CaptureFixture[str], texts: Path, arguments: tuple[str, ...]
) -> None:
    (texts / "broken.md").write_text('+++\nid = "a-b"\n+++\n', "utf-8")

    code, _, err = run(capsys, "corpus", *arguments)

    (line,) = err.splitlines()
    assert code == 1
    assert line.startswith("policy: broken.md:2: the front matter lacks title, ")
    assert "Hint: docs/corpus.md describes the format" in line


LAW = """+++
id = "my-law"
title = "A law"
short_title = "My Law"
kind = "statute"
jurisdiction = "XX"
authority = "binding"
text_kind = "digest"
source_url = "https://example.org/"
+++

### Article 1 | Reporting
source: my-law.txt

A provider must report a serious incident within 15 days to the authority.
"""


def test_verify_fails_with_one_for_a_law_without_a_timeline(
    capsys: pytest.CaptureFixture[str], texts: Path
) -> None:
    (texts / "my-law.md").write_text(LAW, "utf-8")

    code, out, _ = run(capsys, "corpus", "verify", "--json")

    assert code == 1
    assert json.loads(out)["problems"] == ["my-law: no timeline"]
    assert json.loads(out)["ok"] is False


def test_verify_points_at_a_wrong_number(
    capsys: pytest.CaptureFixture[str], texts: Path, tmp_path: Path
) -> None:
    (texts / "my-law.md").write_text(LAW, "utf-8")
    (tmp_path / "my-law.txt").write_text("within two days", "utf-8")

    _, out, _ = run(capsys, "corpus", "verify", "--reference", str(tmp_path))

    assert "to look at: my-law.md:12: Article 1: 15 not in my-law.txt" in out


def test_verify_refuses_a_reference_that_is_not_there(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, err = run(capsys, "corpus", "verify", "--reference", str(tmp_path / "gone"))

    assert (code, out) == (1, "")
    assert "Hint: Name the folder of official texts." in err


def test_show_of_a_provision_that_went_on_in_paragraphs_shows_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, _ = run(
        capsys, "corpus", "show", "eu-ai-act", "Article 4", "--as-of", "2026-10-01"
    )

    assert status == 0
    assert "No longer the text: replaced on 27 July 2026." in out
    assert "The text of 1 October 2026 is in Article 4(1), Article 4(2), Article 4(3):" in out
    assert "supporting the development of AI literacy" in out
    assert "sufficient level" not in out.split("The text of", 1)[1]


def test_show_of_an_article_in_2025_has_the_dates_of_then(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, "corpus", "show", "eu-ai-act", "Article 113", "--as-of", "2025-06-01")

    assert "2 August 2027" in out
    assert "This wording was replaced on 27 July 2026." in out
    assert "2028" not in out
