"""The text of pages as ALTO 4 XML, as libraries and archives exchange it: where each word stands and how sure it is."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence

from models.page import Box, Line, PageText
from models.vietnamese import nfc

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
_SCHEMA = "http://www.loc.gov/standards/alto/v4/alto-4-4.xsd"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GAP = 1.3  # line heights of white between two lines that end a block


def alto(pages: Sequence[PageText], *, file: str, language: str = "vi") -> bytes:
    """The XML of all pages, in their order; positions are pixels of the upright page image, lines in reading order.

    `file` is the name of what was read. A page that could not be used keeps its place, is `Damaged` and says why.
    """
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(
        f"{{{NAMESPACE}}}alto", {f"{{{_INSTANCE}}}schemaLocation": f"{NAMESPACE} {_SCHEMA}", "SCHEMAVERSION": "4.4"}
    )
    description = _below(root, "Description")
    _below(description, "MeasurementUnit").text = "pixel"
    _below(_below(description, "sourceImageInformation"), "fileName").text = _printable(file)
    processing = _below(description, "Processing", ID="PROCESSING_1")
    _below(processing, "processingCategory").text = "contentGeneration"
    _below(_below(processing, "processingSoftware"), "softwareName").text = "sohoa"
    layout = _below(root, "Layout")
    for page in pages:
        _page(layout, page, language)
    ET.indent(root, " ")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _page(layout: ET.Element, page: PageText, language: str) -> None:
    name = f"P{page.number}"
    about = {"ID": name, "PHYSICAL_IMG_NR": str(page.number), "WIDTH": str(page.width), "HEIGHT": str(page.height)}
    if page.rejection:
        about |= {"QUALITY": "Damaged", "QUALITY_DETAIL": str(page.rejection)}
    elif page.lines:
        about |= {"PC": _share(page.mean_confidence)}
    made = _below(layout, "Page", **about)
    space = _below(made, "PrintSpace", **_place(Box(0, 0, page.width, page.height)))
    lines = [] if page.rejection else [line for line in page.lines if line.words]
    for number, block in enumerate(_blocks(lines), start=1):
        _block(space, f"{name}_B{number}", block, language)


def _block(space: ET.Element, name: str, lines: Sequence[Line], language: str) -> None:
    box = lines[0].box
    for line in lines[1:]:
        box = box.union(line.box)
    block = _below(space, "TextBlock", ID=name, **_place(box), LANG=language)
    for number, line in enumerate(lines, start=1):
        made = _below(block, "TextLine", ID=f"{name}_L{number}", **_place(line.box))
        for place, word in enumerate(line.words):
            if place:
                before = line.words[place - 1].box
                gap = Box(before.right, word.box.y, max(0, word.box.x - before.right), 0)
                _below(made, "SP", HPOS=str(gap.x), VPOS=str(gap.y), WIDTH=str(gap.width))
            content = {"CONTENT": _printable(nfc(word.text)), "WC": _share(word.confidence)}
            _below(made, "String", ID=f"{name}_L{number}_S{place + 1}", **_place(word.box), **content)


def _blocks(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines that follow each other, one below the other without a gap and on the same strip of the page."""
    block: list[Line] = []
    for line in lines:
        if block and not _continues(block[-1].box, line.box):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _continues(above: Box, below: Box) -> bool:
    overlap = min(above.right, below.right) - max(above.x, below.x)
    return overlap > 0 and above.y < below.y and below.y - above.bottom <= _GAP * max(above.height, below.height)


def _below(parent: ET.Element, name: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)


def _place(box: Box) -> dict[str, str]:
    return {"HPOS": str(box.x), "VPOS": str(box.y), "WIDTH": str(box.width), "HEIGHT": str(box.height)}


def _share(confidence: float) -> str:
    return f"{min(1.0, max(0.0, confidence)):.3f}"


def _printable(text: str) -> str:
    """Without what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
