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
