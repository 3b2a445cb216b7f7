"""Killed anywhere: after the next run the archive is as if nothing had happened. No loss, no second copy, no second count."""

from __future__ import annotations

import itertools
import os
import random

from tests.killing import state

# every how many-th step is killed on a folder and on Ceph, and how many random kills: 1,7,200 takes a quarter of an hour
FOLDER_STRIDE, CEPH_STRIDE, RANDOM_KILLS = (int(n) for n in os.environ.get("SOHOA_TEST_KILLS", "3,23,40").split(","))


def test_killed_before_every_step_and_run_again(program, homes):
    whole = homes()
    steps = program.ask(whole)["steps"]
    expected = state(whole)
    assert expected["balance"].scanned == 3
    assert list(expected["audited"].values()) == [1, 1, 1]
    for kill_at in range(1, steps + 1, FOLDER_STRIDE):
        home = homes()
        killed_and_run_again(program, home, kill_at)
        assert state(home) == expected, kill_at


def killed_and_run_again(program, home, kill_at):
    """A run's steps vary by a few: one that ends before the chosen step was not killed, and there is nothing to do again."""
    answer = program.ask(home, kill_at=kill_at)
    assert answer == {"killed": True} or answer["steps"] < kill_at
    assert "steps" in program.ask(home), kill_at


def test_killed_at_random_instants_again_and_again(program, homes):
    whole = homes()
    program.ask(whole)
    expected, draw = state(whole), random.Random(5)
    kills = 0
    while kills < RANDOM_KILLS:
        home = homes()
        while program.ask(home, kill_after=draw.uniform(0.02, 0.7)) == {"killed": True}:
            kills += 1
        assert state(home) == expected


def test_killed_before_steps_on_a_real_s3_server_with_postgresql(
    program, homes, ceph_server, postgresql_server, make_schema
):
    numbers = itertools.count(1)

    def archive() -> dict[str, str]:
        access = ceph_server.s3
        return homes(
            {
                "SOHOA_STORE": f"s3://killed-{os.getpid()}-{next(numbers)}",
                "SOHOA_S3_ENDPOINT": f"http://{access.endpoint}",
                "SOHOA_S3_ACCESS_KEY": access.access_key,
                "SOHOA_S3_SECRET_KEY": access.secret_key,
                "SOHOA_LOCK_DAYS": "1",
                "SOHOA_INDEX": make_schema(),
            }
        )

    whole = archive()
    steps = program.ask(whole)["steps"]
    expected = state(whole)
    for kill_at in range(5, steps + 1, CEPH_STRIDE):
        home = archive()
        killed_and_run_again(program, home, kill_at)
        assert state(home) == expected, kill_at
