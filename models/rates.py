"""Digitization rates (tỷ lệ số hóa): the one table of formulas, with the article each comes from, and their rounding."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import IntFlag

DEFINITIONS_VERSION = 1
"""Raised with every change to what is counted or how; frozen reports hold the version and texts that they were made by."""


class Count(IntFlag):
    """What one dossier counts for; models.evidence says when each holds.

    The index keeps the sum of these bits for every dossier, so that a rate is one grouped count.
    """

    COMPONENT = 1  # a submitted paper is digitized or re-used
    FULL = 2  # every paper that had to be is digitized or re-used
    RESOLVED = 4
    RESULT = 8  # resolved, and its result is digitized
    REUSED = 16
    ELECTRONIC = 32  # resolved, with a result issued as a file
    RESULT_DUE = 64  # its procedure gives a paper result
    WHOLE = 128  # indicator 4.2: a component, and a result where the procedure gives one
    SHARED = 256  # indicator 4.4: a paper from the owner's store
    POPULATION = 512  # indicator 4.5: the population database was used
    ONLINE = 1024
    LIFECYCLE = 2048  # the one-stop system told of it
    CITIZEN = 4096  # asked by a citizen
    RECORD = 8192  # scanned: it has a record here
    ON_TIME = 16384  # finished, not after the appointment
    LATE = 32768  # finished after the appointment


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate: dossiers with all bits of `part`, of those with all bits of `whole` (none: all received).

    points: the most that the indicator gives (QĐ 766/QĐ-TTg), None where it is none of them
    full_at: the percentage from which it gives all of them; below, points grow in proportion
    needs_lifecycle: only the one-stop system can tell the numerator; without its data it is not known, not 0
    """

    code: str
    vi: str
    en: str
    part: Count
    whole: Count
    source: str
    meaning_vi: str
    meaning_en: str
    points: int | None = None
    full_at: int = 100
    needs_lifecycle: bool = False


_NONE = Count(0)
RATES = (
    Rate(
        "component", "Có thành phần số hóa", "Component digitized", Count.COMPONENT, _NONE,
        "TT 01/2023/TT-VPCP, Điều 3, 4, 7",
        "Hồ sơ có ít nhất một thành phần được số hóa hoặc tái sử dụng / hồ sơ tiếp nhận",
        "Dossiers with at least one component digitized or re-used / dossiers received",
    ),
    Rate(
        "full", "Số hóa đủ thành phần", "Digitized in full", Count.FULL, _NONE,
        "TT 01/2023/TT-VPCP, Điều 4, 8",
        "Hồ sơ có mọi thành phần phải số hóa đã được số hóa hoặc tái sử dụng / hồ sơ tiếp nhận",
        "Dossiers with every component that must be digitized digitized or re-used / dossiers received",
    ),
    Rate(
        "result", "Kết quả số hóa", "Result digitized", Count.RESULT, Count.RESOLVED,
        "NĐ 45/2020/NĐ-CP, Điều 25",
        "Hồ sơ đã giải quyết có kết quả số hóa hoặc điện tử / hồ sơ đã giải quyết",
        "Resolved dossiers with a digitized or electronic result / resolved dossiers",
    ),
    Rate(
        "electronic", "4.1 Cấp kết quả điện tử", "4.1 Electronic results", Count.ELECTRONIC, Count.RESULT_DUE,
        "QĐ 766/QĐ-TTg, 4.1",
        "Hồ sơ đã giải quyết có kết quả điện tử / hồ sơ thuộc thủ tục có kết quả",
        "Resolved dossiers with an electronic result / dossiers of procedures that give a result", points=6, needs_lifecycle=True,
    ),
    Rate(
        "whole", "4.2 Số hóa hồ sơ, giấy tờ", "4.2 Dossiers digitized", Count.WHOLE, _NONE,
        "QĐ 766/QĐ-TTg, 4.2",
        "Hồ sơ có thành phần và (nếu thủ tục có kết quả) kết quả số hóa hoặc điện tử / hồ sơ tiếp nhận",
        "Dossiers with a component and, where the procedure gives one, a result digitized / dossiers received",
        points=4, full_at=80,
    ),
    Rate(
        "reuse", "4.3 Khai thác, sử dụng lại", "4.3 Re-use", Count.REUSED, _NONE,
        "QĐ 766/QĐ-TTg, 4.3",
        "Hồ sơ có ít nhất một thành phần tái sử dụng / hồ sơ tiếp nhận",
        "Dossiers with at least one re-used component / dossiers received", points=2, full_at=80, needs_lifecycle=True,
    ),
    Rate(
        "shared", "4.4 Kết nối, chia sẻ", "4.4 Shared for re-use", Count.SHARED, _NONE,
        "QĐ 766/QĐ-TTg, 4.4",
        "Hồ sơ có thành phần lấy từ kho dữ liệu điện tử của tổ chức, cá nhân / hồ sơ tiếp nhận",
        "Dossiers with a component from the owner's electronic store / dossiers received", points=4, needs_lifecycle=True,
    ),
    Rate(
        "population", "4.5b Hồ sơ dùng dữ liệu dân cư", "4.5b Population data used", Count.POPULATION, _NONE,
        "QĐ 766/QĐ-TTg, 4.5",
        "Hồ sơ có người khớp dữ liệu dân cư hoặc xác thực VNeID / hồ sơ tiếp nhận",
        "Dossiers with a person matched in the population data or known by VNeID / dossiers received", points=2,
    ),
    Rate(
        "online", "Tiếp nhận trực tuyến", "Received online", Count.ONLINE, Count.LIFECYCLE,
        "QĐ 766/QĐ-TTg, 3",
        "Hồ sơ nộp trực tuyến / hồ sơ có dữ liệu vòng đời",
        "Dossiers sent online / dossiers with lifecycle data",
    ),
)  # fmt: skip
"""Of the two points for certified electronic copies no formula is published, so they are in no sum."""

