"""The texts on disk: whole or not at all, one writer, many readers, nothing left behind."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from corpus import store as store_module
from corpus import stored
from corpus.errors import DamagedTextError, HomeError, StoreBusyError
from corpus.parsers.markdown import parse_markdown
from corpus.parsers.recognise import parse_any
from corpus.store import StoredText, TextStore
from corpus.types import Origin, TextKind
from tests.corpus.publisher import part

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def data_of(words: str) -> bytes:
    return f"# Notes\n\n{words}\n".encode()


def text_of(
    words: str,
    *,
    owner: str = "uploads-notes",
    key: str = "file",
    at: datetime = NOON,
    collection: str = "uploads",
) -> StoredText:
    data = data_of(words)
    origin = Origin("notes.md", hashlib.sha256(data).hexdigest(), at, "markdown")
    parsed = parse_markdown(data, path="notes.md")
    kind = TextKind.UPLOAD if collection else TextKind.OFFICIAL
    return StoredText(owner, key, kind, origin, parsed, collection)


def put(store: TextStore, words: str, **values: str) -> StoredText:
    text = text_of(words, **values)  # type: ignore[arg-type]
    store.put(text, data_of(words))
    return text


def said(text: StoredText | None) -> str:
    """The words of a text, all its nodes together."""
    assert text is not None
    return " ".join(node.text for node in text.parsed.walk() if node.text)


def folder_of(store: TextStore, text: StoredText) -> Path:
    return store.root / text.instrument_id / f"{text.key}@{text.origin.sha256[:12]}"


def on_disk(root: Path) -> list[str]:
    """Every file and folder below the root, except the lock."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.name != "lock")


@pytest.fixture
def store(tmp_path: Path) -> TextStore:
    return TextStore(tmp_path / "home")


class TestPut:
    def test_a_text_is_found_as_it_was_put(self, store: TextStore) -> None:
        text = replace(
            text_of("The gate is green.", owner="gdpr", key="celex-1", collection=""),
            etag='"v1"',
            last_modified="Mon, 23 Nov 2026 12:00:00 GMT",
            final_url="https://publisher.example/1",
            path="/somewhere/notes.md",
        )

        store.put(text, data_of("The gate is green."))

        assert store.find("gdpr", "celex-1") == text
        assert store.texts() == [text]
        assert store.holds("gdpr", "celex-1")

    def test_the_file_is_kept_byte_for_byte(self, store: TextStore) -> None:
        text = put(store, "The gate\tis green.  ")

        kept = (folder_of(store, text) / "original").read_bytes()

        assert kept == data_of("The gate\tis green.  ")

    def test_nothing_is_there_before(self, store: TextStore) -> None:
        assert store.texts() == []
        assert store.find("uploads-notes", "file") is None
        assert not store.holds("uploads-notes", "file")
        assert not store.root.exists()

    def test_a_later_text_of_one_key_takes_the_place_of_the_earlier(self, store: TextStore) -> None:
        old = put(store, "The gate is green.")

        new = put(store, "The gate is red.")

        assert store.texts() == [new]
        assert not folder_of(store, old).exists()
        assert len(list(store.root.glob("uploads-notes/*"))) == 1

    def test_texts_of_other_keys_and_instruments_stay(self, store: TextStore) -> None:
        kept = [put(store, "One.", key="a"), put(store, "Two.", owner="uploads-other", key="b")]

        new = put(store, "Three.", key="b")

        assert {said(text) for text in store.texts()} == {said(text) for text in (*kept, new)}

    def test_the_same_bytes_again_are_read_anew(self, store: TextStore) -> None:
        text = put(store, "The gate is green.")
        other = replace(text, collection="work", etag='"v2"')

        store.put(other, data_of("The gate is green."))

        assert store.texts() == [other]
        assert on_disk(folder_of(store, text)) == ["original", "parsed.json", "text.json"]

    def test_a_key_with_letters_that_mean_something_in_patterns_is_only_itself(
        self, store: TextStore
    ) -> None:
        put(store, "One.", key="a[1]")
        put(store, "Two.", key="a1")

        found = store.find("uploads-notes", "a[1]")

        assert said(found) == "One."
        assert store.find("uploads-notes", "a*") is None


