"""The shape of the whole: four packages, one command, one wheel, nothing of one machine."""

from __future__ import annotations

import email
import fnmatch
import importlib
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import click
import pytest

from assistant.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("assistant", "corpus", "index", "evals")


def run_python(code: str, *, home: Path, env: dict[str, str] | None = None) -> str:
    """What a fresh interpreter prints for `code`; no POLICY_ variable but the home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("POLICY_")}
    kept |= {"PYTHONPATH": str(ROOT), "POLICY_HOME": str(home), "HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=kept | (env or {}),
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_name_resolves_into_this_repository(name: str) -> None:
    module = importlib.import_module(name)

    assert Path(str(module.__file__)) == ROOT / name / "__init__.py"


def test_tests_are_no_package() -> None:
    inits = list((ROOT / "tests").rglob("__init__.py"))

    assert inits == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_can_be_imported(name: str) -> None:
    module, attribute = COMMANDS[name][0].split(":")

    command = getattr(importlib.import_module(module), attribute)

    assert isinstance(command, click.Command)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_of_a_command_what_it_says_of_itself(name: str) -> None:
    module, attribute = COMMANDS[name][0].split(":")

    command = getattr(importlib.import_module(module), attribute)

    assert command.name == name


HEAVY = ("torch", "chromadb", "gradio", "sentence_transformers", "onnxruntime", "langchain_core")


@pytest.mark.parametrize("name", ["assistant.cli", *PACKAGES])
def test_importing_a_package_imports_nothing_heavy(name: str, tmp_path: Path) -> None:
    code = f"import json, sys, {name}; print(json.dumps(list(sys.modules)))"

    loaded = set(json.loads(run_python(code, home=tmp_path)))

    assert loaded & set(HEAVY) == set()


@pytest.mark.parametrize("arguments", [["--help"], ["eval", "--help"], ["ask", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    code = f"""
import json, sys
from assistant.cli import main
try:
    main({arguments!r})
except SystemExit:
    print(json.dumps(list(sys.modules)))
"""

    loaded = set(json.loads(run_python(code, home=tmp_path).splitlines()[-1]))

    assert loaded & set(HEAVY) == set()


# Imports every module of ours and notes what running its body, and whatever library that calls,
# asks of the machine: the environment, or a file outside the interpreter and this repository.
# What a library does while it is itself being imported is its own affair.
_WATCH = """
import importlib, json, os, pkgutil, sys

root, packages = sys.argv[1], sys.argv[2:]
allowed = (root, sys.prefix, sys.base_prefix, os.path.dirname(os.__file__))
events = ("os.mkdir", "os.remove", "os.rename", "os.listdir", "os.scandir", "socket.connect")
# gettext's, for click's own words, and pydantic's, which it reads whenever a model is defined.
vendors = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG", "PYDANTIC_DISABLE_PLUGINS")
seen = []

def ours():
    frame = sys._getframe(2)
    while frame and "importlib" not in frame.f_code.co_filename:
        name = frame.f_code.co_filename
        if name.startswith(tuple(f"{root}/{package}/" for package in packages)):
            return name[len(root):]
        frame = frame.f_back
    return ""

def watch(event, arguments):
    if event == "open" and str(arguments[0]).startswith(allowed):
        return
    if event == "open" or event in events:
        if who := ours():
            seen.append([event, str(arguments[0]), who])

def getitem(self, key):
    if key not in vendors and (who := ours()):
        seen.append(["environment", key, who])
    return real(self, key)

real = type(os.environ).__getitem__
type(os.environ).__getitem__ = getitem
sys.addaudithook(watch)
count = 0
for package in packages:
    module = importlib.import_module(package)
    for found in pkgutil.walk_packages(module.__path__, package + "."):
        importlib.import_module(found.name)
        count += 1
