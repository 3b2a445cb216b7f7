"""A consumer of the change feed that is killed at random, many times, ends with exactly the store's records."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import replace

from models.access import Role
from storage.archive import all_kept
from tests import records
from tests.doors import open_doors

# What a program downstream does: the record and the cursor in one transaction of its own database.
CONSUMER = """
import json, sqlite3, sys
from api.sohoa_client import SohoaClient
url, key, file = sys.argv[1:]
mine = sqlite3.connect(file, isolation_level=None)
mine.execute("CREATE TABLE IF NOT EXISTS copies (code TEXT PRIMARY KEY, revision INTEGER, record TEXT)")
mine.execute("CREATE TABLE IF NOT EXISTS seen (seq INTEGER PRIMARY KEY)")
seen = mine.execute("SELECT max(seq) FROM seen").fetchone()[0] or 0
with SohoaClient(url, key) as sohoa:
    for change in sohoa.changes(after=seen, wait=5):
        mine.execute("BEGIN IMMEDIATE")
        if change.removed:
            mine.execute("DELETE FROM copies WHERE code = ?", [change.dossier_code])
        else:
            record = sohoa.record(change.dossier_code, revision=change.revision)
            row = [change.dossier_code, change.revision, json.dumps(record)]
            mine.execute("INSERT INTO copies VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET revision = excluded.revision, record = excluded.record", row)
        mine.execute("INSERT INTO seen VALUES (?)", [change.seq])  # a number that came twice would fail here
        mine.execute("COMMIT")
"""


def write(doors, stop: threading.Event) -> None:
    """Keeps dossiers and new revisions of them, while the consumer reads and dies."""
    rng = random.Random(7)
    for number in range(24):
        code = f"H40.12-260105-{rng.randrange(8):04d}"
        doors.keep(replace(records.record(code), reasons=(f"step_{number}",)))
        stop.wait(0.02)


def test_a_consumer_killed_at_random_ends_with_the_stores_records(tmp_path):
    copies = tmp_path / "copies.db"
    rng = random.Random(11)
    with open_doors(tmp_path / "home", dossiers=(records.CODE,)) as doors:
        key, stop = doors.key(Role.DOWNSTREAM), threading.Event()
        writer = threading.Thread(target=write, args=(doors, stop))
        writer.start()
        killed = 0
        ends = time.monotonic() + 90
        while time.monotonic() < ends:
            consumer = subprocess.Popen([sys.executable, "-c", CONSUMER, doors.url, key, str(copies)])
            try:
                consumer.wait(timeout=rng.uniform(0.8, 2.0))
                raise AssertionError(f"the consumer ended by itself: {consumer.returncode}")
            except subprocess.TimeoutExpired:
                consumer.send_signal(signal.SIGKILL)
                consumer.wait()
                killed += 1
            if not writer.is_alive() and killed >= 6 and _seen(copies) == 25:
                break
        writer.join()
        wanted = {kept.record.dossier_code: kept.to_json() for kept in all_kept(doors.office.store)}
    with sqlite3.connect(copies) as mine:
        found = {code: json.loads(record) for code, record in mine.execute("SELECT code, record FROM copies")}
        seqs = [row[0] for row in mine.execute("SELECT seq FROM seen ORDER BY seq")]
    mine.close()
    assert found == json.loads(json.dumps(wanted))
    assert seqs == list(range(1, 26))
    assert killed >= 6


def _seen(copies) -> int:
    try:
        mine = sqlite3.connect(copies)
        return mine.execute("SELECT count(*) FROM seen").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    finally:
        mine.close()
