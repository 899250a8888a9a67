"""Official texts from a publisher on this machine into the store, end to end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from corpus.adding import Adder
from corpus.addresses import Source, catalog, sources_of
from corpus.catalog import Corpus
from corpus.errors import FetchError, HomeError, StoreBusyError, UnknownInstrumentError
from corpus.fetching import Fetched, Fetcher, Limits, Unchanged
from corpus.loading import load_corpus
from corpus.settings import CorpusSettings
from corpus.store import PARTS, TextStore
from corpus.sync import Synced, Syncer
from corpus.types import TextKind
from tests.corpus.publisher import TITLES, Answer, Clock, Publisher, act, order, part, serving

GDPR = sources_of("gdpr")[0]
ORDER = sources_of("eo-14179")[0]
GUARDRAILS = sources_of("chips-guardrails")[0]
XHTML = ("Content-Type", "application/xhtml+xml")
FIRST, SECOND = date(2026, 9, 1), date(2026, 11, 20)

Sync = Callable[..., list[Synced]]


def gdpr(words: str = "Invented words.") -> bytes:
    return act(words, number="2016/679")


def guardrails(words: str = "Invented words.") -> bytes:
    return part(231, words, title=15)


@pytest.fixture(autouse=True)
def read_once(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded corpus is read once for all tests."""
    monkeypatch.setattr("corpus.catalog.load_embedded", lambda: corpus)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with serving() as found:
        yield found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def store(home: Path) -> TextStore:
    return TextStore(home)


@pytest.fixture
def sync(corpus: Corpus, publisher: Publisher, home: Path, clock: Clock) -> Sync:
    """Fetches from the publisher, as a new process would each time."""

    def run(
        *ids: str, day: date | None = None, mirror: str = "", attempts: int = 4
    ) -> list[Synced]:
        settings = CorpusSettings(home=home, sync_mirror=mirror or publisher.url)
        limits = Limits(attempts=attempts)
        syncer = Syncer(corpus, TextStore(home), settings, clock.timing, limits)
        return syncer.sync(ids, day=day)

    return run


def outcome(results: list[Synced]) -> str:
    (result,) = results
    return result.outcome


def words(home: Path, instrument: str, place: str, day: date = SECOND) -> str:
    """What the corpus of a home says at a place on a day, and what kind of text that is."""
    (provision,) = load_corpus(home).look_up(instrument, place)
    version = provision.on(day)
    assert version is not None
    return version.text if version.text_kind is TextKind.OFFICIAL else str(version.text_kind)


class TestANewText:
    @pytest.mark.parametrize(
        ("source", "body", "key"),
        [
            pytest.param(GDPR, gdpr(), "celex-32016r0679", id="Cellar"),
            pytest.param(GUARDRAILS, guardrails(), "cfr-15-231-2026-09-01", id="eCFR"),
            pytest.param(ORDER, order("2025-02172"), "fr-2025-02172", id="FR"),
        ],
    )
    def test_is_added_with_where_it_came_from(
        self,
        publisher: Publisher,
        sync: Sync,
        store: TextStore,
        source: Source,
        body: bytes,
        key: str,
    ) -> None:
        publisher.publish(source, body, on=FIRST)

        (result,) = sync(source.instrument_id)

        (text,) = store.texts()
        assert (result.outcome, result.instrument_id) == ("added", source.instrument_id)
        assert re.fullmatch(rf"{source.key}, (1 provision|[2-9] provisions)", result.note)
        assert (text.key, text.kind) == (key, TextKind.OFFICIAL)
        assert text.origin.url.startswith(f"https://{source.hosts[0]}/") or source is GDPR
        assert text.final_url.startswith(publisher.url)
        assert text.etag == '"v1"'
        assert text.origin.dated == (FIRST if source is GUARDRAILS else None)

    def test_takes_the_place_of_its_digest(
        self, publisher: Publisher, sync: Sync, home: Path
    ) -> None:
        publisher.publish(GDPR, gdpr("The words of the publisher."))

        sync("gdpr")

        assert words(home, "gdpr", "Article 1") == "The words of the publisher."

    def test_takes_the_place_of_a_file_that_was_added(
        self, publisher: Publisher, sync: Sync, store: TextStore, corpus: Corpus, tmp_path: Path
    ) -> None:
        (tmp_path / "gdpr.html").write_bytes(gdpr("An old file."))
        Adder(corpus, store).add([tmp_path / "gdpr.html"])
        publisher.publish(GDPR, gdpr("The words of the publisher."))

        assert outcome(sync("gdpr")) == "replaced"
        assert len(store.texts()) == 1

    def test_of_each_instrument_named_once(self, publisher: Publisher, sync: Sync) -> None:
        path = publisher.publish(GDPR, gdpr())
        publisher.publish(ORDER, order("2025-02172"))

        results = sync("gdpr", "eo-14179", "gdpr")

        assert [(r.instrument_id, r.outcome) for r in results] == [
            ("gdpr", "added"),
            ("eo-14179", "added"),
        ]
        assert len(publisher.asked(path)) == 1

    def test_leaves_no_part_of_a_download(
        self, publisher: Publisher, sync: Sync, store: TextStore
    ) -> None:
        publisher.publish(GDPR, gdpr())

        sync("gdpr")

        assert list((store.root / PARTS).glob("*")) == []


