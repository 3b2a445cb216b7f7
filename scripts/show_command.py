"""`sohoa show CODE`: one dossier, as a clerk reads it or as the record's JSON."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from models.audit import Action
from models.document import Document
from models.errors import UsageError
from models.identity import FIELD_NAMES, Field
from models.match import Decision
from models.outcome import Verdict
from models.reason_texts import reason_text
from models.record import DossierRecord
from models.settings import Settings
from pipeline.register import register_entries, repeats_among, with_repeats
from scripts.accepted_texts import accepted_lines, how_to_accept
from scripts.explain import LEGEND, waterfall
from scripts.language import text
from scripts.looking import note_look
from scripts.marks import example, marked, unnamed
from scripts.terms import field_term, sex_term, term
from storage.archive import KeptDossier, load_kept
from storage.index import Index
from storage.opening import open_audit, open_store

_STATUS_STYLES = {"digitized": "green", "review": "yellow", "rejected": "red"}
_VERDICT_STYLES = {Verdict.MATCHED: "green", Verdict.REVIEW: "yellow", Verdict.UNMATCHED: "dim"}


def show(
    code: Annotated[str, typer.Argument(help=text("Mã hồ sơ, ví dụ H40.12-260105-0007.", "The dossier's code."))],
    as_json: Annotated[bool, typer.Option("--json", help=text("In bản ghi JSON.", "Print the JSON record."))] = False,
    with_text: Annotated[
        bool, typer.Option("--text", help=text("In cả chữ của từng trang.", "Print each page's text too."))
    ] = False,
    override: Annotated[
        str | None,
        typer.Option(
            metavar="REASON", help=text("Lý do vẫn xem khi đang hạn chế xử lý.", "Why, where processing is restricted.")
        ),
    ] = None,
) -> None:
    settings = Settings.from_environment()
    kept = found(code, settings)
    with open_audit(settings) as audit:
        note_look(audit, Action.VIEWED, kept.record.dossier_code, settings, override=override)
        repeats = _repeats(kept.record, Index(audit.database))
    if as_json:
        print(json.dumps(kept.to_json(), ensure_ascii=False, indent=1))
        return
    console = Console(highlight=False)
    _print_head(console, kept.record)
    _print_documents(console, kept.record)
    for line in repeats:
        console.print(f"  [yellow]•[/] {escape(line)}")
    _print_persons(console, kept.record)
    _print_corrections(console, kept.record)
    _print_accepted(console, kept.record)
    _print_pages(console, kept.record, with_text=with_text)
    if to_correct := example(kept.record):
        told = text("Đính chính, hoặc xác nhận bằng chính giá trị ấy:", "Set right, or confirm with the same value:")
        console.print(f"\n{told} [bold]{escape(to_correct)}[/]", soft_wrap=True)
    if to_accept := how_to_accept(kept.record):
        told = text("Đã xem, đúng như trên giấy (chỉ những lý do ấy):", "Seen, and right as it is (only such reasons):")
        console.print(f"\n{told} [bold]{escape(to_accept)}[/]", soft_wrap=True)


def found(code: str, settings: Settings) -> KeptDossier:
    """The kept dossier; raises UsageError where there is none."""
    kept = load_kept(open_store(settings), code.strip())
    if kept is None:
        raise UsageError(text(f"không có hồ sơ {code}", f"no dossier {code} is kept"))
    return kept


def _print_head(console: Console, record: DossierRecord) -> None:
    style = _STATUS_STYLES[record.status]
    console.print(f"[bold]{record.dossier_code}[/]  [{style}]{term(record.status)}[/]")
    console.print(
        text("Đơn vị {} · nhận ngày {} · thủ tục {}", "Unit {} · received {} · procedure {}").format(
            escape(record.unit), record.received_on.isoformat(), escape(record.procedure or text("chưa rõ", "unknown"))
        )
    )
    for reason in record.reasons:
        words = reason_text(reason)
        console.print(f"  [{style}]•[/] {text(words.vi, words.en)} {text(words.do_vi, words.do_en)} [dim]({reason})[/]")
    missing = ", ".join(term(kind) for kind in record.components.missing)
    if missing:
        console.print(f"  {text('Còn thiếu', 'Missing')}: [bold]{missing}[/]")


def _print_documents(console: Console, record: DossierRecord) -> None:
    table = Table(title=text("Giấy tờ", "Documents"), title_justify="left", box=None, header_style="dim")
    for heading in text("#|Loại|Trang|Số, ký hiệu|Ngày|Cơ quan|Tin cậy", "#|Kind|Pages|Number|Date|Issuer|Conf.").split(
        "|"
    ):
        table.add_column(heading)
    for document in record.documents:
        table.add_row(
            str(document.ordinal),
            f"{term(document.type)} [dim]({term(document.part)}{_copy(document)})[/]",
            ", ".join(map(str, document.pages)),
            escape(document.number or ""),
            document.issued_on.isoformat() if document.issued_on else "",
            escape(document.issued_by or ""),
            f"{document.confidence:.2f}",
        )
    console.print(table)


def _repeats(record: DossierRecord, index: Index) -> list[str]:
    """A line for each paper whose number, sign and issuer are also another dossier's: the same paper, or one too many."""
    lines = []
    for entry in register_entries(record):
        number = f"{entry.count}/{entry.sign}" if entry.sign else entry.count
        found = repeats_among([(record.dossier_code, number, entry.issuer), *index.numbered_papers(number=number)])
        if others := with_repeats(entry, found).repeats:
            told = text("Giấy {}: số {} của {} cũng có trong {}", "Document {}: number {} of {} is also in {}")
            lines.append(told.format(entry.ordinal, number, entry.issuer, ", ".join(others)))
    return lines


