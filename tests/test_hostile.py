"""Files that attack: every one ends in a page or in a reason that tells the clerk what to do, in time, within memory."""

from __future__ import annotations

import base64
import os
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pikepdf
import pytest

from models.errors import UnreadableInput, UsageError
from models.outcome import Reason
from models.page import PageImage
from models.vietnamese import fold, nfc
from pipeline import confine
from pipeline.clean import clean_page
from pipeline.codes import read_codes
from pipeline.confine import Confinement
from pipeline.connected import connected_marks
from pipeline.digitize import read_scans
from pipeline.intake import Survey, survey
from pipeline.limits import Limits
from pipeline.manifest import parse_manifest, read_manifest
from pipeline.opener import DirectOpener
from pipeline.original_page import keep_pages
from pipeline.pdf_pages import pdf_pages
from pipeline.resolution import is_sheet
from pipeline.unfolding import UnfoldsTooFar, unfolded
from tests import hostile_files as hostile
from tests.paper_files import jpeg, scan_of, scanned_pdf, zip_of

CODE = "H40.12-260105-0007"
PAGE = ""  # no reason: it is a page


@pytest.fixture(scope="module")
def confinement() -> Iterator[Confinement]:
    with Confinement(Limits(pixels=20_000_000)) as confined:
        yield confined


def end_of(path: Path, confinement: Confinement) -> str:
    """What becomes of the file's first page: the reason, or nothing where it is a page."""
    try:
        confinement.page_count(path)
        confinement.open_page(scan_of(path))
    except UnreadableInput as error:
        return error.reason
    return PAGE


def most_memory(confinement: Confinement) -> int:
    """Megabytes of the largest that an idle child has been."""
    status = [Path(f"/proc/{child._process.pid}/status").read_text() for child in confinement._idle]
    return max((int(text.partition("VmHWM:")[2].split()[0]) // 1000 for text in status), default=0)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        # bombs
        (lambda: hostile.image_bomb(side=20_000), Reason.TOO_LARGE),
        (hostile.fax_bomb, Reason.TOO_LARGE),
        (hostile.jbig2_bomb, Reason.TOO_LARGE),
        (lambda: hostile.jpx_bomb(side=12_000), Reason.TOO_LARGE),
        (hostile.object_stream_bomb, Reason.DAMAGED_FILE),
        (lambda: hostile.png(20_000, 20_000, hostile.deflated_zeros(10)), Reason.TOO_LARGE),
        (lambda: hostile.png(9000, 9000, hostile.deflated_zeros(10)), Reason.TOO_LARGE),
        (hostile.png_text_bomb, Reason.DAMAGED_FILE),
        (hostile.png_profile_bomb, Reason.DAMAGED_FILE),
        (hostile.tiff_bomb, Reason.TOO_LARGE),
        (lambda: hostile.tiff_frames(3000), Reason.TOO_MANY_PAGES),
        # loops and depths
        (hostile.xref_loop, PAGE),
        (hostile.page_tree_loop, Reason.DAMAGED_FILE),
        (hostile.deep_page_tree, Reason.DAMAGED_FILE),
        (hostile.deep_arrays, Reason.DAMAGED_FILE),
        (hostile.outline_loop, PAGE),
        (hostile.form_loop, PAGE),
        (lambda: hostile.tiff((bytes(4800), 1), (bytes(4800), 0)), PAGE),
        (lambda: hostile.tiff((bytes(4800), 0), (bytes(4800), 1)), PAGE),
        # sheets of no size
        (lambda: hostile.boxed(b"0 0 2834645 2834645"), Reason.TOO_LARGE),
        (lambda: hostile.boxed(b"0 0 0 0"), Reason.DAMAGED_FILE),
        (lambda: hostile.boxed(b"0 0 14400 1"), Reason.NOT_A_SHEET),
        (lambda: hostile.boxed(b"0 0 1000000 2"), Reason.NOT_A_SHEET),
        (lambda: hostile.boxed(b"0 0 nan inf"), PAGE),
        (lambda: hostile.boxed(b"595 842 0 0"), PAGE),
        (lambda: hostile.boxed(b"0 0 %b %b" % (b"9" * 400, b"9" * 400)), Reason.DAMAGED_FILE),
        (lambda: hostile.boxed(b"0 0 595 842", b"/UserUnit -5"), PAGE),
        (lambda: hostile.boxed(b"0 0 595 842", b"/Rotate 45"), PAGE),
        (lambda: hostile.png(1, 1, b""), Reason.DAMAGED_FILE),
        (lambda: hostile.tiff((bytes(1), 0), width=1, height=1), Reason.NOT_A_SHEET),
        (lambda: hostile.tiff((bytes(33_000), 0), width=33_000, height=1), Reason.NOT_A_SHEET),
        # two things at once, and names that lie
        (lambda: hostile.drawn_pdf() + hostile.zip_bytes([("1.jpg", jpeg(60, 80))]), PAGE),
        (lambda: b"GIF89a" + hostile.drawn_pdf(), Reason.DAMAGED_FILE),
        (lambda: b"#!/bin/sh\n" + hostile.drawn_pdf(), PAGE),
        (lambda: b"\x7fELF" + bytes(2000), Reason.NOT_A_SCAN),
        (lambda: b"BM" + bytes(60), Reason.DAMAGED_FILE),
        (lambda: hostile.drawn_pdf()[:200], Reason.DAMAGED_FILE),
        (lambda: hostile.zip_bytes([("1.jpg", b"x")]), Reason.NOT_A_SCAN),
    ],
)  # fmt: skip
def test_a_hostile_file_is_a_page_or_a_reason(tmp_path: Path, confinement: Confinement, make, expected) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(make())

    assert end_of(path, confinement) == expected
    assert most_memory(confinement) < 1000


