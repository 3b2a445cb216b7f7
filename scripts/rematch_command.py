"""`sohoa rematch`: dossiers that waited for the population registry are matched, without reading a page again."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer

from flows.desk import Desk
from flows.jobs import Outcome
from flows.match_again import all_waiting, match_again
from models.errors import RegistryUnreachable
from models.outcome import Reason
from models.settings import Settings
from scripts.language import text
from scripts.terms import term


def rematch(
    as_json: Annotated[
        bool, typer.Option("--json", help=text("In một đối tượng JSON.", "Print one JSON object."))
    ] = False,
) -> None:
    desk = Desk.open(Settings.from_environment())
    try:
        batch = desk.ledger.start_batch()
        outcomes = [match_again(kept, desk, batch=batch) for kept in all_waiting(desk)]
        desk.ledger.finish_batch(batch)
    finally:
        desk.close()
    waiting = sum(Reason.REGISTRY_WAITING in outcome.reasons for outcome in outcomes)
    if as_json:
        rows = [dataclasses.asdict(outcome) for outcome in outcomes]
        print(json.dumps({"dossiers": rows, "waiting": waiting}, ensure_ascii=False))
    else:
        _tell(outcomes, waiting)
    if waiting:
        raise typer.Exit(RegistryUnreachable.exit_code)


def _tell(outcomes: list[Outcome], waiting: int) -> None:
    for outcome in outcomes:
        print(f"{outcome.dossier_code:<28} {term(outcome.status):<12} {outcome.matched}/{outcome.persons}")
    done = len(outcomes) - waiting
    print(text(f"{done} hồ sơ đã đối chiếu, {waiting} hồ sơ vẫn chờ dân cư.",
               f"{done} dossiers matched, {waiting} still wait for the registry."))  # fmt: skip
