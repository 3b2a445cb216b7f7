"""Uploads: who is spared sending a file, and how much may be on its way at once."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import pytest

from api.sohoa_client import SohoaClient, SohoaProblem
from models.access import Role
from models.errors import StoredObjectDamaged
from models.restriction import Restriction, RestrictionKind
from storage.archive import keep_dossier
from storage.folder import FolderStore
from storage.restrictions import Restrictions
from storage.upload_batch import Announced, BatchEnded
from storage.upload_room import SPARE_BYTES, Lack, NoRoom, Room, check_disk
from storage.uploads import Uploads
from tests import records
from tests.doors import OTHER, open_doors
from tests.test_api_uploads import BODY, NAME, patch, sha256, wish

ORIGINAL = {"size": len(records.ORIGINAL), "sha256": sha256(records.ORIGINAL)}
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture
def doors(tmp_path):
    limits = {"uploads_megabytes": 0.02, "uploads_files": 4}
    with open_doors(tmp_path / "home", dossiers=(records.CODE,), **limits) as opened:
        yield opened


def clerk_of(doors, unit):
    client = doors.as_(Role.CLERK, unit)
    client.headers.update(TUS)
    return client


def announce(client, *names, content=BODY):
    return client.post("/v1/batches", json={"files": [wish(name, content) for name in names]})


@pytest.mark.parametrize(
    ("unit", "held_by", "state"),
    [
        ("H40.12", records.CODE, "known"),
        ("H40", records.CODE, "known"),  # a unit above it
        ("", OTHER, "known"),
        ("H40.12", OTHER, "wanted"),  # another province has it: that is not told
        ("H40.12.05", records.CODE, "wanted"),  # nor what lies above
    ],
)
def test_only_what_the_key_may_see_need_not_be_sent(tmp_path, unit, held_by, state):
    with open_doors(tmp_path / "home", dossiers=(held_by,)) as doors:
        clerk = clerk_of(doors, unit)
        file = {"name": "H40.12.05-260107-0001.pdf", **ORIGINAL}
        told = clerk.post("/v1/batches", json={"files": [file]}).json()["files"][0]
        assert told["state"] == state
        if state == "wanted":  # it is sent, and taken
            assert patch(clerk, told["upload"], 0, records.ORIGINAL).status_code == 204


def test_what_a_restricted_dossier_holds_is_not_given_out_by_its_digest(doors):
    restrictions = Restrictions(doors.office.database, doors.office.store)
    restrictions.place(Restriction(f"dossier:{records.CODE}", RestrictionKind.RESTRICTED, "asked", "desk", ""))
    told = clerk_of(doors, "H40.12").post("/v1/batches", json={"files": [{"name": NAME, **ORIGINAL}]}).json()
    assert told["files"][0]["state"] == "wanted"


def test_an_original_of_an_earlier_revision_is_known_still(doors):
    first, again = records.record(records.CODE), b"%PDF scanned again"
    pages = tuple(replace(page, source=replace(page.source, sha256=sha256(again))) for page in first.pages)
    content = records.content(first, originals={sha256(again): again})
    doors.office.index.put(keep_dossier(doors.office.store, replace(first, pages=pages), **content))
    told = clerk_of(doors, "H40.12").post("/v1/batches", json={"files": [{"name": NAME, **ORIGINAL}]}).json()
    assert told["files"][0]["state"] == "known"


def test_a_file_that_is_damaged_in_the_store_is_asked_for(doors):
    clerk = clerk_of(doors, "H40.12")
    (stored,) = (doors.office.settings.home / "store" / "originals").glob("*/*")
    for damaged in (b"x" * len(records.ORIGINAL), b"", None):
        stored.unlink() if damaged is None else stored.write_bytes(damaged)
        file = {"name": f"{damaged is None}{damaged == b''}.pdf", **ORIGINAL}
        told = clerk.post("/v1/batches", json={"files": [file]}).json()
        assert told["files"][0]["state"] == "wanted"


def test_what_breaks_while_it_is_read_from_the_store_is_asked_for(doors, monkeypatch):
    @contextmanager
    def broken(_store, _key):
        raise StoredObjectDamaged("a frame does not open")
        yield

    monkeypatch.setattr(FolderStore, "open_stream", broken)
    told = clerk_of(doors, "H40.12").post("/v1/batches", json={"files": [{"name": NAME, **ORIGINAL}]}).json()
    assert told["files"][0]["state"] == "wanted"


def test_a_key_has_so_much_on_its_way_and_others_are_not_the_worse_for_it(doors):
    clerk, other = clerk_of(doors, "H40"), clerk_of(doors, "H40")
    first = announce(clerk, "a.pdf").json()  # of 10,240 bytes, and a key may have 20,000
    told = announce(clerk, "b.pdf")
    assert (told.status_code, told.json()["type"]) == (429, "urn:sohoa:problem:uploads_full")
    assert told.headers["retry-after"] == "30"
    assert "DELETE /v1/batches" in told.json()["detail"]
    length = {"Upload-Length": "10240", "Upload-Metadata": "filename YS5wZGY="}
    assert clerk.post("/v1/uploads", headers=length).status_code == 429
    assert announce(clerk, "a.pdf").json()["batch"] == first["batch"]  # announced again, it is the same
    assert announce(other, "b.pdf").status_code == 201
    assert announce(other, *"cdefg", content=b"x").json()["type"] == "urn:sohoa:problem:too_large"  # never, so no 429
    assert clerk.delete(f"/v1/batches/{first['batch']}").status_code == 204
    assert announce(clerk, "b.pdf").status_code == 201


def test_the_client_gives_up_what_is_in_its_way(doors, tmp_path):
    for name in ("1", "2"):
        (tmp_path / name).write_bytes(name.encode() + BODY)
    pauses = []
    with SohoaClient(doors.url, doors.key(Role.CLERK, "H40"), pause=pauses.append) as desk:
        first = desk.upload({NAME: tmp_path / "1"})
        with pytest.raises(SohoaProblem, match="uploads_full"):
            desk.upload({NAME: tmp_path / "2"})
        assert set(pauses) == {30.0}
        desk.give_up(first.batch)
        second = desk.upload({NAME: tmp_path / "2"})
        assert [batch.batch for batch in desk.batches()] == [second.batch]


def test_a_batch_is_given_up_by_its_key_alone_and_not_while_it_is_digitized(doors):
    clerk = clerk_of(doors, "H40")
    path = f"/v1/batches/{announce(clerk, NAME, content=b'scan').json()['batch']}"
    assert clerk_of(doors, "H40").delete(path).status_code == 404
    assert doors.as_(Role.OPERATOR).delete(path).status_code == 403
    batch = doors.office.uploads.get(path.rpartition("/")[2])
    with doors.office.uploads.taken_up(batch):
        assert clerk.delete(path).status_code == 423
        assert clerk.delete(f"/v1/uploads/{batch.batch}-0").status_code == 423
    doors.office.uploads.end(batch, {"dossiers": [], "left_out": [], "failed": None})
    assert clerk.delete(path).status_code == 409
    assert clerk.get(path).json()["state"] == "done"


@pytest.fixture
def uploads(tmp_path):
    return Uploads(tmp_path / "uploads", FolderStore(tmp_path / "store"), Room(bytes=10, files=3))


def entered(uploads, name, size=4, key_id="k"):
    return uploads.announce([Announced(name, size)], key_id=key_id, unit="", at="")


def test_room_is_free_again_when_a_batch_has_ended_but_not_when_it_failed(uploads):
    first, _ = entered(uploads, "1"), entered(uploads, "2")
    with pytest.raises(NoRoom) as told:
        entered(uploads, "3")
    assert told.value.lack is Lack.KEY
    uploads.end(first, {"dossiers": [], "left_out": [], "failed": "stopped"})  # its files are here still
    with pytest.raises(NoRoom):
        entered(uploads, "3")
    uploads.end(first, {"dossiers": [], "left_out": [], "failed": None})
    third = entered(uploads, "3")
    uploads.give_up(third)
    with pytest.raises(BatchEnded):
        uploads.give_up(first)
    with pytest.raises(NoRoom) as told:
        entered(uploads, "4", size=11)
    assert told.value.lack is Lack.BATCH
    entered(uploads, "4", size=1)
    entered(uploads, "5", size=1)
    with pytest.raises(NoRoom):  # few bytes, but a file too many
        entered(uploads, "6", size=1)


def test_no_upload_takes_the_disks_last_room(uploads, tmp_path, monkeypatch):
    batch = entered(uploads, "1")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=SPARE_BYTES + 3))
    check_disk(tmp_path, 3)
    with pytest.raises(NoRoom) as told:
        entered(uploads, "2")
    assert told.value.lack is Lack.DISK
    with pytest.raises(NoRoom), uploads.writing(batch, 0, offset=0):
        pass


def test_a_full_disk_is_told_as_what_it_is(doors, monkeypatch):
    clerk = clerk_of(doors, "H40")
    upload = announce(clerk, NAME).json()["files"][0]["upload"]
    monkeypatch.setattr("storage.upload_room.SPARE_BYTES", 1 << 62)
    for answer in (patch(clerk, upload, 0, BODY), announce(clerk, "a.pdf", content=b"x")):
        assert (answer.status_code, answer.json()["type"]) == (507, "urn:sohoa:problem:no_room")
