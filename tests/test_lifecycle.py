"""Lifecycle data: rows and packets as they come, what is wrong with each, and that sending again changes nothing."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models.errors import UsageError
from models.lifecycle import Channel, LifecycleStatus, SubmittedPaper
from models.rates import Count
from storage import keys, lifecycle_forms
from storage.archive import KeptDossier, keep_dossier
from storage.database import open_database
from storage.folder import FolderStore
from storage.index import Index
from storage.lifecycle import RowError, lifecycle_of, rebuild_lifecycle, take_in
from storage.lifecycle_forms import read_rows, read_source
from storage.lifecycle_json import lifecycle_from_json, lifecycle_json
from storage.rates import RateBy, rates
from storage.rebuild import rebuild_index
from storage.tables import LIFECYCLE, RATE_FACTS
from storage.verification import verify
from tests import records

CODE = records.CODE
NOW = datetime(2026, 2, 1, 8, 30, tzinfo=UTC)
CSV = f"""dossier_code,status,received_at,appointed_at,resolved_at,channel,procedure,clerk,reused,electronic_result
{CODE},10,2026-01-05 08:10,2026-01-12,2026-01-08 16:00,2,1.001193,an.nt,birth_notification,1
H40.12-260105-0008,4,20260105081500,12/01/2026,,1,,an.nt,,
""".encode()
PACKET = {
    "MaHoSo": CODE, "MaTTHC": "1.001193.000.00.00.H40", "KenhThucHien": "2", "LoaiDoiTuong": "1", "ChuHoSo": "NGUYỄN THỊ MẪU",
    "SoGiayToChuHoSo": "036185012345", "NgayTiepNhan": "20260105081000", "NgayHenTra": "20260112170000",
    "NgayTra": "20260108160000", "TrangThaiHoSo": "10", "TaiKhoanDuocXacThucVoiVNeID": "1",
    "TaiLieuNop": [
        {"TenTepDinhKem": "nguyen thi mau.pdf", "MaThanhPhanHoSo": "TP1", "DuocSoHoa": "1", "DuocTaiSuDung": "0", "IsDeleted": "0"},
        {"MaThanhPhanHoSo": "TP1", "DuocSoHoa": 0, "DuocTaiSuDung": 0},
        {"MaThanhPhanHoSo": "TP2", "DuocSoHoa": "0", "DuocTaiSuDung": "1", "DuocLayTuKhoDMQG": "1"},
        {"MaThanhPhanHoSo": "TP3", "DuocSoHoa": "1", "IsDeleted": "1"},
    ],
    "DanhSachGiayToKetQua": [{"TenGiayTo": "Giấy khai sinh", "MaGiayToKetQua": "KQ.G15.000031", "DuongDanTepTinKetQua": "/k/mau.pdf"}],
    "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "036185012345"}],
}  # fmt: skip


def at(day, *time):
    return datetime(2026, 1, day, *time)  # noqa: DTZ001 - Vietnam's time


def load(store, database, content, *, when=NOW):
    content = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    taken = take_in(store, database, read_rows(content, name="vong-doi"), arrived_at=when)
    return taken.rows, taken.taken_in, taken.unchanged, len(taken.errors)


def everything(database):
    with database.reading() as connection:
        return [sorted(map(repr, connection.execute(select(table)))) for table in (LIFECYCLE, RATE_FACTS)]


def test_a_packet_is_read():
    (row,) = read_rows(json.dumps(PACKET).encode(), name="p")
    told = row.lifecycle
    assert (told.dossier_code, told.status, told.channel) == (CODE, LifecycleStatus.RETURNED, Channel.ONLINE)
    assert (told.received_at, told.finished_at) == (at(5, 8, 10), at(8, 16))
    assert told.updated_at == at(8, 16)  # the latest time that it holds, but for the appointment
    assert told.papers == (SubmittedPaper("TP1"), SubmittedPaper("TP2", reused=True, from_store=True))
    assert (told.electronic_result, told.population_data, told.reused) == (True, True, True)


def test_nobody_is_named_in_what_is_kept(store, database):
    load(store, database, PACKET)
    (stat,) = store.under(keys.LIFECYCLE)
    kept = store.get(stat.key).decode()
    for personal in ("MẪU", "mau", "036185012345"):
        assert personal not in kept


def test_rows_and_packets_are_told_apart_in_any_wrapping():
    many = [
        read_rows(json.dumps(form).encode(), name="p")
        for form in ([PACKET, PACKET], {"dossier_code": CODE, "status": 2, "received_at": "2026-01-05"})
    ]
    assert [len(list(rows)) for rows in many] == [2, 1]
    lines = (json.dumps(PACKET) + "\n" + json.dumps(PACKET) + "\n").encode()
    assert [row.number for row in read_rows(lines, name="p")] == [1, 2]
    semicolons = CSV.decode().replace(",", ";").encode("utf-16")
    assert [row.lifecycle is not None for row in read_rows(semicolons, name="c")] == [True, True]


def test_what_is_sent_again_or_older_changes_nothing(store, database):
    assert load(store, database, CSV) == (2, 2, 0, 0)
    before, objects = everything(database), len(list(store.under()))
    assert load(store, database, CSV, when=datetime(2026, 3, 1, tzinfo=UTC)) == (2, 0, 2, 0)
    older = {"dossier_code": CODE, "status": 4, "received_at": "2026-01-05 08:10"}
    assert load(store, database, older) == (1, 0, 1, 0)
    assert (everything(database), len(list(store.under()))) == (before, objects)
    assert load(store, database, {**older, "updated_at": "2026-02-01"}) == (1, 1, 0, 0)
    assert lifecycle_of(database, CODE).status is LifecycleStatus.IN_PROGRESS


def test_the_end_does_not_depend_on_the_order_of_packets(store, database):
    told = [
        {"dossier_code": CODE, "status": status, "received_at": "2026-01-05 08:10", "updated_at": at}
        for status, at in ((2, "2026-01-05 08:10"), (4, "2026-01-06"), (9, "2026-01-08"), (10, "2026-01-08"))
    ]
    for order in permutations(told):
        load(store, database, list(order))
        assert lifecycle_of(database, CODE).status is LifecycleStatus.RETURNED


def test_good_rows_come_in_beside_wrong_ones(store, database):
    wrong = (
        CSV
        + b"H40.12-260105-0009,12,yesterday,,,9,x,An Nguyen,,maybe\nH40,2,2026-01-05,,,,,,,\nH40.12-260105-0010,,,,,,,,,\n"
    )
    taken = take_in(store, database, read_rows(wrong, name="c"), arrived_at=NOW)
    assert (taken.rows, taken.taken_in, taken.unchanged) == (5, 2, 0)
    assert [(error.row, error.column) for error in taken.errors] == [
        (4, "electronic_result"), (4, "status"), (4, "received_at"), (4, "procedure"), (4, "channel"), (4, "clerk"),
        (5, "dossier_code"), (6, "status"),
    ]  # fmt: skip
    assert taken.errors[-1] == RowError(6, "status", "needs a status from 1 to 10", "cần trạng thái từ 1 đến 10")
    (row,) = read_rows(b'[{"MaHoSo": "x", "TrangThaiHoSo": 2, "NgayTiepNhan": "20260105"}]', name="p")
    assert row.complaints[0][0] == "MaHoSo"  # told by the sender's own name


@pytest.mark.parametrize(
    "content",
    [b"dossier_code,stat\n", b"\xff\xffx", b'{"MaHoSo": ', b'dossier_code,status\n"x', b"", b"[" * 100_000],
)
def test_what_is_no_lifecycle_data_is_one_error(content):
    with pytest.raises(UsageError) as caught:
        list(read_rows(content, name="c.csv"))
    assert "c.csv" in str(caught.value)
    assert "c.csv" in caught.value.vi


@pytest.mark.parametrize("packet", [1, {}, {"MaHoSo": CODE, "TaiLieuNop": "x"}, {"MaHoSo": [], "TrangThaiHoSo": {}}])
def test_odd_packets_are_complained_of(packet):
    (row,) = read_rows(json.dumps([packet]).encode(), name="p")
    assert row.lifecycle is None
    assert row.complaints


def test_a_rebuild_restores_it_and_record_and_word_are_counted_as_one(store, database):
    record = records.record()
    load(store, database, CSV)
    (row,) = rates(database, by=RateBy.MONTH)
    assert (
        row.received,
        row.to_json()["fully_digitized"],
        row.to_json()["resolved"],
        row.to_json()["with_record"],
    ) == (2, 0, 1, 0)
    Index(database).put(keep_dossier(store, record, **records.content(record)))
    (row,) = rates(database, by=RateBy.MONTH)
    told = row.to_json()
    assert (told["received"], told["fully_digitized"], told["reused"], told["with_lifecycle"]) == (2, 1, 1, 2)
    before = everything(database)
    with database.writing() as connection:
        for table in (LIFECYCLE, RATE_FACTS):
            connection.execute(table.delete())
    Index(database).remove(CODE)
    rebuild_index(store, database)
    assert everything(database) == before
    assert not [finding for finding in verify(store, database).findings if finding.subject.startswith(keys.LIFECYCLE)]


def test_a_damaged_object_is_named_and_takes_nothing_away(store, database):
    load(store, database, CSV)
    before = everything(database)
    (stat,) = store.under(keys.LIFECYCLE)
    store.put(stat.key, b"{}")
    assert rebuild_lifecycle(store, database) == (stat.key,)
    assert everything(database) == before
    assert str(verify(store, database).findings[0].kind) == "damaged"


def test_record_and_word_at_the_same_moment_are_both_counted(tmp_path, database_url):
    """Two writers of one dossier on two connections: whoever ends last has seen the other."""
    codes = [f"H40.12-260105-{number:04d}" for number in range(1, 9)]
    told = [{"dossier_code": code, "status": 9, "received_at": "2026-01-05", "clerk": "an"} for code in codes]
    start = threading.Barrier(2)

    def scanned():
        database = open_database(database_url)
        start.wait()
        for code in codes:
            Index(database).put(KeptDossier(records.record(code), 1, (), "", code))
        database.close()

    def informed():
        database = open_database(database_url)
        start.wait()
        for packet in told:
            load(FolderStore(tmp_path / "store"), database, packet)
        database.close()

    threads = [threading.Thread(target=scanned), threading.Thread(target=informed)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database = open_database(database_url)
    (row,) = rates(database, by=RateBy.CLERK)
    both = Count.RECORD | Count.LIFECYCLE | Count.FULL | Count.RESULT
    assert (row.key, row.received, row.number(both)) == ("an", 8, 8)
    database.close()


cells = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([CODE, "20260105", "9"])
)
values = cells | st.lists(cells | st.dictionaries(st.sampled_from(["MaThanhPhanHoSo", "DuocSoHoa"]), cells), max_size=3)
packets = cells | st.dictionaries(st.sampled_from([*PACKET, "NgayCapNhat"]) | st.text(max_size=5), values, max_size=12)


@settings(deadline=None)
@given(packets)
def test_no_packet_surprises(packet):
    row = read_source(1, packet)
    assert (row.lifecycle is None) == bool(row.complaints)
    if row.lifecycle:
        assert lifecycle_from_json(json.loads(lifecycle_json(row.lifecycle))) == row.lifecycle
        assert read_source(1, json.loads(json.dumps(row.source))).lifecycle == row.lifecycle


@settings(deadline=None)
@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(lambda text: f"dossier_code,status\n{text}".encode("utf-8", "replace"))
)
def test_no_file_surprises(content):
    try:
        rows = list(read_rows(content, name="c"))
    except UsageError:  # no lifecycle data at all
        rows = []
    assert all((row.lifecycle is None) == bool(row.complaints) for row in rows)


def test_packets_one_a_line_take_time_by_their_number_not_by_its_square():
    """A year of a province is a million lines; each used to copy what was left of the file four times."""
    content = ("\n".join([json.dumps(PACKET)] * 20_000) + "\n").encode()
    began = time.process_time()
    text = lifecycle_forms._decoded(content, "packets.json")
    assert sum(1 for _ in lifecycle_forms._packets(text, "packets.json")) == 20_000
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"dossier_code,status,recieved_at\n", "recieved_at"),
        ("H40.12-260105-0007,10,NGUYỄN THỊ MẪU,036185012345\n".encode(), "#3"),
        (b'{"MaHoSo":' + b"9" * 5000 + b"}", "no JSON after packet 0"),
    ],
)
def test_what_is_no_lifecycle_data_is_refused_without_repeating_it(content, told):
    """The API gives the complaint back, where what was sent is never repeated."""
    with pytest.raises(UsageError) as refused:
        list(read_rows(content, name="body"))
    assert told in str(refused.value)
    assert "036185012345" not in str(refused.value) + refused.value.vi
    assert "nguyễn" not in str(refused.value) + refused.value.vi
