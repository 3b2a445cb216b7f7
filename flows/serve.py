"""Serves the deployment `digitize-batch/office`: runs that an officer starts from a Prefect server's page or API.

    python -m flows.serve

PREFECT_API_URL names the server; the paths that a run digitizes are its parameter, `/inbox` by default.
"""

from __future__ import annotations

from flows.prefect_server import prepare_prefect
from models.settings import Settings

DEPLOYMENT = "office"


def main() -> None:
    """Waits for runs until it is stopped; one at a time, for a run uses all workers."""
    prepare_prefect(Settings.from_environment().home)
    from prefect import serve  # noqa: PLC0415 # reads the environment that was just prepared
    from prefect.deployments.runner import RunnerDeployment  # noqa: PLC0415
    from prefect.types.entrypoint import EntrypointType  # noqa: PLC0415

    from flows.digitize_batch import digitize_batch  # noqa: PLC0415

    # by module, not by path: a path would put flows/ itself first on sys.path
    deployment = digitize_batch.to_deployment(name=DEPLOYMENT, entrypoint_type=EntrypointType.MODULE_PATH)
    assert isinstance(deployment, RunnerDeployment)  # a coroutine only where a loop runs already
    serve(deployment, limit=1)


if __name__ == "__main__":
    main()
