"""A run as a province has it (S3, signed, sealed): no person and no secret stands where neither may, and again nothing is done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from models.settings import Settings
from scripts.traces import Persons, leftovers, persons_of
from storage.opening import open_store
from storage.sealed import SealedStore
from storage.vault import VaultedStore
from tests.drawn_dossiers import CITIZENS, draw_inbox
from tests.signing_keys import PASSPHRASE, keys

ROOT = Path(__file__).resolve().parent.parent
SEAL_KEY = "5ea1" * 16


def test_a_finder_finds() -> None:
    persons = Persons(["NGUYỄN THỊ HƯỜNG"], ["036185012345"])
    assert len(persons) == 2
    for text in (
        "dossiers/nguyen-thi-huong/1",
        '{"name": "Nguy\\u1ec5n Th\\u1ecb H\\u01b0\\u1eddng"}',
        "ông/bà NGUYỄN  THỊ HƯỜNG,",
        "id=036185012345.",
    ):
        assert persons.traces_in(text), text
    for text in ("Nguyễn Thị", "0361850123456", "036*****2345", "huong thi nguyen", ""):
        assert not persons.traces_in(text), text


def environment(home: Path, server: Settings) -> dict[str, str]:
    """The settings of the run; secrets by variable and by file."""
    assert server.s3 is not None
    home.mkdir()
    (home / "officer.p12").write_bytes(keys().pkcs12)
    (home / "s3-secret").write_text(server.s3.secret_key)
    return {
        "SOHOA_HOME": str(home),
        "SOHOA_LANG": "en",
        "SOHOA_WORKERS": "1",
        "SOHOA_STORE": "s3://traces/archive",
        "SOHOA_S3_ENDPOINT": f"http://{server.s3.endpoint}",
        "SOHOA_S3_ACCESS_KEY": server.s3.access_key,
        "SOHOA_S3_SECRET_KEY_FILE": str(home / "s3-secret"),
        "SOHOA_SIGN_PKCS12": str(home / "officer.p12"),
        "SOHOA_SIGN_PASSPHRASE": PASSPHRASE.decode(),
        "SOHOA_SEAL_KEY": SEAL_KEY,
    }


def digitize(inbox: Path, env: dict[str, str]) -> tuple[dict, str, str]:
    """The command's summary, what it said, and the command lines of its processes while it ran."""
    running = subprocess.Popen(
        [sys.executable, "-m", "scripts.cli", "digitize", str(inbox), "--json"],
        cwd=ROOT, env=os.environ | env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    seen: set[str] = set()
    while running.poll() is None:
        seen |= set(command_lines(running.pid))
        time.sleep(0.05)
    out, err = running.communicate(timeout=60)
    return json.loads(out), err, "\n".join(seen)


def command_lines(root: int) -> Iterator[str]:
    """Of a process and all that it started, as every user of the machine can read them."""
    parents, lines = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            lines[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue  # it has ended
    for process, line in lines.items():
        above = process
        while above not in {0, root}:
            above = parents.get(above, 0)
        if above == root:
            yield line


@pytest.fixture(scope="module")
def run(tmp_path_factory, ceph_server):
    """The environment of a run, its summary, and all that was said and seen of it."""
    folder = tmp_path_factory.mktemp("run")
    env, inbox = environment(folder / "home", ceph_server), draw_inbox(folder / "inbox")
    (folder / "citizens.csv").write_text(CITIZENS, encoding="utf-8")
    load = [sys.executable, "-m", "scripts.cli", "registry", "load", str(folder / "citizens.csv")]
    subprocess.run(load, cwd=ROOT, env=os.environ | env, check=True, capture_output=True)
    summary, said, processes = digitize(inbox, env)
    return env, folder, summary, said, processes


def test_no_person_is_found_beside_the_records(run) -> None:
    env, folder, summary, said, processes = run
    assert any(dossier["matched"] for dossier in summary["dossiers"]), said
    persons = persons_of([folder / "citizens.csv"])
    texts = [*leftovers(Settings.from_environment(env)), ("terminal", said), ("processes", processes)]
    where = {name.partition(" ")[0] for name, _ in texts}
    assert {"log", "object", "metrics", "prefect.db", "terminal", "processes"} <= where
    assert [name for name, text in texts if persons.traces_in(text)] == []


def test_no_secret_is_in_logs_processes_or_databases(run) -> None:
    env, _, _, said, processes = run
    secrets = [PASSPHRASE.decode(), SEAL_KEY, Path(env["SOHOA_S3_SECRET_KEY_FILE"]).read_text()]
    for name, text in [*leftovers(Settings.from_environment(env)), ("terminal", said), ("processes", processes)]:
        assert not [secret for secret in secrets if secret in text], name
    assert "scripts.cli digitize" in processes


def test_the_server_is_told_a_digest_of_each_object_and_nothing_else(run) -> None:
    env, *_ = run
    sealed = open_store(Settings.from_environment(env))
    assert isinstance(sealed, SealedStore)
    inner = sealed.inner
    bucket = inner.plain if isinstance(inner, VaultedStore) else inner
    for stat in bucket.under():
        told = bucket._client.stat_object(bucket.access.bucket, bucket._name(stat.key)).metadata
        assert {name for name in told if name.lower().startswith("x-amz-meta-")} <= {"x-amz-meta-sha256"}


def test_what_rests_is_signed_and_sealed_and_the_same_scans_again_change_nothing(run) -> None:
    env, folder, *_ = run
    verify = [sys.executable, "-m", "scripts.cli", "verify", "--json"]
    found = json.loads(subprocess.run(verify, cwd=ROOT, env=os.environ | env, check=True, capture_output=True).stdout)
    assert (found["sound"], found["signed"] > 0, found["unsigned"]) == (True, True, 0)
    settings = Settings.from_environment(env)
    bare = open_store(replace(settings, seal_keys=()))
    original = next(stat.key for stat in bare.under("originals/"))
    assert bare.get(original).startswith(b"sohoa\0s1")
    before = {stat.key: stat.size for stat in bare.under()}
    summary, _, _ = digitize(folder / "inbox", env)
    assert summary["dossiers"] == []
    assert {stat.key: stat.size for stat in bare.under()} == before
