"""Keeping dossiers: on every kind of store, twice, cut off at every write, by two at once, damaged."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import StorageUnreachable, StoredObjectDamaged
from models.outcome import PageOutcome, Status
from models.page import PageSource
from storage import keys
from storage.archive import all_kept, fetch, keep_dossier, keep_original, load_kept, load_record
from storage.folder import FolderStore
from storage.objects import ObjectMissing
from storage.record_json import to_json
from tests import records

PREFIX = f"dossiers/H40.12/{records.CODE}/"
ORIGINAL_SHA256 = hashlib.sha256(records.ORIGINAL).hexdigest()
ORIGINAL_KEY = f"originals/{ORIGINAL_SHA256[:2]}/{ORIGINAL_SHA256}"
WRITES = 14  # one original, four pages, three documents, four texts, the revision, record.json


def contents(store):
    return {stat.key: store.get(stat.key) for stat in store.under()}


def keep(store, record=None, **changes):
    record = record or records.record()
    return keep_dossier(store, record, **records.content(record, **changes), fingerprint="f" * 64)


class FailingStore(FolderStore):
    """A folder store that fails at its n-th write: before the object is in place, or after."""

    def __init__(self, root, fails_at=0, *, after=False):
        super().__init__(root)
        self.writes, self.fails_at, self.after = 0, fails_at, after

    def put(self, key, content, *, sha256=None):
        return self._write(super().put, key, content, sha256)

    def put_if_absent(self, key, content, *, sha256=None):
        return self._write(super().put_if_absent, key, content, sha256)

    def _write(self, write, key, content, sha256):
        self.writes += 1
        failing = self.writes == self.fails_at
        if failing and not self.after:
            raise StorageUnreachable("before the write")
        written = write(key, content, sha256=sha256)
        if failing:
            raise StorageUnreachable("after the write")
        return written


def test_a_kept_dossier_is_whole(store):
    kept = keep(store)
    assert (kept.revision, kept.changed) == (1, True)
    assert load_record(store, records.CODE) == records.record()
    assert load_kept(store, records.CODE) == replace(kept, changed=False)
    assert [k.record.dossier_code for k in all_kept(store)] == [records.CODE]
    stored = contents(store)
    assert stored[ORIGINAL_KEY] == records.ORIGINAL
    assert stored[PREFIX + "pages/0004.jpg"] == b"\xff\xd8 page 4"
    assert stored[PREFIX + "documents/02.pdf"] == b"%PDF-1.7 document 2"
    assert stored[PREFIX + "text/0001.txt"].decode() == records.PAGE_TEXTS[0]
    assert stored[PREFIX + "record.json"] == stored[PREFIX + "revisions/0001.json"]
    assert len(stored) == WRITES
    data = json.loads(stored[PREFIX + "record.json"])
    assert {**data, **to_json(kept.record)} == data
    assert (data["fingerprint"], data["revision"]) == ("f" * 64, 1)
    for file in data["files"]:
        assert hashlib.sha256(stored[file["key"]]).hexdigest() == file["sha256"]
        assert len(stored[file["key"]]) == file["size"]
    assert {file["key"] for file in data["files"]} == {key for key in stored if not keys.is_any_record(key)}


def test_keys_and_metadata_name_no_person(store):
    keep(store, replace(records.record(), dossier_code="NGUYỄN VĂN MẪU 036185012345"))
    assert all("MẪU" not in key and "036185012345" not in key for key in contents(store))


def test_keeping_again_writes_nothing(tmp_path):
    store = FailingStore(tmp_path)
    keep(store)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert store.writes == WRITES
    assert not keep(store).changed
    assert store.writes == WRITES + 1  # record.json is offered, compared and left
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before


def test_keeping_again_anywhere_changes_nothing(store):
    keep(store)
    before = contents(store)
    assert not keep(store).changed
    assert contents(store) == before


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("fails_at", range(1, WRITES + 1))
def test_a_call_cut_off_at_any_write_and_made_again_ends_the_same(tmp_path, fails_at, after):
    cut, whole = tmp_path / "cut", tmp_path / "whole"
    keep(FolderStore(whole))
    with pytest.raises(StorageUnreachable):
        keep(FailingStore(cut, fails_at, after=after))
    kept = load_record(FolderStore(cut), records.CODE)
    assert kept == (records.record() if fails_at == WRITES and after else None)
    keep(FolderStore(cut))
    assert contents(FolderStore(cut)) == contents(FolderStore(whole))


def test_a_changed_record_is_a_new_revision_and_the_old_one_stays_whole(store):
    first = keep(store)
    before = contents(store)
    changed = replace(records.record(), status=Status.REVIEW)
    pages = {number: b"\xff\xd8 cleaned better %d" % number for number in (1, 2, 3, 4)}
    second = keep(store, changed, pages=pages)
    assert (second.revision, second.changed) == (2, True)
    assert load_record(store, records.CODE) == changed
    after = contents(store)
    assert {key: after[key] for key in before if key != PREFIX + "record.json"} == {
        key: before[key] for key in before if key != PREFIX + "record.json"
    }
    assert after[PREFIX + "revisions/0002.json"] == after[PREFIX + "record.json"]
    assert {file.key for file in first.files} - {file.key for file in second.files} == {
        PREFIX + f"pages/000{n}.jpg" for n in (1, 2, 3, 4)
    }
    assert not keep(store, changed, pages=pages).changed
    assert keep(store).revision == 3  # back to the first content: told again, its files taken up
    assert len(contents(store)) == len(after) + 1


@pytest.mark.parametrize("fails_at", range(1, 7))
def test_a_revision_cut_off_is_finished_by_the_next_call(tmp_path, fails_at):
    # the writes: four pages beside the old ones, the revision, record.json
    store, changed = FolderStore(tmp_path), replace(records.record(), status=Status.REVIEW)
    keep(store)
    pages = {number: b"new %d" % number for number in (1, 2, 3, 4)}
    with pytest.raises(StorageUnreachable):
        keep(FailingStore(tmp_path, fails_at), changed, pages=pages)
    assert load_record(store, records.CODE) == records.record()
    assert keep(store, changed, pages=pages).revision == 2
    assert load_record(store, records.CODE) == changed


def test_two_that_keep_the_same_dossier_at_once_leave_one_record(tmp_path):
    statuses = [Status.DIGITIZED, Status.REVIEW, Status.REVIEW, Status.REJECTED]
    barrier = threading.Barrier(len(statuses))

    def keeper(status):
        barrier.wait()
        keep(FolderStore(tmp_path), replace(records.record(), status=status))

    threads = [threading.Thread(target=keeper, args=(status,)) for status in statuses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = FolderStore(tmp_path)
    newest = max(key for key in contents(store) if "/revisions/" in key)
    assert store.get(PREFIX + "record.json") == store.get(newest)
    assert newest in {PREFIX + f"revisions/{n:04d}.json" for n in (3, 4)}
    assert len([key for key in contents(store) if "/pages/" in key]) == 4


def test_originals_are_kept_once_and_mended(store, tmp_path):
    file = tmp_path / "scan.pdf"
    file.write_bytes(records.ORIGINAL)
    assert keep_original(store, file) == ORIGINAL_SHA256
    assert keep_original(store, records.ORIGINAL, sha256=ORIGINAL_SHA256) == ORIGINAL_SHA256
    keep(store, originals={})  # stored before, not given again
    store.put(ORIGINAL_KEY, b"rotten")
    keep_original(store, file)
    assert store.get(ORIGINAL_KEY) == records.ORIGINAL
    with pytest.raises(StoredObjectDamaged):
        keep_original(store, b"altered", sha256=ORIGINAL_SHA256)


def test_an_original_that_is_nowhere_is_no_dossier(store):
    with pytest.raises(ObjectMissing):
        keep(store, originals={})
    with pytest.raises(StoredObjectDamaged):
        keep(store, originals={ORIGINAL_SHA256: b"altered since it was digested"})
    assert load_kept(store, records.CODE) is None


def test_a_page_whose_file_was_never_there_is_kept_as_rejected(store):
    record = records.record()
    missing = replace(
        record.pages[3], source=PageSource("b.jpg", "", 1), outcome=PageOutcome.REJECTED, reason="file_missing"
    )
    record = replace(record, pages=(*record.pages[:3], missing))
    keep(store, record)
    assert load_record(store, records.CODE) == record


def test_a_damaged_record_is_told_and_mended_from_its_revision(store):
    keep(store)
    store.put(PREFIX + "record.json", b'{"dossier_code": "NGUYEN VAN A"')
    with pytest.raises(StoredObjectDamaged) as told:
        load_record(store, records.CODE)
    assert "NGUYEN" not in str(told.value)
    assert keep(store).revision == 1
    assert load_record(store, records.CODE) == records.record()


def test_fetch_copies_every_file_and_checks_it(store, tmp_path):
    keep(store)
    fetched = fetch(store, records.CODE, tmp_path / "out")
    assert [path.relative_to(tmp_path / "out").as_posix() for path in fetched] == [
        f"originals/{records.CODE}.pdf",
        *(f"pages/000{n}.jpg" for n in (1, 2, 3, 4)),
        *(f"documents/0{n}.pdf" for n in (1, 2, 3)),
        *(f"text/000{n}.txt" for n in (1, 2, 3, 4)),
        "record.json",
    ]
    assert fetched[0].read_bytes() == records.ORIGINAL
    assert fetched[-1].read_bytes() == store.get(PREFIX + "record.json")
    store.put(PREFIX + "pages/0002.jpg", b"altered")
    with pytest.raises(StoredObjectDamaged):
        fetch(store, records.CODE, tmp_path / "again")
    assert not (tmp_path / "again/pages/0002.jpg").exists()
    with pytest.raises(ObjectMissing):
        fetch(store, "H40.12-260105-9999", tmp_path / "none")


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (["a.jpg", "b.jpg"], ["a.jpg", "b.jpg"]),
        (["Trang 1.JPG", "trang 1.jpg"], ["Trang 1.JPG", "{sha}-trang 1.jpg"]),
        (["tủ 1/a.jpg", "tủ 2/a.jpg"], ["a.jpg", "{sha}-a.jpg"]),
        (["..", "."], ["{whole}", "{whole}"]),
        (["tờ khai " * 60 + ".pdf", "a\nb\x1b.tif"], ["tờ khai " * 19 + "tờ k.pdf", "ab.tif"]),
        (["../../etc/passwd", "C:\\scan\\x.pdf"], ["passwd", "x.pdf"]),
    ],
)
def test_originals_come_back_under_their_own_names(tmp_path, files, names):
    store, record = FolderStore(tmp_path / "store"), records.record()
    bodies = [f"original {n}".encode() for n in range(len(files))]
    digests = [keep_original(store, body) for body in bodies]
    pages = tuple(
        replace(page, source=PageSource(file, sha256, 1))
        for page, file, sha256 in zip(record.pages, files, digests, strict=False)
    )
    keep(store, replace(record, pages=pages), originals={})
    fetched = fetch(store, records.CODE, tmp_path / "out")[: len(files)]
    expected = [name.format(sha=d[:12], whole=d) for name, d in zip(names, digests, strict=True)]
    assert [path.name for path in fetched] == expected
    assert [path.read_bytes() for path in fetched] == bodies


def test_a_record_whose_file_names_lead_out_is_refused(tmp_path):
    store = FolderStore(tmp_path / "store")
    keep(store)
    body = store.get(PREFIX + "record.json").replace(b'"pages/0001.jpg"', b'"../../evil.jpg"')
    store.put(PREFIX + "record.json", body)
    with pytest.raises(StoredObjectDamaged):
        fetch(store, records.CODE, tmp_path / "out")
    assert not Path(tmp_path / "evil.jpg").exists()


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        ("H40.12-260105-0007", "dossiers/H40.12/H40.12-260105-0007/"),
        ("000.00.12.H40-260105-0007", "dossiers/000.00.12.H40/000.00.12.H40-260105-0007/"),
        ("NGUYỄN VĂN MẪU", "dossiers/other/"),
        ("../../etc", "dossiers/other/"),
        (" H40.12-260105-0007", "dossiers/other/"),
        ("", "dossiers/other/"),
        ("scan\udcff", "dossiers/other/"),
    ],
)
def test_dossier_keys(code, prefix):
    assert keys.dossier_prefix(code).startswith(prefix)
    assert set(keys.dossier_prefix(code)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-/")
