"""Samples for inspection, kept in the store: which dossiers, what keyers read blind, and what that says of the machine."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.errors import StoredObjectDamaged, UsageError
from models.keying import FIELDS, HEAD_FIELDS, Outcome, Settled, outcome, settle
from models.record import DossierRecord
from models.sampling import Plan, by_stratum, draw
from storage import keys
from storage.archive import load_kept, load_kept_at
from storage.database import Database
from storage.objects import ObjectMissing, ObjectStore, digest_and_size
from storage.rate_snapshot import snapshot
from storage.rates import Cohort
from storage.record_json import canonical_bytes

COLUMNS = ("line", "dossier_code", "page", "document", "role", "field", "keyed", "where")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_KEYER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


@dataclass(frozen=True, slots=True)
class Line:
    """One field to key: where it stands, and nothing of what the machine read there."""

    line: int
    dossier_code: str
    revision: int
    page: int
    document: str
    role: str
    field: str
    person: int  # place among the record's persons, or of its documents where the role is empty


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample as it was drawn: from how many dossiers, by which plan, and its lines."""

    name: str
    drawn_at: str
    method: str
    lot: int
    size: int
    accept: int | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A line with what became of it, and the unit and scanner that it came from."""

    line: Line
    outcome: Outcome
    unit: str


def draw_sample(
    store: ObjectStore, database: Database, cohort: Cohort, *, name: str, method: str, plan: Plan, drawn_at: datetime
) -> Sample:
    """Draws a sample of the cohort's scanned dossiers, by unit and procedure, and keeps it; drawn again it is the same.

    Raises UsageError where the name is taken by another sample or nothing is there to draw from.
    """
    if not _NAME.fullmatch(name):
        raise UsageError("a sample's name is of letters, digits, - and _", "tên mẫu gồm chữ không dấu, số, - và _")
    scanned = [dossier for dossier in snapshot(database, cohort) if dossier.record_sha256]
    if not scanned:
        raise UsageError("no scanned dossiers to draw from", "không có hồ sơ đã quét nào để lấy mẫu")
    drawn = draw(by_stratum((f"{d.unit} {d.procedure}", d.dossier_code) for d in scanned), plan.size, seed=name)
    lines: list[Line] = []
    for code in drawn:
        kept = load_kept(store, code)
        if kept is not None:
            lines += _lines(kept.record, kept.revision, first=len(lines) + 1)
    sample = Sample(
        name, drawn_at.isoformat(timespec="seconds"), method, len(scanned), len(drawn), plan.accept, tuple(lines)
    )
    body = canonical_bytes(_sample_json(sample))
    if not store.put_if_absent(keys.sample_key(name), body, sha256=digest_and_size(body)[0]):
        before = load_sample(store, name)
        if (before.method, before.lines) != (sample.method, sample.lines):
            raise UsageError(f"a sample named {name} was drawn already", f"đã có mẫu tên {name}")
        return before
    return sample


def load_sample(store: ObjectStore, name: str) -> Sample:
    """The sample of that name; raises UsageError where there is none."""
    try:
        data = json.loads(store.get(keys.sample_key(name) if _NAME.fullmatch(name) else keys.sample_key("-")))
        return Sample(**{**data, "lines": tuple(Line(**line) for line in data["lines"])})
    except ObjectMissing:
        raise UsageError(f"no sample is named {name}", f"không có mẫu tên {name}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise StoredObjectDamaged(f"no sample: {keys.sample_key(name)}") from error


def work_list(store: ObjectStore, sample: Sample, *, where: Callable[[Line], str], ties_only: bool = False) -> str:
    """The list for a keyer as CSV, without the machine's values and without what others keyed; `where` in his words."""
    settled = _settled(store, sample) if ties_only else {}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in sample.lines:
        if not ties_only or settled[line.line].open_as is Outcome.TIED:
            writer.writerow(
                (line.line, line.dossier_code, line.page, line.document, line.role, line.field, "", where(line))
            )
    return text.getvalue()


def take_keying(
    store: ObjectStore, sample: Sample, content: bytes, *, file: str, keyer: str, keyed_at: datetime
) -> int:
    """Keeps what a keyer wrote into his list; returns how many lines. Lines left empty are not keyed yet.

    A keyer's later word on a line replaces his earlier one. Raises UsageError that names every wrong line at once.
    """
    if not _KEYER.fullmatch(keyer):
        raise UsageError("--keyer is one short name without blanks", "--keyer là một tên ngắn không dấu cách")
    known = {line.line: line for line in sample.lines}
    keyed: dict[int, str] = {}
    wrong: list[tuple[str, str]] = []
    for at, row in _csv_rows(content, file):
        if not row["keyed"].strip():
            continue
        number = int(row["line"]) if row["line"].strip().isdigit() else 0
        line = known.get(number)
        if line is None or line.dossier_code != row["dossier_code"].strip() or line.field != row["field"].strip():
            wrong.append((f"{file} line {at}: is not a line of sample {sample.name}; leave all columns but keyed as they were",
                          f"{file} dòng {at}: không phải dòng của mẫu {sample.name}; chỉ điền cột keyed"))  # fmt: skip
        else:
            keyed[number] = row["keyed"].strip()
    if wrong:
        raise UsageError(*("\n".join(language) for language in zip(*wrong, strict=True)))
    if keyed:
        body = canonical_bytes({"keyer": keyer, "keyed": {str(number): keyed[number] for number in sorted(keyed)}})
        sha256, _ = digest_and_size(body)
        store.put_if_absent(keys.keying_key(sample.name, keyed_at, sha256), body, sha256=sha256)
    return len(keyed)


