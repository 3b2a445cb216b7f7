"""What may go and what must stay: retention by procedure, legal hold, and the deletion of what is due, each one noted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from models.audit import Action, Fact
from models.errors import SohoaError, UsageError
from models.record import DossierRecord
from models.restriction import RestrictionKind
from models.retention import RetentionRule, read_rules, rule_for
from models.settings import Settings
from storage.archive import load_kept
from storage.audit import Audit
from storage.index import Index
from storage.removal import removal_of, remove, unfinished
from storage.restrictions import Restrictions


class Verdict(StrEnum):
    """What retention says of a dossier."""

    DUE = "due"  # may go
    HELD = "held"  # its time is up, a legal hold or a restriction keeps it
    NOT_YET = "not_yet"
    PERMANENT = "permanent"
    NO_RULE = "no_rule"  # the office's table does not name its procedure: it stays


@dataclass(frozen=True, slots=True)
class Judged:
    """A dossier under its rule; `ended`: the latest day on its papers, `ends`: from when on it may go."""

    dossier_code: str
    procedure: str | None
    verdict: Verdict
    rule: RetentionRule | None = None
    ended: date | None = None
    ends: date | None = None


def retention_rules(settings: Settings) -> dict[str, RetentionRule]:
    """The office's rules by procedure; none where SOHOA_RETENTION names no file. Raises UsageError on a wrong table."""
    if settings.retention is None:
        return {}
    try:
        data = settings.retention.read_bytes()
    except OSError as error:
        raise UsageError(f"SOHOA_RETENTION: {settings.retention}: {error.strerror}") from None
    return read_rules(data, name=settings.retention.name)


def judged(audit: Audit, rules: Mapping[str, RetentionRule], *, today: date) -> Iterator[Judged]:
    """Every kept dossier by code. Its years begin after the year of the latest day that its record knows.

    Raises StoredObjectDamaged where a hold cannot be read: nothing is deleted before it is placed anew.
    """
    restrictions = Restrictions(audit.database, audit.store)
    restrictions.must_be_whole()
    held = restrictions.held()
    for row in Index(audit.database).dossiers():
        rule = rule_for(row.procedure, rules)
        if rule is None or rule.years is None:
            verdict = Verdict.NO_RULE if rule is None else Verdict.PERMANENT
            yield Judged(row.dossier_code, row.procedure, verdict, rule)
            continue
        if (rule.ends(row.received_on) or today) > today:  # without looking at its papers: they are not older
            yield Judged(row.dossier_code, row.procedure, Verdict.NOT_YET, rule)
            continue
        kept = load_kept(audit.store, row.dossier_code)
        if kept is None:
            continue
        ended = last_day(kept.record)
        ends = rule.ends(ended)
        verdict = Verdict.NOT_YET
        if ends is not None and ends <= today:
            verdict = Verdict.HELD if row.dossier_code in held else Verdict.DUE
        yield Judged(row.dossier_code, row.procedure, verdict, rule, ended, ends)


def last_day(record: DossierRecord) -> date:
    """The day on which the dossier ended, as far as its record knows: reception, or the latest day on a paper."""
    return max([record.received_on, *(paper.issued_on for paper in record.documents if paper.issued_on)])


def delete_due(one: Judged, audit: Audit, settings: Settings, *, now: datetime) -> int:
    """Deletes a dossier that may go; returns how many objects went. Noted before anything is removed.

    Holds are asked again: one may have been placed since the plan was made.
    """
    kept = load_kept(audit.store, one.dossier_code)
    rule = one.rule
    if kept is None or rule is None or one.verdict is not Verdict.DUE:
        return 0
    if Restrictions(audit.database, audit.store).on_dossier(one.dossier_code) & set(RestrictionKind):
        return 0
    reason = f"{rule.procedure}: {rule.text}" + (f" ({rule.basis})" if rule.basis else "")
    at = now.isoformat(timespec="seconds")
    removal = removal_of(kept, audit.store, rule=reason, at=at, actor=settings.actor.name)
    facts: dict[str, Fact] = {"pages": removal.pages, "record_sha256": removal.record_sha256, "ended": str(one.ended)}
    audit.note(Action.DELETED, f"dossier:{one.dossier_code}", purpose=reason, facts=facts)
    for sha256 in removal.originals:  # what was read of them is kept on this machine too (flows.readings)
        shutil.rmtree(settings.home / "readings" / sha256[:2] / sha256, ignore_errors=True)
    try:
        return remove(removal, audit.store, audit.database)
    except SohoaError:  # a lock that refuses, a store that is gone: the log must not end with "deleted"
        audit.note(Action.DELETED, f"dossier:{one.dossier_code}", purpose=reason, result="failed", facts=facts)
        raise


def end_unfinished(audit: Audit) -> int:
    """Ends deletions that were cut off; returns how many."""
    count = 0
    for removal in unfinished(audit.store, audit.database):
        remove(removal, audit.store, audit.database)
        count += 1
    return count
