"""What labels of forms announce, and the wordings they are known by; built once from tables of Vietnamese wording."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from models.identity import Role
from models.vietnamese import fold

_NOT_LETTERS = re.compile(r"[^a-z0-9]+")


class Label(StrEnum):
    """What a label announces. OTHER announces something that is no field of a person, and so ends the value before it."""

    NAME = "name"
    BIRTH_DATE = "birth_date"
    BIRTH_WORDS = "birth_words"
    SEX = "sex"
    ETHNICITY = "ethnicity"
    NATIONALITY = "nationality"
    RESIDENCE = "residence"
    OTHER_RESIDENCE = "other_residence"
    ORIGIN = "origin"
    IDENTITY = "identity"
    RELATION = "relation"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Hit:
    """A label found in a line: words[start:end] without the value; `role` where the label names one (… người mẹ).

    `nobody` marks an officer's label (người thực hiện, người đỡ đẻ). `score` 0 to 100.
    """

    label: Label
    start: int
    end: int
    score: float
    role: Role | None = None
    nobody: bool = False
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases by what they announce, folded; built once from tables of Vietnamese wording."""

    phrases: dict[str, Label]
    qualifiers: dict[str, Role | None]
    roles: dict[str, Role]
    weak: frozenset[str]
    first_words: tuple[str, ...]

    @classmethod
    def build(
        cls,
        labels: Mapping[Label, Iterable[str]],
        qualifiers: Mapping[Role | None, Iterable[str]],
        *,
        roles: Mapping[str, Role],
        weak: Iterable[str],
    ) -> Lexicon:
        """A lexicon of wordings as printed; the key None of `qualifiers` holds those of officers.

        `roles`: wordings that name a role themselves (tôi tên là); `weak`: those that are labels only before a colon.
        """
        phrases = {bare(text): label for label, texts in labels.items() for text in texts}
        return cls(
            phrases=phrases,
            qualifiers={bare(text): role for role, texts in qualifiers.items() for text in texts},
            roles={bare(text): role for text, role in roles.items()},
            weak=frozenset(map(bare, weak)),
            first_words=tuple(sorted({phrase.split()[0] for phrase in phrases})),
        )


@lru_cache(maxsize=20_000)
def bare(text: str) -> str:
    """Letters and digits only, folded, single spaces: what labels are compared by."""
    return _NOT_LETTERS.sub(" ", fold(text)).strip()