def judge_sample(store: ObjectStore, sample: Sample) -> tuple[Judged, ...]:
    """Every line beside what the machine read, as the record was when the sample was drawn."""
    settled = _settled(store, sample)
    records: dict[tuple[str, int], DossierRecord] = {}
    judged = []
    for line in sample.lines:
        at = (line.dossier_code, line.revision)
        if at not in records:
            records[at] = load_kept_at(store, keys.revision_key(*at))[0].record
        machine = _machine_value(records[at], line)
        judged.append(Judged(line, outcome(line.field, machine, settled[line.line]), records[at].unit))
    return tuple(judged)


def wrong_dossiers(judged: Sequence[Judged]) -> tuple[int, int]:
    """Dossiers with a field that is not right, and dossiers all of whose lines are settled."""
    by_code: dict[str, Counter[Outcome]] = defaultdict(Counter)
    for item in judged:
        by_code[item.line.dossier_code][item.outcome] += 1
    open_ones = {Outcome.OPEN, Outcome.TIED}
    whole = [counts for counts in by_code.values() if not open_ones & counts.keys()]
    return sum(counts.keys() != {Outcome.RIGHT} for counts in whole), len(whole)


def sample_names(store: ObjectStore) -> Iterator[str]:
    """The samples' names."""
    for stat in store.under(keys.SAMPLES):
        if stat.key.endswith("/sample.json"):
            yield stat.key.removeprefix(keys.SAMPLES).removesuffix("/sample.json")


def _lines(record: DossierRecord, revision: int, *, first: int) -> list[Line]:
    kinds = {document.ordinal: document.type.value for document in record.documents}
    places = {document.ordinal: document.pages[0] if document.pages else 1 for document in record.documents}
    wanted = [
        (
            places.get(matched.person.document, 1),
            kinds.get(matched.person.document, ""),
            matched.person.role.value,
            field,
            place,
        )
        for place, matched in enumerate(record.persons)
        for field in FIELDS
    ]
    wanted += [
        (places[document.ordinal], document.type.value, "", field, place)
        for place, document in enumerate(record.documents)
        for field in HEAD_FIELDS
    ]
    code = record.dossier_code
    return [Line(first + n, code, revision, *line[:4], line[4]) for n, line in enumerate(wanted)]


def _machine_value(record: DossierRecord, line: Line) -> str | None:
    if not line.role:
        value = getattr(record.documents[line.person], line.field)
        return str(value) if value is not None else None
    read = getattr(record.persons[line.person].person, line.field)
    return read.value if read else None


def _settled(store: ObjectStore, sample: Sample) -> dict[int, Settled]:
    """By line; of each keyer the latest word, keyers in the order in which they first came."""
    words: dict[int, dict[str, str]] = defaultdict(dict)
    for stat in store.under(keys.keyings_prefix(sample.name)):
        data = json.loads(store.get(stat.key))
        for number, value in data["keyed"].items():
            words[int(number)][data["keyer"]] = value
    return {line.line: settle(line.field, list(words[line.line].values())) for line in sample.lines}


def _csv_rows(content: bytes, file: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        text = content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeError as error:
        raise UsageError(
            f"{file} is not UTF-8; save it as CSV UTF-8", f"{file} không phải UTF-8; hãy lưu dạng CSV UTF-8"
        ) from error
    head = text.partition("\n")[0]
    separator = next((mark for mark in (",", "\t", ";") if mark in head), ",")
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, restval="")
    if not {"line", "dossier_code", "field", "keyed"} <= set(reader.fieldnames or ()):
        columns = ",".join(COLUMNS)
        raise UsageError(f"{file} line 1: the columns are {columns}", f"{file} dòng 1: các cột là {columns}")
    for row in reader:
        yield reader.line_num, row


def _sample_json(sample: Sample) -> dict[str, Any]:
    return {
        "name": sample.name, "drawn_at": sample.drawn_at, "method": sample.method, "lot": sample.lot, "size": sample.size,
        "accept": sample.accept,
        "lines": [{name: getattr(line, name) for name in Line.__dataclass_fields__} for line in sample.lines],
    }  # fmt: skip
