"""Files from disk into the store: recognised, told apart, never lost, never half."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus import adding
from corpus.adding import Added, Adder, key_of, slug
from corpus.catalog import Corpus
from corpus.errors import AddError, HomeError, StoreBusyError, UnknownInstrumentError
from corpus.locators import parse
from corpus.parsers.document import Node, ParsedText
from corpus.parsers.recognise import parse_any
from corpus.store import StoredText, TextStore
from corpus.types import TextKind
from tests.corpus.publisher import act, order, part

REFERENCE = Path(
    os.environ.get("POLICY_REFERENCE", Path(__file__).parents[3] / "shared" / "reference")
)
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason=f"official texts are not at {REFERENCE}"
)
LAMPS = "# Lamp rules\n\nEvery lamp is off at noon.\n"
GDPR_FORMEX = (
    b'<?xml version="1.0" encoding="UTF-8"?><ACT><BIB.INSTANCE><DOCUMENT.REF><COLL>L</COLL>'
    b'<LG.OJ>EN</LG.OJ></DOCUMENT.REF><DATE ISO="20160427">20160427</DATE><LG.DOC>EN</LG.DOC>'
    b"</BIB.INSTANCE><TITLE><TI><P>Regulation (EU) 2016/679 of the European Parliament and of the "
    b"Council</P></TI></TITLE><PREAMBLE><PREAMBLE.INIT><P>THE COUNCIL,</P></PREAMBLE.INIT>"
    b"</PREAMBLE><ENACTING.TERMS>"
    b'<ARTICLE IDENTIFIER="001"><TI.ART>Article 1</TI.ART><ALINEA><P>Invented words, in Formex.</P>'
    b"</ALINEA></ARTICLE></ENACTING.TERMS></ACT>"
)

Add = Callable[..., list[Added]]


@pytest.fixture
def store(tmp_path: Path) -> TextStore:
    return TextStore(tmp_path / "home")


@pytest.fixture
def add(corpus: Corpus, store: TextStore) -> Add:
    """Adds to the store, as a new process would each time."""

    def run(*paths: Path, collection: str = "", instrument_id: str = "") -> list[Added]:
        adder = Adder(corpus, TextStore(store.root.parent), collection, instrument_id)
        return adder.add(paths)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    return made


def write(folder: Path, name: str, content: str | bytes = LAMPS) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def words(texts: Iterable[StoredText]) -> set[str]:
    return {node.text for text in texts for node in text.parsed.walk() if node.text}


def snapshot(store: TextStore) -> dict[str, int]:
    """When each file of the store was last written."""
    files = (path for path in store.root.rglob("*") if path.is_file() and path.name != "lock")
    return {str(path): path.stat().st_mtime_ns for path in files}


class TestWhatIsTaken:
    def test_a_file_is_a_document_of_ones_own(self, add: Add, folder: Path) -> None:
        file = write(folder, "notes.md")

        (added,) = add(file)

        assert added == Added(
            str(file), "added", "uploads-notes-md", TextKind.UPLOAD, "markdown", 1, ()
        )

    def test_a_folder_gives_every_file_below_it_by_its_path(
        self, add: Add, store: TextStore, folder: Path
    ) -> None:
        write(folder, "b.md", "# B\n\nThe letter b.\n")
        write(folder, "deep/er/a.txt", "The letter a.\n")

        added = add(folder)

        assert [(a.outcome, a.instrument_id) for a in added] == [
            ("added", "uploads-b-md"),
            ("added", "uploads-deep-er-a-txt"),
        ]
        assert {text.origin.name for text in store.texts()} == {"b.md", "deep/er/a.txt"}

    def test_hidden_files_and_folders_and_links_are_left_out(
        self, add: Add, folder: Path, tmp_path: Path
    ) -> None:
        write(folder, ".hidden.md")
        write(folder, ".git/notes.md")
        outside = write(tmp_path, "outside/secret.md")
        (folder / "link.md").symlink_to(outside)
        (folder / "linked").symlink_to(outside.parent)
        (folder / "loop").symlink_to(folder)
        (folder / "nowhere.md").symlink_to(folder / "missing")
        kept = write(folder, "notes.md")

        added = add(folder)

        assert [a.path for a in added] == [str(kept)]

    def test_what_is_named_is_taken_even_if_hidden_or_a_link(self, add: Add, folder: Path) -> None:
        hidden = write(folder, ".hidden.md")
        (folder / "link.txt").symlink_to(write(folder, "x/one.txt", "One.\n"))

        added = add(hidden, folder / "link.txt")

        assert [a.outcome for a in added] == ["added", "added"]

    def test_a_file_named_twice_is_taken_once(self, add: Add, folder: Path) -> None:
        file = write(folder, "notes.md")

        added = add(file, folder, folder / ".." / "in" / "notes.md")

        assert [a.outcome for a in added] == ["added"]

    def test_an_empty_folder_gives_nothing(self, add: Add, folder: Path) -> None:
        assert add(folder) == []

    def test_too_many_files_are_refused_before_any_is_added(
        self, add: Add, store: TextStore, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(adding, "MOST_FILES", 2)
        for name in "abc":
            write(folder, f"{name}.txt", f"{name}\n")

        with pytest.raises(AddError, match="more than 2 files") as raised:
            add(folder)

        assert "parts" in raised.value.hint
        assert store.texts() == []

    def test_progress_counts_the_files(
        self, corpus: Corpus, store: TextStore, folder: Path
    ) -> None:
        for name in "ab":
            write(folder, f"{name}.txt", f"{name}\n")
        seen: list[tuple[str, int, int]] = []

        Adder(corpus, store).add([folder], lambda *step: seen.append(step))

        assert seen == [("reading", 0, 2), ("reading", 1, 2), ("reading", 2, 2)]


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            pytest.param(b"", "is empty", id="empty"),
            pytest.param(b" \n\t\n", "is empty", id="blank"),
            pytest.param(bytes(range(256)) * 8, "is binary data", id="binary"),
            pytest.param(b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "is a PNG image", id="image"),
            pytest.param(b"PK\x05\x06" + b"\x00" * 18, "is an empty zip archive", id="zip"),
            pytest.param(b"%PDF-1.7\nnothing", "", id="a broken PDF"),
            pytest.param(b"<ACT><unclosed>", "", id="broken XML"),
        ],
    )
    def test_a_file_that_cannot_be_read_is_told_and_the_others_are_added(
        self, add: Add, folder: Path, content: bytes, problem: str
    ) -> None:
        write(folder, "a.dat", content)
        write(folder, "b.md")

        refused, added = add(folder)

        assert refused.outcome == "refused"
        assert refused.notes[0].startswith(problem) and len(refused.notes[0]) > 5
        assert len(refused.notes[0].splitlines()) == 1
        assert (refused.instrument_id, refused.kind) == ("", None)
        assert added.outcome == "added"

    def test_a_file_that_is_too_large_is_told(
        self, add: Add, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(adding, "MAX_BYTES", 1_000_000)
        write(folder, "a.txt", "x" * 1_000_001)
        write(folder, "b.txt", "x " * 500_000)

        large, small = add(folder)

        assert (large.outcome, large.notes) == ("refused", ("is larger than 1 MB",))
        assert small.outcome == "added"

    def test_a_file_that_may_not_be_read_is_told(
        self, add: Add, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(folder, "a.txt", "The letter a.\n")
        write(folder, "b.txt", "The letter b.\n")
        opened = Path.open

        def closed(path: Path, *how: str) -> object:
            if path.name == "a.txt":
                raise PermissionError(13, "Permission denied", str(path))
            return opened(path, *how)

        monkeypatch.setattr(Path, "open", closed)

        refused, added = add(folder)

        assert refused.notes == ("cannot be read: Permission denied",)
        assert added.outcome == "added"

    def test_a_folder_that_may_not_be_read_is_told(
        self, add: Add, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(folder, "b.txt", "The letter b.\n")
        write(folder, "closed/a.txt", "The letter a.\n")
        scan = os.scandir

        def closed(path: str) -> object:
            if str(path).endswith("closed"):
                raise PermissionError(13, "Permission denied", path)
            return scan(path)

        monkeypatch.setattr(os, "scandir", closed)

        added, refused = add(folder)

        assert added.outcome == "added"
        assert refused.path == str(folder / "closed")
        assert refused.notes == ("cannot be read: Permission denied",)

    def test_a_path_that_is_not_there_stops_everything(
        self, add: Add, store: TextStore, folder: Path
    ) -> None:
        with pytest.raises(AddError, match=r"there is no file or folder .*missing") as raised:
            add(write(folder, "notes.md"), folder / "missing")

        assert raised.value.hint.startswith("Name files or folders")
        assert store.texts() == []

    def test_a_socket_is_no_file(
        self, add: Add, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(folder)  # the path of a socket has at most 107 bytes
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("s")

        with pytest.raises(AddError, match="neither a file nor a folder"):
            add(folder / "s")

    @pytest.mark.parametrize(
        "name", ["Upper", "with space", "-dash", "under_score", "dots.md", "ü", "x" * 42, "a/b"]
    )
    def test_a_wrong_name_of_a_collection_is_told(
        self, add: Add, store: TextStore, folder: Path, name: str
    ) -> None:
        with pytest.raises(AddError, match="is no name of a collection") as raised:
            add(write(folder, "notes.md"), collection=name)

        assert "lower-case" in raised.value.hint
        assert not store.root.exists()

    def test_a_collection_cannot_have_the_name_of_an_instrument(
        self, add: Add, store: TextStore, folder: Path
    ) -> None:
        with pytest.raises(AddError, match="'gdpr' is an instrument") as raised:
            add(write(folder, "notes.md"), collection="gdpr")

        assert "--instrument" in raised.value.hint
        assert not store.root.exists()

    def test_an_unknown_instrument_is_told(self, add: Add, store: TextStore, folder: Path) -> None:
        with pytest.raises(UnknownInstrumentError, match="no instrument 'nope'"):
            add(write(folder, "notes.md"), instrument_id="nope")

        assert not store.root.exists()

    def test_while_another_process_writes_nothing_is_read(
        self, add: Add, store: TextStore, folder: Path
    ) -> None:
        with store.writing(), pytest.raises(StoreBusyError):
            add(write(folder, "notes.md"))

        assert store.texts() == []

    def test_a_home_that_cannot_be_written_is_told(
        self, corpus: Corpus, folder: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "file").write_text("in the way")

        with pytest.raises(HomeError):
            Adder(corpus, TextStore(tmp_path / "file")).add([write(folder, "notes.md")])


class TestWhoseTextItIs:
    @pytest.mark.parametrize(
        ("content", "owner", "key"),
        [
            pytest.param(act(number="2016/679"), "gdpr", "celex-32016r0679", id="XHTML"),
            pytest.param(GDPR_FORMEX, "gdpr", "celex-32016r0679", id="Formex"),
            pytest.param(part(744, title=15), "ear", "cfr-15-744", id="eCFR"),
            pytest.param(order("2025-02172"), "eo-14179", "fr-2025-02172", id="FR"),
        ],
    )
    def test_an_official_text_is_known_by_what_it_says(
        self, add: Add, store: TextStore, folder: Path, content: bytes, owner: str, key: str
    ) -> None:
        (added,) = add(write(folder, "download (1).xml", content))

        assert (added.outcome, added.instrument_id) == ("added", owner)
        assert added.kind is TextKind.OFFICIAL
        (text,) = store.texts()
        assert (text.instrument_id, text.key, text.collection) == (owner, key, "")

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(act(number="2031/77"), id="an act that is not in the catalog"),
            pytest.param(act(), id="an act that does not say which"),
            pytest.param(part(999, title=15), id="a part of nobody's"),
            pytest.param(part(744, title=47), id="a part of another title"),
        ],
    )
    def test_any_other_text_is_ones_own(self, add: Add, folder: Path, content: bytes) -> None:
        (added,) = add(write(folder, "text.xml", content))

        assert (added.kind, added.instrument_id) == (TextKind.UPLOAD, "uploads-text-xml")

    def test_in_a_collection_an_official_text_is_ones_own_too(
        self, add: Add, store: TextStore, folder: Path
    ) -> None:
        (added,) = add(write(folder, "gdpr.html", act(number="2016/679")), collection="law-1")

        assert (added.kind, added.instrument_id) == (TextKind.UPLOAD, "law-1-gdpr-html")
        assert store.texts()[0].collection == "law-1"

    def test_with_an_instrument_named_any_text_is_its_official_text(
        self, add: Add, store: TextStore, folder: Path
    ) -> None:
        (added,) = add(write(folder, "EO 14179.md"), instrument_id="eo-14179")

        assert (added.kind, added.instrument_id) == (TextKind.OFFICIAL, "eo-14179")
        assert added.notes == ()
        assert store.texts()[0].key == "eo-14179-md"

    def test_a_text_that_calls_itself_another_is_taken_and_told(
        self, add: Add, folder: Path
    ) -> None:
        (added,) = add(
            write(folder, "gdpr.html", act(number="2016/679")), instrument_id="eu-ai-act"
        )

        assert added.instrument_id == "eu-ai-act"
        assert added.notes == ("it calls itself the text of gdpr",)

    @pytest.mark.parametrize("named", ["", "gdpr"])
    def test_a_text_in_another_language_becomes_ones_own_and_is_told(
        self, add: Add, folder: Path, named: str
    ) -> None:
        french = write(folder, "rgpd.html", act(number="2016/679", language="fr"))

        (added,) = add(french, instrument_id=named)

        assert (added.kind, added.instrument_id) == (TextKind.UPLOAD, "uploads-rgpd-html")
        assert added.notes == ("in 'fr', not 'en': kept as your document",)

    def test_sections_of_other_agencies_in_one_volume_are_left_out_and_told(
        self, add: Add, store: TextStore, folder: Path
    ) -> None:
        pieces = (part(number, title=15).partition(b"\n")[2] for number in (744, 999))
        volume = b"<DIV1 N='15' TYPE='TITLE'>" + b"".join(pieces) + b"</DIV1>"

        (added,) = add(write(folder, "volume.xml", volume))

        assert added.notes == ("2 sections of other regulations in the same file were left out",)
        assert {str(node.locator.root) for node in store.texts()[0].parsed.nodes} == {
            "§ 744.1",
            "§ 744.2",
        }


class TestAddingAgain:
    def test_an_unchanged_file_changes_nothing(
        self, add: Add, store: TextStore, folder: Path
    ) -> None:
        write(folder, "notes.md")
        write(folder, "gdpr.html", act(number="2016/679"))
        first = add(folder)
        before = snapshot(store)

        second = add(folder)

        assert [a.outcome for a in first] == ["added", "added"]
        assert second == [replace(a, outcome="unchanged") for a in first]
        assert snapshot(store) == before

    def test_a_changed_file_takes_the_place_of_the_old_one(
        self, add: Add, store: TextStore, folder: Path
    ) -> None:
        file = write(folder, "notes.md", "# Lamps\n\nLamps are green.\n")
        add(file)
        write(folder, "notes.md", "# Lamps\n\nLamps are red.\n")

        (added,) = add(file)

        assert added.outcome == "replaced"
        assert words(store.texts()) == {"Lamps are red."}

    def test_a_file_is_the_same_document_however_it_was_named(
        self, add: Add, store: TextStore, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = write(folder, "deep/notes.md", "# Lamps\n\nLamps are green.\n")
        add(folder)
        write(folder, "deep/notes.md", "# Lamps\n\nLamps are red.\n")
        monkeypatch.chdir(folder / "deep")

        outcomes = [add(path)[0].outcome for path in (file, Path("notes.md"), Path())]

        assert outcomes == ["replaced", "unchanged", "unchanged"]
        assert words(store.texts()) == {"Lamps are red."}

    def test_in_two_collections_it_is_two_documents(
        self, add: Add, store: TextStore, folder: Path
    ) -> None:
        file = write(folder, "notes.md")

        add(file, collection="one")
        add(file, collection="two")

        assert {text.instrument_id for text in store.texts()} == {"one-notes-md", "two-notes-md"}

    def test_the_same_act_in_another_format_takes_its_place(
        self, add: Add, store: TextStore, folder: Path
    ) -> None:
        add(write(folder, "gdpr.html", act(number="2016/679")))

        (added,) = add(write(folder, "gdpr.fmx.xml", GDPR_FORMEX))

        assert (added.outcome, added.format) == ("replaced", "formex")
        assert words(store.texts()) == {"Invented words, in Formex."}

    def test_what_the_new_text_lacks_of_the_old_one_is_told(self, add: Add, folder: Path) -> None:
        whole = GDPR_FORMEX.replace(
            b"</ENACTING.TERMS>",
            b'<ARTICLE IDENTIFIER="002"><TI.ART>Article 2</TI.ART><ALINEA><P>More.</P></ALINEA>'
            b"</ARTICLE></ENACTING.TERMS>",
        )
        add(write(folder, "gdpr.fmx.xml", whole))

        (added,) = add(write(folder, "gdpr.html", act(number="2016/679")))

        assert added.notes == ("it does not hold Article 2, which the text it replaces did",)

    @pytest.mark.parametrize("damaged", ["text.json", "parsed.json", "original"])
    def test_a_damaged_text_is_healed(
        self, add: Add, store: TextStore, folder: Path, damaged: str
    ) -> None:
        file = write(folder, "notes.md")
        add(file)
        for name in {damaged, "parsed.json"}:
            next(store.root.glob(f"*/*/{name}")).write_bytes(b"{")

        (added,) = add(file)

        assert added.outcome == ("unchanged" if damaged == "parsed.json" else "replaced")
        assert words(store.texts()) == {"Every lamp is off at noon."}


class TestFilesOfOneName:
    def test_two_files_of_one_name_are_two_documents(
        self, add: Add, store: TextStore, folder: Path
    ) -> None:
        one = write(folder, "one/notes.md", "# Lamps\n\nLamps are green.\n")
        two = write(folder, "two/notes.md", "# Lamps\n\nLamps are red.\n")

        first, second = add(one, two)

        assert (first.outcome, second.outcome) == ("added", "added")
        assert words(store.texts()) == {"Lamps are green.", "Lamps are red."}
        assert [a.outcome for a in add(two, one)] == ["unchanged", "unchanged"]

    def test_two_names_of_one_slug_are_two_documents(
        self, add: Add, store: TextStore, folder: Path
    ) -> None:
        long = "n" * 70
        names = ["a b.md", "a-b.md", "A_B.md", f"{long}1.md", f"{long}2.md", "灯.md", "光.md"]
        for number, name in enumerate(names):
            write(folder, name, f"# Lamps\n\nLamp number {number}.\n")

        added = add(folder)

        assert [a.outcome for a in added] == ["added"] * len(names)
        assert words(store.texts()) == {f"Lamp number {number}." for number in range(len(names))}
        assert {a.outcome for a in add(folder)} == {"unchanged"}

    def test_each_stays_itself_when_it_changes_or_the_other_goes(
        self, add: Add, store: TextStore, folder: Path
    ) -> None:
        write(folder, "a b.md", "# Lamps\n\nLamps are green.\n")
        write(folder, "a-b.md", "# Lamps\n\nLamps are red.\n")
        first, second = add(folder)
        store.remove(first.instrument_id)

        (changed,) = add(write(folder, "a-b.md", "# Lamps\n\nLamps are blue.\n"))

        assert changed.instrument_id == second.instrument_id
        assert changed.outcome == "replaced"
        assert words(store.texts()) == {"Lamps are blue."}

    def test_a_copy_elsewhere_is_the_same_document(
        self, add: Add, store: TextStore, folder: Path
    ) -> None:
        add(write(folder, "one/notes.md"))

        (again,) = add(write(folder, "two/notes.md"))

        assert again.outcome == "unchanged"
        assert len(store.texts()) == 1

    def test_official_texts_that_do_not_say_which_they_are_do_not_overwrite_each_other(
        self, add: Add, store: TextStore, folder: Path
    ) -> None:
        write(folder, "one/page.md", "# Lamps\n\nLamps are green.\n")
        write(folder, "two/page.md", "# Lamps\n\nLamps are red.\n")
        write(folder, "one-page.md", "# Lamps\n\nLamps are blue.\n")

        added = add(folder / "one" / "page.md", folder / "two" / "page.md", folder,
                    instrument_id="eo-14179")  # fmt: skip

        assert [a.outcome for a in added] == ["added", "added", "added"]
        assert len(words(store.texts())) == 3

    def test_a_document_with_the_id_of_an_instrument_gets_another(
        self, corpus: Corpus, store: TextStore, folder: Path
    ) -> None:
        taken = replace(corpus.instrument("gdpr"), id="uploads-notes-md")  # type: ignore[arg-type]
        other = Corpus({**corpus.instruments, taken.id: taken}, corpus.provisions)

        (added,) = Adder(other, store).add([write(folder, "notes.md")])

        assert added.instrument_id.startswith("uploads-notes-md-")


ODD_NAMES = [
    pytest.param(b"new\nline.md", id="a line break"),
    pytest.param(b"\x1b[31mred\x1b[0m.md", id="escape codes"),
    pytest.param(b"a..b.md", id="dots"),
    pytest.param(b"...md", id="only dots"),
    pytest.param(b"x" * 252 + b".md", id="255 bytes"),
    pytest.param("Größe – 文件.md".encode(), id="letters of the world"),
    pytest.param(b"not \xff\xfe utf-8.md", id="no UTF-8"),
    pytest.param(b"-dash.md", id="a dash"),
    pytest.param(b"tab\tand  spaces .md", id="spaces"),
    pytest.param(b"[a]*?@at@.md", id="letters of patterns"),
    pytest.param("\u202egnp.md".encode(), id="right to left"),
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_file_of_any_name_is_added_found_again_and_removed(
    add: Add, store: TextStore, folder: Path, name: bytes
) -> None:
    path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
    path.write_text(LAMPS)

    (added,), (again,) = add(path), add(path)

    assert (added.outcome, again.outcome) == ("added", "unchanged")
    (text,) = store.texts()
    assert text.origin.name.isprintable()
    text.origin.name.encode("utf-8")
    added.path.encode("utf-8")
    assert {path.name for path in store.root.iterdir()} == {"lock", added.instrument_id}
    assert set(added.instrument_id) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert store.remove(added.instrument_id) == (f"{added.instrument_id}/file",)
    assert store.texts() == []


@pytest.mark.parametrize(
    ("text", "made"),
    [
        pytest.param("My Notes (final).PDF", "my-notes-final-pdf", id="words"),
        pytest.param("../../etc/passwd", "etc-passwd", id="a path"),
        pytest.param("a" * 100, "a" * 60, id="long"),
        pytest.param("a" * 59 + "-b", "a" * 59, id="no dash at the end"),
    ],
)
def test_a_slug_is_made_of_words(text: str, made: str) -> None:
    assert slug(text) == made


def test_a_slug_of_nothing_is_still_a_name_of_its_own() -> None:
    assert slug("灯") != slug("光")
    assert all(letter in "0123456789abcdef" for letter in slug("灯") + slug("\udcff"))


def _parsed(*identifiers: tuple[str, str], **values: object) -> ParsedText:
    nodes = (Node(parse("§ 744.1"), "One."), Node(parse("§ 744.2"), "Two."))
    return replace(ParsedText("x", "X", nodes, identifiers), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("parsed", "key"),
    [
        pytest.param(_parsed(("celex", "32016R0679")), "celex-32016r0679", id="an act"),
        pytest.param(
            _parsed(("celex", "32024R1689"), ("member", "annex-V")),
            "celex-32024r1689-annex-v",
            id="a part of an act",
        ),
        pytest.param(
            _parsed(("celex", "02024R1689-20260727"), dated=date(2026, 7, 27)),
            "celex-02024r1689-20260727",
            id="a consolidated act",
        ),
        pytest.param(_parsed(("cfr", "15/744")), "cfr-15-744", id="a part without a day"),
        pytest.param(
            _parsed(("cfr", "15/744"), dated=date(2026, 9, 1)),
            "cfr-15-744-2026-09-01",
            id="a part on a day",
        ),
        pytest.param(
            _parsed(("cfr", "15/744"), nodes=(Node(parse("§ 744.23"), "One."),)),
            "cfr-15-744-s-744-23",
            id="a section alone",
        ),
        pytest.param(_parsed(("fr", "2025-00636")), "fr-2025-00636", id="a document"),
        pytest.param(_parsed(("fr", "2025-00636"), ("fr", "2025-00711")), "", id="an issue"),
        pytest.param(_parsed(("cfr", "15/744"), derived="a copy"), "", id="a copy"),
        pytest.param(
            _parsed(("fr", "2025-00636"), derived="a copy"), "", id="a copy of a document"
        ),
        pytest.param(_parsed(), "", id="a text that does not say"),
    ],
)
def test_a_text_is_known_by_what_it_says(parsed: ParsedText, key: str) -> None:
    assert key_of(parsed) == key


def test_a_section_added_alone_leaves_its_part_in_place(
    add: Add, store: TextStore, folder: Path
) -> None:
    alone = part(744, "One section.", title=15)
    alone = alone[: alone.index(b'<DIV8 N="744.2"')] + b"</DIV5>"
    add(write(folder, "part.xml", part(744, title=15)))

    (added,) = add(write(folder, "section.xml", alone))

    assert added.outcome == "added"
    assert {text.key for text in store.texts()} == {"cfr-15-744", "cfr-15-744-s-744-1"}


@needs_reference
class TestOfficialTexts:
    def test_the_ai_act_as_xhtml_then_formex_is_one_text(self, add: Add, store: TextStore) -> None:
        folder = REFERENCE / "eu-ai-act"

        first, second = add(folder / "32024R1689.en.html", folder / "32024R1689.en.fmx4.zip")

        assert (first.outcome, second.outcome) == ("added", "replaced")
        assert first.instrument_id == second.instrument_id == "eu-ai-act"
        assert first.provisions == second.provisions > 1000
        assert second.notes == ()
        assert len(store.texts()) == 1

    def test_the_dutch_ai_act_is_ones_own_document(self, add: Add) -> None:
        (added,) = add(REFERENCE / "eu-ai-act" / "02024R1689-20240712.nl.consolidated.html")

        assert added.kind is TextKind.UPLOAD
        assert "in 'nl', not 'en': kept as your document" in added.notes

    @pytest.mark.parametrize(
        ("folder", "owners"),
        [
            pytest.param("ear/sections", {"ear"}, id="EAR"),
            pytest.param("itar/sections", {"itar"}, id="ITAR"),
            pytest.param("gdpr", {"gdpr"}, id="GDPR"),
        ],
    )
    def test_folders_go_to_their_instrument_file_by_file(
        self, add: Add, store: TextStore, folder: str, owners: set[str]
    ) -> None:
        added = add(REFERENCE / folder)

        assert {(a.outcome, a.kind) for a in added} == {("added", TextKind.OFFICIAL)}
        assert {a.instrument_id for a in added} == owners
        assert len(store.texts()) == len(added)


def test_every_text_that_was_added_can_be_read_by_its_parser_again(
    add: Add, store: TextStore, folder: Path
) -> None:
    write(folder, "notes.md")
    write(folder, "gdpr.html", act(number="2016/679"))
    add(folder)

    originals = {p.parent: p.read_bytes() for p in store.root.glob("*/*/original")}

    assert len(originals) == 2
    for text in store.texts():
        kept = next(data for at, data in originals.items() if at.parent.name == text.instrument_id)
        assert parse_any(kept, path=text.origin.name).nodes == text.parsed.nodes
