"""What a run was made with: machine, versions, settings, fingerprints, and how to do it again."""

from __future__ import annotations

import hashlib
import os
import platform
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic_settings import BaseSettings

from assistant.answering import Assistant
from evals.running import questions_fingerprint, settings_fingerprint
from evals.runs import RunHeader, now
from evals.types import Task
from index.build import SEGMENTER
from index.generations import FORMAT
from index.late import load_compressor

_PACKAGES = ("corpus", "index", "assistant", "evals")
_LIBRARIES = ("policy-assistant", "numpy", "onnxruntime", "chromadb", "bm25s", "torch")
_OF_THE_MACHINE = {"home", "host", "port", "sync_mirror", "auto_build"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run: a suite, a file of questions (None: ours), a sample, a day as today."""

    suite: str
    questions: Path | None
    is_quick: bool
    today: date

    @property
    def options(self) -> dict[str, str]:
        """What a run has to remember to be resumed."""
        questions = str(self.questions.resolve()) if self.questions else ""
        return {"questions": questions, "quick": "yes" if self.is_quick else ""}

    @property
    def command(self) -> str:
        """The command that runs this again."""
        words = ["policy", "eval", "run", self.suite]
        if self.questions:
            words += ["--questions", str(self.questions)]
        words += ["--quick"] if self.is_quick else []
        return shlex.join([*words, "--today", self.today.isoformat()])


def header(
    plan: Plan, assistant: Assistant, tasks: Sequence[Task], settings: Sequence[BaseSettings]
) -> RunHeader:
    """The header of a new run; settings that are not the default stand before its command."""
    values, changed = _values(settings)
    variables = [f"{name}={shlex.quote(value)}" for name, value in changed.items()]
    return RunHeader(
        suite=plan.suite,
        started=now(),
        finished="",
        today=plan.today.isoformat(),
        command=" ".join([*variables, plan.command]),
        options=plan.options,
        machine=machine(),
        versions=versions(),
        settings=values,
        fingerprints={
            "corpus": assistant.corpus.fingerprint,
            # As `index.build` makes it: an index with another one is not opened.
            "index": index_fingerprint(assistant.fingerprint),
            "model": assistant.fingerprint.partition("/")[2],
            "settings": settings_fingerprint(values),
            "questions": questions_fingerprint(tasks),
            "code": code_fingerprint(),
        },
        counts={"questions": len(tasks)},
    )


def machine() -> dict[str, str]:
    """The cores this process may use, the system and the Python; nothing that names a host."""
    return {
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0),
        "platform": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def versions() -> dict[str, str]:
    """The versions of what figures depend on; a library that is not installed is left out."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def index_fingerprint(made_of: str) -> str:
    """The fingerprint of the index of a corpus and a model, `made_of` being ``corpus/model``."""
    compressor = load_compressor(made_of.partition("/")[2])
    whole = f"{FORMAT}/{made_of}/{SEGMENTER}"
    return f"{whole}/{compressor.name}" if compressor else whole


def code_fingerprint() -> str:
    """16 hex digits that change when the source of one of our packages does."""
    digest = hashlib.sha256()
    for package in _PACKAGES:
        for name, file in sorted(_sources(resources.files(package), package)):
            digest.update(f"{name}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _sources(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for entry in folder.iterdir():
        name = f"{prefix}/{entry.name}"
        if entry.is_dir():
            found += _sources(entry, name)
        elif entry.name.endswith(".py"):
            found.append((name, entry))
    return found


def _values(settings: Sequence[BaseSettings]) -> tuple[dict[str, str], Mapping[str, str]]:
    """Every setting that answers depend on, and those that are not the default."""
    values: dict[str, str] = {}
    changed: dict[str, str] = {}
    for group in settings:
        prefix = str(group.model_config.get("env_prefix", ""))
        for name, field in type(group).model_fields.items():
            if name not in _OF_THE_MACHINE:
                variable = f"{prefix}{name}".upper()
                values[variable] = str(getattr(group, name))
                if values[variable] != str(field.default):
                    changed[variable] = values[variable]
    return values, changed
