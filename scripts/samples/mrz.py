"""The machine-readable zone of Vietnamese cards (ICAO 9303 part 5, TD1: three lines of thirty)."""

from __future__ import annotations

from datetime import date

from models.vietnamese import fold

_WEIGHTS = (7, 3, 1)
_LINE = 30


def check_digit(text: str) -> str:
    """ICAO's check digit: weights 7, 3, 1; A is 10, `<` is 0."""
    values = (0 if c == "<" else int(c, 36) for c in text)
    return str(sum(value * _WEIGHTS[i % 3] for i, value in enumerate(values)) % 10)


def td1(number: str, *, name: str, birth: date, female: bool, expires: date | None) -> tuple[str, str, str]:
    """The three lines for a twelve-digit number; a card without end has fillers for its date."""
    document = number[-9:]
    personal = f"{number}<<"
    first = f"IDVNM{document}{check_digit(document)}{personal}{check_digit(personal)}"  # the last covers 16 to 29
    born = f"{birth:%y%m%d}"
    ends = f"{expires:%y%m%d}" if expires else "<" * 6
    middle = f"{born}{check_digit(born)}{'F' if female else 'M'}{ends}{check_digit(ends)}VNM".ljust(29, "<")
    composite = check_digit(first[5:] + middle[0:7] + middle[8:15] + middle[18:29])
    family, *rest = fold(name).upper().replace("'", "").split()
    return first, middle + composite, f"{family}<<{'<'.join(rest)}"[:_LINE].ljust(_LINE, "<")
