"""Dossiers, batches, manifests and archives as clerks leave them; nothing that was scanned may vanish."""

from __future__ import annotations

import os
import unicodedata
import zipfile
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.dossier import Announcement, DossierCode
from models.errors import UnreadableInput, UsageError
from models.outcome import Reason
from pipeline.belonging import code_before_more
from pipeline.intake import Survey, survey
from pipeline.limits import Limits
from pipeline.listing import digest
from pipeline.manifest import parse_manifest
from pipeline.names import natural_key, shown_name
from pipeline.opener import DirectOpener
from pipeline.settling import unsettled
from pipeline.unpack import unpack
from tests.paper_files import jpeg, save_picture, scanned_pdf, zip_of

LIMITS = Limits()
ONE, TWO, OLD = "H40.12-260105-0007", "H40.12-260105-0008", "000.00.12.H40-260105-0007"
BATH = "đơn đề nghị số 7.jpg"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def look(*paths: Path, limits: Limits = LIMITS, **more) -> Survey:
    return survey(paths, workspace=paths[0].parent / "workspace", limits=limits, opener=DirectOpener(limits), **more)


def pages(found: Survey) -> dict[str, list[tuple[str, int]]]:
    return {d.code.text: [(scan.source.file, scan.source.page) for scan in d.scans] for d in found.dossiers}


def notes(found: Survey) -> dict[str, str]:
    return {note.file: note.reason.value for note in found.notes}


def picture(folder: Path, name: str, shade: int = 200) -> Path:
    folder.mkdir(exist_ok=True, parents=True)
    return save_picture(folder / name, shade)


def test_files_and_folders_named_by_a_code_are_dossiers(inbox: Path) -> None:
    scanned_pdf(inbox / f"{ONE}.PDF", pages=2)
    picture(inbox / OLD, "trang 10.jpg", 10)
    picture(inbox / OLD, "trang 2.JPEG", 2)
    scanned_pdf(inbox / OLD / "trang 3.pdf", pages=2)
    picture(inbox / OLD / "mặt sau", "1.jpg", 5)
    picture(inbox / "tháng 1" / "tuần 2" / TWO.lower(), "a.png")  # a JPEG inside, whatever it is called

    found = look(inbox)

    deep = f"tháng 1/tuần 2/{TWO.lower()}/a.png"
    assert pages(found) == {
        OLD: [(f"{OLD}/mặt sau/1.jpg", 1), (f"{OLD}/trang 2.JPEG", 1), (f"{OLD}/trang 3.pdf", 1),
              (f"{OLD}/trang 3.pdf", 2), (f"{OLD}/trang 10.jpg", 1)],
        ONE: [(f"{ONE}.PDF", 1), (f"{ONE}.PDF", 2)],
        TWO: [(deep, 1)],
    }  # fmt: skip
    assert [scan.number for scan in found.dossiers[0].scans] == [1, 2, 3, 4, 5]
    assert found.dossiers[2].scans[0].source.sha256 == digest(inbox / deep)
    assert (found.batches, found.notes) == ((), ())


def test_single_pictures_named_by_a_code_and_more(inbox: Path) -> None:
    for number in (1, 2, 10):
        picture(inbox, f"{ONE}_{number}.jpg", number)
    picture(inbox, f"{TWO} (2).jpg")

    assert pages(look(inbox)) == {ONE: [(f"{ONE}_{n}.jpg", 1) for n in (1, 2, 10)], TWO: [(f"{TWO} (2).jpg", 1)]}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (f"{ONE}_2", ONE), (f"{ONE} (1)", ONE), (f"{ONE}.signed", ONE), (ONE.lower() + "-a", ONE),
        (f"{ONE} den {TWO}", None), ("scan0001", None), ("H40.12-261305-0007_1", None), (f"{ONE}99", None), ("", None),
    ],
)  # fmt: skip
def test_the_code_that_a_name_begins_with(name: str, code: str | None) -> None:
    found = code_before_more(name)
    assert (found and found.text) == code


