"""What a store keeps is tried, not believed; what it does not keep is said, in the record too."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace

import pytest
from minio.deleteobjects import DeleteObject

from models.errors import StorageUnreachable
from storage import keys
from storage.archive import keep_dossier, load_kept
from storage.folder import FolderStore
from storage.index import Index
from storage.opening import open_store, probe_store
from storage.promises import Promises, probe
from storage.s3_opening import open_bucket
from storage.vault import VaultedStore
from storage.verification import verify
from tests import records

EXPECTED = {
    "folder": Promises(reads_back=True, one_winner=True, versions=False, locks=False),
    "rclone": Promises(reads_back=True, one_winner=False, versions=False, locks=False),
    "ceph": Promises(reads_back=True, one_winner=True, versions=True, locks=True),
}


@pytest.fixture
def ceph_settings(ceph_server):
    access = replace(ceph_server.s3, bucket=f"promises-{secrets.token_hex(4)}")
    return replace(ceph_server, s3=access, lock_days=1)


def test_each_server_is_found_to_keep_what_it_keeps(store, request):
    kind = request.node.callspec.params["store"]
    assert probe(store) == EXPECTED[kind]
    assert list(store.under()) == []


def test_what_was_found_is_written_down_once_and_stands_in_the_record(ceph_settings):
    first = open_store(ceph_settings)
    assert isinstance(first, VaultedStore)
    assert first.lacks == ()
    assert json.loads(first.get(keys.PROMISES)) == {
        "reads_back": True,
        "one_winner": True,
        "versions": True,
        "locks": True,
    }
    assert isinstance(open_store(replace(ceph_settings, lock_days=0)), VaultedStore)  # the originals rest there
    assert probe_store(ceph_settings).lacks == ()
    keep_dossier(first, records.record(), **records.content(records.record()))
    assert load_kept(open_store(ceph_settings), records.CODE).store_lacks == ()


def test_a_folder_says_in_the_record_what_it_lacks(tmp_path):
    store = FolderStore(tmp_path)
    kept = keep_dossier(store, records.record(), **records.content(records.record()))
    assert kept.to_json()["store_lacks"] == ["versions", "locks"]


def test_originals_and_revisions_cannot_be_removed_where_the_server_locks(ceph_settings):
    store = open_store(ceph_settings)
    kept = keep_dossier(store, records.record(), **records.content(records.record()))
    original = keys.original_key(kept.record.pages[0].source.sha256)
    for key in (original, keys.revision_key(records.CODE, 1)):
        client, bucket = store.locked._client, store.locked.access.bucket
        (version,) = client.list_objects(bucket, prefix=store.locked._name(key), include_version=True)
        refused = list(client.remove_objects(bucket, [DeleteObject(version.object_name, version.version_id)]))
        assert len(refused) == 1
    store.erase(original)  # retention may
    assert store.stat(original) is None


def test_a_record_altered_in_all_places_that_can_be_written_is_still_found_out(ceph_settings, database):
    store = open_store(ceph_settings)
    kept = keep_dossier(store, records.record(), **records.content(records.record()))
    forged = replace(kept, record=replace(kept.record, procedure="1.000656")).to_json()
    body = json.dumps(forged).encode()
    for key in (keys.revision_key(records.CODE, 1), keys.record_key(records.CODE)):
        store.put(key, body)
    Index(database).put(load_kept(store, records.CODE))
    findings = [(str(f.kind), f.subject) for f in verify(store, database).findings]
    assert findings == [("damaged", keys.revision_key(records.CODE, 1))]


def test_a_store_that_locked_and_no_longer_does_is_refused(ceph_settings):
    open_store(ceph_settings)
    with pytest.raises(StorageUnreachable, match="kept locks before"):
        open_bucket(ceph_settings.s3, lock_days=0, again=True)


class Forgetful(FolderStore):
    """A store that tells every writer that it was first."""

    def put_if_absent(self, key, content, *, sha256=None):
        self.put(key, content, sha256=sha256)
        return True


class Lossy(FolderStore):
    """A store that keeps other bytes than it was given."""

    def get(self, key):
        return super().get(key)[:-1]


@pytest.mark.parametrize(("double", "lacking"), [(Forgetful, "one_winner"), (Lossy, "reads_back")])
def test_a_store_that_lies_is_found_out(tmp_path, double, lacking):
    assert lacking in probe(double(tmp_path)).lacks
