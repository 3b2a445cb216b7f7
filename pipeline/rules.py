"""Straight rules on a page: the lines of tables, and rows of boxes with one digit each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from models.page import Box, Pixels
from pipeline.connected import mark_sizes
from pipeline.runs import upright_runs

_LEAST_BOXES = 8  # a birth date has 8, an identifier 9 or 12


@dataclass(frozen=True, slots=True)
class BoxRow:
    """A row of boxes for one digit each: their edges' x positions, left to right, and the row's top and bottom."""

    edges: tuple[int, ...]
    top: int
    bottom: int

    @property
    def box(self) -> Box:
        return Box(self.edges[0], self.top, self.edges[-1] - self.edges[0], self.bottom - self.top)


def upright_rules(ink: Pixels, letter: float) -> tuple[Box, ...]:
    """Vertical rules at least one and a half letters high and thin, in pixels of `ink` (h x w uint8, dark on white)."""
    dark = (ink < 170).astype(np.uint8)
    height = max(12, round(1.7 * letter))
    lines = upright_runs(dark, height)
    if not lines.any():
        return ()
    # a rule a little askew is cut into pieces that touch at their corners: join them
    joined = np.asarray(cv2.dilate(lines, np.ones((3, 2), np.uint8)), np.uint8)
    stats = mark_sizes(joined)
    thin = stats[:, cv2.CC_STAT_WIDTH] <= max(6, round(0.5 * letter))
    thin[0] = False
    return tuple(Box(*(int(value) for value in row[:4])) for row in stats[thin])


def box_rows(rules: Sequence[Box], letter: float) -> tuple[BoxRow, ...]:
    """Rows of eight and more boxes of one width, each about one letter wide and high, found from their upright sides."""
    sides = sorted((rule for rule in rules if rule.height < 4 * letter), key=lambda rule: (rule.x, rule.y))
    rows: list[BoxRow] = []
    used: set[int] = set()
    for start in range(len(sides)):
        if start in used:
            continue
        chain = _chain(sides, start, letter)
        if len(chain) > _LEAST_BOXES:
            used.update(chain)
            members = [sides[i] for i in chain]
            rows.append(
                BoxRow(
                    tuple(side.x + side.width // 2 for side in members),
                    min(side.y for side in members),
                    max(side.bottom for side in members),
                )
            )
    return tuple(rows)


def _chain(sides: Sequence[Box], start: int, letter: float) -> list[int]:
    """Indices of sides that follow `start` to the right at even distances, on the same height."""
    chain = [start]
    step: float | None = None
    for i in range(start + 1, len(sides)):
        last, side = sides[chain[-1]], sides[i]
        distance = side.x - last.x
        if distance > 3.2 * letter:
            break
        if abs(side.y - last.y) > 0.6 * letter or abs(side.height - last.height) > 0.8 * letter:
            continue
        if distance < (0.8 * letter if step is None else 0.75 * step):
            continue
        if step is not None and distance > 1.3 * step:
            break
        chain.append(i)
        step = float(np.median([sides[b].x - sides[a].x for a, b in pairwise(chain)]))
    return chain


def cells_side_by_side(ink: Pixels, row: BoxRow) -> Pixels:
    """The insides of the boxes set together as one line of print, so that it can be read as one number."""
    height = row.bottom - row.top
    margin = max(2, round(0.12 * height))
    cells = []
    for left, right in pairwise(row.edges):
        inset = max(2, round(0.1 * (right - left)))
        cell = ink[row.top + margin : row.bottom - margin, left + inset : right - inset].copy()
        columns = np.flatnonzero((cell < 140).any(axis=0))
        if len(columns):
            cell = cell[:, max(0, columns[0] - 2) : columns[-1] + 3]
            cells += [cell, np.full((cell.shape[0], max(3, height // 7)), 255, np.uint8)]
    if not cells:
        return np.full((height, height), 255, np.uint8)
    return cv2.copyMakeBorder(np.hstack(cells), 12, 12, 14, 14, cv2.BORDER_CONSTANT, value=255).astype(np.uint8)


def without_boxes(ink: Pixels, rows: Sequence[BoxRow], letter: float) -> Pixels:
    """The ink with rows of boxes painted white: they are read apart, and their frames confuse the lines around."""
    if not rows:
        return ink
    cleaned = ink.copy()
    edge = max(3, round(0.25 * letter))
    for row in rows:
        cleaned[max(0, row.top - edge) : row.bottom + edge, max(0, row.edges[0] - edge) : row.edges[-1] + edge] = 255
    return cleaned
