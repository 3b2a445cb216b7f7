"""Pages read before: the same page again costs no reading, and nothing is believed that does not hold together."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from flows import reading, readings
from flows.bench import DossierBench
from flows.desk import Desk
from flows.jobs import DigitizeJob
from flows.readings import Bounds, Readings
from models.outcome import Reason
from models.page import Box, Code, Line, PageSource, PageText, Scan, Word
from models.reader import Reader
from models.settings import Settings
from pipeline.confine import Confinement
from pipeline.digitize import ReadPage, read_scans
from pipeline.intake import survey
from pipeline.limits import Limits
from storage.archive import load_kept
from storage.opening import open_store
from tests.drawn_dossiers import draw_declaration

ORIGINAL = "5c" * 32
DAY = 86_400.0
PICTURE = b"\xff\xd8 a page image, any bytes \n\x00\xff"


def scan(number: int = 1, *, page: int = 3, original: str = ORIGINAL) -> Scan:
    return Scan(number, PageSource("a.pdf", original, page), Path("a.pdf"))


def read_page(folder: Path, **changes: object) -> ReadPage:
    image = folder / "page-0001.jpg"
    image.write_bytes(PICTURE)
    text = PageText(
        scan(), 1654, 2339,
        lines=(Line((Word("NGUYỄN", 0.1 + 0.2, Box(1, 2, 3, 4), 0.25), Word("THỊ", 1 / 3, Box(5, 2, 3, 4)))),),
        codes=(Code("QRCode", "036\n|Hường", Box(9, 9, 9, 9)),),
        rotation_degrees=90, skew_degrees=-0.35, mean_confidence=0.8321, warnings=(Reason.FAINT,),
    )  # fmt: skip
    return ReadPage(replace(text, **changes), image, 199.99999999999997, (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9))


@pytest.fixture
def make(tmp_path):
    def made(
        *, megabytes: float = 10, days: float = 30, reader: Reader = Reader.LINES, seal_keys: tuple[bytes, ...] = ()
    ) -> Readings:
        return Readings(tmp_path / "readings", Bounds(megabytes, days), reader=reader, seal_keys=seal_keys)

    return made


def kept_files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "readings").glob("*/*/*"))


def test_a_page_is_found_as_it_was_read_under_another_number(make, tmp_path):
    page = read_page(tmp_path)
    make().keep(page)
    pictures = tmp_path / "other"
    pictures.mkdir()

    found = make().find(scan(7), folder=pictures)

    assert found == replace(page, text=replace(page.text, scan=scan(7)), image=pictures / "page-0007.jpg", known=True)
    assert found.image.read_bytes() == PICTURE
    (file,) = kept_files(tmp_path)
    assert (file.stat().st_mode & 0o777, (tmp_path / "readings").stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize(
    ("other", "reader"),
    [
        (scan(page=4), Reader.LINES),
        (scan(original="5d" * 32), Reader.LINES),
        (scan(original=""), Reader.LINES),
        (scan(), Reader.TESSERACT),
    ],
)
def test_another_page_original_or_reader_finds_nothing(make, tmp_path, other, reader):
    make().keep(read_page(tmp_path))
    assert make(reader=reader).find(other, folder=tmp_path) is None


@pytest.mark.parametrize("at", [0, 70, 200, -1])
def test_a_file_that_was_altered_is_not_believed_and_goes(make, tmp_path, at):
    make().keep(read_page(tmp_path))
    (file,) = kept_files(tmp_path)
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)

    assert make().find(scan(), folder=tmp_path) is None
    assert kept_files(tmp_path) == []


def test_a_whole_file_in_another_page_s_place_is_not_believed(make, tmp_path):
    make().keep(read_page(tmp_path))
    (file,) = kept_files(tmp_path)
    file.rename(file.with_name(file.name.replace("00003", "00004")))
    assert make().find(scan(page=4), folder=tmp_path) is None


def test_what_was_read_is_sealed_where_originals_are(make, tmp_path):
    old, new = b"\1" * 32, b"\2" * 32
    make(seal_keys=(old,)).keep(read_page(tmp_path))
    (file,) = kept_files(tmp_path)
    sealed = file.read_bytes()
    assert not any(part in sealed for part in (PICTURE, "NGUYỄN".encode(), b"NGUY"))
    assert make(seal_keys=(new, old)).find(scan(), folder=tmp_path).image.read_bytes() == PICTURE
    assert make(seal_keys=(new,)).find(scan(), folder=tmp_path) is None  # cannot be opened: it goes, and is read again
    assert kept_files(tmp_path) == []
    make().keep(read_page(tmp_path))
    assert make(seal_keys=(new,)).find(scan(), folder=tmp_path) is None  # was kept before there was a key
    for damaged in (sealed[:60], sealed[:-1], sealed[:-1] + b"\0"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(damaged)
        assert make(seal_keys=(old,)).find(scan(), folder=tmp_path) is None


@pytest.mark.parametrize("rejection", [Reason.RECOGNIZER_FAILED, Reason.TOO_SLOW, Reason.OUT_OF_MEMORY])
def test_what_another_try_may_read_better_is_not_kept(make, tmp_path, rejection):
    make().keep(read_page(tmp_path, rejection=rejection))
    assert kept_files(tmp_path) == []


def test_nothing_is_kept_where_nothing_may_be(make, tmp_path):
    readings = make(megabytes=0)
    readings.keep(read_page(tmp_path))
    assert (kept_files(tmp_path), readings.find(scan(), folder=tmp_path)) == ([], None)


def test_a_page_is_forgotten_when_its_days_are_over_however_often_it_was_used(make, tmp_path):
    make().keep(read_page(tmp_path))
    (file,) = kept_files(tmp_path)
    os.utime(file, (time.time(), time.time() - 29 * DAY))
    assert make().find(scan(), folder=tmp_path) is not None
    os.utime(file, (time.time(), time.time() - 31 * DAY))
    assert make().find(scan(), folder=tmp_path) is None
    assert kept_files(tmp_path) == []


def test_the_longest_unused_go_where_there_is_too_much(make, tmp_path):
    page, now = read_page(tmp_path), time.time()
    room = make()
    for number in range(5):
        room.keep(replace(page, text=replace(page.text, scan=scan(page=number))))
        os.utime(kept_files(tmp_path)[number], (now - 100 + number, now - 100))
    make().find(scan(page=0), folder=tmp_path)
    size = kept_files(tmp_path)[0].stat().st_size

    make(megabytes=4.5 * size / 1e6).keep(replace(page, text=replace(page.text, scan=scan(page=9))))

    assert [file.name[:5] for file in kept_files(tmp_path)] == ["00000", "00003", "00004", "00009"]


def test_a_disk_that_refuses_costs_the_keeping_only(make, tmp_path):
    (tmp_path / "readings").write_text("no folder")
    readings = make()
    readings.keep(read_page(tmp_path))
    assert readings.find(scan(), folder=tmp_path) is None


def test_a_dossier_that_gained_a_page_and_the_same_scan_in_another_read_only_what_is_new(tmp_path, monkeypatch):
    person = {"name": "NGUYỄN THỊ HƯỜNG", "birth": "12/03/1985", "sex": "Nữ", "number": "036185012345"}
    inbox = tmp_path / "inbox"
    for folder in ("H40.12-260105-0007", "H40.12-260105-0008"):
        (inbox / folder).mkdir(parents=True)
    first_page = draw_declaration(inbox / "H40.12-260105-0007" / "1.pdf", **person)
    shutil.copy(first_page, inbox / "H40.12-260105-0008" / "1.pdf")
    settings = Settings.from_environment({"SOHOA_HOME": str(tmp_path / "home")})
    opened: list[str] = []

    def noted(scans, **how):
        opened.extend(f"{one.path.parent.name[-4:]}/{one.path.name}" for one in scans)
        return read_scans(scans, **how)

    monkeypatch.setattr(reading, "read_scans", noted)
    with closing(DossierBench(settings)) as bench:

        def digitize(code: str, *, again: bool = False):
            with Confinement(Limits()) as opener:
                found = survey([inbox], workspace=tmp_path, limits=Limits(), opener=opener)
            (dossier,) = (one for one in found.dossiers if one.code.text == code)
            return bench.work(DigitizeJob(dossier, "batch", again=again), lambda _stage: None)

        first = digitize("H40.12-260105-0007")
        other = digitize("H40.12-260105-0008")
        assert (opened, first.pages_known, other.pages_known) == (["0007/1.pdf"], 0, 1)

        draw_declaration(inbox / "H40.12-260105-0007" / "2.pdf", **person | {"number": "001090004321"})
        assert digitize("H40.12-260105-0007").pages_known == 1
        assert opened == ["0007/1.pdf", "0007/2.pdf"]

        store = open_store(settings)
        one, two = (load_kept(store, code).record for code in ("H40.12-260105-0007", "H40.12-260105-0008"))
        assert two.pages[0] == replace(one.pages[0], source=two.pages[0].source)
        assert two.persons

        assert digitize("H40.12-260105-0008", again=True).pages_known == 0
        assert opened[2:] == ["0008/1.pdf"]
        assert load_kept(store, "H40.12-260105-0008").record == two


def test_only_workers_load_what_reads():
    asked = "import sys, scripts.digitize_command; print(sorted({'cv2', 'zxingcpp', 'onnxruntime'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_each_worker_keeps_readings_in_the_home(tmp_path):
    settings = Settings.from_environment(
        {"SOHOA_HOME": str(tmp_path), "SOHOA_READINGS_MEGABYTES": "1", "SOHOA_READINGS_DAYS": "2"}
    )
    with closing(Desk.open(settings)) as desk:
        desk.readings.keep(read_page(tmp_path))
    assert len(kept_files(tmp_path)) == 1


def test_looking_at_all_that_is_held_costs_a_page_the_same_however_much_it_is(make, tmp_path, monkeypatch):
    held = [(tmp_path / "gone.page", tmp_path.stat())] * 4000
    looked = []
    monkeypatch.setattr(readings, "_files", lambda folder: looked.append(folder) or iter(held))
    kept = make(megabytes=1e6)
    for _ in range(400):
        kept.keep(read_page(tmp_path))
    assert len(looked) == 2  # at the first, and after a twentieth of what is held
