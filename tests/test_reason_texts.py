"""Every reason code has its words in both languages and its heading in docs/errors.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.outcome import Reason
from models.reason_texts import reason_text

ERRORS = Path(__file__).resolve().parent.parent / "docs" / "errors.md"


@pytest.mark.parametrize("reason", list(Reason))
def test_a_reason_says_what_happened_and_what_to_do(reason: Reason) -> None:
    words = reason_text(reason)
    assert words.vi != reason
    for sentence in (words.vi, words.do_vi, words.en, words.do_en):
        assert sentence.endswith(".")


@pytest.mark.parametrize("reason", list(Reason))
def test_docs_errors_has_its_heading_and_its_words(reason: Reason) -> None:
    _, found, after = ERRORS.read_text(encoding="utf-8").partition(f"\n### {reason}\n")
    assert found, f"docs/errors.md has no heading {reason}"
    section = after.partition("\n#")[0]
    words = reason_text(reason)
    for sentence in (words.vi, words.do_vi, words.en, words.do_en):
        assert sentence in section


def test_an_unknown_code_stands_for_itself() -> None:
    assert reason_text("from_a_newer_version").vi == "from_a_newer_version"
