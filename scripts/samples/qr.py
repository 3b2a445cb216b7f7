"""Writes QR codes (zxing-cpp); reading them is the pipeline's."""

from __future__ import annotations

import numpy as np
import zxingcpp
from PIL import Image


def qr_image(payload: str, *, pixels: int) -> Image.Image:
    """The payload (UTF-8) as a black and white square of about `pixels`, with whole pixels a module, quiet zone included."""
    code = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    modules = np.asarray(zxingcpp.write_barcode_to_image(code, scale=1))
    scale = max(1, round(pixels / modules.shape[0]))
    return Image.fromarray(np.kron(modules, np.ones((scale, scale), dtype=np.uint8)), mode=None)
