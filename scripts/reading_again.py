"""What a person sees while every stored object is read again: how many have been."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console

from models.settings import Settings
from scripts.language import text
from storage.objects import ObjectStore

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


def tell_missing_key(store: ObjectStore, settings: Settings, altered: Sequence[str]) -> None:
    """Says where objects that look damaged are sealed with a key that is not configured: nothing is lost, nothing to scan."""
    if not altered:
        return
    from storage.sealed import lacks_key_of  # noqa: PLC0415 # its library loads only where something is wrong

    sealed = sum(lacks_key_of(store, settings.seal_keys, key) for key in dict.fromkeys(altered))
    if sealed:
        words = (
            f"{sealed} tệp được niêm phong bằng khóa không có trong SOHOA_SEAL_KEY: chưa chắc hỏng. Đặt khóa ấy rồi chạy lại; đừng quét lại.",
            f"{sealed} objects are sealed with a key that SOHOA_SEAL_KEY does not hold: they need not be damaged. Set it and run this again; do not scan again.",
        )
        print(text(*words), file=sys.stderr)
