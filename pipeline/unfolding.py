"""What a PDF's stream unfolds to, counted before it is decoded: a few kilobytes may be gigabytes deflated."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from pikepdf import Array, Stream

_LZW_GROWTH = 2731  # times as long as they are LZW data may become: 12 bits stand for up to 4 KB
_SPARE = 64_000_000  # bytes that LZW data may become at the worst before they are refused unread
_EXPANDING = {"/FlateDecode", "/LZWDecode"}


class UnfoldsTooFar(Exception):
    """The data are longer than asked for, are packed more than once, or packed in an unknown way."""


def unfolded(stream: Stream, *, most: int) -> bytes:
    """The decoded bytes of a stream; raises UnfoldsTooFar for more than `most` of them.

    And for encodings that hold pictures, or that qpdf does not decode (run lengths).
    """
    filters = filters_of(stream)
    if sum(name in _EXPANDING for name in filters) > 1:
        raise UnfoldsTooFar("packed twice")
    data = stream.read_raw_bytes()
    for name in filters:
        data = _looked_at(data, name, most)
    decoded = stream.read_bytes()
    if len(decoded) > most:
        raise UnfoldsTooFar(f"over {most} bytes")
    return decoded


def together(streams: Iterable[Stream], *, most: int) -> bytes:
    """The decoded bytes of several streams, a line break between them, as a page's content is read."""
    parts: list[bytes] = []
    left = most
    for stream in streams:
        parts.append(unfolded(stream, most=left))
        left -= len(parts[-1]) + 1
    return b"\n".join(parts)


def filters_of(stream: Stream) -> list[str]:
    """The names of a stream's encodings, outermost first."""
    found: Any = stream.get("/Filter")
    if found is None:
        return []
    return [str(name) for name in found] if isinstance(found, Array) else [str(found)]


def _looked_at(data: bytes, name: str, most: int) -> bytes:
    """The data behind one encoding, or as much of them as is needed to know that they are no bomb."""
    if name == "/FlateDecode":
        with suppress(zlib.error):  # damaged behind fewer bytes: qpdf ends there too
            data = zlib.decompressobj().decompress(data, most + 1)
        if len(data) > most:
            raise UnfoldsTooFar(f"over {most} bytes")
    elif name == "/LZWDecode":
        if len(data) * _LZW_GROWTH > max(most, _SPARE):
            raise UnfoldsTooFar(f"long data packed as {name}")
    elif name == "/ASCIIHexDecode":
        digits = re.sub(rb"[^0-9A-Fa-f]", b"", data.partition(b">")[0])
        data = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    elif name == "/ASCII85Decode":
        try:
            data = base64.a85decode(data.partition(b"~>")[0])
        except ValueError as error:
            raise UnfoldsTooFar(f"out of form as {name}") from error
    else:
        raise UnfoldsTooFar(f"packed as {name}")
    return data
