"""`sohoa sample`: draw dossiers for inspection, hand out blind work lists, take keyings in, and judge the machine by them."""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from models.audit import Action, Fact
from models.document import DocumentType
from models.errors import UsageError
from models.identity import Role
from models.keying import Outcome
from models.sampling import AQLS, plan_by_aql, plan_by_share, wilson
from models.settings import Settings
from scripts.cohort_options import ProcedureCode, Since, UnitCode, Until, cohort
from scripts.language import text
from scripts.terms import field_term, term
from storage.lifecycle import lifecycle_of
from storage.opening import open_audit, open_store
from storage.rate_facts import UNKNOWN_SCANNER
from storage.rate_snapshot import snapshot
from storage.samples import (
    Judged,
    Line,
    draw_sample,
    judge_sample,
    load_sample,
    sample_names,
    take_keying,
    work_list,
    wrong_dossiers,
)

app = typer.Typer(no_args_is_help=True, add_completion=False)
Name = Annotated[str, typer.Argument(help=text("Tên mẫu.", "The sample's name."))]
_OUTCOMES = {
    Outcome.RIGHT: ("đúng", "right"), Outcome.WRONG: ("sai", "wrong"), Outcome.MISSED: ("sót", "missed"),
    Outcome.INVENTED: ("thừa", "invented"), Outcome.OPEN: ("chưa nhập đủ", "not keyed twice"),
    Outcome.TIED: ("cần người thứ ba", "needs a third"),
}  # fmt: skip


class Profile(StrEnum):
    """The trade's rounds of inspection: everything, then 30 %."""

    ALL = "100"
    THIRTY = "30"


@app.command(help=text("Lấy mẫu hồ sơ để kiểm tra.", "Draw dossiers for inspection."))
def draw(
    name: Name,
    since: Since = None,
    until: Until = None,
    unit: UnitCode = None,
    procedure: ProcedureCode = None,
    share: Annotated[
        float | None, typer.Option(min=0.0001, max=1, help=text("Tỷ lệ, như 0.05.", "A share, as 0.05."))
    ] = None,
    profile: Annotated[
        Profile | None, typer.Option(help=text("Vòng kiểm tra 100 % hoặc 30 %.", "The round of 100 % or 30 %."))
    ] = None,
    aql: Annotated[float | None, typer.Option(help=f"AQL (ISO 2859-1): {', '.join(map(str, AQLS))}")] = None,
) -> None:
    settings = Settings.from_environment()
    if sum(given is not None for given in (share, profile, aql)) != 1:
        raise UsageError("choose one of --share, --profile, --aql", "chọn một trong --share, --profile, --aql")
    wanted = cohort(settings, since, until, unit, procedure)
    with open_audit(settings) as audit:
        lot = sum(bool(dossier.record_sha256) for dossier in snapshot(audit.database, wanted))
        if aql is not None:
            plan, method = plan_by_aql(lot, aql), f"aql {aql:g}"
        else:
            part = share if share is not None else int(profile or Profile.ALL) / 100
            plan, method = plan_by_share(lot, part), f"share {part:g}"
        sample = draw_sample(
            audit.store, audit.database, wanted, name=name, method=method, plan=plan, drawn_at=datetime.now(UTC)
        )
        facts: dict[str, Fact] = {"sample": name, "dossiers": sample.size}
        audit.note(Action.SAMPLE_DRAWN, "archive", purpose=settings.purpose, facts=facts)
    limit = (
        ""
        if sample.accept is None
        else text(f", chấp nhận đến {sample.accept} hồ sơ sai", f", up to {sample.accept} wrong dossiers accepted")
    )
    form = text("{}: {} trong {} hồ sơ, {} trường để nhập{}", "{}: {} of {} dossiers, {} fields to key{}")
    print(form.format(name, sample.size, sample.lot, len(sample.lines), limit))


@app.command(
    "list",
    help=text(
        "Danh sách nhập mù (CSV), không có kết quả máy đọc.",
        "The blind work list (CSV), without what the machine read.",
    ),
)
def list_lines(
    name: Annotated[
        str | None,
        typer.Argument(help=text("Tên mẫu; bỏ trống: các mẫu đang có.", "The sample's name; none: the samples.")),
    ] = None,
    ties: Annotated[
        bool,
        typer.Option(
            "--ties", help=text("Chỉ trường hai người nhập khác nhau.", "Only fields on which two keyers differ.")
        ),
    ] = False,
) -> None:
    store = open_store(Settings.from_environment())
    if name is None:
        print("\n".join(sample_names(store)))
        return
    sys.stdout.write(work_list(store, load_sample(store, name), where=_where, ties_only=ties))


