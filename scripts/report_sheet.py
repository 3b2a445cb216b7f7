"""A report as one printed page: the figures, three charts, the definitions' version and the seal."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.graphics import renderPDF
from reportlab.graphics.charts.barcharts import HorizontalBarChart, VerticalBarChart
from reportlab.graphics.charts.legends import Legend
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from pipeline.fonts import font_file
from scripts.language import text
from scripts.report_words import (
    RATES,
    basis,
    cohort_words,
    decimals,
    grouped,
    headline,
    label,
    percent,
    period,
    points_words,
    seal_words,
    short,
    title,
)

Json = Mapping[str, Any]
_INK, _DIM, _RULE = HexColor("#1a1a1a"), HexColor("#555555"), HexColor("#bbbbbb")
_COLOURS = (HexColor("#1f5f8b"), HexColor("#d9822b"), HexColor("#3a8f5c"))
_LEFT, _RIGHT = 18 * mm, A4[0] - 18 * mm
_REGULAR, _BOLD = "SohoaSans", "SohoaSans-Bold"
_MOST_UNITS = 12
_MOST_MONTHS = 12
_MOST_LABELLED = 3


def sheet(report: Json, *, signature: Json | None = None) -> bytes:
    """The page's PDF; the fonts are embedded, so that it reads the same anywhere."""
    for name, style in ((_REGULAR, "Regular"), (_BOLD, "Bold")):
        pdfmetrics.registerFont(TTFont(name, font_file("Arimo", style=style)))
    memory = io.BytesIO()
    page = Canvas(memory, pagesize=A4, invariant=True, initialFontName=_REGULAR)  # the same report gives the same bytes
    page.setTitle(title(report))
    top = _heading(page, report, signature)
    top = _figures(page, report, top - 6 * mm)
    top = _months(page, report["tables"]["month"], top - 8 * mm)
    _lowest(page, report["tables"]["unit"], top - 8 * mm)
    _footer(page, report)
    page.showPage()
    page.save()
    return memory.getvalue()


def _heading(page: Any, report: Json, signature: Json | None) -> float:
    top = A4[1] - 20 * mm
    page.setFillColor(_INK)
    page.setFont(_BOLD, 16)
    page.drawString(_LEFT, top, title(report))
    page.setFont(_REGULAR, 11)
    page.drawString(_LEFT, top - 6.5 * mm, period(report))
    top -= 12 * mm
    page.setFillColor(_DIM)
    for words in (cohort_words(report), basis(report), seal_words(report.get("frozen_at"), signature)):
        for line in simpleSplit(words, _REGULAR, 8.5, _RIGHT - _LEFT):
            page.setFont(_REGULAR, 8.5)
            page.drawString(_LEFT, top, line)
            top -= 3.8 * mm
    return float(top)


def _figures(page: Any, report: Json, top: float) -> float:
    columns = (_LEFT + 92 * mm, _LEFT + 117 * mm, _LEFT + 142 * mm, _RIGHT)
    headings = text("Tử số|Mẫu số|Tỷ lệ|Điểm", "Numerator|Denominator|Rate|Points").split("|")
    page.setFont(_BOLD, 9)
    page.setFillColor(_INK)
    page.drawString(_LEFT, top, text("Chỉ tiêu", "Rate"))
    for x, heading in zip(columns, headings, strict=True):
        page.drawRightString(x, top, heading)
    top = _rule(page, top)
    page.setFont(_REGULAR, 9.5)
    for rate, part, whole, share, points in headline(report):
        page.drawString(_LEFT, top, short(rate))
        given = f"{decimals(points)} / {rate.points}" if points is not None else ""
        for x, cell in zip(columns, (grouped(part), grouped(whole), percent(share), given), strict=True):
            page.drawRightString(x, top, cell)
        top -= 5.2 * mm
    words = points_words(report)
    if words:
        page.setFont(_BOLD, 9)
        page.drawRightString(_RIGHT, top, words)
        top -= 4 * mm
    return float(top)


