"""One person against the registry: gather the candidates, let the core decide."""

from __future__ import annotations

from pathlib import Path

from models.match import Decision, MatchQuery
from models.settings import Settings
from pipeline.match import IN_REGISTRY, decide
from pipeline.tidy import tidy
from registry.embedded import EmbeddedPopulation
from registry.population import Population


def open_population(settings: Settings) -> Population:
    """The registry that the settings name. Raises RegistryUnreachable where none is loaded. Close it after use."""
    return EmbeddedPopulation(Path(settings.registry))


def decide_person(query: MatchQuery, population: Population, *, in_registry: float = IN_REGISTRY) -> Decision:
    """Which citizen the query means. `in_registry`: the share of such persons whom a registry holds (newborns: few)."""
    query = tidy(query)
    candidates = population.candidates(query)
    return decide(query, candidates, frequencies=population.name_frequencies(), in_registry=in_registry)
