"""A TIFF's frame as the file encodes it: its CCITT strip, or its JPEG strips joined into the one JPEG they were cut from."""

from __future__ import annotations

from typing import Any, Protocol

from PIL import Image

from pipeline.encoded_picture import EncodedPicture

# TIFF 6.0's tags and values; JPEG after its Technical Note 2
_COMPRESSION, _PHOTOMETRIC, _FILL_ORDER, _OFFSETS, _SIZES = 259, 262, 266, 273, 279
_ROWS_A_STRIP, _T4_OPTIONS, _TABLES = 278, 292, 347
_FAX_4, _JPEG = 4, 7
_WHITE_IS_ZERO, _RGB = 0, 2
_START, _END, _SCAN = b"\xff\xd8", b"\xff\xd9", 0xDA
_FRAME_HEADERS = {0xC0, 0xC1}  # baseline and extended; a progressive JPEG has many scans and cannot be joined
_ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length
_MOST_RESTART = 65_535  # MCUs


class _File(Protocol):
    def read(self, count: int) -> bytes: ...
    def seek(self, offset: int) -> int: ...


def frame_size(picture: Image.Image) -> int:
    """The bytes that the frame's strips or tiles take in the file; 0 where the file does not say."""
    tags: Any = getattr(picture, "tag_v2", {})
    return sum(tags.get(_SIZES, ()) or tags.get(325, ()))


def untouched_frame(picture: Image.Image, file: _File) -> EncodedPicture | None:
    """The frame's own data for a PDF, or None: then its pixels have to be encoded anew.

    `picture` is a TIFF opened by Pillow, at the frame; `file` its bytes. Raises ValueError, KeyError, IndexError on
    a file that is out of form.
    """
    tags: Any = picture.tag_v2  # type: ignore[attr-defined]  # a TIFF has tags; Pillow types the common parent
    offsets, sizes = tags.get(_OFFSETS, ()), tags.get(_SIZES, ())
    if not offsets or len(offsets) != len(sizes):
        return None
    strips = []
    for offset, size in zip(offsets, sizes, strict=True):
        file.seek(offset)
        strips.append(file.read(size))
    if tags.get(_COMPRESSION) == _FAX_4 and picture.mode == "1" and len(strips) == 1 and tags.get(_FILL_ORDER, 1) == 1:
        black_is_one = tags.get(_PHOTOMETRIC) != _WHITE_IS_ZERO
        parameters = (("K", -1), ("Columns", picture.width), ("Rows", picture.height), ("BlackIs1", black_is_one))
        return EncodedPicture(
            strips[0], picture.width, picture.height, "/DeviceGray", 1, "/CCITTFaxDecode", parameters, untouched=True
        )
    if tags.get(_COMPRESSION) == _JPEG and picture.mode in ("L", "RGB"):
        rows = int(tags.get(_ROWS_A_STRIP, picture.height))
        joined = _joined(strips, bytes(tags.get(_TABLES, b"")), picture.height, rows)
        if joined is None:
            return None
        space = "/DeviceGray" if picture.mode == "L" else "/DeviceRGB"
        transform = (("ColorTransform", int(tags.get(_PHOTOMETRIC) != _RGB)),) if picture.mode == "RGB" else ()
        return EncodedPicture(joined, picture.width, picture.height, space, 8, "/DCTDecode", transform, untouched=True)
    return None


def _joined(strips: list[bytes], tables: bytes, height: int, rows: int) -> bytes | None:
    """The strips' coded data, each a restart interval of one JPEG: what began them anew is what a restart does."""
    segments, coded = _parted(strips[0])
    frame = next((body for kind, body in segments if kind in _FRAME_HEADERS), None)
    if frame is None or any(kind == 0xDD for kind, _ in segments):
        return None
    count = frame[5]
    across = max(frame[7 + 3 * i] >> 4 for i in range(count)) * 8
    down = max(frame[7 + 3 * i] & 15 for i in range(count)) * 8
    if count == 1:
        across = down = 8
    width = int.from_bytes(frame[3:5])
    if len(strips) > 1 and rows % down:
        return None
    interval = -(-width // across) * (rows // down) if len(strips) > 1 else 0
    if interval > _MOST_RESTART:
        return None
    whole = frame[:1] + height.to_bytes(2) + frame[3:]
    data = [coded]
    for strip in strips[1:]:
        own, following = _parted(strip)
        if [kind for kind, _ in own if kind in _FRAME_HEADERS] == []:
            return None
        data.append(following)
    shared = list(_parted(tables)[0]) if tables else []
    head = b"".join(_segment(kind, body) for kind, body in shared)
    head += b"".join(_segment(kind, whole if kind in _FRAME_HEADERS else body) for kind, body in segments[:-1])
    if interval:
        head += _segment(0xDD, interval.to_bytes(2))
    head += _segment(*segments[-1])
    body = b"".join(part + bytes((0xFF, 0xD0 + i % 8)) for i, part in enumerate(data[:-1])) + data[-1]
    return _START + head + body + _END


def _parted(jpeg: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The marker segments up to the start of scan, and the coded data after it, without the end mark."""
    if jpeg[:2] != _START:
        raise ValueError("no JPEG")
    at, segments = 2, []
    while at + 4 <= len(jpeg):
        if jpeg[at] != 0xFF:
            raise ValueError("no marker")
        kind = jpeg[at + 1]
        if kind == 0xD9:
            break
        if kind in _ALONE or kind == 0xFF:
            at += 1 if kind == 0xFF else 2
            continue
        size = int.from_bytes(jpeg[at + 2 : at + 4])
        segments.append((kind, jpeg[at + 4 : at + 2 + size]))
        at += 2 + size
        if kind == _SCAN:
            coded = jpeg[at:]
            end = coded.rfind(_END)
            return segments, coded[:end] if end >= 0 else coded
    return segments, b""


def _segment(kind: int, body: bytes) -> bytes:
    return bytes((0xFF, kind)) + (len(body) + 2).to_bytes(2) + body
