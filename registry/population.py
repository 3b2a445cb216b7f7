"""What the rest of the program may ask of a population registry: candidates, or a whole claim where no more is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, Self

from models.citizen import Citizen
from models.match import MatchQuery
from pipeline.frequencies import NameFrequencies


class Population(Protocol):
    """A registry, here as a file or elsewhere as a service. Any method may raise RegistryUnreachable."""

    @property
    def searchable(self) -> bool:
        """Whether candidates can be searched; where not, only `lookup` may be used."""
        ...

    def for_dossier(self, *, procedure: str | None, unit: str | None) -> Self:
        """The same registry, asked on behalf of one dossier: a service notes for which procedure and unit."""
        ...

    def lookup(self, number: str, full_name: str, birth_date: str) -> Citizen | None:
        """The citizen in whom all three agree (name without marks; YYYY-MM-DD or YYYY), or None."""
        ...

    def candidates(self, query: MatchQuery, *, limit: int = 64) -> Sequence[Citizen]:
        """Citizens whom the query may mean, at most `limit`, those found by the strongest key first."""
        ...

    def by_id_number(self, number: str) -> Sequence[Citizen]:
        """The citizens whose present (12 digits) or old (9 or 12 digits) number this is; mostly one or none."""
        ...

    def name_frequencies(self) -> NameFrequencies:
        """How many citizens there are and how common the parts of names are, empty where that is not told."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