def test_what_has_no_code_is_a_batch(inbox: Path) -> None:
    (inbox / "sao chép.pdf").write_bytes(scanned_pdf(inbox / "bản quét.pdf", pages=3).read_bytes())
    scanned_pdf(inbox / f"{ONE} đến {TWO}.pdf", pages=2)
    scanned_pdf(inbox / f"{ONE} bổ sung.pdf", pages=2)
    scanned_pdf(inbox / "scan2.pdf")
    picture(inbox, "scan1.jpg", 1)
    picture(inbox, "scan10.jpg", 3)

    found = look(inbox)

    assert {b.name: ([s.source.file for s in b.scans], b.code and b.code.text) for b in found.batches} == {
        "bản quét.pdf": (["bản quét.pdf"] * 3, None),
        f"{ONE} đến {TWO}.pdf": ([f"{ONE} đến {TWO}.pdf"] * 2, None),
        f"{ONE} bổ sung.pdf": ([f"{ONE} bổ sung.pdf"] * 2, ONE),
        "scan1.jpg": (["scan1.jpg", "scan2.pdf", "scan10.jpg"], None),
    }
    assert found.dossiers == ()
    assert notes(found) == {"sao chép.pdf": "duplicate_file"}


def test_what_cannot_be_opened_keeps_its_place(inbox: Path) -> None:
    folder = inbox / ONE
    picture(folder, "1.jpg")
    (folder / "2.pdf").write_bytes(b"%PDF-1.4 cut off")
    (folder / "3.jpg").write_bytes(b"")
    (folder / "4.docx").write_bytes(b"words")
    (folder / "5.jpg").symlink_to("/etc/hostname")
    picture(folder, "6.jpg", 6)
    (folder / "ghi chú.txt").write_text("not a scan")
    (inbox / f"{TWO}.pdf").write_bytes(b"<html>")
    (inbox / "hỏng.pdf").write_bytes(b"%PDF-1.4 cut off")

    found = look(inbox)

    first, second = found.dossiers
    assert [scan.number for scan in first.scans] == [1, 2, 3, 4, 5, 6]
    assert [(rejection.number, rejection.reason) for rejection in first.rejections] == [
        (2, Reason.DAMAGED_FILE), (3, Reason.EMPTY_FILE), (4, Reason.NOT_A_SCAN), (5, Reason.NOT_A_SCAN),
    ]  # fmt: skip
    assert [(rejection.number, rejection.reason) for rejection in second.rejections] == [(1, Reason.NOT_A_SCAN)]
    assert [rejection.reason for rejection in found.batches[0].rejections] == [Reason.DAMAGED_FILE]
    assert notes(found) == {f"{ONE}/ghi chú.txt": "not_a_scan"}


def test_system_files_are_ignored_aloud(inbox: Path) -> None:
    picture(inbox / ONE, "1.jpg")
    for name in ("Thumbs.db", ".DS_Store", "~$a.docx", "desktop.ini"):
        (inbox / ONE / name).write_bytes(b"x")
    picture(inbox / "__MACOSX", "1.jpg")
    (inbox / "rỗng").mkdir()

    found = look(inbox)

    assert len(found.dossiers[0].scans) == 1
    assert set(notes(found).values()) == {"system_file"}
    assert len(found.notes) == 5
    assert found.refused == ()


def test_names_are_one_form_whatever_the_disk_says(inbox: Path) -> None:
    folder = inbox / unicodedata.normalize("NFD", "Hồ sơ Đặng") / ONE
    picture(folder, unicodedata.normalize("NFD", BATH))

    assert pages(look(inbox)) == {ONE: [(f"Hồ sơ Đặng/{ONE}/{BATH}", 1)]}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (os.fsdecode("Đơn.jpg".encode("cp1258")), "Đơn.jpg"),  # from an old Windows share
        ("a\nb\x1b[31m.jpg", "a\ufffdb\ufffd[31m.jpg"),
        ("hồ sơ\u202egpj.exe", "hồ sơ\ufffdgpj.exe"),
        ("\ud800.jpg", "\ufffd.jpg"),
        (unicodedata.normalize("NFD", BATH), BATH),
    ],
)
def test_a_name_can_be_shown_and_stored(name: str, shown: str) -> None:
    assert shown_name(name) == shown
    assert shown_name(name).encode("utf-8")


