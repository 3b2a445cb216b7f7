"""Descriptive metadata of a dossier and of its documents as EAD, under the keys of TT 02/2019 and TT 05/2025/TT-BNV."""

from __future__ import annotations

import xml.etree.ElementTree as ET  # writes only

from models.record import DossierRecord
from models.register import RegisterEntry
from pipeline.xml_writing import EAD, element, under, written

LANGUAGE = "Tiếng Việt"
DIGITIZED = "Số hóa"  # mức độ tin cậy: neither born digital nor mixed


def dossier_ead(record: DossierRecord, *, title: str, maintenance: str, documents: int) -> bytes:
    """The dossier's own description (mã hồ sơ, tiêu đề, thời hạn lưu trữ …); `documents`: how many are in the package."""
    pages = [page for page in record.pages if not page.blank]
    days = [paper.issued_on for paper in record.documents if paper.issued_on]
    first, last = min([*days, record.received_on]), max([*days, record.received_on])
    root, described = _root(record.dossier_code, title, level="file")
    _fact(described, "unitid", "arcFileCode", record.dossier_code)
    _fact(described, "unittitle", "title", title)
    _fact(described, "unitdate", "startDate", f"{first:%d/%m/%Y}", normal=first.isoformat())
    _fact(described, "unitdate", "endDate", f"{last:%d/%m/%Y}", normal=last.isoformat())
    size = under(described, "physdesc")
    for key, number in (("totalDoc", documents), ("numberOfPage", len(pages))):
        under(size, "extent", str(number), type=key)
    _language(described)
    archive = root.find(f"{{{EAD}}}archdesc")
    assert archive is not None
    _note(archive, "accessrestrict", "mode", "Hạn chế")  # personal data: Law 91/2025/QH15
    for key, value in {
        "maintenance": maintenance,
        "confidenceLevel": DIGITIZED,
        "paperFileCode": record.dossier_code,
        "procedure": record.procedure or "",
        "unit": record.unit,
    }.items():
        _note(archive, "odd", key, value)
    return written(root)


def document_ead(entry: RegisterEntry, *, type_name: str, file_name: str) -> bytes:
    """One document's description (số, ký hiệu, ngày, cơ quan ban hành, trích yếu …)."""
    root, described = _root(file_name, type_name, level="item")
    _fact(described, "unitid", "docCode", f"{entry.dossier_code}.{entry.ordinal:03d}")
    _fact(described, "unittitle", "typeName", type_name)
    if entry.issued_on:
        _fact(described, "unitdate", "issuedDate", f"{entry.issued_on:%d/%m/%Y}", normal=entry.issued_on.isoformat())
    if entry.issuer:
        under(_fact(described, "origination", "organName"), "corpname", entry.issuer)
    under(under(described, "physdesc"), "extent", str(entry.pages), type="pageAmount")
    _language(described)
    archive = root.find(f"{{{EAD}}}archdesc")
    assert archive is not None
    for key, value in {
        "fileCode": entry.dossier_code,
        "docOrdinal": str(entry.ordinal),
        "codeNumber": entry.count,
        "codeNotation": entry.sign,
        "subject": entry.abstract,
        "signer": entry.signer,
        "confidenceLevel": DIGITIZED,
        "resultCode": entry.result_code,
    }.items():
        _note(archive, "odd", key, value)
    return written(root)


def _root(identity: str, title: str, *, level: str) -> tuple[ET.Element, ET.Element]:
    root = element(EAD, "ead")
    header = under(root, "eadheader")
    under(header, "eadid", identity)
    statement = under(under(header, "filedesc"), "titlestmt")
    under(statement, "titleproper", title)
    return root, under(under(root, "archdesc", level=level), "did")


def _fact(parent: ET.Element, name: str, label: str, value: str | None = None, **more: str) -> ET.Element:
    return under(parent, name, value, label=label, **more)


def _language(described: ET.Element) -> None:
    under(under(described, "langmaterial", label="language"), "language", LANGUAGE, langcode="vie")


def _note(archive: ET.Element, name: str, kind: str, value: str) -> None:
    """A note of one paragraph; none where there is nothing to say."""
    if value:
        under(under(archive, name, type=kind), "p", value)
