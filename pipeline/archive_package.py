"""A dossier as the archive's package (AIP): which file stands where, and the metadata files around the documents."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from models.package import PackageEvent, PackageFile
from models.record import DossierRecord
from models.register import RegisterEntry
from pipeline.ead import document_ead, dossier_ead
from pipeline.mets import MetsContent, mets
from pipeline.premis import premis

PROGRAM = "sohoa"
_REP = "representations/rep1/"
_XML = "text/xml"


@dataclass(frozen=True, slots=True)
class PackagedDocument:
    """A document of the package: its register entry, the clerk's word for its kind, digest and size of its PDF."""

    entry: RegisterEntry
    type_name: str
    sha256: str
    size: int

    @property
    def file_name(self) -> str:
        """Mã hồ sơ, a dot, the document's ordinal in three digits (TT 02/2019/TT-BNV)."""
        return f"{self.entry.dossier_code}.{self.entry.ordinal:03d}.pdf"

    @property
    def path(self) -> str:
        """Where the PDF stands in the package."""
        return f"{_REP}data/{self.file_name}"


def object_id(code: str) -> str:
    """The package's OBJID, the same for a dossier each time."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'sohoa dossier {code}')}"


def folder_name(code: str) -> str:
    """The package's folder: its OBJID with `_` for `:`."""
    return object_id(code).replace(":", "_")


def package_metadata(
    record: DossierRecord,
    documents: Sequence[PackagedDocument],
    events: Sequence[PackageEvent],
    *,
    title: str,
    maintenance: str,
    made: datetime,
    version: str,
) -> dict[str, bytes]:
    """Every metadata file of the package by its path; the PDFs stand beside them under `PackagedDocument.path`."""
    code = record.dossier_code
    pdfs = [PackageFile(f"data/{d.file_name}", d.sha256, d.size, "application/pdf", made) for d in documents]
    inner = {
        f"metadata/descriptive/EAD_doc_File{d.entry.ordinal}.xml": document_ead(
            d.entry, type_name=d.type_name, file_name=d.file_name
        )
        for d in documents
    }
    rep_premis = {
        "metadata/preservation/PREMIS_rep1.xml": premis(f"{object_id(code)}/rep1", pdfs, events, program=PROGRAM)
    }
    content = MetsContent(
        object_id=f"{object_id(code)}/rep1",
        label=title,
        unit=record.unit,
        descriptive=_files(inner, made),
        preservation=_files(rep_premis, made),
        groups=(("Data", pdfs),),
    )
    rep_mets = {"METS.xml": mets(content, made=made, program=PROGRAM, version=version)}
    rep = {_REP + path: body for path, body in (inner | rep_premis | rep_mets).items()}
    ead = {
        "metadata/descriptive/EAD.xml": dossier_ead(
            record, title=title, maintenance=maintenance, documents=len(documents)
        )
    }
    whole = [*(replace(pdf, path=_REP + pdf.path) for pdf in pdfs), *_files(rep, made)]
    top_premis = {"metadata/preservation/PREMIS.xml": premis(object_id(code), whole, events, program=PROGRAM)}
    content = replace(
        content,
        object_id=object_id(code),
        descriptive=_files(ead, made),
        preservation=_files(top_premis, made),
        groups=(("Representations/rep1", _files({f"{_REP}METS.xml": rep[f"{_REP}METS.xml"]}, made)),),
        representations=(f"{_REP}METS.xml",),
    )
    return rep | ead | top_premis | {"METS.xml": mets(content, made=made, program=PROGRAM, version=version)}


def _files(bodies: Mapping[str, bytes], made: datetime) -> list[PackageFile]:
    return [
        PackageFile(path, hashlib.sha256(body).hexdigest(), len(body), _XML, made)
        for path, body in sorted(bodies.items())
    ]
