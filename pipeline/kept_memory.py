"""Memory that is given back is kept for the next picture, instead of being asked of the kernel again, page by page."""

from __future__ import annotations

import contextlib
import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # glibc's malloc.h
_MOST = 1 << 30


def keep_freed_memory() -> None:
    """Has glibc's allocator keep what pictures of any size leave; elsewhere nothing happens.

    A page is 26 MB, and each step makes pictures of that size. By default glibc maps each anew, and the kernel fills it
    with zeros, 4 KB at a time: an eighth of the processor's time (docs/performance.md).
    """
    with contextlib.suppress(OSError, AttributeError):
        allocator = ctypes.CDLL(None)
        allocator.mallopt(_MMAP_THRESHOLD, _MOST)
        allocator.mallopt(_TRIM_THRESHOLD, _MOST)
