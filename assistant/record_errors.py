"""Failures of the answer records; none of them ever prevents an answer.

AnsweringError
└ RecordError
  ├ UnknownRecordError     no record, or more than one, has an id that begins so
  ├ RecordsBusyError       another process holds the database; retry
  ├ RecordsFormatError     a newer program wrote the database
  ├ RecordsDamagedError    the file is no database of records, or is damaged
  └ RecordsUnusableError   the folder or the file cannot be read or written
"""

from __future__ import annotations

from assistant.errors import AnsweringError


class RecordError(AnsweringError):
    """Something about the records of answers."""


class UnknownRecordError(RecordError):
    """No record, or more than one, has an id that begins so."""

    hint = "`policy record list` shows the ids."


class RecordsBusyError(RecordError):
    """Another process holds the database of records."""

    hint = "Wait until it is done, then try again."
    retryable = True


class RecordsFormatError(RecordError):
    """A newer version of the program wrote the records."""

    hint = (
        "Use that version, or start afresh with `policy record delete --all`, which deletes them."
    )


class RecordsDamagedError(RecordError):
    """The file is damaged, or is no database of records."""

    hint = (
        "Move the file away to keep it, or start afresh with `policy record delete --all`, which "
        "deletes it."
    )


class RecordsUnusableError(RecordError):
    """The folder or the file of the records cannot be used."""

    hint = "Make it writable, set POLICY_HOME to another folder, or set POLICY_RECORDS=off."
