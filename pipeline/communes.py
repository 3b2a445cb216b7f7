"""Which communes of today took over which former ones on 1 July 2025; the table is communes_2025.txt."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("communes_2025.txt")


def took_over(province: str, heir: str, former: str) -> bool:
    """Whether the commune `heir` of that province holds the former commune, or a part of it; all in folded letters."""
    return former in _former_communes().get((province, heir), ())


@cache
def _former_communes() -> Mapping[tuple[str, str], frozenset[str]]:
    """(province, commune) of today to its former communes; read when the first address needs it (about 10 ms)."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    province = ""
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            province = line[1:-1]
        elif not line.startswith("#"):
            heir, _, former = line.partition(": ")
            found[province, heir] = frozenset(former.split(", "))
    return found