def test_a_name_in_old_bytes_is_a_page_like_any(inbox: Path) -> None:
    (inbox / ONE).mkdir()
    (inbox / ONE / os.fsdecode(b"trang \xd0.jpg")).write_bytes(jpeg(60, 80))

    found = look(inbox)

    assert pages(found) == {ONE: [(f"{ONE}/trang Đ.jpg", 1)]}
    assert found.dossiers[0].rejections == ()


def test_the_same_dossier_twice(inbox: Path) -> None:
    picture(inbox / "a" / ONE, "1.jpg", 1)
    picture(inbox / "a" / ONE, "2.jpg", 1)  # two equal blank backs in one delivery are two pages
    picture(inbox / "b" / ONE, "1.jpg", 1)
    picture(inbox / "b" / ONE, "2.jpg", 9)

    found = look(inbox)

    assert pages(found) == {ONE: [(f"a/{ONE}/1.jpg", 1), (f"a/{ONE}/2.jpg", 1), (f"b/{ONE}/2.jpg", 1)]}
    assert notes(found) == {f"b/{ONE}/1.jpg": "duplicate_file"}


def test_paths_may_overlap_and_must_exist(inbox: Path) -> None:
    picture(inbox / ONE, "1.jpg")

    assert pages(look(inbox, inbox / ONE, inbox / ONE / "1.jpg")) == {ONE: [(f"{ONE}/1.jpg", 1)]}
    assert pages(look(inbox / ONE)) == {ONE: [(f"{ONE}/1.jpg", 1)]}
    with pytest.raises(UsageError, match="thiếu"):
        look(inbox, inbox / "thiếu")


def test_the_manifest_says_order_and_whose(inbox: Path) -> None:
    picture(inbox / ONE, "1.jpg", 1)
    picture(inbox / ONE, "2.jpg", 2)
    picture(inbox / ONE, "3.jpg", 3)
    picture(inbox / "ảnh", BATH, 4)
    (inbox / "manifest.csv").write_text(
        "dossier_code,procedure,unit,received_on,expected_pages,files\n"
        f"{ONE},1.004873,,2026-01-05,3,{ONE}/2.jpg;{ONE}/1.jpg\n"
        f"{TWO},,,,,{unicodedata.normalize('NFD', f'ảnh/{BATH}')};ảnh/mất.jpg\n"
        "H40.12-260105-0009,,,,2,\n",
        encoding="utf-8-sig",
    )

    found = look(inbox)

    assert pages(found) == {
        ONE: [(f"{ONE}/2.jpg", 1), (f"{ONE}/1.jpg", 1), (f"{ONE}/3.jpg", 1)],
        TWO: [(f"ảnh/{BATH}", 1), ("ảnh/mất.jpg", 1)],
    }
    assert found.dossiers[0].announcement.expected_pages == 3
    assert [(r.number, r.reason) for r in found.dossiers[1].rejections] == [(2, Reason.FILE_MISSING)]
    assert found.dossiers[1].scans[1].source.sha256 == ""
    assert notes(found) == {"H40.12-260105-0009": "file_missing"}
    assert len(found.announcements) == 3


