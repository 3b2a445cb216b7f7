"""`sohoa keys`: API keys, made, rotated, revoked and listed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from models.access import Role
from models.audit import Action, Fact
from models.dossier import is_unit_code
from models.errors import UsageError
from models.settings import Settings
from scripts.language import text
from storage.api_keys import ApiKey, ApiKeys
from storage.audit import Audit
from storage.opening import open_audit

app = typer.Typer(no_args_is_help=True, add_completion=False)

KeyId = Annotated[str, typer.Argument(metavar="KEY", help=text("Phần công khai của khóa.", "The key's public part."))]
Days = Annotated[int, typer.Option(min=1, max=3650, help=text("Hạn dùng (ngày).", "Days until it expires."))]


@app.command(help=text("Tạo khóa; chỉ hiện một lần.", "Make a key; it is shown this once."))
def add(
    name: Annotated[str, typer.Argument(help=text("Tên hệ thống hoặc bàn dùng khóa.", "The program or desk."))],
    role: Annotated[Role, typer.Option(help=text("Vai trò.", "Its role."))],
    unit: Annotated[
        str, typer.Option(help=text("Đơn vị: thấy đơn vị này và cấp dưới; bỏ trống: tất cả.", "Sees this unit and those below; empty: all."))
    ] = "",
    purpose: Annotated[
        list[str] | None, typer.Option(help=text("Mục đích được nêu (lặp lại được).", "A purpose it may give (repeatable)."))
    ] = None,
    ids: Annotated[
        bool, typer.Option("--ids", help=text("Thấy đủ số định danh và tệp.", "Shows id numbers in full, and files."))
    ] = False,
    rate: Annotated[float, typer.Option(min=0.1, max=10_000, help=text("Số lượt gọi mỗi giây.", "Calls a second."))] = 20,
    days: Days = 365,
) -> None:  # fmt: skip
    if unit and not is_unit_code(unit):
        raise UsageError(f"{unit} is no unit code (H40.12)", f"{unit} không phải mã đơn vị (H40.12)")
    with _keys() as (keys, audit, now):
        key, secret = keys.add(
            name, role, unit=unit, purposes=tuple(purpose or ()), sees_ids=ids, calls_a_second=rate, days=days, now=now
        )
        _note(audit, key, "added", role=key.role, unit=key.unit)
    print(secret)


@app.command(
    help=text(
        "Đổi bí mật của khóa; bí mật cũ còn dùng được một lúc.", "Give a key a new secret; the old one ends later."
    )
)
def rotate(
    key: KeyId,
    overlap_hours: Annotated[
        float, typer.Option(min=0, max=720, help=text("Bí mật cũ còn dùng (giờ).", "Hours the old secret is good for."))
    ] = 24,
    days: Days = 365,
) -> None:  # fmt: skip
    with _keys() as (keys, audit, now):
        rotated, secret = keys.rotate(key, overlap_hours=overlap_hours, days=days, now=now)
        _note(audit, rotated, "rotated")
    print(secret)


@app.command(help=text("Thu hồi khóa.", "End a key."))
def revoke(key: KeyId) -> None:
    with _keys() as (keys, audit, now):
        _note(audit, keys.revoke(key, now=now), "revoked")


@app.command("list", help=text("Các khóa, không có bí mật.", "The keys, without their secrets."))
def list_keys(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    with _keys() as (keys, _, now):
        rows = [(key, _state(key, now)) for key in keys.all()]
    if as_json:
        shown = ("key_id", "name", "role", "unit", "purposes", "sees_ids", "calls_a_second", "created_at", "expires_at")
        print(json.dumps([{**{n: getattr(k, n) for n in shown}, "state": s} for k, s in rows], ensure_ascii=False))
        return
    table = Table(box=None, header_style="dim")
    headings = text("Khóa|Tên|Vai trò|Đơn vị|Mục đích|Số định danh|Hết hạn|Trạng thái",
                    "Key|Name|Role|Unit|Purposes|Ids|Expires|State").split("|")  # fmt: skip
    for place, heading in enumerate(headings):
        table.add_column(heading, no_wrap=place in {0, 2, 6}, overflow="fold")  # what is typed again stays whole
    for key, state in rows:
        ids = text("thấy đủ", "in full") if key.sees_ids else text("che", "masked")
        table.add_row(
            key.key_id,
            key.name,
            key.role,
            key.unit or "*",
            key.purposes,
            ids,
            key.expires_at[:10],
            text(*_STATES[state]),
        )
    Console(highlight=False).print(table)


_STATES = {"good": ("còn dùng", "good"), "expired": ("hết hạn", "expired"), "revoked": ("đã thu hồi", "revoked")}


def _state(key: ApiKey, now: datetime) -> str:
    if key.revoked_at:
        return "revoked"
    return "expired" if now.isoformat() >= key.expires_at else "good"


@contextmanager
def _keys() -> Iterator[tuple[ApiKeys, Audit, datetime]]:
    settings = Settings.from_environment()
    with open_audit(settings) as audit:
        yield ApiKeys(audit.database, audit.store), audit, datetime.now(UTC)


def _note(audit: Audit, key: ApiKey, change: str, **facts: Fact) -> None:
    audit.note(Action.KEY_CHANGED, f"key:{key.key_id}", facts={"change": change, **facts})
