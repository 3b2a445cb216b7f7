"""`sohoa ocr`, as anyone would use it: every page keeps its place, nothing is half written, the input stays as it was."""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ET

import cv2
import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image
from typer.testing import CliRunner

from pipeline.alto import NAMESPACE
from scripts import ocr_command
from scripts.cli import app
from tests.archive_faults import archive_faults
from tests.drawn_pages import LINES, drawn
from tests.paper_files import image_page, stamp

ALTO = f"{{{NAMESPACE}}}"


def run(*arguments) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["ocr", *map(str, arguments)], env={"SOHOA_LANG": "en"})
    return result.exit_code, result.output + result.stderr


@pytest.fixture
def scan(tmp_path):
    """Three pages: one that reads, one out of focus, one whose data end early; the first is digitally signed."""
    pages = []
    for pixels in (drawn(), cv2.GaussianBlur(drawn(size=40), (0, 0), 12)):
        ok, data = cv2.imencode(".jpg", np.asarray(pixels)[:, :, 0], [cv2.IMWRITE_JPEG_QUALITY, 85])
        assert ok
        pages.append(data.tobytes())
    path = tmp_path / "scan.pdf"
    with pikepdf.new() as pdf:
        for data in (*pages, pages[0][: len(pages[0]) // 3]):
            image_page(pdf, data, (1654, 2339))
        pdf.pages[0].obj.Annots = Array([stamp(pdf, Name.Sig, (100, 300, 500, 800))])
        pdf.Root.AcroForm = Dictionary(Fields=pdf.pages[0].obj.Annots, SigFlags=3)
        pdf.save(path)
    return path


def test_every_page_keeps_its_place_in_each_output(scan, tmp_path):
    before = scan.read_bytes()
    output, sidecar, layout = tmp_path / "o.pdf", tmp_path / "o.txt", tmp_path / "o.xml"
    code, said = run(scan, output, "--sidecar", sidecar, "--alto", layout)

    assert code == 4  # some pages rejected
    assert "Page 2: No text could be read" in said
    assert "Page 3: The file is damaged" in said
    assert scan.read_bytes() == before
    texts = sidecar.read_text(encoding="utf-8").split("\f")
    read = texts[0].split("\n")
    assert len(read) == len(LINES)
    assert sum(line in LINES for line in read) >= len(LINES) - 2  # reading itself is judged elsewhere
    assert texts[1:] == ["", ""]
    assert archive_faults(output.read_bytes()) == []
    with pikepdf.open(output) as pdf:
        assert ["/XObject" in page.obj.Resources for page in pdf.pages] == [True, True, False]
    shown = subprocess.run(["pdftotext", "-raw", output, "-"], capture_output=True, text=True, check=True).stdout
    assert shown.split("\f")[0].split("\n")[:-1] == read
    pages = ET.parse(layout).getroot().findall(f".//{ALTO}Page")
    assert [page.get("QUALITY_DETAIL") for page in pages] == [None, "no_readable_text", "damaged_file"]
    lines = [
        " ".join(word.attrib["CONTENT"] for word in line.iter(f"{ALTO}String"))
        for line in pages[0].iter(f"{ALTO}TextLine")
    ]
    assert lines == read


def test_the_output_may_take_the_place_of_the_input(tmp_path):
    path = tmp_path / "scan.pdf"
    Image.fromarray(drawn()).save(path, "PDF", resolution=200)
    assert run(path, path)[0] == 0
    assert archive_faults(path.read_bytes()) == []
    assert [entry.name for entry in tmp_path.iterdir()] == ["scan.pdf"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("{in}", "{out}", "--sidecar", "{out}"),
        ("{in}", "{out}", "--sidecar", "{in}"),
        ("{in}", "{out}", "--alto", "{folder}/none/o.xml"),
        ("{in}", "{folder}"),
        ("{folder}/none.pdf", "{out}"),
    ],
    ids=["one target twice", "a sidecar over the input", "no such folder", "a folder as output", "no input"],
)
def test_wrong_usage_is_said_before_any_page_is_read(arguments, tmp_path, monkeypatch):
    monkeypatch.setattr(ocr_command, "read_scans", lambda *_, **__: pytest.fail("a page was read"))
    path = tmp_path / "scan.png"
    Image.fromarray(drawn()).save(path)
    names = {"in": path, "out": tmp_path / "o.pdf", "folder": tmp_path}
    assert run(*(part.format(**names) for part in arguments))[0] == 2
    assert not (tmp_path / "o.pdf").exists()


def test_what_cannot_be_written_leaves_no_half_file(tmp_path, monkeypatch):
    path = tmp_path / "scan.png"
    Image.fromarray(drawn()).save(path)
    output = tmp_path / "o.pdf"
    output.write_bytes(b"what was there")
    monkeypatch.setattr(ocr_command.Path, "replace", _full_disk)
    code, said = run(path, output)
    assert (code, "No space left" in said) == (2, True)
    assert output.read_bytes() == b"what was there"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["o.pdf", "scan.png"]


def _full_disk(*_):
    raise OSError(28, "No space left on device")
