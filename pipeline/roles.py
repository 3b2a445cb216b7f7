"""Which roles one person may hold in one dossier, which only one person can, and which only the living."""

from __future__ import annotations

from models.identity import Role

SEX_OF = {Role.MOTHER: "female", Role.WIFE: "female", Role.FATHER: "male", Role.HUSBAND: "male"}
LIVING = frozenset(
    {
        Role.APPLICANT,
        Role.WIFE,
        Role.HUSBAND,
        Role.SUBJECT,
        Role.BUSINESS_OWNER,
        Role.HOUSEHOLD_HEAD,
        Role.HOUSEHOLD_MEMBER,
    }
)
# Of children there may be twins; of all others in such a role there is one.
SINGLE = frozenset({Role.MOTHER, Role.FATHER, Role.WIFE, Role.HUSBAND, Role.DECEASED})
PARENTS = (Role.MOTHER, Role.FATHER)
_INCOMPATIBLE = frozenset(
    frozenset(pair)
    for pair in (
        (Role.MOTHER, Role.FATHER),
        (Role.WIFE, Role.HUSBAND),
        (Role.CHILD, Role.MOTHER),
        (Role.CHILD, Role.FATHER),
        *((Role.DECEASED, living) for living in LIVING),
    )
)


def compatible(role: Role, other: Role) -> bool:
    """Whether one person may stand in both roles within a dossier."""
    return frozenset({role, other}) not in _INCOMPATIBLE