def _copy(document: Document) -> str:
    """That a paper is a certified copy, which need not be digitized (TT 01/2023/TT-VPCP, Article 4)."""
    return text(", bản sao chứng thực", ", certified copy") if document.certified_copy else ""


def _print_persons(console: Console, record: DossierRecord) -> None:
    if record.persons:
        console.print(f"\n[dim]{escape(text(*LEGEND))}[/]")
    marks = marked(record)
    for number, matched in enumerate(record.persons, start=1):
        person = matched.person
        console.print()
        console.print(
            f"[dim]{number}.[/] [bold]{escape(person.full_name.value) if person.full_name else '?'}[/]  "
            f"{term(person.role)} · {text('giấy', 'document')} {person.document} · {_verdict(matched.match)}"
        )
        for name in FIELD_NAMES:
            field: Field | None = getattr(person, name)
            mark = marks.get((number, name), "")
            if field is not None:
                value = sex_term(field.value) if name == "sex" else field.value
                value += f" ({text('nay', 'now')}: {field.present})" if field.present else ""
                told = f"{escape(value)}  [dim]{escape(_how_read(field))}[/]"
            else:
                told = text("không có", "not there") if mark else ""
            if told:
                console.print(f"  {field_term(name):<14} {told}" + (f"  [yellow]◄ {escape(mark)}[/]" if mark else ""))
        for pen in person.handwritten:
            where = f"{text('trang', 'page')} {pen.page}, {text('khung', 'box')} {pen.box.x},{pen.box.y} {pen.box.width}×{pen.box.height}"
            console.print(
                f"  {field_term(pen.field):<14} [yellow]◄ {text('viết tay', 'handwritten')}[/]  [dim]{where}[/]"
            )
        for line in waterfall(matched.match):
            console.print(f"  [dim]{escape(line)}[/]")
    for line in unnamed(record):
        console.print(f"\n[yellow]◄ {escape(line)}[/]")


def _print_corrections(console: Console, record: DossierRecord) -> None:
    for made in record.corrections:
        console.print()
        head = f"{text('Đính chính', 'Corrected')} {made.at[:16]}, {made.author}: {made.reason}"
        console.print(f"[cyan]{escape(head)}[/]")
        for change in made.changes:
            before = f" [dim]«{escape(change.as_read)}»[/]" if change.as_read else ""
            console.print(f"  {escape(change.target)} = {escape(change.value or text('(bỏ)', '(taken away)'))}{before}")


def _print_accepted(console: Console, record: DossierRecord) -> None:
    if lines := accepted_lines(record):
        console.print(f"\n[cyan]{text('Đã xem, chấp nhận', 'Seen and accepted')}[/]")
    for line in lines:
        console.print(f"  {escape(line)}", soft_wrap=True)


def _how_read(field: Field) -> str:
    as_read = f" «{field.as_read}»" if field.as_read.strip() not in {"", field.value} else ""
    return f"{term(field.source)}, {text('trang', 'page')} {field.page}, {field.confidence:.2f}{as_read}"


def _verdict(match: Decision) -> str:
    style = _VERDICT_STYLES[match.verdict]
    citizen = f" {match.citizen}" if match.citizen else ""
    score = f" ({match.score:.4f})" if match.evidence else ""
    because = f" {text(reason_text(match.reason).vi, reason_text(match.reason).en)}" if match.reason else ""
    return f"[{style}]{term(match.verdict)}[/]{citizen}{score}{because}"


def _print_pages(console: Console, record: DossierRecord, *, with_text: bool) -> None:
    table = Table(title=text("Trang", "Pages"), title_justify="left", box=None, header_style="dim")
    for heading in text("#|Tệp|Kết quả|Xoay|Lệch|Tin cậy", "#|File|Outcome|Turned|Skew|Conf.").split("|"):
        table.add_column(heading)
    for page in record.pages:
        blank = text(" (trắng)", " (blank)") if page.blank else ""
        codes = [*([page.reason] if page.reason else []), *page.warnings]
        because = ": " + " ".join(text(reason_text(code).vi, reason_text(code).en) for code in codes) if codes else ""
        table.add_row(
            str(page.number),
            f"{escape(page.source.file)} [dim]{text('tr.', 'p.')} {page.source.page}[/]",
            f"{term(page.outcome)}{blank}{because}",
            f"{page.rotation_degrees}°" if page.rotation_degrees else "",
            f"{page.skew_degrees:+.1f}°" if page.skew_degrees else "",
            f"{page.mean_confidence:.2f}",
        )
    console.print()
    console.print(table)
    if with_text:
        for page in record.pages:
            console.rule(f"{text('Trang', 'Page')} {page.number}")
            console.print(page.text, markup=False)
