"""The promises of an object store, kept by each kind: folder, and bucket on a real S3 server."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from models.errors import StorageUnreachable, StoredObjectDamaged, UsageError
from models.settings import S3Access, Settings
from scripts.store_servers import free_port
from storage.bucket import BucketStore
from storage.folder import FolderStore
from storage.objects import ObjectMissing, Stat
from storage.opening import open_store
from storage.s3_opening import open_bucket
from tests.servers import STORES

BODY = bytes(range(256)) * 41


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("content", [b"", b"\x00", BODY])
def test_what_is_put_reads_back(store, content, tmp_path):
    assert store.put("a/b.bin", content)
    assert store.get("a/b.bin") == content
    file = tmp_path / "file"
    file.write_bytes(content)
    assert store.put("a/c.bin", file, sha256=sha256(content))
    with store.open_stream("a/c.bin") as stream:
        assert stream.read() == content
    assert store.stat("a/c.bin").size == len(content)


def test_put_writes_only_what_differs(store):
    assert store.put("key", b"one")
    assert not store.put("key", b"one")
    assert store.put("key", b"two")
    assert store.get("key") == b"two"


def test_put_if_absent_never_replaces(store):
    assert store.put_if_absent("a/key", b"one")
    assert not store.put_if_absent("a/key", b"one")
    assert not store.put_if_absent("a/key", b"two")
    assert store.get("a/key") == b"one"


def test_a_free_key_is_told(store):
    store.put("a/b", BODY)
    for key in ("nothing", "a", "a/b/c"):
        assert store.stat(key) is None
        with pytest.raises(ObjectMissing):
            store.get(key)
        with pytest.raises(ObjectMissing), store.open_stream(key):
            pass
    store.delete("nothing")
    assert [s.key for s in store.under()] == ["a/b"]


def test_listing_is_in_order_and_by_prefix(store):
    keys = ["a-1", "a.b", "a/1", "a/10", "a/2", "ab", "b-c", "b/c/d"]  # `-` and `.` come before `/`
    for key in reversed(keys):
        store.put(key, key.encode())
    assert [(s.key, s.size) for s in store.under()] == [(key, len(key)) for key in keys]
    assert [s.key for s in store.under("a/")] == ["a/1", "a/10", "a/2"]
    assert [s.key for s in store.under("a")] == ["a-1", "a.b", "a/1", "a/10", "a/2", "ab"]
    assert list(store.under("c/")) == []
    store.delete("a/10")
    assert [s.key for s in store.under("a/1")] == ["a/1"]


def test_content_that_is_not_as_announced_is_refused(store):
    for put in (store.put, store.put_if_absent):
        with pytest.raises(StoredObjectDamaged):
            put("key", b"altered", sha256=sha256(b"announced"))
    assert store.stat("key") is None


@pytest.mark.parametrize("key", ["", "/etc/passwd", "../up", "a/../../b", "a//b", ".hidden", "a\\b", "a/\0"])
def test_keys_stay_inside(store, key):
    with pytest.raises(UsageError):
        store.put(key, b"x")
    with pytest.raises(UsageError):
        store.get(key)


def at_once(write, contents):
    """What the writers were told, each in its thread."""
    with ThreadPoolExecutor(len(contents)) as pool:
        return [future.result() for future in [pool.submit(write, "a/key", content) for content in contents]]


def keeps_conditional_writes(store):
    return "one_winner" not in store.lacks


def test_eight_writers_of_the_same_object_leave_one(store):
    at_once(store.put, [BODY] * 8)
    assert store.get("a/key") == BODY
    assert [s.key for s in store.under()] == ["a/key"]


def test_of_eight_writers_under_a_free_key_one_is_first(store):
    # `rclone serve s3` 1.75 keeps no conditional writes and mixes unlike content under one key: there, the same.
    unlike = keeps_conditional_writes(store)
    told = at_once(store.put_if_absent, [bytes([n * unlike]) * 20_000 for n in range(8)])
    assert told.count(True) == 1 if unlike else any(told)
    assert set(store.get("a/key")) == {told.index(True) * unlike}
    assert [s.key for s in store.under()] == ["a/key"]


def test_eight_writers_of_unlike_content_leave_one_whole_object(tmp_path):
    store, contents = FolderStore(tmp_path), [bytes([n]) * 20_000 for n in range(8)]
    at_once(store.put, contents)
    assert store.get("a/key") in contents
    assert [s.key for s in store.under()] == ["a/key"]


def _claim(root, content, barrier, winners):
    store = FolderStore(root)
    barrier.wait()
    if store.put_if_absent("a/key", content):
        winners.put(content)


def test_one_of_many_processes_takes_a_key_in_a_folder(tmp_path):
    context = multiprocessing.get_context("fork")
    barrier, winners = context.Barrier(4), context.SimpleQueue()
    contents = [bytes([n]) * 50_000 for n in range(4)]
    processes = [context.Process(target=_claim, args=(tmp_path, c, barrier, winners)) for c in contents]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert FolderStore(tmp_path).get("a/key") == winners.get()
    assert winners.empty()


def test_a_killed_writer_leaves_no_object_and_old_leftovers_go(tmp_path):
    store = FolderStore(tmp_path)
    leftover = tmp_path / ".incoming" / "4711-cut-off"
    leftover.write_bytes(b"half")
    assert list(store.under()) == []
    FolderStore(tmp_path)
    assert leftover.exists()
    os.utime(leftover, (0, 0))
    FolderStore(tmp_path)
    assert not leftover.exists()


def test_a_server_that_is_not_there_is_told_within_seconds():
    access = S3Access(f"127.0.0.1:{free_port()}", "sohoa", "", "key", "secret", "us-east-1", secure=False)
    with pytest.raises(StorageUnreachable) as told:
        BucketStore(access).get("key")
    assert told.value.retryable
    assert told.value.exit_code == 6


class Nonsense(BaseHTTPRequestHandler):
    """An S3 server gone wrong: it answers every request with its class's status, headers and body."""

    answer: tuple[int, dict[str, str], bytes]

    def do_GET(self):
        status, headers, body = self.answer
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_HEAD = do_PUT = do_DELETE = do_GET  # noqa: N815 - http.server's names

    def log_message(self, *args):
        pass


