"""What a file is by its first bytes; its name is only a hint, since scanners and clerks misname files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from models.errors import UnreadableInput
from models.outcome import Reason


class FileKind(StrEnum):
    """The kinds of file that intake knows; the picture kinds carry Pillow's name of the format."""

    PDF = "PDF"
    JPEG = "JPEG"
    PNG = "PNG"
    TIFF = "TIFF"
    WEBP = "WEBP"
    BMP = "BMP"
    GIF = "GIF"
    ZIP = "ZIP"
    EMPTY = "EMPTY"
    OTHER = "OTHER"


PAGE_KINDS = frozenset(FileKind) - {FileKind.ZIP, FileKind.EMPTY, FileKind.OTHER}

_MAGIC = (
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"II*\x00", FileKind.TIFF),
    (b"MM\x00*", FileKind.TIFF),
    (b"II+\x00", FileKind.TIFF),
    (b"MM\x00+", FileKind.TIFF),
    (b"BM", FileKind.BMP),
    (b"GIF87a", FileKind.GIF),
    (b"GIF89a", FileKind.GIF),
    (b"PK\x03\x04", FileKind.ZIP),
    (b"PK\x05\x06", FileKind.ZIP),
)


def kind_of_bytes(head: bytes) -> FileKind:
    """The kind that the first 1,024 bytes show."""
    if not head:
        return FileKind.EMPTY
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return FileKind.WEBP
    # Readers accept a PDF header anywhere in the first 1,024 bytes (ISO 32000-1, implementation note 13).
    if b"%PDF-" in head[:1024]:
        return FileKind.PDF
    return FileKind.OTHER


def kind_of(path: Path) -> FileKind:
    """The kind of the file at `path`; raises UnreadableInput (file_missing, file_unreadable) where it cannot be read."""
    try:
        with path.open("rb") as file:
            return kind_of_bytes(file.read(1024))
    except OSError as error:
        raise UnreadableInput(why_not_read(error), type(error).__name__) from error


def why_not_read(error: OSError) -> Reason:
    """Why a file or folder could not be read: it is not there (any more), or it may not be, or the drive fails."""
    return Reason.FILE_MISSING if isinstance(error, FileNotFoundError) else Reason.FILE_UNREADABLE
