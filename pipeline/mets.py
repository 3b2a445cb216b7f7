"""METS of an archive package and of its representation, as the E-ARK common specification and TT 05/2025/TT-BNV have it."""

from __future__ import annotations

import xml.etree.ElementTree as ET  # writes only
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from models.package import PackageFile, stamp
from pipeline.xml_writing import CSIP, METS, XLINK, XSI, element, qualified, under, written

_PROFILE = "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml"
_SCHEMAS = (
    f"{METS} https://www.loc.gov/standards/mets/mets.xsd "
    f"{CSIP} https://earkcsip.dilcis.eu/schema/DILCISExtensionMETS.xsd"
)


@dataclass(frozen=True, slots=True)
class MetsContent:
    """What one METS names: `object_id` its OBJID; descriptive and preservation metadata; groups of files by use.

    representations: path of each representation's own METS, for the package's METS
    """

    object_id: str
    label: str
    unit: str
    descriptive: Sequence[PackageFile]
    preservation: Sequence[PackageFile]
    groups: Sequence[tuple[str, Sequence[PackageFile]]]
    representations: Sequence[str] = ()


def mets(content: MetsContent, *, made: datetime, program: str, version: str) -> bytes:
    """The METS document."""
    root = element(METS, "mets", OBJID=content.object_id, LABEL=content.label, TYPE="Mixed", PROFILE=_PROFILE)
    qualified(root, CSIP, {"CONTENTINFORMATIONTYPE": "MIXED"})
    qualified(root, XSI, {"schemaLocation": _SCHEMAS})
    _header(root, content, made=made, program=program, version=version)
    described = [_metadata(root, "dmdSec", file, "EAD") for file in content.descriptive]
    preserved = _preservation(root, content.preservation)
    groups = _files(root, content)
    _structure(root, content, described, preserved, groups)
    return written(root)


def _header(root: ET.Element, content: MetsContent, *, made: datetime, program: str, version: str) -> None:
    header = under(root, "metsHdr", CREATEDATE=stamp(made), LASTMODDATE=stamp(made), RECORDSTATUS="NEW")
    qualified(header, CSIP, {"OAISPACKAGETYPE": "AIP"})
    software = under(header, "agent", ROLE="CREATOR", TYPE="OTHER", OTHERTYPE="SOFTWARE")
    under(software, "name", program)
    qualified(under(software, "note", version), CSIP, {"NOTETYPE": "SOFTWARE VERSION"})
    keeper = under(header, "agent", ROLE="ARCHIVIST", TYPE="ORGANIZATION")
    under(keeper, "name", content.unit)
    qualified(under(keeper, "note", content.unit), CSIP, {"NOTETYPE": "IDENTIFICATIONCODE"})


def _metadata(parent: ET.Element, kind: str, file: PackageFile, vocabulary: str) -> str:
    """A section that refers to a metadata file; its ID."""
    identity = _id(kind, file.path)
    section = under(parent, kind, ID=identity, STATUS="CURRENT")
    if kind == "dmdSec":
        section.set("CREATED", stamp(file.made))
    reference = under(section, "mdRef", **_told(file), LOCTYPE="URL", MDTYPE=vocabulary)
    qualified(reference, XLINK, {"type": "simple", "href": file.path})
    return identity


def _preservation(root: ET.Element, files: Sequence[PackageFile]) -> list[str]:
    section = under(root, "amdSec")
    return [_metadata(section, "digiprovMD", file, "PREMIS") for file in files]


def _files(root: ET.Element, content: MetsContent) -> list[tuple[str, str]]:
    """The file section; use and ID of each group."""
    section = under(root, "fileSec", ID=_id("fileSec", content.object_id))
    groups = []
    for use, files in content.groups:
        identity = _id("fileGrp", content.object_id + use)
        group = under(section, "fileGrp", ID=identity, USE=use)
        qualified(group, CSIP, {"CONTENTINFORMATIONTYPE": "MIXED"})
        for file in files:
            entry = under(group, "file", ID=_id("file", file.path), **_told(file))
            qualified(under(entry, "FLocat", LOCTYPE="URL"), XLINK, {"type": "simple", "href": file.path})
        groups.append((use, identity))
    return groups


def _structure(
    root: ET.Element,
    content: MetsContent,
    described: Sequence[str],
    preserved: Sequence[str],
    groups: Sequence[tuple[str, str]],
) -> None:
    structure = under(root, "structMap", ID=_id("structMap", content.object_id), TYPE="PHYSICAL", LABEL="CSIP")
    whole = under(structure, "div", ID=_id("div", content.object_id), LABEL=content.object_id)
    about = under(whole, "div", ID=_id("div", content.object_id + "Metadata"), LABEL="Metadata")
    for name, identities in (("DMDID", described), ("ADMID", preserved)):
        if identities:
            about.set(name, " ".join(identities))
    for (use, identity), path in zip(groups, [*content.representations, *[""] * len(groups)], strict=False):
        part = under(whole, "div", ID=_id("div", content.object_id + use), LABEL=use)
        if path:
            qualified(under(part, "mptr", LOCTYPE="URL"), XLINK, {"type": "simple", "href": path, "title": identity})
        else:
            under(part, "fptr", FILEID=identity)


def _told(file: PackageFile) -> dict[str, str]:
    return {
        "MIMETYPE": file.media_type, "SIZE": str(file.size), "CREATED": stamp(file.made),
        "CHECKSUM": file.sha256, "CHECKSUMTYPE": "SHA-256",
    }  # fmt: skip


def _id(kind: str, what: str) -> str:
    """An XML ID, the same each time for the same thing."""
    return f"{kind}-{uuid5(NAMESPACE_URL, f'{kind} {what}')}"
