"""Where a segment of the feed or of the audit log ends: fixed in the index before the object store is written to.

Several processes may carry the same segment at once, one of them with a few numbers more. A store without conditional
writes would keep whichever came last, perhaps the shorter, while the index believes the longer to rest there. With the
end fixed they all write the same bytes.
"""

from __future__ import annotations

from sqlalchemy import delete, select

from storage.database import Database
from storage.keeping_tables import SEGMENT_ENDS as ENDS


def segment_end(database: Database, kind: str, *, first: int, last: int) -> int:
    """The last number of the segment that begins with `first`: `last`, unless somebody began to carry it already."""
    with database.writing() as connection:
        # whoever inserts the same key waits on PostgreSQL until the other has committed, and then sees it
        database.upsert(connection, ENDS, [{"kind": kind, "first": first, "last": last}], keep=["last"])
        connection.execute(delete(ENDS).where(ENDS.c.kind == kind, ENDS.c.first < first))
        fixed = select(ENDS.c.last).where(ENDS.c.kind == kind, ENDS.c.first == first)
        return int(connection.execute(fixed).scalar_one())
