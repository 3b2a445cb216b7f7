"""Seen and accepted: which reasons a clerk may answer with her eyes, for what exactly that holds, and that nothing loses it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from flows.accepting import accept_reasons
from flows.asking import ask_registry
from flows.correcting import correct_dossier, with_earlier_corrections
from flows.desk import Desk
from flows.digitize_dossier import reject_dossier
from flows.match_again import match_again
from models.acceptance import ACCEPTABLE
from models.dossier import DossierCode
from models.errors import RecordChanged, UsageError
from models.identity import Handwriting, Role
from models.match import Decision
from models.outcome import PageOutcome, Reason, Status, Verdict
from models.page import Box, Scan
from models.settings import Settings
from pipeline.accept import accept, grounds, without_accepted
from pipeline.grade import regrade_corrected
from pipeline.intake import IntakeDossier
from registry.load import load
from storage import keys
from storage.archive import keep_dossier, load_kept, load_kept_at
from storage.rebuild import rebuild_index
from storage.verification import verify
from tests import records
from tests.drawn_dossiers import CITIZENS

WHO = {"author": "lan", "at": "2026-11-26T08:00:00+00:00", "why": "đã so với bản giấy"}
RECORD = records.record()


def read(*reasons, warnings=(), persons=RECORD.persons, **changes):
    """The believable dossier as a reading leaves it: in review for these reasons; warnings: (page, reason)."""
    pages = tuple(
        replace(page, warnings=tuple(reason for number, reason in warnings if number == page.number))
        for page in RECORD.pages
    )
    made = {"pages": pages, "persons": persons, "status": Status.REVIEW, "reasons": tuple(map(str, reasons))}
    return replace(RECORD, **(made | changes))


def person(number=1, match=None, **fields):
    """The dossier's persons with fields, or the match, of one of them replaced."""
    persons = list(RECORD.persons)
    before = persons[number - 1]
    persons[number - 1] = replace(before, person=replace(before.person, **fields), match=match or before.match)
    return tuple(persons)


UNKNOWN = Decision(Verdict.UNMATCHED, None, 0.0)
DOUBTFUL = replace(records.read("NGUYỄN VĂN MẪU", page=4), confidence=0.5)
OTHER_DOUBT = replace(records.read("NGUYỄN VĂN MẬU", page=4), confidence=0.5)
PEN = (Handwriting("residence", 2, Box(1, 2, 3, 4)),)


def test_what_is_accepted_is_out_of_the_grade_and_nothing_else_is():
    before = read(
        "page_count_differs", "blurred", "person_unmatched", warnings=[(2, "blurred")], persons=person(match=UNKNOWN)
    )
    after = accept(before, ["blurred", "person_unmatched"], **WHO)
    assert (after.status, after.reasons) == (Status.REVIEW, ("page_count_differs",))
    assert [(made.reason, made.page, made.author, made.at, made.why) for made in after.accepted] == [
        ("blurred", 2, *WHO.values()), ("person_unmatched", None, *WHO.values()),
    ]  # fmt: skip
    assert after.persons == before.persons  # nobody becomes matched by a look
    whole = accept(after, ["page_count_differs"], **WHO)
    assert (whole.status, whole.reasons, len(whole.accepted)) == (Status.DIGITIZED, (), 3)
    assert accept(whole, ["blurred", "page_count_differs"], **(WHO | {"why": "once more"})) == whole


def test_one_page_may_be_accepted_alone():
    before = read("faint", warnings=[(1, "faint"), (4, "faint")])
    one = accept(before, ["faint"], page=4, **WHO)
    assert (one.status, one.reasons, [made.page for made in one.accepted]) == (Status.REVIEW, ("faint",), [4])
    assert accept(one, ["faint"], page=4, **WHO) == one
    both = accept(one, ["faint"], **WHO)
    assert (both.status, [made.page for made in both.accepted]) == (Status.DIGITIZED, [4, 1])


