"""Whose turn it is: units in fair shares, promised days in front, back-files behind but never starved."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from flows.turns import Turn, Turns

TODAY = date(2026, 1, 6)
turn_values = st.builds(
    Turn,
    unit=st.sampled_from(["H40.1", "H40.2", "H40.3"]),
    pages=st.integers(0, 40),
    due_on=st.none() | st.dates(date(2025, 12, 1), date(2026, 2, 1)),
)


def order(*given: tuple[str, Turn], today: date = TODAY) -> list[str]:
    turns: Turns[str] = Turns()
    for name, turn in given:
        turns.put(name, turn, today=today)
    return [turns.next(today=today) for _ in given]


def batch(unit: str, *, pages: int = 1, due_on: date | None = None) -> Turn:
    return Turn(unit, pages, due_on)


def test_a_back_file_project_of_one_unit_does_not_hold_up_another() -> None:
    backlog = [(f"a{n}", batch("H40.1", due_on=date(2019, 5, 6))) for n in range(500)]
    found = order(*backlog, ("b0", batch("H40.2")), ("b1", batch("H40.2")))
    assert found.index("b0") <= 1
    assert found.index("b1") <= 3


def test_thick_dossiers_use_up_a_units_share() -> None:
    thick = [(f"a{n}", batch("H40.1", pages=40)) for n in range(3)]
    thin = [(f"b{n}", batch("H40.2", pages=4)) for n in range(20)]
    assert [name[0] for name in order(*thick, *thin)[:12]] == ["a", *"b" * 10, "a"]


def test_a_unit_that_comes_anew_claims_nothing_of_yesterday() -> None:
    turns: Turns[str] = Turns()
    for n in range(100):
        turns.put(f"a{n}", batch("H40.1"), today=TODAY)
    for _ in range(50):
        turns.next(today=TODAY)
    for n in range(10):
        turns.put(f"b{n}", batch("H40.2"), today=TODAY)
    assert Counter(turns.next(today=TODAY)[0] for _ in range(10)) == {"a": 5, "b": 5}


def test_what_is_due_by_tomorrow_has_three_turns_of_four() -> None:
    calm = [(f"a{n}", batch("H40.1", due_on=TODAY + timedelta(days=9))) for n in range(8)]
    due = [(f"b{n}", batch("H40.2", due_on=TODAY + timedelta(days=n % 2))) for n in range(6)]
    assert "".join(name[0] for name in order(*calm, *due)) == "bbbabbbaaaaaaa"


def test_within_a_unit_the_earliest_promise_goes_first_and_long_past_ones_last() -> None:
    days = {"late": date(2019, 1, 2), "friday": date(2026, 1, 9), "monday": date(2026, 1, 12), "unknown": None}
    found = order(*((name, batch("H40.1", due_on=day)) for name, day in days.items()))
    assert found == ["friday", "monday", "late", "unknown"]


def test_a_promise_becomes_urgent_as_days_pass() -> None:
    turns: Turns[str] = Turns()
    turns.put("a", batch("H40.1", due_on=date(2026, 1, 30)), today=TODAY)
    turns.put("b", batch("H40.2", due_on=date(2026, 1, 12)), today=TODAY)
    turns.put("c", batch("H40.1", due_on=date(2026, 1, 31)), today=TODAY)
    assert [turns.next(today=date(2026, 1, 12)) for _ in range(3)] == ["b", "a", "c"]


@given(st.lists(turn_values, max_size=40))
def test_everything_that_waits_has_its_turn_once(values: list[Turn]) -> None:
    turns: Turns[int] = Turns()
    for number, turn in enumerate(values):
        turns.put(number, turn, today=TODAY)
    assert len(turns) == len(values)
    found = [turns.next(today=TODAY) for _ in values]
    assert sorted(found) == list(range(len(values)))
    assert turns.next(today=TODAY) is None
