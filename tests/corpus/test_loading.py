"""The corpus of a home: what ships, with the texts of the home laid over it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from corpus.adding import Adder
from corpus.catalog import Corpus
from corpus.errors import DamagedTextError
from corpus.loading import load_corpus
from corpus.store import TextStore
from corpus.types import Authority, TextKind
from tests.corpus.publisher import act

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def add(corpus: Corpus, home: Path, name: str, data: bytes, collection: str = "") -> None:
    file = home.parent / name
    file.write_bytes(data)
    (result,) = Adder(corpus, TextStore(home), collection).add([file])
    assert result.outcome in {"added", "replaced"}


@pytest.mark.parametrize("made", [False, True], ids=["no home", "an empty home"])
def test_without_texts_it_is_what_ships(corpus: Corpus, home: Path, made: bool) -> None:
    if made:
        (home / "texts").mkdir(parents=True)

    loaded = load_corpus(home)

    assert loaded.fingerprint == corpus.fingerprint
    assert home.exists() is made


def test_an_official_text_takes_the_place_of_its_digest(corpus: Corpus, home: Path) -> None:
    add(corpus, home, "gdpr.html", act("Invented scope of words.", number="2016/679"))

    (provision,) = load_corpus(home).look_up("gdpr", "Article 1")

    assert [version.text_kind for version in provision.versions] == [TextKind.OFFICIAL]
    assert provision.versions[0].text == "Invented scope of words."


def test_a_document_of_ones_own_is_an_instrument_without_force(corpus: Corpus, home: Path) -> None:
    add(corpus, home, "notes.md", b"# Lamp rules\n\nEvery lamp is off at noon.\n", "work")

    loaded = load_corpus(home)

    instrument = loaded.instrument("work-notes-md")
    assert (instrument.authority, instrument.collection) == (Authority.UPLOAD, "work")
    assert loaded.members(["work"]) == {"work-notes-md"}
    assert {v.text_kind for p in loaded.of("work-notes-md") for v in p.versions} == {
        TextKind.UPLOAD
    }


def test_what_was_removed_leaves_the_digests_as_they_were(corpus: Corpus, home: Path) -> None:
    add(corpus, home, "gdpr.html", act(number="2016/679"))
    with_text = load_corpus(home).fingerprint

    TextStore(home).remove("gdpr")

    assert load_corpus(home).fingerprint == corpus.fingerprint != with_text


def test_a_tilde_is_the_users_own_folder(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    add(corpus, tmp_path / "mine", "notes.md", b"# Lamp rules\n\nEvery lamp is off.\n")

    assert "uploads-notes-md" in load_corpus(Path("~/mine")).instruments


def test_a_damaged_text_is_told_with_the_way_out(corpus: Corpus, home: Path) -> None:
    add(corpus, home, "notes.md", b"# Lamp rules\n\nEvery lamp is off.\n")
    next(home.glob("texts/*/*/text.json")).write_text("{")

    with pytest.raises(DamagedTextError) as raised:
        load_corpus(home)

    assert "policy corpus remove uploads-notes-md" in raised.value.hint


def test_a_home_without_texts_loads_no_parser_of_official_texts(home: Path) -> None:
    program = (
        "import sys, pathlib; from corpus.loading import load_corpus\n"
        "load_corpus(pathlib.Path(sys.argv[1])); print('lxml' in sys.modules)"
    )

    ended = subprocess.run(
        [sys.executable, "-c", program, str(home)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert ended.stdout == "False\n"
