"""What the command-line library says is Vietnamese where that is wanted, and English where it is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.typer_words import usage_words

ROOT = Path(__file__).resolve().parent.parent


def said(*arguments: str, language: str = "vi") -> str:
    """All that the command prints, in a process of its own: help texts are made in the language of its start."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.cli", *arguments],
        capture_output=True, text=True, check=False, cwd=ROOT,
        env=os.environ | {"SOHOA_LANG": language, "COLUMNS": "120", "TERM": "dumb"},
    )  # fmt: skip
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Hiện trợ giúp này."),
        (("show", "--help"), "[bắt buộc]"),
        (("report", "--help"), "Chốt báo cáo một kỳ, xem lại, so với bây giờ."),
        (("report", "freeze", "--help"), "Hiện trợ giúp này."),
        (("nonsense",), "Không có lệnh 'nonsense'."),
        (("--quick",), "Không có tùy chọn --quick."),
        (("status", "--jsn"), "Không có tùy chọn --jsn; có lẽ là --json."),
        (("show",), "Thiếu tham số 'code'."),
        (("show", "A", "B"), "Thừa tham số: B."),
        (("correct", "A", "--set", "a=b"), "Thiếu tùy chọn '--reason'."),
        (("rates", "--by", "week"), "'--by': không có 'week'; chọn một trong: 'unit', 'province'"),
        (("ocr", "/nowhere.pdf", "/tmp/o.pdf"), "'INPUT': không tìm thấy '/nowhere.pdf'."),
        (("search", "--limit", "x", "a"), "'--limit': cần một số."),
        (("search", "--limit", "0", "a"), "'--limit': ít nhất là 1."),
        (("rates", "--from"), "Tùy chọn '--from' cần một giá trị."),
    ],
)
def test_help_and_wrong_usage_speak_vietnamese(arguments, words):
    told = said(*arguments)
    assert words in told
    for english in ("Show this message", "Missing ", "No such", "[required]", "[default:"):
        assert english not in told


def test_english_stays_english_and_what_is_not_known_stays_as_it_is():
    assert "Missing argument 'code'." in said("show", language="en")
    assert "Show this message and exit." in said("show", "--help", language="en")
    assert usage_words("Something new.") == "Something new."
