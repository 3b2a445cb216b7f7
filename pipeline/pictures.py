"""Picture files (JPEG, PNG, TIFF, WebP, BMP, GIF) opened as upright-by-EXIF RGB pixels; home of reading with Pillow."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from models.errors import UnreadableInput
from models.outcome import Reason
from models.page import Pixels
from pipeline.file_kind import FileKind
from pipeline.limits import Limits
from pipeline.resolution import ENOUGH_PIXELS, MAX_DPI, plausible_dpi

_TROUBLE = (OSError, ValueError, SyntaxError, struct.error, EOFError, KeyError, IndexError, TypeError, OverflowError)


def picture_count(path: Path, kind: FileKind) -> int:
    """How many pages the file holds: a TIFF's frames, else 1 (a phone's second picture, an animation are no pages)."""
    with _opened(path, kind) as picture:
        return int(getattr(picture, "n_frames", 1)) if kind is FileKind.TIFF else 1


def open_picture(path: Path, kind: FileKind, *, page: int, limits: Limits) -> tuple[Pixels, float]:
    """The page's pixels (H x W x 3 RGB, or H x W where there are greys alone; turned as its EXIF says), and its dpi.

    The resolution is what the file states where that gives a believable sheet, else that of an A4 sheet.
    Raises UnreadableInput: too_large before any pixel is decoded, damaged_file.
    """
    with _opened(path, kind) as picture:
        if page > 1:
            picture.seek(page - 1)
        if kind is FileKind.JPEG and picture.width * picture.height > limits.pixels:
            picture.draft("RGB", (picture.width // 2, picture.height // 2))  # decodes at half the size or less
        if not 0 < picture.width * picture.height <= limits.pixels:
            raise UnreadableInput(Reason.TOO_LARGE, f"{picture.width} x {picture.height} pixels")
        stated = _stated_dpi(picture)
        ImageOps.exif_transpose(picture, in_place=True)
        shown = as_shown(picture)
    return sized_pixels(shown, stated_dpi=stated)


def sized_pixels(picture: Image.Image, *, stated_dpi: float | None) -> tuple[Pixels, float]:
    """The pixels, brought down to 300 dpi and to what a page needs where they are more, and their resolution."""
    width, height = picture.size
    dpi = plausible_dpi(width, height, stated=stated_dpi)
    shrink = max(dpi / MAX_DPI if dpi == stated_dpi else 1.0, (width * height / ENOUGH_PIXELS) ** 0.5)
    if shrink > 1.02:
        size = (max(1, round(width / shrink)), max(1, round(height / shrink)))
        picture = picture.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
        dpi /= shrink
    pixels = np.asarray(picture, dtype=np.uint8)  # a view of Pillow's bytes: a page is 26 MB, and each copy shows
    pixels.flags.writeable = False
    return pixels, dpi


@contextmanager
def _opened(path: Path, kind: FileKind) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # damaged EXIF data and the like are warnings and no reason to refuse
            with Image.open(path, formats=[kind.value] if kind is not FileKind.JPEG else ["JPEG", "MPO"]) as picture:
                yield picture
    except Image.DecompressionBombError as error:
        raise UnreadableInput(Reason.TOO_LARGE) from error
    except MemoryError as error:
        raise UnreadableInput(Reason.OUT_OF_MEMORY) from error
    except _TROUBLE as error:  # Pillow's decoders raise all of these on damaged files
        raise UnreadableInput(Reason.DAMAGED_FILE, type(error).__name__) from error


def _stated_dpi(picture: Image.Image) -> float | None:
    stated = picture.info.get("dpi")
    try:
        across, down = (float(value) for value in stated)  # type: ignore[union-attr]  # None is caught below
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    # A standard-resolution fax has 204 x 98 dots: pixels that are not square are stretched by nobody here.
    return max(across, down) if across > 0 and down > 0 else None


def as_shown(picture: Image.Image) -> Image.Image:
    """The picture as 8-bit RGB on white paper, whatever it was; as 8-bit grey where that is all it has."""
    if picture.mode in {"I", "F"} or picture.mode.startswith("I;16"):
        picture = _eight_bits(picture)
    if picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in picture.info:
        shown = picture.convert("RGBA")
        sheet = Image.new("RGBA", shown.size, (255, 255, 255, 255))  # what is transparent shows the paper
        return Image.alpha_composite(sheet, shown).convert("RGB")
    if picture.mode in {"1", "L"}:
        return picture.convert("L")
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _eight_bits(picture: Image.Image) -> Image.Image:
    """16-bit and floating-point grey as 8 bits: Pillow's own conversion clips instead of scaling."""
    values = np.nan_to_num(np.asarray(picture, dtype=np.float32))
    top = float(values.max(initial=0.0))
    scale = 255.0 if top <= 1.0 else 1.0 if top <= 255.0 else 1 / 257.0
    return Image.fromarray(np.clip(values * scale, 0, 255).astype(np.uint8))
