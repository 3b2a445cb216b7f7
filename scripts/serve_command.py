"""`sohoa serve`: everything warm in one process tree: workers for the counter and for batches, a watched folder, HTTP."""

from __future__ import annotations

import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
import uvicorn

from api.office import Office as Archive
from api.serving import serving_app
from flows.counter import Ended, Event, Failed, Judged, Received, Waits
from flows.office import Office
from flows.watched_folder import WatchedFolder
from models.document import DocumentType
from models.errors import UsageError
from models.outcome import Reason, Verdict
from models.reason_texts import reason_text
from models.settings import Settings
from pipeline.tesseract import check_installed
from scripts.error_texts import error_text
from scripts.language import text
from scripts.listening import check_place
from scripts.log_file import open_log
from scripts.terms import term

_QUIET = frozenset({Reason.SYSTEM_FILE})


def serve(
    watch: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help=text("Số hóa những gì máy quét để vào thư mục này.", "Digitize what scanners put into this folder."),
        ),
    ] = None,
    host: Annotated[str, typer.Option(help=text("Địa chỉ lắng nghe.", "Address to listen on."))] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help=text("Cổng lắng nghe.", "Port to listen on."))] = 8080,
) -> None:
    settings = Settings.from_environment()
    check_place(host, port)
    open_log(settings.home / "logs")
    check_installed()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))  # while it starts and ends; between, _Server has them
    began = time.monotonic()
    office = Office(settings, kind="serve", counter=True)
    archive: Archive | None = None
    folder = WatchedFolder(watch, office, write=outcome_text) if watch else None
    try:
        office.warm_up()
        if folder:
            _start(folder, watch)
        _say(
            text(
                f"Sẵn sàng sau {time.monotonic() - began:.0f} giây: http://{host}:{port}/v1/counter, /metrics",
                f"Ready after {time.monotonic() - began:.0f} s: http://{host}:{port}/v1/counter, /metrics",
            )
        )
        archive = Archive.open(settings)
        app = serving_app(office, archive)
        config = uvicorn.Config(
            app, host=host, port=port, log_level="warning", access_log=False, server_header=False, lifespan="on"
        )
        _Server(config).run()
    finally:
        _say(text("Đang kết thúc; hồ sơ đang dở sẽ làm tiếp lần sau.", "Ending; what is half done goes on next time."))
        if folder:
            folder.stop()
        office.finish(at_once=True)
        if archive:
            archive.close()
        office.close()


class _Server(uvicorn.Server):
    """uvicorn, ended by one Ctrl-C or `kill` although answers are still under way: their work rests in the spool."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's
        # not uvicorn's own, which raises the signal again inside the loop: the clerk saw a traceback at every end
        self.should_exit = self.force_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        if self.force_exit:  # left out by uvicorn then: the threads beside the server would go on into what is closed
            await self.lifespan.shutdown()


def _start(folder: WatchedFolder, place: Path | None) -> None:
    try:
        folder.start()
    except OSError as error:
        raise UsageError(f"--watch {place}: {error.strerror}") from error


def outcome_text(name: str, events: Sequence[Event]) -> str:
    """How a file or folder of the watched folder ended, as its clerk reads it."""
    lines = [name]
    for event in events:
        match event:
            case Received(_, done, left_out):
                lines += [f"{code}: {term(status)}" for code, status in done if name.upper().startswith(code)]
                lines += [
                    f"{file}: {_why(reason)}"
                    for file, reason in left_out
                    if reason not in _QUIET and file.split("/")[0] == name
                ]
            case Judged(code, verdicts) if not any(isinstance(other, Ended | Waits) for other in events):
                matched = sum(person.verdict is Verdict.MATCHED for person in verdicts.persons)
                lines.append(f"{code}: {matched}/{len(verdicts.persons)} {text('người khớp dân cư', 'persons matched')}; "
                             f"{text('đang lưu', 'being kept')}")  # fmt: skip
                lines += [
                    f"  - {text('Còn thiếu', 'Missing')}: {term(DocumentType(kind))}" for kind in verdicts.missing
                ]
            case Ended(end):
                lines.append(f"{end.dossier_code}: {term(end.status)}, {end.pages} {text('trang', 'pages')}, "
                             f"{end.matched}/{end.persons} {text('người khớp dân cư', 'persons matched')}")  # fmt: skip
                lines += [f"  - {text('Trang', 'Page')} {page}: {_why(reason)}" for page, reason in end.flaws]
                told = {reason for _, reason in end.flaws}
                lines += [f"  - {_why(reason)}" for reason in end.reasons if reason not in told]
            case Waits(end):
                lines.append(f"{end.dossier_code}: {text('đang chờ', 'waiting')}: {_why(end.reason)}")
            case Failed(error):
                lines.append(error_text(error))
    return "\n".join(dict.fromkeys(lines))


def _why(reason: str) -> str:
    words = reason_text(reason)
    return text(f"{words.vi} {words.do_vi}", f"{words.en} {words.do_en}").strip()


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
