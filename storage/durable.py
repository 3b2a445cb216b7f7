"""What survives a power cut: a file's name rests in its folder, which is synced after every name that was told to anybody."""

from __future__ import annotations

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """The names in the folder, as they are now, rest on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Makes the folder and all above it, each synced in its parent."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def put_in_place(source: Path, target: Path) -> None:
    """A file whose bytes rest on the disk takes its name (on the same file system, in place of what had it)."""
    source.replace(target)
    sync_folder(target.parent)


def write_whole(path: Path, content: bytes) -> None:
    """The file with this content: after a power cut it is as it was before, or as it is now."""
    draft = path.with_suffix(".new")
    with draft.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    put_in_place(draft, path)