class TestAnUnchangedText:
    def test_is_asked_for_on_condition_and_stays(
        self, publisher: Publisher, sync: Sync, store: TextStore
    ) -> None:
        publisher.publish(GDPR, gdpr())
        sync("gdpr")
        (before,) = store.texts()
        stamps = {p: p.stat().st_mtime_ns for p in store.root.glob("*/*/[op]*")}

        (result,) = sync("gdpr")

        (text,) = store.texts()
        assert (result.outcome, result.note) == ("unchanged", "celex-32016R0679 is unchanged")
        assert publisher.requests[-1].headers["if-none-match"] == '"v1"'
        assert text.origin.retrieved_at >= before.origin.retrieved_at
        assert {p: p.stat().st_mtime_ns for p in store.root.glob("*/*/[op]*")} == stamps

    def test_is_known_by_its_bytes_where_the_publisher_does_not_say(
        self, publisher: Publisher, sync: Sync, store: TextStore, corpus: Corpus, tmp_path: Path
    ) -> None:
        (tmp_path / "gdpr.html").write_bytes(gdpr())
        Adder(corpus, store).add([tmp_path / "gdpr.html"])
        publisher.publish(GDPR, gdpr())

        first, second = outcome(sync("gdpr")), outcome(sync("gdpr"))

        assert (first, second) == ("unchanged", "unchanged")
        assert "if-none-match" not in publisher.requests[0].headers
        assert publisher.requests[1].headers["if-none-match"] == '"v1"'
        assert store.texts()[0].origin.url == GDPR.address()

    def test_leaves_the_corpus_and_so_the_index_as_they_were(
        self, publisher: Publisher, sync: Sync, home: Path
    ) -> None:
        publisher.publish(GDPR, gdpr())
        sync("gdpr")
        before = load_corpus(home).fingerprint

        sync("gdpr")

        assert load_corpus(home).fingerprint == before

    def test_of_a_part_of_the_cfr_on_a_later_day_is_not_kept_twice(
        self, publisher: Publisher, sync: Sync, store: TextStore
    ) -> None:
        publisher.publish(GUARDRAILS, guardrails(), on=FIRST)
        sync("chips-guardrails")
        publisher.publish(GUARDRAILS, guardrails(), on=SECOND)

        assert outcome(sync("chips-guardrails")) == "unchanged"
        assert [text.key for text in store.texts()] == ["cfr-15-231-2026-09-01"]


