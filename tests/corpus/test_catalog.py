from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from corpus.catalog import Corpus, load_folder
from corpus.errors import LocatorError, ParseError, UnknownInstrumentError, UnknownProvisionError
from corpus.locators import parse
from corpus.status import phase_of

DOSSIER = "g7-trusted-partners"

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


@pytest.mark.parametrize(
    ("instrument", "typed", "first"),
    [
        pytest.param("eu-ai-act", "51(2)", "Article 51(2)", id="no unit"),
        pytest.param("eu-ai-act", "art. 51 (2)", "Article 51(2)", id="short unit"),
        pytest.param("eu-ai-act", "Annex III, point 1(a)", "Annex III(1)(a)", id="point"),
        pytest.param("ear", "15 CFR 744.23(a)(2)(i)", "§ 744.23(a)(2)(i)", id="CFR"),
        pytest.param("ear", "4e091", "ECCN 4E091", id="bare ECCN"),
        pytest.param("itar", "126.7", "§ 126.7(a)", id="bare section"),
        pytest.param("chips-guardrails", "231.101", "§ 231.101(a)", id="bare CFR"),
        pytest.param("nist-ai-rmf", "govern 1.1", "GOVERN 1.1", id="function"),
        pytest.param("oecd-ai-principles", "1.4(b)", "Section 1.4(b)", id="decimal number"),
        pytest.param("bis-rules", "2025-00636", "2025-00636", id="document number"),
        pytest.param(DOSSIER, "what happened", "Heading: What happened (1)", id="heading"),
        pytest.param(DOSSIER, "What happened (2)", "Heading: What happened (2)", id="paragraph"),
    ],
)  # fmt: skip
def test_a_provision_is_found_as_people_name_it(
    corpus: Corpus, instrument: str, typed: str, first: str
) -> None:
    assert str(corpus.look_up(instrument, typed)[0].locator) == first


@pytest.mark.parametrize("typed", ["", "()", "!!", "banana", "12 monkeys", "9" * 5_000])
def test_nonsense_finds_nothing_and_is_refused(corpus: Corpus, typed: str) -> None:
    with pytest.raises(LocatorError) as caught:
        corpus.look_up("eu-ai-act", typed)

    assert len(str(caught.value)) < 200


def test_every_provision_is_found_at_its_own_locator(corpus: Corpus) -> None:
    for provision in corpus.provisions.values():
        assert corpus.at(provision.instrument_id, provision.locator) == (provision,)


def test_nothing_stands_where_the_instrument_has_nothing(corpus: Corpus) -> None:
    assert corpus.at("eu-ai-act", parse("Article 999")) == ()
    assert corpus.at("nope", parse("Article 1")) == ()


def test_an_unknown_provision_id_is_named(corpus: Corpus) -> None:
    with pytest.raises(UnknownProvisionError, match="no provision 'eu-ai-act#article-999'"):
        corpus.provision("eu-ai-act#article-999")


def test_ids_say_their_instrument_and_hold_no_space(corpus: Corpus) -> None:
    ids = list(corpus.provisions)

    assert all(corpus.provisions[key].id == key for key in ids)
    assert all(key.split("#")[0] == corpus.provisions[key].instrument_id for key in ids)
    assert all(key == "".join(key.split()) for key in ids)


def test_every_text_is_canonical(corpus: Corpus) -> None:
    for provision, _, version in corpus.versions():
        paragraphs = version.text.split("\n")

        assert all(p and p == " ".join(p.split()) for p in paragraphs), provision.id


def test_only_dossiers_and_digests_travel_with_the_package(corpus: Corpus) -> None:
    assert {version.text_kind for _, _, version in corpus.versions()} == {"digest", "dossier"}


def test_every_timeline_runs_forward_and_every_event_says_something(corpus: Corpus) -> None:
    for instrument in corpus.instruments.values():
        dates = [event.date for event in instrument.timeline]

        assert dates == sorted(dates), instrument.id
        assert all(event.note for event in instrument.timeline), instrument.id


def test_every_phase_governs_something(corpus: Corpus) -> None:
    for instrument in corpus.instruments.values():
        for phase in instrument.phases:
            day = phase.known.start or (phase.known.end or date(2030, 1, 1)) - timedelta(days=1)
            alone = replace(instrument, phases=(phase,))

            assert any(
                phase_of(alone, provision, version, day)
                for provision in corpus.of(instrument.id)
                for version in provision.versions
            ), (instrument.id, phase)


def test_every_source_named_is_an_official_text_at_hand(corpus: Corpus, reference: Path) -> None:
    named = {version.source for _, _, version in corpus.versions() if version.source}

    assert [source for source in sorted(named) if not (reference / source).is_file()] == []


def test_parts_in_folders_join_their_instrument(tmp_path: Path) -> None:
    (tmp_path / "my-law").mkdir()
    (tmp_path / "my-law" / "00.md").write_text(LAW.format(start="2025-01-01"), "utf-8")
    (tmp_path / "my-law" / "10.md").write_text(
        '+++\npart_of = "my-law"\n+++\n### Article 2 | Two\n\nThe words of article two.\n', "utf-8"
    )

    loaded = load_folder(tmp_path)

    assert [str(p.locator) for p in loaded.of("my-law")] == ["Article 1", "Article 2"]
    assert loaded.provision("my-law#article-2").versions[0].path == "my-law/10.md"


def test_an_overlap_is_told_with_both_places(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(LAW.format(start="2025-01-01"), "utf-8")
    (tmp_path / "b.md").write_text(
        '+++\npart_of = "my-law"\n+++\n### Article 1 | Again\n\nThe words once more.\n', "utf-8"
    )

    with pytest.raises(ParseError, match=r"^\w\.md:\d+: .* the other is at \w\.md:\d+$"):
        load_folder(tmp_path)


def test_line_ends_of_windows_change_nothing(tmp_path: Path) -> None:
    file = tmp_path / "my-law.md"
    file.write_bytes(LAW.format(start="2025-01-01").encode())
    before = load_folder(tmp_path)

    file.write_bytes(LAW.format(start="2025-01-01").replace("\n", "\r\n").encode())

    assert load_folder(tmp_path).fingerprint == before.fingerprint


def test_files_that_are_no_digest_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "my-law.md").write_text(LAW.format(start="2025-01-01"), "utf-8")
    (tmp_path / "notes.txt").write_text("no digest", "utf-8")

    assert list(load_folder(tmp_path).instruments) == ["my-law"]
