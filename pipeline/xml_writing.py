"""XML of the archive's vocabularies: elements with their namespaces, written the same way each time."""

from __future__ import annotations

import xml.etree.ElementTree as ET  # writes only, parses nothing
from collections.abc import Mapping

METS = "http://www.loc.gov/METS/"
XLINK = "http://www.w3.org/1999/xlink"
CSIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
PREMIS = "http://www.loc.gov/premis/v3"
EAD = "urn:isbn:1-931666-22-9"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

for _prefix, _namespace in {
    "mets": METS, "xlink": XLINK, "csip": CSIP, "premis": PREMIS, "ead": EAD, "xsi": XSI,
}.items():  # fmt: skip
    ET.register_namespace(_prefix, _namespace)


def q(namespace: str, name: str) -> str:
    """A qualified name."""
    return f"{{{namespace}}}{name}"


def element(namespace: str, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    """An element with text and plain attributes."""
    made = ET.Element(q(namespace, name), attributes)
    made.text = None if text is None else printable(text)
    return made


def under(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    """A new last child in its parent's namespace."""
    made = element(parent.tag[1:].partition("}")[0], name, text, **attributes)
    parent.append(made)
    return made


def qualified(made: ET.Element, namespace: str, attributes: Mapping[str, str]) -> ET.Element:
    """The element with attributes of another namespace."""
    for name, value in attributes.items():
        made.set(q(namespace, name), value)
    return made


def printable(text: str) -> str:
    """The text without what XML 1.0 refuses: control characters and half characters."""
    return "".join(
        c for c in text if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )


def written(root: ET.Element) -> bytes:
    """The document, UTF-8, indented."""
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True))
