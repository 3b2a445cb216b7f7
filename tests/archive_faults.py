"""What a PDF/A-2b may not hold, looked for in every object of a file: for tests of searchable PDFs."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf

_FILTERS = {"/FlateDecode", "/DCTDecode", "/CCITTFaxDecode", "/JBIG2Decode", "/RunLengthDecode", "/ASCII85Decode"}
_FORBIDDEN_KEYS = {
    "/AA", "/OPI", "/Ref", "/Alternates", "/JS", "/JavaScript", "/TR", "/HTP", "/PS", "/OCProperties", "/EmbeddedFiles",
}  # fmt: skip


def archive_faults(data: bytes) -> list[str]:
    """ISO 19005-2, as far as the structure of a file shows it; empty where nothing was found."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        faults = [f"syntax: {problem}" for problem in pdf.check_pdf_syntax()]
        if not data.startswith(b"%PDF-1.7\n%") or any(byte < 128 for byte in data[10:14]):
            faults.append("header")
        if "/Encrypt" in pdf.trailer or len(pdf.trailer.get("/ID", ())) != 2:
            faults.append("trailer")
        faults += _of_root(pdf.Root)
        for found in pdf.objects:
            faults += _of_object(found)
        for page in pdf.pages:
            faults += _of_content(page)
        return faults


def _of_root(root: pikepdf.Dictionary) -> Iterator[str]:
    intents = list(root.get("/OutputIntents", ()))
    profile = intents[0].DestOutputProfile.read_bytes() if len(intents) == 1 else b""
    if profile[16:20] != b"RGB " or profile[36:40] != b"acsp":
        yield "output intent"
    if "/Filter" in root.Metadata or b"pdfaid:part>2<" not in root.Metadata.read_bytes():
        yield "metadata"
    yield from (
        f"catalog {key}" for key in ("/OpenAction", "/AA", "/AcroForm", "/Names", "/OCProperties") if key in root
    )


def _of_object(found: pikepdf.Object) -> Iterator[str]:
    if isinstance(found, pikepdf.Stream):
        filters = found.get("/Filter", pikepdf.Array())
        for name in filters if isinstance(filters, pikepdf.Array) else [filters]:
            if str(name) not in _FILTERS:
                yield f"filter {name}"
        if "/F" in found:
            yield "data outside the file"
        if found.get("/Interpolate") is True:
            yield "interpolated image"
        if found.get("/Subtype") == "/Image" and not found.get("/ImageMask", False):
            yield from (f"colours {space}" for space in _spaces(found.ColorSpace) if space == "/DeviceCMYK")
    if isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
        yield from (f"key {key}" for key in _FORBIDDEN_KEYS & set(found.keys()))
        if found.get("/Type") == "/Page" and {"/Annots", "/AA"} & set(found.keys()):
            yield "annotations"
        if found.get("/Type") == "/Font" and found.get("/Subtype") not in ("/Type0", "/Type3"):
            descriptor = found.get("/FontDescriptor", pikepdf.Dictionary())
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys()):
                yield f"font {found.get('/BaseFont')} is not embedded"


def _spaces(space: pikepdf.Object) -> Iterator[str]:
    if isinstance(space, pikepdf.Array):
        for part in space:
            if isinstance(part, pikepdf.Name | pikepdf.Array):
                yield from _spaces(part)
    else:
        yield str(space)


def _of_content(page: pikepdf.Page) -> Iterator[str]:
    pending = [page.obj]
    pending += [x for x in page.obj.Resources.get("/XObject", {}).values() if x.Subtype == "/Form"]
    for holder in pending:
        for instruction in pikepdf.parse_content_stream(holder):
            if str(instruction.operator) in {"k", "K", "BX", "PS"}:
                yield f"operator {instruction.operator}"
