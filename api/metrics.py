"""`/metrics` for Prometheus: the line, what is stuck, who works, what was done; units and reasons, never persons or dossiers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from models.errors import StorageUnreachable
from storage.database import Database
from storage.standing import Standing, standing

_KEPT_SECONDS = 5.0
"""An answer serves all who ask within so many seconds: a scrape must not become a load."""


class StandingMetrics(Collector):
    """What storage.standing says, as metrics."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._clock = database, clock
        self._lock = threading.Lock()
        self._kept: tuple[float, Standing | None] = (float("-inf"), None)

    def collect(self) -> Iterable[Metric]:
        """The metrics of now. `sohoa_up` alone where the index does not answer."""
        now = datetime.now(UTC)
        found = self._standing(now)
        yield GaugeMetricFamily("sohoa_up", "Whether the index answers", value=float(found is not None))
        if found is None:
            return
        queue = GaugeMetricFamily("sohoa_queue_dossiers", "Dossiers in the line", labels=["unit", "lane", "state"])
        pages = GaugeMetricFamily("sohoa_queue_pages", "Pages of dossiers in the line", labels=["unit", "lane"])
        for line in found.lines:
            queue.add_metric([line.unit, line.lane, "waiting"], line.waiting)
            queue.add_metric([line.unit, line.lane, "in_work"], line.in_work)
            pages.add_metric([line.unit, line.lane], line.pages)
        yield from (queue, pages)
        age = (now - found.oldest_at).total_seconds() if found.oldest_at else 0.0
        yield GaugeMetricFamily("sohoa_oldest_waiting_seconds", "Age of the oldest dossier in the line", value=age)
        stuck = GaugeMetricFamily("sohoa_stuck_dossiers", "Dossiers nobody works on", labels=["reason"])
        for reason, count in found.stuck_by_reason.items():
            stuck.add_metric([reason], count)
        yield stuck
        yield GaugeMetricFamily(
            "sohoa_registry_waiting_dossiers", "Kept dossiers whose matching waits", value=found.for_registry
        )
        yield from _workers(found, now)

    def _standing(self, now: datetime) -> Standing | None:
        with self._lock:
            at, found = self._kept
            if self._clock() - at >= _KEPT_SECONDS:
                try:
                    found = standing(self._database, now=now, most_stuck=0)
                except StorageUnreachable:
                    found = None
                self._kept = (self._clock(), found)
            return found


def _workers(found: Standing, now: datetime) -> Iterable[Metric]:
    up = GaugeMetricFamily("sohoa_worker_up", "Whether a process is heard of", labels=["worker", "kind"])
    seen = GaugeMetricFamily("sohoa_worker_seen_seconds", "Since a process was heard of", labels=["worker", "kind"])
    dossiers = CounterMetricFamily(
        "sohoa_worker_dossiers", "Dossiers that a process finished", labels=["worker", "kind"]
    )
    pages = CounterMetricFamily("sohoa_worker_pages", "Pages that a process finished", labels=["worker", "kind"])
    for worker in found.workers:
        labels = [worker.name, worker.kind]
        up.add_metric(labels, not worker.lost)
        seen.add_metric(labels, (now - worker.seen_at).total_seconds())
        dossiers.add_metric(labels, worker.dossiers)
        pages.add_metric(labels, worker.pages)
    return up, seen, dossiers, pages


def metrics_text(database: Database) -> str:
    """How things stand now, in Prometheus' text format."""
    return generate_latest(_registry(database)).decode()


def _registry(database: Database) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(StandingMetrics(database))
    return registry


def metrics_router(database: Database) -> APIRouter:
    """`GET /metrics` in Prometheus' text format."""
    registry = _registry(database)
    router = APIRouter(tags=["operation"])

    @router.get("/metrics", response_class=Response)
    def metrics() -> Response:
        """How things stand now, for Prometheus."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router
