"""What a person sees while every stored object is read again: how many have been."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from scripts.language import text

_TOLD_EVERY = 50


@contextmanager
def reading_again(beginning: str) -> Iterator[Callable[[str], None]]:
    """Shows the beginning, then the count of keys that the yielded function was told, on standard error."""
    with Console(stderr=True, highlight=False).status(beginning) as status:
        read = 0

        def count(_key: str) -> None:
            nonlocal read
            read += 1
            if read % _TOLD_EVERY == 0:
                status.update(text(f"Đã đọc lại {read} tệp…", f"{read} objects read again…"))

        yield count
