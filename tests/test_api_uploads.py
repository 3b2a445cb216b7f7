"""Uploads: by tus 1.0 over a line that breaks, batches that are known already, and scans that become records."""

from __future__ import annotations

import base64
import hashlib
import shutil
import socket
import time
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.counter import Failed, hand_in
from flows.office import Office as Digitizing
from flows.right_of_way import RightOfWay
from flows.uploaded import Digitizer, outcome_of
from models.access import Role
from models.errors import TooManyRejected
from storage.batch_names import plain_name
from storage.folder import FolderStore
from storage.upload_batch import Announced, FileState, WrongOffset
from storage.uploads import Uploads
from tests import records
from tests.doors import open_doors
from tests.drawn_dossiers import draw_declaration

BODY = bytes(range(256)) * 40
NAME = "H40.12-260107-0001.pdf"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def wish(name=NAME, content=BODY):
    return {"name": name, "size": len(content), "sha256": sha256(content)}


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    with open_doors(tmp_path_factory.mktemp("uploads"), dossiers=(records.CODE,)) as opened:
        yield opened


@pytest.fixture
def clerk(doors):
    client = doors.as_(Role.CLERK, "H40")
    client.headers["Tus-Resumable"] = "1.0.0"
    return client


def patch(client, upload, offset, content, **headers):
    return client.patch(
        upload, content=content,
        headers={"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream", **headers},
    )  # fmt: skip


def test_an_upload_goes_on_where_it_was(doors, clerk):
    batch = clerk.post("/v1/batches", json={"files": [wish()]}).json()
    upload = batch["files"][0]["upload"]
    assert patch(clerk, upload, 0, BODY[:1000]).headers["upload-offset"] == "1000"
    told = clerk.head(upload)
    assert (told.headers["upload-offset"], told.headers["upload-length"]) == ("1000", str(len(BODY)))
    assert patch(clerk, upload, 500, BODY[500:]).status_code == 409
    assert clerk.post("/v1/batches", json={"files": [wish()]}).json()["batch"] == batch["batch"]  # announced again
    assert patch(clerk, upload, 1000, BODY[1000:]).status_code == 204
    assert patch(clerk, upload, len(BODY), b"x").status_code == 409
    told = clerk.get(f"/v1/batches/{batch['batch']}").json()
    assert (told["state"], told["files"][0]["state"], told["files"][0]["received"]) == (
        "waiting",
        "received",
        len(BODY),
    )
    assert (doors.office.settings.home / "uploads" / batch["batch"] / "files" / NAME).read_bytes() == BODY


def test_what_came_before_the_line_broke_is_kept(doors, clerk):
    upload = clerk.post("/v1/batches", json={"files": [wish("H40.12-260107-0002.pdf")]}).json()["files"][0]["upload"]
    host, port = doors.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as line:
        head = (
            f"PATCH {upload} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {clerk.headers['authorization']}\r\n"
            "Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\n"
            f"Content-Length: {len(BODY)}\r\n\r\n"
        )
        line.sendall(head.encode() + BODY[:3000])
        time.sleep(0.3)
    ends = time.monotonic() + 5
    while clerk.head(upload).headers["upload-offset"] != "3000" and time.monotonic() < ends:
        time.sleep(0.05)
    while (told := patch(clerk, upload, 3000, BODY[3000:])).status_code == 423 and time.monotonic() < ends:
        time.sleep(
            0.05
        )  # what came is seen before it rests on the disk, and until then the file is the broken request's
    assert told.headers["upload-offset"] == str(len(BODY))


def test_a_checksum_that_does_not_hold_drops_what_was_sent_with_it(clerk):
    upload = clerk.post("/v1/batches", json={"files": [wish("H40.12-260107-0003.pdf")]}).json()["files"][0]["upload"]
    good = base64.b64encode(hashlib.sha1(BODY[:100]).digest()).decode()
    assert patch(clerk, upload, 0, BODY[1:101], **{"Upload-Checksum": f"sha1 {good}"}).status_code == 460
    assert clerk.head(upload).headers["upload-offset"] == "0"
    assert patch(clerk, upload, 0, BODY[:100], **{"Upload-Checksum": f"sha1 {good}"}).status_code == 204
    assert patch(clerk, upload, 100, BODY[100:], **{"Upload-Checksum": "md5 aaaa"}).status_code == 400


def test_a_file_that_is_not_what_was_announced_is_to_be_sent_anew(clerk):
    upload = clerk.post("/v1/batches", json={"files": [wish("H40.12-260107-0004.pdf")]}).json()["files"][0]["upload"]
    assert patch(clerk, upload, 0, BODY[::-1]).json()["type"] == "urn:sohoa:problem:checksum"
    assert clerk.head(upload).headers["upload-offset"] == "0"
    assert patch(clerk, upload, 0, BODY).status_code == 204


