"""The words and columns that every form of a report shares: table, CSV, workbook, printed sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

from models.rates import BY_CODE, POPULATION_PROCEDURES, Rate, grade
from scripts.language import language, text
from scripts.rate_terms import rate_term

Json = Mapping[str, Any]
_VIETNAM = timezone(timedelta(hours=7))

COUNTS = (
    ("received", "Tiếp nhận", "Received"),
    ("component_digitized", "Có thành phần số hóa", "Component digitized"),
    ("fully_digitized", "Số hóa đủ", "In full"),
    ("resolved", "Đã giải quyết", "Resolved"),
    ("result_digitized", "Kết quả số hóa", "Result digitized"),
    ("reused", "Có tái sử dụng", "Re-used"),
)
"""Counts of a row: key, heading in Vietnamese and English."""

RATES = (
    ("component_rate", "Tỷ lệ thành phần", "Component rate", "component_digitized", "received"),
    ("full_rate", "Tỷ lệ đủ", "Full rate", "fully_digitized", "received"),
    ("result_rate", "Tỷ lệ kết quả", "Result rate", "result_digitized", "resolved"),
    ("reuse_rate", "Tỷ lệ tái sử dụng", "Re-use rate", "reused", "received"),
)
"""Rates of a row: key, headings, the counts that they divide."""

LEVELS = (
    ("province", "Tỉnh, thành phố", "Province"),
    ("unit", "Đơn vị", "Unit"),
    ("procedure", "Thủ tục", "Procedure"),
    ("month", "Tháng", "Month"),
    ("clerk", "Cán bộ", "Clerk"),
)


def title(report: Json) -> str:
    """What the report is about."""
    where = " ".join(filter(None, (report["unit"], report["unit_name"]))) or text("toàn bộ", "all units")
    return text(f"Tỷ lệ số hóa hồ sơ: {where}", f"Digitization rates: {where}")


def period(report: Json) -> str:
    """From which to which day."""
    since, until = report["from"], report["to"]
    if since is None and until is None:
        return text("Mọi ngày tiếp nhận", "Whenever received")
    if since is None:
        return text(f"Tiếp nhận đến hết {_day(until)}", f"Received to {_day(until)}")
    if until is None:
        return text(f"Tiếp nhận từ {_day(since)}", f"Received from {_day(since)}")
    return text(f"Tiếp nhận từ {_day(since)} đến {_day(until)}", f"Received {_day(since)} to {_day(until)}")


def cohort_words(report: Json) -> str:
    """Which dossiers are counted."""
    return str(report["cohort"][language()])


def basis(report: Json) -> str:
    """Whence it is known which dossiers were resolved."""
    total = report["total"]
    told, received = total["with_lifecycle"], total["received"]
    return text(
        f"Dữ liệu vòng đời có cho {told} trong {received} hồ sơ; hồ sơ khác tính là đã giải quyết khi kết quả đã được quét.",
        f"Lifecycle data is known of {told} of {received} dossiers; others count as resolved where their result was scanned.",
    )


def seal_words(frozen_at: str | None, signature: Json | None) -> str:
    """Whether it is frozen and signed; that it is not is said aloud."""
    if frozen_at is None:
        return text("CHƯA CHỐT: số liệu lúc in, có thể thay đổi.", "NOT FROZEN: the figures of now, which may change.")
    local = datetime.fromisoformat(frozen_at).astimezone(_VIETNAM)
    at = text(f"lúc {local:%H:%M ngày %d/%m/%Y}", f"at {local:%Y-%m-%d %H:%M} (UTC+7)")
    local = datetime.fromisoformat(frozen_at).astimezone(_VIETNAM)
    at = text(f"lúc {local:%H:%M ngày %d/%m/%Y}", f"at {local:%Y-%m-%d %H:%M} (UTC+7)")
    if signature is None:
        return text(f"Chốt {at}. KHÔNG CÓ CHỮ KÝ.", f"Frozen {at}. UNSIGNED.")
    key = str(signature["public_key"])[:16]
    return text(f"Chốt {at}, ký Ed25519, khóa {key}…", f"Frozen {at}, signed by Ed25519 key {key}…")


def headline(report: Json) -> list[tuple[Rate, int, int, float | None, float | None]]:
    """Every rate of the whole cohort: rate, numerator, denominator, percentage, points."""
    total = report["total"]
    plain = {
        "component": ("component_digitized", "received", "component_rate"),
        "full": ("fully_digitized", "received", "full_rate"),
        "result": ("result_digitized", "resolved", "result_rate"),
    }
    rows: list[tuple[Rate, int, int, float | None, float | None]] = []
    for code, rate in (*BY_CODE.items(), (POPULATION_PROCEDURES.code, POPULATION_PROCEDURES)):
        if rate.needs_lifecycle and not total["with_lifecycle"]:  # nobody told; that is not 0
            told = total["indicators"][code]
            rows.append((rate, told["part"], told["whole"], None, None))
        elif code in plain:
            part, whole, share = plain[code]
            rows.append((rate, total[part], total[whole], total[share], None))
        else:
            told = total["indicators"][code]
            rows.append((rate, told["part"], told["whole"], told["rate"], told.get("points")))
    return rows


def points_words(report: Json) -> str:
    """The points of group 4 as far as formulas are published."""
    given = [points for *_, points in headline(report) if points is not None]
    most = sum(rate.points or 0 for rate, *_, points in headline(report) if points is not None)
    if not given:
        return ""
    words = text(
        f"Điểm nhóm 4 theo các công thức đã công bố: {decimals(sum(given))} trong {most}",
        f"Points of group 4 by the published formulas: {sum(given):.2f} of {most}",
    )
    if report["other_points"] is None:
        return words
    whole = round(sum(given) + report["other_points"], 2)
    return words + text(f"; tổng {decimals(whole)}: {grade(whole)[0]}", f"; sum {whole:.2f}: {grade(whole)[1]}")


def decimals(value: float) -> str:
    """Two decimals, with a comma in Vietnamese."""
    return text(f"{value:.2f}".replace(".", ","), f"{value:.2f}")


def grouped(number: int) -> str:
    """3.351 in Vietnamese, 3,351 in English."""
    return text(f"{number:,}".replace(",", "."), f"{number:,}")


def percent(value: float | None) -> str:
    """99,97 % or 99.97 %; a dash where there is nothing to divide by."""
    return "–" if value is None else f"{decimals(value)} %"


def label(row: Json, level: str) -> str:
    """A row's key with its name."""
    return f"{row[level]} {row['name']}" if row.get("name") else str(row[level])


def short(rate: Rate) -> str:
    """A rate's name."""
    return rate_term(rate)


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%d/%m/%Y}" if language() == "vi" else iso


def shown_levels(report: Json) -> list[tuple[str, str, Sequence[Json]]]:
    """The levels with their heading and rows; without clerks where nobody told who they are."""
    levels = [(level, text(vi, en), report["tables"][level]) for level, vi, en in LEVELS]
    return [
        (level, heading, rows) for level, heading, rows in levels if [r[level] for r in rows] not in ([], ["unknown"])
    ]
