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
locale = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # gettext's, for click's own words
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
    if key not in locale and (who := ours()):
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
