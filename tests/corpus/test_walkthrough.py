"""docs/corpus.md holds: what it tells the reader to do works, and prints what it shows."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assistant.cli import main
from corpus import checking, fold
from corpus.adding import MOST_FILES
from corpus.downloading import Limits
from corpus.parsers import digest, recognise
from corpus.parsers.markup import MAX_BYTES
from corpus.types import Authority, EventKind, TextKind

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "corpus.md").read_text("utf-8")
REFERENCE = Path(os.environ.get("POLICY_REFERENCE", ROOT.parent / "shared" / "reference"))
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason=f"official texts are not at {REFERENCE}"
)

# Other instruments of the copy that the walk-through is followed in; a few, for time.
KEPT = ("bletchley-declaration.md", "chips-guardrails.md", "eo-14409.md", "us-uk-tpd.md")
BLOCK = re.compile(
    r"(?:^File `(?P<file>[^`]+)`:\n\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.M | re.S
)
BAR = re.compile(r"\w+: +\d+%\|")


@dataclass(frozen=True)
class Step:
    """One thing that the page tells its reader: write a file, correct it, run a command."""

    kind: str
    what: str
    body: str


def section(title: str) -> str:
    """The part of the page below a heading, its sub-sections included."""
    level = len(title.partition(" ")[0])
    inside, fenced, found = False, False, list[str]()
    for line in PAGE.splitlines():
        fenced ^= line.startswith("```")
        heading = None if fenced else re.match("#+ ", line)
        if heading and len(heading[0]) - 1 <= level:
            inside = line == title
        elif inside:
            found.append(f"{line}\n")
    assert found, f"docs/corpus.md has no {title!r}"
    return "".join(found)


def steps(text: str) -> Iterator[Step]:
    for found in BLOCK.finditer(text):
        if found["file"]:
            yield Step("file", found["file"], found["body"])
        elif found["kind"] == "diff":
            yield Step("diff", "the digest", found["body"])
        elif found["kind"] == "console":
            for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", found["body"], re.M):
                yield Step("command", command, shown)


def matches(shown: str, printed: str) -> bool:
    """Whether `printed` is what the page shows; three dots there stand for any words or lines."""
    lines = (
        r"(?:.*\n)*?"
        if line == "..."
        else re.escape(line.rstrip()).replace(r"\.\.\.", ".+?") + r" *\n"
        for line in shown.strip("\n").split("\n")
    )
    return re.fullmatch("".join(lines), printed.strip("\n") + "\n") is not None


def as_seen(stdout: str, stderr: str) -> str:
    """What a terminal keeps: the output, then messages without progress bars."""
    pieces = re.split(r"[\r\n]+", stderr)
    said = [piece.rstrip() for piece in pieces if piece.strip() and not BAR.match(piece.strip())]
    return "\n".join([stdout.strip("\n"), *said])


WALK = list(steps(section("## Add an instrument in ten minutes")))

# Runs commands, one a line of its input, in one process: each would load the same libraries anew.
RUNNER = """
import contextlib, io, json, sys
from assistant.cli import main
for line in sys.stdin:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(json.loads(line))
        except SystemExit as ended:
            status = ended.code or 0
    print(json.dumps([status, out.getvalue(), err.getvalue()]), flush=True)
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout, with few of the instruments."""
    folder = tmp_path_factory.mktemp("checkout")
    instruments = str(ROOT / "corpus" / "data" / "instruments")
    shutil.copytree(
        ROOT / "corpus",
        folder / "corpus",
        ignore=lambda at, names: (
            set(names) - set(KEPT) if at == instruments else {"__pycache__"} & set(names)
        ),
    )
    for package in ("assistant", "index"):
        (folder / package).symlink_to(ROOT / package)
    return folder


@pytest.fixture(scope="module")
def followed(checkout: Path) -> dict[int, tuple[int, str]]:
    """The walk-through, followed word by word in the copy: status and output by its steps."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("POLICY_")}
    own = {"POLICY_HOME": str(checkout / "home"), "PYTHONPATH": str(checkout)}
    done: dict[int, tuple[int, str]] = {}
    written = checkout
    with subprocess.Popen(
        [sys.executable, "-c", RUNNER], cwd=checkout, env={**kept, **own}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as runner:  # fmt: skip
        assert runner.stdin
        assert runner.stdout
        for number, step in enumerate(WALK):
            if step.kind == "file":
                written = checkout / step.what
                written.parent.mkdir(exist_ok=True)
                written.write_text(step.body, "utf-8")
            elif step.kind == "diff":
                _correct(written, step.body)
            else:
                name, *arguments = shlex.split(step.what)
                assert name == "policy"
                print(json.dumps(arguments), file=runner.stdin, flush=True)
                status, out, err = json.loads(runner.stdout.readline() or '[-1, "", "it broke"]')
                done[number] = status, as_seen(out, err)
        runner.stdin.close()
    return done


def _correct(path: Path, diff: str) -> None:
    old, new = (
        "\n".join(line[2:] for line in diff.splitlines() if line.startswith(sign)) for sign in "-+"
    )
    before = path.read_text("utf-8")
    assert before.count(old) == 1, f"{old!r} is not once in {path.name}"
    path.write_text(before.replace(old, new), "utf-8")


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(number, id=f"{number} {step.what}")
        for number, step in enumerate(WALK)
        if step.kind == "command"
    ],
)
def test_a_step_of_the_walk_through_prints_what_the_page_shows(
    number: int, followed: dict[int, tuple[int, str]]
) -> None:
    status, printed = followed[number]

    assert status == 0, printed
    assert matches(WALK[number].body, printed), printed


