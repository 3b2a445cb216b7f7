"""Records for tests of storage: one believable dossier, and any record that hypothesis can think of. All fictitious."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from models.acceptance import Acceptance
from models.document import Document, DocumentType, Part
from models.identity import FIELD_NAMES, Field, FieldSource, Person, Role
from models.match import Decision, Evidence
from models.outcome import PageOutcome, Reason, Status, Verdict
from models.page import Box, PageSource
from models.record import Components, DossierRecord, MatchedPerson, PageRecord

CODE = "H40.12-260105-0007"
ORIGINAL = b"%PDF-1.7 the scan of a birth dossier"
PAGE_TEXTS = (
    "TỜ KHAI ĐĂNG KÝ KHAI SINH\nHọ, chữ đệm, tên: NGUYỄN THỊ HƯỜNG\nSố định danh: 036 185 012 345",
    "GIẤY CHỨNG SINH\nHọ và tên mẹ: Nguyễn Thị Hường",
    "",
    "Số: 47/TLKS-BS\nGIẤY KHAI SINH\nNguyễn Văn Mẫu",
)


def read(value: str, page: int = 1, source: FieldSource = FieldSource.OCR) -> Field:
    return Field(value, value.title(), 0.93, source, page, Box(120, 340, 400, 38))


def record(code: str = CODE, **changes) -> DossierRecord:
    """A birth dossier of four pages, the third a blank back; keyword arguments replace what it holds."""
    unit, day, _ = code.rsplit("-", 2)
    source = PageSource(f"{code}.pdf", hashlib.sha256(ORIGINAL).hexdigest(), 1)
    pages = tuple(
        PageRecord(
            number=number,
            source=replace(source, page=number),
            rotation_degrees=0,
            skew_degrees=0.35,
            blank=not text,
            mean_confidence=0.91,
            outcome=PageOutcome.DIGITIZED,
            reason=None,
            text=text,
        )
        for number, text in enumerate(PAGE_TEXTS, start=1)
    )
    mother = Person(
        Role.MOTHER, 1, full_name=read("NGUYỄN THỊ HƯỜNG"), birth_date=read("1985-03-12"), sex=read("female"),
        id_number=read("036185012345", source=FieldSource.QR),
    )  # fmt: skip
    decision = Decision(Verdict.MATCHED, "036185012345", 0.9999, (Evidence("id_number", "equal", 19.2),))
    child = Person(Role.CHILD, 3, full_name=read("NGUYỄN VĂN MẪU", page=4))
    required = (DocumentType.BIRTH_DECLARATION, DocumentType.BIRTH_NOTIFICATION)
    whole = DossierRecord(
        dossier_code=code,
        unit=unit,
        procedure="1.001193",
        received_on=date(2000 + int(day[:2]), int(day[2:4]), int(day[4:])),
        status=Status.DIGITIZED,
        pages=pages,
        documents=(
            Document(1, DocumentType.BIRTH_DECLARATION, 0.98, (1,), Part.COMPONENT),
            Document(2, DocumentType.BIRTH_NOTIFICATION, 0.95, (2, 3), Part.COMPONENT),
            Document(
                3, DocumentType.BIRTH_CERTIFICATE, 0.99, (4,), Part.RESULT,
                number="47/TLKS-BS", issued_on=date(2026, 1, 6), issued_by="UBND XÃ MẪU ĐÔNG", title="GIẤY KHAI SINH",
            ),
        ),
        persons=(
            MatchedPerson(mother, decision),
            MatchedPerson(child, Decision(Verdict.UNMATCHED, None, 0.0)),
        ),
        components=Components(required=required),
    )  # fmt: skip
    return replace(whole, **changes)


def content(of: DossierRecord, **changes) -> dict:
    """What keep_dossier is given beside the record."""
    pages = {page.number: b"\xff\xd8 page %d" % page.number for page in of.pages}
    documents = {document.ordinal: b"%%PDF-1.7 document %d" % document.ordinal for document in of.documents}
    return {
        "originals": {hashlib.sha256(ORIGINAL).hexdigest(): ORIGINAL},
        "pages": pages,
        "documents": documents,
    } | changes


texts = st.text(max_size=20)  # with lone surrogates, as file names that are no UTF-8 have
names = st.none() | texts
shares = st.floats(0, 1)
counts = st.integers(0, 5000)
digests = st.text("0123456789abcdef", min_size=64, max_size=64)
fields = st.builds(
    Field, texts, texts, shares, st.sampled_from(FieldSource), counts, st.builds(Box, counts, counts, counts, counts)
)
persons = st.builds(
    Person, role=st.sampled_from(Role), document=counts, **dict.fromkeys(FIELD_NAMES, st.none() | fields)
)
weights = st.floats(allow_nan=False, allow_infinity=False)
decisions = st.builds(
    Decision,
    st.sampled_from(Verdict),
    names,
    shares,
    st.lists(st.builds(Evidence, texts, texts, weights), max_size=2).map(tuple),
    names,
)
page_records = st.builds(
    PageRecord,
    number=counts,
    source=st.builds(PageSource, texts, digests, counts),
    rotation_degrees=st.sampled_from([0, 90, 180, 270]),
    skew_degrees=weights,
    blank=st.booleans(),
    mean_confidence=shares,
    outcome=st.sampled_from(PageOutcome),
    reason=st.none() | st.sampled_from(Reason).map(str),
    text=texts,
    warnings=st.lists(st.sampled_from(Reason).map(str), max_size=2).map(tuple),
)
documents = st.builds(
    Document,
    ordinal=counts,
    type=st.sampled_from(DocumentType),
    confidence=shares,
    pages=st.lists(counts, max_size=3).map(tuple),
    part=st.sampled_from(Part),
    number=names,
    issued_on=st.none() | st.dates(),
    issued_by=names,
    title=names,
    certified_copy=st.booleans(),
)
acceptances = st.builds(
    Acceptance, texts, st.none() | counts, st.lists(texts, max_size=2).map(tuple), texts, texts, texts
)
kinds = st.lists(st.sampled_from(DocumentType), max_size=3).map(tuple)
records = st.builds(
    DossierRecord,
    dossier_code=texts,
    unit=texts,
    procedure=names,
    received_on=st.dates(),
    status=st.sampled_from(Status),
    pages=st.lists(page_records, max_size=3).map(tuple),
    documents=st.lists(documents, max_size=2).map(tuple),
    persons=st.lists(st.builds(MatchedPerson, persons, decisions), max_size=2).map(tuple),
    components=st.builds(Components, kinds, kinds),
    reasons=st.lists(texts, max_size=2).map(tuple),
    accepted=st.lists(acceptances, max_size=2).map(tuple),
    schema_version=st.just(1),
)
