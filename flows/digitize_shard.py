"""The Prefect flow of one part of a batch, run by any machine whose worker takes it from the work pool."""

from __future__ import annotations

import logging
import os
import threading

from prefect import flow

from flows.counter import settle_all
from flows.office import Office
from flows.presence import process_name
from flows.running import Part, Running
from flows.scratch import scratch
from flows.shards import ends_written, read
from models.errors import StorageUnreachable
from models.settings import Settings
from storage.opening import open_store
from storage.shards import BEAT_SECONDS, LEASE_SECONDS, Shards

_LOG = logging.getLogger("sohoa")


@flow(name="digitize-shard", flow_run_name="{batch}/{shard}", persist_result=False, validate_parameters=False)
def digitize_shard(batch: str, shard: int) -> int:
    """Digitizes a part of a batch; gives how many dossiers it ended, 0 where the part is another's or done."""
    settings = Settings.from_environment()
    office = Office(settings, kind="shard")
    shards, holder = Shards(office.database), process_name()
    try:
        work = shards.claim(batch, shard, holder=holder)
        if work is None:
            return 0
        lease = _Lease(shards, batch, shard)
        try:
            return _digitize(office, lease, shards, batch, shard, work)
        except BaseException:
            lease.stop()
            shards.give_back(batch, shard, holder=holder)
            raise
        finally:
            lease.stop()
    finally:
        office.finish(at_once=True)
        office.close()


def _digitize(office: Office, lease: _Lease, shards: Shards, batch: str, shard: int, work: str) -> int:
    with scratch() as folder:
        part = Part(batch, read(work, open_store(office.settings), folder))
        running = Running([], office.settings, workspace=folder, office=office, part=part)
        try:
            settle_all(running)
        finally:
            running.close()
        report = running.report
        lease.stop()  # first: a beat of a part that is given back or done would take it for another's
        if report.pending:  # the store was away, perhaps from here alone: another try does what is left
            shards.give_back(batch, shard, holder=process_name())
            return len(report.outcomes)
        ends = ends_written(report.outcomes.values(), report.pending.values(), report.plan.done)
        shards.finish(batch, shard, holder=process_name(), ends=ends)
        return len(report.outcomes)


class _Lease:
    """Says every ten seconds that the part is still under way; ends the work where it is another's by now."""

    def __init__(self, shards: Shards, batch: str, shard: int) -> None:
        self._shards, self._batch, self._shard = shards, batch, shard
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """The part is done or given back."""
        self._over.set()
        self._thread.join(BEAT_SECONDS)

    def _beat(self) -> None:
        unheard = 0.0
        while not self._over.wait(BEAT_SECONDS):
            try:
                mine, unheard = self._shards.beat(self._batch, self._shard, holder=process_name()), 0.0
            except StorageUnreachable:
                unheard += BEAT_SECONDS
                mine = unheard < LEASE_SECONDS
            if not mine and not self._over.is_set():
                _LOG.warning("a part was taken over", extra={"facts": {"batch": self._batch, "shard": self._shard}})
                os._exit(1)  # at once: another does it now; our workers end with us, what is kept stays kept
