"""Corrections by clerks: checked values, a new revision, the old one kept; a later reading does not lose them."""

from __future__ import annotations

import pkgutil
from dataclasses import replace
from pathlib import Path

import pytest

from flows.asking import ask_registry
from flows.correcting import correct_dossier, with_earlier_corrections
from flows.desk import Desk
from flows.digitize_dossier import reject_dossier
from flows.match_again import match_again
from models.correction import Change, Correction
from models.document import DocumentType
from models.dossier import DossierCode
from models.errors import RecordChanged, StorageUnreachable, UsageError
from models.identity import FieldSource, Handwriting, Role
from models.outcome import Reason, Status, Verdict
from models.page import Box, Scan
from models.settings import Settings
from pipeline.correct import carry_over, correct
from pipeline.intake import IntakeDossier
from registry.load import load
from scripts.correct_command import as_recorded
from storage import keys
from storage.archive import keep_dossier, load_kept, load_kept_at
from storage.rates import RateBy, rates
from storage.verification import verify
from tests import records
from tests.drawn_dossiers import CITIZENS

RECORD = records.record()


@pytest.mark.parametrize(
    ("target", "given", "stands"),
    [
        ("persons.1.full_name", " nguyễn  thị hương ", "NGUYỄN THỊ HƯƠNG"),
        ("persons.1.birth_date", "1985", "1985"),
        ("persons.1.birth_date", "1985-02-28", "1985-02-28"),
        ("persons.2.id_number", "036185012345", "036185012345"),
        ("persons.2.sex", "male", "male"),
        ("persons.2.residence", "Xã An Bình, Tỉnh Nghệ An", "Xã An Bình, Tỉnh Nghệ An"),
    ],
)
def test_a_field_is_set_as_records_hold_it(target, given, stands):
    corrected, changes = correct(RECORD, [(target, given)])
    _, number, name = target.split(".")
    before = getattr(RECORD.persons[int(number) - 1].person, name)
    field = getattr(corrected.persons[int(number) - 1].person, name)
    assert (field.value, field.source, field.confidence) == (stands, FieldSource.CLERK, 1.0)
    assert field.as_read == (before.as_read if before else "")
    assert changes == (Change(target, stands, before.as_read if before else None),)


@pytest.mark.parametrize(
    ("target", "value"),
    [
        ("persons.1.birth_date", "28/02/1985"),
        ("persons.1.birth_date", "1985-02-30"),
        ("persons.1.id_number", "03618501234"),
        ("persons.1.sex", "nữ"),
        ("persons.3.full_name", "A"),
        ("persons.0.full_name", "A"),
        ("persons.1.role", "mother"),
        ("documents.9.type", "notice"),
        ("documents.1.type", "birth"),
        ("documents.1.type", None),
        ("documents.1.issued_on", "5/1/2026"),
        ("status", "digitized"),
    ],
)
def test_what_cannot_be_is_named_beside_its_target(target, value):
    with pytest.raises(UsageError, match=target):
        correct(RECORD, [("procedure", "1.001193"), (target, value)])


def test_a_wrong_value_is_told_in_the_clerk_s_words():
    with pytest.raises(UsageError) as caught:
        correct(RECORD, [("persons.1.sex", "gái"), ("persons.1.id_number", "12")])
    assert caught.value.vi == "persons.1.sex: nam, nữ; persons.1.id_number: 9 hoặc 12 chữ số"
    assert str(caught.value) == "persons.1.sex: male, female; persons.1.id_number: 9 or 12 digits"


def test_a_field_that_a_pen_filled_in_is_no_longer_open():
    pen = Handwriting("residence", 2, Box(1, 2, 3, 4))
    person = replace(RECORD.persons[0], person=replace(RECORD.persons[0].person, handwritten=(pen,)))
    corrected, _ = correct(replace(RECORD, persons=(person,)), [("persons.1.residence", "Xã Mẫu")])
    field = corrected.persons[0].person.residence
    assert (field.page, field.box) == (2, Box(1, 2, 3, 4))
    assert corrected.persons[0].person.handwritten == ()


def test_a_kind_that_was_wrong_changes_what_is_missing():
    corrected, _ = correct(RECORD, [("documents.2.type", "other"), ("documents.3.number", None)])
    assert corrected.documents[1].confidence == 1.0
    assert corrected.documents[2].number is None
    assert corrected.components.missing == (DocumentType.BIRTH_NOTIFICATION,)


