"""Prefect's work pool: offering the flow of a batch's parts there, and asking what became of a flow run.

Import it only once flows.prefect_server has prepared the environment.
"""

from __future__ import annotations

import logging
import time
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import StateType
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.types.entrypoint import EntrypointType

from flows.digitize_shard import digitize_shard
from flows.shared_batch import Whereabouts
from models.errors import SohoaError

DEPLOYMENT = "shard"
_PATIENCE = (1.0, 5.0, 15.0, 30.0)  # seconds before another try
_LOG = logging.getLogger("sohoa")
_WITH_WORKER = frozenset({StateType.PENDING, StateType.RUNNING})


class WorkPool:
    """A work pool whose workers are machines with this program; `sohoa work` starts one."""

    def __init__(self, name: str) -> None:
        with get_client(sync_client=True) as client:
            _make_pool(client, name)
        # by module, not by path: every machine has the program, wherever it lies there
        deployment = digitize_shard.to_deployment(
            name=DEPLOYMENT, work_pool_name=name, entrypoint_type=EntrypointType.MODULE_PATH
        )
        assert isinstance(deployment, RunnerDeployment)  # coroutines only where a loop runs already
        applied = deployment.apply()
        assert isinstance(applied, UUID)
        self._deployment = applied

    def submit(self, batch: str, shard: int) -> UUID:
        """Asks the pool to digitize a part of a batch; gives the flow run. Raises SohoaError where the server stays away."""
        for patience in (*_PATIENCE, None):
            try:
                with get_client(sync_client=True) as client:
                    return client.create_flow_run_from_deployment(
                        self._deployment, parameters={"batch": batch, "shard": shard}, name=f"{batch}/{shard}"
                    ).id
            except Exception as error:  # Prefect's, httpx's, pydantic's: whichever, the server is not well
                _LOG.warning("Prefect's server does not answer", extra={"facts": {"error": type(error).__name__}})
                if patience is None:
                    raise SohoaError("Prefect's server does not answer") from error
                time.sleep(patience)
        raise AssertionError

    def whereabouts(self, run: UUID) -> Whereabouts:
        """Where a flow run is; one that a lost machine had stays with it for ever. A server that is away is asked later."""
        try:
            with get_client(sync_client=True) as client:
                state = client.read_flow_run(run).state
        except ObjectNotFound:
            return Whereabouts.OVER
        except Exception as error:  # noqa: BLE001 # as above
            _LOG.warning("Prefect's server does not answer", extra={"facts": {"error": type(error).__name__}})
            return Whereabouts.QUEUED
        if state is None or state.type is StateType.SCHEDULED:
            return Whereabouts.QUEUED
        return Whereabouts.WITH_WORKER if state.type in _WITH_WORKER else Whereabouts.OVER


def _make_pool(client: SyncPrefectClient, name: str) -> None:
    try:
        client.create_work_pool(WorkPoolCreate(name=name, type="process"))
    except ObjectAlreadyExists:
        return
