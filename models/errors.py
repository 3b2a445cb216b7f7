"""Trouble that stops a command or a dossier.

SohoaError
├── UsageError               exit 2   the command or its settings are wrong
├── UnreadableInput          exit 4   a file cannot be opened; carries a reason code
├── TooManyRejected          exit 5   the batch was stopped
├── StorageUnreachable       exit 6   retryable
├── StoredObjectDamaged      exit 6   what was read back differs from what was written
├── RecordChanged            exit 3   retryable; somebody else changed the record meanwhile; look at it again
├── RegistryUnreachable      exit 3   retryable; matching waits, the dossier does not fail
├── RecognizerMissing        exit 7   Tesseract or its Vietnamese model is not installed
└── RecognizerFailed         exit 4   Tesseract stopped, crashed or ran out of time on a page; retryable
"""

from __future__ import annotations

from typing import ClassVar


class SohoaError(Exception):
    """Base of all errors raised on purpose. The text never holds personal data."""

    exit_code: ClassVar[int] = 1
    retryable: ClassVar[bool] = False


class UsageError(SohoaError):
    """The command line, a setting, a manifest or a catalogue is wrong; says which and how to mend it.

    `vi` says it in Vietnamese, where it is for clerks.
    """

    exit_code = 2

    def __init__(self, message: str, vi: str = "") -> None:
        super().__init__(message)
        self.vi = vi or message


class UnreadableInput(SohoaError):
    """A file or one of its pages cannot be opened; `reason` is a code of models.outcome.Reason."""

    exit_code = 4

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


class TooManyRejected(SohoaError):
    """More dossiers of the batch were rejected than the setting allows; the scanner may be at fault."""

    exit_code = 5


class StorageUnreachable(SohoaError):
    """The object store or the index database does not answer."""

    exit_code = 6
    retryable = True


class StoredObjectDamaged(SohoaError):
    """An object's digest is not the one that was recorded for it."""

    exit_code = 6


class RecordChanged(SohoaError):
    """A correction or a reading was made from a revision that is no longer the latest; nothing was written over."""

    exit_code = 3
    retryable = True


class RegistryUnreachable(SohoaError):
    """The population registry does not answer."""

    exit_code = 3
    retryable = True


class RecognizerMissing(SohoaError):
    """Tesseract or its `vie` model is not installed; the text says what to install."""

    exit_code = 7


class RecognizerFailed(SohoaError):
    """Tesseract crashed or ran out of time."""

    exit_code = 4
    retryable = True
