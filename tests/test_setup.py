"""`scripts/setup` with doubles for python and apt: what it installs, what it says, and that it does nothing twice."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ("bash", "env", "dirname", "cat", "sha256sum", "cut", "grep", "mkdir", "cp", "rm", "awk", "mktemp", "chmod")
CEPH = ("radosgw", "ceph-mon", "ceph-osd", "ceph-mgr", "ceph")
NOBODY = 65534

# Notes what it is asked, makes a .venv that holds itself, and keeps a copy of the build requirements.
PYTHON = """#!/bin/sh
echo "$*" >> calls
case "$*" in
    *sys.prefix*) echo "3 11 7 /usr" ;;
    "-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
    *require-hashes*-r*-r*) for last; do :; done; cp "$last" builder.txt ;;
esac
"""


@pytest.fixture
def tree() -> Iterator[Path]:
    """A checkout with the real script and locks, and a PATH of its own in bin/, open to every user."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield _checkout(Path(folder))


def _checkout(tmp_path: Path) -> Path:
    for name in ("scripts/setup", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    programs = tmp_path / "bin"
    programs.mkdir()
    for tool in (*TOOLS, *CEPH, "tesseract", "pdftoppm", "fc-match"):
        found = shutil.which(tool)
        assert found, tool
        (programs / tool).symlink_to(found)
    _write_program(programs / "python3", PYTHON)
    return tmp_path


def _write_program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def setup(tree: Path, *arguments: str, as_nobody: bool = False) -> subprocess.CompletedProcess[str]:
    options = {"user": NOBODY} if as_nobody and os.geteuid() == 0 else {}
    return subprocess.run(
        [tree / "bin" / "bash", tree / "scripts" / "setup", *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=tree,
        env={"PATH": str(tree / "bin")},
        **options,
    )


def calls(tree: Path) -> list[str]:
    """What python was asked since the last look, but for its version and modules."""
    path = tree / "calls"
    made = path.read_text().splitlines()
    path.unlink()
    return [call for call in made if not call.startswith("-c")]


def test_it_makes_the_venv_once_from_hashed_locks_and_then_does_nothing(tree: Path) -> None:
    said = setup(tree)
    assert said.returncode == 0, said.stderr
    venv, install, editable = calls(tree)
    assert venv == "-m venv .venv"
    assert "install --require-hashes -r requirements.lock -r" in install
    assert "--no-deps --no-build-isolation --editable ." in editable
    builder = (tree / "builder.txt").read_text()
    assert builder.startswith("setuptools==")
    assert builder.count("==") == 1
    assert "--hash=sha256:" in builder
    again = setup(tree)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert calls(tree) == []


def test_what_tests_need_holds_what_running_needs(tree: Path) -> None:
    assert setup(tree, "--dev").returncode == 0
    assert any("--require-hashes -r requirements-dev.lock" in call for call in calls(tree))
    assert setup(tree).returncode == 0
    assert calls(tree) == []
    lock = tree / "requirements-dev.lock"
    lock.write_text(lock.read_text() + "# a newer lock\n")
    assert setup(tree, "--dev").returncode == 0
    assert any("requirements-dev.lock" in call for call in calls(tree))


def test_a_failed_installation_leaves_no_stamp(tree: Path) -> None:
    _write_program(
        tree / "bin" / "python3", PYTHON.replace("*require-hashes*-r*-r*)", "*require-hashes*) exit 1;;\n x)")
    )
    assert setup(tree).returncode == 1
    assert not (tree / ".venv" / "sohoa-stamp").exists()


def test_without_root_it_names_the_packages_and_the_one_command(tree: Path) -> None:
    for program in ("tesseract", "pdftoppm"):
        (tree / "bin" / program).unlink()
    said = setup(tree, as_nobody=True)
    assert said.returncode == 1
    command = "sudo apt-get update && sudo apt-get install -y --no-install-recommends tesseract-ocr poppler-utils"
    assert command in said.stderr
    assert not (tree / ".venv").exists()


def test_root_installs_only_what_is_missing_and_looks_for_new_lists_only_then(tree: Path) -> None:
    (tree / "bin" / "pdftoppm").unlink()
    _write_program(
        tree / "bin" / "apt-get",
        '#!/bin/sh\necho "$*" >> apt; [ "$1" = update ] || [ -f updated ] || { : > updated; exit 1; }\n',
    )
    if os.geteuid() == 0:
        assert setup(tree).returncode == 0
        install = "install -y -qq --no-install-recommends poppler-utils"
        assert (tree / "apt").read_text().splitlines() == [install, "update -qq", install]
    else:
        assert "poppler-utils" in setup(tree).stderr


def test_an_old_python_is_refused_with_what_is_needed(tree: Path) -> None:
    _write_program(
        tree / "bin" / "python3", '#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n'
    )
    said = setup(tree)
    assert said.returncode == 1
    assert "Python 3.11 or newer is needed; this machine has Python 3.9.2" in said.stderr


def test_every_script_says_what_it_does_and_can_be_run() -> None:
    for name in ("scripts/setup", "scripts/demo", "scripts/test", ".ci/run"):
        path = ROOT / name
        assert path.stat().st_mode & stat.S_IXUSR, name
        assert path.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n# "), name
        subprocess.run(["bash", "-n", path], check=True)