@app.command(help=text("Nạp danh sách một người đã nhập.", "Take in a list that a keyer filled in."))
def key(
    name: Name,
    file: Annotated[
        Path,
        typer.Argument(
            help=text(
                "Danh sách đã điền cột keyed; - là không ghi trên giấy.",
                "The list with its column keyed filled in; - where the paper does not say it.",
            )
        ),
    ],
    keyer: Annotated[str, typer.Option(help=text("Ai nhập.", "Who keyed it."))],
) -> None:
    settings = Settings.from_environment()
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}", f"{file}: không đọc được ({error.strerror})") from error
    with open_audit(settings) as audit:
        sample = load_sample(audit.store, name)
        taken = take_keying(audit.store, sample, content, file=file.name, keyer=keyer, keyed_at=datetime.now(UTC))
        audit.note(Action.SAMPLE_KEYED, "archive", purpose=settings.purpose, facts={"sample": name, "lines": taken})
    print(text(f"{taken} trường", f"{taken} fields"))


@app.command(help=text("Tỷ lệ sai theo trường, đơn vị, máy quét.", "Error rates by field, unit and scanner."))
def result(
    name: Name, as_json: Annotated[bool, typer.Option("--json", help=text("In JSON.", "Print JSON."))] = False
) -> None:
    settings = Settings.from_environment()
    with open_audit(settings) as audit:
        sample = load_sample(audit.store, name)
        judged = judge_sample(audit.store, sample)
        scanners = {
            code: told.scanner
            for code in {item.line.dossier_code for item in judged}
            if (told := lifecycle_of(audit.database, code)) and told.scanner
        }
    groups: dict[str, Callable[[Judged], str]] = {
        "field": lambda item: item.line.field,
        "unit": lambda item: item.unit,
        "scanner": lambda item: scanners.get(item.line.dossier_code, UNKNOWN_SCANNER),
    }
    tables = {by: _rows(judged, group) for by, group in groups.items()}
    wrong, whole = wrong_dossiers(judged)
    listed = len({line.dossier_code for line in sample.lines})  # a dossier without a paper has nothing to key
    verdict = None if sample.accept is None or whole < listed else wrong <= sample.accept
    if as_json:
        summary = {"sample": name, "method": sample.method, "lot": sample.lot, "size": sample.size, "settled": whole,
                "wrong_dossiers": wrong, "accept": sample.accept, "accepted": verdict, **tables}  # fmt: skip
        print(json.dumps(summary, ensure_ascii=False, indent=1))
        return
    console = Console(highlight=False)
    form = text(
        "{}: {} trong {} hồ sơ đã nhập xong, {} hồ sơ có trường sai",
        "{}: {} of {} dossiers keyed, {} with a field that is not right",
    )
    console.print(form.format(name, whole, sample.size, wrong))
    if verdict is not None:
        console.print(
            text("Lô đạt", "The lot is accepted") if verdict else text("Lô KHÔNG đạt", "The lot is NOT accepted"),
            style="bold",
        )
    for by, rows in tables.items():
        console.print(_table(by, rows))


def _where(line: Line) -> str:
    """`tờ khai đăng ký khai sinh, mẹ: họ tên`."""
    paper = term(DocumentType(line.document)) if line.document else ""
    person = term(Role(line.role)) if line.role else ""
    return f"{', '.join(filter(None, (paper, person)))}: {field_term(line.field)}"


def _rows(judged: Sequence[Judged], group: Callable[[Judged], str]) -> list[dict[str, Any]]:
    counts: dict[str, Counter[Outcome]] = defaultdict(Counter)
    for item in judged:
        counts[group(item)][item.outcome] += 1
    rows = []
    for key_, of in sorted(counts.items()):
        settled = sum(number for what, number in of.items() if what not in {Outcome.OPEN, Outcome.TIED})
        wrong = settled - of[Outcome.RIGHT]
        low, high = wilson(wrong, settled) or (None, None)
        share = wrong / settled if settled else None
        rows.append(
            {"key": key_, **{what.value: of[what] for what in Outcome}, "error_rate": share, "low": low, "high": high}
        )
    return rows


def _table(by: str, rows: Sequence[dict[str, Any]]) -> Table:
    headings = {"field": ("Trường", "Field"), "unit": ("Đơn vị", "Unit"), "scanner": ("Máy quét", "Scanner")}
    table = Table(box=None, header_style="dim")
    table.add_column(text(*headings[by]))
    for what in Outcome:
        table.add_column(text(*_OUTCOMES[what]), justify="right")
    table.add_column(text("Tỷ lệ sai (95 %)", "Error rate (95 %)"), justify="right", no_wrap=True)
    for row in rows:
        label = field_term(row["key"]) if by == "field" else row["key"]
        share = "–" if row["error_rate"] is None else f"{row['error_rate']:.1%} ({row['low']:.1%}–{row['high']:.1%})"
        table.add_row(label, *(str(row[what.value]) for what in Outcome), share)
    return table
