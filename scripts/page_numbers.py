"""Page numbers as a person reads them: `1–3, 5`."""

from __future__ import annotations

from collections.abc import Iterable


def page_numbers(numbers: Iterable[int]) -> str:
    """Runs of three and more as their ends; given in ascending order."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)