BY_CODE = {rate.code: rate for rate in RATES}

POPULATION_PROCEDURES = Rate(
    "population_procedures", "4.5a Thủ tục dùng dữ liệu dân cư", "4.5a Procedures with population data",
    Count.CITIZEN | Count.POPULATION, Count.CITIZEN, "QĐ 766/QĐ-TTg, 4.5",
    "Thủ tục của công dân có hồ sơ dùng dữ liệu dân cư / thủ tục của công dân có hồ sơ trong kỳ",
    "Citizens' procedures with a dossier that used population data / citizens' procedures with dossiers in the period",
    points=2,
)  # fmt: skip
"""Counts procedures, not dossiers, so that only a whole report has it."""

COHORT_VI = "Hồ sơ tiếp nhận trong kỳ (theo ngày tiếp nhận, kể cả ngày đầu và ngày cuối); đã giải quyết tính trong số hồ sơ này."
COHORT_EN = (
    "Dossiers received in the period (by day of reception, both ends included); resolved ones are counted among these."
)

_CLASSES = (
    (90, "Xuất sắc", "Excellent"), (80, "Tốt", "Good"), (70, "Khá", "Fair"),
    (50, "Trung bình", "Average"), (0, "Yếu", "Weak"),
)  # fmt: skip


def percentage(part: int, whole: int) -> float | None:
    """Per cent with two decimals, half up; None of nothing. 3343 of 3351 is 99.76."""
    if whole == 0:
        return None
    return float((Decimal(100 * part) / whole).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def points(rate: Rate, part: int, whole: int) -> float | None:
    """The points that an indicator gives, two decimals, half up; from the counts, not from the rounded percentage."""
    if rate.points is None or whole == 0:
        return None
    share = min(Decimal(1), Decimal(100 * part) / (whole * rate.full_at))
    return float((share * rate.points).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def grade(total_points: float) -> tuple[str, str]:
    """The class of a total of points of 100, in Vietnamese and English (QĐ 766/QĐ-TTg): 74.59 is Khá."""
    return next((vi, en) for least, vi, en in _CLASSES if total_points >= least)
