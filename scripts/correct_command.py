"""`sohoa correct CODE`: a clerk sets right what was read wrong; the record before it stays as a revision."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from flows.correcting import correct_dossier
from flows.desk import Desk
from models.errors import UsageError
from models.reason_texts import reason_text
from models.settings import Settings
from models.vietnamese import nfc
from scripts.language import text
from scripts.terms import document_words, term

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def correct(
    code: Annotated[str, typer.Argument(help=text("Mã hồ sơ.", "The dossier's code."))],
    values: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="MỤC=GIÁ_TRỊ",
            help=text(
                "persons.1.full_name=…, documents.2.type=…, procedure=…; để trống giá trị để bỏ; như sohoa show đánh số.",
                "persons.1.full_name=…, documents.2.type=…, procedure=…; an empty value takes it away; numbers as in sohoa show.",
            ),
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", help=text("Lý do đính chính.", "Why."))],
    revision: Annotated[
        int | None,
        typer.Option(
            "--revision",
            help=text("Phiên bản đã xem (mặc định: mới nhất).", "The revision looked at (default: the latest)."),
        ),
    ] = None,
) -> None:
    settings = Settings.from_environment()
    wanted = [_split(value) for value in values]
    desk = Desk.open(settings)
    try:
        kept = correct_dossier(code.strip(), wanted, desk, author=settings.actor.name, reason=reason, follows=revision)
    finally:
        desk.close()
    print(text("{}: phiên bản {}, {}", "{}: revision {}, {}").format(code, kept.revision, term(kept.record.status)))
    for why in map(reason_text, kept.record.reasons):
        print(f"  • {text(why.vi, why.en)} {text(why.do_vi, why.do_en)}")


def _split(value: str) -> tuple[str, str | None]:
    target, equals, given = value.partition("=")
    if not equals:
        raise UsageError(f"--set {target}: target=value", f"--set {target}: mục=giá trị")
    target, given = target.strip(), given.strip()
    return target, as_recorded(target.rpartition(".")[2], given) or None


def as_recorded(name: str, given: str) -> str:
    """What a clerk types, as records hold it: `nữ`, `24/09/2025`, `giấy chứng sinh`; anything else as it is."""
    word = nfc(given).casefold()
    if name == "sex":
        return {"nam": "male", "nữ": "female"}.get(word, given)
    if name == "type":
        return next((kind for kind, said in document_words().items() if said.casefold() == word), given)
    day = _DAY.fullmatch(given)
    return f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}" if day and name in {"birth_date", "issued_on"} else given
