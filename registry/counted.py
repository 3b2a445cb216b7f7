"""A registry that counts what it is asked, for the audit log; never what was asked about whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from models.citizen import Citizen
from models.match import MatchQuery
from pipeline.frequencies import NameFrequencies
from registry.population import Population


class CountedPopulation:
    """The same registry; `calls` is the number of questions about citizens so far."""

    def __init__(self, population: Population) -> None:
        self._population = population
        self.calls = 0

    @property
    def searchable(self) -> bool:
        """See Population."""
        return self._population.searchable

    def for_dossier(self, *, procedure: str | None, unit: str | None) -> Self:
        """The same registry on behalf of one dossier, counted anew."""
        return type(self)(self._population.for_dossier(procedure=procedure, unit=unit))

    def lookup(self, number: str, full_name: str, birth_date: str) -> Citizen | None:
        """See Population."""
        self.calls += 1
        return self._population.lookup(number, full_name, birth_date)

    def candidates(self, query: MatchQuery, *, limit: int = 64) -> Sequence[Citizen]:
        """See Population."""
        self.calls += 1
        return self._population.candidates(query, limit=limit)

    def by_id_number(self, number: str) -> Sequence[Citizen]:
        """See Population."""
        self.calls += 1
        return self._population.by_id_number(number)

    def name_frequencies(self) -> NameFrequencies:
        """See Population."""
        return self._population.name_frequencies()

    def close(self) -> None:
        """See Population."""
        self._population.close()
