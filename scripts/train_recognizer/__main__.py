"""Trains the line recognizer on lines drawn from a seed, for so many minutes, and writes it as ONNX.

    python -m scripts.train_recognizer OUT [--fonts FOLDER ...] [--minutes M] [--seed S] [--processes N] [--start ONNX]

Needs PyTorch (pip install torch onnx onnxruntime), which the product does not.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import torch

from scripts.train_recognizer.network import LineReader
from scripts.train_recognizer.training import Plan, train
from scripts.train_recognizer.typefaces import FOLDERS


def main() -> None:
    asked = argparse.ArgumentParser(description="Trains the line recognizer from a seed and writes it as ONNX.")
    asked.add_argument("out", type=Path)
    asked.add_argument("--fonts", type=Path, nargs="+", default=list(FOLDERS))
    asked.add_argument("--minutes", type=float, default=9.0)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--processes", type=int, default=max(1, (os.cpu_count() or 2) - 1))
    asked.add_argument("--pages", type=int, default=None, help="processes that draw whole pages; a third by default")
    asked.add_argument("--pixels", type=int, default=160_000)
    asked.add_argument("--rate", type=float, default=3e-3)
    asked.add_argument("--start", type=Path, default=None, help="a trained reader's ONNX file to train further")
    told = asked.parse_args()
    pages = told.processes // 3 if told.pages is None else told.pages
    plan = Plan(
        tuple(told.fonts), told.out, seed=told.seed, minutes=told.minutes, pixels=told.pixels, processes=told.processes,
        pages=pages, rate=told.rate, start=told.start,
    )  # fmt: skip
    reader: LineReader = train(plan)
    print(f"{sum(one.numel() for one in reader.parameters())} parameters, torch {torch.__version__}")


if __name__ == "__main__":
    main()
