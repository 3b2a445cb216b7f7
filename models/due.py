"""When a dossier's result is promised (hẹn trả kết quả), where nobody has said: its procedure's days from reception."""

from __future__ import annotations

from datetime import date, timedelta

from models.procedure import base_code

# Working days; 0 is the day of reception itself.
_DAYS = {
    "1.001193": 0,  # birth: once the papers are in order (Luật Hộ tịch 2014, Article 16)
    "1.000656": 0,  # death (Luật Hộ tịch 2014, Article 34)
    "1.000894": 0,  # marriage (Luật Hộ tịch 2014, Article 18)
    "1.004873": 3,  # marital status (NĐ 123/2015/NĐ-CP, Article 22)
    "1.004222": 7,  # permanent residence (Luật Cư trú 2020, Article 22)
    "1.001612": 3,  # household business (NĐ 01/2021/NĐ-CP, Article 87)
    "2.000635": 0,  # extract copy (Luật Hộ tịch 2014, Article 64)
}
_OTHERS = 10


def promised_on(received_on: date, procedure: str | None) -> date:
    """The day by which the result is due: working days after reception, weekends left out (public holidays not).

    A procedure whose days are not known here is given ten: it must have some place among the others.
    """
    days = _DAYS.get(base_code(procedure), _OTHERS) if procedure else _OTHERS
    day = received_on
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day
