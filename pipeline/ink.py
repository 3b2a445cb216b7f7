"""Ink apart from paper: uneven light, coloured seals, leaders and rules taken out of the picture that is read."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.page import Pixels
from pipeline.connected import connected_marks, mark_sizes, without_margin
from pipeline.reduction import brought_down

_MEASURED_EDGE = 1800  # pixels of the long edge at which letters are measured
_ROW_EDGE = 2000  # pixels of the long edge at which a lone word is looked for; on A4 9 pixels are 1.3 mm
_ROW_INK = 160  # grey level; what shines through from the back is paler
_EDGE = 50  # holes, staples and the scanner's shadow live there
_MOST_MARKS = 400
_PAPER, _LEAST_DARK, _BLACKEST = 200, 500, 0.1  # grey level, pixels, share of the dark ones
_PRINTED = 0.75  # contrast of good print after a scanner
_EVEN_STEPS = 0.6
_ONE_AROUND = np.ones((3, 3), np.uint8)
_LEADER_RUN = 6  # fewer dots than this may be an ellipsis or a colon beside a speck


def grey_without_colour(pixels: Pixels) -> Pixels:
    """Grey in which coloured ink fades: the brightest channel where the colour is strong, else plain luminance.

    Red seals and blue stamps lie over print; black print is dark in every channel, they are not. H x W uint8.
    """
    if pixels.ndim == 2:
        return pixels
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    red, green, blue = cv2.split(pixels)
    brightest = cv2.max(cv2.max(red, green), blue)
    darkest = cv2.min(cv2.min(red, green), blue)
    # JPEG's colour noise stays below 60
    _, coloured = cv2.threshold(cv2.subtract(brightest, darkest), 60, 255, cv2.THRESH_BINARY)
    if cv2.countNonZero(coloured) < 0.0005 * coloured.size:
        return np.asarray(grey, np.uint8)
    cv2.copyTo(brightest, cv2.dilate(coloured, np.ones((3, 3), np.uint8)), grey)
    return np.asarray(grey, np.uint8)


def even_light(grey: Pixels) -> Pixels:
    """The page as if lit evenly: divided by its own background, so that paper is white and ink keeps its depth."""
    height, width = grey.shape
    factor = max(1, min(height, width) // 500)
    small = cv2.resize(grey, (width // factor, height // factor), interpolation=cv2.INTER_AREA)
    background = cv2.dilate(small, np.ones((9, 9), np.uint8))
    background = cv2.medianBlur(background, 21)
    background = np.maximum(background, 40)
    large = cv2.resize(background, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, large, scale=255), np.uint8)


def darkened(grey: Pixels, contrast: float) -> Pixels:
    """Faint print as dark as print is: `contrast` is how far it stands out from the white paper, 0 to 1.

    Grain grows as print does, so it is smoothed first.
    """
    factor = _PRINTED / contrast
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    table = np.clip(255 - (255 - np.arange(256)) * factor, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(smooth, table), np.uint8)


def stretch(grey: Pixels, *, white: float = 225.0) -> Pixels:
    """Faint print darkened and show-through bleached: a straight line between the page's own ink and `white`.

    225 bleaches what shines through from the back; cards want 245, or their pale labels go with it
    (docs/design_notes.md, "Stretch").
    """
    table = stretching(grey, white=white)
    return grey if table is None else np.asarray(cv2.LUT(grey, table), np.uint8)


def stretching(grey: Pixels, *, white: float = 225.0) -> Pixels | None:
    """What `stretch` makes of each grey level (256 of them); None for a page with no ink to speak of."""
    counts = np.cumsum(cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel()[:_PAPER].astype(np.int64))
    dark = int(counts[-1])
    if dark < _LEAST_DARK:
        return None
    place = _BLACKEST * (dark - 1)
    low, high = (int(np.searchsorted(counts, int(place) + more, side="right")) for more in (0, 1))
    black = min(low + (high - low) * (place % 1), 150.0)
    return np.asarray(np.clip((np.arange(256) - black) * 255.0 / (white - black), 0, 255), np.uint8)


def letter_height(ink: Pixels) -> float:
    """The height in pixels of the page's small letters (the median of letter-like marks); 0 without letters."""
    shrink = min(1.0, _MEASURED_EDGE / max(ink.shape))
    ink = brought_down(ink, _MEASURED_EDGE)
    dark = (ink < 150).astype(np.uint8)
    stats = mark_sizes(dark)
    wide, high, area = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_AREA]
    long_edge = max(ink.shape)
    like = (high > long_edge / 360) & (high < long_edge / 40) & (wide < 2.5 * high) & (wide > 0.25 * high)
    like &= area > 0.15 * wide * high
    heights = high[like]  # dots of leaders are lower than the lowest letter of small print, 0.8 mm on A4
    if len(heights) < 20:
        return 0.0
    return float(np.median(heights) / shrink)


