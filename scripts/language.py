"""Vietnamese or English: the language of help texts and messages, by SOHOA_LANG (default vi)."""

from __future__ import annotations

import os


def language() -> str:
    """`vi` or `en`; an unknown value counts as Vietnamese here and is refused where the settings are read."""
    return "en" if os.environ.get("SOHOA_LANG", "").strip().lower() == "en" else "vi"


def text(vi: str, en: str) -> str:
    """The one of the two texts that the reader wants; read when called, so that help texts follow the environment."""
    return en if language() == "en" else vi
