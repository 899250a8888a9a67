"""The error tree of the whole program; each layer adds its family below `PolicyError`.

PolicyError                      what + which + what was expected; `hint` says what to do
├ CorpusError                    this module
│ ├ ParseError                   a digest or official text cannot be read (file and line)
│ ├ LocatorError                 a locator cannot be read
│ ├ UnknownInstrumentError       no such instrument in the catalog
│ ├ UnknownProvisionError        the instrument has no such provision
│ ├ AddError                     a file or folder cannot be added
│ ├ StoreBusyError               another process is writing texts
│ ├ DamagedTextError             a text in POLICY_HOME cannot be read any more
│ ├ VerificationError            a digest disagrees with its source
│ └ FetchError                   an official text cannot be fetched from its publisher
├ HomeError                      POLICY_HOME cannot be used
├ SettingsError                  a setting has a value it cannot have
├ RetrievalError                 index.errors
├ AnsweringError                 assistant.errors
└ EvaluationError                evals.errors
"""

from __future__ import annotations


class PolicyError(Exception):
    """An expected failure, told to the user in one line; `hint` is the way out."""

    hint: str = ""
    retryable: bool = False

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        if hint is not None:
            self.hint = hint


class SettingsError(PolicyError):
    """A setting has a value that it cannot have."""

    hint = "See `policy settings` for each setting's meaning and bounds."


class HomeError(PolicyError):
    """The folder for everything the program writes cannot be used."""

    hint = "Set POLICY_HOME to a folder you may write to."


class CorpusError(PolicyError):
    """Something about the texts themselves."""


class ParseError(CorpusError):
    """A text cannot be read; the message names file and line."""

    hint = "docs/corpus.md describes the format; `policy corpus verify` lists every problem."

    def __init__(self, path: str, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
        self.path = path
        self.line = line
        self.problem = problem


class LocatorError(CorpusError):
    """A locator cannot be read."""

    hint = (
        "Write it as lawyers do: Article 51(2), § 744.23(a)(2), ECCN 4E091, Recital 111, para. 3."
    )


class UnknownInstrumentError(CorpusError):
    """No instrument of the catalog has this id."""

    hint = "`policy corpus list` shows the ids."


class UnknownProvisionError(CorpusError):
    """The instrument has no provision at this locator."""

    hint = "`policy corpus show INSTRUMENT` lists the locators it has."


class AddError(CorpusError):
    """A file or folder cannot be added."""

    hint = "Name files or folders of PDF, DOCX, HTML, XML, JSON, Markdown or text."


class StoreBusyError(CorpusError):
    """Another process is adding, removing or fetching texts."""

    hint = "Wait until it is done, then try again."
    retryable = True


class DamagedTextError(CorpusError):
    """A text in POLICY_HOME cannot be read any more, nor can the file it was read from."""

    hint = "Add the file again, or remove the text with `policy corpus remove ID`."


class VerificationError(CorpusError):
    """The corpus disagrees with itself or with the official texts."""

    hint = "Correct the digest, or the reference to its source."


class FetchError(CorpusError):
    """An official text cannot be fetched; the last good text stays in place.

    `retryable` says that the same request may succeed later, `unreachable` that no connection to
    the publisher could be made at all.
    """

    hint = "The last text fetched stays in use; `policy corpus sync INSTRUMENT` tries again."

    def __init__(
        self,
        problem: str,
        *,
        hint: str | None = None,
        retryable: bool = False,
        unreachable: bool = False,
        instrument_id: str = "",
    ) -> None:
        super().__init__(f"{instrument_id}: {problem}" if instrument_id else problem, hint=hint)
        self.problem = problem
        self.retryable = retryable
        self.unreachable = unreachable
        self.instrument_id = instrument_id
