"""Makes questions that tempt a matcher into naming the wrong citizen: relatives, twins, namesakes, mixed identities.

Each says who may be named at most; anyone else is a wrong link. What hard_queries.py asks is what paper does to true
persons; here the paper is mostly clean, and the citizen whom it points to is mostly not the one. Nobody in them exists.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from models.match import MatchQuery
from pipeline.plausible import neighbours_swapped
from pipeline.similarity import DateAgreement, NameAgreement, compare_dates, compare_names
from scripts.hard_queries import other_digit, spoil_date, spoil_name, spoil_number
from scripts.village import Pair

_MAY_BE = frozenset({
    NameAgreement.EXACT, NameAgreement.TONE_PLACE, NameAgreement.TONELESS, NameAgreement.SURNAME_PAIR,
    NameAgreement.CLOSE, NameAgreement.SHORT,
})  # fmt: skip
_MISREAD = frozenset({DateAgreement.SWAPPED, DateAgreement.DIGIT, DateAgreement.TWO_DIGITS})


@dataclass(frozen=True, slots=True)
class Trap:
    """A question, its family, and the only citizen who may be named (None: nobody may).

    `certain`: nothing but the way of writing is unusual, so that whoever does not name that citizen has missed one.
    """

    family: str
    query: MatchQuery
    citizen: str | None
    certain: bool = False


def draw_traps(pairs: tuple[Pair, ...], count: int, *, seed: int) -> Iterator[Trap]:
    """`count` questions, each family in its turn; the same for the same seed."""
    rng = Random(f"trap questions {seed}")
    for number in range(count):
        draw = _FAMILIES[number % len(_FAMILIES)]
        trap = None
        while trap is None:  # some pairs cannot be told apart by what a family leaves on the paper
            trap = draw(rng, rng.choice(pairs))
        yield replace(trap, query=replace(trap.query, query=f"t{number}"))


def _tells_apart(pair: Pair, query: MatchQuery) -> bool:
    """Whether the paper, cleanly read, says that the other citizen is not meant: by another date, by another name, or by
    a name one letter off where somebody in the registry bears exactly this name and birth date.
    """
    other, day = pair.other.citizen, query.birth_date or ""
    dates = compare_dates(query.birth_date, other.birth_date)
    if dates == DateAgreement.DIFFERENT or (pair.known and dates in _MISREAD):
        return True
    if not _may_be(query.full_name, other.full_name):
        return True
    return pair.known and len(day) == 10 == len(other.birth_date) and query.full_name != other.full_name


def _is_fair(pair: Pair, query: MatchQuery) -> bool:
    """A person of the registry can always be meant; one outside it must differ from the citizen they resemble."""
    return pair.known or _tells_apart(pair, query)


def _may_be(read: str | None, name: str) -> bool:
    """Whether the one may be the other, lawfully written or one letter misread."""
    return compare_names(read, name) in _MAY_BE


def _own(pair: Pair) -> MatchQuery:
    citizen = pair.asked.citizen
    return MatchQuery(
        "", citizen.full_name, pair.asked.birth.isoformat(), citizen.sex, citizen.id_number, citizen.residence
    )


def _answer(pair: Pair) -> str | None:
    return pair.asked.citizen.id_number if pair.known else None


def _thinned(rng: Random, query: MatchQuery, *fields: str, share: float = 0.35) -> MatchQuery:
    """Some of the fields left out."""
    gone: dict[str, Any] = {field: None for field in fields if rng.random() < share}
    return replace(query, **gone)


def _year_at_times(rng: Random, query: MatchQuery) -> MatchQuery:
    return replace(query, birth_date=query.birth_date and rng.choice((query.birth_date, query.birth_date[:4], None)))


def _others_number(rng: Random, pair: Pair) -> Trap | None:
    """Everything the person's own but the number: the relative's present or old one."""
    other = pair.other.citizen
    number = rng.choice((other.id_number, other.old_id_number or other.id_number))
    query = _thinned(rng, _year_at_times(rng, replace(_own(pair), id_number=number)), "sex", "residence")
    if not _tells_apart(pair, query):
        return None
    return Trap(f"the number of: {pair.relation}", query, None)


def _no_number(rng: Random, pair: Pair) -> Trap | None:
    query = _thinned(rng, _year_at_times(rng, replace(_own(pair), id_number=None)), "sex", "residence")
    return Trap(f"no number: {pair.relation}", query, _answer(pair)) if _tells_apart(pair, query) else None


def _no_number_misread(rng: Random, pair: Pair) -> Trap | None:
    """What is misread may turn a person into the relative; where the registry holds both, they are not to be told apart."""
    trap = _no_number(rng, pair)
    if trap is None or not pair.known:
        return None
    return Trap(f"misread, {trap.family}", _misread(rng, trap.query), trap.citizen)


def _own_number_misread(rng: Random, pair: Pair) -> Trap:
    """The person's own number misread, with name and date misread: never the relative's."""
    query = _thinned(rng, _own(pair), "sex", "residence")
    number = spoil_number(rng, query.id_number or "", rng.choice(("digit", "two", "drop", "double")))
    return Trap(f"misread number: {pair.relation}", _misread(rng, replace(query, id_number=number)), _answer(pair))


def _mixed(rng: Random, pair: Pair) -> Trap | None:
    """Of number, name and date one is another's; with a date of others nobody is beyond doubt."""
    own, other = _own(pair), pair.other.citizen
    mixed: dict[str, Any] = rng.choice((
        {"birth_date": pair.other.birth.isoformat()},
        {"birth_date": pair.other.birth.isoformat()[:4]},
        {"full_name": other.full_name},
        {"full_name": other.full_name, "birth_date": pair.other.birth.isoformat(), "residence": other.residence},
    ))  # fmt: skip
    query = replace(own, **mixed)
    known = pair.asked.citizen
    day = compare_dates(query.birth_date, known.birth_date)
    name = compare_names(query.full_name, known.full_name)
    alike = name in (*_MAY_BE, NameAgreement.GARBLED) and day != DateAgreement.DIFFERENT
    return Trap(f"one field of: {pair.relation}", query, _answer(pair) if alike else None)