def marks_in_a_row(grey: Pixels) -> int:
    """The most letter-like marks that stand side by side on `grey` (evenly lit), whichever way the page lies.

    A printed word has three and more, dirt hardly two: 18 scanned blank backs of sample dossiers have one at most,
    eight short words drawn at 10 to 22 points, blurred, turned and faxed, all their letters.
    """
    small = without_margin(brought_down(grey, _ROW_EDGE), _EDGE)
    dark = (small < _ROW_INK).astype(np.uint8)
    return max(_longest_row(dark), _longest_row(np.ascontiguousarray(np.rot90(dark))))


def _longest_row(dark: Pixels) -> int:
    stats = mark_sizes(dark)
    wide, high, area = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_AREA]
    like = (high >= 9) & (high <= 120) & (wide <= 2.5 * high) & (wide >= 0.2 * high) & (area >= 0.12 * wide * high)
    marks = stats[1:][like & (area >= 20)]
    if len(marks) > _MOST_MARKS:  # no page of a few words
        return len(marks)
    ends: list[tuple[int, int, int, int]] = []  # right, bottom and height of each mark so far, and its place in a row
    for left, top, width, height, _area in marks[np.argsort(marks[:, 0], kind="stable")].tolist():
        bottom = top + height
        before = [
            place
            for right, level, tall, place in ends
            if -0.3 * height <= left - right <= 0.9 * height
            and abs(bottom - level) <= 0.35 * max(height, tall)
            and 0.5 <= height / tall <= 2.0
        ]
        ends.append((left + width, bottom, height, 1 + max(before, default=0)))
    return max((place for *_, place in ends), default=0)


def without_leaders(ink: Pixels, letter: float) -> Pixels:
    """Dotted and dashed leaders painted white: specks much smaller than a letter that stand in rows.

    They are read as letters and spoil the value beside them. A mark with its letter right below it (the tones of a
    line in capitals stand in a row too) is not one of them. `letter` is the small letters' height in pixels.
    """
    dark = (ink < 150).astype(np.uint8)
    _, labels, stats, centres = connected_marks(dark)
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    speck = (high <= 0.42 * letter) & (wide <= 0.62 * letter)
    speck[0] = False
    is_letter = ~speck
    is_letter[0] = False
    index = np.nonzero(speck)[0]
    index = index[
        ~_over_a_letter(
            labels,
            np.asarray(centres[index], np.float64),
            is_letter,
            reach=max(1, round(0.7 * letter)),
        )
    ]
    if len(index) < _LEADER_RUN:
        return ink
    chosen = _standing_in_rows(np.asarray(centres[index], np.float64), letter)
    if not chosen.any():
        return ink
    cleaned = ink.copy()
    for mark in index[chosen].tolist():
        left, top, width, height, _ = stats[mark].tolist()
        around = np.s_[max(0, top - 1) : top + height + 1, max(0, left - 1) : left + width + 1]
        own = cv2.dilate((labels[around] == mark).astype(np.uint8), _ONE_AROUND)
        cleaned[around][own > 0] = 255
    return cleaned


def _over_a_letter(
    labels: NDArray[np.integer[Any]], centres: NDArray[np.float64], is_letter: NDArray[np.bool_], *, reach: int
) -> NDArray[np.bool_]:
    """Which of the `centres` (n x 2) have a letter on them or right below, within `reach` pixels."""
    height, width = labels.shape
    x, y = (np.round(centres[:, axis]).astype(int) for axis in (0, 1))
    below = (y[:, None] + np.arange(reach + 1)).clip(0, height - 1)
    return np.asarray(is_letter[labels[below, x.clip(0, width - 1)[:, None]]].any(axis=1), np.bool_)


def _standing_in_rows(centres: NDArray[np.float64], letter: float) -> NDArray[np.bool_]:
    """Which specks belong to a run of six or more at small distances on one height."""
    chosen = np.zeros(len(centres), bool)
    order = np.argsort(centres[:, 0], kind="stable")
    band = max(1.0, 0.32 * letter)
    ends: dict[int, list[tuple[float, float, list[int]]]] = {}  # the right ends of runs, by band of height
    runs: list[list[int]] = []
    for i in order.tolist():
        x, y = float(centres[i, 0]), float(centres[i, 1])
        row = int(y // band)
        near = [
            (end, place)
            for place in (row - 1, row, row + 1)
            for end in ends.get(place, ())
            if 0 < x - end[0] <= 1.3 * letter and abs(y - end[1]) <= 0.16 * letter
        ]
        if near:
            end, place = max(near, key=lambda candidate: candidate[0][0])
            ends[place].remove(end)
            run = end[2]
        else:
            run = []
            runs.append(run)
        run.append(i)
        # a run's end too far left can never be continued: keep the lists short
        kept = [end for end in ends.get(row, []) if x - end[0] <= 1.3 * letter]
        ends[row] = [*kept, (x, y, run)]
    for run in runs:
        if len(run) >= _LEADER_RUN and _evenly_apart(centres[run, 0]):
            chosen[run] = True
    return chosen


def _evenly_apart(x: NDArray[np.float64]) -> bool:
    """Whether most of the steps are alike, as printed leaders' are; a faint label's crumbs lie anyhow."""
    steps = np.diff(x)
    return bool((np.abs(steps - np.median(steps)) <= 0.3 * np.median(steps)).mean() >= _EVEN_STEPS)
