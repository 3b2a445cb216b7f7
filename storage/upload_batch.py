"""A batch of uploads as it was announced, how far its files have come, and why a request about one is refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FileState(StrEnum):
    """How far a file has come: KNOWN was kept before and need not be sent."""

    WANTED = "wanted"
    KNOWN = "known"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Announced:
    """A file of a batch: its name (storage.batch_names), bytes, and SHA-256 where it was said."""

    name: str
    size: int
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it was announced: by which key, in the name of which unit; `known` are numbers of files that were kept before."""

    batch: str
    key_id: str
    unit: str
    created_at: str
    files: tuple[Announced, ...]
    known: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """What a list of batches is ordered and chosen by."""

    batch: str
    key_id: str
    unit: str
    created_at: str

    @property
    def place(self) -> str:
        """Where it stands in a list, as text that sorts: the digits of its moment, then its name."""
        return "".join(filter(str.isdigit, self.created_at)) + f"-{self.batch}"


class UploadBusy(Exception):
    """Another request is writing to the same file, or the batch is being digitized."""


class BatchEnded(Exception):
    """The batch was digitized: there is nothing to give up."""


class WrongOffset(Exception):
    """The bytes that were sent do not follow those that are there."""


class WrongDigest(Exception):
    """The bytes are not those that were announced; what was sent is dropped."""
