"""The index on SQLite and PostgreSQL: what a record puts in, what a search finds first, what a rebuild restores."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from models.errors import StorageUnreachable, UsageError
from models.outcome import Status
from storage.archive import KeptDossier, keep_dossier
from storage.database import open_database
from storage.feed import carry_changes
from storage.folder import FolderStore
from storage.index import Index
from storage.journal import Journal
from storage.ledger import Arrival, Balance, Ledger, PageState
from storage.rebuild import Rebuilt, rebuild_index
from storage.schema import SCHEMA_VERSION, create_tables
from storage.search import Hit, search
from storage.tables import METADATA
from storage.verification import Finding, FindingKind, verify
from tests import records

OF_RECORDS = {"dossiers", "pages", "documents", "persons", "search_text"}


def kept(record=None, revision=1):
    record = record or records.record()
    return KeptDossier(record, revision, (), "f" * 64, f"{revision:064d}")


def paged(code, *texts):
    """A dossier of one person, with pages of these texts."""
    record = records.record(code)
    pages = tuple(replace(record.pages[0], number=n, text=text) for n, text in enumerate(texts, start=1))
    return kept(replace(record, pages=pages, documents=(), persons=()))


def rows(database, tables=None):
    """Everything in the index's tables, without the numbers that the database gives and how a segment is being carried."""
    found = {}
    with database.reading() as connection:
        for name, table in METADATA.tables.items():
            if name in tables if tables else name != "segment_ends":
                columns = [column for column in table.columns if column.name != "id"]
                found[name] = sorted(map(repr, connection.execute(select(*columns))))
    return found


def test_a_record_is_listed_and_taken_in_once(database):
    index = Index(database)
    assert index.put(kept())
    before = rows(database)
    assert not index.put(kept())
    assert rows(database) == before
    (row,) = index.dossiers()
    assert (row.dossier_code, row.unit, row.status, row.procedure) == (records.CODE, "H40.12", "digitized", "1.001193")
    assert (row.page_count, row.document_count, row.person_count, row.matched_count) == (4, 3, 2, 1)
    assert (row.reasons, row.missing, row.revision) == ((), (), 1)
    assert index.persons(records.CODE) == (
        ("mother", "NGUYỄN THỊ HƯỜNG", "matched"),
        ("child", "NGUYỄN VĂN MẪU", "unmatched"),
    )
    assert index.dossiers(status="review") == ()
    assert index.dossiers(codes=["H40.12-260105-9999"]) == ()


def test_a_later_revision_replaces_and_an_earlier_does_not(database):
    index = Index(database)
    index.put(kept(replace(records.record(), status=Status.REVIEW, reasons=("low_confidence", "blurred")), revision=2))
    before = rows(database)
    assert not index.put(kept(revision=1))
    assert rows(database) == before
    assert index.dossiers()[0].reasons == ("low_confidence", "blurred")
    assert index.put(kept(revision=3))
    assert index.dossiers()[0].status == "digitized"
    assert len(search(database, "Nguyễn Thị Hường")) == 2


def test_a_removed_dossier_leaves_nothing(database):
    empty = rows(database, OF_RECORDS)
    index = Index(database)
    index.put(kept())
    index.remove(records.CODE)
    assert rows(database, OF_RECORDS) == empty
    assert search(database, "nguyen") == ()


def test_odd_text_is_taken_in(database):
    # NUL and lone surrogates, which databases refuse; a word longer than PostgreSQL takes; a megabyte of text
    odd = paged(records.CODE, "a\0b c\udcffd", "x" * 5000, "từ " * 400_000, "'quote' \\ : & | ! <->")
    Index(database).put(odd)
    assert [hit.page for hit in search(database, "từ từ")] == [3]
    assert [hit.page for hit in search(database, "quote")] == [4]


EXACT = "H40.12-260105-0001"
FOLDED = "H40.12-260105-0002"
APART = "H40.12-260105-0003"
OTHER = "H40.12-260105-0004"


