"""What a killed program left in the folder for temporary files goes; what a living one works in stays."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from flows.scratch import scratch, sweep_scratch

HOUR = 3600


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_it_is_gone_at_the_end_of_the_block(temporary):
    with scratch() as folder:
        (folder / "page.jpg").write_bytes(b"a page")
        assert sweep_scratch(now=time.time() + 100 * HOUR) == 0
    assert list(temporary.iterdir()) == []


def test_what_a_killed_program_left_is_swept_after_an_hour(temporary):
    program = (
        "import os, signal; from flows.scratch import scratch\nwith scratch(): os.kill(os.getpid(), signal.SIGKILL)"
    )
    root = Path(__file__).resolve().parent.parent
    subprocess.run([sys.executable, "-c", program], check=False, cwd=root, env=os.environ | {"TMPDIR": str(temporary)})
    (left,) = temporary.iterdir()
    assert sweep_scratch() == 0
    assert sweep_scratch(now=time.time() + 1.1 * HOUR) == 1
    assert not left.exists()


def test_a_childs_old_folder_goes_and_what_is_not_ours_stays(temporary):
    for name in ("sohoa-child-ab12", "sohoa-1234567890123-x", "other-1-x"):
        (temporary / name).mkdir()
    (temporary / "sohoa-file").write_bytes(b"")
    (temporary / "sohoa-link").symlink_to(temporary / "other-1-x")
    assert sweep_scratch(now=time.time() + 2 * HOUR) == 1
    assert sweep_scratch(now=time.time() + 25 * HOUR) == 1
    assert sorted(path.name for path in temporary.iterdir()) == ["other-1-x", "sohoa-file", "sohoa-link"]
