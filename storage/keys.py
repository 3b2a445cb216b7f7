"""Where in the object store each thing rests. Keys hold digests and dossier codes, never names or id numbers."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from pathlib import PurePath

from models.dossier import DossierCode
from models.record import DossierRecord

ORIGINALS = "originals/"
DOSSIERS = "dossiers/"
IDENTITY = "identity/"  # pictures of identity cards: sensitive data (NĐ 356/2025/NĐ-CP)
FEED = "feed/"
AUDIT = "audit/"
PROMISES = "store.json"
SEALS = "sealed.json"
RESTRICTIONS = "restrictions/"
REMOVED = "removed/"
PROBES = "probes/"  # what a killed probe of the store left behind; nobody reads it
BATCHES = "batches/"
LIFECYCLE = "lifecycle/"
ACCESS = "access/"  # what opens the API: storage.door_keys
REUSES = "reuses/"
REPORTS = "reports/"
SAMPLES = "samples/"
RECORD_NAME = "record.json"
_REVISION = re.compile(r"revisions/\d{4,}\.json$")
_JOURNAL = re.compile(r"/ledger/[^/]+\.json$")
_SAFE_CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9.-]*[A-Z0-9])?")

_OWN = (PROBES, FEED, LIFECYCLE, REPORTS, SAMPLES, ACCESS, REUSES, RESTRICTIONS, REMOVED)  # not dossiers': is_history


def original_key(sha256: str) -> str:
    """An original's key: its digest, in folders of two digits so that no folder holds millions."""
    return f"{ORIGINALS}{sha256[:2]}/{sha256}"


def dossier_prefix(code: str) -> str:
    """The prefix of all that belongs to a dossier: `dossiers/<unit>/<code>/`.

    Text that is no dossier code (a folder's odd name, which may be a person's) is replaced by its digest.
    """
    parsed = DossierCode.parse(code)
    if parsed and parsed.text == code and _SAFE_CODE.fullmatch(code):
        return f"{DOSSIERS}{parsed.unit}/{code}/"
    return f"{DOSSIERS}other/{hashlib.sha256(code.encode('utf-8', 'backslashreplace')).hexdigest()[:32]}/"


def identity_prefix(code: str) -> str:
    """The prefix of a dossier's pictures of identity cards: `identity/<unit>/<code>/`."""
    return IDENTITY + dossier_prefix(code).removeprefix(DOSSIERS)


def is_sealed(key: str) -> bool:
    """Whether what rests under the key is sealed where a key is configured (storage.sealed)."""
    return key.startswith((ORIGINALS, IDENTITY))


def record_key(code: str) -> str:
    """The latest record, written last: a dossier without it is not kept."""
    return dossier_prefix(code) + RECORD_NAME


def revision_key(code: str, revision: int) -> str:
    """A record as it was at its n-th revision (from 1); never written twice."""
    return f"{dossier_prefix(code)}revisions/{revision:04d}.json"


def page_name(number: int, *, ending: str = ".jpg") -> str:
    """The stored image of a page, below the dossier's prefix; number from 1."""
    return f"pages/{number:04d}{ending}"


def text_name(number: int) -> str:
    """The text of a page, below the dossier's prefix; number from 1."""
    return f"text/{number:04d}.txt"


def layout_name(number: int) -> str:
    """Where each word of a page stands (ALTO 4 XML), below the dossier's prefix; number from 1."""
    return f"alto/{number:04d}.xml"


def document_name(ordinal: int) -> str:
    """The searchable PDF of a document, below the dossier's prefix; ordinal from 1."""
    return f"documents/{ordinal:02d}.pdf"


def first_of_feed(key: str) -> int:
    """The number of a segment's first change, by its key; 0 where that is none of ours."""
    number = key.removeprefix(FEED).removesuffix(".jsonl")
    return int(number) if number.isdecimal() else 0


def feed_key(first: int) -> str:
    """A segment of the change feed, by the number of its first change; twelve digits, so that key order is number order."""
    return f"{FEED}{first:012d}.jsonl"


def journal_prefix(code: str) -> str:
    """Below it the journals of a dossier's ledger, one a batch."""
    return dossier_prefix(code) + "ledger/"


def journal_key(code: str, batch: str) -> str:
    """What the ledger held of a dossier when the batch last touched it."""
    return f"{journal_prefix(code)}{batch}.json"


def batch_key(batch: str) -> str:
    """When a batch began and how it ended."""
    return f"{BATCHES}{batch}.json"


