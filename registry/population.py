"""What the rest of the program may ask of a population registry that offers candidate search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from models.citizen import Citizen
from models.match import MatchQuery
from pipeline.frequencies import NameFrequencies


class Population(Protocol):
    """A registry that can be searched. Every method may raise RegistryUnreachable."""

    def by_id_number(self, number: str) -> Sequence[Citizen]:
        """The citizens whose present (12 digits) or old (9 or 12 digits) number this is; mostly one or none."""
        ...

    def candidates(self, query: MatchQuery, *, limit: int = 64) -> Sequence[Citizen]:
        """Citizens whom the query may mean, at most `limit`, those found by the strongest key first."""
        ...

    def name_frequencies(self) -> NameFrequencies:
        """How many citizens there are and how common the parts of names are."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
