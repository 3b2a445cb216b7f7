"""Where in the object store the API keeps what it is told: keys, webhooks, questions about persons' papers."""

from __future__ import annotations

from storage.keys import ACCESS, REUSES

API_KEYS = f"{ACCESS}keys/"
WEBHOOKS = f"{ACCESS}webhooks/"


def api_key(key_id: str) -> str:
    """An API key as it rests: what it opens, and digests of its secret."""
    return f"{API_KEYS}{key_id}.json"


def webhook_key(webhook: str) -> str:
    """A webhook: whose it is and where it leads."""
    return f"{WEBHOOKS}{webhook}.json"


def reuse_key(question: str) -> str:
    """A question about a person's papers that was answered; it holds no id number. `question` begins with its month."""
    return f"{REUSES}{question[:6]}/{question}.json"
