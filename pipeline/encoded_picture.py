"""A page's picture as a PDF holds it: JPEG and PNG data taken over untouched, black and white as CCITT G4."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name
from PIL import Image, ImageOps, UnidentifiedImageError

from models.errors import UnreadableInput
from models.outcome import Reason

_TROUBLE = (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError)
_EXIF_ORIENTATION = 0x0112
_UPRIGHT = (None, 0, 1)
_QUALITY = 90  # of a JPEG that has to be written anew (CMYK: its colours need a profile that the archive lacks)
_PHOTOMETRIC, _STRIP_OFFSETS, _ROWS_A_STRIP, _STRIP_SIZES = 262, 273, 278, 279  # tags of a TIFF


@dataclass(frozen=True, slots=True)
class EncodedPicture:
    """Pixels as encoded for a PDF, with the entries of their dictionary. `untouched`: the file's own bytes."""

    data: bytes
    width: int
    height: int
    colour_space: str
    bits: int
    filter: str
    parameters: tuple[tuple[str, int | bool], ...] = ()
    untouched: bool = False

    def stream(self, pdf: pikepdf.Pdf) -> pikepdf.Stream:
        entries = Dictionary(
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=self.width,
            Height=self.height,
            ColorSpace=Name(self.colour_space),
            BitsPerComponent=self.bits,
        )
        parameters = Dictionary({f"/{key}": value for key, value in self.parameters}) if self.parameters else None
        stream = pikepdf.Stream(pdf, b"", entries)
        stream.write(self.data, filter=Name(self.filter), decode_parms=parameters)
        return stream


def encode_picture(source: bytes | Path) -> EncodedPicture:
    """The picture file (JPEG, PNG or whatever else Pillow opens) for a PDF.

    Grey and RGB JPEG, and 8-bit grey and RGB PNG without transparency, are taken over byte for byte; pictures of one
    bit become CCITT G4; all others are deflated. Raises UnreadableInput (damaged_file).
    """
    data = source if isinstance(source, bytes) else source.read_bytes()
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return _encoded(picture, data)
    except _TROUBLE as error:
        raise UnreadableInput(Reason.DAMAGED_FILE, "picture for a PDF") from error


def _encoded(picture: Image.Image, data: bytes) -> EncodedPicture:
    upright = picture.getexif().get(_EXIF_ORIENTATION) in _UPRIGHT
    if picture.format in ("JPEG", "MPO") and picture.mode in ("L", "RGB") and upright:
        space = _space(picture)
        return EncodedPicture(data, picture.width, picture.height, space, 8, "/DCTDecode", untouched=True)
    if picture.format == "PNG" and picture.mode in ("L", "RGB") and upright and (chunks := _png_pixels(data)):
        parameters = (
            ("Predictor", 15),
            ("Colors", len(picture.mode)),
            ("BitsPerComponent", 8),
            ("Columns", picture.width),
        )
        return EncodedPicture(
            chunks, picture.width, picture.height, _space(picture), 8, "/FlateDecode", parameters, untouched=True
        )
    lossy = picture.format in ("JPEG", "MPO")
    picture = ImageOps.exif_transpose(picture)
    if picture.mode == "1":
        return _fax(picture)
    flat = _flat(picture)
    if lossy:
        file = io.BytesIO()
        flat.save(file, "JPEG", quality=_QUALITY)
        return EncodedPicture(file.getvalue(), flat.width, flat.height, _space(flat), 8, "/DCTDecode")
    return EncodedPicture(zlib.compress(flat.tobytes(), 9), flat.width, flat.height, _space(flat), 8, "/FlateDecode")


def _space(picture: Image.Image) -> str:
    return "/DeviceGray" if picture.mode == "L" else "/DeviceRGB"


def _flat(picture: Image.Image) -> Image.Image:
    """Grey or RGB, transparent places white: an archive's PDF has no transparency."""
    if picture.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in picture.info:
        above = picture.convert("RGBA")
        below = Image.new("RGBA", above.size, "white")
        return Image.alpha_composite(below, above).convert("RGB")
    return picture if picture.mode in ("L", "RGB") else picture.convert("RGB")


def _fax(picture: Image.Image) -> EncodedPicture:
    """Black and white as CCITT G4 in a single strip, taken out of the TIFF that Pillow writes."""
    file = io.BytesIO()
    picture.save(file, "TIFF", compression="group4", tiffinfo={_ROWS_A_STRIP: picture.height})
    with Image.open(io.BytesIO(file.getvalue())) as tiff:
        tags = tiff.tag_v2  # type: ignore[attr-defined]  # a TIFF has tags; Pillow types the common parent
        (offset,), (size,) = tags[_STRIP_OFFSETS], tags[_STRIP_SIZES]
        zero_is_black = tags[_PHOTOMETRIC] == 1
    strip = file.getvalue()[offset : offset + size]
    parameters = (("K", -1), ("Columns", picture.width), ("Rows", picture.height), ("BlackIs1", zero_is_black))
    return EncodedPicture(strip, picture.width, picture.height, "/DeviceGray", 1, "/CCITTFaxDecode", parameters)


def _png_pixels(data: bytes) -> bytes:
    """The deflated rows of a PNG of 8 bits without interlacing and transparency, as PDF's predictor 15 reads them."""
    bits, _, _, _, interlaced = data[24:29]
    at, rows = 8, []
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if kind == b"tRNS":
            return b""
        if kind == b"IDAT":
            rows.append(data[at + 8 : at + 8 + size])
        at += size + 12
    return b"".join(rows) if bits == 8 and not interlaced else b""