def test_corrections_outlive_a_new_reading_where_they_fit():
    corrected, changes = correct(RECORD, [("persons.1.full_name", "NGUYỄN THỊ HƯƠNG"), ("persons.2.sex", "male")])
    made = (Correction("2026-11-26T08:00:00+00:00", "clerk", "misread", changes),)
    again, fits = carry_over(made, RECORD)
    assert fits
    assert (again.persons, again.corrections) == (corrected.persons, made)
    other = records.read("TRẦN THỊ KHÁC")
    first = replace(RECORD.persons[0], person=replace(RECORD.persons[0].person, full_name=other))
    again, fits = carry_over(made, replace(RECORD, persons=(first, RECORD.persons[1])))
    assert not fits
    assert again.persons[0].person.full_name == other
    assert again.persons[1].person.sex.value == "male"


@pytest.fixture
def desk(tmp_path):
    settings = Settings.from_environment({"SOHOA_HOME": str(tmp_path), "SOHOA_ACTOR": "clerk"})
    (tmp_path / "citizens.csv").write_text(CITIZENS, encoding="utf-8")
    load(tmp_path / "citizens.csv", Path(settings.registry))
    opened = Desk.open(settings)
    yield opened
    opened.close()


def kept_misread(desk):
    """A declaration whose one person's name was misread, so that the registry does not know her."""
    person = replace(
        RECORD.persons[0].person,
        role=Role.APPLICANT, full_name=records.read("NGUYỄN THỊ HƯƠNC"), id_number=records.read("036185012346"), document=1,
    )  # fmt: skip
    record = replace(
        RECORD, status=Status.REVIEW, reasons=("person_unmatched",),
        persons=(replace(RECORD.persons[0], person=person),),
    )  # fmt: skip
    kept = keep_dossier(desk.store, record, **records.content(record), fingerprint="f")
    desk.index.put(kept)
    desk.ledger.close(kept.record, fingerprint="f", batch=desk.ledger.start_batch())
    return kept


WANTED = [("persons.1.full_name", "Nguyễn Thị Hường"), ("persons.1.id_number", "036185012345")]


def test_a_correction_is_a_revision_matched_anew_that_index_rates_and_feed_follow(desk):
    before = kept_misread(desk)
    after = correct_dossier(records.CODE, WANTED, desk, author="clerk", reason="đọc nhầm")
    assert (after.revision, after.files, after.fingerprint) == (2, before.files, "f")
    (made,) = after.record.corrections
    assert (made.author, made.reason) == ("clerk", "đọc nhầm")
    assert after.record.persons[0].match.verdict is Verdict.MATCHED
    assert after.record.persons[0].match.citizen == "036185012345"
    old, _ = load_kept_at(desk.store, keys.revision_key(records.CODE, 1))
    assert old.record == before.record
    assert load_kept(desk.store, records.CODE).record == after.record
    (row,) = desk.index.dossiers()
    assert (row.revision, row.matched_count) == (2, 1)
    (counted,) = rates(desk.database, by=RateBy.PROCEDURE)
    assert counted.received == 1
    assert desk.ledger.already_done(records.CODE, "f") == after.record.status
    assert verify(desk.store, desk.database).is_sound


def test_a_correction_of_an_older_revision_is_refused_and_writes_nothing(desk):
    kept_misread(desk)
    mine = {"author": "clerk", "reason": "đọc nhầm"}
    made = correct_dossier(records.CODE, WANTED, desk, **mine, follows=1)
    with pytest.raises(UsageError):  # the same again changes nothing
        correct_dossier(records.CODE, WANTED, desk, **mine)
    again = correct_dossier(records.CODE, WANTED, desk, **mine, follows=1)  # the answer was lost, the call came twice
    assert (again.revision, again.record_sha256) == (2, made.record_sha256)
    for wanted, other in (
        ([("procedure", "1.000656")], mine),
        (WANTED, mine | {"author": "other"}),
        (WANTED[:1], mine),
        ([*WANTED, ("procedure", "1.000656")], mine),
    ):
        with pytest.raises(RecordChanged):
            correct_dossier(records.CODE, wanted, desk, **other, follows=1)
    assert load_kept(desk.store, records.CODE).revision == 2


@pytest.mark.parametrize(
    ("code", "wanted", "reason"),
    [("H40.12-260105-9999", WANTED, "x"), (records.CODE, WANTED, " "), (records.CODE, [], "x")],
)
def test_a_correction_needs_a_dossier_a_change_and_a_reason(desk, code, wanted, reason):
    kept_misread(desk)
    with pytest.raises(UsageError):
        correct_dossier(code, wanted, desk, author="clerk", reason=reason)


