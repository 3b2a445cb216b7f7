"""The tag files of a BagIt bag (RFC 8493): what is in it, each file with its SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date

_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def tag_files(
    payload: Mapping[str, tuple[str, int]], *, code: str, unit: str, made: date, program: str
) -> dict[str, bytes]:
    """By name: the bag's declaration, information and manifests; `payload`: digest and size of each file below `data/`."""
    manifest = "".join(f"{sha256}  data/{_encoded(path)}\n" for path, (sha256, _) in sorted(payload.items()))
    size = sum(size for _, size in payload.values())
    about = {
        "Source-Organization": unit,
        "External-Identifier": code,
        "Bagging-Date": made.isoformat(),
        "Payload-Oxum": f"{size}.{len(payload)}",
        "Bag-Software-Agent": program,
    }
    tags = {
        "bagit.txt": _DECLARATION,
        "bag-info.txt": "".join(f"{name}: {_one_line(value)}\n" for name, value in about.items()).encode(),
        "manifest-sha256.txt": manifest.encode(),
    }
    listed = "".join(f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in sorted(tags.items()))
    return {**tags, "tagmanifest-sha256.txt": listed.encode()}


def _encoded(path: str) -> str:
    """A path as manifests write it: line ends and the percent sign by their codes (section 2.1.3)."""
    return path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


def _one_line(text: str) -> str:
    return " ".join(text.split())