def test_what_is_kept_already_is_not_sent_again(doors, clerk):
    original = {"name": f"{records.CODE}.pdf", "size": len(records.ORIGINAL), "sha256": sha256(records.ORIGINAL)}
    batch = clerk.post("/v1/batches", json={"files": [original, wish("H40.12-260107-0005.pdf")]}).json()
    assert [(file["state"], file["upload"] is None) for file in batch["files"]] == [("known", True), ("wanted", False)]
    lied = clerk.post("/v1/batches", json={"files": [original | {"size": 5}]}).json()
    assert lied["files"][0]["state"] == "wanted"


def test_a_tus_client_that_knows_no_batches(clerk):
    metadata = f"filename {base64.b64encode(b'H40.12-260107-0006.pdf').decode()},is_confidential"
    made = clerk.post("/v1/uploads", headers={"Upload-Length": "5", "Upload-Metadata": metadata})
    assert made.status_code == 201
    upload = made.headers["location"]
    assert patch(clerk, upload, 0, b"12345678").status_code == 413
    assert clerk.delete(upload).status_code == 204
    assert clerk.head(upload).status_code == 404
    offer = clerk.options("/v1/uploads").headers
    assert (offer["tus-version"], offer["tus-extension"]) == ("1.0.0", "creation,checksum,termination")
    assert clerk.head(upload, headers={"Tus-Resumable": "0.2.2"}).status_code == 412


@pytest.mark.parametrize(
    "name", ["../x.pdf", "/etc/passwd", ".hidden", "a/b/c.pdf", "a\\b.pdf", "a\n.pdf", "H40.12-260107-0001/"]
)
def test_a_name_that_leads_elsewhere_is_refused(clerk, name):
    assert clerk.post("/v1/batches", json={"files": [wish(name)]}).status_code == 400


@pytest.mark.parametrize("names", [("a.pdf", "a.pdf"), ("a", "a/1.pdf"), ("ả.pdf", "a\u0309.pdf")])
def test_files_that_cannot_lie_side_by_side_are_refused(clerk, names):
    assert clerk.post("/v1/batches", json={"files": [wish(name) for name in names]}).status_code == 400


@given(st.text(max_size=30))
def test_a_name_that_is_taken_stays_where_it_is_put(tmp_path_factory, name):
    plain = plain_name(name)
    root = tmp_path_factory.getbasetemp()
    assert plain is None or (root / plain).resolve().is_relative_to(root.resolve())


def test_a_dossier_of_another_unit_is_not_taken_nor_seen(doors, clerk):
    batch = clerk.post("/v1/batches", json={"files": [wish("H40.12-260107-0007.pdf")]}).json()
    assert clerk.post("/v1/batches", json={"files": [wish("H41.03-260107-0001.pdf")]}).status_code == 403
    beside = doors.as_(Role.CLERK, "H41")
    beside.headers["Tus-Resumable"] = "1.0.0"
    assert beside.get(f"/v1/batches/{batch['batch']}").status_code == 404
    assert beside.get("/v1/batches").json()["batches"] == []
    assert patch(beside, batch["files"][0]["upload"], 0, BODY).status_code == 404
    assert patch(doors.as_(Role.OPERATOR), batch["files"][0]["upload"], 0, BODY).status_code == 403
    assert doors.as_(Role.OPERATOR).get(f"/v1/batches/{batch['batch']}").status_code == 200


