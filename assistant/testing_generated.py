"""Public fakes of chat models and of a judge of support; no network, no weights."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from assistant.engines.prompting import Prompt
from assistant.errors import ModelError
from assistant.sentences import sentences

_KEY = re.compile(r"^===== (S-[0-9a-f]{4}) =====$", re.MULTILINE)
_ORDER = re.compile(r"\b(?:write|say|link|visit|show)\b[:,]?\s*[\"“]?([^\"”\n]+)", re.IGNORECASE)


def keys_of(prompt: Prompt) -> list[str]:
    """The keys of the passages in a prompt, in order."""
    return _KEY.findall(prompt.user)


@dataclass(frozen=True)
class ScriptedChatModel:
    """Writes `script` in pieces of `piece` characters; ``{1}`` in it is the first passage's key.

    `prompts` collects what it was asked.
    """

    script: str
    name: str = "fake:scripted"
    piece: int = 7
    prompts: list[Prompt] = field(default_factory=list)

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """The script, with keys filled in."""
        self.prompts.append(prompt)
        text = self.script
        for number, key in enumerate(keys_of(prompt), 1):
            text = text.replace(f"{{{number}}}", f"[{key}]")
        for start in range(0, len(text), self.piece):
            yield text[start : start + self.piece]


@dataclass(frozen=True)
class ObedientChatModel:
    """Does whatever a text in the prompt orders it to write, and cites each passage for it."""

    name: str = "fake:obedient"

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """Each thing that the prompt orders to be written, under every key."""
        for wanted in _ORDER.findall(prompt.user):
            for key in keys_of(prompt):
                yield f"{wanted} [{key}]\n"


@dataclass(frozen=True)
class FailingChatModel:
    """Writes `first`, then breaks off: with `error`, or by hanging until `released` is set."""

    first: str = ""
    error: Exception | None = field(default_factory=lambda: ModelError("rate limit reached"))
    released: threading.Event = field(default_factory=threading.Event)
    name: str = "fake:failing"

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """What it writes before it fails."""
        if self.first:
            yield self.first
        if self.error is not None:
            raise self.error
        self.released.wait(30)


@dataclass(frozen=True)
class FixedJudge:
    """Gives every sentence the same score in [0, 1]; `asked` collects what it was asked."""

    value: float
    asked: list[tuple[str, str]] = field(default_factory=list)

    def score(self, sentence: str, cited: str) -> float:
        """The fixed score."""
        self.asked.append((sentence, cited))
        return self.value


_FENCED = re.compile(r"^===== (S-[0-9a-f]{4}) =====\n.*\n(.*)\n=====", re.MULTILINE)
_ALTERED: tuple[tuple[str, str], ...] = (
    (r"\b(must|shall|should|may) not\b", r"\1"),
    (r"\b(?:must|shall|should)\b", "may"),
    (r"\bmay\b", "must"),
    (r"(?<![\w.(])([1-8])(?=[\d ]|\b(?![.)]))", "9"),
    (r"\b(is|are|was|were|has|have)\b", r"\1 not"),
)


@dataclass(frozen=True)
class CopyingChatModel:
    """Restates the first sentences of the first passages as a careful model would.

    It writes "must" for "shall" and "if" for "where", and leaves out what stands in brackets.
    With `alters`, each sentence is made wrong: a figure, a modal verb or a "not" is another.
    """

    passages: int = 3
    each: int = 2
    alters: bool = False

    @property
    def name(self) -> str:
        """Which of the two it is."""
        return "fake:altering" if self.alters else "fake:copying"

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """A line for each sentence; none for one that cannot be made wrong, if it has to be."""
        for key, text in _FENCED.findall(prompt.user)[: self.passages]:
            for sentence in sentences(text)[: self.each]:
                said = self._altered(sentence.text) if self.alters else _restated(sentence.text)
                if said:
                    yield f"{said} [{key}]\n"

    def _altered(self, text: str) -> str:
        for pattern, replacement in _ALTERED:
            said, count = re.subn(pattern, replacement, text, count=1)
            if count:
                return said
        return ""


def _restated(text: str) -> str:
    text = re.sub(r"\bshall\b", "must", text)
    text = re.sub(r"\bwhere\b", "if", text)
    return re.sub(r" \([^()]{3,40}\)", "", text)
