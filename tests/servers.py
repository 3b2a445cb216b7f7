"""Fixtures: each kind of object store and of database, empty, real. A missing server program is a failure."""

from __future__ import annotations

import itertools
import os
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text

from models.settings import Settings
from scripts.store_servers import ceph_s3, postgresql, rclone_s3
from storage import keys
from storage.database import open_database
from storage.folder import FolderStore
from storage.objects import ObjectStore
from storage.s3_opening import open_bucket

_numbers = itertools.count(1)

# Ceph takes 16 seconds to start: SOHOA_TEST_STORES=folder,rclone leaves it out while one works on something else.
STORES = os.environ.get("SOHOA_TEST_STORES", "folder,rclone,ceph").split(",")


@pytest.fixture(scope="session")
def rclone_server():
    """Settings that lead to a running `rclone serve s3`."""
    with rclone_s3() as environment:
        yield Settings.from_environment(environment)


@pytest.fixture(scope="session")
def ceph_server():
    """Settings that lead to a running Ceph RADOS Gateway."""
    with ceph_s3() as environment:
        yield Settings.from_environment(environment)


@pytest.fixture(scope="session")
def postgresql_server():
    """The URL of a running PostgreSQL."""
    with postgresql() as environment:
        yield environment["SOHOA_INDEX"]


def empty_bucket(settings: Settings) -> ObjectStore:
    """A store in a bucket of its own on the server, with locks for a day where it keeps them."""
    access = replace(settings.s3, bucket=f"sohoa-{next(_numbers)}", prefix="archive")
    store, _ = open_bucket(access, lock_days=1)
    store.delete(keys.PROMISES)
    return store


@pytest.fixture(params=STORES)
def store(request, tmp_path):
    """An empty object store of each kind."""
    if request.param == "folder":
        return FolderStore(tmp_path / "store")
    return empty_bucket(request.getfixturevalue(f"{request.param}_server"))


@pytest.fixture
def make_schema(postgresql_server):
    """Makes URLs, each of an empty schema of its own in the PostgreSQL: a database would be a thousand files to make."""

    def make() -> str:
        name = f"index_{next(_numbers)}"
        engine = create_engine(postgresql_server.replace("postgresql:", "postgresql+psycopg:"))
        with engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {name}"))
        engine.dispose()
        return f"{postgresql_server}&options=-csearch_path%3D{name}"

    return make


@pytest.fixture
def empty_postgresql(make_schema):
    """The URL of an empty schema."""
    return make_schema()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'index.db'}"
    return request.getfixturevalue("empty_postgresql")


@pytest.fixture
def database(database_url):
    """An empty database of each kind, open."""
    opened = open_database(database_url)
    yield opened
    opened.close()