def lifecycle_key(arrived_at: datetime, sha256: str) -> str:
    """Lifecycle data that came in at one time (UTC): in the order of arrival, never written twice, named by its digest."""
    return f"{LIFECYCLE}{arrived_at:%Y%m}/{arrived_at:%Y%m%dT%H%M%S%f}-{sha256}.jsonl"


def report_key(name: str) -> str:
    """A frozen report, by its name; never written twice."""
    return f"{REPORTS}{name}.json"


def report_dossiers_key(name: str, sha256: str) -> str:
    """The dossiers behind a frozen report, what each counted for and the digests of what said so."""
    return f"{REPORTS}{name}-{sha256[:16]}.csv"


def sample_key(name: str) -> str:
    """A sample for inspection, by its name; never written twice."""
    return f"{SAMPLES}{name}/sample.json"


def keyings_prefix(name: str) -> str:
    """Below it what keyers read on a sample's papers."""
    return f"{SAMPLES}{name}/keyings/"


def keying_key(name: str, keyed_at: datetime, sha256: str) -> str:
    """What one keyer wrote at one time (UTC), in the order of time."""
    return f"{keyings_prefix(name)}{keyed_at:%Y%m%dT%H%M%S%f}-{sha256[:16]}.json"


def beside(key: str, sha256: str) -> str:
    """A key for other content of the same purpose: `pages/0001.jpg` becomes `pages/0001-1a2b3c4d5e6f.jpg`."""
    stem, dot, ending = key.rpartition(".")
    return f"{stem}-{sha256[:12]}{dot}{ending}"


def dossier_part(key: str) -> str | None:
    """The dossier's own prefix that a key is under (`dossiers/<unit>/<code>/`), None where it is under none."""
    parts = key.split("/", 3)
    return "/".join((*parts[:3], "")) if len(parts) == 4 and key.startswith(DOSSIERS) else None


def is_record(key: str) -> bool:
    """Whether the key is a dossier's latest record."""
    return key.startswith(DOSSIERS) and key.endswith("/" + RECORD_NAME)


def is_any_record(key: str) -> bool:
    """Whether the key is a dossier's latest record or one of its revisions."""
    return is_record(key) or (key.startswith(DOSSIERS) and _REVISION.search(key) is not None)


def is_journal(key: str) -> bool:
    """Whether the key is a journal of the ledger: of a dossier, or of a batch."""
    return key.startswith(BATCHES) or (key.startswith(DOSSIERS) and _JOURNAL.search(key) is not None)


def is_history(key: str) -> bool:
    """Whether the key is of what the archive tells of itself: journals of the ledger, segments of the change feed, lifecycle data,
    frozen reports, samples, keys and questions of the API, restrictions, what is told of deleted dossiers, what the store keeps.
    """
    return is_journal(key) or key.startswith(_OWN) or key in {PROMISES, SEALS}


def is_locked(key: str) -> bool:
    """Whether what rests under the key must never change: originals, revisions, the audit log, frozen reports."""
    is_log = key.startswith(AUDIT) and key.endswith((".json", ".jsonl"))
    return key.startswith((ORIGINALS, REPORTS)) or is_log or _REVISION.search(key) is not None


def digest_in(key: str) -> str | None:
    """The SHA-256 that an original's or lifecycle data's key announces, None for other keys."""
    if key.startswith(LIFECYCLE):
        return key.rpartition("-")[2].removesuffix(".jsonl")
    return key.rpartition("/")[2] if key.startswith(ORIGINALS) else None


def original_names(record: DossierRecord) -> dict[str, str]:
    """By digest, the name below the dossier under which each original comes back; unlike names for unlike files."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for page in record.pages:
        source = page.source
        if not source.sha256 or source.sha256 in names:  # none: the manifest names a file that is not there
            continue
        plain = _plain_name(source.file) or source.sha256
        name = f"originals/{plain}"
        if name.casefold() in taken:
            name = f"originals/{source.sha256[:12]}-{plain}"
        taken.add(name.casefold())
        names[source.sha256] = name
    return names


def _plain_name(file: str) -> str:
    """A file's own name as any file system takes it: no folders, no control characters, at most 200 bytes of UTF-8."""
    name = "".join(c for c in PurePath(file.replace("\\", "/")).name if c.isprintable()).strip(". ")
    stem, dot, ending = name.rpartition(".")
    short = (stem or name).encode("utf-8", "replace")[: 200 - len(dot + ending)].decode("utf-8", "ignore")
    return short + dot + ending if stem and len(ending) < 10 else short
