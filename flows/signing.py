"""Legal copies: a dossier's documents signed where a key is configured, once; and every kept signature looked at again."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from models.document import DocumentType
from models.errors import StoredObjectDamaged, UsageError
from models.record import DossierRecord
from models.settings import Settings
from pipeline.fonts import font_file
from storage import keys
from storage.archive import all_kept, load_kept
from storage.objects import ObjectStore

if TYPE_CHECKING:
    from pipeline.signature import SigningKey

_FONT = "Noto Serif"  # pyHanko 0.38 spaces letters wrongly where a font's em is not 1000 units, as Tinos' is not
_MARK = b"/ByteRange"  # every PDF signature has it, in the clear


@dataclass(frozen=True, slots=True)
class Signatures:
    """How many kept documents are signed and how many are not; the keys of those whose signature is not sound."""

    signed: int
    unsigned: int
    broken: tuple[str, ...]


def open_signing_key(settings: Settings, *, now: datetime) -> SigningKey | None:
    """The key that the settings name, None where they name none; raises UsageError where it cannot be used now."""
    if settings.sign_pkcs12 is None:
        return None
    from pipeline.signature import open_key  # noqa: PLC0415 # pyHanko takes half a second to load

    passphrase = settings.sign_passphrase
    key = open_key(
        _read(settings.sign_pkcs12, "SOHOA_SIGN_PKCS12"),
        passphrase.encode() if passphrase else None,
        font=Path(font_file(_FONT)).read_bytes(),
    )
    key.check(now)
    return key


def sign_documents(
    record: DossierRecord, documents: Mapping[int, bytes], store: ObjectStore, key: SigningKey, *, at: datetime
) -> tuple[dict[int, bytes], int]:
    """The documents by ordinal, each signed; and how many signatures are new. Cover sheets are nobody's papers.

    A document of which a copy signed with this key rests in the store is not signed again: that copy is it.
    """
    from pipeline.signature import is_signed_from, sign  # noqa: PLC0415

    kept = load_kept(store, record.dossier_code)
    resting = {file.name: file.key for file in kept.files} if kept else {}
    covers = {paper.ordinal for paper in record.documents if paper.type is DocumentType.COVER_SHEET}
    signed, made = dict(documents), 0
    for ordinal in sorted(documents.keys() - covers):
        name = keys.document_name(ordinal)
        before = store.get(resting[name]) if name in resting else b""
        if is_signed_from(before, documents[ordinal], key):
            signed[ordinal] = before
        else:
            signed[ordinal] = sign(documents[ordinal], key, at=at)
            made += 1
    return signed, made


def check_signatures(store: ObjectStore, settings: Settings) -> Signatures:
    """Every signature of the latest documents, whole and by a certificate of SOHOA_SIGN_ROOTS where that is set."""
    signed, unsigned, broken = 0, 0, []
    for key, body in _documents(store):
        if _MARK not in body:
            unsigned += 1
            continue
        signed += 1
        if not _is_sound(body, settings):
            broken.append(key)
    return Signatures(signed, unsigned, tuple(broken))


def _documents(store: ObjectStore) -> Iterator[tuple[str, bytes]]:
    """The PDFs of every kept dossier, by key; what cannot be read is for storage.verification to tell."""
    for kept in all_kept(store, damaged=lambda _key: None):
        for file in kept.files:
            if file.name.startswith("documents/"):
                try:
                    body = store.get(file.key)
                except StoredObjectDamaged:
                    continue
                yield file.key, body


def _is_sound(body: bytes, settings: Settings) -> bool:
    from pipeline.signature import certificates, signatures_in  # noqa: PLC0415

    # it logs the signer's name with a traceback where a certificate has no known issuer: the finding says that
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    roots = certificates(_read(settings.sign_roots, "SOHOA_SIGN_ROOTS")) if settings.sign_roots else ()
    try:
        found = signatures_in(body, roots=roots)
    except ValueError:
        return False
    return bool(found) and all(signature.is_sound for signature in found)


def _read(path: Path, setting: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{setting}: {path}: {error.strerror}") from None
