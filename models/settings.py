"""Every setting, read once from the environment; only the shell (flows, api, scripts) asks for them."""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from models.audit import Actor
from models.errors import UsageError
from models.reader import Reader


@dataclass(frozen=True, slots=True)
class S3Access:
    """Where and with what to reach an S3 server; secrets come from the environment or a file, never a URL."""

    endpoint: str
    bucket: str
    prefix: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    region: str
    secure: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run.

    home: where everything embedded lives (SOHOA_HOME, default var/ in the current folder)
    store: object store, a folder or s3://bucket/prefix (SOHOA_STORE)
    index: SQLAlchemy URL of index and ledger (SOHOA_INDEX)
    registry: embedded SQLite file, or http(s):// of a registry service (SOHOA_REGISTRY)
    language: vi or en (SOHOA_LANG)
    workers: dossiers at a time (SOHOA_WORKERS, default the cores)
    page_seconds: time limit a page (SOHOA_PAGE_SECONDS)
    page_megabytes: memory limit of the child that opens a page (SOHOA_PAGE_MEGABYTES)
    units: the office's table of units, a CSV (SOHOA_UNITS); None where codes alone say what lies in what
    reader: who reads first, lines (the project's own recognizer) or tesseract (SOHOA_READER)
    lock_days: how long a store that locks objects keeps originals and revisions locked (SOHOA_LOCK_DAYS, 0: not at all)
    reject_stop_share: stop a batch when more than this share was rejected (SOHOA_REJECT_STOP)
    readings_megabytes, readings_days: how much of what was read is kept on this machine, and how long, so that no page is
        read twice (SOHOA_READINGS_MEGABYTES, 0 keeps nothing; SOHOA_READINGS_DAYS)
    actor: in whose name the audit log notes what is done (SOHOA_ACTOR, default the login name; SOHOA_ACTOR_UNIT,
        SOHOA_ACTOR_ROLE)
    purpose: why, as the audit log notes it (SOHOA_PURPOSE)
    sign_pkcs12, sign_passphrase: the key that signs documents (SOHOA_SIGN_PKCS12, a file; SOHOA_SIGN_PASSPHRASE or _FILE)
    seal_keys: seal originals and pictures of identity cards, the first of them (SOHOA_SEAL_KEY or SOHOA_SEAL_KEY_FILE: 64 hex
        digits each)
    retention: how long dossiers of a procedure are kept (SOHOA_RETENTION, a CSV file)
    report_key: the private key that signs frozen reports, PEM, Ed25519 (SOHOA_REPORT_KEY or _FILE)
    sign_roots: who may have issued signers' certificates (SOHOA_SIGN_ROOTS, a PEM file), asked for by verify
    api_secret: signs links and webhooks (SOHOA_API_SECRET or SOHOA_API_SECRET_FILE, default: made in the home)
    uploads_megabytes, uploads_files: how much a key may have on its way over the API at once, announced and not yet digitized
        (SOHOA_UPLOADS_MEGABYTES, SOHOA_UPLOADS_FILES)
    webhook_hosts: where webhooks may lead, host names (SOHOA_WEBHOOK_HOSTS, separated by commas, default: nowhere)
    """

    home: Path
    store: str
    index: str
    registry: str
    language: str
    workers: int
    page_seconds: float
    page_megabytes: int
    reject_stop_share: float
    lock_days: float = 3650
    reader: Reader = Reader.LINES
    units: Path | None = None
    s3: S3Access | None = None
    readings_megabytes: float = 2000.0
    readings_days: float = 30.0
    actor: Actor = field(default_factory=lambda: Actor(_login_name()))
    purpose: str | None = None
    sign_pkcs12: Path | None = None
    sign_passphrase: str | None = field(default=None, repr=False)
    sign_roots: Path | None = None
    api_secret: str | None = field(default=None, repr=False)
    webhook_hosts: tuple[str, ...] = ()
    uploads_megabytes: float = 20_000.0
    uploads_files: int = 20_000
    retention: Path | None = None
    seal_keys: tuple[bytes, ...] = field(default=(), repr=False)
    report_key: str | None = field(default=None, repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """All settings; raises UsageError that names every wrong one at once."""
        env = os.environ if environment is None else environment
        wrong: list[str] = []

        def number(name: str, default: float, low: float, high: float) -> float:
            text = env.get(name, "")
            try:
                value = float(text) if text else default
            except ValueError:
                value = low - 1
            if not low <= value <= high:
                wrong.append(f"{name} must be a number from {low:g} to {high:g}")
            return value

        home = Path(env.get("SOHOA_HOME") or "var").absolute()
        language = env.get("SOHOA_LANG") or "vi"
        if language not in ("vi", "en"):
            wrong.append("SOHOA_LANG must be vi or en")
        reader = env.get("SOHOA_READER") or Reader.LINES
        if reader not in set(Reader):
            wrong.append("SOHOA_READER must be lines or tesseract")
        store = env.get("SOHOA_STORE") or str(home / "store")
        settings = cls(
            home=home,
            store=store,
            index=env.get("SOHOA_INDEX") or f"sqlite:///{home / 'index.db'}",
            registry=env.get("SOHOA_REGISTRY") or str(home / "registry.db"),
            language=language,
            workers=int(number("SOHOA_WORKERS", os.cpu_count() or 1, 1, 256)),
            page_seconds=number("SOHOA_PAGE_SECONDS", 60, 1, 3600),
            page_megabytes=int(number("SOHOA_PAGE_MEGABYTES", 1024, 64, 65536)),
            lock_days=number("SOHOA_LOCK_DAYS", 3650, 0, 36500),
            reject_stop_share=number("SOHOA_REJECT_STOP", 0.5, 0, 1),
            reader=Reader(reader) if reader in set(Reader) else Reader.LINES,
            units=Path(env["SOHOA_UNITS"]) if env.get("SOHOA_UNITS") else None,
            s3=_s3(store, env, wrong) if store.startswith("s3://") else None,
            readings_megabytes=number("SOHOA_READINGS_MEGABYTES", 2000, 0, 1e6),
            readings_days=number("SOHOA_READINGS_DAYS", 30, 0, 3650),
            actor=_actor(env),
            purpose=env.get("SOHOA_PURPOSE") or None,
            sign_pkcs12=_path("SOHOA_SIGN_PKCS12", env),
            sign_passphrase=_secret("SOHOA_SIGN_PASSPHRASE", env, wrong, needed_for=None),
            sign_roots=_path("SOHOA_SIGN_ROOTS", env),
            api_secret=_secret("SOHOA_API_SECRET", env, wrong, needed_for=None),
            webhook_hosts=tuple(filter(None, (h.strip() for h in env.get("SOHOA_WEBHOOK_HOSTS", "").split(",")))),
            uploads_megabytes=number("SOHOA_UPLOADS_MEGABYTES", 20_000, 1, 1e9),
            uploads_files=int(number("SOHOA_UPLOADS_FILES", 20_000, 1, 1e7)),
            retention=_path("SOHOA_RETENTION", env),
            seal_keys=_seal_keys(env, wrong),
            report_key=_secret("SOHOA_REPORT_KEY", env, wrong, needed_for=None),
        )
        if wrong:
            raise UsageError("; ".join(wrong))
        return settings


def _actor(env: Mapping[str, str]) -> Actor:
    name = env.get("SOHOA_ACTOR", "").strip() or _login_name()
    return Actor(name, env.get("SOHOA_ACTOR_UNIT", "").strip(), env.get("SOHOA_ACTOR_ROLE", "").strip())


def _login_name() -> str:
    """The account of this process as the system knows it, which the environment cannot alter."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # in a container: a user without an account
        return f"uid {os.getuid()}"


def _s3(store: str, env: Mapping[str, str], wrong: list[str]) -> S3Access:
    bucket, _, prefix = store.removeprefix("s3://").strip("/").partition("/")
    endpoint = env.get("SOHOA_S3_ENDPOINT", "")
    if not bucket:
        wrong.append("SOHOA_STORE must name a bucket: s3://bucket/prefix")
    if not endpoint:
        wrong.append("SOHOA_S3_ENDPOINT must name the server, as http://host:port")
    return S3Access(
        endpoint=endpoint.split("://")[-1].rstrip("/"),
        bucket=bucket,
        prefix=prefix,
        access_key=_secret("SOHOA_S3_ACCESS_KEY", env, wrong, needed_for="an s3:// store") or "",
        secret_key=_secret("SOHOA_S3_SECRET_KEY", env, wrong, needed_for="an s3:// store") or "",
        region=env.get("SOHOA_S3_REGION") or "us-east-1",
        secure=not endpoint.startswith("http://"),
    )


def _seal_keys(env: Mapping[str, str], wrong: list[str]) -> tuple[bytes, ...]:
    given = (_secret("SOHOA_SEAL_KEY", env, wrong, needed_for=None) or "").split()
    if all(re.fullmatch(r"[0-9a-fA-F]{64}", key) for key in given):
        return tuple(bytes.fromhex(key) for key in given)
    wrong.append(
        "SOHOA_SEAL_KEY must be 64 hex digits (openssl rand -hex 32), or several such keys, the first of which seals"
    )
    return ()


def _path(name: str, env: Mapping[str, str]) -> Path | None:
    return Path(env[name]).absolute() if env.get(name) else None


def _secret(name: str, env: Mapping[str, str], wrong: list[str], *, needed_for: str | None) -> str | None:
    """A secret from the variable itself or from the file that NAME_FILE names; None where neither is set."""
    if env.get(name):
        return env[name]
    path = env.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError:
            wrong.append(f"{name}_FILE cannot be read")
            return None
    if needed_for:
        wrong.append(f"{name} or {name}_FILE must be set for {needed_for}")
    return None
