"""The `sohoa` command: what it lists, what it loads, what it says when something is wrong, and its exit codes."""

from __future__ import annotations

import importlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from models.errors import RegistryUnreachable, StorageUnreachable, UnreadableInput, UsageError
from models.settings import Settings
from pipeline.manifest import parse_manifest
from scripts import cli
from scripts.error_texts import error_text
from storage.archive import keep_dossier
from storage.database import open_database
from storage.index import Index
from storage.opening import open_store
from tests.commands import sohoa
from tests.records import CODE, ORIGINAL, content, record

ROOT = Path(__file__).resolve().parent.parent
OPERATIONS = ROOT / "docs" / "operations.md"


def test_help_lists_every_command_without_loading_any() -> None:
    program = (
        "import sys; sys.argv = ['sohoa', '--help']\n"
        "from scripts.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'cv2', 'prefect', 'sqlalchemy', 'PIL', 'numpy', 'pikepdf', 'minio'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    for language, word in (("vi", "Số hóa hồ sơ"), ("en", "Digitize dossiers")):
        said = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env=os.environ | {"SOHOA_LANG": language, "COLUMNS": "120"},
        )
        assert word in said.stdout
        for entry in cli.ENTRIES:
            assert f" {entry.name} " in said.stdout


@pytest.mark.parametrize("entry", cli.ENTRIES, ids=lambda entry: entry.name)
def test_every_command_loads_and_explains_itself(entry: cli.Entry, home: Path) -> None:
    said = sohoa(entry.name, "--help")
    assert said.exit_code == 0
    assert "--help" in said.output


def test_the_version_is_that_of_the_package() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert sohoa("--version").stdout == f"sohoa {declared}\n"


def test_reading_matching_and_looking_never_load_prefect(kept: Path) -> None:
    program = (
        "import sys, importlib\n"
        "for place in sys.argv[1:]: importlib.import_module(place.partition(':')[0])\n"
        "assert 'prefect' not in sys.modules\n"
    )
    places = [entry.place for entry in cli.ENTRIES]
    subprocess.run([sys.executable, "-c", program, *places], check=True, cwd=ROOT)


def test_a_kept_dossier_is_shown_exported_found_counted_fetched_and_verified(kept: Path, tmp_path: Path) -> None:
    assert "NGUYỄN THỊ HƯỜNG" in sohoa("show", CODE).output
    assert json.loads(sohoa("show", CODE, "--json").output)["dossier_code"] == CODE
    assert [json.loads(line)["unit"] for line in sohoa("export").output.splitlines()] == ["H40.12"]
    assert sohoa("export", "--unit", "H40.1").output == ""
    assert sohoa("export", "--unit", "000.00.00.H40").output.count(CODE)  # the old form of H40
    assert json.loads(sohoa("search", "nguyen thi huong", "--json").output)[0]["dossier_code"] == CODE
    rates = json.loads(
        sohoa("rates", "--from", "2026-01-01", "--to", "2026-12-31", "--by", "month", "--format", "json").output
    )
    assert [(row["month"], row["received"]) for row in rates] == [("2026-01", 1)]
    assert sohoa("fetch", CODE, str(tmp_path / "files")).exit_code == 0
    assert (tmp_path / "files" / "originals" / f"{CODE}.pdf").read_bytes() == ORIGINAL
    assert sohoa("verify").exit_code == 0
    (kept / "index.db").unlink()
    assert json.loads(sohoa("rebuild-index", "--json").output)["taken_in"] == 1


