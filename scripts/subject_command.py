"""`sohoa subject`: all that is held on one person, gathered for them; and their data frozen or released, all of it noted."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.subject import Held, accesses_to, fields_read, held_on, numbers_of
from models.audit import Action, Entry, masked_id
from models.errors import RegistryUnreachable, StoredObjectDamaged, UsageError
from models.restriction import Restriction, RestrictionKind
from models.settings import Settings
from registry.ask import open_population
from scripts.language import text
from scripts.terms import action_term
from storage.audit import Audit
from storage.objects import digest_and_size
from storage.opening import open_audit
from storage.restrictions import Restrictions

app = typer.Typer(no_args_is_help=True, add_completion=False)

_NUMBER = re.compile(r"\d{9}(?:\d{3})?", re.ASCII)
_Id = Annotated[
    str,
    typer.Option("--id", metavar="NUMBER|-", help=text(
        "Số định danh; - để nhập từ bàn phím hoặc đầu vào chuẩn (không lộ trong danh sách tiến trình).",
        "Id number; - asks for it or reads standard input (a command line is seen by all users of the machine).",
    )),
]  # fmt: skip
_Purpose = Annotated[str, typer.Option(help=text("Căn cứ của yêu cầu.", "What the request is based on."))]
_README = (
    "Dữ liệu về chủ thể dữ liệu {id}, trích ngày {day} theo Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15.\n"
    "  data.json     hồ sơ, giấy tờ và những gì đã đọc được về chủ thể\n"
    "  papers/       bản số hóa của các giấy tờ có tên chủ thể (có thể có người khác trên cùng giấy)\n"
    "  accesses.csv  ai đã xem, xuất, sửa, tra cứu; khi nào, vì mục đích gì\n\n"
    "What is held on data subject {id}, gathered on {day} under Law 91/2025/QH15 on personal data.\n"
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The person who is asked about."""

    numbers: tuple[str, ...]
    audit: Audit
    settings: Settings

    @property
    def subject(self) -> str:
        """As the audit log names the person."""
        return self.audit.person(self.numbers[0])


@app.command(
    help=text("Trích mọi dữ liệu về một người ra thư mục.", "Gather all that is held on one person in a folder.")
)
def export(
    id_number: _Id,
    purpose: _Purpose,
    output: Annotated[
        Path, typer.Option("--output", "-o", help=text("Thư mục đích, chưa có.", "A folder not there yet."))
    ],
) -> None:
    with _asked(id_number) as asked:
        if output.exists():
            raise UsageError(f"{output} is there already", f"{output} đã có rồi")
        held = tuple(held_on(asked.numbers, asked.audit))
        papers = sum(len(one.papers) for one in held)
        asked.audit.note(
            Action.SUBJECT_EXPORTED, asked.subject, purpose=purpose, facts={"dossiers": len(held), "papers": papers}
        )
        codes = [one.kept.record.dossier_code for one in held]
        digests = [asked.audit.person(number) for number in asked.numbers]
        try:
            _write(output, asked, held, list(accesses_to(codes, digests, asked.audit)))
        except OSError as error:
            raise UsageError(f"{error.filename or output}: {error.strerror}") from None
    form = text("{} hồ sơ, {} giấy tờ, {} trường đã đọc: {}", "{} dossiers, {} papers, {} fields read: {}")
    print(form.format(len(held), papers, fields_read(held), output))


@app.command(help=text("Hạn chế xử lý dữ liệu của một người.", "Restrict the processing of one person's data."))
def restrict(id_number: _Id, purpose: _Purpose) -> None:
    with _asked(id_number) as asked:
        asked.audit.note(Action.SUBJECT_RESTRICTED, asked.subject, purpose=purpose)
        restrictions = Restrictions(asked.audit.database, asked.audit.store)
        restrictions.place(
            Restriction(
                asked.subject,
                RestrictionKind.RESTRICTED,
                purpose,
                asked.settings.actor.name,
                datetime.now(UTC).isoformat(timespec="seconds"),
                asked.numbers,
            )
        )
        codes = [one.kept.record.dossier_code for one in held_on(asked.numbers, asked.audit)]
    print(
        text(
            f"Đã hạn chế {len(codes)} hồ sơ: {' '.join(codes)}",
            f"{len(codes)} dossiers are restricted: {' '.join(codes)}",
        )
    )


@app.command(help=text("Bỏ hạn chế xử lý.", "Lift the restriction of one person's data."))
def release(id_number: _Id, purpose: _Purpose) -> None:
    with _asked(id_number) as asked:
        asked.audit.note(Action.SUBJECT_RELEASED, asked.subject, purpose=purpose)
        stood = Restrictions(asked.audit.database, asked.audit.store).lift(asked.subject, RestrictionKind.RESTRICTED)
    print(
        text("Đã bỏ hạn chế.", "The restriction is lifted.") if stood else text("Không có hạn chế nào.", "None stood.")
    )


@contextmanager
def _asked(given: str) -> Iterator[_Asked]:
    """The person whom the number means; the registry, where it answers, tells their other number."""
    number, settings = _number(given), Settings.from_environment()
    with open_audit(settings) as audit:
        try:
            population = open_population(settings)
        except RegistryUnreachable:
            population = None
        try:
            numbers = numbers_of(number, population)
        finally:
            if population is not None:
                audit.note(Action.REGISTRY_ASKED, audit.person(number), purpose=settings.purpose, facts={"calls": 1})
                population.close()
        yield _Asked(numbers, audit, settings)


def _number(given: str) -> str:
    if given == "-":
        prompt = text("Số định danh", "Id number")
        given = typer.prompt(prompt, hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    number = re.sub(r"[\s.]", "", given)
    if not _NUMBER.fullmatch(number):
        raise UsageError("--id needs 9 or 12 digits, or - to ask for them", "--id cần 9 hoặc 12 chữ số, hoặc - để nhập")
    return number


def _write(output: Path, asked: _Asked, held: tuple[Held, ...], accesses: list[Entry]) -> None:
    (output / "papers").mkdir(parents=True)
    day = datetime.now(UTC).date().isoformat()
    (output / "README.txt").write_text(_README.format(id=masked_id(asked.numbers[0]), day=day), encoding="utf-8")
    data = {"id_numbers": list(asked.numbers), "gathered_on": day, "dossiers": [one.to_json() for one in held]}
    (output / "data.json").write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
    for one in held:
        for file in one.papers:
            target = output / "papers" / f"{one.kept.record.dossier_code}-{Path(file.name).name}"
            target.write_bytes(asked.audit.store.get(file.key))
            if digest_and_size(target)[0] != file.sha256:
                target.unlink()
                raise StoredObjectDamaged(f"not what was stored: {file.key}")
    with (output / "accesses.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(text("Lúc (UTC)|Ai|Đơn vị|Việc|Đối tượng|Mục đích|Kết quả",
                             "At (UTC)|Who|Unit|What|Subject|Purpose|Result").split("|"))  # fmt: skip
        for entry in accesses:
            writer.writerow(
                (
                    entry.at,
                    entry.actor,
                    entry.unit,
                    action_term(entry.action),
                    entry.subject,
                    entry.purpose,
                    entry.result,
                )
            )
