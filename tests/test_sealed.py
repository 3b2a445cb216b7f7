"""Sealed objects: opened byte for byte by who has the key, and by nobody else; altered, swapped and shortened ones are told."""

from __future__ import annotations

import hashlib
import io
import secrets
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.document import Document, DocumentType, Part
from models.errors import StoredObjectDamaged, UsageError
from models.settings import Settings
from storage import keys, sealed
from storage.archive import fetch, keep_dossier, keep_original, load_kept
from storage.database import open_database
from storage.folder import FolderStore
from storage.index import Index
from storage.moved_cards import move_cards
from storage.objects import ObjectMissing, ObjectStore
from storage.opening import open_store
from storage.seal_mark import mark_sealed, open_store_to_keep
from storage.sealed import SealedStore
from storage.verification import verify
from tests.commands import sohoa
from tests.records import CODE, ORIGINAL, content, record

KEY, OLD_KEY = b"k" * 32, b"o" * 32
NAME = "identity/H40.12/H40.12-260105-0007/pages/0002.jpg"


@pytest.fixture
def vault(store):
    return SealedStore(store, [KEY])


@pytest.fixture
def small_frames(monkeypatch):
    """Frames of ten bytes, so that small contents have many."""
    monkeypatch.setattr(sealed, "_FRAME_BYTES", 10)
    monkeypatch.setattr(sealed, "_SEALED_FRAME", 26)


def test_what_rests_is_sealed_and_what_is_read_is_what_was_kept(vault, store) -> None:
    face = b"\xff\xd8 the face of a citizen " * 4
    assert vault.put_if_absent(NAME, face, sha256=hashlib.sha256(face).hexdigest())
    assert not vault.put_if_absent(NAME, b"other")
    assert not vault.put(NAME, face)  # the very same rests there
    assert face not in store.get(NAME)
    assert vault.get(NAME) == face
    assert vault.stat(NAME).size == len(face)
    assert vault.put(NAME, b"a new face")
    assert vault.get(NAME) == b"a new face"
    assert vault.link(NAME, seconds=60, media_type="image/jpeg", name="a.jpg") is None
    with pytest.raises(StoredObjectDamaged, match="announced"):
        vault.put_if_absent(NAME + "2", face, sha256="0" * 64)
    with pytest.raises(ObjectMissing):
        vault.get("identity/none")
    assert vault.stat("identity/none") is None
    vault.put("dossiers/plain.json", b"{}")
    assert store.get("dossiers/plain.json") == b"{}"


@given(st.binary(max_size=64), st.integers(0, 70), st.integers(0, 70))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_range_of_every_length_opens(small_frames, tmp_path_factory, body: bytes, first: int, size: int) -> None:
    vault = SealedStore(FolderStore(tmp_path_factory.mktemp("store")), [KEY])
    vault.put(NAME, body)
    assert vault.get(NAME) == body
    assert vault.stat(NAME).size == len(body)
    with vault.open_range(NAME, first, size) as stream:
        assert stream.read() == body[first : first + size]


@pytest.mark.parametrize("length", [0, 9, 10, 11, 20, 35])
def test_every_alteration_is_told(length: int, small_frames, tmp_path) -> None:
    inner = FolderStore(tmp_path / "store")
    vault = SealedStore(inner, [KEY])
    vault.put(NAME, bytes(range(length)))
    whole = inner.get(NAME)
    altered = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(8, len(whole))]
    altered += [whole[:at] for at in range(48, len(whole))]  # cut off
    altered += [whole + b"x", whole + whole[48:]]
    if length > 20:
        altered.append(whole[:48] + whole[74:100] + whole[48:74] + whole[100:])  # two frames that changed places
    for body in altered:
        inner.put(NAME, body)
        with pytest.raises(StoredObjectDamaged):
            vault.get(NAME)
    inner.put(NAME + "2", whole)  # another object's bytes
    with pytest.raises(StoredObjectDamaged):
        vault.get(NAME + "2")


def test_a_key_is_replaced_and_what_came_before_it_is_still_read(store) -> None:
    store.put("originals/aa/plain", b"kept before any key")
    SealedStore(store, [OLD_KEY]).put("originals/aa/old", b"kept under the old key")
    both = SealedStore(store, [KEY, OLD_KEY])
    assert both.get("originals/aa/plain") == b"kept before any key"
    assert both.stat("originals/aa/plain").size == 19
    assert both.get("originals/aa/old") == b"kept under the old key"
    with pytest.raises(StoredObjectDamaged, match="SOHOA_SEAL_KEY"):
        SealedStore(store, [KEY]).get("originals/aa/old")


def test_a_large_file_is_sealed_in_pieces(tmp_path) -> None:
    body = secrets.token_bytes((2 << 20) + 17)
    (tmp_path / "scan.pdf").write_bytes(body)
    inner = FolderStore(tmp_path / "store")
    vault = SealedStore(inner, [KEY])
    digest = keep_original(vault, tmp_path / "scan.pdf")
    assert hashlib.sha256(vault.get(f"originals/{digest[:2]}/{digest}")).hexdigest() == digest
    assert keep_original(vault, tmp_path / "scan.pdf") == digest
    with vault.open_range(f"originals/{digest[:2]}/{digest}", (1 << 20) - 5, 10) as stream:
        assert stream.read() == body[(1 << 20) - 5 : (1 << 20) + 5]


def with_card():
    """The dossier of tests.records, its second paper an identity card on pages 2 and 3."""
    card = Document(2, DocumentType.ID_CARD, 0.99, (2, 3), Part.COMPONENT)
    return replace(record(), documents=(record().documents[0], card, record().documents[2]))


