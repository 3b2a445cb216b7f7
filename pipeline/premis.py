"""Preservation metadata (PREMIS 3): the package's files with their digests, what happened to them, and who did it."""

from __future__ import annotations

import xml.etree.ElementTree as ET  # writes only
from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5

from models.package import PackageEvent, PackageFile, stamp
from pipeline.xml_writing import PREMIS, XSI, element, qualified, under, written

_FORMATS = {
    "application/pdf": ("PDF/A", "2b", "fmt/477"),
    "text/xml": ("XML", "1.0", "fmt/101"),
}  # as PRONOM numbers them


def premis(object_id: str, files: Sequence[PackageFile], events: Sequence[PackageEvent], *, program: str) -> bytes:
    """A PREMIS document about the object and its files."""
    root = element(PREMIS, "premis", version="3.0")
    whole = qualified(under(root, "object"), XSI, {"type": "premis:representation"})
    _identified(whole, "object", object_id)
    for file in files:
        _file(root, file)
    for place, event in enumerate(events):
        _event(root, event, f"{object_id}#event-{place + 1}", object_id)
    for name in dict.fromkeys([program, *(event.agent for event in events)]):
        agent = under(root, "agent")
        _identified(agent, "agent", name)
        under(agent, "agentName", name)
        under(agent, "agentType", "software" if name == program else "person")
    return written(root)


def _file(root: ET.Element, file: PackageFile) -> None:
    entry = qualified(under(root, "object"), XSI, {"type": "premis:file"})
    _identified(entry, "object", f"urn:uuid:{uuid5(NAMESPACE_URL, f'{file.path} {file.sha256}')}", kind="UUID")
    told = under(entry, "objectCharacteristics")
    fixity = under(told, "fixity")
    under(fixity, "messageDigestAlgorithm", "SHA-256")
    under(fixity, "messageDigest", file.sha256)
    under(told, "size", str(file.size))
    name, version, number = _FORMATS.get(file.media_type, (file.media_type, "", ""))
    form = under(told, "format")
    designation = under(form, "formatDesignation")
    under(designation, "formatName", name)
    if version:
        under(designation, "formatVersion", version)
        registry = under(form, "formatRegistry")
        under(registry, "formatRegistryName", "PRONOM")
        under(registry, "formatRegistryKey", number)
    under(entry, "originalName", file.path)


def _event(root: ET.Element, event: PackageEvent, identity: str, object_id: str) -> None:
    entry = under(root, "event")
    _identified(entry, "event", identity)
    under(entry, "eventType", event.kind)
    under(entry, "eventDateTime", stamp(event.at))
    under(under(entry, "eventOutcomeInformation"), "eventOutcome", event.outcome)
    agent = under(entry, "linkingAgentIdentifier")
    under(agent, "linkingAgentIdentifierType", "local")
    under(agent, "linkingAgentIdentifierValue", event.agent)
    linked = under(entry, "linkingObjectIdentifier")
    under(linked, "linkingObjectIdentifierType", "local")
    under(linked, "linkingObjectIdentifierValue", object_id)


def _identified(parent: ET.Element, what: str, value: str, *, kind: str = "local") -> None:
    identifier = under(parent, f"{what}Identifier")
    under(identifier, f"{what}IdentifierType", kind)
    under(identifier, f"{what}IdentifierValue", value)
