"""From files to provisions and back to none: the way of official texts, end to end."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.adding import Adder
from corpus.catalog import Corpus, load_embedded
from corpus.errors import AddError
from corpus.loading import load_corpus
from corpus.locators import parse
from corpus.settings import CorpusSettings
from corpus.status import standing
from corpus.store import TextStore
from corpus.sync import Syncer
from corpus.types import TextKind, Version
from tests.corpus.publisher import act, serving

NOTES = b"# Our view\n\nThe marmalade clause binds nobody.\n\n# Again\n\nNor does the jam clause.\n"


def wording(corpus: Corpus, instrument: str, locator: str, day: date) -> Version:
    (provision,) = (p for p in corpus.of(instrument) if p.locator == parse(locator))
    found = provision.on(day)
    assert found is not None
    return found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.md"
    path.write_bytes(NOTES)
    return path


def test_a_document_of_ones_own_is_an_instrument_that_is_no_law(home: Path, notes: Path) -> None:
    (added,) = Adder(load_embedded(), TextStore(home)).add([notes])

    corpus = load_corpus(home)

    assert (added.outcome, added.kind) == ("added", TextKind.UPLOAD)
    own = corpus.instrument(added.instrument_id)
    assert (own.collection, own.authority) == ("uploads", "upload")
    assert corpus.members(["uploads"]) == {own.id}
    assert any("marmalade" in p.versions[0].text for p in corpus.of(own.id))


def test_the_same_file_again_changes_nothing_and_a_changed_one_replaces_it(
    home: Path, notes: Path
) -> None:
    adder = Adder(load_embedded(), TextStore(home))
    first = adder.add([notes])[0].outcome
    again = adder.add([notes])[0].outcome
    notes.write_bytes(NOTES.replace(b"marmalade", b"honey"))
    changed = adder.add([notes])[0].outcome

    texts = TextStore(home).texts()

    assert (first, again, changed) == ("added", "unchanged", "replaced")
    assert len(texts) == 1
    assert not any(b"marmalade" in file.read_bytes() for file in home.rglob("*") if file.is_file())


def test_what_is_removed_leaves_no_file_behind(home: Path, notes: Path) -> None:
    store = TextStore(home)
    Adder(load_embedded(), store, collection="kitchen").add([notes])

    gone = store.remove("kitchen")

    assert len(gone) == 1
    assert load_corpus(home).instruments.keys() == load_embedded().instruments.keys()
    assert not list(store.root.glob("*/*"))


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_kept(
    home: Path, notes: Path, tmp_path: Path
) -> None:
    junk = tmp_path / "junk.bin"
    junk.write_bytes(bytes(range(256)) * 20)

    results = Adder(load_embedded(), TextStore(home)).add([junk, notes])

    assert [result.outcome for result in results] == ["refused", "added"]
    assert "binary" in results[0].notes[0]


def test_a_missing_path_is_an_error(home: Path, tmp_path: Path) -> None:
    with pytest.raises(AddError, match="no file or folder"):
        Adder(load_embedded(), TextStore(home)).add([tmp_path / "nowhere"])


def test_a_fetched_act_is_official_text_and_a_failure_leaves_it_in_place(home: Path) -> None:
    from corpus.addresses import sources_of

    (source,) = sources_of("gdpr")
    with serving() as publisher:
        publisher.publish(
            source,
            act("On Regulation (EU) 2016/679.").replace(
                b"REGULATION ON", b"REGULATION (EU) 2016/679 ON"
            ),
        )
        settings = CorpusSettings(home=home, sync_mirror=publisher.url)
        syncer = Syncer(load_embedded(), TextStore(home), settings)
        first = syncer.sync(["gdpr"])
        again = syncer.sync(["gdpr"])
    with serving() as other:  # the mirror is there, the text is gone
        gone = CorpusSettings(home=home, sync_mirror=other.url)
        failed = Syncer(load_embedded(), TextStore(home), gone).sync(["gdpr"])

    assert [result[0].outcome for result in (first, again, failed)] == [
        "added",
        "unchanged",
        "failed",
    ]
    assert failed[0].instrument_id == "gdpr"
    assert len(TextStore(home).texts()) == 1


def test_an_instrument_without_an_address_says_so(home: Path) -> None:
    syncer = Syncer(load_embedded(), TextStore(home), CorpusSettings(home=home))

    (result,) = syncer.sync(["bletchley-declaration"])

    assert result.outcome == "no address"


@pytest.fixture(scope="module")
def laid_over(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    home = tmp_path_factory.mktemp("home")
    files = [
        reference / "eu-ai-act" / "32024R1689.en.html",
        reference / "eu-ai-act-omnibus" / "32026R1744.en.html",
        reference / "gdpr" / "32016R0679.en.html",
        reference / "itar" / "ecfr-title-22-parts-120-130.md",
        reference / "ear" / "ccl-supp1-part774.ecfr-2026-07-23.json",
    ]
    results = Adder(load_embedded(), TextStore(home)).add(files)
    assert {result.outcome for result in results} == {"added"}
    return load_corpus(home)


class TestOnTheRealTexts:
    def test_more_than_five_thousand_provisions_are_official(self, laid_over: Corpus) -> None:
        official = [
            version
            for _, _, version in laid_over.versions()
            if version.text_kind is TextKind.OFFICIAL
        ]

        assert len(official) > 5000

    def test_a_power_is_no_number(self, laid_over: Corpus) -> None:
        text = wording(laid_over, "eu-ai-act", "Article 51(2)", date(2026, 11, 23)).text

        assert text.endswith("10^25.")

    @pytest.mark.parametrize(
        ("locator", "before", "after"),
        [
            pytest.param("Article 2(2)", "Articles 102 to 109", "Article 60a", id="replaced"),
            pytest.param("Article 3(14)", "safety", "a component fulfils a safety", id="a point"),
        ],
    )
    def test_an_amending_act_is_carried_out_on_its_day(
        self, laid_over: Corpus, locator: str, before: str, after: str
    ) -> None:
        old = wording(laid_over, "eu-ai-act", locator, date(2026, 7, 26))
        new = wording(laid_over, "eu-ai-act", locator, date(2026, 7, 27))

        assert before in old.text and after not in old.text
        assert after in new.text
        assert {old.text_kind, new.text_kind} == {TextKind.OFFICIAL}

    def test_an_inserted_point_was_not_there_before(self, laid_over: Corpus) -> None:
        (ban,) = (p for p in laid_over.of("eu-ai-act") if p.locator == parse("Article 5(1)(ba)"))
        found = ban.on(date(2026, 11, 23))

        assert ban.on(date(2026, 7, 26)) is None
        assert found is not None
        act_itself = laid_over.instrument("eu-ai-act")
        stands = standing(act_itself, ban, found, date(2026, 11, 23))
        assert stands.status == "not_yet_applicable"
        assert "2 December 2026" in stands.note

    def test_every_place_that_a_digest_has_still_has_words_each_day(
        self, laid_over: Corpus
    ) -> None:
        digests = load_embedded()
        missing = [
            (str(provision.locator), day)
            for provision in digests.of("eu-ai-act")
            for day in (date(2025, 6, 1), date(2026, 11, 23))
            if provision.on(day) is not None
            and not any(p.on(day) for p in laid_over.at("eu-ai-act", provision.locator))
        ]

        assert missing == []
