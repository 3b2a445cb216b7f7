"""Who may do what over the API: roles, what each is entitled to, and the caller that a key stands for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a program or a person does with the archive."""

    CLERK = "clerk"  # cán bộ một cửa: a unit's own dossiers, uploads, corrections
    AUDITOR = "auditor"  # kiểm tra: figures and records, nothing of the papers themselves
    DOWNSTREAM = "downstream"  # hệ thống nhận dữ liệu: records, files, the change feed
    OPERATOR = "operator"  # vận hành: deliveries and batches, no dossier


class Right(StrEnum):
    """What a route of the API asks for."""

    READ_RECORDS = "read_records"
    READ_FILES = "read_files"
    CORRECT = "correct"
    SEARCH = "search"
    ASK_PAPERS = "ask_papers"
    READ_RATES = "read_rates"
    FOLLOW = "follow"
    RECEIVE = "receive"  # webhooks
    TELL_LIFECYCLE = "tell_lifecycle"
    UPLOAD = "upload"
    SEE_BATCHES = "see_batches"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.CLERK: frozenset({
        Right.CORRECT, Right.READ_RECORDS, Right.READ_FILES, Right.SEARCH, Right.ASK_PAPERS, Right.READ_RATES, Right.UPLOAD,
        Right.SEE_BATCHES, Right.TELL_LIFECYCLE,
    }),
    Role.AUDITOR: frozenset({Right.READ_RECORDS, Right.READ_RATES}),
    Role.DOWNSTREAM: frozenset({
        Right.READ_RECORDS, Right.READ_FILES, Right.SEARCH, Right.ASK_PAPERS, Right.FOLLOW, Right.RECEIVE,
    }),
    Role.OPERATOR: frozenset({Right.READ_RATES, Right.RECEIVE, Right.SEE_BATCHES, Right.TELL_LIFECYCLE}),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a key stands for.

    key_id: the key's public part; name: of the program or desk, never of a citizen
    unit: its unit, which sees its own dossiers and those of the units below; empty: every unit
    purposes: what it may give as a reason (`marriage-registration`); sees_ids: whether id numbers are shown in full
    calls_a_second: how many calls it may make, steadily
    """

    key_id: str
    name: str
    role: Role
    unit: str
    purposes: tuple[str, ...]
    sees_ids: bool
    calls_a_second: float

    def may(self, right: Right) -> bool:
        """Whether the role is entitled to it."""
        return right in RIGHTS[self.role]
