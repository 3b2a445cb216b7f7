"""Uploads: who is spared sending a file, how much may be on its way, what a list of batches tells, what outlives a power cut."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from api.sohoa_client import SohoaClient, SohoaProblem
from models.access import Role
from models.restriction import Restriction, RestrictionKind
from storage.archive import keep_dossier
from storage.folder import FolderStore
from storage.restrictions import Restrictions
from storage.upload_batch import Announced, BatchEnded, UploadBusy
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


def test_a_batch_of_the_same_name_that_was_made_anew_is_no_ended_one(uploads):
    files, beside = [Announced("1", 4, sha256(b"scan"))], Uploads(uploads._folder, uploads._store)  # another process
    for _ in range(2):
        batch = uploads.announce(files, key_id="k", unit="", at="")
        assert list(uploads.unfinished()) == list(beside.unfinished()) == [batch]
        uploads.end(batch, {"dossiers": [], "left_out": [], "failed": None})
        assert list(uploads.unfinished()) == list(beside.unfinished()) == []
        assert uploads.sweep(now=time.time() + 91 * 86_400) == 1


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


def test_batches_are_listed_a_page_at_a_time_the_latest_first(doors):
    clerk, operator = clerk_of(doors, "H40"), doors.as_(Role.OPERATOR)
    made = []
    for day in (5, 6, 6, 7):
        doors.office.clock = lambda day=day: datetime(2026, 1, day, tzinfo=UTC)
        made.append(announce(clerk, f"{len(made)}.pdf", content=b"x").json()["batch"])
    at_once = operator.get("/v1/batches").json()
    assert at_once["next"] is None
    order = [batch["batch"] for batch in at_once["batches"]]
    assert (order[0], set(order[1:3]), order[3]) == (made[3], {*made[1:3]}, made[0])
    paged, after = [], ""
    for _ in range(4):
        page = operator.get("/v1/batches", params={"limit": 1, "after": after}).json()
        paged += [batch["batch"] for batch in page["batches"]]
        after = page["next"]
        if paged == order[:2]:
            clerk.delete(f"/v1/batches/{order[1]}")  # what goes meanwhile takes nothing along
    assert (paged, after) == (order, None)
    assert clerk_of(doors, "H41").get("/v1/batches").json() == {"batches": [], "next": None}
    for wrong in ({"after": "x"}, {"limit": 0}, {"limit": 1001}):
        assert operator.get("/v1/batches", params=wrong).status_code == 400


def test_a_page_ends_early_where_its_batches_are_large(doors, monkeypatch):
    monkeypatch.setattr("api.batches._FILES_A_PAGE", 2)
    clerk = clerk_of(doors, "H40")
    for name in ("1", "2", "3"):
        announce(clerk, name, content=b"x")
    first = clerk.get("/v1/batches").json()
    assert len(first["batches"]) == 2
    assert len(clerk.get("/v1/batches", params={"after": first["next"]}).json()["batches"]) == 1


def test_every_name_that_was_told_rests_on_the_disk(doors, monkeypatch):
    """A power cut takes names that were given to files after their folder was synced last."""
    home, synced, named = doors.office.settings.home, {}, {}
    replace, rename, mkdir = Path.replace, Path.rename, Path.mkdir

    def fsync(handle):
        synced[Path(f"/proc/self/fd/{handle}").readlink()] = time.monotonic()

    def noting(act):
        def done(path, *args, **kw):
            to = args[0] if args and isinstance(args[0], Path) else path
            result = act(path, *args, **kw)
            named[to] = time.monotonic()
            return result

        return done

    clerk = clerk_of(doors, "H40")
    monkeypatch.setattr(os, "fsync", fsync)
    for name, act in (("replace", replace), ("rename", rename), ("mkdir", mkdir)):
        monkeypatch.setattr(Path, name, noting(act))
    files = [wish("H40.12-260107-0001/1.pdf"), {"name": "H40.12-260107-0001/2.pdf", **ORIGINAL}]
    batch = clerk.post("/v1/batches", json={"files": files}).json()
    assert patch(clerk, batch["files"][0]["upload"], 0, BODY).status_code == 204
    folder = home / "uploads" / batch["batch"]
    ours = {path: at for path, at in named.items() if path.is_relative_to(home / "uploads") and path.exists()}
    assert {folder, folder / "files" / "H40.12-260107-0001" / "1.pdf"} <= ours.keys()
    assert [path for path, at in ours.items() if synced.get(path.parent, 0) < at] == []
    doors.office.uploads.end(doors.office.uploads.get(batch["batch"]), {"dossiers": [], "left_out": [], "failed": None})
    assert synced[folder] >= named[folder / "outcome.json"]


def test_what_a_killed_server_left_half_made_goes(uploads):
    entered(uploads, "1")
    half = uploads._folder / ".0123-1-ab"
    half.mkdir()
    uploads.sweep(now=time.time() + 3600)
    assert half.exists()
    uploads.sweep(now=time.time() + 25 * 3600)
    assert not half.exists()
    assert len(list(uploads.all())) == 1


def test_a_writer_whose_batch_was_given_up_is_told_so(uploads):
    batch = entered(uploads, "1")
    writing = uploads.writing(batch, 0, offset=0)
    stream = writing.__enter__()
    uploads.give_up(batch)
    stream.write(b"scan")
    with pytest.raises(FileNotFoundError):
        writing.__exit__(None, None, None)
    assert list(uploads.all()) == []
    with uploads.taken_up(entered(uploads, "1")) as folder:
        assert folder is None


def test_two_digitizers_or_a_digitizer_and_a_giver_up_do_not_meet(uploads):
    batch = entered(uploads, "1")
    with uploads.taken_up(batch), pytest.raises(UploadBusy):
        uploads.give_up(batch)
    uploads.give_up(batch)
    assert uploads.get(batch.batch) is None
