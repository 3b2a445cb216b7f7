"""The `sohoa` command: its list of subcommands, each loaded only when called, and how errors become exit codes."""

from __future__ import annotations

import importlib
import os
import sys
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from models.errors import SohoaError, UsageError
from models.settings import Settings
from scripts.error_texts import error_text
from scripts.language import text
from scripts.log_file import note_surprise
from scripts.typer_words import explain_help, reword, speak_vietnamese

if TYPE_CHECKING:
    from typer._click.core import Command, Context  # typer gives no public name to these two


@dataclass(frozen=True, slots=True)
class Entry:
    """A subcommand: where it lives (module:attribute, a function or a Typer app) and its line in the list."""

    name: str
    place: str
    vi: str
    en: str


ENTRIES = (
    Entry("digitize", "scripts.digitize_command:digitize",
          "Số hóa hồ sơ: quét → đọc → đối chiếu dân cư → lưu.", "Digitize dossiers: scans in, stored records out."),
    Entry("serve", "scripts.serve_command:serve",
          "Trực quầy: thư mục quét, HTTP, mọi thứ sẵn sàng.", "At the counter: watched folder, HTTP, all kept warm."),
    Entry("work", "scripts.work_command:work",
          "Máy này số hóa phần việc của một nhóm máy.", "This machine digitizes its part of a pool's batches."),
    Entry("ocr", "scripts.ocr_command:ocr",
          "Chỉ đọc chữ: ảnh hoặc PDF thành PDF/A tìm kiếm được.", "Only read: an image or PDF to a searchable PDF/A."),
    Entry("review", "scripts.review_command:review",
          "Hồ sơ cần xem lại hoặc bị loại: vì sao, trang nào, làm gì.", "Dossiers that need a look: why, which page, what to do."),
    Entry("show", "scripts.show_command:show",
          "Xem một hồ sơ đã số hóa.", "Show one dossier."),
    Entry("correct", "scripts.correct_command:correct",
          "Đính chính một hồ sơ; bản cũ được giữ lại.", "Set right what was read wrong; the old record is kept."),
    Entry("accept", "scripts.accept_command:accept",
          "Đã xem, đúng như vậy: chấp nhận lý do của một hồ sơ.", "Seen, right as it is: accept reasons of a dossier."),
    Entry("fetch", "scripts.fetch_command:fetch",
          "Lấy các tệp của một hồ sơ về một thư mục.", "Copy a dossier's files to a folder."),
    Entry("export", "scripts.export_command:export",
          "Xuất mọi hồ sơ, mỗi dòng một hồ sơ (JSON).", "Print all records, one JSON object a line."),
    Entry("search", "scripts.search_command:search",
          "Tìm trong mọi trang, có dấu hay không dấu.", "Search all pages, with or without tone marks."),
    Entry("rates", "scripts.rates_command:rates",
          "Tỷ lệ số hóa theo đơn vị, thủ tục hoặc tháng.", "Digitization rates by unit, procedure or month."),
    Entry("report", "scripts.report_command:app",
          "Chốt báo cáo một kỳ, xem lại, so với bây giờ.", "Freeze a period's report, show it again, compare it with now."),
    Entry("sample", "scripts.sample_command:app",
          "Lấy mẫu kiểm tra, nhập mù, tỷ lệ sai.", "Draw samples, key them blind, error rates."),
    Entry("accuracy", "scripts.accuracy_command:accuracy",
          "Máy đọc đúng bao nhiêu, đo bằng mã QR trên thẻ.", "How well is read, measured by cards' QR codes."),
    Entry("late", "scripts.late_command:late",
          "Hồ sơ quá hạn, thời gian chờ, hồ sơ mỗi cán bộ.", "Overdue dossiers, waiting times, dossiers a clerk."),
    Entry("lifecycle", "scripts.lifecycle_command:app",
          "Nạp dữ liệu vòng đời hồ sơ từ hệ thống một cửa.", "Load lifecycle data from the one-stop system."),
    Entry("match", "scripts.match_command:match",
          "Đối chiếu người với cơ sở dữ liệu dân cư (JSONL).", "Match persons against the registry (JSON lines)."),
    Entry("rematch", "scripts.rematch_command:rematch",
          "Đối chiếu các hồ sơ đang chờ dân cư, không đọc lại.", "Match dossiers that waited for the registry; reads nothing."),
    Entry("registry", "scripts.registry_commands:app",
          "Cơ sở dữ liệu dân cư: nạp, tạo mẫu.", "The population registry: load, make."),
    Entry("cover", "scripts.cover_command:cover",
          "In tờ bìa có mã QR cho hồ sơ.", "Print cover sheets with a QR code."),
    Entry("samples", "scripts.samples_command:app",
          "Tạo hồ sơ mẫu (người hư cấu).", "Make sample dossiers (fictitious persons)."),
    Entry("status", "scripts.status_command:status",
          "Hàng đợi, hồ sơ mắc lại, tiến trình, kho lưu trữ.", "Queue, stuck dossiers, workers, stores."),
    Entry("api", "scripts.api_command:api",
          "Mở API cho hệ thống khác.", "Serve the API for other programs."),
    Entry("keys", "scripts.keys_command:app",
          "Khóa API: tạo, đổi, thu hồi.", "API keys: add, rotate, revoke, list."),
    Entry("verify", "scripts.verify_command:verify",
          "Kiểm tra mọi tệp đã lưu và chỉ mục.", "Read every stored digest again; index against records."),
    Entry("register", "scripts.register_command:app",
          "Sổ đăng ký giấy tờ đã số hóa: xuất CSV, XLSX; số trùng.", "Register of digitized papers: CSV, XLSX; repeated numbers."),
    Entry("subject", "scripts.subject_command:app",
          "Chủ thể dữ liệu: trích, hạn chế, bỏ hạn chế.", "The data subject: export, restrict, release."),
    Entry("retention", "scripts.retention_command:app",
          "Thời hạn bảo quản: xem, tiêu hủy, phong tỏa.", "Retention: plan, apply, legal hold."),
    Entry("audit", "scripts.audit_command:app",
          "Nhật ký kiểm toán: xem, kiểm tra, niêm.", "The audit log: list, verify, anchor."),
    Entry("reconcile", "scripts.reconcile_command:reconcile",
          "Đối soát từng trang: kho, sổ và số trang đã báo.", "Account for every page: store, ledger, announcements."),
    Entry("rebuild-index", "scripts.verify_command:rebuild_index",
          "Dựng lại chỉ mục từ kho lưu trữ.", "Build the index again from the object store."),
)  # fmt: skip


