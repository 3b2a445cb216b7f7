"""QR codes and Code 128 bars as black and white modules; reading them is pipeline.codes'."""

from __future__ import annotations

import numpy as np
import zxingcpp

from models.page import Pixels


def qr_modules(payload: str, *, correction: str = "Q") -> Pixels:
    """The QR code of `payload` with its quiet zone, one pixel a module: N x N uint8, 0 black, 255 white.

    `correction` is the level (L, M, Q, H): Q reads with a quarter of the code lost.
    """
    return _modules(zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode, ec_level=correction))


def bar_modules(payload: str) -> Pixels:
    """The Code 128 of an ASCII `payload` with its quiet zones, one pixel a module: one row, 0 black, 255 white."""
    return _modules(zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.Code128))[:1]


def _modules(barcode: zxingcpp.Barcode) -> Pixels:
    return np.array(zxingcpp.write_barcode_to_image(barcode, scale=1), dtype=np.uint8)