class TestAChangedText:
    def test_takes_the_place_of_the_old_one(
        self, publisher: Publisher, sync: Sync, home: Path, store: TextStore
    ) -> None:
        path = publisher.publish(GDPR, gdpr("The first words."))
        sync("gdpr")
        publisher.publish(GDPR, gdpr("The second words."))
        publisher.script(path, Answer(200, gdpr("The second words."), (XHTML, ("ETag", '"v2"'))))

        (result,) = sync("gdpr")

        assert result.outcome == "replaced"
        assert words(home, "gdpr", "Article 1") == "The second words."
        assert [text.etag for text in store.texts()] == ['"v2"']

    def test_of_a_code_is_kept_beside_the_old_one_and_each_is_the_law_of_its_day(
        self, publisher: Publisher, sync: Sync, home: Path, store: TextStore
    ) -> None:
        publisher.publish(GUARDRAILS, guardrails("The first words."), on=FIRST)
        sync("chips-guardrails")
        publisher.publish(GUARDRAILS, guardrails("The second words."), on=SECOND)

        (result,) = sync("chips-guardrails")

        assert result.outcome == "added"
        assert len(store.texts()) == 2
        place = "§ 231.1(a)"
        assert words(home, "chips-guardrails", place, FIRST) == "The first words."
        assert words(home, "chips-guardrails", place, date(2026, 11, 19)) == "The first words."
        assert words(home, "chips-guardrails", place, SECOND) == "The second words."


class TestADay:
    def test_asked_for_is_fetched_and_kept_beside_today(
        self, publisher: Publisher, sync: Sync, home: Path, store: TextStore
    ) -> None:
        publisher.publish(GUARDRAILS, guardrails("The words of today."), on=SECOND)
        past = publisher.publish(GUARDRAILS, guardrails("The words of then."), on=date(2024, 5, 1))
        publisher.publish(GUARDRAILS, guardrails("The words of today."), on=SECOND)
        sync("chips-guardrails")

        (result,) = sync("chips-guardrails", day=date(2024, 5, 1))

        assert result.outcome == "added"
        assert "/2024-05-01/" in past and len(publisher.asked(past)) == 1
        assert sorted(text.key for text in store.texts()) == [
            "cfr-15-231-2024-05-01",
            "cfr-15-231-2026-11-20",
        ]
        place = "§ 231.1(a)"
        assert words(home, "chips-guardrails", place, date(2024, 5, 1)) == "The words of then."
        assert words(home, "chips-guardrails", place, SECOND) == "The words of today."

    def test_asked_for_again_is_unchanged(self, publisher: Publisher, sync: Sync) -> None:
        publisher.publish(GUARDRAILS, guardrails(), on=FIRST)
        sync("chips-guardrails", day=FIRST)

        assert outcome(sync("chips-guardrails", day=FIRST)) == "unchanged"
        assert publisher.requests[-1].headers["if-none-match"] == '"v1"'

    def test_is_not_asked_of_a_publisher_who_keeps_none(
        self, publisher: Publisher, sync: Sync, store: TextStore
    ) -> None:
        publisher.publish(GDPR, gdpr())

        assert outcome(sync("gdpr", day=date(2024, 5, 1))) == "added"
        assert store.texts()[0].key == "celex-32016r0679"

    def test_without_a_text_is_told(self, publisher: Publisher, sync: Sync) -> None:
        publisher.publish(GUARDRAILS, guardrails(), on=FIRST)
        sync("chips-guardrails")

        (result,) = sync("chips-guardrails", day=date(1990, 1, 1))

        assert result.outcome == "failed"
        assert "no text at this address" in result.note
        assert "stays" not in result.note


