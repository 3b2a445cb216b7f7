"""Whether what a PDF page draws may stand in an archive as it is (ISO 19005-2), and what must be taken off it first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from pipeline.unfolding import UnfoldsTooFar, unfolded

MOST_CONTENT = 8_000_000  # decoded bytes of one content stream; a drawing that long is taken as a picture
_MOST_PROFILE = 8_000_000  # bytes of a colour profile; those of printing inks have up to two million
_DEEPEST = 12  # forms within forms
_DEEPEST_STATE = 28  # q within q (6.1.13)
_MOST_INTEGER = 2**31 - 1
_INTENTS = {"/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation"}
_BLENDS = {
    "/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten", "/ColorDodge", "/ColorBurn",
    "/HardLight", "/SoftLight", "/Difference", "/Exclusion", "/Hue", "/Saturation", "/Color", "/Luminosity",
}  # fmt: skip
_FILTERS = {
    "/FlateDecode", "/DCTDecode", "/CCITTFaxDecode", "/JBIG2Decode", "/RunLengthDecode", "/ASCII85Decode",
    "/ASCIIHexDecode",
}  # fmt: skip
_SHOWING = {"Tj", "TJ", "'", '"'}
_TEXT = {"BT", "ET", "Tf", "Td", "TD", "Tm", "T*", "Tc", "Tw", "Tz", "TL", "Tr", "Ts"}
_UNSEEN = (3, 7)  # text rendering modes that paint nothing
_LATIN = {"/WinAnsiEncoding", "/MacRomanEncoding"}
_LEFT_OUT = (
    "/Metadata",
    "/PieceInfo",
    "/LastModified",
    "/StructParent",
    "/StructParents",
    "/AF",
    "/Interpolate",
    "/ID",
)


class NotForArchive(Exception):
    """The page holds what an archive's PDF may not hold; the text names it."""


@dataclass(slots=True)
class Findings:
    """What was seen on the way: whether the page shows text of its own, which forms were checked, which are open."""

    shows_text: bool = False
    seen: set[tuple[int, int]] = field(default_factory=set)
    within: list[tuple[int, int]] = field(default_factory=list)


def prepare(form: Stream) -> bool:
    """Make a form fit for an archive, in place, and say whether it shows text of its own; raises NotForArchive.

    Text that paints nothing (somebody's earlier reading) is taken out, as is every resource that nothing names.
    """
    findings = Findings()
    _form(form, findings, depth=0)
    return findings.shows_text


def _form(form: Any, findings: Findings, *, depth: int) -> None:
    if form.is_indirect and form.objgen in findings.within:
        raise NotForArchive("a form that draws itself")
    if form.is_indirect and form.objgen in findings.seen:
        return
    findings.seen.add(form.objgen)
    if depth > _DEEPEST:
        raise NotForArchive("forms in forms")
    findings.within.append(form.objgen)
    _form_itself(form, findings, depth=depth)
    findings.within.pop()


def _form_itself(form: Any, findings: Findings, *, depth: int) -> None:
    if any(key in form for key in ("/Ref", "/OPI", "/PS", "/OC")) or form.get("/Subtype2") == Name.PS:
        raise NotForArchive("a form that refers elsewhere")
    _plain_filters(form)
    for key in _LEFT_OUT:
        if key in form:
            del form[key]
    group = form.get("/Group")
    if isinstance(group, Dictionary) and "/CS" in group:
        _colour_space(group.CS)
    used = _content(form, findings)
    resources = form.get("/Resources")
    kept = Dictionary()
    if isinstance(resources, Dictionary):
        for kind, names in used.items():
            found = resources.get(kind)
            chosen = {name: found[name] for name in names if isinstance(found, Dictionary) and name in found}
            if chosen:
                kept[kind] = Dictionary(chosen)
    form.Resources = kept
    _resources(kept, findings, depth=depth)