def _near_number(rng: Random, pair: Pair) -> Trap | None:
    """A stranger who shares name and birth date and whose number is two or three digits from the citizen's."""
    own = _own(pair)
    own_number = number = own.id_number or ""
    for at in rng.sample(range(6, 12), rng.choice((2, 3))):
        number = other_digit(rng, number, at)
    if number in neighbours_swapped(own_number):
        return None  # that is how hurried hands write one's own
    query = replace(
        own, id_number=number, residence="Thôn 97, Xã Không Đâu, Tỉnh Nghệ An" if rng.random() < 0.5 else None
    )
    return Trap("namesake of the day, number near", query, None)


def _bits(rng: Random, pair: Pair) -> Trap | None:
    query = _thinned(rng, _own(pair), "full_name", "birth_date", "sex", "id_number", "residence", share=0.5)
    return Trap("bits", query, _answer(pair)) if _is_fair(pair, query) else None


def _everything_misread(rng: Random, pair: Pair) -> Trap | None:
    if not _is_fair(pair, _own(pair)):
        return None
    query = _misread(rng, _misread(rng, _own(pair)))
    number = spoil_number(rng, query.id_number or "", rng.choice(("none", "digit", "two", "drop", "absent")))
    return Trap("name and date misread", _thinned(rng, replace(query, id_number=number), "residence"), _answer(pair))


def _misread(rng: Random, query: MatchQuery) -> MatchQuery:
    name = spoil_name(rng, query.full_name or "", rng.choice(("none", "mark", "letter", "letters", "bare", "short")))[0]
    day = query.birth_date
    if day and len(day) == 10:
        day = spoil_date(rng, day, rng.choice(("none", "none", "digit", "swap", "year")))
    return replace(query, full_name=name or None, birth_date=day)


def _old_number(rng: Random, pair: Pair) -> Trap | None:
    """Nine digits: a stranger's, or the last nine of the person's own twelve."""
    own = _own(pair)
    if not _is_fair(pair, own):
        return None
    number = rng.choice((f"{rng.randrange(1_000_000_000):09d}", (own.id_number or "")[3:]))
    kept = _thinned(rng, replace(own, id_number=number), "sex", "residence")
    return Trap("nine digits of nobody", kept, _answer(pair))


def _otherwise_written(rng: Random, pair: Pair) -> Trap:
    """The person's own data in other dress: letters, spaces, forms of date and number."""
    own = _own(pair)
    name, day, number = own.full_name or "", own.birth_date or "", own.id_number or ""
    year, month, date_ = day.split("-")
    query = replace(
        own,
        full_name=rng.choice((
            unicodedata.normalize("NFD", name), name.lower(), name.title(), f"  {name.replace(' ', '   ')} ",
            name.replace("Đ", "Ð"), name.replace(" ", "\u00a0"), name,
        )),
        birth_date=rng.choice((
            day, f"{date_}/{month}/{year}", f"{int(date_)}-{int(month)}-{year}", f"{date_}.{month}.{year}",
            f"{date_} / {month} / {year}", f" {day} ", f"{year}/{month}/{date_}", f"{year}{month}{date_}",
            f"ngày {date_} tháng {month} năm {year}", f"{day}T00:00:00",
        )),
        id_number=rng.choice((
            number, " ".join((number[:3], number[3:6], number[6:9], number[9:])), ".".join(number),
            number.replace("0", "O", 1), f"Số {number}", unicodedata.normalize("NFC", f"{number} "),
        )),
        sex=rng.choice((own.sex, "nữ" if own.sex == "female" else "nam", "Nữ" if own.sex == "female" else "Nam", None)),
        residence=rng.choice((own.residence, own.residence and own.residence.upper(), None)),
    )  # fmt: skip
    return Trap("otherwise written", query, _answer(pair), certain=pair.known)


_FAMILIES: tuple[Callable[[Random, Pair], Trap | None], ...] = (
    _others_number,
    _no_number,
    _no_number_misread,
    _own_number_misread,
    _mixed,
    _near_number,
    _bits,
    _everything_misread,
    _old_number,
    _otherwise_written,
)
