"""How much one input may ask of this machine before it is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what is opened; every one has a reason code when it is passed.

    seconds: wall time to open one page (too_slow)
    megabytes: address space of the child that opens it (out_of_memory)
    pixels: of one opened page; 50 million is A1 at 250 dpi (too_large)
    file_megabytes: of one file as it lies (too_large)
    pages: of one file (too_many_pages)
    archive_files, archive_megabytes, archive_ratio, archive_depth: what a ZIP, with all ZIPs in it, may unpack to
    (archive_unsafe)
    archive_seconds: wall time to unpack one (too_slow)
    """

    seconds: float = 60.0
    megabytes: int = 1024
    pixels: int = 50_000_000
    file_megabytes: int = 2048
    pages: int = 2000
    archive_files: int = 5000
    archive_megabytes: float = 4096
    archive_ratio: float = 200.0
    archive_depth: int = 2
    archive_seconds: float = 300.0