def test_the_walk_through_verifies_shows_two_days_builds_and_asks() -> None:
    commands = [step.what for step in WALK if step.kind == "command"]

    assert [step.kind for step in WALK][:3] == ["file", "file", "file"]
    for wanted in (
        "corpus verify --reference", "--as-of 2025", "--as-of 2026", "index build", "ask ",
        "corpus add", "corpus remove",
    ):  # fmt: skip
        assert any(wanted in command for command in commands), wanted


def test_the_walk_through_shows_a_mistake_that_verification_finds() -> None:
    shown = [step.body for step in WALK if "verify" in step.what]

    assert ["to look at: xx-night-lanterns.md" in body for body in shown] == [True, False]


def test_three_dots_stand_for_words_or_lines_and_for_nothing_else() -> None:
    assert matches("a ... c\n", "a b c")
    assert matches("a\n...\nc\n", "a\nb\n\nb\nc")
    assert not matches("a\n", "a\nb")
    assert not matches("a 1\n", "a 2")


TIME = [step for step in steps(section("## Point in time")) if step.kind == "command"]
OWN = list(steps(section("## Official texts and documents of your own")))


def run(command: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(shlex.split(command)[1:])
    said = capsys.readouterr()
    return int(ended.value.code or 0), as_seen(said.out, said.err)


@pytest.mark.parametrize("step", TIME, ids=lambda step: step.what)
def test_the_day_decides_the_wording_as_the_page_shows(
    step: Step, capsys: pytest.CaptureFixture[str]
) -> None:
    status, printed = run(step.what, capsys)

    assert status == 0
    assert matches(step.body, printed), printed


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[str]:
    """A mirror of the Publications Office on this machine, with the GDPR."""
    place = tmp_path / "mirror" / "publications.europa.eu" / "resource" / "celex"
    place.mkdir(parents=True)
    shutil.copy(REFERENCE / "gdpr" / "32016R0679.en.html", place / "32016R0679")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "mirror"))
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@needs_reference
def test_adding_fetching_and_removing_print_what_the_page_shows(
    mirror: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("POLICY_SYNC_MIRROR", mirror)
    monkeypatch.chdir(tmp_path)
    shutil.copy(REFERENCE / "gdpr" / "32016R0679.en.html", "gdpr.html")
    lines = ("Our chip orders", "Every order of more than 100 chips is signed by two people.")
    Path("orders.txt").write_text("\n\n".join((*lines, "Orders wait a week.")), "utf-8")

    for step in OWN:
        if step.kind == "command":
            status, printed = run(step.what, capsys)

            assert status == 0, printed
            assert matches(step.body, printed), f"{step.what}\n{printed}"


class TestWhatThePageTells:
    """The tables and numbers of the page against the program."""

    def test_every_key_of_a_provision(self) -> None:
        table = section("### Keys of a provision")

        told = set(re.findall(r"`([a-z]+):", table))
        assert told == digest._KEYS

    def test_every_key_of_the_front_matter(self) -> None:
        table = section("### Front matter")
        rows = {
            name: needed
            for names, needed in re.findall(r"^\| (`.*?) \| (.*?) \|", table, re.M)
            for name in re.findall(r"[a-z_]+", names)
        }

        read = set(re.findall(r'table(?:\.get\(|\[)"(\w+)"', Path(digest.__file__).read_text()))
        assert set(rows) == read - {"part_of"}
        assert {name for name, needed in rows.items() if needed == "yes"} == set(digest._REQUIRED)

    def test_every_event_of_a_timeline(self) -> None:
        found = re.search(r"^Events of a timeline: (.*?)\.$", PAGE, re.M | re.S)

        assert found
        assert re.findall(r"`(\w+)`", found[1]) == [kind.value for kind in EventKind]

    def test_every_kind_of_text_and_authority(self) -> None:
        kinds = re.findall(r"^\| `(\w+)` \|", section("## Kinds of text"), re.M)
        authorities = re.search(r"^\| `authority` \| yes \| (.*) \|$", PAGE, re.M)

        assert kinds == [kind.value for kind in TextKind]
        assert authorities
        assert {*re.findall(r"`(\w+)`", authorities[1]), "upload"} == set(Authority)

    def test_every_format_in_a_row(self) -> None:
        rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", section("## Official formats"), re.M)

        formats = {name for family in recognise.FORMATS.values() for name in family}
        assert {name for name, _ in rows} == formats
        assert {cells.count("|") for _, cells in rows} == {4}

    def test_the_bounds(self) -> None:
        limits = Limits()
        fetching = " ".join(section("## Fetching").split())
        adding = " ".join(section("## Official texts and documents of your own").split())
        verifying = section("## Verification")

        assert f"at most {limits.redirects}," in fetching
        assert f"{limits.size // 10**6} MB, packed and unpacked" in fetching
        assert f"unpack to {limits.ratio} times" in fetching
        assert f"Connecting may take {limits.connect_s:.0f} s" in fetching
        assert f"a pause {limits.read_s:.0f} s, a text {limits.total_s:.0f} s" in fetching
        assert f"with {limits.attempts} attempts" in fetching
        assert f"up to {limits.retry_after_s:.0f} s" in fetching
        assert f"{MAX_BYTES // 10**6} MB, a call {MOST_FILES:,} files" in adding
        assert f"{checking.MIN_WORDS} to {checking.MAX_WORDS} words" in verifying
        assert f"at most {fold.FOLD_CHARS} characters is *folded*" in section("## Kinds of text")

    def test_every_link_within_the_page(self) -> None:
        titles = re.findall(r"^#{2,3} (.*)$", PAGE, re.M)
        anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}

        links = re.findall(r"\]\(#([^)]+)\)", PAGE)
        assert links
        assert set(links) <= anchors