def test_cards_rest_under_a_prefix_of_their_own_and_the_archive_works_on(vault, store, database, tmp_path) -> None:
    dossier = with_card()
    kept = keep_dossier(vault, dossier, **content(dossier))
    Index(database).put(kept)
    under = {file.name: file.key.partition("/")[0] for file in kept.files if not file.name.startswith("originals")}
    assert {name for name, prefix in under.items() if prefix == "identity"} == {
        "pages/0002.jpg", "pages/0003.jpg", "documents/02.pdf",
    }  # fmt: skip
    assert verify(vault, database).is_sound
    assert keep_dossier(vault, dossier, **content(dossier)).changed is False
    fetch(vault, CODE, tmp_path / "files")
    assert (tmp_path / "files" / "originals" / f"{CODE}.pdf").read_bytes() == ORIGINAL
    assert (tmp_path / "files" / "pages" / "0002.jpg").read_bytes() == content(dossier)["pages"][2]
    bare = [store.get(stat.key) for stat in store.under() if stat.key.startswith(("originals/", "identity/"))]
    assert bare
    assert not any(ORIGINAL in body or b"page 2" in body for body in bare)
    (sealed_page,) = [file.key for file in kept.files if file.name == "pages/0002.jpg"]
    store.put(sealed_page, store.get(sealed_page)[:-1])
    assert [finding.subject for finding in verify(vault, database).findings] == [sealed_page]


def test_a_page_known_as_a_card_only_later_leaves_no_plain_picture_and_earlier_revisions_are_whole(
    vault, store, database
) -> None:
    before, later = record(), with_card()
    keep_dossier(vault, before, **content(before))
    changed = {**content(before), "pages": {**content(before)["pages"], 3: b"page 3, cleaned otherwise"}}
    keep_dossier(vault, before, **changed)  # beside the first picture of page 3
    Index(database).put(keep_dossier(vault, later, **content(later)))
    plain = [stat.key for stat in store.under(f"dossiers/H40.12/{CODE}/") if "/pages/" in stat.key]
    assert [key.rpartition("/")[2] for key in plain] == ["0001.jpg", "0004.jpg"]
    assert not any(b"page 2" in store.get(stat.key) for stat in store.under())
    assert verify(vault, database).findings == ()
    moved = [stat.key for stat in store.under("identity/") if "/pages/0002-" in stat.key]
    store.delete(moved[0])
    assert [str(finding.kind) for finding in verify(vault, database).findings] == ["missing"]


def test_the_hundredth_paper_is_not_moved_with_the_tenth(store) -> None:
    for name in ("10.pdf", "10-0123456789ab.pdf", "100.pdf"):
        store.put(f"dossiers/H40.12/{CODE}/documents/{name}", name.encode())
    move_cards(store, CODE, ["documents/10.pdf"])
    assert [stat.key.rpartition("/")[2] for stat in store.under("dossiers/")] == ["100.pdf"]


def test_the_settings_name_the_keys_and_keep_them_to_themselves(tmp_path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"{KEY.hex()}\n{OLD_KEY.hex()}\n")
    environment = {"SOHOA_HOME": str(tmp_path / "home"), "SOHOA_SEAL_KEY_FILE": str(file)}
    read = Settings.from_environment(environment)
    assert read.seal_keys == (KEY, OLD_KEY)
    assert KEY.hex() not in repr(read)
    assert repr(KEY) not in repr(read)
    assert isinstance(open_store(read), SealedStore)
    with pytest.raises(UsageError, match="SOHOA_SEAL_KEY"):
        Settings.from_environment(environment | {"SOHOA_SEAL_KEY": "secret"})
    database = open_database(read.index)
    keep_dossier(open_store(read), record(), **content(record()))
    assert load_kept(open_store(read), CODE) is not None
    database.close()


def test_an_archive_that_is_sealed_takes_nothing_from_whoever_has_not_its_key(tmp_path) -> None:
    def opened(*secrets_: bytes) -> ObjectStore:
        lines = {"SOHOA_SEAL_KEY": "\n".join(secret.hex() for secret in secrets_)} if secrets_ else {}
        return open_store_to_keep(Settings.from_environment({"SOHOA_HOME": str(tmp_path), **lines}))

    opened()  # not sealed yet
    assert opened(OLD_KEY).stat(keys.SEALS) is not None
    for wrong in ((), (KEY,)):
        with pytest.raises(UsageError, match="SOHOA_SEAL_KEY"):
            opened(*wrong)
    opened(KEY, OLD_KEY)
    opened(KEY)  # what the old one sealed is sealed anew by then, or was deleted
    with pytest.raises(UsageError, match="SOHOA_SEAL_KEY"):
        opened()


@pytest.mark.parametrize(
    "arguments",
    [
        ("correct", CODE, "--set", "procedure=1.001193", "--reason", "x"),
        ("accept", CODE, "faint", "--why", "x"),
        ("work", "pool"),
    ],
)
def test_no_command_that_keeps_anything_begins_on_a_sealed_archive_without_its_key(
    arguments, home, monkeypatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    mark_sealed(open_store(Settings.from_environment()), ["0" * 16])
    said = sohoa(*arguments)
    assert (said.exit_code, "SOHOA_SEAL_KEY is not set" in said.stderr) == (2, True)


def test_pieces_read_as_one_stream() -> None:
    stream = io.BufferedReader(sealed._Pieces(iter([b"ab", b"", b"cde"])))
    assert (stream.read(3), stream.read(), stream.read()) == (b"abc", b"de", b"")
