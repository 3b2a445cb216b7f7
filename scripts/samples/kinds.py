"""The seven kinds of dossier: which household comes, who plays which part, which papers they bring and get."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from models.document import Part
from scripts.population import Resident
from scripts.samples import forms_birth as births
from scripts.samples import forms_business as businesses
from scripts.samples import forms_death as deaths
from scripts.samples import forms_marriage as marriages
from scripts.samples import forms_residence as residences
from scripts.samples import forms_status as statuses
from scripts.samples.blocks import Office
from scripts.samples.casting import Household
from scripts.samples.desk import Desk
from scripts.samples.lexicon import FEMALE
from scripts.samples.own_catalogue import written
from scripts.samples.paper import Paper
from scripts.samples.people import Party
from scripts.samples.places import draw_address

Written = tuple[list[Paper], Party]


@dataclass(frozen=True, slots=True)
class Kind:
    """A procedure, what it is called, who may come, and how its papers are written."""

    procedure: str
    title: str
    write: Callable[[Desk, Household], Written]
    fits: Callable[[Household, date], bool]


def _birth(desk: Desk, household: Household) -> Written:
    mother, father = _couple(household)
    child = desk.cast.newborn(desk.rng, mother, father, desk.before(5, 58))
    parents = desk.party(mother), desk.party(father)
    where = desk.rng.choice(("Bệnh viện Phụ sản", "Bệnh viện đa khoa", "Trung tâm Y tế"))
    case = births.Birth(
        child, *parents, applicant=desk.rng.choice(parents), hospital=f"{where} {desk.province()}",
        office=desk.office, registered_on=desk.after(0, 5),
    )  # fmt: skip
    papers = [
        written(births.birth_declaration, case, desk.style(dense=True), desk.rng, desk.form, desk.hand),
        births.birth_notification(case, desk.style(), desk.rng, desk.form, desk.hand),
        *(desk.card(parent) for parent in parents),
        written(births.birth_certificate, case, desk.style(), desk.rng, desk.form),
    ]
    return papers, case.applicant


def _death(desk: Desk, household: Household) -> Written:
    rng, office = desk.rng, desk.office
    gone = _eldest(household)
    other = next(m for m in household if m is not gone and _age(m, desk.on) >= 18)
    deceased, applicant = desk.party(gone), desk.party(other)
    died = desk.before(1, 14)
    notified = died + timedelta(days=rng.randrange(0, 2))
    case = deaths.Death(
        deceased, applicant, _relation_to_the_dead(gone, other), office, died, desk.clock(),
        rng.choice(("Tại nhà", "Tại nhà", office.committee_in_full, f"Bệnh viện đa khoa {desk.province()}")),
        rng.choice(("Tuổi già", "Bệnh lý", "Tuổi già, sức yếu", "Nhồi máu cơ tim", "Tai biến mạch máu não")),
        notified, f"{rng.randrange(5, 300):02d}/GBT", desk.after(0, 4),
    )  # fmt: skip
    papers = [
        written(deaths.death_declaration, case, desk.style(dense=True), rng, desk.form, desk.hand),
        deaths.death_notification(case, desk.style(), rng, desk.form),
        desk.card(applicant),
        desk.card(deceased),
        deaths.death_extract(case, desk.style(), rng, desk.form),
    ]
    return papers, applicant


def _marriage(desk: Desk, household: Household) -> Written:
    one = _singles(household, desk.on)[0]
    sex = "male" if one.citizen.sex == FEMALE else FEMALE
    other = _singles(desk.cast.household(desk.rng, lambda h: bool(_singles(h, desk.on, sex))), desk.on, sex)[0]
    wife, husband = sorted((desk.party(one), desk.party(other)), key=lambda party: not party.female)
    case = marriages.Marriage(wife, husband, desk.office, desk.after(0, 5))
    papers = [written(marriages.marriage_declaration, case, desk.style(), desk.rng, desk.form, desk.hand)]
    if desk.rng.random() < 0.6:
        single = desk.rng.choice((wife, husband))
        day = desk.before(6, 90)
        proof = statuses.Request(single, single, "Bản thân", Office(single.home.place, day), day)
        papers.append(statuses.marital_status_certificate(proof, desk.style(), desk.rng, desk.form, Part.COMPONENT))
    papers += [desk.card(wife), desk.card(husband)]
    papers.append(written(marriages.marriage_certificate, case, desk.style(), desk.rng, desk.form))
    return papers, husband


def _marital_status(desk: Desk, household: Household) -> Written:
    subject = desk.party(next(m for m in household if _age(m, desk.on) >= 20))
    case = statuses.Request(
        subject, subject, "Bản thân", desk.office, desk.after(0, 4),
        desk.rng.choice(statuses.STATES), desk.rng.choice(statuses.PURPOSES),
    )  # fmt: skip
    papers = [
        written(statuses.marital_status_declaration, case, desk.style(), desk.rng, desk.form, desk.hand),
        desk.card(subject),
        statuses.marital_status_certificate(case, desk.style(), desk.rng, desk.form, Part.RESULT),
    ]
    return papers, subject


def _extract_copy(desk: Desk, household: Household) -> Written:
    child, parent = household[0], household[0]
    for member in household:
        if member.relation == "child" and _age(member, desk.on) >= 18:
            child = member
    own = child is parent
    applicant = desk.party(child)
    subject = applicant if own else desk.party(parent)
    case = statuses.Request(applicant, subject, "Bản thân" if own else "Con", desk.office, desk.on)
    papers = [
        written(statuses.extract_copy_request, case, desk.style(), desk.rng, desk.form, desk.hand),
        desk.card(applicant),
    ]
    return papers, applicant


def _residence(desk: Desk, household: Household) -> Written:
    rng = desk.rng
    mover = next(m for m in household if _age(m, desk.on) >= 18)
    applicant = desk.party(mover)
    own = rng.random() < 0.6
    host = desk.cast.household(rng, lambda h: _age(h[0], desk.on) >= 25)[0]
    head = applicant if own else desk.party(host)
    others = [m for m in household if m is not mover and m.birth < desk.on][:3]
    members = [(desk.party(m), _relation_to_head(mover, m)) for m in others] if own else []
    landlord = desk.party(desk.cast.household(rng, lambda h: _age(h[0], desk.on) >= 30)[0])
    relation = "Chủ hộ" if own else rng.choice(("Cháu ruột", "Người ở nhờ", "Em ruột"))
    case = residences.Move(applicant, head, relation, members, landlord, desk.office, desk.after(1, 7))
    papers = [written(residences.residence_declaration, case, desk.style(), rng, desk.form, desk.hand)]
    if rng.random() < 0.75:
        papers.append(residences.lease(case, desk.style(), rng, desk.form))
    papers += _certified_birth(desk, household)
    papers += [desk.card(applicant), residences.notice(case, desk.style(), rng, desk.form)]
    return papers, applicant


def _certified_birth(desk: Desk, household: Household) -> list[Paper]:
    """A certified copy of a minor child's birth certificate, where there is a couple with one."""
    minors = [m for m in household if m.relation == "child" and m.birth < desk.on and _age(m, desk.on) < 18]
    if not minors or desk.rng.random() < 0.4:
        return []
    mother, father = (desk.party(parent) for parent in _couple(household))
    registered = minors[0].birth + timedelta(days=desk.rng.randrange(6, 50))
    hospital = f"Bệnh viện đa khoa {desk.province()}"
    case = births.Birth(
        desk.party(minors[0]), mother, father, mother, hospital, Office(minors[0].home.place, registered), registered
    )
    return [written(births.birth_certificate, case, desk.style(), desk.rng, desk.form, Part.COMPONENT)]


