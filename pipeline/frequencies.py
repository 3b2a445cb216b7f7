"""How common a name is among the citizens of a registry: a Nguyễn says little, a Đàm much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.similarity import folded_words

# Parts of a name are not independent (Thị and a woman's given name): what independence gives is taken fourfold.
_DEPENDENCE = 4.0
_COMMONEST = 0.01  # no full name is borne by more: the commonest in 241,012 names of HCMC stays well below
_RAREST = 1e-7


@dataclass(frozen=True, slots=True)
class NameFrequencies:
    """How many citizens there are, and how many bear each surname, middle part and given name (folded letters)."""

    citizens: int
    surnames: Mapping[str, int] = field(default_factory=dict)
    middles: Mapping[str, int] = field(default_factory=dict)
    givens: Mapping[str, int] = field(default_factory=dict)

    def share(self, name: str) -> float:
        """The estimated share of citizens who bear this name, tones aside: between 1e-7 and 0.01."""
        surname, middle, given = name_parts(name)
        total = max(self.citizens, 1)
        estimate = _DEPENDENCE
        for part, counts in ((surname, self.surnames), (middle, self.middles), (given, self.givens)):
            estimate *= max(counts.get(part, 0), 1) / total
        return min(max(estimate, _RAREST), _COMMONEST)


def name_parts(name: str) -> tuple[str, str, str]:
    """Surname, what stands between, given name, in folded letters; a single word is a given name."""
    words = folded_words(name)
    if len(words) < 2:
        return "", "", words[0] if words else ""
    return words[0], " ".join(words[1:-1]), words[-1]