@pytest.fixture
def searchable(database):
    index = Index(database)
    index.put(paged(FOLDED, "Bà Nguyên Thi Hương"))
    index.put(paged(APART, "Ông Nguyễn Văn A và bà Trần Thị B ở phố Hường", "Hà Đông"))
    index.put(paged(EXACT, "dòng đầu\nHọ tên: NGUYỄN THỊ HƯỜNG, sinh năm 1985\ndòng cuối"))
    index.put(paged(OTHER, "Số: 47/QĐ-UBND ngày 05/01/2026\nxã Hoà Bình, đường Đặng Thuỳ Trâm"))
    return database


FOUND = {
    "Nguyễn Thị Hường": [(EXACT, 1, 0), (APART, 1, 1), (FOLDED, 1, 2)],
    "nguyễn thị hường": [(EXACT, 1, 0), (APART, 1, 1), (FOLDED, 1, 2)],
    "Nguye\u0302\u0303n Thi\u0323 Hươ\u0300ng": [(EXACT, 1, 0), (APART, 1, 1), (FOLDED, 1, 2)],
    "nguyen thi huong": [(EXACT, 1, 2), (FOLDED, 1, 2), (APART, 1, 3)],
    "Nguyên Thi Hương": [(FOLDED, 1, 0), (EXACT, 1, 2), (APART, 1, 3)],
    "47/QĐ-UBND": [(OTHER, 1, 0)],
    "47/qd-ubnd": [(OTHER, 1, 2)],
    "hòa bình": [(OTHER, 1, 0)],
    "dang thuy tram": [(OTHER, 1, 2)],
    "đông": [(APART, 2, 0), (EXACT, 1, 2)],
    "dong": [(EXACT, 1, 2), (APART, 2, 2)],
    EXACT: [(EXACT, 1, 0)],
    "h40.12-260105": [(code, 1, 0) for code in (EXACT, FOLDED, APART, OTHER)],
    "hương OR nguyễn": [],
    '"': [],
    "* NOT": [],
    "": [],
}


def test_search_finds_bare_letters_and_ranks_exact_tones_first(searchable):
    found = {query: [(hit.dossier_code, hit.page, hit.rank) for hit in search(searchable, query)] for query in FOUND}
    assert found == FOUND


syllables = st.sampled_from(
    ["Nguyễn", "nguyên", "NGUYEN", "thị", "Thi", "hòa", "hoà", "đ", "47/QĐ", "x-y", "1.2", "\n"]
)
phrases = st.lists(syllables, min_size=1, max_size=6).map(" ".join)


def test_both_databases_find_the_same(tmp_path, empty_postgresql):
    databases = [open_database(f"sqlite:///{tmp_path / 'i.db'}"), open_database(empty_postgresql)]

    @settings(max_examples=25, deadline=None)
    @given(st.lists(phrases, min_size=1, max_size=4), st.lists(phrases, min_size=1, max_size=3))
    def same(pages, queries):
        for database in databases:
            Index(database).remove(records.CODE)
            Index(database).put(paged(records.CODE, *pages))
        for query in queries:
            first, second = (search(database, query) for database in databases)
            assert first == second

    same()
    for database in databases:
        database.close()


def test_search_shows_the_place_and_keeps_the_limit(searchable):
    assert search(searchable, "thị hường", limit=1) == (
        Hit(EXACT, 1, "Họ tên: NGUYỄN THỊ HƯỜNG, sinh năm 1985 dòng cuối", 0),
    )
    long = paged("H40.12-260105-0005", "đầu " * 100 + "Lò Thị Mẫu" + " cuối" * 100)
    Index(searchable).put(long)
    (hit,) = search(searchable, "lo thi mau")
    assert "Lò Thị Mẫu" in hit.snippet
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")
    assert len(hit.snippet) < 130