def _business(desk: Desk, household: Household) -> Written:
    rng = desk.rng
    owner = desk.party(next(m for m in household if _age(m, desk.on) >= 20))
    address = draw_address(rng, desk.office.place)
    case = businesses.Business(
        owner, f"HỘ KINH DOANH {' '.join(owner.name.split()[-2:])}", address.old if desk.office.old else address.new,
        rng.choice(businesses.TRADES), f"{rng.randrange(2, 60) * 10}.000.000", desk.office, desk.after(0, 4),
    )  # fmt: skip
    papers = [
        written(businesses.household_business_application, case, desk.style(), rng, desk.form, desk.hand),
        desk.card(owner),
        businesses.household_business_certificate(case, desk.style(), rng, desk.form),
    ]
    return papers, owner


def _age(member: Resident, on: date) -> int:
    return on.year - member.birth.year - ((on.month, on.day) < (member.birth.month, member.birth.day))


def _couple(household: Household) -> tuple[Resident, Resident]:
    pair = [m for m in household if m.relation in ("head", "spouse")]
    mother, father = sorted(pair, key=lambda m: m.citizen.sex != FEMALE)
    return mother, father


def _young_couple(household: Household, on: date) -> bool:
    grown = [m for m in household if m.relation in ("head", "spouse") and 19 <= _age(m, on) <= 42]
    return len(grown) == 2


def _eldest(household: Household) -> Resident:
    return min(household, key=lambda m: m.birth)


def _someone_old_among_adults(household: Household, on: date) -> bool:
    return _age(_eldest(household), on) >= 58 and sum(_age(m, on) >= 18 for m in household) >= 2


def _singles(household: Household, on: date, sex: str = "") -> list[Resident]:
    """Members of an age to marry who are not married: grown children, and heads who live alone."""
    married = any(m.relation == "spouse" for m in household)
    return [
        m
        for m in household
        if (m.relation == "child" or (m.relation == "head" and not married))
        and 20 <= _age(m, on) <= 38
        and sex in ("", m.citizen.sex)
    ]


def _relation_to_the_dead(gone: Resident, other: Resident) -> str:
    if other.relation == "child":
        return "Con đẻ"
    if gone.relation == "mother":
        return "Con đẻ" if other.relation == "head" else "Con dâu" if other.citizen.sex == FEMALE else "Con rể"
    return "Vợ" if other.citizen.sex == FEMALE else "Chồng"


def _relation_to_head(head: Resident, member: Resident) -> str:
    if member.relation == "child" and head.relation in ("head", "spouse"):
        return "Con đẻ"
    if member.relation == "mother":
        return "Mẹ"
    if head.relation == "child":
        return "Em ruột" if member.relation == "child" else "Mẹ" if member.citizen.sex == FEMALE else "Cha"
    return "Vợ" if member.citizen.sex == FEMALE else "Chồng"


def _any_adult(household: Household, on: date) -> bool:
    return any(_age(m, on) >= 20 for m in household)


KINDS: dict[str, Kind] = {
    "birth": Kind("1.001193", "Đăng ký khai sinh", _birth, _young_couple),
    "death": Kind("1.000656", "Đăng ký khai tử", _death, _someone_old_among_adults),
    "marriage": Kind("1.000894", "Đăng ký kết hôn", _marriage, lambda h, on: bool(_singles(h, on))),
    "marital": Kind("1.004873", "Cấp Giấy xác nhận tình trạng hôn nhân", _marital_status, _any_adult),
    "residence": Kind("1.004222", "Đăng ký thường trú", _residence, _any_adult),
    "business": Kind("1.001612", "Đăng ký thành lập hộ kinh doanh", _business, _any_adult),
    "extract": Kind("2.000635", "Cấp bản sao trích lục hộ tịch", _extract_copy, _any_adult),
}
