"""Uploads as they lie in their folder: what a list tells, what outlives a power cut or a killed server, who meets whom."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.access import Role
from storage.folder import FolderStore
from storage.upload_batch import Announced, UploadBusy
from storage.upload_room import Room
from storage.uploads import Uploads
from tests import records
from tests.doors import open_doors
from tests.test_api_uploads import BODY, patch, sha256, wish
from tests.test_upload_room import ORIGINAL, announce, clerk_of, entered


@pytest.fixture
def doors(tmp_path):
    with open_doors(tmp_path / "home", dossiers=(records.CODE,)) as opened:
        yield opened


@pytest.fixture
def uploads(tmp_path):
    return Uploads(tmp_path / "uploads", FolderStore(tmp_path / "store"), Room(bytes=10, files=3))


def test_a_batch_of_the_same_name_that_was_made_anew_is_no_ended_one(uploads):
    files, beside = [Announced("1", 4, sha256(b"scan"))], Uploads(uploads._folder, uploads._store)  # another process
    for _ in range(2):
        batch = uploads.announce(files, key_id="k", unit="", at="")
        assert list(uploads.unfinished()) == list(beside.unfinished()) == [batch]
        uploads.end(batch, {"dossiers": [], "left_out": [], "failed": None})
        assert list(uploads.unfinished()) == list(beside.unfinished()) == []
        assert uploads.sweep(now=time.time() + 91 * 86_400) == 1


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