def test_what_is_looked_at_is_noted_without_names_and_a_log_that_was_altered_says_where(
    kept: Path, monkeypatch
) -> None:
    monkeypatch.setenv("SOHOA_ACTOR", "lan.nt")
    monkeypatch.setenv("SOHOA_PURPOSE", "tra cứu cho 036185012345")
    for arguments in (["show", CODE], ["search", "nguyen thi huong"], ["export"], ["verify"]):
        assert sohoa(*arguments).exit_code == 0
    assert sohoa("reconcile").exit_code == 6  # kept by no run: the ledger knows nothing of it
    listed = sohoa("audit", "list", "--json").stdout
    entries = [json.loads(line) for line in listed.splitlines()]
    seen = [(entry["action"], entry["subject"], entry["actor"]) for entry in entries]
    assert seen[0] == ("dossier_viewed", f"dossier:{CODE}", "lan.nt")
    assert [action for action, _, _ in seen if action != "audit_anchored"] == [
        "dossier_viewed", "searched", "records_exported", "archive_verified", "pages_reconciled",
    ]  # fmt: skip
    assert entries[-1]["result"] == "not_balanced"
    assert "036185012345" not in listed
    assert "036*****2345" in listed
    assert "HƯỜNG" not in listed.upper()
    assert json.loads(sohoa("audit", "anchor", "--json").stdout)["entry"] >= 6
    assert "sound" in sohoa("audit", "verify").stdout
    with sqlite3.connect(kept / "index.db") as connection:
        connection.execute("UPDATE audit SET actor = 'someone' WHERE action = 'searched'")
    connection.close()
    told = sohoa("audit", "verify")
    assert (told.exit_code, "index: entry " in told.stdout, "changed" in told.stdout) == (6, True, True)


def test_nothing_is_shown_where_the_audit_log_cannot_be_written(kept: Path, monkeypatch) -> None:
    monkeypatch.setenv("SOHOA_INDEX", "postgresql://nobody@127.0.0.1:1/none")
    for arguments in (["show", CODE], ["fetch", CODE], ["export"]):
        said = sohoa(*arguments)
        assert (said.exit_code, "HƯỜNG" in said.output) == (6, False)


def test_an_altered_file_is_named_and_the_exit_code_says_so(kept: Path) -> None:
    (image,) = (kept / "store").rglob("0001.jpg")
    image.write_bytes(b"jpeG")
    said = sohoa("verify", "--json")
    assert said.exit_code == 6
    report = json.loads(said.stdout)
    assert (report["sound"], [finding["kind"] for finding in report["findings"]]) == (False, ["damaged"])


def test_what_is_sealed_with_a_key_that_is_not_set_is_not_called_lost(home: Path, monkeypatch) -> None:
    monkeypatch.setenv("SOHOA_SEAL_KEY", "ab" * 32)
    settings = Settings.from_environment()
    database = open_database(settings.index)
    Index(database).put(keep_dossier(open_store(settings), record(), **content(record())))
    database.close()
    for key in ("", "cd" * 32):
        monkeypatch.setenv("SOHOA_SEAL_KEY", key)
        for command in ("verify", "reconcile"):
            said = sohoa(command)
            assert (said.exit_code, "1 objects are sealed with a key" in said.stderr) == (6, True), (key, command)
    monkeypatch.setenv("SOHOA_SEAL_KEY", "ab" * 32)
    assert sohoa("verify").exit_code == 0
    (original,) = (path for path in (home / "store" / "originals").rglob("*") if path.is_file())
    original.write_bytes(original.read_bytes()[:-1] + b"x")
    said = sohoa("verify")
    assert (said.exit_code, "are sealed with a key" in said.stderr) == (6, False)  # the key is there: it is damaged


