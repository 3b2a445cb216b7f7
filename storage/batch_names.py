"""Names of uploaded files: a file, or a file in a dossier's folder; nothing that leads elsewhere or hides."""

from __future__ import annotations

from models.vietnamese import nfc

_LONGEST_BYTES = 200


def plain_name(name: str) -> str | None:
    """The name as it is kept (NFC), or None where it is none: `H40.12-260105-0007.pdf`, `H40.12-260105-0007/trang 1.jpg`."""
    parts = nfc(name).split("/")
    fine = len(parts) <= 2 and all(
        part and not part.startswith(".") and part.isprintable() and "\\" not in part
        and len(part.encode("utf-8", "replace")) <= _LONGEST_BYTES
        for part in parts
    )  # fmt: skip
    return "/".join(parts) if fine else None
