"""QR codes as pictures for sample papers."""

from __future__ import annotations

import numpy as np
from PIL import Image

from pipeline.qr_writing import qr_modules


def qr_image(payload: str, *, pixels: int) -> Image.Image:
    """The payload (UTF-8) as a black and white square of about `pixels`, with whole pixels a module, quiet zone included."""
    modules = qr_modules(payload, correction="M")
    scale = max(1, round(pixels / modules.shape[0]))
    return Image.fromarray(np.kron(modules, np.ones((scale, scale), dtype=np.uint8)), mode=None)
