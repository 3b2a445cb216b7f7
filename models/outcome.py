"""What became of a page, a dossier and a person: closed vocabularies and the reason codes."""

from __future__ import annotations

from enum import StrEnum


class PageOutcome(StrEnum):
    """The end state of a page in a record."""

    DIGITIZED = "digitized"
    REJECTED = "rejected"


class Status(StrEnum):
    """The end state of a dossier."""

    DIGITIZED = "digitized"
    REVIEW = "review"
    REJECTED = "rejected"


class Verdict(StrEnum):
    """What matching decided for one person."""

    MATCHED = "matched"
    REVIEW = "review"
    UNMATCHED = "unmatched"


class Reason(StrEnum):
    """Why a page was rejected or a dossier needs a person's eyes. One heading each in docs/errors.md."""

    # files and pages that cannot be used
    NOT_A_SCAN = "not_a_scan"
    DAMAGED_FILE = "damaged_file"
    ENCRYPTED_FILE = "encrypted_file"
    EMPTY_FILE = "empty_file"
    TOO_LARGE = "too_large"
    NOT_A_SHEET = "not_a_sheet"
    TOO_MANY_PAGES = "too_many_pages"
    ARCHIVE_UNSAFE = "archive_unsafe"
    TOO_SLOW = "too_slow"
    OUT_OF_MEMORY = "out_of_memory"
    NO_READABLE_TEXT = "no_readable_text"
    PAGE_BLACK = "page_black"
    RECOGNIZER_FAILED = "recognizer_failed"
    FILE_MISSING = "file_missing"
    FILE_UNREADABLE = "file_unreadable"
    INTERNAL_ERROR = "internal_error"
    # dossiers that wait
    STORAGE_UNREACHABLE = "storage_unreachable"
    # files that intake leaves aside, and says so
    SYSTEM_FILE = "system_file"
    STILL_WRITTEN = "still_written"
    DUPLICATE_FILE = "duplicate_file"
    # dossiers that need a look
    NO_DOSSIER_CODE = "no_dossier_code"
    PAGE_COUNT_DIFFERS = "page_count_differs"
    PAGE_REJECTED = "page_rejected"
    LOW_CONFIDENCE = "low_confidence"
    LOW_RESOLUTION = "low_resolution"
    BLURRED = "blurred"
    FAINT = "faint"
    CUT_OFF = "cut_off"
    TWO_SHEETS = "two_sheets"
    HANDWRITING = "handwriting"
    FIELDS_DISAGREE = "fields_disagree"
    FIELD_MISSING = "field_missing"
    DOCUMENT_UNKNOWN = "document_unknown"
    COMPONENT_MISSING = "component_missing"
    PROCEDURE_UNKNOWN = "procedure_unknown"
    PERSON_UNMATCHED = "person_unmatched"
    PERSON_AMBIGUOUS = "person_ambiguous"
    PERSON_CONTRADICTED = "person_contradicted"
    PERSON_DECEASED = "person_deceased"
    ROLES_CONFLICT = "roles_conflict"
    AGES_IMPOSSIBLE = "ages_impossible"
    CORRECTION_OPEN = "correction_open"
    REGISTRY_WAITING = "registry_waiting"
    NO_PERSON = "no_person"


PAGE_WARNINGS = frozenset(
    {Reason.LOW_RESOLUTION, Reason.BLURRED, Reason.FAINT, Reason.CUT_OFF, Reason.TWO_SHEETS, Reason.HANDWRITING}
)
"""What is told of a page that could be read all the same: for a clerk to look at, and perhaps to scan again."""
