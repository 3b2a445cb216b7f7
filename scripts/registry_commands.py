"""`sohoa registry`: load, make and count a population registry, and serve it over HTTP."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from models.audit import Action
from models.errors import UsageError
from models.settings import Settings
from registry.load import load as load_file
from scripts.language import text
from scripts.listening import check_place
from storage.opening import open_audit

app = typer.Typer(no_args_is_help=True, add_completion=False)

Share = Annotated[
    float, typer.Option(min=0, max=1, help=text("Tỷ lệ lượt hỏi gặp lỗi này.", "Share of calls with this fault."))
]
AsJson = Annotated[bool, typer.Option("--json", help=text("In một đối tượng JSON.", "Print one JSON object."))]


def _registry_file() -> Path:
    registry = Settings.from_environment().registry
    if registry.startswith(("http://", "https://")):
        raise UsageError(
            "SOHOA_REGISTRY names a service; only a registry file can be loaded or counted here",
            "SOHOA_REGISTRY là một dịch vụ; ở đây chỉ nạp hoặc đếm được tệp dân cư",
        )
    return Path(registry)


@app.command(
    help=text("Nạp tệp công dân (CSV) thay cho dân cư đang có.", "Load citizens (CSV), replacing those there are.")
)
def load(
    citizens: Annotated[Path, typer.Argument(help=text("Tệp citizens.csv, UTF-8 có dòng tiêu đề.", "citizens.csv"))],
    as_json: AsJson = False,
) -> None:
    start = time.monotonic()
    loaded = load_file(citizens, _registry_file())
    settings = Settings.from_environment()
    if loaded.changed:
        with open_audit(settings) as audit:
            facts = {"citizens": loaded.citizens}
            audit.note(Action.REGISTRY_LOADED, "registry", purpose=settings.purpose, facts=facts)
    if as_json:
        print(json.dumps({"citizens": loaded.citizens, "changed": loaded.changed}))
    elif loaded.changed:
        seconds = time.monotonic() - start
        print(text(f"Đã nạp {loaded.citizens} công dân ({seconds:.1f} giây)",
                   f"Loaded {loaded.citizens} citizens ({seconds:.1f} s)"))  # fmt: skip
    else:
        print(text(f"Đã có sẵn, không đổi: {loaded.citizens} công dân", f"Unchanged: {loaded.citizens} citizens"))


@app.command(help=text("Tạo dân cư hư cấu và nạp.", "Make a fictitious population and load it."))
def make(
    number: Annotated[
        int, typer.Option("-n", "--number", min=1, help=text("Số công dân.", "How many citizens."))
    ] = 20_000,
    seed: Annotated[
        int, typer.Option(help=text("Cùng hạt giống, cùng dân cư.", "The same seed, the same people."))
    ] = 1,
    to: Annotated[Path | None, typer.Option(help=text("Chỉ ghi ra tệp CSV này.", "Only write this CSV file."))] = None,
) -> None:
    from scripts.population import make_population, write_csv  # noqa: PLC0415 # only this command makes people

    if to:
        written = write_csv(make_population(number, seed=seed), to)
        print(text(f"Đã ghi {written} công dân", f"Wrote {written} citizens"))
        return
    registry = _registry_file()
    registry.parent.mkdir(parents=True, exist_ok=True)
    source = registry.with_name(f"made-{number}-{seed}.csv")
    try:
        write_csv(make_population(number, seed=seed), source)
        load(source)
    finally:
        source.unlink(missing_ok=True)


@app.command(help=text("Đếm công dân đang có.", "Count the citizens there are."))
def stats(as_json: AsJson = False) -> None:
    from registry.embedded import EmbeddedPopulation  # noqa: PLC0415 # loading needs no search

    with EmbeddedPopulation(_registry_file()) as population:
        counted = population.count()
    if as_json:
        json.dump(counted, sys.stdout)
        print()
        return
    labels = {
        "citizens": text("Công dân", "Citizens"), "deceased": text("Đã mất", "Deceased"),
        "with_old_number": text("Có số CMND", "With an old number"), "year_only": text("Chỉ có năm sinh", "Year of birth only"),
    }  # fmt: skip
    for key, value in counted.items():
        print(f"{labels[key]:<20} {value:>12}")


@app.command(help=text("Dịch vụ dân cư giả lập qua HTTP (tra cứu, xác thực).", "A mock registry service over HTTP."))
def serve(
    officers: Annotated[
        list[str],
        typer.Option("--officer", help=text("Cán bộ được hỏi (lặp lại được).", "An officer who may ask (repeatable).")),
    ],
    host: Annotated[str, typer.Option(help=text("Địa chỉ nghe.", "Address to listen on."))] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help=text("Cổng.", "Port."))] = 8_710,
    rate: Annotated[
        float, typer.Option(min=1, help=text("Số lượt hỏi mỗi giây.", "Calls a second of an officer."))
    ] = 2_000,
    lookup_only: Annotated[
        bool,
        typer.Option(
            "--lookup-only", help=text("Không cho tìm kiếm, như dịch vụ thật.", "No search, like the real one.")
        ),
    ] = False,
    latency: Annotated[
        float, typer.Option(min=0, help=text("Chậm thêm (giây).", "Seconds added to every call."))
    ] = 0.0,
    silent: Share = 0.0,
    error: Share = 0.0,
    half: Share = 0.0,
    stale: Share = 0.0,
    year_only: Share = 0.0,
) -> None:
    import uvicorn  # noqa: PLC0415 # only this command serves

    from registry.embedded import EmbeddedPopulation  # noqa: PLC0415
    from registry.journal import Journal  # noqa: PLC0415
    from registry.misbehaviour import Misbehaviour  # noqa: PLC0415
    from registry.service import Rules, create_service  # noqa: PLC0415

    check_place(host, port)
    file = _registry_file()
    population = EmbeddedPopulation(file)
    journal = Journal(file.with_name(f"{file.stem}-calls.db"), officers)
    misbehaviour = Misbehaviour(latency, silent, error, half, stale, year_only)
    rules = Rules(calls_a_second=rate, searchable=not lookup_only, misbehaviour=misbehaviour)
    print(f"SOHOA_REGISTRY=http://{officers[0]}@{host}:{port}", file=sys.stderr)
    try:
        uvicorn.run(
            create_service(population, journal, rules), host=host, port=port, log_level="warning", access_log=False
        )
    finally:
        journal.close()
        population.close()


@app.command(help=text("Sổ các lượt hỏi dịch vụ dân cư.", "The journal of calls to the registry service."))
def calls(as_json: AsJson = False) -> None:
    from registry.journal import Journal  # noqa: PLC0415

    file = _registry_file()
    journal = Journal(file.with_name(f"{file.stem}-calls.db"))
    try:
        for call in journal.calls():
            if as_json:
                print(json.dumps(asdict(call), ensure_ascii=False))
            else:
                print(
                    f"{call.asked_at}  {call.officer:<14} {call.unit:<12} {call.procedure:<12} {call.service:<10} {call.outcome}"
                )
    finally:
        journal.close()