def test_a_damaged_record_is_left_out_and_named(kept: Path) -> None:
    broken = kept / "store" / "dossiers" / "H40.12-260101-0001" / "record.json"
    broken.parent.mkdir()
    broken.write_bytes(b"{")
    said = sohoa("export")
    assert [json.loads(line)["dossier_code"] for line in said.stdout.splitlines()] == [CODE]
    assert "dossiers/H40.12-260101-0001/record.json" in said.stderr
    again = sohoa("rebuild-index")
    assert "dossiers/H40.12-260101-0001/record.json" in again.stdout
    assert (said.exit_code, again.exit_code) == (6, 6)


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "says"),
    [
        (["show", "H40.12-260105-9999"], {}, 2, "no dossier"),
        (["rates", "--from", "yesterday"], {}, 2, "YYYY-MM-DD"),
        (["export"], {"SOHOA_WORKERS": "0", "SOHOA_LANG": "en", "SOHOA_PAGE_SECONDS": "x"}, 2, "SOHOA_PAGE_SECONDS"),
        (["export"], {"SOHOA_STORE": "{file}/store"}, 6, "store"),
        (["rates"], {"SOHOA_INDEX": "postgresql://nobody@127.0.0.1:1/none"}, 6, "does not answer"),
        (["digitize", "{file}"], {"SOHOA_HOME": "{file}/home"}, 6, "file.txt/home"),
        (["digitize", "{file}"], {"PATH": "/nowhere"}, 7, "tesseract-ocr-vie"),
        (["ocr", "{file}", "{file}.pdf"], {}, 4, "neither an image nor a PDF"),
        (["match"], {}, 3, "registry load"),
        (["nonsense"], {}, 2, "nonsense"),
        (["digitize"], {}, 2, "PATH…"),
    ],
)  # fmt: skip
def test_expected_trouble_is_one_message_and_an_exit_code(
    arguments, environment, code, says, home, tmp_path, monkeypatch
) -> None:
    file = tmp_path / "file.txt"
    file.write_text("no scan")
    for name, value in environment.items():
        monkeypatch.setenv(name, value.format(file=file))
    said = sohoa(*(argument.format(file=file) for argument in arguments))
    assert said.exit_code == code, said.output
    assert says in said.stderr
    assert "Traceback" not in said.output


def test_an_unforeseen_error_is_logged_by_place_not_by_text(home: Path, monkeypatch) -> None:
    def surprise() -> None:
        raise ValueError("NGUYỄN THỊ HƯỜNG")

    module = importlib.import_module("scripts.show_command")
    monkeypatch.setattr(module, "show", surprise)
    said = sohoa("show")
    assert said.exit_code == 1
    assert "ValueError" in said.stderr
    (line,) = (home / "logs" / "sohoa.log").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["error"]["class"] == "builtins.ValueError"
    assert any("test_cli.py" in frame for frame in json.loads(line)["error"]["frames"])
    assert "NGUYỄN" not in line + said.output


def test_errors_speak_the_reader_s_language(monkeypatch) -> None:
    monkeypatch.setenv("SOHOA_LANG", "vi")
    assert error_text(StorageUnreachable("refused")).startswith("Kho lưu trữ")
    assert error_text(UnreadableInput("encrypted_file", "a.pdf")).endswith("(a.pdf)")
    assert "mật khẩu" in error_text(UnreadableInput("encrypted_file"))
    assert "sohoa registry load" in error_text(RegistryUnreachable())
    assert error_text(UsageError("column 3")) == "column 3"
    with pytest.raises(UsageError) as caught:
        parse_manifest(b"dossier_code,received_on,expected_pages,files\nx,,,\nH40.12-260105-0007,y,0,../a\n")
    assert error_text(caught.value).splitlines() == [
        "manifest.csv dòng 2, cột dossier_code: cần mã hồ sơ như H40.12-260105-0007",
        "manifest.csv dòng 3, cột received_on: cần ngày dạng YYYY-MM-DD",
        "manifest.csv dòng 3, cột expected_pages: cần một số nguyên từ 1 đến 9999",
        "manifest.csv dòng 3, cột files: cần tên tệp tính từ thư mục của manifest, không có .. và không bắt đầu bằng /",
    ]


def test_every_command_setting_and_exit_code_is_documented() -> None:
    documented = OPERATIONS.read_text(encoding="utf-8")
    for entry in cli.ENTRIES:
        assert f"`sohoa {entry.name}" in documented, entry.name
    source = (ROOT / "models" / "settings.py").read_text(encoding="utf-8")
    for setting in set(re.findall(r"\bSOHOA_[A-Z0-9_]+\b", source)):
        assert f"`{setting}`" in documented, setting
    for code in (0, 2, 3, 4, 5, 6, 7, 130):
        assert re.search(rf"^\| {code} \|", documented, re.MULTILINE), code