def _content(form: Any, findings: Findings) -> dict[str, set[str]]:
    """Check the operators; take out unseen text; which resources of each kind they name."""
    _unfolded(form, MOST_CONTENT)
    used: dict[str, set[str]] = {}
    kept: list[Any] = []
    mode, modes, dropped = 0, [], False
    for instruction in pikepdf.parse_content_stream(form):
        if isinstance(instruction, pikepdf.ContentStreamInlineImage):
            _inline(instruction.iimage)
            kept.append(instruction)
            continue
        operator, operands = str(instruction.operator), instruction.operands
        if operator == "q":
            modes.append(mode)
            if len(modes) > _DEEPEST_STATE:
                raise NotForArchive("states in states")
        elif operator == "Q":
            mode = modes.pop() if modes else mode
        elif operator == "Tr":
            mode = int(operands[0])
        elif operator in _SHOWING:
            if mode in _UNSEEN:
                dropped = True
                continue
            findings.shows_text = True
        for kind, name in _named(operator, operands):
            used.setdefault(kind, set()).add(name)
        kept.append(instruction)
    if dropped:
        if not findings.shows_text:
            kept = [instruction for instruction in kept if str(instruction.operator) not in _TEXT]
            used.pop("/Font", None)
        form.write(pikepdf.unparse_content_stream(kept))
    return used


def _unfolded(stream: Any, most: int) -> bytes:
    try:
        return unfolded(stream, most=most)
    except UnfoldsTooFar as error:
        raise NotForArchive(f"a stream that is {error}") from error


def _named(operator: str, operands: Any) -> Iterator[tuple[str, str]]:
    """The resources that one operation names; raises NotForArchive for one that an archive forbids."""
    if operator in {"k", "K"}:
        raise NotForArchive("printing colours without their profile")
    if operator == "ri" and str(operands[0]) not in _INTENTS:
        raise NotForArchive("a rendering intent")
    if operator in {"PS", "BX", "EX"}:
        raise NotForArchive("an operator outside the standard")
    if operator in {"BDC", "DP"} and str(operands[0]) == "/OC":
        raise NotForArchive("layers")
    if operator in {"cs", "CS"}:
        if str(operands[0]) == "/DeviceCMYK":
            raise NotForArchive("printing colours without their profile")
        yield "/ColorSpace", str(operands[0])
    kinds = {"Do": "/XObject", "Tf": "/Font", "gs": "/ExtGState", "sh": "/Shading"}
    if operator in kinds:
        yield kinds[operator], str(operands[0])
    if operator in {"scn", "SCN"} and len(operands) and isinstance(operands[-1], pikepdf.Name):
        yield "/Pattern", str(operands[-1])
    if operator in {"BDC", "DP"} and isinstance(operands[1], pikepdf.Name):
        yield "/Properties", str(operands[1])
    for operand in operands:
        if isinstance(operand, int) and not -_MOST_INTEGER - 1 <= operand <= _MOST_INTEGER:
            raise NotForArchive("a number too large")


def _inline(image: pikepdf.PdfInlineImage) -> None:
    if "LZWDecode" in str(image.filters) or "CMYK" in str(image.colorspace):
        raise NotForArchive("an inline image")


def _resources(resources: Any, findings: Findings, *, depth: int) -> None:
    for found in resources.get("/ColorSpace", Dictionary()).values():
        _colour_space(found)
    for found in resources.get("/ExtGState", Dictionary()).values():
        _state(found, findings, depth=depth)
    for found in resources.get("/Shading", Dictionary()).values():
        _colour_space(found.ColorSpace)
    for found in resources.get("/Pattern", Dictionary()).values():
        if int(found.PatternType) == 1:
            _form(found, findings, depth=depth + 1)
        else:
            _colour_space(found.Shading.ColorSpace)
            _state(found.get("/ExtGState", Dictionary()), findings, depth=depth)
    for found in resources.get("/XObject", Dictionary()).values():
        if found.Subtype == Name.Form:
            _form(found, findings, depth=depth + 1)
        elif found.Subtype == Name.Image:
            _image(found)
        else:
            raise NotForArchive("a program as a picture")
    for found in resources.get("/Font", Dictionary()).values():
        _font(found, findings, depth=depth)
    for found in resources.get("/Properties", Dictionary()).values():
        if "/OCGs" in found or found.get("/Type") in (Name.OCG, Name.OCMD):
            raise NotForArchive("layers")