def test_what_may_not_be_read_is_named_and_stops_nothing(inbox: Path, monkeypatch) -> None:
    picture(inbox / ONE, "1.jpg", 1)
    picture(inbox / ONE, "khóa.jpg", 2)
    picture(inbox / TWO, "1.jpg", 3)
    for name, blocked in (("open", "khóa.jpg"), ("iterdir", TWO)):  # as without permission, which root always has
        monkeypatch.setattr(Path, name, _refusing(getattr(Path, name), blocked))

    found = look(inbox)

    assert pages(found) == {ONE: [(f"{ONE}/1.jpg", 1), (f"{ONE}/khóa.jpg", 1)]}
    assert [(r.number, r.reason) for r in found.dossiers[0].rejections] == [(2, Reason.FILE_UNREADABLE)]
    assert notes(found) == {TWO: "file_unreadable"}


def test_a_manifest_that_may_not_be_read_stops_before_anything_is_taken_in(inbox: Path, monkeypatch) -> None:
    picture(inbox / ONE, "1.jpg", 1)
    (inbox / "manifest.csv").write_text(f"dossier_code,expected_pages\n{ONE},2\n")
    monkeypatch.setattr(Path, "open", _refusing(Path.open, "manifest.csv"))
    with pytest.raises(UsageError, match=r"manifest\.csv cannot be read"):
        look(inbox)


def _refusing(method, blocked: str):
    def refuse(path: Path, *arguments):
        if path.name == blocked:
            raise PermissionError(13, "Permission denied")
        return method(path, *arguments)

    return refuse


def test_a_manifest_beside_a_given_file_counts(inbox: Path) -> None:
    scanned_pdf(inbox / f"{ONE}.pdf")
    picture(inbox / TWO, "1.jpg")
    (inbox / "manifest.csv").write_text(f"dossier_code,expected_pages\n{ONE},4\n{TWO},5\n{OLD},6\n", encoding="utf-8")

    assert look(inbox / f"{ONE}.pdf").dossiers[0].announcement == Announcement(DossierCode.parse(ONE), expected_pages=4)
    assert [d.announcement.expected_pages for d in look(inbox / TWO, inbox / f"{ONE}.pdf").dossiers] == [4, 5]


def test_a_file_for_two_dossiers_is_a_mistake(inbox: Path) -> None:
    picture(inbox, "1.jpg")
    (inbox / "manifest.csv").write_text(f"dossier_code,files\n{ONE},1.jpg\n{TWO},1.jpg\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"1\.jpg for two dossiers"):
        look(inbox)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("khác,,,,,", "line 3, column dossier_code"),
        ("H40.12-261305-0007,,,,,", "line 3, column dossier_code"),
        (f"{TWO},,,5.1.2026,,", "line 3, column received_on"),
        (f"{TWO},,,2026-02-30,,", "line 3, column received_on"),
        (f"{TWO},,,,nhiều,", "line 3, column expected_pages"),
        (f"{TWO},,,,0,", "line 3, column expected_pages"),
        (f"{TWO},,,,,../x.pdf", "line 3, column files"),
        (f"{TWO},,,,,/etc/passwd", "line 3, column files"),
        (f"{ONE},,,,,", "stands on line 2 already"),
        (f"{TWO},,,,,a.pdf,b.pdf", "7 cells under 6 columns"),
        (f'{TWO},"', "line 3"),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column(row: str, complaint: str) -> None:
    head = "dossier_code,procedure,unit,received_on,expected_pages,files"
    with pytest.raises(UsageError, match=complaint):
        parse_manifest(f"{head}\n{ONE},,,,,\n{row}\n".encode())


def test_all_wrong_cells_are_said_at_once() -> None:
    with pytest.raises(UsageError, match=r"(?s)line 2, column received_on.*line 2, column expected_pages.*line 3"):
        parse_manifest(f"dossier_code,received_on,expected_pages\n{ONE},x,y\nz,,\n".encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_manifest_as_excel_saves_it(encoding: str, separator: str) -> None:
    head = separator.join(["dossier_code", "received_on", "procedure", "ghi chú"])
    row = separator.join([ONE, "5/1/2026", "1.00194", "đủ"])
    manifest = parse_manifest(f"{head}\r\n{row}\r\n\r\n".encode(encoding))

    assert manifest.announcements == (
        Announcement(DossierCode.parse(ONE), procedure="1.001940", received_on=date(2026, 1, 5)),
    )
    assert manifest.unknown_columns == ("ghi chú",)


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"dossier_code,files\n{text}".encode()))
def test_any_manifest_is_read_or_refused(content: bytes) -> None:
    try:
        announcements = parse_manifest(content).announcements
    except UsageError:
        return
    assert len({row.code for row in announcements}) == len(announcements)