@pytest.mark.parametrize(
    "make", [hostile.content_bomb, hostile.doubled_content_bomb, hostile.form_tree, hostile.jpeg_of_many_scans]
)  # fmt: skip
def test_what_would_draw_for_ever_is_stopped(tmp_path: Path, make) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(make())
    with Confinement(Limits(seconds=2)) as confined:
        begin = time.monotonic()
        with pytest.raises(UnreadableInput, match="too_slow"):
            confined.open_page(scan_of(path))

        assert time.monotonic() - begin < 2 + confine._START_SECONDS + 5


def test_a_locked_pdf_says_so_and_one_that_only_forbids_is_a_scan(tmp_path: Path, confinement: Confinement) -> None:
    assert end_of(hostile.encrypted(tmp_path / "a.pdf"), confinement) == Reason.ENCRYPTED_FILE
    assert end_of(hostile.owner_locked(tmp_path / "b.pdf"), confinement) == PAGE


def test_more_words_than_a_page_can_hold_are_not_its_text(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(hostile.many_words(25_000))
    with Confinement(Limits(seconds=20)) as confined:
        assert confined.open_page(scan_of(path)).text_layer is None


def test_slivers_in_a_dossier_cost_no_other_page(tmp_path: Path) -> None:
    """OpenCV 5.0 crashes on a picture of no pixels, which a strip becomes when its margins are cut off."""
    sizes = ((640, 33), (33, 640), (32, 32), (600, 31), (1, 1))
    scans = []
    for number, (width, height) in enumerate(sizes, start=1):
        path = tmp_path / f"{number}.tif"
        path.write_bytes(hostile.tiff((bytes(width * height), 0), width=width, height=height))
        scans.append(scan_of(path))

    pages = [read_scans([scan], folder=tmp_path, limits=Limits())[0].text.rejection for scan in scans]

    assert pages[3:] == [Reason.NOT_A_SHEET] * 2
    assert Reason.NOT_A_SHEET not in pages[:3]


@pytest.mark.parametrize("size", [(32, 640), (640, 32), (60, 9000), (400, 33), (3000, 150)])
@pytest.mark.parametrize("shade", [0, 255])
def test_every_shape_that_may_be_a_sheet_is_cleaned(tmp_path: Path, size: tuple[int, int], shade: int) -> None:
    pixels = np.full((*size, 3), shade, np.uint8)
    if is_sheet(size[1], size[0]):
        assert not read_codes(clean_page(PageImage(scan_of(tmp_path), pixels, 300.0)).pixels)
    assert connected_marks(np.zeros((0, 9), np.uint8))[0] == 1


def test_scans_that_would_fill_the_memory_are_shown_by_their_page_images(
    tmp_path: Path, confinement, monkeypatch
) -> None:
    scan = scan_of(scanned_pdf(tmp_path / "a.pdf"))
    (page,) = read_scans([scan], folder=tmp_path, limits=Limits(), confinement=confinement)

    assert pdf_pages([page], folder=tmp_path, confinement=confinement)[0].original
    monkeypatch.setattr("pipeline.pdf_pages._MOST_ORIGINALS", 1000)
    (shown,) = pdf_pages([page], folder=tmp_path, confinement=confinement)
    assert (shown.original, shown.image) == (None, page.image)


@pytest.mark.parametrize(
    "make", [hostile.content_bomb, hostile.doubled_content_bomb, hostile.form_loop, hostile.form_tree, hostile.many_words]
)  # fmt: skip
def test_no_bomb_is_handed_on_in_the_archives_pdf(tmp_path: Path, make) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make())

    assert keep_pages(path, [1], tmp_path / "kept.pdf") == (None,)


