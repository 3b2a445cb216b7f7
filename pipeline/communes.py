"""Which communes of today took over which former ones on 1 July 2025; the table is communes_2025.txt."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.vietnamese import fold

_TABLE = Path(__file__).with_name("communes_2025.txt")
_KIND = re.compile(r"^(?:tinh|thanh pho|xa|phuong|dac khu) ")


@dataclass(frozen=True, slots=True)
class _Table:
    """By names in folded letters without their kind; provinces are those of today."""

    former: Mapping[tuple[str, str], frozenset[str]]  # (province, commune of today) to its former communes
    heirs: Mapping[
        tuple[str, str], tuple[str, ...]
    ]  # (province, former commune) to those of today, as they are written
    provinces: Mapping[str, str]  # as they are written


def took_over(province: str, heir: str, former: str) -> bool:
    """Whether the commune `heir` of that province holds the former commune, or a part of it; all in folded letters."""
    return former in _table().former.get((province, heir), ())


def heir_of(province: str, former: str) -> str | None:
    """The commune of today that took over the former one, as it is written (Xã Quốc Việt).

    None where there is no such former commune in that province of today, or where it, or its namesakes, went into several.
    """
    heirs = _table().heirs.get((province, former), ())
    return heirs[0] if len(heirs) == 1 else None


def written_province(province: str) -> str | None:
    """A province of today as it is written (Tỉnh Lạng Sơn), from its folded name; None for any other."""
    return _table().provinces.get(province)


@cache
def _table() -> _Table:
    """Read when the first address needs it (about 20 ms)."""
    former: dict[tuple[str, str], frozenset[str]] = {}
    heirs: dict[tuple[str, str], tuple[str, ...]] = defaultdict(tuple)
    provinces: dict[str, str] = {}
    province = ""
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            province = _bare(line[1:-1])
            provinces[province] = line[1:-1]
        elif not line.startswith("#"):
            heir, _, names = line.partition(": ")
            key = province, _bare(heir)
            former[key] = former.get(key, frozenset()) | frozenset(names.split(", "))
            for name in names.split(", "):
                heirs[province, name] += (heir,)
    return _Table(former, dict(heirs), provinces)


def _bare(name: str) -> str:
    """Folded letters without the kind of unit, apostrophes and hyphens as spaces, as addresses are compared."""
    return _KIND.sub("", " ".join(re.sub(r"[^\w/]+", " ", fold(name)).split()))