def test_search_finds_a_person_by_id_number(database):
    Index(database).put(kept())
    for query in ("036185012345", "036 185 012 345", "036.185.012.345", "nguyễn thị hường 036185012345"):
        (first, *_) = search(database, query)
        assert (first.dossier_code, first.page) == (records.CODE, 1)


def digitized(database, store, code, *, batch, fingerprint="f", **changes):
    """What the shell does with a dossier, without reading it."""
    record = records.record(code, **changes)
    ledger, journal = Ledger(database), Journal(database, store)
    ledger.enter(arrival(record), fingerprint="", batch=batch)
    ledger.move(code, PageState.STORED)
    journal.carry(code)
    ledger.move(code, PageState.READ)
    kept = keep_dossier(store, record, **records.content(record), fingerprint=fingerprint)
    Index(database).put(kept)
    ledger.close(kept.record, fingerprint=fingerprint, batch=batch)
    journal.carry(code)


def arrival(record):
    pages = tuple((page.number, page.source) for page in record.pages)
    return Arrival(record.dossier_code, pages, announced_pages=4)


def emptied(database):
    """The database without a row, as after its loss."""
    with database.writing() as connection:
        for table in reversed(METADATA.sorted_tables):
            connection.execute(table.delete())
        connection.execute(text("DELETE FROM search_words"))
        create_tables(connection)


def test_an_index_rebuilt_from_nothing_equals_the_one_before_its_ledger_too(database, store):
    ledger, journal = Ledger(database), Journal(database, store)
    codes = [f"H40.12-260105-{n:04d}" for n in range(5)]
    first = ledger.start_batch()
    for code in codes[:4]:
        digitized(database, store, code, batch=first)
    ledger.finish_batch(first, "interrupted")
    second = ledger.start_batch()
    ledger.announce([arrival(records.record(codes[2])), arrival(records.record(codes[4]))], batch=second)
    digitized(database, store, codes[2], batch=second, fingerprint="g", unit="H40")
    ledger.enter(arrival(records.record(codes[4])), fingerprint="", batch=second)  # killed after its originals rest
    ledger.move(codes[4], PageState.STORED)
    ledger.enter(arrival(records.record(codes[3])), fingerprint="", batch=second)
    ledger.pend(codes[3], "storage_unreachable", batch=second)
    ledger.finish_batch(second)
    journal.carry_all()
    carry_changes(store, database)
    before, balance = rows(database), ledger.balance()
    assert balance == Balance(scanned=20, digitized=12, rejected=0, in_flight=8)
    emptied(database)
    assert rebuild_index(store, database).taken_in == 4
    assert rows(database) == before
    assert ledger.balance() == balance
    assert ledger.already_done(codes[2], "g") is Status.DIGITIZED
    assert ledger.already_done(codes[3], "f") is None
    digitized(database, store, codes[0], batch=ledger.start_batch(), unit="H40")  # its counter goes on behind the rows
    assert verify(store, database).is_sound


def test_a_rebuilt_index_forgets_what_the_store_does_not_hold(database, store):
    digitized(database, store, records.CODE, batch="b")
    Index(database).put(kept(records.record("H40.12-260105-9999")))
    assert [str(f.kind) for f in verify(store, database).findings] == ["not_stored"]
    rebuilt = rebuild_index(store, database)
    assert (rebuilt.found, rebuilt.taken_in, rebuilt.forgotten) == (1, 0, 1)
    assert verify(store, database).is_sound


def test_a_record_without_a_journal_is_known_as_done(database, store):
    record = records.record()
    keep_dossier(store, record, **records.content(record), fingerprint="f")
    rebuild_index(store, database)
    assert Ledger(database).already_done(records.CODE, "f") is Status.DIGITIZED
    assert Ledger(database).balance() == Balance(scanned=4, digitized=4, rejected=0, in_flight=0)


