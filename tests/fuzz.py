"""Mutates valid input and watches what becomes of it; run by hand: `python -m tests.fuzz --seconds 600 TARGET…`.

A find is an exception that nobody announced, an answer that takes too long, a child that crashed or grew. Each is written
to the folder of `--finds`; the same seed makes the same inputs. What was found stands as a test of its own beside the
module that it was found in.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np
from PIL import Image

from models.citizen import Citizen
from models.dossier import DossierCode
from models.errors import UnreadableInput, UsageError
from models.page import Box, Code, Line, PageImage, PageText, Word
from pipeline import card_qr, cover_sheet, mrz
from pipeline.assemble import understand
from pipeline.clean import clean_page
from pipeline.codes import read_codes
from pipeline.confine import Confinement
from pipeline.limits import Limits
from pipeline.manifest import parse_manifest
from pipeline.names import natural_key, shown_name
from pipeline.resolution import is_sheet
from pipeline.text_layer import text_layer
from registry.ask import decide_person
from registry.embedded import EmbeddedPopulation
from registry.load import COLUMNS, load
from scripts.match_command import read_query
from tests import hostile_files
from tests.paper_files import jpeg, print_pattern, scan_of, scanned_pdf, written_pdf

CODE = "H40.12-260105-0007"
CARD = "001190000123|123456789|Nguyễn Thị Mẫu|07051990|Nữ|Thôn Thử, Xã Thử, Lạng Sơn|10052021"
ZONE = "IDVNM1990001239001199000123<<0\n9905175F3905173VNM<<<<<<<<<<<8\nNGUYEN<<THI<MAU<<<<<<<<<<<<<<<"
MANIFEST = (
    f"dossier_code,procedure,unit,received_on,expected_pages,files\n{CODE},1.001193,H40.12,2026-01-05,3,a.pdf;b/c.jpg\n"
)
QUERY = {
    "query": "q1", "full_name": "NGUYỄN THỊ MẪU", "birth_date": "1990-05-07", "sex": "female",
    "id_number": "001190000123", "residence": "Xã Thử, Lạng Sơn", "id_number_confidence": 0.9,
}  # fmt: skip
PAPER = """CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
TỜ KHAI ĐĂNG KÝ KHAI SINH
Họ, chữ đệm, tên người yêu cầu: TRẦN VĂN THỬ
Số định danh cá nhân: 079085000456
Ngày, tháng, năm sinh: 02/03/1985 (hai tháng ba năm một nghìn chín trăm tám mươi lăm)
Giới tính: Nam  Dân tộc: Kinh  Quốc tịch: Việt Nam
Nơi cư trú: Thôn Thử, Xã Thử, Tỉnh Lạng Sơn
Họ, chữ đệm, tên người mẹ: NGUYỄN THỊ MẪU sinh năm 1990
Số: 12/TLKS-UBND  Lạng Sơn, ngày 5 tháng 1 năm 2026"""
LAYER = (
    '<page width="595.0" height="842.0"><line x="1"><word xMin="72.0" yMin="80.1" xMax="120.5" yMax="92.0">Kính</word>'
    '<word xMin="124.0" yMin="80.1" xMax="190.5" yMax="92.0">gửi:</word></line></page>'
)
TOKENS = (
    b"\x00", b"\xff" * 4, b"%PDF-", b"PK\x03\x04", b"<<", b">>", b"[", b"]", b"endobj", b"/Length 99999999", b"/Kids[2 0 R]",
    b"0 0 R", b"-1", b"1e999", b"NaN", b"9" * 40, b"/Filter/FlateDecode", b"/Width 99999", b"=cmd|' /C calc'!A0", b"\xef\xbb\xbf",
    b"\r\n", b'"', b";" * 30, b"|" * 9, b"<" * 30, b"\xcc\x81" * 40, "\u202e".encode(), "Ð".encode(), "\U0001f600".encode(),
    b"\xed\xa0\x80", b"..", b"/", b"\\", b"{", b"\\ud800", b"SOHOA1:", b"VNM", b"SOHOA1:H40.12-260105-0007:::9999:991231",
)  # fmt: skip
_SLOW_SECONDS = 2.0  # for texts; a file may take its page's time
_PATIENCE = 10.0
_GROWN_MEGABYTES = 950

Target = Callable[[bytes], str]
"""Takes the input and says in a word what became of it; raises what nobody announced."""


@dataclass(slots=True)
class Tally:
    """What a run did with one target."""

    executions: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    finds: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0


def mutated(seeds: Sequence[bytes], rng: random.Random) -> bytes:
    """One of the seeds with one to eight changes: bits, bytes, numbers, tokens, pieces moved, doubled, cut, spliced."""
    data = bytearray(rng.choice(seeds))
    for _ in range(rng.choice((1, 1, 2, 3, 5, 8))):
        at = rng.randrange(len(data) + 1)
        end = min(len(data), at + rng.choice((1, 2, 4, 16, 64, 500)))
        match rng.randrange(9):
            case 0 if data:
                data[at % len(data)] ^= 1 << rng.randrange(8)
            case 1:
                data[at:end] = rng.randbytes(end - at)
            case 2:
                data[at:at] = rng.choice(TOKENS)
            case 3:
                data[at:end] = rng.choice(TOKENS)
            case 4:
                del data[at:end]
            case 5:
                data[at:at] = data[at:end] * rng.choice((1, 2, 10, 100))
            case 6:
                other = rng.choice(seeds)
                begin = rng.randrange(len(other) + 1)
                data[at:end] = other[begin : begin + rng.choice((4, 32, 400))]
            case 7:
                data[at:end] = rng.choice((0, 1, 127, 255, 65535, 2**31 - 1, 2**32 - 1)).to_bytes(
                    4, rng.choice(("little", "big"))
                )
            case _:
                del data[rng.randrange(len(data) // 2, len(data) + 1) :]
    return bytes(data[:5_000_000])


def text_targets(folder: Path) -> dict[str, tuple[list[bytes], Target]]:
    """Targets that take text: they run in this process, as they do in a worker."""
    registry = folder / "registry.db"
    source = folder / "citizens.csv"
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(COLUMNS)
    citizen = Citizen(
        "001190000123", "NGUYỄN THỊ MẪU", "1990-05-07", "female", "123456789", residence="Xã Thử, Lạng Sơn"
    )
    writer.writerow([getattr(citizen, column) for column in COLUMNS])
    source.write_text(rows.getvalue(), encoding="utf-8")
    load(source, registry)
    population = EmbeddedPopulation(registry)

    def text(data: bytes) -> str:
        return data.decode("utf-8", "replace")

    def codes(data: bytes) -> str:
        found = [
            card_qr.parse(text(data)),
            cover_sheet.parse(text(data)),
            DossierCode.parse(text(data)),
            DossierCode.find(text(data)),
        ]
        return str([value is not None for value in found])

    def zone(data: bytes) -> str:
        return str(mrz.find(text(data).splitlines()) is not None)

    def manifest(data: bytes) -> str:
        return str(len(parse_manifest(data).announcements))

    def citizens(data: bytes) -> str:
        (folder / "fuzzed.csv").write_bytes(data)
        return str(load(folder / "fuzzed.csv", folder / "fuzzed.db").citizens)

    def match(data: bytes) -> str:
        return decide_person(read_query(data), population).verdict

    def names(data: bytes) -> str:
        shown = shown_name(data.decode("utf-8", "surrogateescape"))
        shown.encode()
        natural_key((shown,))
        return "named"

    def layer(data: bytes) -> str:
        return str(text_layer(text(data), width=2480, height=3508) is not None)

    def paper(data: bytes) -> str:
        lines = []
        for place, line in enumerate(text(data).splitlines()[:400]):
            words = [
                Word(word, 0.9, Box(100 + 20 * at, 40 * place, max(1, 9 * len(word)), 30))
                for at, word in enumerate(line.split()[:200])
            ]
            lines += [Line(tuple(words))] if words else []
        code = Code("QRCode", text(data)[:2000], Box(5, 5, 90, 90))
        page = PageText(scan_of(folder / "a.pdf"), 2480, 3508, lines=tuple(lines), codes=(code,), mean_confidence=0.9)
        return str(len(understand((page,), procedure=None).persons))

    return {
        "codes": ([CARD.encode(), CODE.encode(), b"SOHOA1:%b:1.001193:H40.12:3:260105" % CODE.encode()], codes),
        "mrz": ([ZONE.encode()], zone),
        "manifest": ([MANIFEST.encode(), MANIFEST.encode("utf-16"), MANIFEST.replace(",", ";").encode("utf-8-sig")], manifest),
        "registry": ([source.read_bytes()], citizens),
        "match": ([json.dumps(QUERY).encode(), json.dumps(QUERY, ensure_ascii=False).encode()], match),
        "names": (["đơn đề nghị số 7.jpg".encode(), b"scan0010.tif", "a\u0301.pdf".encode()], names),
        "layer": ([LAYER.encode()], layer),
        "paper": ([PAPER.encode(), ZONE.encode(), CARD.encode()], paper),
    }  # fmt: skip


def file_targets(folder: Path, confinement: Confinement) -> dict[str, tuple[list[bytes], Target]]:
    """Targets that take files: opened as intake and reading open them, in confined children."""

    def opened(ending: str) -> Target:
        path = folder / f"fuzzed.{ending}"

        def run(data: bytes) -> str:
            path.write_bytes(data)
            pages = confinement.page_count(path)
            page = confinement.open_page(scan_of(path, min(pages, 2)))
            confinement.keep_pages(path, [1], folder / "kept.pdf")
            return f"page of {page.pixels.ndim} dimensions"

        return run

    def archive(data: bytes) -> str:
        path, target = folder / "fuzzed.zip", folder / "out"
        path.write_bytes(data)
        members = confinement.unpack(path, target, files=50, megabytes=50)
        for member in members:
            member.path.unlink()
        return f"{len(members)} members"

    def pixels(data: bytes) -> str:
        rng = random.Random(data)
        width, height = (rng.choice((32, 33, 50, 100, 400, 1170, 3000, 9000)) for _ in range(2))
        height = min(height, 12_000_000 // width)
        if not is_sheet(width, height):
            return "no sheet"
        plain = np.frombuffer(data * (height * width // max(1, len(data)) + 1), np.uint8)[: height * width]
        page = np.repeat(plain.reshape(height, width, 1), 3, axis=2)
        page.flags.writeable = False
        clean = clean_page(PageImage(scan_of(folder / "a.pdf"), page, rng.choice((0.1, 72.0, 300.0, 9000.0))))
        return f"blank {clean.blank}" if clean.blank else f"{len(read_codes(clean.pixels))} codes"

    written = written_pdf(
        folder / "w.pdf", (10, 70, "Kinh gui"), (10, 50, "Uy ban nhan dan xa Thu"), box=(200, 90)
    ).read_bytes()
    scanned = scanned_pdf(folder / "s.pdf", pages=2, data=jpeg(83, 117)).read_bytes()
    pictures = {}
    for kind, mode, options in (
        ("png", "L", {}), ("png", "P", {}), ("tiff", "1", {"compression": "group4"}), ("tiff", "L", {"compression": "jpeg"}),
        ("tiff", "RGB", {"compression": "tiff_lzw"}), ("webp", "RGB", {}), ("jpeg", "L", {}), ("gif", "P", {}), ("bmp", "1", {}),
    ):  # fmt: skip
        file = io.BytesIO()
        Image.fromarray(print_pattern(83, 117)).convert(mode).save(file, kind, **options)
        pictures.setdefault(kind, []).append(file.getvalue())
    pictures["jpeg"].append(jpeg(83, 117))
    pictures["tiff"].append(hostile_files.tiff_frames(3))
    zips = [
        hostile_files.zip_bytes([(f"{CODE}/1.jpg", jpeg(60, 80)), ("đơn.pdf", written)]),
        hostile_files.zip_bytes([("a.zip", hostile_files.zip_bytes([("1.jpg", b"x")])), ("b/c/d.png", b"y" * 3000)]),
    ]
    raw = [
        hostile_files.drawn_pdf(),
        hostile_files.outline_loop(),
        hostile_files.form_loop(),
        hostile_files.xref_loop(),
    ]
    return {
        "pdf": ([written, scanned, *raw], opened("pdf")),
        **{kind: (seeds, opened(kind)) for kind, seeds in pictures.items()},
        "zip": (zips, archive),
        "pixels": ([print_pattern(64, 64).tobytes(), bytes(64), b"\xff" * 640, bytes(range(256))], pixels),
    }


def grown(confinement: Confinement) -> int:
    """Megabytes of the largest that an idle child has been."""
    most = 0
    for child in confinement._idle:
        status = Path(f"/proc/{child._process.pid}/status").read_text(encoding="ascii")
        most = max(most, *(int(line.split()[1]) // 1000 for line in status.splitlines() if line.startswith("VmHWM")))
    return most


def run(
    name: str, seeds: Sequence[bytes], target: Target, *, seconds: float, seed: int, finds: Path, slow: float
) -> Tally:
    """Mutated inputs for so many seconds."""
    tally, rng, end = Tally(), random.Random(f"{name} {seed}"), time.monotonic() + seconds
    while time.monotonic() < end:
        data = mutated(seeds, rng)
        begin, find = time.process_time(), ""  # of a busy machine the clock says nothing; children have their own limit
        try:
            ended = target(data)
        except UnreadableInput as error:
            ended = str(error)[:60]
            if "too_slow" in ended or "ended with" in ended or "answer out of form" in ended:
                find = ended
        except UsageError:
            ended = "usage"
        except Exception as error:  # noqa: BLE001
            place = traceback.extract_tb(error.__traceback__)[-1]
            ended = find = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
        took = time.process_time() - begin
        if took > slow and not find:
            find = f"slow ({ended[:30]})"
        tally.executions += 1
        tally.ends[ended] += 1
        tally.slowest = max(tally.slowest, took)
        if find:
            tally.finds[find] += 1
            if tally.finds[find] <= 3:
                (finds / f"{name}-{sha256(data).hexdigest()[:12]}").write_bytes(data)
    return tally


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("targets", nargs="*", help="of all, if none is named")
    arguments.add_argument("--seconds", type=float, default=60.0, help="for each target")
    arguments.add_argument("--seed", type=int, default=date.today().toordinal())  # noqa: DTZ011
    arguments.add_argument("--finds", type=Path, default=Path(tempfile.gettempdir()) / "sohoa-finds")
    given = arguments.parse_args()
    given.finds.mkdir(parents=True, exist_ok=True)
    found = 0
    with tempfile.TemporaryDirectory() as name, Confinement(Limits(seconds=_PATIENCE)) as confinement:
        folder = Path(name)
        texts, files = text_targets(folder), file_targets(folder, confinement)
        for target in given.targets or [*texts, *files]:
            seeds, call = (texts | files)[target]
            slow = _SLOW_SECONDS if target in texts else _PATIENCE - 1
            tally = run(target, seeds, call, seconds=given.seconds, seed=given.seed, finds=given.finds, slow=slow)
            found += len(tally.finds)
            grew = grown(confinement)
            print(
                f"{target:9} {tally.executions:8} executions, slowest {tally.slowest:.2f} s, children up to {grew} MB"
            )
            print("   ", ", ".join(f"{count} {end}" for end, count in tally.ends.most_common(8)))
            for find, count in tally.finds.items():
                print(f"    FIND {count} x {find}")
            sys.stdout.flush()
            if grew > _GROWN_MEGABYTES:
                print("    FIND a child grew")
                found += 1
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
