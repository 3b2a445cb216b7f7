"""What pytest loads first: the fixtures that several test files share."""

from __future__ import annotations

from tests.commands import home, kept  # noqa: F401
from tests.killing import homes, program  # noqa: F401
from tests.servers import (  # noqa: F401 - fixtures are found by name
    ceph_server,
    database,
    database_url,
    empty_postgresql,
    make_schema,
    postgresql_server,
    rclone_server,
    store,
)
from tests.serving import inbox, office  # noqa: F401