def _state(state: Any, findings: Findings, *, depth: int) -> None:
    if any(key in state for key in ("/TR", "/HTP", "/HT")) or state.get("/TR2", Name.Default) != Name.Default:
        raise NotForArchive("a transfer function")
    blend = state.get("/BM", Name.Normal)
    if not all(str(mode) in _BLENDS for mode in (blend if isinstance(blend, Array) else [blend])):
        raise NotForArchive("a blend mode")
    if "/RI" in state and str(state.RI) not in _INTENTS:
        raise NotForArchive("a rendering intent")
    mask = state.get("/SMask")
    if isinstance(mask, Dictionary):
        _form(mask.G, findings, depth=depth + 1)


def _image(image: Any) -> None:
    if any(key in image for key in ("/Alternates", "/OPI", "/OC")):
        raise NotForArchive("an image that refers elsewhere")
    _plain_filters(image)
    for key in (*_LEFT_OUT, "/Name"):
        if key in image:
            del image[key]
    if not image.get("/ImageMask", False):
        _colour_space(image.ColorSpace)
    for key in ("/SMask", "/Mask"):
        mask = image.get(key)
        if isinstance(mask, Stream):
            _image(mask)


def _plain_filters(stream: Any) -> None:
    if "/F" in stream:
        raise NotForArchive("data outside the file")
    found = stream.get("/Filter", Array())
    for name in found if isinstance(found, Array) else [found]:
        if str(name) not in _FILTERS:
            raise NotForArchive(f"data encoded as {name}")


def _colour_space(space: Any, *, depth: int = 0) -> None:
    if depth > _DEEPEST:
        raise NotForArchive("colour spaces in colour spaces")
    kind = str(space[0]) if isinstance(space, Array) else str(space)
    if kind == "/DeviceCMYK":
        raise NotForArchive("printing colours without their profile")
    if kind == "/ICCBased":
        _profile(space[1])
    elif kind in {"/Indexed", "/Pattern"} and isinstance(space, Array) and len(space) > 1:
        _colour_space(space[1], depth=depth + 1)
    elif kind in {"/Separation", "/DeviceN"}:
        _colour_space(space[2], depth=depth + 1)
    elif kind not in {"/DeviceRGB", "/DeviceGray", "/CalRGB", "/CalGray", "/Lab", "/Pattern", "/Indexed"}:
        raise NotForArchive(f"colours as {kind}")


def _profile(stream: Any) -> None:
    head = _unfolded(stream, _MOST_PROFILE)[:128]
    colours = {1: b"GRAY", 3: b"RGB ", 4: b"CMYK"}.get(int(stream.N))
    if head[36:40] != b"acsp" or head[8] > 4 or head[16:20] != colours:
        raise NotForArchive("a colour profile out of form")


def _font(font: Any, findings: Findings, *, depth: int) -> None:
    kind = str(font.Subtype)
    if kind == "/Type3":
        for glyph in font.CharProcs.values():
            glyph.Resources = font.get("/Resources", Dictionary())
            _form(glyph, findings, depth=depth + 1)
        return
    if kind == "/Type0":
        below = font.DescendantFonts[0]
        encoding: Any = font.Encoding
        if not isinstance(encoding, Stream) and str(encoding) not in {"/Identity-H", "/Identity-V"}:
            raise NotForArchive("letters by an encoding outside the file")
        if below.Subtype == Name.CIDFontType2 and "/CIDToGIDMap" not in below:
            raise NotForArchive("letters without a way to their shapes")
        descriptor: Any = below.FontDescriptor
    else:
        descriptor = font.get("/FontDescriptor", Dictionary())
        symbolic = bool(int(descriptor.get("/Flags", 4)) & 4)
        encoding = font.get("/Encoding", None)
        named = encoding.get("/BaseEncoding") if isinstance(encoding, Dictionary) else encoding
        if kind == "/TrueType" and (encoding is not None if symbolic else str(named) not in _LATIN):
            raise NotForArchive("letters by an encoding that readers take differently")
    if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
        raise NotForArchive("a font that is not in the file")
