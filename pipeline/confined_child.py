"""The child that opens files: requests come in as lines, answers go out as lines, pixels through a descriptor."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import SohoaError, UnreadableInput
from models.outcome import Reason
from models.page import Line, PageSource, Pixels, Scan
from pipeline.limits import Limits

if TYPE_CHECKING:
    from pipeline.original_page import Kept

_OPEN_FILES = 256
_SPARE_OUTPUT = 64_000_000  # bytes of a written file beyond the pixels of one page


def main() -> None:
    """Answer requests until standard input ends.

    Arguments: the descriptor for pixels, a folder of its own that it removes in the end, the limits as JSON.
    """
    pixels_descriptor, folder = int(sys.argv[1]), sys.argv[2]
    limits = Limits(**json.loads(sys.argv[3]))
    tempfile.tempdir = folder
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # what libraries print must not mix with answers
    _confine(limits)
    try:
        for line in sys.stdin:
            _limit_processor_time(limits.seconds)
            answer = _answer(json.loads(line), limits, pixels_descriptor)
            print(json.dumps(answer), file=answers, flush=True)
    except BrokenPipeError:  # the shell was killed over this page
        os.dup2(os.open(os.devnull, os.O_WRONLY), answers.fileno())  # what is left to say goes nowhere
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answer(request: dict[str, Any], limits: Limits, pixels_descriptor: int) -> dict[str, Any]:
    from pipeline import rasterize  # noqa: PLC0415  # its imports count towards the memory limit
    from pipeline.original_page import keep_pages  # noqa: PLC0415

    path = Path(request["path"])
    try:
        if request["what"] == "count":
            return {"pages": rasterize.page_count(path, limits=limits)}
        if request["what"] == "keep":
            return {"kept": [_place(kept) for kept in keep_pages(path, request["pages"], Path(request["target"]))]}
        page = rasterize.open_page(Scan(1, PageSource("", "", request["page"]), path), limits=limits)
        _send_pixels(page.pixels, pixels_descriptor)
        height, width = page.pixels.shape[:2]
        return {"height": height, "width": width, "dpi": page.dpi, "lines": _plain(page.text_layer)}
    except UnreadableInput as error:
        return {"reason": error.reason, "detail": str(error).partition(": ")[2]}
    except SohoaError as error:
        return {"usage": str(error)}
    except (MemoryError, RecursionError):
        return {"reason": Reason.OUT_OF_MEMORY, "detail": ""}
    except Exception as error:  # noqa: BLE001  # whatever a hostile file provokes ends here, not in the shell
        return {"reason": Reason.DAMAGED_FILE, "detail": type(error).__name__}


def _place(kept: Kept | None) -> list[Any] | None:
    return None if kept is None else [kept.place, kept.shows_text, kept.width_points]


def _confine(limits: Limits) -> None:
    memory = limits.megabytes * 1_000_000
    output = limits.pixels * 3 + _SPARE_OUTPUT
    for which, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, output),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(which)[1]
        with contextlib.suppress(ValueError):  # a stricter limit of the machine's own stands
            resource.setrlimit(which, (most if hard == resource.RLIM_INFINITY else min(most, hard),) * 2)


def _limit_processor_time(seconds: float) -> None:
    """The net under the shell's own clock: if the shell died, a looping child ends all the same."""
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
