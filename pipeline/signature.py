"""PAdES signatures on searchable PDFs, and what the signatures in a PDF are worth; the home of pyHanko."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from asn1crypto import pem, x509
from pyhanko.pdf_utils import layout
from pyhanko.pdf_utils.font.api import FontEngineFactory
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.text import TextBoxStyle
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError

from models.errors import UsageError

FIELD = "ChuKySoHoa"
HANOI = timezone(timedelta(hours=7))
_TEXT = "Người ký: %(signer)s\nThời gian ký: %(at)s"
_LEFT, _TOP, _WIDTH, _HEIGHT = 17.0, 6.0, 270.0, 26.0  # points; above the 20 mm at which print begins (NĐ 30/2020)
_NO_BORDER = 0
_FONT_SIZE = 10


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An officer's or an office's key with its certificate, as pyHanko holds it, and the font of the visible signature."""

    signer: SimpleSigner
    font: bytes

    @property
    def name(self) -> str:
        """The certificate's common name."""
        return _common_name(self.certificate)

    @property
    def certificate(self) -> x509.Certificate:
        """The signer's own certificate."""
        certificate = self.signer.signing_cert
        assert certificate is not None
        return certificate

    def check(self, at: datetime) -> None:
        """Raises UsageError where the certificate does not cover this time."""
        begins, ends = self.certificate.not_valid_before, self.certificate.not_valid_after
        if not begins <= at <= ends:
            raise UsageError(
                f"SOHOA_SIGN_PKCS12: the certificate of {self.name} is valid from {begins:%Y-%m-%d} to {ends:%Y-%m-%d}",
                f"SOHOA_SIGN_PKCS12: chứng thư của {self.name} có hiệu lực từ {begins:%Y-%m-%d} đến {ends:%Y-%m-%d}",
            )


@dataclass(frozen=True, slots=True)
class FoundSignature:
    """One signature in a PDF. `at`: the time that it claims.

    intact: what was signed is what is there, and the signature is the key's; whole: it covers the file to its end
    trusted: the certificate leads to one of the given roots; None where none were given
    """

    signer: str
    at: datetime | None
    intact: bool
    whole: bool
    trusted: bool | None = None

    @property
    def is_sound(self) -> bool:
        """Nothing speaks against it."""
        return self.intact and self.whole and self.trusted is not False


def open_key(pkcs12: bytes, passphrase: bytes | None, *, font: bytes) -> SigningKey:
    """The key in a PKCS#12 file; raises UsageError where it is none or the passphrase is not its own."""
    try:
        signer = SimpleSigner.load_pkcs12_data(pkcs12, (), passphrase)
    except (ValueError, TypeError, SigningError):  # cryptography says "invalid password or PKCS12 data" of both
        signer = None
    if signer is None or signer.signing_cert is None:
        raise UsageError(
            "SOHOA_SIGN_PKCS12 is no PKCS#12 file with a key, or SOHOA_SIGN_PASSPHRASE is not its passphrase",
            "SOHOA_SIGN_PKCS12 không phải tệp PKCS#12 có khóa, hoặc SOHOA_SIGN_PASSPHRASE không đúng mật khẩu",
        )
    return SigningKey(signer, font)


