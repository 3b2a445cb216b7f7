"""A toy recognizer trained from scratch in seconds: shows that what is drawn can be learnt, and fails where it cannot.

    python -m scripts.train_recognizer.toy

Numbers in one typeface, a network a fiftieth of the real one, one core. They are drawn here; a Python that has PyTorch
learns them (toy_learning.py): this one, or Debian's with python3-torch. Exits with 1 where the loss does not fall to a
third.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from random import Random

import numpy as np

from models.errors import UsageError
from models.page import Pixels
from pipeline.fonts import font_file
from scripts.train_recognizer.pictures import draw_sample
from scripts.train_recognizer.typefaces import find_typefaces

_LINES, _WIDTH = 960, 256
_ROOT = Path(__file__).resolve().parents[2]
_DEBIAN = Path("/usr/bin/python3")


def draw_numbers(file: Path) -> None:
    """Short lines of digits as a NumPy archive: `pictures` (n x height x 256 uint8), their `widths` and `texts`."""
    rng = Random(1)
    typefaces = find_typefaces([Path(font_file("Tinos")).parent])
    pictures: list[Pixels] = []
    widths: list[int] = []
    texts: list[str] = []
    while len(pictures) < _LINES:
        said = "".join(rng.choice("0123456789") for _ in range(rng.randint(3, 8)))
        sample = draw_sample(rng, typefaces, text=said)
        width = sample.picture.shape[1]
        if sample.text and width <= _WIDTH:
            pictures.append(np.pad(sample.picture, ((0, 0), (0, _WIDTH - width)), constant_values=255))
            widths.append(width)
            texts.append(sample.text)
    np.savez(file, pictures=np.stack(pictures), widths=np.array(widths), texts=np.array(texts))


def python_with_torch() -> str:
    """A Python that can learn. Raises UsageError where there is none."""
    if find_spec("torch"):
        return sys.executable
    has = [str(_DEBIAN), "-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('torch') is None)"]
    if _DEBIAN.exists() and subprocess.run(has, check=False).returncode == 0:
        return str(_DEBIAN)
    raise UsageError("no Python with PyTorch: apt-get install python3-torch (scripts/setup --dev does)")


def learn_numbers() -> subprocess.CompletedProcess[str]:
    """Draws numbers and has them learnt; the last line says from which loss to which."""
    with tempfile.TemporaryDirectory(prefix="sohoa-toy-") as folder:
        numbers = Path(folder, "numbers.npz")
        draw_numbers(numbers)
        command = [python_with_torch(), "-m", "scripts.train_recognizer.toy_learning", str(numbers)]
        return subprocess.run(command, check=False, capture_output=True, text=True, cwd=_ROOT)


if __name__ == "__main__":
    learnt = learn_numbers()
    print(learnt.stdout + learnt.stderr, end="")
    sys.exit(learnt.returncode)
