"""Webhooks over HTTP: made, listed, removed; their dead letters, and replaying them."""

from __future__ import annotations

import json
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Body, Depends, Path, Response
from pydantic import BaseModel, Field

from api.admission import TheCall, entitled
from api.office import Office
from api.problems import Problem
from api.sender import webhook_secret
from api.shapes import Shape, answers, problems
from models.access import Caller, Right, Role
from models.audit import Action
from storage.changes import last_seq
from storage.webhooks import Delivery, Webhook, Webhooks

Receiver = Annotated[Caller, Depends(entitled(Right.RECEIVE))]
Name = Annotated[str, Path(pattern="^[0-9a-f]{24}$", description="Name of a webhook")]


class WebhookWish(BaseModel):
    """Where changes go. `after`: only changes after this cursor; without it, those from now on."""

    url: str = Field(max_length=500, pattern="^https?://", examples=["https://register.example/hooks/sohoa"])
    after: int | None = Field(default=None, ge=0, le=2**53)


class WebhookShape(Shape):
    """A webhook; `secret` is told when it is made, and never again."""

    webhook: str
    key_id: str
    url: str
    created_at: str
    waiting: int
    dead: int
    secret: str | None = None


class WebhookList(Shape):
    """Webhooks, the oldest first."""

    webhooks: list[WebhookShape]


class DeliveryShape(Shape):
    """A change that could not be delivered: its number, how often it was tried, what the last try met."""

    seq: int
    attempts: int
    dead_at: str
    trouble: str


class DeadLetters(Shape):
    """Dead letters in the order of the feed."""

    dead_letters: list[DeliveryShape]


class Replayed(Shape):
    """How many dead letters are tried again."""

    replayed: int


def webhooks_router(office: Office) -> APIRouter:
    """The routes below /webhooks."""
    router = APIRouter(prefix="/webhooks", tags=["changes"])
    webhooks = Webhooks(office.database, office.store)

    def found(caller: Caller, call: TheCall, name: str) -> Webhook:
        call.is_about(Action.WEBHOOK_CHANGED, f"webhook:{name}")
        webhook = webhooks.get(name)
        if webhook is None or not _sees(office, caller, webhook):
            raise Problem("not_found")
        return webhook

    @router.post("", responses=answers(WebhookShape, "not_entitled", status=201))
    def make_webhook(wish: Annotated[WebhookWish, Body()], caller: Receiver, call: TheCall) -> Response:
        """Has changes sent to a URL whose host the operator allows (SOHOA_WEBHOOK_HOSTS); signed as Standard Webhooks says."""
        if caller.role is not Role.DOWNSTREAM:
            raise Problem("not_entitled", "a webhook follows the feed in the name of a downstream key")
        try:
            host = urlsplit(wish.url).hostname
        except ValueError:
            host = None
        if host not in office.settings.webhook_hosts:
            raise Problem("invalid", "the operator allows no webhooks to this host: SOHOA_WEBHOOK_HOSTS")
        after = last_seq(office.database) if wish.after is None else wish.after
        webhook = webhooks.add(key_id=caller.key_id, url=wish.url, from_seq=after, at=office.clock())
        call.is_about(Action.WEBHOOK_CHANGED, f"webhook:{webhook.webhook}", change="made")
        return _json({**_told(webhooks, webhook), "secret": webhook_secret(office, webhook.webhook)}, status=201)

    @router.get("", responses=answers(WebhookList))
    def list_webhooks(caller: Receiver, call: TheCall) -> Response:
        """The key's own webhooks; an operator sees those of its unit's keys."""
        call.is_about(Action.LISTED, "webhooks")
        mine = [webhook for webhook in webhooks.all() if _sees(office, caller, webhook)]
        return _json({"webhooks": [_told(webhooks, webhook) for webhook in mine]})

    @router.get("/{webhook}", responses=answers(WebhookShape, "not_found"))
    def read_webhook(webhook: Name, caller: Receiver, call: TheCall) -> Response:
        """A webhook: how many changes wait for it, and how many are dead letters."""
        return _json(_told(webhooks, found(caller, call, webhook)))

    @router.delete("/{webhook}", responses=_GONE | problems("not_found"), status_code=204)
    def remove_webhook(webhook: Name, caller: Receiver, call: TheCall) -> Response:
        """Ends a webhook; its outbox goes with it."""
        webhooks.remove(found(caller, call, webhook).webhook)
        return Response(status_code=204)

    @router.get("/{webhook}/dead-letters", responses=answers(DeadLetters, "not_found"))
    def list_dead_letters(webhook: Name, caller: Receiver, call: TheCall) -> Response:
        """The changes that were given up after eight tries."""
        dead = webhooks.dead(found(caller, call, webhook).webhook)
        return _json({"dead_letters": [_delivery(delivery) for delivery in dead]})

    @router.post("/{webhook}/replay", responses=answers(Replayed, "not_found"))
    def replay_dead_letters(webhook: Name, caller: Receiver, call: TheCall) -> Response:
        """Tries every dead letter again, from the first."""
        return _json({"replayed": webhooks.replay(found(caller, call, webhook).webhook, now=office.clock())})

    return router


_GONE: dict[int | str, dict[str, Any]] = {204: {"description": "It is gone"}}


def _sees(office: Office, caller: Caller, webhook: Webhook) -> bool:
    if webhook.key_id == caller.key_id:
        return True
    unit = office.keys.get(webhook.key_id).unit
    return caller.role is Role.OPERATOR and (not caller.unit or (bool(unit) and office.reaches(caller, unit)))


def _told(webhooks: Webhooks, webhook: Webhook) -> dict[str, Any]:
    waiting, dead = webhooks.counts(webhook.webhook)
    about = {"webhook": webhook.webhook, "key_id": webhook.key_id, "url": webhook.url, "created_at": webhook.created_at}
    return {**about, "waiting": waiting, "dead": dead}


def _delivery(delivery: Delivery) -> dict[str, Any]:
    names = ("seq", "attempts", "dead_at", "trouble")
    return {name: getattr(delivery, name) for name in names}


def _json(data: object, *, status: int = 200) -> Response:
    return Response(json.dumps(data), status, {"Cache-Control": "no-store"}, "application/json")