def _months(page: Any, rows: Sequence[Json], top: float) -> float:
    """The three rates by month, the last twelve."""
    shown = rows[-_MOST_MONTHS:]
    top = _caption(page, top, text("Theo tháng tiếp nhận (%)", "By month of reception (%)"))
    if not shown:
        return float(top)
    height = 48 * mm
    drawing = Drawing(_RIGHT - _LEFT, height)
    chart = VerticalBarChart()
    chart.x, chart.y, chart.width, chart.height = 22, 16, _RIGHT - _LEFT - 120, height - 22
    chart.data = [[row[key] or 0 for row in shown] for key, *_ in RATES[:3]]
    chart.categoryAxis.categoryNames = [row["month"] for row in shown]
    chart.categoryAxis.labels.fontName = chart.valueAxis.labels.fontName = _REGULAR
    chart.categoryAxis.labels.fontSize = chart.valueAxis.labels.fontSize = 7
    chart.valueAxis.valueMin, chart.valueAxis.valueMax, chart.valueAxis.valueStep = 0, 100, 20
    if len(shown) <= _MOST_LABELLED:
        chart.barLabels.fontName, chart.barLabels.fontSize, chart.barLabels.dy = _REGULAR, 6.5, 5
        chart.barLabelFormat = decimals
    chart.groupSpacing = 8 if len(shown) > 1 else 60
    for place, colour in enumerate(_COLOURS):
        chart.bars[place].fillColor = colour
        chart.bars[place].strokeColor = None
    drawing.add(chart)
    legend = Legend()
    legend.x, legend.y, legend.fontName, legend.fontSize = _RIGHT - _LEFT - 88, height - 14, _REGULAR, 8
    legend.alignment, legend.columnMaximum, legend.dxTextSpace, legend.strokeWidth = "right", 3, 5, 0
    legend.colorNamePairs = [(colour, text(vi, en)) for colour, (_, vi, en, _, _) in zip(_COLOURS, RATES, strict=False)]
    drawing.add(legend)
    renderPDF.draw(drawing, page, _LEFT, top - height)
    return float(top - height)


def _lowest(page: Any, rows: Sequence[Json], top: float) -> None:
    """The units (those that no other lies in) with the lowest share of dossiers digitized in full."""
    parents = {row["above"] for row in rows}
    leaves = [row for row in rows if row["unit"] not in parents and row["full_rate"] is not None]
    shown = sorted(leaves, key=lambda row: (row["full_rate"], -row["received"], row["unit"]))[:_MOST_UNITS]
    top = _caption(page, top, text("Đơn vị có tỷ lệ số hóa đủ thấp nhất (%)", "Units with the lowest full rate (%)"))
    if not shown:
        return
    height = min(top - 32 * mm, 9 * mm + len(shown) * 5.2 * mm)
    drawing = Drawing(_RIGHT - _LEFT, height)
    chart = HorizontalBarChart()
    names = [_fitted(label(row, "unit"), 7.5, 50 * mm) for row in shown]
    chart.x, chart.y, chart.width, chart.height = 54 * mm, 12, _RIGHT - _LEFT - 92 * mm, height - 14
    chart.data = [[row["full_rate"] for row in shown]]
    chart.categoryAxis.categoryNames = names
    chart.categoryAxis.reverseDirection = 1
    chart.categoryAxis.labels.fontName = chart.valueAxis.labels.fontName = _REGULAR
    chart.categoryAxis.labels.fontSize = chart.valueAxis.labels.fontSize = 7.5
    chart.valueAxis.valueMin, chart.valueAxis.valueMax, chart.valueAxis.valueStep = 0, 100, 20
    chart.bars[0].fillColor = _COLOURS[1]
    chart.bars[0].strokeColor = None
    chart.barLabels.fontName, chart.barLabels.fontSize, chart.barLabels.boxAnchor = _REGULAR, 7.5, "w"
    chart.barLabels.dx = 4
    chart.barLabelFormat = "values"
    chart.barLabelArray = [
        [f"{percent(row['full_rate'])} ({row['fully_digitized']}/{row['received']})" for row in shown]
    ]
    drawing.add(chart)
    renderPDF.draw(drawing, page, _LEFT, top - height)


def _caption(page: Any, top: float, words: str) -> float:
    page.setFillColor(_INK)
    page.setFont(_BOLD, 10)
    page.drawString(_LEFT, top, words)
    return float(top - 3 * mm)


def _rule(page: Any, top: float) -> float:
    page.setStrokeColor(_RULE)
    page.line(_LEFT, top - 1.6 * mm, _RIGHT, top - 1.6 * mm)
    return float(top - 6 * mm)


def _footer(page: Any, report: Json) -> None:
    version = report["definitions"]["version"]
    words = text(
        f"Định nghĩa phiên bản {version}: TT 01/2023/TT-VPCP, NĐ 45/2020/NĐ-CP, QĐ 766/QĐ-TTg; làm tròn hai chữ số, nửa lên.",
        f"Definitions version {version}: TT 01/2023/TT-VPCP, NĐ 45/2020/NĐ-CP, QĐ 766/QĐ-TTg; two decimals, half up.",
    )
    inputs = report.get("inputs")
    lines = [words]
    if inputs:
        lines.append(text(f"Căn cứ: {inputs['dossiers']} hồ sơ, SHA-256 {inputs['sha256']}",
                          f"Inputs: {inputs['dossiers']} dossiers, SHA-256 {inputs['sha256']}"))  # fmt: skip
        lines.append(report["name"])
    page.setFillColor(_DIM)
    page.setFont(_REGULAR, 7.5)
    for place, line in enumerate(reversed(lines)):
        page.drawString(_LEFT, 12 * mm + place * 3.6 * mm, line)


def _fitted(words: str, size: float, width: float) -> str:
    """The words, cut where they would not fit."""
    while pdfmetrics.stringWidth(words, _REGULAR, size) > width:
        words = words[:-2].rstrip() + "…"
    return words
