"""`sohoa verify` and `sohoa rebuild-index`: does the archive still hold what it says, and the index made anew."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Annotated

import typer
from rich.console import Console

from flows.signing import check_signatures
from models.audit import Action, Fact
from models.errors import StoredObjectDamaged
from models.settings import Settings
from scripts.language import text
from scripts.reading_again import reading_again, tell_missing_key
from storage.audit import Audit
from storage.database import Database, open_database
from storage.objects import ObjectStore
from storage.opening import open_store, probe_store
from storage.promises import Promises
from storage.rebuild import rebuild_index as rebuild
from storage.verification import Finding, FindingKind
from storage.verification import verify as check

_JSON = Annotated[bool, typer.Option("--json", help=text("In kết quả JSON.", "Print the result as JSON."))]
_KINDS = {
    FindingKind.MISSING: ("mất", "missing"),
    FindingKind.DAMAGED: ("bị thay đổi hoặc hỏng", "altered or damaged"),
    FindingKind.UNREFERENCED: ("không hồ sơ nào nhắc đến (không phải mất mát)", "named by no record (no loss)"),
    FindingKind.NOT_INDEXED: (
        "chưa có trong chỉ mục: chạy sohoa rebuild-index",
        "not indexed: run sohoa rebuild-index",
    ),
    FindingKind.SIGNATURE: ("chữ ký số không hợp lệ", "signature not valid"),
    FindingKind.NOT_STORED: ("có trong chỉ mục nhưng không có trong kho", "indexed, but not in the store"),
}


def verify(
    as_json: _JSON = False,
    of_store: Annotated[
        bool,
        typer.Option(
            "--store",
            help=text(
                "Chỉ thử kho giữ được gì: khóa, phiên bản, ghi có điều kiện.",
                "Only try what the store keeps: locks, versions, conditional writes.",
            ),
        ),
    ] = False,
) -> None:
    settings = Settings.from_environment()
    if of_store:
        _tell_promises(probe_store(settings), as_json=as_json)
        return
    database = open_database(settings.index)
    try:
        with reading_again(text("Đang đọc lại kho lưu trữ…", "Reading the archive again…")) as count:
            store = open_store(settings)
            result = check(store, database, progress=count)
            signatures = check_signatures(store, settings)
            damaged = [found.subject for found in result.findings if found.kind is FindingKind.DAMAGED]
            tell_missing_key(store, settings, damaged)
            unsound = tuple(Finding(FindingKind.SIGNATURE, key) for key in signatures.broken)
            result = dataclasses.replace(result, findings=(*result.findings, *unsound))
            facts = {"dossiers": result.dossiers, "objects": result.objects, "findings": len(result.findings)}
            _note(settings, database, store, Action.VERIFIED, facts, sound=result.is_sound)
    finally:
        database.close()
    if as_json:
        signed = {"signed": signatures.signed, "unsigned": signatures.unsigned}
        summary = {**dataclasses.asdict(result), **signed, "sound": result.is_sound}
        print(json.dumps(summary, ensure_ascii=False))
    else:
        _tell(result.findings)
        megabytes = result.bytes_read / 1e6
        counts = text("{} hồ sơ, {} tệp, {:.1f} MB đã đọc lại", "{} dossiers, {} objects, {:.1f} MB read again")
        if signatures.signed:
            counts += text(", {} giấy tờ đã ký số", ", {} documents signed").format(signatures.signed)
        verdict = text("nguyên vẹn", "sound") if result.is_sound else text("KHÔNG NGUYÊN VẸN", "NOT SOUND")
        print(f"{counts.format(result.dossiers, result.objects, megabytes)}: {verdict}")
    if not result.is_sound:
        raise typer.Exit(StoredObjectDamaged.exit_code)


def _note(
    settings: Settings,
    database: Database,
    store: ObjectStore,
    action: Action,
    facts: Mapping[str, Fact],
    *,
    sound: bool,
) -> None:
    with Audit(database, store, actor=settings.actor) as audit:
        audit.note(action, "archive", purpose=settings.purpose, result="ok" if sound else "not_sound", facts=facts)


_PROMISES = {
    "reads_back": ("đọc lại đúng những gì đã ghi", "what is written reads back", "không dùng được kho này", "do not use this store"),
    "one_winner": ("nhiều máy cùng ghi: chỉ một máy được", "of writers in the same instant, one is first",
                   "dùng chung một chỉ mục PostgreSQL cho mọi máy; sohoa verify tìm ra bản ghi bị ghi đè",
                   "let all machines share one PostgreSQL index; sohoa verify finds a record that was written over"),
    "versions": ("giữ phiên bản cũ", "older versions are kept", "bản sửa đổi và mã SHA-256 của sohoa thay thế", "sohoa's own revisions and digests stand in"),
    "locks": ("khóa tệp gốc, không xóa được", "originals are locked against deletion", "sohoa verify phát hiện tệp bị xóa; giữ bản sao lưu ở nơi khác",
              "sohoa verify finds what was deleted; keep a backup elsewhere"),
}  # fmt: skip


def _tell_promises(promises: Promises, *, as_json: bool) -> None:
    """What the store keeps, and what makes up for what it does not."""
    if as_json:
        print(json.dumps({**dataclasses.asdict(promises), "lacks": promises.lacks}))
    else:
        for name, (vi, en, instead_vi, instead_en) in _PROMISES.items():
            holds = name not in promises.lacks
            verdict = text("có", "yes") if holds else text(f"KHÔNG: {instead_vi}", f"NO: {instead_en}")
            print(f"{text(vi, en)}: {verdict}")
    if not promises.reads_back:
        raise typer.Exit(StoredObjectDamaged.exit_code)


def _tell(findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        print(f"{finding.subject}: {text(*_KINDS[finding.kind])}")


def rebuild_index(as_json: _JSON = False) -> None:
    settings = Settings.from_environment()
    database = open_database(settings.index)
    console = Console(stderr=True, highlight=False)
    try:
        with console.status(text("Đang dựng lại chỉ mục…", "Building the index again…")):
            store = open_store(settings)
            result = rebuild(store, database)
            facts = {"dossiers": result.found, "taken_in": result.taken_in, "forgotten": result.forgotten}
            _note(settings, database, store, Action.INDEX_REBUILT, facts, sound=not result.damaged)
    finally:
        database.close()
    if as_json:
        print(json.dumps(dataclasses.asdict(result)))
    else:
        _tell(tuple(Finding(FindingKind.DAMAGED, key) for key in result.damaged))
        form = text(
            "{} hồ sơ trong kho; nạp vào {}, bỏ khỏi chỉ mục {}.",
            "{} dossiers in the store; {} taken in, {} forgotten.",
        )
        print(form.format(result.found, result.taken_in, result.forgotten))
    if result.damaged:
        raise typer.Exit(StoredObjectDamaged.exit_code)
