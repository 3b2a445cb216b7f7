"""Is the audit log as it was written: the database, the segments in the store and the anchors, each against the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from models.audit import Action, Entry
from storage.audit import Audit
from storage.audit_chain import Fault, FaultKind, faults
from storage.audit_segments import Anchor, anchors, carried_entries
from storage.objects import ObjectStore, stored_digest


@dataclass(frozen=True, slots=True)
class AuditVerification:
    """How many entries the database and the store hold, how many anchors, and every fault."""

    entries: int
    carried: int
    anchors: int
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        """Nothing was changed, removed, inserted, moved or cut off."""
        return not self.faults


def verify_audit(audit: Audit, store: ObjectStore) -> AuditVerification:
    """Reads the whole log in both places, and every anchor; where the store keeps locked copies, these too.

    Raises StorageUnreachable.

    What no witness can show: entries that were removed from the end of the database within the seconds before they were
    carried to the store, together with the head's own row.
    """
    head = audit.head()
    entries = tuple(audit.entries())
    found = list(faults(entries, (head.entry, head.digest)))
    carried: list[Entry] = []
    where: list[str] = []
    for key, segment in carried_entries(store):
        if not segment:
            found.append(Fault(FaultKind.UNREADABLE, 0, key))
        witness = store.locked_digest(key)
        if witness is not None and witness != stored_digest(store, key)[0]:
            found.append(Fault(FaultKind.CONTRADICTED, segment[0].number if segment else 0, key, by="locked copy"))
        carried += segment
        where += [key] * len(segment)
    by_number = {entry.number: entry.digest for entry in entries}
    cut = max((entry.number for entry in carried), default=0) < head.carried
    found += _of_store(carried, where, (head.carried, by_number.get(head.carried, "")) if cut else None)
    found += _between(by_number, {entry.number: entry.digest for entry in carried}, found)
    written = tuple(anchors(store))
    found += _of_anchors(written, by_number, entries)
    return AuditVerification(len(entries), len(carried), len(written), tuple(found))


def _of_store(carried: Sequence[Entry], where: Sequence[str], end: tuple[int, str] | None) -> list[Fault]:
    """The segments as one chain; each fault with the segment in which it lies."""
    keys = {entry.number: key for entry, key in zip(carried, where, strict=True)}
    known = sorted(keys)
    found = []
    for fault in faults(carried, end):
        key = keys.get(fault.number)
        if key is None:
            below = [number for number in known if number < fault.number]
            key = keys[below[-1]] if below else "audit/segments/"
        found.append(replace(fault, where=key))
    return found


def _between(index: dict[int, str], store: dict[int, str], told: Sequence[Fault]) -> list[Fault]:
    """Where both are whole and yet differ: one was written anew from some entry on, or lost its tail."""
    if told:
        return []
    differing = [number for number, digest in store.items() if number in index and index[number] != digest]
    if differing:
        return [Fault(FaultKind.CONTRADICTED, min(differing), "index", by="store")]
    lost = sorted(number for number in store if number not in index)
    return [Fault(FaultKind.CUT_OFF, number, "index", by="store") for number in lost]


def _of_anchors(written: Sequence[Anchor], index: dict[int, str], entries: Sequence[Entry]) -> list[Fault]:
    """Anchors whose entry is another one or gone, and anchors that the log names and the store lacks."""
    found = []
    for anchor in written:
        if not anchor.digest:
            found.append(Fault(FaultKind.UNREADABLE, 0, anchor.key))
        elif anchor.entry and anchor.entry not in index:
            found.append(Fault(FaultKind.CUT_OFF, anchor.entry, "index", by=anchor.key))
        elif anchor.entry and index[anchor.entry] != anchor.digest:
            found.append(Fault(FaultKind.CONTRADICTED, anchor.entry, "index", by=anchor.key))
    found += [
        Fault(FaultKind.CONTRADICTED, later.entry, later.key, by=earlier.key)
        for earlier, later in pairwise(written)
        if later.entry < earlier.entry and later.digest
    ]
    keys = {anchor.key for anchor in written}
    named = [(entry.number, entry.subject) for entry in entries if entry.action == Action.ANCHORED]
    found += [Fault(FaultKind.REMOVED, number, key, by="index") for number, key in named if key not in keys]
    return found
