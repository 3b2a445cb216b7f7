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

PdfMatrix = tuple[float, float, float, float, float, float]
"""A matrix as PDF writes it: a b c d e f."""
TURNS: dict[int, PdfMatrix] = {
    0: (1, 0, 0, 1, 0, 0), 90: (0, -1, 1, 0, 0, 1), 180: (-1, 0, 0, -1, 1, 1), 270: (0, 1, -1, 0, 1, 0),
}  # fmt: skip
"""The unit square turned clockwise, within itself."""
_BY_EXIF: dict[int, PdfMatrix] = {
    2: (-1, 0, 0, 1, 1, 0), 3: TURNS[180], 4: (1, 0, 0, -1, 0, 1), 5: (0, -1, -1, 0, 1, 1), 6: TURNS[90],
    7: (0, 1, 1, 0, 0, 0), 8: TURNS[270],
}  # fmt: skip
_QUALITY = 90  # of a JPEG that has to be written anew (CMYK: its colours need a profile that the archive lacks)
_PHOTOMETRIC, _STRIP_OFFSETS, _ROWS_A_STRIP, _STRIP_SIZES = 262, 273, 278, 279  # tags of a TIFF


@dataclass(frozen=True, slots=True)
class EncodedPicture:
    """Pixels as encoded for a PDF, with the entries of their dictionary. `untouched`: the file's own bytes.

    `turn` is what the camera's EXIF asks for: it brings the unit square, in which a PDF draws a picture, upright.
    """

    data: bytes
    width: int
    height: int
    colour_space: str
    bits: int
    filter: str
    parameters: tuple[tuple[str, int | bool], ...] = ()
    untouched: bool = False
    turn: PdfMatrix = TURNS[0]

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


def turn_of(picture: Image.Image) -> PdfMatrix:
    """The turn that the picture's EXIF asks for, within the unit square."""
    return _BY_EXIF.get(picture.getexif().get(_EXIF_ORIENTATION, 1), TURNS[0])


def encode_pixels(picture: Image.Image) -> EncodedPicture:
    """The pixels of a picture that is open, encoded anew without loss: CCITT G4 where they are black and white."""
    upright = ImageOps.exif_transpose(picture)
    return _fax(upright) if upright.mode == "1" else _deflated(_flat(upright))


def _deflated(flat: Image.Image) -> EncodedPicture:
    return EncodedPicture(zlib.compress(flat.tobytes(), 9), flat.width, flat.height, _space(flat), 8, "/FlateDecode")


def _encoded(picture: Image.Image, data: bytes) -> EncodedPicture:
    turn, space = turn_of(picture), _space(picture)
    if picture.format in ("JPEG", "MPO") and picture.mode in ("L", "RGB"):
        return EncodedPicture(data, picture.width, picture.height, space, 8, "/DCTDecode", untouched=True, turn=turn)
    if picture.format == "PNG" and picture.mode in ("L", "RGB") and (chunks := _png_pixels(data)):
        parameters = (
            ("Predictor", 15),
            ("Colors", len(picture.mode)),
            ("BitsPerComponent", 8),
            ("Columns", picture.width),
        )
        return EncodedPicture(
            chunks, picture.width, picture.height, space, 8, "/FlateDecode", parameters, untouched=True, turn=turn
        )
    if picture.format in ("JPEG", "MPO"):
        flat = _flat(ImageOps.exif_transpose(picture))
        file = io.BytesIO()
        flat.save(file, "JPEG", quality=_QUALITY)
        return EncodedPicture(file.getvalue(), flat.width, flat.height, _space(flat), 8, "/DCTDecode")
    return encode_pixels(picture)


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
