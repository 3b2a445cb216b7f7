"""The child that opens files: requests come in as lines, answers go out as lines, pixels through a descriptor."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import SohoaError, StorageUnreachable, UnreadableInput, UsageError
from models.outcome import Reason
from models.page import Line, PageSource, Pixels, Scan
from pipeline.kept_memory import keep_freed_memory
from pipeline.limits import Limits
from pipeline.standing_back import stand_back

if TYPE_CHECKING:
    from models.dossier import Announcement
    from pipeline.original_page import Kept

_OPEN_FILES = 256
_SPARE_OUTPUT = 64_000_000  # bytes of a written file beyond the pixels of one page


def main() -> None:
    """Answer requests until standard input ends.

    Arguments: the descriptor for pixels, a folder of its own that it removes in the end, the limits as JSON, how
    far it stands back beyond the worker whose child it is (nice).
    """
    pixels_descriptor, folder = int(sys.argv[1]), sys.argv[2]
    limits = Limits(**json.loads(sys.argv[3]))
    tempfile.tempdir = folder
    stand_back(int(sys.argv[4]))
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # what libraries print must not mix with answers
    _confine(limits)
    _be_first_to_go()
    keep_freed_memory()
    try:
        for line in sys.stdin:
            request = json.loads(line)
            _limit_request(request["what"], limits)
            answer = _answer(request, limits, pixels_descriptor)
            print(json.dumps(answer), file=answers, flush=True)
    except BrokenPipeError:  # the shell was killed over this page
        os.dup2(os.open(os.devnull, os.O_WRONLY), answers.fileno())  # what is left to say goes nowhere
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answer(request: dict[str, Any], limits: Limits, pixels_descriptor: int) -> dict[str, Any]:
    try:
        return _done(request, limits, pixels_descriptor)
    except UnreadableInput as error:
        return {"reason": error.reason, "detail": str(error).partition(": ")[2]}
    except StorageUnreachable as error:
        return {"storage": str(error)}
    except UsageError as error:
        return {"usage": str(error), "vi": error.vi}
    except SohoaError as error:
        return {"usage": str(error), "vi": str(error)}
    except (MemoryError, RecursionError):
        return {"reason": Reason.OUT_OF_MEMORY, "detail": ""}
    except Exception as error:  # noqa: BLE001  # whatever a hostile file provokes ends here, not in the shell
        return {"reason": Reason.DAMAGED_FILE, "detail": type(error).__name__}


def _done(request: dict[str, Any], limits: Limits, pixels_descriptor: int) -> dict[str, Any]:
    from pipeline import rasterize  # noqa: PLC0415  # its imports count towards the memory limit
    from pipeline.manifest import read_manifest  # noqa: PLC0415
    from pipeline.original_page import keep_pages  # noqa: PLC0415
    from pipeline.unpack import unpack  # noqa: PLC0415

    path = Path(request["path"])
    match request["what"]:
        case "count":
            return {"pages": rasterize.page_count(path, limits=limits)}
        case "keep":
            return {"kept": [_place(kept) for kept in keep_pages(path, request["pages"], Path(request["target"]))]}
        case "unpack":
            within = replace(limits, archive_files=request["files"], archive_megabytes=request["megabytes"])
            members = unpack(path, Path(request["target"]), limits=within)
            return {"members": [[member.parts, member.path.name, member.reason] for member in members]}
        case "manifest":
            manifest = read_manifest(path, name=request["name"])
            return {"rows": [_row(row) for row in manifest.announcements], "unknown": manifest.unknown_columns}
        case _:
            page = rasterize.open_page(Scan(1, PageSource("", "", request["page"]), path), limits=limits)
            _send_pixels(page.pixels, pixels_descriptor)
            height, width = page.pixels.shape[:2]
            return {
                "height": height,
                "width": width,
                "grey": page.pixels.ndim == 2,
                "dpi": page.dpi,
                "lines": _plain(page.text_layer),
            }


def _row(row: Announcement) -> list[Any]:
    day = row.received_on.isoformat() if row.received_on else None
    return [row.code.text, row.procedure, row.unit, day, row.expected_pages, row.files]


def _place(kept: Kept | None) -> list[Any] | None:
    return None if kept is None else [kept.place, kept.shows_text, kept.width_points]


def _confine(limits: Limits) -> None:
    memory = limits.megabytes * 1_000_000
    for which, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, limits.file_megabytes * 1_000_000),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(which)[1]
        with contextlib.suppress(ValueError):  # a stricter limit of the machine's own stands
            resource.setrlimit(which, (most if hard == resource.RLIM_INFINITY else min(most, hard),) * 2)


def _be_first_to_go() -> None:
    """Where the whole machine runs out of memory, the kernel is to end this child, not a worker or the batch."""
    with contextlib.suppress(OSError):  # no such file outside Linux
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _limit_request(what: str, limits: Limits) -> None:
    """Processor time, and bytes of a written file: a drawn page's, or an archive's member's.

    Time is the net under the shell's own clock: if the shell died, a looping child ends all the same.
    """
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    output = limits.file_megabytes * 1_000_000 if what in {"unpack", "keep"} else limits.pixels * 3 + _SPARE_OUTPUT
    resource.setrlimit(resource.RLIMIT_FSIZE, (output if hard == resource.RLIM_INFINITY else min(output, hard), hard))
    seconds = limits.archive_seconds if what == "unpack" else limits.seconds
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    most = int(used.ru_utime + used.ru_stime + 2 * seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _send_pixels(pixels: Pixels, descriptor: int) -> None:
    data = memoryview(pixels.data).cast("B")
    sent = 0
    while sent < len(data):
        sent += os.pwrite(descriptor, data[sent:], sent)


def _plain(lines: tuple[Line, ...] | None) -> list[list[list[Any]]] | None:
    if lines is None:
        return None
    return [
        [[word.text, word.box.x, word.box.y, word.box.width, word.box.height] for word in line.words] for line in lines
    ]