class TestAFailure:
    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            pytest.param(Answer(404), "no text at this address (status 404", id="not there"),
            pytest.param(Answer(503), "answers with an error (status 503", id="an error"),
            pytest.param(Answer(200, b"", (XHTML,)), "celex-32016R0679: ", id="nothing"),
            pytest.param(
                Answer(200, b"<html><body>Sign in</body></html>", (("Content-Type", "text/html"),)),
                "celex-32016R0679: ",
                id="a page",
            ),
            pytest.param(
                Answer(200, act(number="2024/1689"), (XHTML,)),
                "the publisher sent another text than celex 32016R0679: refused",
                id="another act",
            ),
            pytest.param(
                Answer(200, act(), (XHTML,)),
                "the publisher sent another text than celex 32016R0679: refused",
                id="an act without a number",
            ),
            pytest.param(
                Answer(200, act(number="2016/679", language="fr"), (XHTML,)),
                "the publisher sent the text in 'fr': refused",
                id="another language",
            ),
            pytest.param(
                Answer(200, gdpr("").replace(b"Article 1", b""), (XHTML,)),
                "the publisher's file cannot be read: ",
                id="an act without words",
            ),
            pytest.param(Answer(200, gdpr(), (XHTML,), cut=100), "broke off", id="a cut"),
        ],
    )
    def test_is_told_in_one_line_and_the_last_good_text_stays(
        self, publisher: Publisher, sync: Sync, home: Path, answer: Answer, says: str
    ) -> None:
        path = publisher.publish(GDPR, gdpr("The good words."))
        sync("gdpr")
        publisher.script(path, *[answer] * 4)

        (result,) = sync("gdpr")

        assert (result.outcome, result.instrument_id) == ("failed", "gdpr")
        assert says in result.note
        assert result.note.startswith("celex-32016R0679: ")
        assert result.note.count("celex-32016R0679") == 1
        assert result.note.endswith("; the last good text stays")
        assert result.note.isprintable()
        assert words(home, "gdpr", "Article 1") == "The good words."

    def test_without_a_text_before_leaves_the_digest(
        self, sync: Sync, home: Path, store: TextStore
    ) -> None:
        (result,) = sync("gdpr")

        assert result.outcome == "failed"
        assert "stays" not in result.note
        assert store.texts() == []
        assert words(home, "gdpr", "Article 1(1)") == "digest"

    def test_of_one_text_does_not_keep_the_others_away(
        self, publisher: Publisher, sync: Sync
    ) -> None:
        publisher.publish(ORDER, order("2025-02172"))

        results = sync("gdpr", "eo-14179")

        assert [r.outcome for r in results] == ["failed", "added"]

    def test_of_the_wrong_part_is_refused(
        self, publisher: Publisher, sync: Sync, store: TextStore
    ) -> None:
        publisher.publish(GUARDRAILS, part(744, title=15))

        (result,) = sync("chips-guardrails")

        assert "sent another text than cfr 15/231: refused" in result.note
        assert store.texts() == []

    def test_that_passes_is_tried_again(
        self, publisher: Publisher, sync: Sync, clock: Clock
    ) -> None:
        path = publisher.publish(GDPR, gdpr())
        publisher.script(path, Answer(503), Answer(503))

        assert outcome(sync("gdpr")) == "added"
        assert len(clock.slept) == 2

    def test_in_what_a_stranger_sends_is_told_without_escape_codes(
        self, publisher: Publisher, sync: Sync
    ) -> None:
        path = publisher.publish(GDPR, gdpr())
        where = ("Location", "https://evil.example/\x1b[31m")
        publisher.script(path, Answer(302, headers=(where,)))

        (result,) = sync("gdpr")

        assert result.outcome == "failed"
        assert result.note.isprintable()

    def test_damage_on_disk_is_healed_by_the_next_fetch(
        self, publisher: Publisher, sync: Sync, home: Path
    ) -> None:
        publisher.publish(GDPR, gdpr("The good words."))
        sync("gdpr")
        next(home.glob("texts/gdpr/*/text.json")).write_text("{")

        (result,) = sync("gdpr")

        assert result.outcome == "replaced"
        assert "if-none-match" not in publisher.requests[-1].headers
        assert words(home, "gdpr", "Article 1") == "The good words."


class TestACut:
    def test_is_taken_up_where_it_ended_by_the_next_run(
        self, publisher: Publisher, sync: Sync, home: Path, store: TextStore
    ) -> None:
        long = gdpr("Many invented words. " * 2000)
        path = publisher.publish(GDPR, long)
        publisher.script(path, Answer(200, long, (XHTML, ("ETag", '"v1"')), cut=10_000))
        first = outcome(sync("gdpr", attempts=1))
        left = sorted(part.name for part in (store.root / PARTS).iterdir())

        second = outcome(sync("gdpr"))

        assert (first, second) == ("failed", "added")
        assert left == ["celex-32016R0679.part", "celex-32016R0679.part.json"]
        assert publisher.requests[-1].headers["range"] == "bytes=10000-"
        assert next(store.root.glob("gdpr/*/original")).read_bytes() == long

    def test_that_was_left_is_no_text(
        self, publisher: Publisher, sync: Sync, home: Path, store: TextStore, corpus: Corpus
    ) -> None:
        long = gdpr("Many invented words. " * 2000)
        path = publisher.publish(GDPR, long)
        publisher.script(path, Answer(200, long, (XHTML, ("ETag", '"v1"')), cut=10_000))

        sync("gdpr", attempts=1)

        assert store.texts() == []
        assert load_corpus(home).fingerprint == corpus.fingerprint


