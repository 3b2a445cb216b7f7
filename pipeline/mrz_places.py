"""What the places of a damaged machine-readable zone may have held, and what each possibility costs."""

from __future__ import annotations

from pipeline.idnumber import LOOK_ALIKES

# Costs. The Vietnamese model reads 3 of OCR-B as 5 on most cards, never 5 as 3; other digits rarely change.
_LOOK_ALIKE, _THREE_AS_FIVE, FILLER_LIKE, _DOUBLED, _ILLEGIBLE, OTHER = 0.01, 0.1, 0.3, 0.3, 0.5, 1.0
_PAIRS = {"6ó", "ó6", "35", "53", "0O", "O0", "1I", "I1"}
_MARKED = LOOK_ALIKES | {"ó": "6", "ò": "6", "Ó": "6", "ð": "8", "Đ": "0", "Ð": "0", "ø": "0", "Ì": "1"}


def aligned(text: str, length: int) -> list[tuple[str, float]]:
    """The last `length` characters; those with one dropped out of one more; those with an illegible one put in.

    Two are dropped only where the recognizer gave one character twice, as it does in doubt (6ó, 35).
    """
    found: dict[str, float] = {}
    if len(text) >= length:
        found[text[-length:]] = 0.0
    once = _dropped({text[-length - 1 :]: 0.0}, OTHER) if len(text) > length else {}
    twice = _dropped(_dropped({text[-length - 2 :]: 0.0}, None), None) if len(text) > length + 1 else {}
    shorter = text[-length + 1 :] if len(text) >= length - 1 else ""
    filled = {shorter[:at] + "?" + shorter[at:]: _ILLEGIBLE for at in range(length) if shorter}
    return list((filled | twice | once | found).items())


def _dropped(texts: dict[str, float], otherwise: float | None) -> dict[str, float]:
    """Each text without one of its characters: cheap for one of a pair, `otherwise` for any other (None: not at all)."""
    found: dict[str, float] = {}
    for text, cost in texts.items():
        for at in range(len(text)):
            paired = text[at : at + 2] in _PAIRS or (at and text[at - 1 : at + 1] in _PAIRS)
            more = _DOUBLED if paired else otherwise
            if more is not None:
                shorter = text[:at] + text[at + 1 :]
                found[shorter] = min(found.get(shorter, cost + more), cost + more)
    return found


def plain_digit(read: str) -> str:
    return read if read.isascii() and read.isdigit() else _MARKED.get(read, "")


def digit_costs(read: str) -> dict[str, float]:
    """What each digit costs, where `read` was read."""
    digit = plain_digit(read)
    if not digit:
        return dict.fromkeys("0123456789", _ILLEGIBLE)
    costs = dict.fromkeys("0123456789", OTHER)
    if digit == "5":
        costs["3"] = _THREE_AS_FIVE
    costs[digit] = 0.0 if digit == read else _LOOK_ALIKE
    return costs


def merged(once: dict[str, float], again: dict[str, float]) -> dict[str, float]:
    """Costs of a digit that is printed twice; a habit of the recognizer counts once."""
    return {
        digit: cost if cost == again[digit] == _THREE_AS_FIVE else cost + again[digit] for digit, cost in once.items()
    }


def choices(places: list[dict[str, float]], budget: float) -> list[tuple[str, float]]:
    """All strings of digits within the budget, with their cost."""
    floors = [min(place.values()) for place in places]
    rest = sum(floors)
    found = [("", 0.0)] if rest <= budget else []
    for place, floor in zip(places, floors, strict=True):
        rest -= floor
        found = [
            (text + digit, cost + more)
            for text, cost in found
            for digit, more in place.items()
            if cost + more + rest <= budget + 1e-9
        ]
    return found