@contextmanager
def stream_of(data: bytes, filters: str) -> Iterator[pikepdf.Stream]:
    """A stream of these data as they are, said to be encoded so."""
    with pikepdf.new() as pdf:
        stream = pikepdf.Stream(pdf, b"")
        names = [pikepdf.Name(name) for name in filters.split()]
        stream.write(data, filter=pikepdf.Array(names) if names else None)
        yield stream


@pytest.mark.parametrize(
    ("filters", "data"),
    [
        ("/FlateDecode", hostile.deflated_zeros(2)),
        ("/FlateDecode /FlateDecode", b""),
        ("/ASCIIHexDecode /FlateDecode", hostile.deflated_zeros(2).hex().encode() + b">"),
        ("/LZWDecode", bytes(100_000)),
        ("/RunLengthDecode", b"\x81\x00"),
        ("/JPXDecode", b""),
        ("", bytes(1_000_001)),
    ],
)
def test_a_stream_is_measured_before_it_is_decoded(filters: str, data: bytes) -> None:
    with stream_of(data, filters) as stream, pytest.raises(UnfoldsTooFar):
        unfolded(stream, most=1_000_000)


PACKED = zlib.compress(b"q Q")


@pytest.mark.parametrize(
    ("filters", "data"),
    [
        ("", b"q Q"),
        ("/FlateDecode", PACKED),
        ("/FlateDecode", PACKED[:-4]),  # without its check sum, as a cut-off file ends
        ("/ASCIIHexDecode /FlateDecode", PACKED.hex().encode() + b">"),
        ("/ASCII85Decode /FlateDecode", base64.a85encode(PACKED) + b"~>"),
    ],
)
def test_a_stream_of_good_length_is_decoded(filters: str, data: bytes) -> None:
    with stream_of(data, filters) as stream:
        assert unfolded(stream, most=3) == b"q Q"


def look(inbox: Path, opener: Confinement | DirectOpener, **limits) -> Survey:
    return survey([inbox], workspace=inbox.parent / "workspace", limits=Limits(**limits), opener=opener)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: hostile.zip_bytes([("a.pdf", bytes(60_000_000))]), Reason.ARCHIVE_UNSAFE),
        (hostile.zip_of_many, Reason.ARCHIVE_UNSAFE),
        (hostile.overlapping_zip, Reason.ARCHIVE_UNSAFE),
        (hostile.long_named_zip, Reason.ARCHIVE_UNSAFE),
        (hostile.zip_with_a_false_directory, Reason.ARCHIVE_UNSAFE),
        (lambda: hostile.zip_bytes([("../a.jpg", b"x")]), Reason.ARCHIVE_UNSAFE),
        (lambda: hostile.zip_bytes([("/etc/a.jpg", b"x")]), Reason.ARCHIVE_UNSAFE),
        (lambda: hostile.zip_bytes([("a\\..\\..\\b.jpg", b"x")]), Reason.ARCHIVE_UNSAFE),
        (lambda: hostile.zip_bytes([("\\\\server\\share\\a.jpg", b"x")]), Reason.ARCHIVE_UNSAFE),
        (lambda: hostile.zip_bytes([("C:a.jpg", b"x")]), Reason.ARCHIVE_UNSAFE),
        (lambda: hostile.zip_bytes([(".", b"x")]), Reason.ARCHIVE_UNSAFE),
        (lambda: hostile.zip_bytes([("a.jpg", b"x")], method=zipfile.ZIP_LZMA), Reason.ARCHIVE_UNSAFE),
        (lambda: hostile.zip_bytes([("mimetype", b"application/vnd.oasis")]), Reason.NOT_A_SCAN),
        (lambda: hostile.zip_bytes([("1.jpg", jpeg(60, 80))])[:-30], Reason.DAMAGED_FILE),
    ],
)  # fmt: skip
def test_a_hostile_archive_is_refused_whole_and_kept(tmp_path: Path, confinement, make, reason) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / f"{CODE}.zip").write_bytes(make())

    found = look(inbox, confinement)

    (dossier,) = found.dossiers
    assert [(refused.number, refused.reason) for refused in dossier.rejections] == [(1, reason)]
    assert len(dossier.scans[0].source.sha256) == 64, "what cannot be used is kept all the same"
    assert not list((tmp_path / "workspace").glob("*/*"))
    assert not (tmp_path / "a.jpg").exists()


