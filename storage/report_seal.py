"""The signature over a frozen report: Ed25519, so that whoever has the public key can check it and only the office can make it."""

from __future__ import annotations

import base64
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from models.errors import UsageError

_ALGORITHM = "ed25519"


def seal(body: bytes, pem: str) -> dict[str, str]:
    """The signature over the bytes, with the public key that checks it; raises UsageError on a key that is none."""
    key = _private_key(pem)
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {
        "algorithm": _ALGORITHM,
        "public_key": base64.b64encode(public).decode("ascii"),
        "value": base64.b64encode(key.sign(body)).decode("ascii"),
    }


def holds(body: bytes, signature: dict[str, Any]) -> bool:
    """Whether the signature is over these bytes. By whose key, its `public_key` tells; who that is, the office's papers do."""
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(signature["public_key"], validate=True))
        public.verify(base64.b64decode(signature["value"], validate=True), body)
    except (InvalidSignature, ValueError, KeyError, TypeError):
        return False
    return signature.get("algorithm") == _ALGORITHM


def _private_key(pem: str) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(
            "SOHOA_REPORT_KEY must be an Ed25519 private key in PEM: openssl genpkey -algorithm ed25519",
            "SOHOA_REPORT_KEY phải là khóa riêng Ed25519 dạng PEM: openssl genpkey -algorithm ed25519",
        )
    return key
