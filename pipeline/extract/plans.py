"""Which persons each kind of paper names, and in which order its form asks for them."""

from __future__ import annotations

from models.document import DocumentType as D
from models.identity import Role
from pipeline.extract.roles import Plan

_CERTIFICATE_OF_BIRTH = (Role.CHILD, Role.MOTHER, Role.FATHER, Role.APPLICANT)

PLANS: dict[D, Plan] = {
    D.BIRTH_DECLARATION: Plan(Role.APPLICANT, Role.CHILD, (Role.APPLICANT, Role.CHILD, Role.MOTHER, Role.FATHER)),
    D.BIRTH_NOTIFICATION: Plan(Role.MOTHER, Role.MOTHER, (Role.MOTHER, Role.CHILD)),
    D.BIRTH_CERTIFICATE: Plan(Role.CHILD, Role.CHILD, _CERTIFICATE_OF_BIRTH, {Role.SUBJECT: Role.CHILD}),
    D.DEATH_DECLARATION: Plan(
        Role.APPLICANT, Role.DECEASED, (Role.APPLICANT, Role.DECEASED), {Role.SUBJECT: Role.DECEASED}
    ),
    D.DEATH_NOTIFICATION: Plan(Role.DECEASED, Role.DECEASED, (Role.DECEASED,), {Role.SUBJECT: Role.DECEASED}),
    D.DEATH_EXTRACT: Plan(Role.DECEASED, Role.DECEASED, (Role.DECEASED,), {Role.SUBJECT: Role.DECEASED}),
    D.MARRIAGE_DECLARATION: Plan(Role.WIFE, Role.WIFE, (Role.WIFE, Role.HUSBAND)),
    D.MARRIAGE_CERTIFICATE: Plan(Role.WIFE, Role.WIFE, (Role.WIFE, Role.HUSBAND)),
    D.MARITAL_STATUS_DECLARATION: Plan(Role.APPLICANT, Role.SUBJECT, (Role.APPLICANT, Role.SUBJECT)),
    D.MARITAL_STATUS_CERTIFICATE: Plan(Role.SUBJECT, Role.SUBJECT, (Role.SUBJECT, Role.APPLICANT)),
    D.EXTRACT_COPY_REQUEST: Plan(
        Role.APPLICANT,
        Role.SUBJECT,
        (Role.APPLICANT, Role.SUBJECT),
        {Role.CHILD: Role.SUBJECT, Role.DECEASED: Role.SUBJECT},
    ),
    D.RESIDENCE_DECLARATION: Plan(Role.APPLICANT, Role.APPLICANT, (Role.APPLICANT, Role.HOUSEHOLD_HEAD)),
    D.HOUSEHOLD_BUSINESS_APPLICATION: Plan(
        Role.BUSINESS_OWNER,
        Role.BUSINESS_OWNER,
        (Role.BUSINESS_OWNER,),
        {Role.APPLICANT: Role.BUSINESS_OWNER, Role.HOUSEHOLD_HEAD: Role.BUSINESS_OWNER},
    ),
    D.HOUSEHOLD_BUSINESS_CERTIFICATE: Plan(
        Role.BUSINESS_OWNER,
        Role.BUSINESS_OWNER,
        (Role.BUSINESS_OWNER,),
        {Role.APPLICANT: Role.BUSINESS_OWNER, Role.HOUSEHOLD_HEAD: Role.BUSINESS_OWNER},
    ),
    D.LAND_APPLICATION: Plan(
        Role.LAND_USER,
        Role.LAND_USER,
        (Role.LAND_USER,),
        {Role.APPLICANT: Role.LAND_USER, Role.SUBJECT: Role.LAND_USER},
    ),
    D.LAND_CERTIFICATE: Plan(Role.LAND_USER, Role.LAND_USER, (Role.LAND_USER,)),
    D.ID_CARD: Plan(Role.CARD_HOLDER, Role.CARD_HOLDER, (Role.CARD_HOLDER,)),
    D.RECEIPT: Plan(Role.APPLICANT, Role.APPLICANT, (Role.APPLICANT,)),
    D.NOTICE: Plan(Role.APPLICANT, Role.APPLICANT, (Role.APPLICANT,), {Role.SUBJECT: Role.APPLICANT}),
    D.POWER_OF_ATTORNEY: Plan(Role.APPLICANT, Role.APPLICANT, (Role.APPLICANT,)),
    D.OTHER: Plan(Role.APPLICANT, Role.APPLICANT, (Role.APPLICANT,)),
}
