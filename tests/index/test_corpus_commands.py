"""`policy corpus add`, `remove`, `sync`: texts and index change together, and leave no trace."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from assistant.cli import main
from corpus import catalog
from corpus.addresses import sources_of
from corpus.catalog import Corpus
from corpus.errors import (
    AddError,
    DamagedTextError,
    HomeError,
    SettingsError,
    StoreBusyError,
    UnknownInstrumentError,
)
from corpus.loading import load_corpus
from corpus.store import TextStore
from index.adapters.splitters import RecursiveSplitter
from index.corpus_commands import corpus as corpus_group
from index.errors import EmbeddingError, IndexBusyError
from index.generations import Generations, lease
from index.segment import segment
from index.testing import HashingEmbedder, RefusingEmbedder
from tests.corpus.publisher import Answer, Publisher, act, order, part, serving

# No stem of it differs from the word, so that it is found in a list of stems too.
MARKER = "quixzorp"
NOTES = f"# Lamp rules\n\nThe {MARKER} is locked at night.\n"


@pytest.fixture(autouse=True)
def few(embedded: Corpus, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    """A shipped corpus of few provisions, and no model: a build takes no time."""
    kept = ("gdpr", "eo-14179", "chips-guardrails")
    some = Corpus(embedded.instruments, {p.id: p for owner in kept for p in embedded.of(owner)[:8]})
    monkeypatch.setattr(catalog, "load_embedded", lambda: some)
    monkeypatch.setattr("index.wiring.make_embedder", lambda _: HashingEmbedder())
    return some


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    return made


@pytest.fixture
def generations(own_home: Path) -> Generations:
    return Generations(own_home / "index")


def write(folder: Path, name: str, content: str | bytes = NOTES) -> str:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(file)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(corpus_group, list(arguments))


def body(*arguments: str, status: int = 0) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == status, result.output
    (line,) = result.stdout.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def said(result: Result) -> list[str]:
    """The lines on stdout, of a command that went well."""
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def policy(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of the whole program."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


def passages_of(home: Path, instrument: str) -> list[str]:
    everything = segment(load_corpus(home), RecursiveSplitter())
    return [p.embedded for p in everything if p.provision_id.startswith(f"{instrument}#")]


def holders(home: Path, wanted: bytes) -> set[str]:
    """The files of a home in whose bytes something stands."""
    return {
        path.relative_to(home).parts[0]
        for path in home.rglob("*")
        if path.is_file() and wanted in path.read_bytes()
    }


class TestAdd:
    def test_it_says_a_line_a_file_what_became_of_it(self, folder: Path) -> None:
        gdpr = write(folder, "a/gdpr.html", act(number="2016/679"))
        empty = write(folder, "b/empty.txt", b"")
        notes = write(folder, "c/notes.md")

        result = run("add", str(folder))

        assert said(result) == [
            f"added      {gdpr}: official text of gdpr, 1 provision",
            f"refused    {empty}: is empty",
            f"added      {notes}: your document uploads-c-notes-md, 1 provision",
        ]
        assert "2 added, 1 refused" in result.stderr
        assert "index: " in result.stderr

    def test_notes_of_the_parser_stand_below_the_file(self, folder: Path) -> None:
        french = write(folder, "rgpd.html", act(number="2016/679", language="fr"))

        assert said(run("add", french))[1] == (
            "           in 'fr', not 'en': kept as your document"
        )

    def test_its_json_is_one_line_with_the_files_and_the_index(
        self, folder: Path, few: Corpus
    ) -> None:
        path = write(folder, "notes.md")

        found = body("add", path)

        assert found["files"] == [
            {
                "path": path,
                "outcome": "added",
                "instrument_id": "uploads-notes-md",
                "kind": "upload",
                "format": "markdown",
                "provisions": 1,
                "notes": [],
            }
        ]
        assert found["index"]["provisions"] == len(few.provisions) + 1

    def test_what_was_added_is_in_the_corpus_and_found(
        self, folder: Path, own_home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        run("add", write(folder, "notes.md"), "--collection", "work")

        code, out, _ = policy(capsys, "search", f"Where is the {MARKER}?", "-k", "1", "--json")

        (hit,) = json.loads(out)["hits"]
        assert (code, hit["instrument_id"]) == (0, "work-notes-md")
        listed = {row["id"]: row for row in body("list")["instruments"]}
        assert listed["work-notes-md"]["collection"] == "work"

    def test_an_unchanged_file_leaves_texts_and_index_untouched(
        self, folder: Path, own_home: Path
    ) -> None:
        path = write(folder, "notes.md")
        run("add", path)
        before = {p: p.stat().st_mtime_ns for p in own_home.rglob("*") if p.suffix != ".lock"}

        found = body("add", path)

        assert (found["files"][0]["outcome"], found["index"]) == ("unchanged", None)
        after = {p: p.stat().st_mtime_ns for p in own_home.rglob("*") if p.suffix != ".lock"}
        changed = {p for p in {*before, *after} if before.get(p) != after.get(p)}
        assert changed <= {own_home, own_home / "texts"}

    def test_a_changed_file_replaces_the_old_words_in_the_index(
        self, folder: Path, own_home: Path, generations: Generations
    ) -> None:
        run("add", write(folder, "notes.md"))
        first = generations.current()

        lines = said(run("add", write(folder, "notes.md", "# Lamp rules\n\nAll is open.\n")))

        assert lines[0].startswith("replaced ")
        assert generations.current() != first
        assert holders(own_home, MARKER.encode()) == set()

    def test_without_an_index_the_texts_alone_change(
        self, folder: Path, generations: Generations
    ) -> None:
        run("add", write(folder, "a.md"))
        before = generations.current()

        found = body("add", write(folder, "b.md", "# B\n\nAnother.\n"), "--no-index")

        assert (found["files"][0]["outcome"], found["index"]) == ("added", None)
        assert generations.current() == before

    def test_an_index_that_was_left_behind_is_built_by_the_next_add(
        self, folder: Path, few: Corpus
    ) -> None:
        path = write(folder, "notes.md")
        run("add", path, "--no-index")

        found = body("add", path)

        assert found["files"][0]["outcome"] == "unchanged"
        assert found["index"]["provisions"] == len(few.provisions) + 1

    def test_a_model_that_fails_leaves_the_text_and_the_old_index(
        self, folder: Path, generations: Generations, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run("add", write(folder, "a.md"))
        before = generations.current()
        same = HashingEmbedder()
        refusing = RefusingEmbedder(same.fingerprint, same.dimensions)
        monkeypatch.setattr("index.wiring.make_embedder", lambda _: refusing)

        result = run("add", write(folder, "b.md", "# B\n\nAnother.\n"))

        assert isinstance(result.exception, EmbeddingError)
        assert result.stdout.startswith("added ")
        assert generations.current() == before

    def test_files_that_are_all_refused_are_told_with_the_way_out(self, folder: Path) -> None:
        write(folder, "a.png", b"\x89PNG\r\n\x1a\n")
        write(folder, "b.txt", b"")

        result = run("add", str(folder))

        assert isinstance(result.exception, AddError)
        assert str(result.exception).splitlines() == [
            f"{folder}/a.png: is a PNG image, which is not read; {folder}/b.txt: is empty"
        ]
        assert result.exception.hint.startswith("Name files or folders of PDF")

    def test_files_that_are_all_refused_are_told_in_json(self, folder: Path) -> None:
        found = body("add", write(folder, "b.txt", b""), status=1)

        assert [file["outcome"] for file in found["files"]] == ["refused"]
        assert found["files"][0]["kind"] is None

    def test_the_formats_that_are_read_are_said_once_however_many_are_refused(
        self, folder: Path
    ) -> None:
        for number in range(3):
            write(folder, f"{number}.png", b"\x89PNG\r\n\x1a\n")
        write(folder, "notes.md")

        result = run("add", str(folder), "--no-index")

        assert [line.partition(": ")[2] for line in said(result)[:3]] == [
            "is a PNG image, which is not read"
        ] * 3
        assert result.stderr.count("Hint: Name files or folders of PDF") == 1

    def test_a_folder_without_files_is_told(self, folder: Path) -> None:
        write(folder, ".hidden.md")

        result = run("add", str(folder))

        assert isinstance(result.exception, AddError)
        assert str(result.exception) == f"no files in {folder}"
        assert "Hidden files" in result.exception.hint

    @pytest.mark.parametrize(
        ("arguments", "error"),
        [
            pytest.param(["missing.md"], AddError, id="no such path"),
            pytest.param([".", "--instrument", "nope"], UnknownInstrumentError, id="instrument"),
            pytest.param([".", "--collection", "gdpr"], AddError, id="taken collection"),
            pytest.param([".", "--collection", "Not So"], AddError, id="wrong collection"),
        ],
    )
    def test_a_wrong_input_is_told_and_changes_nothing(
        self,
        folder: Path,
        own_home: Path,
        monkeypatch: pytest.MonkeyPatch,
        arguments: list[str],
        error: type[Exception],
    ) -> None:
        monkeypatch.chdir(folder)
        write(folder, "notes.md")

        result = run("add", *arguments)

        assert isinstance(result.exception, error)
        assert not (own_home / "texts").exists()

    @pytest.mark.parametrize(
        "arguments",
        [
            pytest.param([], id="no path"),
            pytest.param([".", "--collection", "a", "--instrument", "gdpr"], id="both"),
        ],
    )
    def test_wrong_usage_ends_with_two(self, arguments: list[str]) -> None:
        assert run("add", *arguments).exit_code == 2

    def test_while_another_process_writes_it_is_told(self, folder: Path, own_home: Path) -> None:
        with TextStore(own_home).writing():
            result = run("add", write(folder, "notes.md"))

        assert isinstance(result.exception, StoreBusyError)

    def test_while_another_process_builds_the_text_is_added_and_that_is_told(
        self, folder: Path, generations: Generations
    ) -> None:
        with generations.building("elsewhere"):
            result = run("add", write(folder, "notes.md"))

        assert said(result)[0].startswith("added ")
        assert "another process is building the index" in result.stderr


ODD_NAMES = [
    pytest.param(b"new\nline.md", id="a line break"),
    pytest.param(b"\x1b[31mred\x1b]0;title\x07.md", id="escape codes"),
    pytest.param(b"not \xff\xfe utf-8.md", id="no UTF-8"),
    pytest.param(b"x" * 252 + b".md", id="255 bytes"),
    pytest.param("\u202egnp.md".encode(), id="right to left"),
]


@pytest.mark.parametrize("name", ODD_NAMES)
class TestAFileOfAnyName:
    def _odd(self, folder: Path, name: bytes) -> str:
        return os.fsdecode(os.fsencode(folder) + b"/" + name)

    def test_is_one_clean_line_also_on_a_terminal(self, folder: Path, name: bytes) -> None:
        path = self._odd(folder, name)
        Path(path).write_text("The lamp is lit.\n")

        for command in (("add", path, "--no-index"), ("list",)):
            result = CliRunner().invoke(corpus_group, command, color=True)

            assert all(line.isprintable() for line in said(result))
        lines = said(run("add", path, "--no-index"))
        assert len(lines) == 1 and lines[0].startswith("unchanged ")

    def test_that_is_refused_or_missing_is_one_clean_line(
        self, folder: Path, name: bytes, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = self._odd(folder, name)
        missing = policy(capsys, "corpus", "add", path)
        Path(path).touch()

        refused = policy(capsys, "corpus", "add", path)
        removed = policy(capsys, "corpus", "remove", os.fsdecode(name))

        for code, out, err in (missing, refused, removed):
            assert (code, out) == (1, "")
            assert err.splitlines()[-1].startswith("policy: ")
            assert err.splitlines()[-1].isprintable()
            assert not re.search("\x1b\\[31m|[\x07\u202e\udcff]", err)


class TestRemove:
    def test_it_says_what_was_removed(self, folder: Path, few: Corpus) -> None:
        run("add", write(folder, "notes.md"), write(folder, "more.md", "# M\n\nMore.\n"))

        result = run("remove", "uploads-notes-md")

        assert said(result) == ["removed    uploads-notes-md/file"]
        assert f"index: {len(few.provisions) + 1} provisions" in result.stderr

    def test_a_collection_goes_whole(self, folder: Path, few: Corpus) -> None:
        run("add", write(folder, "a.md"), write(folder, "b.md", "# B\n\nMore.\n"),
            "--collection", "work")  # fmt: skip
        run("add", write(folder, "c.md", "# C\n\nKept.\n"))

        found = body("remove", "work")

        assert found["removed"] == ["work-a-md/file", "work-b-md/file"]
        assert found["index"]["provisions"] == len(few.provisions) + 1

    @pytest.mark.parametrize("name", ["nope", "gdpr", "", "uploads"])
    def test_what_was_never_added_is_told_with_the_way_out(self, name: str, own_home: Path) -> None:
        result = run("remove", name)

        assert isinstance(result.exception, UnknownInstrumentError)
        assert "policy corpus list" in result.exception.hint
        assert not (own_home / "texts").exists()

    def test_nothing_of_the_words_is_left_in_the_home(
        self, folder: Path, own_home: Path, few: Corpus
    ) -> None:
        run("add", write(folder, "kept.md", "# Kept\n\nThis stays.\n"))
        run("add", write(folder, "notes.md"))
        run("add", write(folder, "notes.md", NOTES.replace("night", "noon")))
        texts = passages_of(own_home, "uploads-notes-md")
        (vector,) = HashingEmbedder().embed_passages(texts)
        traces = [MARKER.encode(), vector.astype(np.float16).tobytes()]
        before = [holders(own_home, trace) for trace in traces]

        run("remove", "uploads-notes-md")

        assert before == [{"texts", "index"}, {"cache", "index"}]
        assert [holders(own_home, trace) for trace in traces] == [set(), set()]
        assert holders(own_home, b"uploads-notes-md") == set()
        assert holders(own_home, b"This stays.") == {"texts", "index"}
        assert len(passages_of(own_home, "uploads-kept-md")) == 1

    def test_the_vectors_of_earlier_wordings_go_too(self, folder: Path, own_home: Path) -> None:
        run("add", write(folder, "notes.md"))
        (old,) = HashingEmbedder().embed_passages(passages_of(own_home, "uploads-notes-md"))
        run("add", write(folder, "notes.md", "# Lamp rules\n\nAll is open.\n"))
        before = holders(own_home, old.astype(np.float16).tobytes())

        run("remove", "uploads")

        assert before == {"cache"}
        assert holders(own_home, old.astype(np.float16).tobytes()) == set()

    def test_the_digests_are_back(
        self, folder: Path, own_home: Path, few: Corpus, capsys: pytest.CaptureFixture[str]
    ) -> None:
        run("add", write(folder, "gdpr.html", act(f"The {MARKER}.", number="2016/679")))
        place = str(few.of("gdpr")[0].locator)

        run("remove", "gdpr")

        shown = json.loads(policy(capsys, "corpus", "show", "gdpr", place, "--json")[1])
        assert shown["text_kind"] == "digest"
        assert load_corpus(own_home).fingerprint == few.fingerprint
        assert holders(own_home, MARKER.encode()) == set()

    def test_a_damaged_text_that_keeps_all_else_from_working_can_be_removed(
        self, folder: Path, own_home: Path, few: Corpus
    ) -> None:
        run("add", write(folder, "notes.md"))
        next(own_home.glob("texts/*/*/text.json")).write_text("{")
        broken = run("list")

        result = run("remove", "uploads-notes-md")

        assert isinstance(broken.exception, DamagedTextError)
        assert said(result) == ["removed    uploads-notes-md/file"]
        assert load_corpus(own_home).fingerprint == few.fingerprint

    def test_without_an_index_it_says_where_the_words_still_are(
        self, folder: Path, own_home: Path
    ) -> None:
        run("add", write(folder, "notes.md"))

        result = run("remove", "uploads-notes-md", "--no-index")

        assert said(result) == ["removed    uploads-notes-md/file"]
        assert "still holds the words until it is built: `policy index build`" in result.stderr
        assert holders(own_home, MARKER.encode()) == {"index"}

    def test_under_a_running_server_it_says_that_the_old_index_stays(
        self, folder: Path, own_home: Path, generations: Generations
    ) -> None:
        run("add", write(folder, "notes.md"))
        held = lease(generations.current())

        result = run("remove", "uploads-notes-md")
        held.close()
        run("add", write(folder, "more.md", "# M\n\nMore.\n"))

        assert "a running server still holds the old index" in result.stderr
        assert holders(own_home, MARKER.encode()) == set()

    def test_while_another_process_builds_nothing_is_removed(
        self, folder: Path, own_home: Path, generations: Generations
    ) -> None:
        run("add", write(folder, "notes.md"))

        with generations.building("elsewhere"):
            result = run("remove", "uploads-notes-md")

        assert isinstance(result.exception, IndexBusyError)
        assert said(run("remove", "uploads-notes-md")) == ["removed    uploads-notes-md/file"]


GDPR, ORDER = sources_of("gdpr")[0], sources_of("eo-14179")[0]
GUARDRAILS = sources_of("chips-guardrails")[0]


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """A publisher on this machine; waiting for it takes no time."""
    with serving() as found:
        monkeypatch.setenv("POLICY_SYNC_MIRROR", found.url)
        monkeypatch.setattr("corpus.downloading.Downloader._wait", lambda *_: 0.0)
        yield found


class TestSync:
    def test_it_says_a_line_a_text_and_builds_the_index(
        self, publisher: Publisher, own_home: Path
    ) -> None:
        publisher.publish(GDPR, act(f"The {MARKER}.", number="2016/679"))

        result = run("sync", "gdpr", "bletchley-declaration")

        assert said(result) == [
            "no address bletchley-declaration: its publisher has no address for machines; add a "
            "file with `policy corpus add`",
            "added      gdpr: celex-32016R0679, 1 provisions".replace(
                "1 provisions", "1 provision"
            ),
        ]
        assert "1 no address, 1 added" in result.stderr
        assert holders(own_home, MARKER.encode()) == {"texts", "index"}

    def test_its_json_is_one_line_with_the_texts_and_the_index(self, publisher: Publisher) -> None:
        publisher.publish(GDPR, act(number="2016/679"))

        found = body("sync", "gdpr")

        (text,) = found["texts"]
        assert (text["instrument_id"], text["key"]) == ("gdpr", "celex-32016R0679")
        assert (text["outcome"], text["problem"]) == ("added", "")
        assert found["index"]["passages"] > 0

    def test_unchanged_texts_leave_the_index_untouched(
        self, publisher: Publisher, generations: Generations
    ) -> None:
        publisher.publish(GDPR, act(number="2016/679"))
        run("sync", "gdpr")
        before = generations.current()

        found = body("sync", "gdpr")

        assert (found["texts"][0]["outcome"], found["index"]) == ("unchanged", None)
        assert generations.current() == before

    def test_a_failure_ends_with_one_and_names_the_instrument(
        self, publisher: Publisher, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = publisher.publish(GDPR, act("The good words.", number="2016/679"))
        publisher.publish(ORDER, order("2025-02172"))
        run("sync", "gdpr")
        publisher.script(path, Answer(404))

        result = run("sync", "gdpr", "eo-14179")

        assert result.exit_code == 1
        failed, added = result.stdout.splitlines()
        assert failed.startswith("failed     gdpr: celex-32016R0679: the publisher knows no text")
        assert failed.endswith("; the last good text stays")
        assert added.startswith("added      eo-14179: ")
        assert "Hint: `policy corpus sync ID` tries again" in result.stderr
        shown = json.loads(policy(capsys, "corpus", "show", "gdpr", "Article 1", "--json")[1])
        assert shown["text"] == "The good words."

    def test_a_failure_ends_with_one_in_json_too(self, publisher: Publisher) -> None:
        found = body("sync", "gdpr", status=1)

        assert found["texts"][0]["outcome"] == "failed"
        assert found["texts"][0]["problem"]
        assert found["index"] is None

    def test_days_stand_side_by_side_and_show_gives_the_one_asked_for(
        self, publisher: Publisher, capsys: pytest.CaptureFixture[str]
    ) -> None:
        days = {"2024-05-01": "The words of then.", "2026-11-20": "The words of now."}
        for day, words in days.items():
            publisher.publish(GUARDRAILS, part(231, words, title=15), on=date.fromisoformat(day))
            run("sync", "chips-guardrails", "--as-of", day)
        place = ("chips-guardrails", "§ 231.1(a)")

        printed = [policy(capsys, "corpus", "show", *place, "--as-of", day, "--json")[1]
                   for day in days]  # fmt: skip

        shown = [json.loads(line) for line in printed]
        assert [row["text"] for row in shown] == list(days.values())
        assert [row["origin"]["dated"] for row in shown] == list(days)
        assert shown[0]["valid_to"] == "2026-11-20" and shown[1]["valid_to"] is None

    def test_without_a_network_every_instrument_is_one_line(
        self, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("POLICY_SYNC_MIRROR", "http://127.0.0.1:9")

        result = run("sync")

        lines = result.stdout.splitlines()
        names = [line.split()[1] for line in lines]
        assert result.exit_code == 1
        assert len(names) == len(set(names)) > 20
        assert all(line.startswith("failed ") for line in lines)
        assert all("no connection to 127.0.0.1" in line for line in lines)
        assert next(line for line in lines if " itar: " in line).endswith(" (11 texts)")

    def test_an_unknown_instrument_is_told_and_nothing_fetched(self, publisher: Publisher) -> None:
        result = run("sync", "gdpr", "nope")

        assert isinstance(result.exception, UnknownInstrumentError)
        assert publisher.requests == []

    @pytest.mark.parametrize("day", ["2999-01-01", "yesterday", "2026-02-30"])
    def test_a_day_that_cannot_be_is_wrong_usage(self, publisher: Publisher, day: str) -> None:
        result = run("sync", "gdpr", "--as-of", day)

        assert result.exit_code == 2
        assert publisher.requests == []

    def test_a_mirror_that_is_no_address_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("POLICY_SYNC_MIRROR", "mirror")

        assert isinstance(run("sync", "gdpr").exception, SettingsError)

    def test_while_another_process_writes_it_is_told(
        self, publisher: Publisher, own_home: Path
    ) -> None:
        with TextStore(own_home).writing():
            result = run("sync", "gdpr")

        assert isinstance(result.exception, StoreBusyError)


@pytest.mark.parametrize(
    "arguments", [["add", "notes.md"], ["remove", "gdpr"], ["sync", "gdpr"]], ids=lambda a: a[0]
)
class TestEveryCommand:
    def test_a_home_below_a_file_is_told(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
    ) -> None:
        monkeypatch.chdir(folder)
        write(folder, "notes.md")
        monkeypatch.setenv("POLICY_HOME", f"{folder}/notes.md/home")

        assert isinstance(run(*arguments).exception, HomeError)

    def test_a_home_with_spaces_and_letters_of_the_world_works(
        self,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        publisher: Publisher,
        arguments: list[str],
    ) -> None:
        home = folder / "mein Gerät [1] 文件"
        monkeypatch.chdir(folder)
        monkeypatch.setenv("POLICY_HOME", str(home))
        write(folder, "notes.md")
        publisher.publish(GDPR, act(number="2016/679"))
        if arguments[0] == "remove":
            run("add", write(folder, "gdpr.html", act(number="2016/679")), "--no-index")

        result = run(*arguments)

        assert result.exit_code == 0, result.output
        assert Generations(home / "index").current().is_dir()
