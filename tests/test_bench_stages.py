"""The stages that are measured are there: a renamed function must not drop out of the table unseen."""

from __future__ import annotations

import pkgutil

import pytest

from scripts.bench_stages import _STAGES


@pytest.mark.parametrize("place", [place for places in _STAGES.values() for place in places])
def test_a_stage_is_where_it_is_looked_for(place):
    assert callable(pkgutil.resolve_name(place))
