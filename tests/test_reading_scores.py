"""The bench's own arithmetic: letters, words, values and confidences against a truth, by cases that can be done by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.document import Document, DocumentType, Part
from models.errors import UsageError
from models.identity import Field, FieldSource, Person, Role
from models.page import Box, PageSource, PageText, Scan
from models.record import Components
from pipeline.assemble import Understanding
from pipeline.limits import Limits
from pipeline.opener import DirectOpener
from scripts.bench_reading import rows_of
from scripts.dossier_scores import DossierScore
from scripts.reading_scores import FoundScore, Reliability, TextScore, bare_text, is_right, plain_text, words_of
from scripts.reading_tables import dossier_tables, dossier_values, text_table
from scripts.reading_truth import TruePage, jobs_of


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Họ và tên:  Lê\u0300n\n  Bình", "Họ và tên: Lền Bình"),
        ("Nơi sinh: ............... Hà Nội ………", "Nơi sinh: Hà Nội"),
        ("☐ Nam ☑ Nữ", "Nam Nữ"),
        ("Số: 0 0 1 2 0 3 | 4 5", "Số: 00120345"),
        ("ngày 5 tháng 6", "ngày 5 tháng 6"),
        ("nhiệm kỳ 2021 – 2026", "nhiệm kỳ 2021 - 2026"),
    ],
)
def test_plain_text(text: str, plain: str) -> None:
    assert plain_text(text) == plain


def test_bare_text_keeps_capitals() -> None:
    assert bare_text("ĐỒNG Ý, phố") == "DONG Y, pho"


def test_words_lose_signs_at_their_edges_and_are_counted() -> None:
    assert words_of('(Bà) "Bà" Ba; -') == {"Bà": 2, "Ba": 1}


def test_a_page_scores_letters_and_words() -> None:
    score = TextScore.of(["phố cổ Hà Nội"], "phô cổ Hà", seconds=2.0, cpu_seconds=3.0)
    assert (score.errors, score.letters, score.bare_errors) == (5, 13, 4)  # one tone, and " Nội"
    assert (score.words, score.words_read, score.words_right) == (4, 3, 2)
    assert score.rates == {
        "cer": 5 / 13, "cer_bare": 4 / 13, "word_recall": 0.5, "word_precision": 2 / 3, "seconds": 2.0,
        "cpu_seconds": 3.0,
    }  # fmt: skip


def test_the_nearer_of_two_orders_counts_and_a_page_not_read_is_all_wrong() -> None:
    assert TextScore.of(["một hai ba bốn", "một ba hai bốn"], "một ba hai bốn").errors == 0
    assert TextScore.of(["một hai"], "").rates["cer"] == 1.0


def test_pages_add_up() -> None:
    both = TextScore.of(["ab"], "ab", seconds=1.0) + TextScore.of(["cdef"], "cdxx", seconds=3.0)
    assert (both.pages, both.errors, both.letters, both.rates["seconds"]) == (2, 2, 6, 2.0)
    assert TextScore().rates["cer"] is None


def test_a_wrong_value_is_invented_and_missed() -> None:
    found = FoundScore()
    found.note(right=True)
    found.note(right=False)
    found.note(right=False, given=False)
    found.note(right=False, there=False)
    assert (found.right, found.invented, found.missed) == (1, 2, 2)
    assert found.rates == {"precision": 1 / 3, "recall": 1 / 3, "f1": 1 / 3}


@pytest.mark.parametrize(
    ("name", "truth", "given", "right"),
    [
        ("full_name", "TRẦN THỊ HÒA", "Trần Thị Hoà", True),
        ("full_name", "TRẦN THỊ HÒA", "TRẦN THỊ HOA", False),
        ("birth_date", "1960", "1960-05-01", True),
        ("birth_date", "1960-05-01", "1960", False),
        ("id_number", "001203000012", "001 203 000 012", True),
        ("residence", "Phường Cửa Nam, Thành phố Hà Nội", "P. Cửa Nam - TP Hà Nội", True),
        ("residence", "Tổ 5, Xã Mẫu", "Tổ 6, Xã Mẫu", False),
        ("sex", "female", "", False),
    ],
)
def test_is_right(name: str, truth: str, given: str, *, right: bool) -> None:
    assert is_right(name, truth, given) is right


def test_reliability_counts_each_confidence_in_its_bin() -> None:
    given = Reliability()
    for confidence, right in [(0.4, False), (0.95, True), (0.96, False), (0.99, True), (1.0, True)]:
        given.note(confidence, right=right)
    counts = {low: (share.right, share.count) for low, _, _, share in given.rows() if share.count}
    assert counts == {0.0: (0, 1), 0.95: (1, 2), 0.98: (2, 2)}
    assert given.at_least(0.95).rate == 0.75


@pytest.mark.parametrize(
    ("page", "rows"),
    [
        (TruePage(1, "digital", "notice", ("a",), born_digital=True), ("born digital",)),
        (TruePage(1, "poor", "id_card", ("a",)), ("cards", "cards: poor")),
        (TruePage(1, "", "", ("a",)), ("all scanned but cards",)),
        (
            TruePage(1, "fax", "notice", ("a",), by_hand=False, turned_clockwise=90),
            ("all scanned but cards", "level: fax", "kind: notice", "typed only", "turned"),
        ),
    ],
)
def test_rows_of(page: TruePage, rows: tuple[str, ...]) -> None:
    assert rows_of(page) == rows


def test_pdfs_with_page_one_typed_out(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.p1.gt.txt").write_text("Số: 1", encoding="utf-8")
    jobs = jobs_of(tmp_path, workspace=tmp_path, limits=Limits(), opener=DirectOpener(Limits()))
    assert [job.name for job in jobs] == ["a.pdf", "b.pdf"]
    assert jobs[0].pages[0].orders == ("Số: 1",)
    few = [
        jobs_of(tmp_path, workspace=tmp_path, limits=Limits(), opener=DirectOpener(Limits()), pages_most=1)
        for _ in range(2)
    ]
    assert few[0] == few[1]
    assert len(few[0]) == 1


def test_a_folder_without_truth_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="neither"):
        jobs_of(tmp_path, workspace=tmp_path, limits=Limits(), opener=DirectOpener(Limits()))


TRUTH = {
    "procedure": "1.000894",
    "pages": [
        {"number": 1, "level": "poor", "blank": False, "unreadable": None},
        {"number": 2, "level": "poor", "blank": True, "unreadable": None},
        {"number": 3, "level": "fax", "blank": False, "unreadable": None},
    ],
    "documents": [
        {"ordinal": 1, "type": "marriage_declaration", "pages": [1], "card": None},
        {"ordinal": 2, "type": "id_card", "pages": [3], "card": "cc"},
    ],
    "persons": [
        {
            "role": "wife", "document": 1, "optional": False,
            "fields": {
                "full_name": {"value": "LÊ THỊ MẪU", "page": 1, "handwritten": False},
                "birth_date": {"value": "1990-01-02", "page": 1, "handwritten": True},
            },
        },
        {"role": "applicant", "document": 1, "optional": True, "fields": {}},
    ],
    "components": {"missing": ["birth_notification"]},
}  # fmt: skip


def field(value: str, confidence: float, page: int = 1) -> Field:
    return Field(value, value, confidence, FieldSource.OCR, page, Box(0, 0, 1, 1))


def understood() -> Understanding:
    def paper(ordinal: int, type_: DocumentType, *pages: int) -> Document:
        return Document(ordinal, type_, 1.0, pages, Part.COMPONENT)

    wife = Person(
        Role.WIFE, 1, full_name=field("LÊ THỊ MẪU", 0.99), birth_date=field("1990-01-03", 0.7),
        id_number=field("001190000001", 0.9), residence=field("Xã Mẫu", 0.9, page=3),
    )  # fmt: skip
    papers = (paper(1, DocumentType.MARRIAGE_DECLARATION, 1, 2), paper(2, DocumentType.NOTICE, 3))
    return Understanding("1.000894", papers, (wife, Person(Role.APPLICANT, 1)), Components())


def test_a_dossier_is_scored_by_papers_components_and_fields() -> None:
    score = DossierScore()
    score.note_dossier(TRUTH, understood())
    assert (score.types.right, score.types.count) == (1, 2)
    assert score.mistaken_types == {"id_card → notice": 1}
    assert (score.grouping.right, score.grouping.count) == (2, 2)  # the blank back belongs to nobody
    assert score.missing == FoundScore(0, 0, 1)
    assert score.persons == FoundScore(1, 0, 0)  # the optional one counts neither way
    assert score.fields["full_name", "typed"] == FoundScore(1, 0, 0)
    assert score.fields["birth_date", "handwritten"] == FoundScore(0, 1, 1)
    assert score.fields["id_number", "typed"] == FoundScore(0, 1, 0)  # the paper holds none
    assert score.fields["residence", "typed"] == FoundScore()  # taken from another paper: not judged here
    assert score.by_level["poor", "full_name"] == FoundScore(1, 0, 0)
    assert score.reliability["birth_date"].given == [(0.7, False)]


def test_pages_are_scored_by_turn_blank_and_rejection() -> None:
    def read(number: int, **found: object) -> PageText:
        return PageText(Scan(number, PageSource("a.pdf", "", number), Path("a.pdf")), 1, 1, **found)  # type: ignore[arg-type]  # a test's shorthand

    truths = [
        TruePage(1, "poor", "notice", ("a",), turned_clockwise=90),
        TruePage(2, "poor", "", (), blank=True),
        TruePage(3, "poor", "notice", (), unreadable="black"),
        TruePage(4, "poor", "notice", ("a",)),
    ]
    pages = {1: read(1, rotation_degrees=270), 2: read(2), 3: read(3, blank=True), 4: read(4, rejection="blurred")}
    score = DossierScore()
    score.note_pages(truths, pages)
    assert (score.rotation.right, score.rotation.count, score.rotation_of_turned.right) == (2, 2, 1)
    assert score.blank == FoundScore(0, 0, 1)
    assert score.rejected == FoundScore(1, 1, 0)


def test_tables_and_json_say_the_same() -> None:
    score = DossierScore()
    score.note_dossier(TRUTH, understood())
    findings, fields, levels, reliability = dossier_tables(score)
    assert "| document type | 2 | 50.0 |  |  |  |" in findings
    assert "| full_name | 1 | 100.0 | 100.0 | 100.0 | 0 | – | – | – |" in fields
    assert "| poor | 100.0 | – | – | 0.0 |" in levels
    assert "Of fields given at ≥ 0.95, 100.0 % of 1 are right" in reliability
    assert json.loads(json.dumps(dossier_values(score)))["types"] == 0.5
    table = text_table({"sohoa": {"cards": TextScore.of(["ab"], "ax", seconds=1.5)}})
    assert table.splitlines()[2] == "| cards | sohoa | 1 | 50.0 | 50.0 | 0.0 | 0.0 | 1.5 | 0.0 |"