class LazyGroup(TyperGroup):
    """Lists the subcommands from ENTRIES without importing them: the list of commands costs no OpenCV, no Prefect."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = {entry.name: _listed(entry) for entry in ENTRIES}
        explain_help(self)

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            speak_vietnamese()
            reword(error)
            raise

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        entry = next((entry for entry in ENTRIES if entry.name == name), None)
        return name, _loaded(entry) if entry else command, rest

    def invoke(self, ctx: Context) -> Any:
        """Runs the subcommand; an expected error becomes one line and its exit code, any other a note in the log."""
        try:
            return super().invoke(ctx)
        except SohoaError as error:
            _complain(error)
            raise typer.Exit(error.exit_code) from None
        except (typer.Exit, typer.Abort, KeyboardInterrupt, BrokenPipeError):
            raise
        except Exception as error:
            if type(error).__module__.startswith("typer."):
                speak_vietnamese()
                reword(error)
                raise  # wrong usage: typer says it better
            _note_surprise(error)
            raise typer.Exit(1) from None


def _listed(entry: Entry) -> Command:
    """What stands in the list of commands; replaced by the real command before it runs."""
    return _as_command(entry, lambda: None)


def _loaded(entry: Entry) -> Command:
    module, _, attribute = entry.place.partition(":")
    command = _as_command(entry, getattr(importlib.import_module(module), attribute))
    explain_help(command)
    return command


def _as_command(entry: Entry, target: Any) -> Command:
    if isinstance(target, typer.Typer):
        command = typer.main.get_command(target)
        command.help = text(entry.vi, entry.en)
    else:
        single = typer.Typer(add_completion=False)
        single.command(name=entry.name, help=text(entry.vi, entry.en))(target)
        command = typer.main.get_command(single)
    command.name = entry.name
    command.short_help = text(entry.vi, entry.en)
    return command


def _complain(error: SohoaError) -> None:
    print(f"{text('Lỗi', 'Error')}: {error_text(error)}", file=sys.stderr)


def _note_surprise(error: Exception) -> None:
    """An error nobody foresaw: where it happened goes to the log (no values, they may be personal data)."""
    try:
        folder = Settings.from_environment().home / "logs"
    except UsageError:
        folder = None
    where = note_surprise(error, folder=folder)
    print(
        text(
            f"Lỗi ngoài dự kiến ({type(error).__name__}); chi tiết ở {where}. Những gì đã xong vẫn còn nguyên.",
            f"Unexpected error ({type(error).__name__}); see {where}. What was finished is kept.",
        ),
        file=sys.stderr,
    )


def _print_version(asked: bool) -> None:
    if asked:
        print(f"sohoa {version('sohoa')}")
        raise typer.Exit


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables, which hold personal data
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(
    help=text(
        "sohoa: số hóa hồ sơ giấy của bộ phận một cửa. SOHOA_LANG=en cho tiếng Anh.",
        "sohoa: digitizes the paper dossiers of one-stop offices. SOHOA_LANG=vi for Vietnamese.",
    )
)
def _root(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help=text("In số phiên bản.", "Print the version.")
        ),
    ] = False,
) -> None:
    """The group itself does nothing."""


def main() -> None:
    """Entry point of the `sohoa` command."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy would start threads that nothing here uses
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr] # both are text streams here; records are UTF-8
    if len(sys.argv) <= 2 or {"-h", "--help"} & set(sys.argv):  # a group alone shows its help too
        speak_vietnamese()
    app()


if __name__ == "__main__":
    main()