def test_names_in_an_archive_become_names_that_can_be_shown(tmp_path: Path, confinement: Confinement) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    names = ("CON.jpg", "a\u202egpj.jpg", "\x1b[31m.jpg", "đơn.jpg", "LPT1/NUL.jpg")
    (inbox / "gửi.zip").write_bytes(
        hostile.zip_bytes([(f"{CODE}/{name}", jpeg(60, 80 + n)) for n, name in enumerate(names)])
    )

    (dossier,) = look(inbox, confinement).dossiers

    shown = {scan.source.file.removeprefix(f"gửi/{CODE}/") for scan in dossier.scans}
    assert shown == {"CON.jpg", "a\ufffdgpj.jpg", "\ufffd[31m.jpg", "đơn.jpg", "LPT1/NUL.jpg"}


def test_archives_in_archives_share_one_allowance(tmp_path: Path, confinement: Confinement) -> None:
    """Each alone is small; together they would unpack to a hundred times what one may."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    inner = [hostile.zip_bytes([(f"{n}.bin", bytes(900_000 + n))]) for n in range(20)]
    (inbox / "a.zip").write_bytes(hostile.zip_bytes([(f"{n}.zip", data) for n, data in enumerate(inner)]))

    found = look(inbox, confinement, archive_megabytes=5)

    refused = [note.file for note in found.notes if note.reason is Reason.ARCHIVE_UNSAFE]
    assert len(refused) == 15
    assert sum(path.stat().st_size for path in (tmp_path / "workspace").rglob("*.bin")) < 5_000_000


def test_what_could_be_unpacked_of_a_damaged_member_is_kept(tmp_path: Path) -> None:
    data = bytearray(zip_of(tmp_path / "a.zip", {"1.bin": os.urandom(3_000_000)}).read_bytes())
    data[2_900_000] ^= 1
    (tmp_path / "a.zip").write_bytes(data)
    (member,) = DirectOpener(Limits()).unpack(tmp_path / "a.zip", tmp_path / "out", files=9, megabytes=9)

    assert member.reason is Reason.DAMAGED_FILE
    assert member.path.stat().st_size > 2_000_000


def test_links_pipes_and_devices_are_neither_followed_nor_opened(tmp_path: Path, confinement: Confinement) -> None:
    secret = scanned_pdf(tmp_path / "secret.pdf")
    inbox = tmp_path / "inbox"
    (inbox / CODE).mkdir(parents=True)
    (inbox / CODE / "1.pdf").symlink_to(secret)
    os.mkfifo(inbox / CODE / "2.pdf")
    (inbox / CODE / "3").symlink_to("/")
    scanned_pdf(inbox / CODE / "4.pdf")

    (dossier,) = look(inbox, confinement).dossiers

    assert [(r.number, r.reason) for r in dossier.rejections] == [(n, Reason.NOT_A_SCAN) for n in (1, 2, 3)]
    assert [bool(scan.source.sha256) for scan in dossier.scans] == [False, False, False, True]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"dossier_code,unit\nH40.12-260105-0007,a\0b\n", "line 2: holds a control character"),
        ("dossier_code,unit\nH40.12-260105-0007,a\u202eb\n".encode(), "line 2: holds a control character"),
        (
            b"dossier_code,procedure\nH40.12-260105-0007,=cmd|' /C calc'!A0\n",
            "column procedure: needs a procedure's code",
        ),
        (b"dossier_code,procedure\nH40.12-260105-0007,+84\n", "column procedure: needs a procedure's code"),
        (b"dossier_code,unit\nH40.12-260105-0007,%b\n" % (b"x" * 300), "column unit: needs a unit of at most 200"),
        (b"dossier_code," + b"x," * 10_000_000, "20000013 characters"),
        (b"dossier_code" + b",x" * 200, "201 columns"),
        (b"dossier_code\n" + b"x\n" * 1000, "and 950 more"),
        (b'dossier_code\n"' + b"x" * 200_000, "field larger than field limit"),
    ],
)
def test_a_hostile_manifest_is_named_by_line_and_fault(content: bytes, complaint: str) -> None:
    begin = time.monotonic()
    with pytest.raises(UsageError) as caught:
        parse_manifest(content)
    assert complaint in str(caught.value)
    assert caught.value.vi != str(caught.value)
    assert time.monotonic() - begin < 5


def test_a_manifest_larger_than_any_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "manifest.csv"
    with path.open("wb") as file:
        file.truncate(33_000_000)
    with pytest.raises(UsageError, match="larger than 32 MB"):
        read_manifest(path, name="manifest.csv")


def test_a_manifest_is_read_in_a_child(tmp_path: Path, confinement: Confinement) -> None:
    path = tmp_path / "manifest.csv"
    text = f"dossier_code,procedure,unit,received_on,expected_pages,files,ghi chú\n{CODE},1.001193,Xã Thử,05/01/2026,3,a b.pdf;c/đ.jpg,x\n"
    path.write_text(text, encoding="utf-8-sig")

    assert confinement.manifest(path, name="m") == parse_manifest(path.read_bytes())
    path.write_text("dossier_code\nx\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        confinement.manifest(path, name="m.csv")
    assert str(caught.value).startswith("m.csv line 2, column dossier_code")
    assert caught.value.vi.startswith("m.csv dòng 2")


def test_marks_without_end_take_no_time() -> None:
    """Canonical ordering sorts marks by insertion: 65,000 of them took six seconds."""
    marks = "e" + "\u0301\u0323" * 500_000
    begin = time.monotonic()

    assert nfc(marks) == "ẹ" + "\u0323" * 14 + "\u0301" * 15
    assert fold("x" + marks) == "xe"
    assert nfc("Ngu" + "ye\u0302\u0303n " * 500) == "Ngu" + "yễn " * 500
    assert time.monotonic() - begin < 3


@pytest.mark.parametrize(
    "answer",
    [
        {}, {"pages": "3"}, {"pages": 0}, {"pages": True}, {"pages": 10**9}, {"reason": "made_up"}, {"reason": ["damaged_file"]},
        [1], "pages",
    ],
)  # fmt: skip
def test_a_child_that_was_taken_over_is_not_believed(tmp_path: Path, monkeypatch, answer) -> None:
    with Confinement(Limits()) as confined:
        path = scanned_pdf(tmp_path / "a.pdf")
        monkeypatch.setattr(confine._Child, "ask", lambda *_arguments, **_more: answer)
        with pytest.raises(UnreadableInput) as caught:
            confined.page_count(path)
        assert caught.value.reason == Reason.DAMAGED_FILE
        assert confined._idle == []


@pytest.mark.parametrize(
    "change",
    [
        {"height": 10**6, "width": 10**6}, {"height": 3}, {"dpi": float("nan")}, {"dpi": -1}, {"lines": [[["x", 0, 0, 10**9, 5]]]},
        {"lines": [[["\ud800", 0, 0, 5, 5]]]}, {"lines": [[["x", 0, 0, 5]]]}, {"lines": 3},
    ],
)  # fmt: skip
def test_a_page_out_of_form_is_not_taken(tmp_path: Path, monkeypatch, change) -> None:
    good = {"height": 100, "width": 80, "dpi": 300.0, "lines": None}
    with Confinement(Limits()) as confined:
        monkeypatch.setattr(confine._Child, "ask", lambda *_arguments, **_more: good | change)
        with pytest.raises(UnreadableInput, match="answer out of form"):
            confined.open_page(scan_of(tmp_path / "a.pdf"))


@pytest.mark.parametrize(
    "member",
    [["../x", "00001", None], [["a"], "../../etc/passwd", None], [["..", "a"], "00001", None], [["a/b"], "00001", None],
     [["a"], "link", None], [["a"], "00001", "made_up"], [[], "00001", None]],
)  # fmt: skip
def test_members_are_only_taken_from_where_they_were_to_be_put(tmp_path: Path, monkeypatch, member) -> None:
    (tmp_path / "00001").write_bytes(b"x")
    (tmp_path / "link").symlink_to("/etc/passwd")
    with Confinement(Limits()) as confined:
        monkeypatch.setattr(confine._Child, "ask", lambda *_arguments, **_more: {"members": [member]})
        with pytest.raises(UnreadableInput, match="answer out of form"):
            confined.unpack(tmp_path / "a.zip", tmp_path, files=9, megabytes=9)