def sign(pdf: bytes, key: SigningKey, *, at: datetime) -> bytes:
    """The PDF with a PAdES signature, visible at the top left of page 1 with signer and time (TT 01/2023/TT-VPCP, Article 8).

    The signature is appended: what is returned begins with `pdf` byte for byte. Raises UsageError where the certificate
    is not valid at that time.
    """
    key.check(at)
    writer = _SameMetadata(io.BytesIO(pdf))
    local = at.astimezone(HANOI).replace(microsecond=0)
    signer = _AtTime(
        PdfSignatureMetadata(field_name=FIELD, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256", name=key.name),
        key.signer,
        stamp_style=_stamp(key.font),
        new_field_spec=SigFieldSpec(FIELD, on_page=0, box=_box(writer)),
        at=local,
    )
    told = {"signer": key.name, "at": local.isoformat()}
    return bytes(signer.sign_pdf(writer, appearance_text_params=told).getbuffer())


def is_signed_from(signed: bytes, pdf: bytes, key: SigningKey) -> bool:
    """Whether `signed` is this very PDF with a signature of this key behind it."""
    if not signed.startswith(pdf) or len(signed) == len(pdf):
        return False
    try:
        found = PdfFileReader(io.BytesIO(signed)).embedded_signatures
        return any(one.signer_cert.dump() == key.certificate.dump() for one in found)
    except (PdfError, ValueError):
        return False


def signatures_in(pdf: bytes, *, roots: Sequence[x509.Certificate] = ()) -> tuple[FoundSignature, ...]:
    """Every signature of the file, in the order in which they were made; none where it has none.

    Without `roots` it is not asked who issued the certificate. Nothing is fetched from any network.
    Raises ValueError where the file is no PDF.
    """
    try:
        embedded = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        return tuple(_judged(one, roots) for one in embedded)
    except PdfError as error:
        raise ValueError(f"not a PDF whose signatures can be read ({type(error).__name__})") from None


def certificates(data: bytes) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file; raises UsageError where it holds none."""
    try:
        found = tuple(
            x509.Certificate.load(der) for kind, _, der in pem.unarmor(data, multiple=True) if kind == "CERTIFICATE"
        )
    except ValueError:
        found = ()
    if not found:
        raise UsageError("SOHOA_SIGN_ROOTS holds no certificate (PEM)", "SOHOA_SIGN_ROOTS không có chứng thư nào (PEM)")
    return found


class _SameMetadata(IncrementalPdfFileWriter):
    """Appends without touching document information and XMP: pyHanko 0.38 would make them differ, with its own clock's time,
    where an archive's PDF has them agree (ISO 19005-2, 6.6.2).
    """

    def _update_meta(self) -> None:
        """Leaves them as they are."""


class _AtTime(PdfSigner):
    """A signer whose clock is the caller's."""

    def __init__(self, *given: Any, at: datetime, **more: Any) -> None:
        super().__init__(*given, **more)
        self._at = at

    def init_signing_session(self, *given: Any, **more: Any) -> PdfSigningSession:
        session = super().init_signing_session(*given, **more)
        session.system_time = self._at
        return session


class _FontInMemory(FontEngineFactory):
    """The font of a visible signature, subset into the file; pyHanko's own factory leaves the font's file open."""

    def __init__(self, font: bytes) -> None:
        self._font = font

    def create_font_engine(self, writer: Any, obj_stream: Any = None) -> GlyphAccumulator:
        """See FontEngineFactory."""
        if obj_stream is None and writer.stream_xrefs:
            obj_stream = writer.prepare_object_stream()
        return GlyphAccumulator(
            writer,
            io.BytesIO(self._font),
            _FONT_SIZE,
            ot_script_tag="latn",
            bcp47_lang_code="vi",
            obj_stream=obj_stream,
        )


def _stamp(font: bytes) -> TextStampStyle:
    left = layout.SimpleBoxLayoutRule(
        x_align=layout.AxisAlignment.ALIGN_MIN,
        y_align=layout.AxisAlignment.ALIGN_MAX,
        margins=layout.Margins(0, 0, 0, 0),
    )
    return TextStampStyle(
        stamp_text=_TEXT,
        border_width=_NO_BORDER,
        background=None,
        inner_content_layout=left,
        text_box_style=TextBoxStyle(
            font=_FontInMemory(font),
            font_size=_FONT_SIZE,
            leading=12,
        ),
    )


def _box(writer: IncrementalPdfFileWriter) -> tuple[int, int, int, int]:
    """Where the visible signature stands on page 1, in points from the lower left."""
    page = writer.root["/Pages"]["/Kids"][0]
    while "/Kids" in page:
        page = page["/Kids"][0]
    left, bottom, right, top = (float(number) for number in page["/MediaBox"])
    width = min(_WIDTH, right - left - 2 * _LEFT)
    height = min(_HEIGHT, (top - bottom) / 6)
    return (
        round(left + _LEFT), round(top - _TOP - height), round(left + _LEFT + width), round(top - _TOP),
    )  # fmt: skip


def _judged(found: Any, roots: Sequence[x509.Certificate]) -> FoundSignature:
    at = found.self_reported_timestamp
    name = _common_name(found.signer_cert)
    context = ValidationContext(
        trust_roots=list(roots) or [found.signer_cert], allow_fetching=False, moment=at, best_signature_time=at
    )
    try:
        status = validate_pdf_signature(found, signer_validation_context=context)
    except (SignatureValidationError, PathError, PdfError, ValueError):
        return FoundSignature(name, at, intact=False, whole=False)
    return FoundSignature(
        name,
        at,
        intact=status.intact and status.valid,
        whole=status.coverage is not None and status.coverage.name in {"ENTIRE_FILE", "ENTIRE_REVISION"}
        and status.docmdp_ok is not False,
        trusted=status.trusted if roots else None,
    )  # fmt: skip


def _common_name(certificate: x509.Certificate) -> str:
    name = certificate.subject.native.get("common_name") or certificate.subject.human_friendly
    return name if isinstance(name, str) else ", ".join(name)