class TestACrash:
    @pytest.mark.parametrize("step", ["write", "rename"])
    def test_before_the_new_text_is_in_place_leaves_the_old_one(
        self, store: TextStore, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        old = put(store, "The gate is green.")
        with monkeypatch.context() as broken:
            broken.setattr(*_crash_at(step))
            with pytest.raises(KeyboardInterrupt):
                put(store, "The gate is red.")

        assert TextStore(store.root.parent).texts() == [old]
        assert list(store.root.glob(".*")) == []

    def test_of_the_machine_leaves_the_old_text_and_what_it_left_goes_with_the_next(
        self, store: TextStore
    ) -> None:
        old = put(store, "The gate is green.")
        _run(
            store.root.parent,
            "import os; from corpus import store as s; from tests.corpus.test_store import put\n"
            "s.Path.rename = lambda *_: os._exit(9)\n"
            "put(s.TextStore(home), 'The gate is red.')",
            status=9,
        )
        left = [path.name for path in store.root.glob(".new-*")]

        texts = store.texts()
        put(store, "The door is blue.", key="door")

        assert len(left) == 1
        assert texts == [old]
        assert list(store.root.glob(".new-*")) == []

    def test_after_the_new_text_is_in_place_leaves_the_new_one(
        self, store: TextStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(store, "The gate is green.", key="gate")
        with monkeypatch.context() as broken:
            broken.setattr(TextStore, "_drop", _interrupt)
            with pytest.raises(KeyboardInterrupt):
                store.put(
                    text_of("The gate is red.", key="gate", at=NOON + timedelta(seconds=1)),
                    data_of("The gate is red."),
                )

        assert len(list(store.root.glob("uploads-notes/gate@*"))) == 2
        assert [said(text) for text in store.texts()] == ["The gate is red."]
        assert said(store.find("uploads-notes", "gate")) == "The gate is red."

    def test_while_a_text_is_deleted_leaves_nothing_that_is_read(
        self, store: TextStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(store, "The gate is green.")
        with monkeypatch.context() as broken:
            broken.setattr(store_module.shutil, "rmtree", _interrupt)
            with pytest.raises(KeyboardInterrupt):
                store.remove("uploads-notes")
        left = list(store.root.glob(".gone-*"))

        texts = store.texts()
        store.remove("nothing")

        assert len(left) == 1
        assert texts == []
        assert list(store.root.glob(".gone-*")) == []

    def test_on_a_full_disk_is_told_and_leaves_the_old_text(
        self, store: TextStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = put(store, "The gate is green.")

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as broken:
            broken.setattr(os, "fsync", full)
            with pytest.raises(HomeError, match="No space left on device") as raised:
                put(store, "The gate is red.")

        assert raised.value.hint
        assert store.texts() == [old]
        assert on_disk(store.root) == on_disk_of(store, old)


def on_disk_of(store: TextStore, text: StoredText) -> list[str]:
    folder = folder_of(store, text).relative_to(store.root)
    names = ("original", "parsed.json", "text.json")
    return sorted([str(folder.parent), str(folder), *(str(folder / name) for name in names)])


def _interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def _crash_at(step: str) -> tuple[object, str, object]:
    if step == "write":
        return os, "fsync", _interrupt
    return Path, "rename", _interrupt


def _run(home: Path, program: str, *, status: int = 0) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", f"import sys, pathlib; home = pathlib.Path(sys.argv[1])\n{program}",
         str(home)],
        cwd=ROOT,
        check=False,
        timeout=60,
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert ended.returncode == status, ended.stderr


@contextmanager
def another_writer(store: TextStore) -> Iterator[None]:
    """A second store of the same home, as of another process (locks are by open file)."""
    with TextStore(store.root.parent).writing():
        yield


class TestTwoWriters:
    @pytest.mark.parametrize(
        "write",
        [
            pytest.param(lambda store, text: store.put(text, b"# x\n\ny\n"), id="put"),
            pytest.param(lambda store, text: store.touch(text), id="touch"),
            pytest.param(lambda store, text: store.remove(text.instrument_id), id="remove"),
        ],
    )
    def test_the_second_is_refused_and_changes_nothing(
        self, store: TextStore, write: object
    ) -> None:
        old = put(store, "The gate is green.")

        with (
            another_writer(store),
            pytest.raises(StoreBusyError, match="another process") as raised,
        ):
            write(store, text_of("The gate is red."))  # type: ignore[operator]

        assert raised.value.retryable
        assert "try again" in raised.value.hint
        assert store.texts() == [old]

    def test_reading_takes_no_lock(self, store: TextStore) -> None:
        old = put(store, "The gate is green.")

        with another_writer(store):
            found = store.texts()

        assert found == [old]

    def test_one_process_may_write_while_it_holds_the_lock(self, store: TextStore) -> None:
        with store.writing():
            put(store, "One.", key="a")
            with store.writing():
                put(store, "Two.", key="b")
            put(store, "Three.", key="c")
            with pytest.raises(StoreBusyError):
                put(TextStore(store.root.parent), "Four.", key="d")

        assert len(store.texts()) == 3

    def test_the_lock_is_given_back_after_a_failure(self, store: TextStore) -> None:
        with pytest.raises(KeyboardInterrupt), store.writing():
            raise KeyboardInterrupt

        with another_writer(store):
            pass
        assert put(store, "One.") == store.find("uploads-notes", "file")


class TestAReaderWhileOthersWrite:
    def test_a_text_replaced_under_its_eyes_is_read_as_it_is_now(
        self, store: TextStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(store, "The gate is green.")
        other = TextStore(store.root.parent)
        look = TextStore._folders
        writes = iter(["The gate is red.", "The gate is blue."])

        def listed_then_replaced(self: TextStore, *names: str) -> list[Path]:
            found = look(self, *names)
            if self is store and (words := next(writes, "")):
                put(other, words)
            return found

        monkeypatch.setattr(TextStore, "_folders", listed_then_replaced)

        assert [said(text) for text in store.texts()] == ["The gate is blue."]

    def test_a_text_removed_under_its_eyes_is_gone(
        self, store: TextStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(store, "The gate is green.")
        other = TextStore(store.root.parent)
        read = TextStore._read

        def removed_then_read(self: TextStore, folder: Path) -> StoredText:
            other.remove("uploads-notes")
            return read(self, folder)

        monkeypatch.setattr(TextStore, "_read", removed_then_read)

        assert store.find("uploads-notes", "file") is None

    def test_texts_that_change_all_the_time_are_told(
        self, store: TextStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(store, "The gate is green.")
        elsewhere = store.root / "uploads-notes" / "gone@0"
        monkeypatch.setattr(TextStore, "_folders", lambda *_: [elsewhere])

        with pytest.raises(StoreBusyError, match="change while they are read"):
            store.texts()


class TestRemove:
    def test_an_instrument_takes_all_its_texts(self, store: TextStore) -> None:
        put(store, "One.", key="a")
        put(store, "Two.", key="b")
        other = put(store, "Three.", owner="uploads-other")

        gone = store.remove("uploads-notes")

        assert gone == ("uploads-notes/a", "uploads-notes/b")
        assert store.texts() == [other]
        assert on_disk(store.root) == on_disk_of(store, other)

    def test_a_collection_takes_all_its_documents(self, store: TextStore) -> None:
        put(store, "One.", owner="work-one", collection="work")
        put(store, "Two.", owner="work-two", collection="work")
        other = put(store, "Three.")

        gone = store.remove("work")

        assert gone == ("work-one/file", "work-two/file")
        assert store.texts() == [other]

    @pytest.mark.parametrize("name", ["", "nothing", "uploads-", "*", "..", "lock", ".new-1"])
    def test_another_name_removes_nothing(self, store: TextStore, name: str) -> None:
        put(store, "One.", owner="gdpr", collection="")
        put(store, "Two.")
        before = on_disk(store.root)

        gone = store.remove(name)

        assert gone == ()
        assert on_disk(store.root) == before

    def test_nothing_is_made_where_nothing_was(self, store: TextStore) -> None:
        assert store.remove("gdpr") == ()
        assert not store.root.exists()

    @pytest.mark.parametrize("lost", [["text.json"], ["parsed.json", "original"], ["original"]])
    def test_a_damaged_text_goes_whole(self, store: TextStore, lost: list[str]) -> None:
        text = put(store, "The gate is green.")
        for name in lost:
            (folder_of(store, text) / name).unlink()

        gone = store.remove("uploads-notes")

        assert gone == ("uploads-notes/file",)
        assert on_disk(store.root) == []

    def test_downloads_that_were_cut_off_go_too(self, store: TextStore) -> None:
        put(store, "The gate is green.", owner="gdpr", collection="")
        (store.root / ".parts").mkdir()
        (store.root / ".parts" / "celex-32016R0679.part").write_bytes(b"The gate")

        store.remove("gdpr")

        assert on_disk(store.root) == []


class TestTouch:
    def test_what_is_known_of_a_text_is_written_anew(self, store: TextStore) -> None:
        text = put(store, "The gate is green.", owner="gdpr", collection="")
        later = replace(
            text, etag='"v2"', origin=replace(text.origin, retrieved_at=NOON + timedelta(days=1))
        )
        before = (folder_of(store, text) / "parsed.json").stat().st_mtime_ns

        store.touch(later)

        assert store.texts() == [later]
        assert (folder_of(store, text) / "parsed.json").stat().st_mtime_ns == before

    def test_a_text_that_is_not_there_is_not_made(self, store: TextStore) -> None:
        text = put(store, "The gate is green.")

        store.touch(text_of("The gate is red."))

        assert store.texts() == [text]


class TestOf:
    def test_a_text_is_found_on_all_its_days(self, store: TextStore) -> None:
        for key in ("cfr-15-744", "cfr-15-744-2026-09-01", "cfr-15-744-2025-01-01"):
            put(store, key, owner="ear", key=key, collection="")

        found = store.of("ear", "cfr-15-744")

        assert {said(text) for text in found} == {
            "cfr-15-744",
            "cfr-15-744-2026-09-01",
            "cfr-15-744-2025-01-01",
        }

    def test_texts_whose_key_only_begins_so_are_others(self, store: TextStore) -> None:
        for key in ("cfr-15-738-supplement-1", "cfr-15-738-1-day", "cfr-15-7380", "cfr-15-73"):
            put(store, key, owner="ear", key=key, collection="")

        assert store.of("ear", "cfr-15-738") == []


class TestByPath:
    def test_texts_are_known_by_where_they_lay(self, store: TextStore) -> None:
        upload = replace(text_of("One."), path="/a/notes.md")
        official = replace(text_of("Two.", owner="gdpr", key="k", collection=""), path="/a/gdpr.md")
        fetched = text_of("Three.", owner="gdpr", key="l", collection="")
        for text, words in ((upload, "One."), (official, "Two."), (fetched, "Three.")):
            store.put(text, data_of(words))

        assert store.by_path() == {
            ("uploads", "/a/notes.md"): ("uploads-notes", "file"),
            ("gdpr", "/a/gdpr.md"): ("gdpr", "k"),
        }

    def test_a_damaged_text_is_passed_over(self, store: TextStore) -> None:
        text = replace(text_of("One."), path="/a/notes.md")
        store.put(text, data_of("One."))
        (folder_of(store, text) / "text.json").write_text("[")

        assert store.by_path() == {}


class TestDamage:
    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(b"", id="empty"),
            pytest.param(b"{", id="cut off"),
            pytest.param(b"[]", id="of another shape"),
            pytest.param(b"\xff\xfe\x00", id="no UTF-8"),
            pytest.param(b"[" * 100_000, id="nested without end"),
            pytest.param(b'{"parsed_format": 1, "nodes": [["x"]]}', id="other nodes"),
        ],
    )
    def test_provisions_that_cannot_be_read_come_from_the_original_again(
        self, store: TextStore, content: bytes
    ) -> None:
        text = put(store, "The gate is green.")
        (folder_of(store, text) / "parsed.json").write_bytes(content)

        assert store.texts() == [text]
        assert json.loads((folder_of(store, text) / "parsed.json").read_text("utf-8"))

    @pytest.mark.parametrize(
        "content", [b"", b"{", b"[]", b"{}", b'{"origin": {}, "kind": 1}', b"\xff"]
    )
    def test_a_text_of_which_nothing_is_known_is_told_with_the_way_out(
        self, store: TextStore, content: bytes
    ) -> None:
        text = put(store, "The gate is green.")
        (folder_of(store, text) / "text.json").write_bytes(content)

        with pytest.raises(DamagedTextError) as raised:
            store.texts()

        assert str(folder_of(store, text)) in str(raised.value)
        assert "policy corpus remove uploads-notes" in raised.value.hint
        assert store.remove("uploads-notes") == ("uploads-notes/file",)
        assert store.texts() == []

    @pytest.mark.parametrize(
        "original",
        [
            pytest.param(None, id="missing"),
            pytest.param(b"", id="empty"),
            pytest.param(data_of("The gate is red."), id="another file"),
        ],
    )
    def test_without_provisions_and_original_the_text_is_told(
        self, store: TextStore, original: bytes | None
    ) -> None:
        text = put(store, "The gate is green.")
        (folder_of(store, text) / "parsed.json").write_text("{")
        (folder_of(store, text) / "original").unlink()
        if original is not None:
            (folder_of(store, text) / "original").write_bytes(original)

        with pytest.raises(DamagedTextError, match="is damaged"):
            store.find("uploads-notes", "file")

    def test_a_damaged_original_alone_harms_nobody(self, store: TextStore) -> None:
        text = put(store, "The gate is green.")
        (folder_of(store, text) / "original").write_bytes(b"")

        assert store.texts() == [text]

    def test_the_text_put_again_heals_it(self, store: TextStore) -> None:
        text = put(store, "The gate is green.")
        for file in folder_of(store, text).iterdir():
            file.write_bytes(b"")

        put(store, "The gate is green.")

        assert store.texts() == [text]
        assert (folder_of(store, text) / "original").read_bytes() == data_of("The gate is green.")


class TestAnOlderFormat:
    def test_is_read_anew_once_and_kept(
        self, store: TextStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        text = put(store, "The gate is green.")
        monkeypatch.setattr(stored, "PARSED_FORMAT", stored.PARSED_FORMAT + 1)
        first = store.texts()
        (folder_of(store, text) / "original").unlink()

        second = store.texts()

        assert first == second == [text]
        assert on_disk(folder_of(store, text)) == ["parsed.json", "text.json"]

    def test_is_read_anew_each_time_where_nothing_can_be_written(
        self, store: TextStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        text = put(store, "The gate is green.")
        before = (folder_of(store, text) / "parsed.json").read_bytes()
        monkeypatch.setattr(stored, "PARSED_FORMAT", stored.PARSED_FORMAT + 1)

        def read_only(*_: object) -> None:
            raise OSError(30, "Read-only file system")

        monkeypatch.setattr(store_module, "_write", read_only)

        assert store.texts() == store.texts() == [text]
        assert (folder_of(store, text) / "parsed.json").read_bytes() == before

    def test_of_a_volume_is_cut_to_the_parts_of_its_instrument_again(
        self, store: TextStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        volume = (
            b"<DIV1 N='15' TYPE='TITLE'>"
            + b"".join(part(number, title=15).partition(b"\n")[2] for number in (231, 744))
            + b"</DIV1>"
        )
        parsed = parse_any(volume, path="volume.xml")
        sha = hashlib.sha256(volume).hexdigest()
        origin = Origin("volume.xml", sha, NOON, "ecfr", dated=date(2026, 9, 1))
        own = tuple(node for node in parsed.nodes if "744" in str(node.locator))
        text = StoredText(
            "ear", "volume-xml", TextKind.OFFICIAL, origin, replace(parsed, nodes=own)
        )
        store.put(text, volume)
        monkeypatch.setattr(stored, "PARSED_FORMAT", stored.PARSED_FORMAT + 1)

        (found,) = store.texts()

        assert len(parsed.nodes) == 4
        assert found.parsed.nodes == own


def test_a_home_with_spaces_and_letters_of_the_world_works(tmp_path: Path) -> None:
    store = TextStore(tmp_path / "mein Gerät [1] 文件")

    text = put(store, "The gate is green.")

    assert store.texts() == [text]
    assert store.remove("uploads") == ("uploads-notes/file",)


def test_a_home_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("in the way")
    store = TextStore(tmp_path / "home")

    with pytest.raises(HomeError, match="cannot be written") as raised:
        put(store, "The gate is green.")

    assert "POLICY_HOME" in raised.value.hint


SETPRIV = shutil.which("setpriv") or ""


@pytest.mark.skipif(not SETPRIV, reason="setpriv is not installed")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_home_of_another_user_can_be_read(store: TextStore) -> None:
    put(store, "The gate is green.")
    home = store.root.parent
    for above in (home, *home.parents[:3]):
        above.chmod(0o755)
    program = (
        "import sys, pathlib; from corpus.store import TextStore\n"
        "from corpus.errors import HomeError\n"
        "store = TextStore(pathlib.Path(sys.argv[1]))\n"
        "print(len(store.texts()))\n"
        "try: store.remove('uploads')\n"
        "except HomeError as error: print(error)"
    )

    ended = subprocess.run(
        [SETPRIV, "--reuid=65534", "--regid=65534", "--clear-groups",
         sys.executable, "-c", program, str(home)],
        cwd=ROOT,
        check=False,
        timeout=60,
        capture_output=True,
        text=True,
    )  # fmt: skip

    if "Error" in ended.stderr:
        pytest.skip("this Python is not open to others")
    assert ended.stdout.splitlines() == ["1", f"{store.root} cannot be written: Permission denied"]
