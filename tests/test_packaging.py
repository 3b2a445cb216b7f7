"""Dossiers leave for an archive: METS, EAD and PREMIS that agree with the files beside them, and bags that bagit.py finds valid."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import bagit
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from typer.testing import CliRunner

from flows.packaging import write_bag, write_package
from models.audit import Entry
from models.errors import StoredObjectDamaged, UsageError
from models.retention import RetentionRule
from models.settings import Settings
from pipeline.archive_package import folder_name
from pipeline.bag import tag_files
from pipeline.xml_writing import element, written
from scripts.cli import app
from scripts.terms import document_words
from storage.archive import keep_dossier
from storage.folder import FolderStore
from storage.opening import open_store
from tests.records import CODE, content, record

MADE = datetime(2026, 1, 7, 2, 0, 0, tzinfo=UTC)
NS = {
    "mets": "http://www.loc.gov/METS/",
    "xlink": "http://www.w3.org/1999/xlink",
    "csip": "https://DILCIS.eu/XML/METS/CSIPExtensionMETS",
    "premis": "http://www.loc.gov/premis/v3",
    "ead": "urn:isbn:1-931666-22-9",
}
HISTORY = [
    Entry(
        1, "2026-01-06T03:00:00.000+00:00", "dossier_kept", f"dossier:{CODE}", "lan.nt", "H40.12", "clerk", None, "ok"
    ),
    Entry(2, "2026-01-06T04:00:00.000+00:00", "dossier_viewed", f"dossier:{CODE}", "hoa.tt", "", "", None, "ok"),
]


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "store")


@pytest.fixture
def kept(store):
    return keep_dossier(store, record(), **content(record()))


def packaged(kept, store, folder: Path) -> Path:
    rule = RetentionRule("1.001193", None, "TT 10/2022/TT-BNV")
    return write_package(kept, store, folder, history=HISTORY, type_names=document_words(), rule=rule, made=MADE)


def test_the_package_lies_as_the_annex_has_it(kept, store, tmp_path) -> None:
    package = packaged(kept, store, tmp_path / "out")
    assert package.name == folder_name(CODE)
    assert re.fullmatch(r"urn_uuid_[0-9a-f-]{36}", package.name)
    found = {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()}
    rep = "representations/rep1"
    assert found == {
        "METS.xml", "metadata/descriptive/EAD.xml", "metadata/preservation/PREMIS.xml", f"{rep}/METS.xml",
        f"{rep}/metadata/preservation/PREMIS_rep1.xml",
        *(f"{rep}/data/{CODE}.{n:03d}.pdf" for n in (1, 2, 3)),
        *(f"{rep}/metadata/descriptive/EAD_doc_File{n}.xml" for n in (1, 2, 3)),
    }  # fmt: skip
    assert (package / rep / "data" / f"{CODE}.003.pdf").read_bytes() == content(record())["documents"][3]


@pytest.mark.parametrize("place", ["", "representations/rep1"])
def test_mets_keeps_the_rules_of_its_schema_and_of_the_common_specification(place: str, kept, store, tmp_path) -> None:
    """No schema may lie in this repository; these are its rules that a METS of this kind can break."""
    folder = packaged(kept, store, tmp_path / "out") / place
    root = etree.parse(folder / "METS.xml").getroot()
    ids = root.xpath("//@ID")
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", identity) for identity in ids)  # xs:ID
    assert [etree.QName(child).localname for child in root] == sorted(
        (etree.QName(child).localname for child in root),
        key=["metsHdr", "dmdSec", "amdSec", "fileSec", "structMap"].index,
    )
    assert root.get("OBJID").startswith("urn:uuid:")
    assert root.xpath("mets:metsHdr/@csip:OAISPACKAGETYPE", namespaces=NS) == ["AIP"]
    assert root.xpath("mets:metsHdr/@CREATEDATE", namespaces=NS) == ["2026-01-07T09:00:00+07:00"]
    assert root.xpath("mets:metsHdr/mets:agent[@ROLE='ARCHIVIST']/mets:note[@csip:NOTETYPE='IDENTIFICATIONCODE']/text()",
                      namespaces=NS) == ["H40.12"]  # fmt: skip
    (structure,) = root.xpath("mets:structMap[@LABEL='CSIP' and @TYPE='PHYSICAL']", namespaces=NS)
    for name in ("DMDID", "ADMID", "FILEID"):
        references = " ".join(structure.xpath(f".//@{name}")).split()
        assert set(references) <= set(ids)
        assert references or (name == "FILEID") == (place == "")
    described = root.xpath("//mets:mdRef", namespaces=NS)
    assert all(
        reference.get("LOCTYPE") == "URL" and reference.get("MDTYPE") in {"EAD", "PREMIS"} for reference in described
    )
    files = root.xpath("//mets:file", namespaces=NS)
    assert described
    assert files
    for told in (*described, *files):
        located = told if told.tag.endswith("mdRef") else told.find("mets:FLocat", NS)
        body = (folder / located.get(f"{{{NS['xlink']}}}href")).read_bytes()
        assert (told.get("CHECKSUM"), int(told.get("SIZE"))) == (hashlib.sha256(body).hexdigest(), len(body))
        assert told.get("CHECKSUMTYPE") == "SHA-256"


def test_the_package_s_mets_leads_to_its_representation(kept, store, tmp_path) -> None:
    root = etree.parse(packaged(kept, store, tmp_path) / "METS.xml").getroot()
    (pointer,) = root.xpath("//mets:mptr", namespaces=NS)
    assert pointer.get(f"{{{NS['xlink']}}}href") == "representations/rep1/METS.xml"
    assert pointer.get(f"{{{NS['xlink']}}}title") in root.xpath("//mets:fileGrp/@ID", namespaces=NS)


def test_premis_tells_every_file_and_what_happened(kept, store, tmp_path) -> None:
    package = packaged(kept, store, tmp_path)
    root = etree.parse(package / "metadata/preservation/PREMIS.xml").getroot()
    told = dict(
        zip(
            root.xpath("//premis:originalName/text()", namespaces=NS),
            root.xpath("//premis:messageDigest/text()", namespaces=NS),
            strict=True,
        )
    )
    assert f"representations/rep1/data/{CODE}.001.pdf" in told
    for path, digest in told.items():
        assert hashlib.sha256((package / path).read_bytes()).hexdigest() == digest
    events = root.xpath("//premis:event/premis:eventType/text()", namespaces=NS)
    assert events == ["ingestion", "fixity check"]  # looking at a dossier does nothing to it
    assert root.xpath("//premis:event/premis:eventDateTime/text()", namespaces=NS)[0] == "2026-01-06T10:00:00+07:00"
    agents = root.xpath("//premis:agentName/text()", namespaces=NS)
    assert set(root.xpath("//premis:linkingAgentIdentifierValue/text()", namespaces=NS)) <= set(agents)


def test_ead_has_the_circulars_keys(kept, store, tmp_path) -> None:
    package = packaged(kept, store, tmp_path)
    whole = etree.parse(package / "metadata/descriptive/EAD.xml").getroot()
    assert whole.xpath("//ead:unitid[@label='arcFileCode']/text()", namespaces=NS) == [CODE]
    assert whole.xpath("//ead:unittitle/text()", namespaces=NS) == [f"Hồ sơ {CODE}: Đăng ký khai sinh"]
    assert whole.xpath("//ead:odd[@type='maintenance']/ead:p/text()", namespaces=NS) == ["Vĩnh viễn"]
    assert whole.xpath("//ead:unitdate/@normal", namespaces=NS) == ["2026-01-05", "2026-01-06"]
    assert whole.xpath("//ead:extent[@type='totalDoc']/text()", namespaces=NS) == ["3"]
    one = etree.parse(package / "representations/rep1/metadata/descriptive/EAD_doc_File3.xml").getroot()
    facts = {odd.get("type"): odd.findtext("ead:p", namespaces=NS) for odd in one.xpath("//ead:odd", namespaces=NS)}
    assert (facts["codeNumber"], facts["codeNotation"], facts["confidenceLevel"]) == ("47", "TLKS-BS", "Số hóa")
    assert one.xpath("//ead:unitdate/text()", namespaces=NS) == ["06/01/2026"]


def test_a_bag_is_valid_and_an_altered_one_is_not(kept, store, tmp_path) -> None:
    bag = write_bag(kept, store, tmp_path / "bags", made=MADE)
    opened = bagit.Bag(str(bag))
    assert opened.is_valid()
    assert opened.info["External-Identifier"] == CODE
    assert (bag / "data" / "record.json").is_file()
    (bag / "data" / "text" / "0001.txt").write_text("altered")
    assert not bagit.Bag(str(bag)).is_valid()


@given(
    st.dictionaries(
        st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1), st.just(("a" * 64, 1))
    )
)
def test_a_manifest_has_a_line_a_file_whatever_it_is_called(payload) -> None:
    tags = tag_files(payload, code=CODE, unit="H40.12", made=MADE.date(), program="sohoa")
    lines = tags["manifest-sha256.txt"].decode().split("\n")[:-1]
    assert len(lines) == len(payload)
    assert not any("\r" in line for line in lines)


@given(st.text())
def test_any_text_makes_xml_that_reads_back(text: str) -> None:
    assert etree.fromstring(written(element("urn:x", "p", text))) is not None


def test_nothing_is_left_half_written_and_nothing_is_overwritten(kept, store, tmp_path) -> None:
    package = packaged(kept, store, tmp_path / "out")
    with pytest.raises(UsageError, match="is there already"):
        packaged(kept, store, tmp_path / "out")
    (document,) = [file for file in kept.files if file.name == "documents/02.pdf"]
    (tmp_path / "store" / document.key).write_bytes(b"altered")
    for target in (tmp_path / "again", tmp_path / "bags"):
        with pytest.raises(StoredObjectDamaged, match=r"02\.pdf"):
            (packaged if target.name == "again" else lambda k, s, t: write_bag(k, s, t, made=MADE))(kept, store, target)
        assert list(target.iterdir()) == []
    assert package.is_dir()


def test_the_command_writes_both_and_notes_each_dossier(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("SOHOA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SOHOA_LANG", "en")
    store = open_store(Settings.from_environment())
    for code in (CODE, "H41.12-260105-0007"):
        dossier = replace(record(code), unit=code[:6])
        keep_dossier(store, dossier, **content(dossier))
    out = tmp_path / "out"
    call = CliRunner().invoke(app, ["export", "--package", f"{out}/aip", "--bagit", f"{out}/bags", "--unit", "H40"])
    assert call.exit_code == 0
    assert [path.name for path in (out / "bags").iterdir()] == [CODE]
    assert (out / "aip" / folder_name(CODE) / "METS.xml").is_file()
    assert f'"dossier:{CODE}"' in CliRunner().invoke(app, ["audit", "list", "--json"]).stdout
    assert CliRunner().invoke(app, ["export", "--bagit", f"{out}/x", "--dossier", "H40.12-260105-9999"]).exit_code == 2
    assert CliRunner().invoke(app, ["export", "--dossier", CODE]).exit_code == 2
