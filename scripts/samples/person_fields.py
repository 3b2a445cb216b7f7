"""A person described on a form: fields in an order, short ones beside each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from scripts.samples.paper import Mention
from scripts.samples.sheet import Inline, Sheet

LABELS = {
    "name": "Họ, chữ đệm, tên", "birth": "Ngày, tháng, năm sinh", "year": "Năm sinh", "sex": "Giới tính",
    "ethnicity": "Dân tộc", "nationality": "Quốc tịch", "residence": "Nơi cư trú", "last_residence": "Nơi cư trú cuối cùng",
    "origin": "Quê quán", "papers": "Giấy tờ tùy thân", "number": "Số định danh cá nhân",
}  # fmt: skip
_VALUES: dict[str, Callable[[Mention], Inline]] = {
    "name": lambda who: who.name(), "birth": lambda who: who.birth(), "year": lambda who: who.birth_year(),
    "sex": lambda who: who.sex(), "ethnicity": lambda who: who.ethnicity(), "nationality": lambda who: who.nationality(),
    "residence": lambda who: who.residence(), "last_residence": lambda who: who.residence(),
    "origin": lambda who: who.origin(), "papers": lambda who: who.papers(), "number": lambda who: who.number(),
}  # fmt: skip
_SHORT = frozenset({"birth", "year", "sex", "ethnicity", "nationality"})
_GROUPS = (
    ("birth", "year", "sex"),
    ("ethnicity", "nationality"),
    ("papers", "number"),
    ("residence", "last_residence", "origin"),
)


def field_order(rng: Random, fields: Sequence[str]) -> list[str]:
    """The name first, then groups in any order, each in any order."""
    groups = [[name for name in group if name in fields] for group in _GROUPS]
    rng.shuffle(groups)
    for group in groups:
        rng.shuffle(group)
    return [name for name in fields if name == "name"] + [name for group in groups for name in group]


def describe(sheet: Sheet, who: Mention, fields: Sequence[str], *, whose: str = "") -> None:
    """Prints the fields in this order; `whose` qualifies the label of the name (… người mẹ)."""
    run: list[tuple[str, Inline]] = []
    for name in fields:
        label = f"{LABELS[name]} {whose}".strip() if name == "name" else LABELS[name]
        entry = (label, _VALUES[name](who))
        if name in _SHORT:
            run.append(entry)
            continue
        _flush(sheet, run)
        sheet.field(*entry)
    _flush(sheet, run)


def value_of(who: Mention, name: str) -> Inline:
    """One field as it is filled in."""
    return _VALUES[name](who)


def _flush(sheet: Sheet, run: list[tuple[str, Inline]]) -> None:
    if run:
        sheet.fields(*run)
    run.clear()
