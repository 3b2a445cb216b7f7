"""What is wrong with a registry file, line by line, in English and Vietnamese; values are never repeated."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.errors import UsageError

_NAMED_FAULTS = 20
_VIETNAMESE = {
    "must be 12 digits": "cần 12 chữ số",
    "must be 9 or 12 digits, or empty": "cần 9 hoặc 12 chữ số, hoặc để trống",
    "must not be empty": "không được để trống",
    "must be a day that exists as YYYY-MM-DD, or YYYY, or empty": "cần ngày có thật dạng YYYY-MM-DD, hoặc YYYY, hoặc để trống",
    "must be male or female, or empty": "cần male hoặc female, hoặc để trống",
    "must be alive or deceased, or empty": "cần alive hoặc deceased, hoặc để trống",
    "must not be longer than 1000 characters": "không được dài hơn 1000 ký tự",
    "holds a control character": "có ký tự điều khiển",
    "the line ends before this column": "dòng thiếu cột này",
    "not UTF-8": "không phải UTF-8",
    "quotes do not pair up": "dấu ngoặc kép sai",
    "more than 100000 characters": "dài hơn 100000 ký tự",
}


@dataclass(slots=True)
class Faults:
    """The first faults of a file by line and column, and how many there are."""

    named: list[tuple[str, str]] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, column: str, wrong: str) -> None:
        """wrong: one of the words above, in English"""
        self._add(line, column, wrong, _VIETNAMESE[wrong])

    def add_repeat(self, line: int, column: str, first: int) -> None:
        """The value of an earlier line, which no two may share."""
        self._add(line, column, f"the same number as in line {first}", f"trùng số với dòng {first}")

    def add_line(self, line: int, wrong: str) -> None:
        """A line that cannot be told into columns."""
        self.count += 1
        self.named.append((f"line {line}: {wrong}", f"dòng {line}: {_VIETNAMESE[wrong]}"))

    def _add(self, line: int, column: str, english: str, vietnamese: str) -> None:
        self.count += 1
        if len(self.named) < _NAMED_FAULTS:
            self.named.append((f"line {line}, column {column}: {english}", f"dòng {line}, cột {column}: {vietnamese}"))

    def raise_any(self, file: str) -> None:
        """Raises UsageError where there is any."""
        if not self.count:
            return
        left = self.count - len(self.named)
        english, vietnamese = (
            "\n  ".join([head, *(fault[which] for fault in self.named), *([more] if left else [])])
            for which, (head, more) in enumerate((
                (f"{file} was not loaded:", f"and {left} more"), (f"{file} chưa được nạp:", f"và {left} lỗi nữa"),
            ))
        )  # fmt: skip
        raise UsageError(english, vietnamese)
