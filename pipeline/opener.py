"""Whoever opens files for intake: in confined children (pipeline.confine), or at once in this process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from pipeline.limits import Limits
from pipeline.manifest import Manifest, read_manifest
from pipeline.rasterize import page_count
from pipeline.unpack import Member, unpack


class Opener(Protocol):
    """The three ways in which intake looks into a file. Each raises UnreadableInput with the reason."""

    def page_count(self, path: Path) -> int:
        """As pipeline.rasterize.page_count."""
        ...

    def unpack(self, archive: Path, target: Path, *, files: int, megabytes: float) -> tuple[Member, ...]:
        """As pipeline.unpack.unpack; `files` and `megabytes` are what is left of the limits for archives in archives."""
        ...

    def manifest(self, path: Path, *, name: str) -> Manifest:
        """As pipeline.manifest.read_manifest; raises UsageError where cells are wrong."""
        ...


@dataclass(frozen=True, slots=True)
class DirectOpener:
    """Opens in this process: for files that we made ourselves."""

    limits: Limits

    def page_count(self, path: Path) -> int:
        return page_count(path, limits=self.limits)

    def unpack(self, archive: Path, target: Path, *, files: int, megabytes: float) -> tuple[Member, ...]:
        return unpack(archive, target, limits=replace(self.limits, archive_files=files, archive_megabytes=megabytes))

    def manifest(self, path: Path, *, name: str) -> Manifest:
        return read_manifest(path, name=name)