def test_a_damaged_record_stops_no_rebuild_and_stays_indexed(database, tmp_path):
    store, index = FolderStore(tmp_path / "store"), Index(database)
    codes = [f"H40.12-260105-{n:04d}" for n in range(3)]
    for code in codes:
        record = records.record(code)
        index.put(keep_dossier(store, record, **records.content(record)))
    key = f"dossiers/H40.12/{codes[1]}/record.json"
    store.put(key, b"{}")
    index.remove(codes[2])
    assert rebuild_index(store, database) == Rebuilt(found=2, taken_in=1, forgotten=0, damaged=(key,))
    assert [row.dossier_code for row in index.dossiers()] == codes


def test_verify_names_every_loss(database, tmp_path):
    store, index = FolderStore(tmp_path / "store"), Index(database)
    codes = [f"H40.12-260105-{n:04d}" for n in range(3)]
    for code in codes:
        record = records.record(code)
        index.put(keep_dossier(store, record, **records.content(record), fingerprint="f"))
    sound = verify(store, database)
    assert (sound.dossiers, sound.objects, sound.findings) == (3, 3 * 13 + 1, ())
    assert sound.bytes_read == sum(stat.size for stat in store.under())
    prefixes = [f"dossiers/H40.12/{code}/" for code in codes]
    original = next(stat.key for stat in store.under("originals/"))
    store.delete(prefixes[0] + "documents/01.pdf")
    store.put(prefixes[0] + "pages/0002.jpg", b"altered")
    store.put(prefixes[1] + "record.json", store.get(prefixes[1] + "record.json").replace(b"1985", b"1986"))
    store.put(prefixes[1] + "pages/0009.jpg", b"left by a run that was cut off")
    store.delete(prefixes[2] + "revisions/0001.json")
    store.put(original, b"altered")
    index.remove(codes[2])
    found = verify(store, database)
    assert not found.is_sound
    assert set(found.findings) == {
        Finding(FindingKind.MISSING, prefixes[0] + "documents/01.pdf"),
        Finding(FindingKind.DAMAGED, prefixes[0] + "pages/0002.jpg"),
        Finding(FindingKind.DAMAGED, prefixes[1] + "record.json"),
        Finding(FindingKind.NOT_INDEXED, codes[1]),
        Finding(FindingKind.UNREFERENCED, prefixes[1] + "pages/0009.jpg"),
        Finding(FindingKind.MISSING, prefixes[2] + "revisions/0001.json"),
        Finding(FindingKind.NOT_INDEXED, codes[2]),
        Finding(FindingKind.DAMAGED, original),
    }


def _put_many(url, numbers):
    database = open_database(url)
    for number in numbers:
        Index(database).put(kept(records.record(f"H40.12-260105-{number:04d}")))
    database.close()


def test_several_processes_write_at_once(database_url):
    # All write the same dossiers into a database that none has seen before.
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_put_many, args=(database_url, range(8))) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    database = open_database(database_url)
    assert len(Index(database).dossiers()) == 8
    assert len(search(database, "Nguyễn Thị Hường", limit=100)) == 16
    database.close()


def test_a_database_of_another_version_is_refused(database_url):
    database = open_database(database_url)
    with database.writing() as connection:
        connection.execute(SCHEMA_VERSION.update().values(version=99))
    database.close()
    with pytest.raises(UsageError, match="rebuild-index"):
        open_database(database_url)


@pytest.mark.parametrize("url", ["no url", "mysql://localhost/x", "oracle+nothing://x"])
def test_other_databases_are_refused(url):
    with pytest.raises(UsageError):
        open_database(url)


def test_a_database_that_does_not_answer_is_told(tmp_path):
    for url in (f"postgresql://sohoa:pass-word@/x?host={tmp_path}", f"sqlite:///{tmp_path}"):
        with pytest.raises(StorageUnreachable) as told:
            open_database(url)
        assert "pass-word" not in str(told.value)
