"""A batch that kills itself: run as a program, it forks a child for each line it is given, and says how the child ended.

    {"settings": {…}, "kill_at": 17}       the child ends itself by SIGKILL before its 17th step
    {"settings": {…}, "kill_after": 0.25}  it is killed after so many seconds, wherever it is
    {"settings": {…}, "full_at": 9}        from the 9th file on the disk is full
    {"settings": {…}, "hours": -3}         its clock is set back by three hours
    {"settings": {…}}                      it goes through

A step is a request to the store, the begin, commit and end of a writing transaction, and each call of the system by which a
folder store makes a write durable. Answers: {"steps": …} of a child that went through, {"killed": true}, {"failed": "StorageUnreachable"}.
Everything is read once, before: children find the readings in the home that the program's last argument names.
"""

from __future__ import annotations

import errno
import itertools
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.desk import Desk
from flows.digitize_dossier import digitize_dossier
from flows.jobs import arrival_of
from flows.plan import Assignment, make_plan, status_if_done
from models.errors import SohoaError
from models.settings import Settings
from storage import bucket, database, folder, ledger
from storage.feed import carry_changes


class Steps:
    """Counts, and kills before the chosen one."""

    def __init__(self, kill_at: int) -> None:
        self.count, self._kill_at = 0, kill_at

    def step(self) -> None:
        self.count += 1
        if self.count == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **options: Any) -> Any:
            self.step()
            return function(*arguments, **options)

        return counted

    def watch(self) -> None:
        for name in ("put", "put_if_absent", "get", "open_stream", "stat", "delete"):
            for kind in (folder.FolderStore, bucket.BucketStore):
                setattr(kind, name, self.before(getattr(kind, name)))
        for name in ("fsync", "link"):
            setattr(os, name, self.before(getattr(os, name)))
        Path.replace = self.before(Path.replace)  # type: ignore[method-assign]
        writing = database.Database.writing

        @contextmanager
        def counted(itself: database.Database) -> Any:
            self.step()
            with writing(itself) as connection:
                yield connection
                self.step()
            self.step()

        database.Database.writing = counted  # type: ignore[method-assign, assignment]


def fill_disk(at: int) -> None:
    """A disk that is full from the `at`-th durable write on."""
    sync, count = os.fsync, itertools.count(1)

    def full(handle: int) -> None:
        if next(count) >= at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(handle)

    os.fsync = full


def set_clock(hours: float) -> None:
    """The ledger's clock, moved."""
    ledger._now = lambda: datetime.now(UTC) + timedelta(hours=hours)
    ledger.Ledger.__init__.__kwdefaults__["clock"] = ledger._now


def plan(inbox: Path, workspace: Path) -> tuple[Assignment, ...]:
    """What intake finds in the inbox; which of it is done, each child asks."""
    settings = Settings.from_environment({"SOHOA_HOME": str(workspace / "planned")})
    index = database.open_database(settings.index)
    try:
        return make_plan(
            [inbox], settings=settings, workspace=workspace, split=_no_batch, ledger=ledger.Ledger(index)
        ).todo
    finally:
        index.close()


def _no_batch(_batch: object) -> Any:
    raise AssertionError("the inbox holds no batch")


def work(settings: Settings, assignments: tuple[Assignment, ...]) -> None:
    """What a run does with a batch, dossier after dossier, without Prefect and worker processes."""
    desk = Desk.open(settings)
    left = [a for a in assignments if status_if_done(a.dossier, desk.ledger, desk.limits) is None]
    batch = desk.ledger.start_batch()
    desk.ledger.announce((arrival_of(a.dossier) for a in left), batch=batch)
    for each in left:
        digitize_dossier(each.dossier, desk, batch=batch, problems=each.problems)
    desk.ledger.finish_batch(batch)
    desk.journal.carry_all()
    carry_changes(desk.store, desk.database)
    desk.close()


def answer(asked: dict[str, Any], assignments: tuple[Assignment, ...]) -> dict[str, Any]:
    """Does in a child what the line asks for."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            signal.setitimer(signal.ITIMER_REAL, asked.get("kill_after", 0))  # SIGALRM ends the child as SIGKILL does
            steps = Steps(asked.get("kill_at", 0))
            steps.watch()
            if "full_at" in asked:
                fill_disk(asked["full_at"])
            if "hours" in asked:
                set_clock(asked["hours"])
            work(Settings.from_environment(asked["settings"]), assignments)
            os.write(writing, str(steps.count).encode("ascii"))
            os._exit(0)
        except SohoaError as error:
            os.write(writing, type(error).__name__.encode("ascii"))
            os._exit(1)
        except BaseException:  # noqa: BLE001 - a child must not go on as its parent
            traceback.print_exc()
            os._exit(2)
    os.close(writing)
    with os.fdopen(reading) as told:
        said = told.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return {"killed": True}
    return {"steps": int(said)} if status == 0 else {"failed": said}


def main() -> None:
    inbox, workspace, home = map(Path, sys.argv[1:])
    assignments = plan(inbox, workspace)
    work(Settings.from_environment({"SOHOA_HOME": str(home)}), assignments)
    print(json.dumps({"ready": len(assignments)}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line), assignments)), flush=True)


if __name__ == "__main__":
    main()
