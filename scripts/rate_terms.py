"""The words for rates, their rows and the reasons why a dossier does not count, in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.table import Table

from models.document import DocumentType
from models.evidence import Gap, Lack
from models.rates import Rate
from models.reason_texts import reason_text
from scripts.language import text
from scripts.terms import term
from storage.rates import RateBy

GAPS: dict[Gap, tuple[str, str]] = {
    Gap.NO_RECORD: ("chưa quét", "not scanned"),
    Gap.NO_COMPONENT: ("không có thành phần nào được số hóa", "no component digitized"),
    Gap.COMPONENT_MISSING: ("thiếu trong hồ sơ quét", "missing among the scans"),
    Gap.PAGE_REJECTED: ("trang không dùng được", "page cannot be used"),
    Gap.NOT_RECOGNIZED: ("chưa nhận ra loại giấy tờ", "kind of paper not recognized"),
    Gap.NOT_DIGITIZED: ("hệ thống một cửa báo chưa số hóa", "not digitized, says the one-stop system"),
    Gap.PROCEDURE_UNKNOWN: ("chưa rõ thủ tục", "procedure unknown"),
    Gap.RESULT_MISSING: ("chưa có kết quả số hóa", "no digitized result"),
    Gap.RESULT_ON_PAPER: ("chưa có kết quả điện tử", "no electronic result"),
    Gap.NOT_REUSED: ("không có thành phần tái sử dụng", "no component re-used"),
    Gap.NOT_SHARED: ("không có thành phần từ kho dữ liệu điện tử", "no component from the electronic store"),
    Gap.NO_POPULATION_DATA: ("không dùng dữ liệu dân cư", "population data not used"),
    Gap.NOT_ONLINE: ("không nộp trực tuyến", "not sent online"),
}
BY = {
    RateBy.UNIT: ("Đơn vị", "Unit"),
    RateBy.PROVINCE: ("Tỉnh, thành phố", "Province"),
    RateBy.PROCEDURE: ("Thủ tục", "Procedure"),
    RateBy.MONTH: ("Tháng", "Month"),
    RateBy.CLERK: ("Cán bộ", "Clerk"),
}


def rate_term(rate: Rate) -> str:
    """A rate's name."""
    return text(rate.vi, rate.en)


def lack_text(lack: Lack) -> str:
    """`giấy chứng sinh: thiếu trong hồ sơ quét`; with pages and their own reason where there are any."""
    words = text(*GAPS[lack.reason])
    if lack.pages:
        words += text(", trang ", ", page ") + ", ".join(map(str, lack.pages))
    if lack.detail:
        reason = reason_text(lack.detail)
        words += f" ({text(reason.vi, reason.en).rstrip('.')})"
    return f"{component_term(lack.component)}: {words}" if lack.component else words


def component_term(code: str) -> str:
    """The clerk's word for a component; a foreign code stands as it is."""
    return term(DocumentType(code)) if code in set(DocumentType) else code


def percent_text(value: float | None) -> str:
    """As terminals and sheets show it; a dash where there is nothing to divide by."""
    return "–" if value is None else f"{value:.2f} %"


def known_or_not(key: str) -> str:
    """A procedure, clerk or scanner as terminals show it; programs are told `unknown`."""
    return text("chưa rõ", "unknown") if key == "unknown" else key


def rows_table(rows: Iterable[Mapping[str, Any]], level: str, heading: str) -> Table:
    """Rows as JSON has them, for the terminal: a column a rate, with what it divides, narrow enough for 80 columns."""
    table = Table(box=None, header_style="dim")
    table.add_column(heading, overflow="fold", min_width=10)
    columns = text(
        "Tiếp\nnhận|Có\nthành phần|Số hóa đủ|Kết quả|Tái sử\ndụng", "Re-\nceived|Component|In full|Results|Re-used"
    )
    for column in columns.split("|"):
        table.add_column(column, justify="right", no_wrap=True)
    for row in rows:
        shares = (
            (f"{row['component_digitized']} ", row["component_rate"]), (f"{row['fully_digitized']} ", row["full_rate"]),
            (f"{row['result_digitized']}/{row['resolved']} ", row["result_rate"]), ("", row["reuse_rate"]),
        )  # fmt: skip
        label = f"{row[level]} {row['name']}" if row.get("name") else known_or_not(str(row[level]))
        cells = (f"{count}{'–' if share is None else f'{share:.2f}%':>7}" for count, share in shares)
        table.add_row(label, str(row["received"]), *cells)
    return table