@contextmanager
def nonsense(status, headers, body):
    answering = type("Answering", (Nonsense,), {"answer": (status, headers, body)})
    with ThreadingHTTPServer(("127.0.0.1", 0), answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        endpoint = f"127.0.0.1:{server.server_address[1]}"
        yield BucketStore(S3Access(endpoint, "sohoa", "", "key", "secret", "us-east-1", secure=False))
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "headers", "body", "what"),
    [
        (503, {}, b"", lambda store: store.put("key", b"x")),
        (500, {"Content-Type": "text/html"}, b"<h1>Oops", lambda store: store.delete("key")),
        (200, {"Content-Type": "text/html"}, b"<h1>Please sign in", lambda store: list(store.under())),
        (200, {"Content-Length": "1000"}, b"cut off", lambda store: store.get("key")),
        (200, {"Last-Modified": "yesterday"}, b"", lambda store: store.stat("key")),
        (403, {"Content-Type": "application/xml"}, b"<Error><Code>AccessDenied</Code></Error>", lambda s: s.get("key")),
        (507, {"Content-Type": "application/xml"}, b"<Error><Code>Full</Code></Error>", lambda s: s.put("key", b"x")),
    ],
)
def test_a_server_gone_wrong_is_unreachable_not_a_crash(status, headers, body, what):
    with nonsense(status, headers, body) as store, pytest.raises(StorageUnreachable):
        what(store)


def test_a_server_that_keeps_nothing_is_found_out():
    with nonsense(200, {"ETag": '"x"'}, b"") as store, pytest.raises(StoredObjectDamaged):
        store.put("key", b"content")


@pytest.mark.parametrize("bucket", ["B", "Sổ-hóa", "a", "a_b", "x" * 64])
def test_a_bucket_name_that_is_none_is_a_usage_error(bucket):
    with pytest.raises(UsageError):
        open_bucket(S3Access("127.0.0.1:9", bucket, "", "key", "secret", "us-east-1", secure=False))


def test_wrong_credentials_are_told_without_the_secret(rclone_server):
    access = replace(rclone_server.s3, secret_key="wrong-secret")
    with pytest.raises(StorageUnreachable) as told:
        BucketStore(access).get("key")
    assert "secret" not in str(told.value).replace("wrong", "")


def test_a_bucket_records_the_digest_beside_the_object(rclone_server):
    store = open_store(replace(rclone_server, s3=replace(rclone_server.s3, bucket="digests")))
    store.put("key", BODY)
    assert store.stat("key") == Stat("key", len(BODY), sha256(BODY))


def test_settings_name_the_store(tmp_path):
    store = open_store(Settings.from_environment({"SOHOA_HOME": str(tmp_path)}))
    assert isinstance(store, FolderStore)
    assert store.root == tmp_path / "store"


def test_a_piece_of_an_object_is_read_without_the_rest(store):
    store.put("originals/ab/key", BODY)
    for first, size in ((0, 1), (3, 4), (len(BODY) - 2, 2), (0, len(BODY))):
        with store.open_range("originals/ab/key", first, size) as stream:
            assert b"".join(iter(lambda: stream.read(3), b"")) == BODY[first : first + size]


def test_a_missing_object_has_no_pieces(store):
    with pytest.raises(ObjectMissing), store.open_range("none", 0, 1):
        pass


@pytest.mark.parametrize("server", [name for name in STORES if name != "folder"])
def test_a_link_is_enough_to_read_the_object_under_its_name_until_it_ends(request, server):
    access = replace(request.getfixturevalue(f"{server}_server").s3, bucket=f"links-{server}")
    store = open_bucket(access)[0]
    store.put("pages/0001.jpg", BODY)
    with urlopen(store.link("pages/0001.jpg", seconds=60, media_type="image/jpeg", name="tờ khai.jpg")) as answer:
        assert answer.read() == BODY
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["Content-Disposition"].endswith("t%E1%BB%9D%20khai.jpg")
    short = store.link("pages/0001.jpg", seconds=1, media_type="image/jpeg", name="a.jpg")
    time.sleep(2.1)
    with pytest.raises(HTTPError, match=r"40[03]"):
        urlopen(short)
