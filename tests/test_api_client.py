"""The client: its examples in the docs, run; what it does when the line breaks or the server is busy."""

from __future__ import annotations

import re
import socket
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from api.sohoa_client import SohoaClient, SohoaProblem, SohoaUnreachable
from models.access import Role
from tests import records
from tests.doors import ALTO, BELOW, OTHER, open_doors

DOCS = Path(__file__).resolve().parent.parent / "docs" / "api.md"


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    with open_doors(tmp_path_factory.mktemp("client")) as opened:
        yield opened


@pytest.fixture
def client(doors):
    with SohoaClient(doors.url, doors.key(Role.DOWNSTREAM)) as opened:
        yield opened


def test_the_examples_in_the_docs_do_what_they_say(doors, tmp_path, capsys):
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7 a scan")
    names = {
        "URL": doors.url, "KEY": doors.key(Role.DOWNSTREAM), "CLERK_KEY": doors.key(Role.CLERK, "H40"),
        "FOLDER": tmp_path, "SCAN": tmp_path / "scan.pdf",
    }  # fmt: skip
    blocks = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(blocks) == 4
    exec(compile("\n".join(blocks), str(DOCS), "exec"), names)  # the examples are ours
    said = capsys.readouterr().out
    assert "digitized ['matched', 'unmatched']" in said
    assert "birth_declaration True ()" in said
    assert "waiting" in said
    assert "not_found" in said
    assert names["seen"] == 3
    assert names["sohoa"].record(records.CODE)["revision"] == 2
    assert (tmp_path / "declaration.pdf").read_bytes() == b"%PDF-1.7 document 1"
    names["sohoa"].close()


def test_what_the_server_tells_is_told(client):
    assert [row["dossier_code"] for row in client.records(unit="H40")] == [records.CODE, BELOW]
    assert client.record(OTHER, revision=1)["revision"] == 1
    assert client.page_text(OTHER, 2) == records.PAGE_TEXTS[1]
    assert client.page_alto(OTHER, 1) == ALTO
    assert client.link(OTHER, "pages/0001.jpg").startswith("http://")
    with pytest.raises(SohoaProblem) as told:
        client.rates()
    assert (told.value.code, told.value.status) == ("not_entitled", 403)


def test_rates_and_lifecycle(doors):
    with SohoaClient(doors.url, doors.key(Role.CLERK)) as clerk:
        assert sum(row["received"] for row in clerk.rates(by="month", first="2026-01-01", last="2026-12-31")) == 3
        assert clerk.tell_lifecycle(b"[]", media_type="application/json")["rows"] == 0


@contextmanager
def breaking(url: str, *, after: int, times: int):
    """A line to the server that breaks, so many times, after so many bytes of an answer or a request."""
    host, port = url.removeprefix("http://").split(":")
    listening = socket.create_server(("127.0.0.1", 0))
    left = [times]

    def carry(source, target, limited):
        passed = 0
        try:
            while block := source.recv(1024):
                if limited and passed + len(block) > after:
                    target.sendall(block[: max(0, after - passed)])
                    break
                passed += len(block)
                target.sendall(block)
        except OSError:
            pass
        for side in (source, target):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)

    def serve():
        while True:
            try:
                near, _ = listening.accept()
            except OSError:
                return
            far = socket.create_connection((host, int(port)))
            limited = left[0] > 0
            left[0] -= limited
            threads = [threading.Thread(target=carry, args=(a, b, limited)) for a, b in ((near, far), (far, near))]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            near.close()
            far.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", left
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


@pytest.mark.parametrize(("after", "times"), [(900, 4), (4000, 4), (20_000, 2)])  # 51,200 bytes are to come
def test_a_file_comes_whole_over_a_line_that_breaks(doors, tmp_path, after, times):
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(bytes(range(256)) * 200)
    name = f"H40.12-260113-000{after % 7}.pdf"
    with (
        breaking(doors.url, after=after, times=times) as (line, left),
        SohoaClient(line, doors.key(Role.CLERK, "H40"), pause=lambda _: time.sleep(0.3)) as clerk,
    ):
        batch = clerk.upload({name: scan})
    assert left == [0]
    assert (batch.state, batch.files[0]["received"]) == ("waiting", 51_200)


def test_a_server_that_is_not_there_is_told_after_some_tries():
    pauses = []
    with SohoaClient("http://127.0.0.1:9", "key", pause=pauses.append) as nobody, pytest.raises(SohoaUnreachable):
        nobody.record("x")
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0]


def test_a_busy_server_is_asked_again_when_it_says(doors):
    pauses = []
    with SohoaClient(doors.url, doors.key(Role.AUDITOR, rate=0.5), pause=pauses.append) as auditor:
        auditor.record(records.CODE)
        with pytest.raises(SohoaProblem, match="too_many"):
            auditor.record(records.CODE)
    assert set(pauses) <= {2.0, 3.0}
    assert len(pauses) == 5
