"""`sohoa export --package` and `--bagit`: dossiers as packages for an archive, each noted in the audit log."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from flows.packaging import write_bag, write_package
from flows.retention import retention_rules
from models.audit import Action
from models.errors import UsageError
from models.restriction import DossierRestricted
from models.retention import rule_for
from models.settings import Settings
from scripts.language import text
from scripts.looking import restricted
from scripts.terms import document_words
from storage.archive import KeptDossier, all_kept, load_kept
from storage.objects import ObjectStore
from storage.opening import open_audit
from storage.rates import Cohort


def export_packages(
    settings: Settings, *, package: Path | None, bagit: Path | None, wanted: Cohort, codes: Sequence[str] | None
) -> list[str]:
    """Writes each chosen dossier below the folders and prints where; the keys of damaged records, which are left out.

    Raises UsageError on a code of no dossier.
    """
    made, rules, damaged = datetime.now(UTC), retention_rules(settings), list[str]()
    with open_audit(settings) as audit:
        left_out = restricted(audit)
        for kept in _chosen(audit.store, wanted, codes, damaged):
            if kept.record.dossier_code in left_out:
                refused = DossierRestricted(kept.record.dossier_code)
                print(text(refused.vi, str(refused)).partition(";")[0], file=sys.stderr)
                continue
            subject = f"dossier:{kept.record.dossier_code}"
            form = " ".join(name for name, folder in (("package", package), ("bagit", bagit)) if folder)
            history = audit.latest(10_000, subjects=(subject,))
            audit.note(Action.PACKAGED, subject, purpose=settings.purpose, facts={"form": form})
            if package:
                rule = rule_for(kept.record.procedure, rules)
                print(write_package(
                    kept, audit.store, package, history=history, type_names=document_words(), rule=rule, made=made
                ))  # fmt: skip
            if bagit:
                print(write_bag(kept, audit.store, bagit, made=made))
    return damaged


def _chosen(
    store: ObjectStore, wanted: Cohort, codes: Sequence[str] | None, damaged: list[str]
) -> Iterator[KeptDossier]:
    """The dossiers of these codes, or all; of the unit and those below it."""
    for kept in _named(store, codes) if codes else all_kept(store, damaged=damaged.append):
        if wanted.holds(kept.record.unit):
            yield kept


def _named(store: ObjectStore, codes: Sequence[str]) -> Iterator[KeptDossier]:
    for code in codes:
        kept = load_kept(store, code.strip())
        if kept is None:
            raise UsageError(f"no dossier {code} is kept", f"không có hồ sơ {code}")
        yield kept
