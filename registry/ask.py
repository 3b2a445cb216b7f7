"""One person against the registry: gather the candidates, by search or by looking up alone, and let the core decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from models.citizen import Citizen
from models.errors import UsageError
from models.match import Decision, Evidence, MatchQuery
from models.outcome import Reason, Verdict
from models.settings import Settings
from pipeline.match import IN_REGISTRY, decide, rank
from pipeline.plausible import plausible_claims
from pipeline.tidy import tidy
from registry.embedded import EmbeddedPopulation
from registry.population import Population
from registry.purpose import Purpose

MOST_LOOKUPS = 12


def open_population(settings: Settings) -> Population:
    """The registry that the settings name: a file, or a service as http(s)://officer@host:port?unit=CODE.

    Raises RegistryUnreachable where none is loaded or the service does not answer. Close it after use.
    """
    address = settings.registry
    if not address.startswith(("http://", "https://")):
        return EmbeddedPopulation(Path(address))
    from registry.remote import RemotePopulation  # noqa: PLC0415 # httpx loads only where a service is asked

    parts = urlsplit(address)
    if not parts.username:
        raise UsageError("SOHOA_REGISTRY must name the officer who asks: http://OFFICER@host:port?unit=CODE")
    unit = parse_qs(parts.query).get("unit", ["unknown"])[0]
    host = parts.netloc.rpartition("@")[2]
    return RemotePopulation(f"{parts.scheme}://{host}{parts.path}", Purpose(unit=unit, officer=parts.username))


def decide_person(query: MatchQuery, population: Population, *, in_registry: float = IN_REGISTRY) -> Decision:
    """Which citizen the query means. `in_registry`: the share of such persons whom a registry holds (newborns: few).

    A registry that only looks up needs number, name and birth date; without them the person goes to review. The evidence
    says how the registry was asked.
    """
    query = tidy(query)
    if population.searchable:
        candidates = population.candidates(query)
        decision = decide(query, candidates, frequencies=population.name_frequencies(), in_registry=in_registry)
        return replace(decision, evidence=(*decision.evidence, Evidence("asked", "candidate_search", 0.0)))
    asked = Evidence("asked", "lookup_only", 0.0)
    if not (query.id_number and query.full_name and query.birth_date):
        return Decision(Verdict.REVIEW, None, 0.0, (asked,), Reason.PERSON_AMBIGUOUS)
    found = looked_up(query, population)
    decision = decide(query, found, frequencies=population.name_frequencies(), in_registry=in_registry)
    return replace(decision, evidence=(*decision.evidence, asked))


def likely_citizens(query: MatchQuery, population: Population, *, most: int = 3) -> tuple[tuple[Citizen, float], ...]:
    """The likeliest citizens with their scores for a person who reviews; empty where the registry only looks up."""
    if not population.searchable:
        return ()
    query = tidy(query)
    return rank(query, population.candidates(query), frequencies=population.name_frequencies(), most=most)


def looked_up(query: MatchQuery, population: Population) -> Sequence[Citizen]:
    """The citizen found by the claim as read or, at most MOST_LOOKUPS calls in all, by one that it may have been."""
    for claim in plausible_claims(query, most=MOST_LOOKUPS):
        citizen = population.lookup(*claim)
        if citizen:
            return (citizen,)
    return ()