sys.stdout.write(json.dumps({"modules": count, "seen": seen}) + "\\n")
"""


def test_importing_any_module_reads_no_environment_and_touches_no_disk(tmp_path: Path) -> None:
    code = f"import sys; sys.argv[1:] = {[str(ROOT), *PACKAGES]!r}\n{_WATCH}"

    told = json.loads(run_python(code, home=tmp_path).splitlines()[-1])

    assert told["modules"] > 50
    assert told["seen"] == []
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--no-build-isolation", "--no-index", "--no-cache-dir"),
            *("--wheel-dir", str(folder), str(ROOT)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def wheel_files(wheel: Path) -> list[str]:
    """The names in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.mark.parametrize(
    "folder", ["corpus/data", "evals/data", "evals/baselines", "index/data", "assistant/web/assets"]
)
def test_the_wheel_holds_every_data_file(wheel_files: list[str], folder: str) -> None:
    here = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    packed = {name for name in wheel_files if name.startswith(f"{folder}/")}

    assert here
    assert packed == here


def test_the_wheel_holds_the_four_packages_and_nothing_else(wheel_files: list[str]) -> None:
    tops = {name.split("/")[0] for name in wheel_files}

    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_the_wheel_installs_the_command_policy(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith("/entry_points.txt"))
        entries = ConfigParser()
        entries.read_string(archive.read(name).decode())

    assert dict(entries["console_scripts"]) == {"policy": "assistant.cli:main"}


def test_the_wheel_is_the_distribution_policy_assistant(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith("/METADATA"))
        metadata = email.message_from_bytes(archive.read(name))

    assert metadata["Name"] == "policy-assistant"
    assert metadata["Requires-Python"] == ">=3.11"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(["--help"], "Answer a question with citations", id="help"),
        pytest.param(["corpus", "show", "eu-ai-act", "Article 4"], "AI literacy", id="texts"),
    ],
)
def test_the_installed_wheel_works_away_from_the_checkout(
    wheel: Path, tmp_path: Path, arguments: list[str], expected: str
) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)

    told = subprocess.run(
        [sys.executable, "-m", "assistant.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(site)},
    )

    assert (told.returncode, told.stderr) == (0, "")
    assert expected in told.stdout


def ignored() -> list[str]:
    """The patterns of .gitignore."""
    return [line.rstrip("/") for line in (ROOT / ".gitignore").read_text("utf-8").split()]


def texts(folder: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Every text file of the checkout that is not ignored, by path."""
    patterns = [".git", *ignored()]
    for path in sorted(folder.iterdir()):
        names = (path.name, path.relative_to(ROOT).as_posix())
        if any(fnmatch.fnmatch(name, pattern) for name in names for pattern in patterns):
            continue
        if path.is_dir():
            yield from texts(path)
        elif b"\0" not in (data := path.read_bytes()):
            yield names[1], data.decode("utf-8")


# Written in pieces, so that this file does not name what it forbids.
_OF_ONE_MACHINE = re.compile(
    r"(?<![\w.\-/])/(?:" + "|".join(("work" + "/", "root" + "/", "tmp" + "/w/")) + ")"
    r"|(?<![\w.\-/])/(?:home|Users)/[a-z]\w*/"
    r"|\b[A-Z]:\\Users\\"
)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("|work|main|x.py", id="a checkout"),
        pytest.param("|home|ann|x", id="a home"),
        pytest.param("|root|.cache", id="the administrator's"),
    ],
)
def test_a_path_of_one_machine_is_recognised(path: str) -> None:
    sentence = f"it is in {path}".replace("|", "/")

    assert _OF_ONE_MACHINE.search(sentence)


def test_no_text_names_a_path_of_one_machine() -> None:
    found = [(name, match[0]) for name, text in texts() for match in _OF_ONE_MACHINE.finditer(text)]

    assert found == []


def test_what_git_ignores_is_not_looked_at() -> None:
    names = {name for name, _ in texts()}

    assert "tests/test_layout.py" in names
    assert not any("__pycache__" in name or name.startswith((".venv", ".git/")) for name in names)
