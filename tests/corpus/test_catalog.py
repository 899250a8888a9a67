from __future__ import annotations

from pathlib import Path

import pytest

from corpus.catalog import Corpus, load_folder
from corpus.errors import ParseError, UnknownInstrumentError, UnknownProvisionError

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

### Article 1 | One
valid: .. 2025-01-01

The old words of article one are these.

### Article 1 | One
valid: {start} ..

The new words of article one are these.
"""


def test_the_embedded_corpus_is_as_large_as_promised(corpus: Corpus) -> None:
    assert len(corpus.provisions) >= 1_400
    assert {"g7-trusted-partners", "eu-ai-act", "ear", "itar", "eo-14409"} <= set(
        corpus.instruments
    )


def test_every_version_has_a_heading_and_its_words(corpus: Corpus) -> None:
    for provision, _, version in corpus.versions():
        assert version.heading, provision.id
        assert len(version.text.split()) >= 8, provision.id


def test_two_versions_for_the_same_day_are_refused(tmp_path: Path) -> None:
    (tmp_path / "my-law.md").write_text(LAW.format(start="2024-06-01"), "utf-8")

    with pytest.raises(ParseError, match=r"my-law\.md:\d+: Article 1 is written twice"):
        load_folder(tmp_path)


def test_two_versions_one_after_the_other_are_one_provision(tmp_path: Path) -> None:
    (tmp_path / "my-law.md").write_text(LAW.format(start="2025-01-01"), "utf-8")

    loaded = load_folder(tmp_path)

    assert len(loaded.provision("my-law#article-1").versions) == 2


def test_a_part_without_its_instrument_is_refused(tmp_path: Path) -> None:
    (tmp_path / "part.md").write_text(
        '+++\npart_of = "gone"\n+++\n### Article 1 | A\n\nSome words of a law.\n', "utf-8"
    )

    with pytest.raises(ParseError, match="no file describes that instrument"):
        load_folder(tmp_path)


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_bytes(b"+++\nid = \xff\n+++\n")

    with pytest.raises(ParseError, match=r"bad\.md:1: not UTF-8"):
        load_folder(tmp_path)


def test_a_locator_above_provisions_gives_all_of_them(corpus: Corpus) -> None:
    found = corpus.look_up("eu-ai-act", "Article 51")

    assert {str(p.locator) for p in found} >= {"Article 51(1)", "Article 51(2)", "Article 51(3)"}


def test_a_bare_number_finds_the_action_of_a_code(corpus: Corpus) -> None:
    found = [str(p.locator) for p in corpus.look_up("hiroshima-code", "3")]

    assert "Action 3" in found


def test_unknown_things_are_named_with_a_hint(corpus: Corpus) -> None:
    with pytest.raises(UnknownInstrumentError, match="no instrument 'nope'"):
        corpus.instrument("nope")
    with pytest.raises(UnknownProvisionError, match="EU AI Act has no 'Article 999'"):
        corpus.look_up("eu-ai-act", "Article 999")


def test_the_fingerprint_changes_with_a_word(tmp_path: Path) -> None:
    file = tmp_path / "my-law.md"
    file.write_text(LAW.format(start="2025-01-01"), "utf-8")
    before = load_folder(tmp_path).fingerprint

    file.write_text(LAW.format(start="2025-01-01").replace("new words", "newer words"), "utf-8")

    assert load_folder(tmp_path).fingerprint != before
