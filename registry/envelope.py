"""What every question to a registry service carries: who asks, for which procedure, why (QĐ 20/2020, MaYeuCau to MaCanBo)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import Body


class Refusal(StrEnum):
    """Error codes of the service. Which field differs is never said: a wrong name and a wrong date look alike."""

    BAD_REQUEST = "BAD_REQUEST"
    OFFICER_NOT_REGISTERED = "OFFICER_NOT_REGISTERED"
    DUPLICATE_REQUEST_ID = "DUPLICATE_REQUEST_ID"
    RATE_LIMITED = "RATE_LIMITED"
    UPSTREAM_TIMEOUT = "UPSTREAM_TIMEOUT"
    NOT_OFFERED = "NOT_OFFERED"


STATUS_OF = {
    Refusal.BAD_REQUEST: 400,
    Refusal.OFFICER_NOT_REGISTERED: 403,
    Refusal.DUPLICATE_REQUEST_ID: 409,
    Refusal.RATE_LIMITED: 429,
    Refusal.UPSTREAM_TIMEOUT: 504,
    Refusal.NOT_OFFERED: 404,
}

Short = Annotated[str, Body(min_length=1, max_length=40, pattern=r"^[\w.\-]+$")]


@dataclass(frozen=True, slots=True)
class Envelope:
    """A request's head. A request id is served once and never again."""

    request_id: Short
    procedure: Short
    unit: Short
    officer: Short
    purpose: Annotated[str, Body(min_length=1, max_length=200)]