def test_a_zip_is_a_folder(inbox: Path) -> None:
    inner = zip_of(inbox.parent / f"{TWO}.zip", {"1.jpg": jpeg(60, 80)})
    zip_of(
        inbox / "gửi.zip",
        {
            f"{ONE}/trang 10.jpg": jpeg(60, 80), f"{ONE}/trang 9.jpg": jpeg(60, 84),
            "__MACOSX/._a.jpg": b"x", f"{TWO}.zip": inner.read_bytes(), "đọc.txt": b"x",
            "manifest.csv": f"dossier_code,expected_pages\n{ONE},2\n".encode(),
        },
    )  # fmt: skip

    found = look(inbox)

    assert pages(found) == {
        ONE: [(f"gửi/{ONE}/trang 9.jpg", 1), (f"gửi/{ONE}/trang 10.jpg", 1)],
        TWO: [(f"gửi/{TWO}/1.jpg", 1)],
    }
    assert found.dossiers[0].announcement.expected_pages == 2
    assert notes(found) == {"gửi/__MACOSX/._a.jpg": "system_file", "gửi/đọc.txt": "not_a_scan"}


@pytest.mark.parametrize(
    ("members", "links", "reason"),
    [
        ({"../../escape.jpg": b"x"}, (), Reason.ARCHIVE_UNSAFE),
        ({"/etc/cron.d/x": b"x"}, (), Reason.ARCHIVE_UNSAFE),
        ({"a/..\\..\\x": b"x"}, (), Reason.ARCHIVE_UNSAFE),
        ({"C:\\x.jpg": b"x"}, (), Reason.ARCHIVE_UNSAFE),
        ({"1.jpg": b"/etc/passwd"}, ("1.jpg",), Reason.ARCHIVE_UNSAFE),
        ({"bomb.pdf": bytes(30_000_000)}, (), Reason.ARCHIVE_UNSAFE),
        ({f"{n}.jpg": b"x" for n in range(51)}, (), Reason.ARCHIVE_UNSAFE),
        ({"[Content_Types].xml": b"x", "word/document.xml": b"x"}, (), Reason.NOT_A_SCAN),
    ],
)  # fmt: skip
def test_an_archive_with_tricks_is_refused_whole(tmp_path: Path, members, links, reason: Reason) -> None:
    archive = zip_of(tmp_path / "a.zip", members, links=links)
    with pytest.raises(UnreadableInput) as caught:
        unpack(archive, tmp_path / "out", limits=Limits(archive_files=50))

    assert caught.value.reason == reason
    assert not (tmp_path / "out").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.zip"]


def test_an_archive_whose_list_alone_would_fill_the_memory_is_refused_unread(tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "a.zip", {"1.jpg": b"x"})
    with archive.open("r+b") as file:
        file.seek(-10, os.SEEK_END)  # the size of the central directory
        file.write((900_000_000).to_bytes(4, "little"))
    with pytest.raises(UnreadableInput, match="archive_unsafe"):
        unpack(archive, tmp_path / "out", limits=LIMITS)


