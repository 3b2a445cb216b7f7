"""How light and how coloured a picture is, pixel by pixel; NumPy takes thirty times as long for it as OpenCV."""

from __future__ import annotations

import cv2
import numpy as np

from models.page import Pixels


def grey_of(pixels: Pixels) -> Pixels:
    """The luminance of each pixel (H x W x 3 uint8 RGB); a page of greys (H x W) is that already."""
    return pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def brightest(pixels: Pixels) -> Pixels:
    """The brightest channel of each pixel (H x W x 3 uint8, or H x W of greys)."""
    if pixels.ndim == 2:
        return pixels
    red, green, blue = cv2.split(pixels)
    return np.asarray(cv2.max(cv2.max(red, green), blue), np.uint8)


def colourfulness(pixels: Pixels) -> Pixels:
    """The brightest channel of each pixel less its darkest: 0 where it is grey."""
    if pixels.ndim == 2:
        return np.zeros_like(pixels)
    red, green, blue = cv2.split(pixels)
    darkest = cv2.min(cv2.min(red, green), blue)
    return np.asarray(cv2.subtract(cv2.max(cv2.max(red, green), blue), darkest), np.uint8)