def test_a_dossier_read_again_keeps_what_its_clerk_wrote_or_asks(desk):
    before = kept_misread(desk)
    after = correct_dossier(records.CODE, WANTED, desk, author="clerk", reason="đọc nhầm")
    assert with_earlier_corrections(before.record, desk) == after.record
    changed = replace(before.record, persons=())
    again = with_earlier_corrections(changed, desk)
    assert again.status is Status.REVIEW
    assert Reason.CORRECTION_OPEN in again.reasons


@pytest.mark.parametrize("step", ["storage.archive._publish", "storage.index.Index.put", "flows.desk.Desk.note_kept"])
def test_a_correction_that_was_cut_off_is_whole_with_the_next(step, desk, monkeypatch):
    kept_misread(desk)
    calls = []

    def cut_off(*arguments):
        calls.append(step)
        if len(calls) == 2:  # the first is of what was kept before
            raise StorageUnreachable("cut off")
        return real(*arguments)

    real = pkgutil.resolve_name(step)
    with monkeypatch.context() as patched:
        patched.setattr(step, cut_off)
        with pytest.raises(StorageUnreachable):
            correct_dossier(records.CODE, WANTED, desk, author="clerk", reason="đọc nhầm")
    after = correct_dossier(records.CODE, [("procedure", "1.000656")], desk, author="clerk", reason="thủ tục khác")
    assert (after.revision, len(after.record.corrections)) == (3, 2)
    assert load_kept(desk.store, records.CODE).record == after.record
    revisions = [entry.facts["revision"] for entry in desk.audit.entries() if "revision" in entry.facts]
    assert revisions == [1, 2, 3]


def test_a_correction_made_while_the_registry_is_asked_is_not_written_over(desk, monkeypatch):
    before = kept_misread(desk)

    def asked_slowly(*arguments, **more):
        monkeypatch.undo()
        correct_dossier(records.CODE, WANTED, desk, author="clerk", reason="đọc nhầm")
        return ask_registry(*arguments, **more)

    monkeypatch.setattr("flows.match_again.ask_registry", asked_slowly)
    match_again(before, desk, batch=desk.ledger.start_batch())
    kept = load_kept(desk.store, records.CODE)
    assert (kept.revision, len(kept.record.corrections)) == (2, 1)
    (row,) = desk.index.dossiers()
    assert row.record_sha256 == kept.record_sha256


def test_a_reading_that_fails_does_not_lose_what_a_clerk_wrote(desk, tmp_path):
    before = kept_misread(desk)
    after = correct_dossier(records.CODE, WANTED, desk, author="clerk", reason="đọc nhầm")
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(records.ORIGINAL)
    scans = tuple(Scan(page.number, page.source, scan) for page in RECORD.pages)
    dossier = IntakeDossier(DossierCode.parse(records.CODE), None, scans)
    reject_dossier(dossier, desk, batch=desk.ledger.start_batch(), reason=Reason.OUT_OF_MEMORY)
    rejected = load_kept(desk.store, records.CODE).record
    assert (rejected.status, rejected.corrections) == (Status.REJECTED, after.record.corrections)
    assert Reason.OUT_OF_MEMORY in rejected.reasons
    assert with_earlier_corrections(before.record, desk) == after.record


def test_a_reading_that_was_made_before_a_correction_is_not_kept_over_it(desk):
    before = kept_misread(desk)
    read_again = replace(with_earlier_corrections(before.record, desk), reasons=("blurred",))
    correct_dossier(records.CODE, WANTED, desk, author="clerk", reason="đọc nhầm")
    with pytest.raises(RecordChanged) as raised:
        keep_dossier(desk.store, read_again, **records.content(read_again), fingerprint="f")
    assert raised.value.retryable
    assert load_kept(desk.store, records.CODE).revision == 2
    read_again = with_earlier_corrections(read_again, desk)
    kept = keep_dossier(desk.store, read_again, **records.content(read_again), fingerprint="f")
    assert (kept.revision, len(kept.record.corrections)) == (3, 1)


@pytest.mark.parametrize(
    ("name", "typed", "recorded"),
    [
        ("sex", "Nữ", "female"), ("sex", "male", "male"), ("birth_date", "24/9/2025", "2025-09-24"),
        ("birth_date", "1985", "1985"), ("issued_on", "05-01-2026", "2026-01-05"), ("full_name", "5/1/2026", "5/1/2026"),
        ("type", "giấy chứng sinh", "birth_notification"), ("type", "birth_notification", "birth_notification"),
    ],
)  # fmt: skip
def test_a_clerk_may_type_days_sexes_and_papers_as_they_are_said(name, typed, recorded):
    assert as_recorded(name, typed) == recorded