@pytest.mark.parametrize(
    ("first", "later"),
    [
        (read("faint", warnings=[(1, "faint")]), read("faint", warnings=[(1, "faint"), (2, "faint")])),
        (read("faint", warnings=[(1, "faint")]), read("blurred", warnings=[(1, "blurred")])),
        (read("low_confidence", persons=person(2, full_name=DOUBTFUL)),
         read("low_confidence", persons=person(2, full_name=OTHER_DOUBT))),
        (read("low_confidence", persons=person(2, full_name=DOUBTFUL)),
         read("low_confidence", persons=person(2, full_name=DOUBTFUL, birth_date=DOUBTFUL))),
        (read("person_unmatched", persons=person(match=UNKNOWN)),
         read("person_unmatched", persons=person(match=UNKNOWN, id_number=records.read("036185012346")))),
        (read("field_missing", persons=person(2, full_name=None)),
         read("field_missing", persons=person(2, full_name=None, birth_date=records.read("2026-01-01")))),
        (read("handwriting", persons=person(handwritten=PEN)),
         read("handwriting", persons=person(handwritten=(*PEN, replace(PEN[0], field="origin"))))),
        (read("page_count_differs"), read("page_count_differs", pages=RECORD.pages[:3])),
        (read("no_person", persons=()), read("no_person", persons=(), pages=RECORD.pages[:3])),
    ],
)  # fmt: skip
def test_a_later_reading_keeps_what_was_accepted_and_asks_of_what_is_new(first, later):
    accepted = accept(first, first.reasons, **WHO).accepted
    assert without_accepted(replace(first, accepted=accepted)).status is Status.DIGITIZED
    asked = without_accepted(replace(later, accepted=accepted))
    assert (asked.status, asked.reasons) == (Status.REVIEW, later.reasons)


@pytest.mark.parametrize("reason", sorted(ACCEPTABLE))
def test_every_reason_that_may_be_accepted_can_be_and_is_then_out(reason):
    before = read(reason)  # also where this version no longer finds what an older one said it of
    assert grounds(before, reason)
    assert accept(before, [reason], **WHO).status is Status.DIGITIZED
    assert without_accepted(before) == before


@pytest.mark.parametrize(
    ("record", "reason", "page", "told"),
    [
        (read("faint", warnings=[(1, "faint")]), "no_such", None, "no such reason; may be accepted: faint"),
        (read("faint", warnings=[(1, "faint")]), "blurred", None, "does not have this reason; may be accepted: faint"),
        (read("faint", warnings=[(1, "faint")]), "faint", 2, "not of page 2; of pages 1"),
        (read("page_count_differs"), "page_count_differs", 2, "leave --page out"),
        (read("component_missing"), "component_missing", None, "Ask the applicant for the missing paper"),
        (read("page_rejected"), "page_rejected", None, "cannot be accepted"),
        (read("document_unknown"), "document_unknown", None, "choose its kind"),
        (read("registry_waiting"), "registry_waiting", None, "Run the same command again"),
        (read("no_dossier_code"), "no_dossier_code", None, "cannot be accepted"),
        (read("faint", "page_black", status=Status.REJECTED), "faint", None, "scan it again"),
    ],
)
def test_what_cannot_be_accepted_is_told_with_what_would_be_right(record, reason, page, told):
    with pytest.raises(UsageError, match=told) as caught:
        accept(record, [reason], page=page, **WHO)
    assert caught.value.vi != str(caught.value)


def test_no_acceptance_makes_a_rejected_page_or_dossier_count():
    pages = tuple(
        replace(p, outcome=PageOutcome.REJECTED, reason="page_black", warnings=("faint",)) for p in RECORD.pages
    )
    some = read("page_rejected", "faint", pages=(*RECORD.pages[:3], pages[3]))
    after = accept(some, ["faint"], **WHO)
    assert (after.status, after.reasons, after.pages) == (Status.REVIEW, ("page_rejected",), some.pages)
    none = replace(after, pages=pages, status=Status.REJECTED, reasons=("page_rejected", "faint"))
    assert without_accepted(none) == none


def test_handwriting_that_a_clerk_has_typed_is_no_longer_a_reason():
    assert "handwriting" not in regrade_corrected(read("handwriting"))[1]
    assert "handwriting" in regrade_corrected(read("handwriting", persons=person(handwritten=PEN)))[1]
    assert "handwriting" in regrade_corrected(read("handwriting", warnings=[(1, "handwriting")]))[1]


@pytest.fixture
def desk(tmp_path):
    settings = Settings.from_environment({"SOHOA_HOME": str(tmp_path), "SOHOA_ACTOR": "lan"})
    (tmp_path / "citizens.csv").write_text(CITIZENS, encoding="utf-8")
    load(tmp_path / "citizens.csv", Path(settings.registry))
    opened = Desk.open(settings)
    yield opened
    opened.close()


STRANGER = person(
    role=Role.APPLICANT,
    full_name=records.read("TRẦN THỊ LẠ"),
    id_number=records.read("036185099999"),
    birth_date=records.read("1951-07-20"),
    match=UNKNOWN,
)[:1]
ALL = ["blurred", "field_missing", "person_unmatched"]
LAN = {"author": "lan", "why": "người nước ngoài; ảnh vẫn đọc được"}