@given(edits=st.lists(st.tuples(st.integers(0, 400), st.binary(min_size=1, max_size=4)), min_size=1, max_size=5))
def test_no_damage_to_an_archive_ends_in_anything_but_files_or_a_reason(edits) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        archive = zip_of(folder / "a.zip", {f"{ONE}/1.jpg": b"abc" * 30, "đơn.pdf": b"%PDF-1.4"})
        data = bytearray(archive.read_bytes())
        for place, bytes_ in edits:
            data[place % len(data) : place % len(data) + len(bytes_)] = bytes_
        archive.write_bytes(data)
        reason = ""
        try:
            members = unpack(archive, folder / "out", limits=LIMITS)
        except UnreadableInput as error:
            reason = error.reason
        else:
            assert all(member.path.parent == folder / "out" for member in members)
        assert reason in {"", *Reason}
        assert {path.name for path in folder.iterdir()} <= {"a.zip", "out"}


def test_an_archive_that_lies_about_a_size_is_caught_while_it_unfolds(tmp_path: Path) -> None:
    archive = zip_of(tmp_path / "a.zip", {"1.jpg": bytes(50_000)})
    data = archive.read_bytes()
    archive.write_bytes(data.replace((50_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    members = unpack(archive, tmp_path / "out", limits=LIMITS)

    assert [(member.parts, member.reason) for member in members] == [(("1.jpg",), Reason.DAMAGED_FILE)]


def test_an_archive_in_an_archive_in_an_archive_ends(inbox: Path) -> None:
    data = jpeg(60, 80)
    for name in ("1.zip", "2.zip", "3.zip"):
        data = zip_of(inbox.parent / name, {f"in-{name}": data}).read_bytes()
    (inbox / "4.zip").write_bytes(data)

    found = look(inbox)

    assert notes(found) == {"4/in-3/in-2.zip": "archive_unsafe"}
    assert [note.reason for note in found.refused] == [Reason.ARCHIVE_UNSAFE]


def test_a_damaged_or_locked_archive_says_so(inbox: Path) -> None:
    good = zip_of(inbox.parent / "a.zip", {"1.jpg": jpeg(60, 80)})
    (inbox / f"{ONE}.zip").write_bytes(good.read_bytes()[:-30])
    locked = bytearray(good.read_bytes())
    with zipfile.ZipFile(good) as archive:
        locked[archive.start_dir + 8] |= 1
    (inbox / "b.zip").write_bytes(bytes(locked))

    found = look(inbox)

    assert [rejection.reason for rejection in found.dossiers[0].rejections] == [Reason.DAMAGED_FILE]
    assert notes(found) == {"b.zip": "encrypted_file"}


def test_what_is_still_written_waits_with_its_whole_dossier(inbox: Path) -> None:
    picture(inbox / ONE, "1.jpg")
    growing = picture(inbox / ONE, "2.jpg")
    picture(inbox / TWO, "1.jpg")
    scanned_pdf(inbox / f"{OLD}.pdf.part")

    found = look(inbox, unsettled=lambda paths: frozenset({growing} & set(paths)))

    assert list(pages(found)) == [TWO]
    assert notes(found) == {f"{ONE}/2.jpg": "still_written", f"{OLD}.pdf.part": "still_written"}


def test_only_what_changed_lately_is_looked_at_twice(tmp_path: Path) -> None:
    old, steady, growing = (picture(tmp_path, name) for name in ("old.jpg", "steady.jpg", "growing.jpg"))
    gone = tmp_path / "gone.jpg"
    for path in (steady, growing):
        os.utime(path, (1000, 1000))
    os.utime(old, (900, 900))
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        for path in (old, growing):
            with path.open("ab") as file:
                file.write(b"more")

    assert unsettled([old, steady, growing, gone], now=1001, wait=wait) == {growing, gone}
    assert unsettled([steady], now=2000, wait=wait) == frozenset()
    assert waits == [2.0]


@given(st.lists(st.text(alphabet="a1209 _É", max_size=8), max_size=6))
def test_natural_order_is_an_order_of_numbers_in_names(names: list[str]) -> None:
    ordered = sorted(names, key=lambda name: natural_key([name]))
    assert sorted(ordered) == sorted(names)
    assert natural_key(["trang 9"]) < natural_key(["Trang 10"]) < natural_key(["trang 10 sau"])