class TestWithoutANetwork:
    def test_every_instrument_is_told_without_waiting_for_each(
        self, sync: Sync, clock: Clock
    ) -> None:
        closed = "http://127.0.0.1:9"

        results = sync(mirror=closed)

        assert {r.outcome for r in results} == {"failed"}
        assert len(results) == len(catalog().sources)
        assert all("no connection to 127.0.0.1" in r.problem for r in results)
        assert len(clock.slept) == 3
        assert sum(clock.slept) < 10

    def test_a_host_that_can_be_reached_is_still_asked(
        self, publisher: Publisher, sync: Sync, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publisher.publish(ORDER, order("2025-02172"))
        asked: list[tuple[str, int]] = []
        fetch = Fetcher.fetch

        def without_cellar(self: Fetcher, source: Source, **how: object) -> Fetched | Unchanged:
            asked.append((source.publisher, self.limits.attempts))
            if source.publisher == "cellar":
                raise FetchError("no way there", unreachable=True)
            return fetch(self, source, **how)  # type: ignore[arg-type]

        monkeypatch.setattr(Fetcher, "fetch", without_cellar)

        results = sync("gdpr", "eu-ai-act-omnibus", "eo-14179")

        assert [r.outcome for r in results] == ["failed", "failed", "added"]
        assert results[0].problem == results[1].problem == "no way there"
        assert asked == [("cellar", 4), ("federal-register", 1)]

    def test_a_later_run_tries_again(self, publisher: Publisher, sync: Sync) -> None:
        publisher.publish(GDPR, gdpr())
        first = outcome(sync("gdpr", mirror="http://127.0.0.1:9"))

        assert (first, outcome(sync("gdpr"))) == ("failed", "added")


class TestWhatIsNotFetched:
    def test_an_unknown_instrument_keeps_everything_from_being_fetched(
        self, publisher: Publisher, sync: Sync, home: Path
    ) -> None:
        publisher.publish(GDPR, gdpr())

        with pytest.raises(UnknownInstrumentError, match="'nope'"):
            sync("gdpr", "nope")

        assert publisher.requests == []
        assert not home.exists()

    def test_an_instrument_without_an_address_is_told_with_the_way_out(
        self, publisher: Publisher, sync: Sync
    ) -> None:
        (result,) = sync("bletchley-declaration")

        assert (result.outcome, result.instrument_id) == ("no address", "bletchley-declaration")
        assert "policy corpus add" in result.note
        assert publisher.requests == []

    def test_while_another_process_writes_nothing_is_fetched(
        self, publisher: Publisher, sync: Sync, store: TextStore
    ) -> None:
        publisher.publish(GDPR, gdpr())

        with store.writing(), pytest.raises(StoreBusyError):
            sync("gdpr")

        assert publisher.requests == []

    def test_into_a_home_that_cannot_be_written_nothing_is_fetched(
        self, publisher: Publisher, sync: Sync, home: Path
    ) -> None:
        home.write_text("in the way")

        with pytest.raises(HomeError):
            sync("gdpr")

        assert publisher.requests == []

    def test_the_last_day_of_a_title_is_asked_once_for_all_its_parts(
        self, publisher: Publisher, sync: Sync
    ) -> None:
        for source in sources_of("itar"):
            publisher.publish(source, part(int(source.identifier[1][3:]), title=22), on=FIRST)

        results = sync("itar")

        assert {r.outcome for r in results} == {"added"}
        assert len(results) == 11
        assert len(publisher.asked(TITLES)) == 1


def test_progress_counts_the_texts(
    corpus: Corpus, publisher: Publisher, home: Path, clock: Clock
) -> None:
    publisher.publish(GDPR, gdpr())
    settings = CorpusSettings(home=home, sync_mirror=publisher.url)
    seen: list[tuple[str, int, int]] = []

    Syncer(corpus, TextStore(home), settings, clock.timing).sync(
        ["gdpr", "bletchley-declaration"], progress=lambda *step: seen.append(step)
    )

    assert seen == [("fetching", 0, 1), ("fetching", 1, 1)]
