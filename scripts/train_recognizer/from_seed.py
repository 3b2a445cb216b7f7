"""From a seed to the weights that the program reads with, in one command: trained, trained further, put into whole numbers.

    python -m scripts.train_recognizer.from_seed OUT [--fonts FOLDER ...] [--seed S] [--minutes M] [--further F] [--processes N]

OUT/line_recognizer.onnx is the result; OUT/trained and OUT/further hold what lay between, each with its learning curve. Needs
PyTorch (pip install torch onnx onnxruntime), which the product does not. How good it gets is a matter of how many lines are
drawn in the time: docs/accuracy.md tells machines, minutes and lines of the weights that are delivered.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path

from scripts.train_recognizer.training import Plan, train
from scripts.train_recognizer.typefaces import FOLDERS
from scripts.train_recognizer.whole_numbers import in_whole_numbers

NAME = "line_recognizer.onnx"
_FURTHER_RATE, _FURTHER_PIXELS = 2e-4, 12_000  # small steps, a few lines each: what was learnt is to stay


def train_from_seed(plan: Plan, *, further_minutes: float) -> Path:
    """Trains as `plan` says, then so many minutes on lines of more kinds from the next seed; returns the weights' file."""
    train(replace(plan, out=plan.out / "trained"))
    further = replace(
        plan,
        out=plan.out / "further",
        start=plan.out / "trained" / NAME,
        seed=plan.seed + 1,
        minutes=further_minutes,
        rate=_FURTHER_RATE,
        pixels=_FURTHER_PIXELS,
    )
    train(further)
    in_whole_numbers(further.out / NAME, plan.out / NAME, list(plan.fonts))
    return plan.out / NAME


def main() -> None:
    cores = os.cpu_count() or 2
    asked = argparse.ArgumentParser(description="Makes the line recognizer's weights from a seed.")
    asked.add_argument("out", type=Path)
    asked.add_argument("--fonts", type=Path, nargs="+", default=list(FOLDERS))
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--minutes", type=float, default=9.0, help="of the first training")
    asked.add_argument("--further", type=float, default=45.0, help="minutes of the further training")
    asked.add_argument("--processes", type=int, default=max(1, cores - 1), help="that draw lines")
    asked.add_argument("--pixels", type=int, default=100_000, help="width of a batch's pictures together")
    told = asked.parse_args()
    plan = Plan(
        tuple(told.fonts), told.out, seed=told.seed, minutes=told.minutes, pixels=told.pixels, processes=told.processes,
        pages=told.processes // 3,
    )  # fmt: skip
    print(train_from_seed(plan, further_minutes=told.further))


if __name__ == "__main__":
    main()