@given(cuts=st.lists(st.integers(0, 50), max_size=6), killed=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
def test_however_it_is_cut_a_file_comes_whole_once(tmp_path, cuts, killed):
    content = BODY[:50]
    shutil.rmtree(tmp_path / "uploads", ignore_errors=True)
    uploads = Uploads(tmp_path / "uploads", FolderStore(tmp_path / "store"))
    batch = uploads.announce([Announced(NAME, 50, sha256(content))], key_id="k", unit="", at="")
    for cut in [*cuts, 50]:
        if killed:
            uploads = Uploads(tmp_path / "uploads", FolderStore(tmp_path / "store"))
        offset = uploads.received(batch, 0)
        if offset == 50:
            with pytest.raises(WrongOffset), uploads.writing(batch, 0, offset=50):
                pass
        else:
            with uploads.writing(batch, 0, offset=offset) as stream:
                stream.write(content[offset : offset + cut])
    assert uploads.state(batch, 0) is FileState.RECEIVED
    assert (tmp_path / "uploads" / batch.batch / "files" / NAME).read_bytes() == content


def test_uploaded_scans_become_records_and_the_outcome_says_which(tmp_path):
    drawn = draw_declaration(
        tmp_path / "scan.pdf", name="NGUYỄN THỊ HƯỜNG", birth="12/03/1985", sex="Nữ", number="036185012345"
    )
    scan = drawn.read_bytes()
    with open_doors(tmp_path / "home", dossiers=()) as doors:
        clerk = doors.as_(Role.CLERK, "H40.12")
        clerk.headers["Tus-Resumable"] = "1.0.0"
        files = [wish(NAME, scan), wish("ghi chú.docx", b"PK no scan")]
        batch = clerk.post("/v1/batches", json={"files": files}).json()
        for file, content in zip(batch["files"], (scan, b"PK no scan"), strict=True):
            assert patch(clerk, file["upload"], 0, content).status_code == 204
        office = Digitizing(doors.office.settings, kind="api")
        digitizer = Digitizer(doors.office.uploads, lambda: office)
        digitizer.start()
        try:
            ends = time.monotonic() + 120
            while (told := clerk.get(f"/v1/batches/{batch['batch']}").json())[
                "state"
            ] != "done" and time.monotonic() < ends:
                time.sleep(0.3)
        finally:
            digitizer.stop()
            office.finish(at_once=True)
            office.close()
        assert [d["dossier_code"] for d in told["outcome"]["dossiers"]] == ["H40.12-260107-0001"]
        assert [(left["file"], left["reason"]) for left in told["outcome"]["left_out"]] == [
            ("ghi chú.docx", "not_a_scan")
        ]
        record = clerk.get("/v1/records/H40.12-260107-0001")
        assert record.json()["pages"][0]["source"]["sha256"] == sha256(scan)
        assert not (doors.office.settings.home / "uploads" / batch["batch"] / "files").exists()
        assert clerk.post("/v1/batches", json={"files": files}).json()["state"] == "done"  # sent twice, digitized once


def test_what_nobody_goes_on_with_is_forgotten_and_what_waits_is_not(tmp_path):
    uploads = Uploads(tmp_path / "uploads", FolderStore(tmp_path / "store"))
    half, whole, done = (
        uploads.announce([Announced(f"{name}.pdf", 4)], key_id="k", unit="", at="")
        for name in ("half", "whole", "done")
    )
    for batch, content in ((half, b"sc"), (whole, b"scan"), (done, b"scan")):
        with uploads.writing(batch, 0, offset=0) as stream:
            stream.write(content)
    uploads.end(done, {"dossiers": [], "left_out": [], "failed": None})
    now = time.time()
    for days, left in ((29, {half, whole, done}), (31, {whole, done}), (91, {whole})):
        uploads.sweep(now=now + days * 86_400)
        assert set(uploads.all()) == left


def test_a_new_scan_of_the_same_name_and_size_is_not_taken_for_the_old_one(clerk):
    """Uncompressed scans of one format all have one size; without a digest only the sender knows that it is another."""
    headers = {
        "Upload-Length": "4",
        "Upload-Metadata": f"filename {base64.b64encode(b'H40.12-260107-0016.tif').decode()}",
    }
    first = clerk.post("/v1/uploads", headers=headers).headers["location"]
    assert patch(clerk, first, 0, b"AAAA").status_code == 204
    second = clerk.post("/v1/uploads", headers=headers)
    assert second.headers["upload-offset"] == "0"
    assert patch(clerk, second.headers["location"], 0, b"BBBB").status_code == 204


def test_what_nobody_foresaw_ends_neither_the_batch_nor_the_thread(tmp_path, monkeypatch):
    def broken(*_args, **_rest):
        raise RuntimeError("036185012345")

    monkeypatch.setattr("flows.counter.Running", broken)
    uploads = Uploads(tmp_path / "uploads", FolderStore(tmp_path / "store"))
    batch = uploads.announce([Announced(NAME, 4)], key_id="k", unit="", at="")
    with uploads.writing(batch, 0, offset=0) as stream:
        stream.write(b"scan")
    digitizer = Digitizer(uploads, lambda: SimpleNamespace(settings=None))
    with uploads.taken_up(batch) as folder:
        (event,) = hand_in([folder], SimpleNamespace(settings=None, right_of_way=RightOfWay(tmp_path)))
    assert isinstance(event, Failed)
    assert "036185012345" not in str(event.error)
    digitizer._digitize(batch)
    assert uploads.outcome(batch) is None
    assert (folder / NAME).read_bytes() == b"scan"
    monkeypatch.setattr(digitizer, "_digitize", broken)
    digitizer.start()
    try:
        time.sleep(0.1)
        assert digitizer._thread.is_alive()
    finally:
        digitizer.stop()


def test_a_batch_that_failed_as_a_whole_keeps_its_files_and_may_be_announced_again(tmp_path):
    uploads = Uploads(tmp_path / "uploads", FolderStore(tmp_path / "store"))
    files = [Announced(NAME, 4, sha256(b"scan"))]
    batch = uploads.announce(files, key_id="k", unit="", at="")
    with uploads.writing(batch, 0, offset=0) as stream:
        stream.write(b"scan")
    with uploads.taken_up(batch) as folder:
        uploads.end(batch, outcome_of([Failed(TooManyRejected("10 of 12"))]))
        assert (folder / NAME).read_bytes() == b"scan"
    assert uploads.outcome(batch)["failed"]
    assert uploads.announce(files, key_id="k", unit="", at="") == batch
    assert uploads.outcome(batch) is None
    assert uploads.is_whole(batch)