def kept_unknown(desk):
    """A dossier whose one person is rightly in no registry, whose papers name nobody else, and whose second page is blurred."""
    record = read(*ALL, warnings=[(2, "blurred")], persons=STRANGER)
    kept = keep_dossier(desk.store, record, **records.content(record), fingerprint="f")
    desk.index.put(kept)
    desk.ledger.close(kept.record, fingerprint="f", batch=desk.ledger.start_batch())
    return kept


def test_an_acceptance_is_a_revision_that_index_ledger_log_and_rebuild_follow(desk):
    before = kept_unknown(desk)
    after = accept_reasons(records.CODE, ALL, desk, **LAN)
    assert (after.revision, after.files, after.fingerprint) == (2, before.files, "f")
    assert (after.record.status, after.record.persons) == (Status.DIGITIZED, before.record.persons)
    old, _ = load_kept_at(desk.store, keys.revision_key(records.CODE, 1))
    assert old.record == before.record
    assert load_kept(desk.store, records.CODE).record == after.record
    (row,) = desk.index.dossiers()
    assert (row.revision, row.status, row.reasons) == (2, "digitized", ())
    assert desk.ledger.already_done(records.CODE, "f") is Status.DIGITIZED
    assert [entry.action for entry in desk.audit.entries()][-1] == "reasons_accepted"
    again = accept_reasons(records.CODE, ALL, desk, author="mai", why="lần nữa", follows=1)
    assert (again.revision, again.record_sha256) == (2, after.record_sha256)
    desk.index.remove(records.CODE)
    rebuild_index(desk.store, desk.database)
    (row,) = desk.index.dossiers()
    assert (row.revision, row.status, row.record_sha256) == (2, "digitized", after.record_sha256)
    assert verify(desk.store, desk.database).is_sound


def test_a_second_reading_a_correction_and_another_match_keep_it(desk):
    before = kept_unknown(desk)
    after = accept_reasons(records.CODE, ALL, desk, **LAN)
    assert with_earlier_corrections(before.record, desk) == after.record
    worse = replace(before.record, pages=read(warnings=[(2, "blurred"), (1, "blurred")]).pages)
    assert with_earlier_corrections(worse, desk).reasons == ("blurred",)
    corrected = correct_dossier(
        records.CODE, [("documents.3.number", "48/TLKS-BS")], desk, author="lan", reason="sai số"
    )
    assert (corrected.record.status, corrected.record.accepted) == (Status.DIGITIZED, after.record.accepted)
    assert match_again(corrected, desk, batch=desk.ledger.start_batch()).status is Status.DIGITIZED
    name = correct_dossier(records.CODE, [("persons.1.full_name", "TRẦN THỊ LÁ")], desk, author="lan", reason="sai dấu")
    assert name.record.reasons == ("person_unmatched",)  # another name: nobody has looked at that


def test_a_reading_that_fails_does_not_lose_it(desk, tmp_path):
    before = kept_unknown(desk)
    after = accept_reasons(records.CODE, ALL, desk, **LAN)
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(records.ORIGINAL)
    scans = tuple(Scan(page.number, page.source, scan) for page in RECORD.pages)
    dossier = IntakeDossier(DossierCode.parse(records.CODE), None, scans)
    reject_dossier(dossier, desk, batch=desk.ledger.start_batch(), reason=Reason.OUT_OF_MEMORY)
    rejected = load_kept(desk.store, records.CODE).record
    assert (rejected.status, rejected.accepted) == (Status.REJECTED, after.record.accepted)
    assert with_earlier_corrections(before.record, desk) == after.record


def test_nothing_is_written_over_it_and_it_is_written_over_nothing(desk, monkeypatch):
    before = kept_unknown(desk)
    with pytest.raises(UsageError):
        accept_reasons(records.CODE, ALL, desk, author="lan", why=" ")
    with pytest.raises(UsageError):
        accept_reasons("H40.12-260105-9999", ALL, desk, **LAN)

    def asked_slowly(*arguments, **more):
        monkeypatch.undo()
        accept_reasons(records.CODE, ["blurred"], desk, **LAN)
        return ask_registry(*arguments, **more)

    monkeypatch.setattr("flows.match_again.ask_registry", asked_slowly)
    match_again(before, desk, batch=desk.ledger.start_batch())
    with pytest.raises(RecordChanged):  # a reading made before the acceptance
        keep_dossier(desk.store, before.record, **records.content(before.record), fingerprint="f")
    with pytest.raises(RecordChanged):
        accept_reasons(records.CODE, ALL, desk, **LAN, follows=1)
    kept = load_kept(desk.store, records.CODE)
    assert (kept.revision, kept.record.reasons) == (2, ("field_missing", "person_unmatched"))
    assert hashlib.sha256(desk.store.get(keys.record_key(records.CODE))).hexdigest() == kept.record_sha256
