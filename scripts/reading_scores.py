"""How well something was read: letters, words, values and confidences held against the truth."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from models.vietnamese import modern_tones, nfc, squeeze
from pipeline.similarity import edit_distance

_LOOKALIKES = str.maketrans({
    "–": "-", "—": "-", "−": "-", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "´": "'",
    "☐": " ", "☑": " ", "☒": " ", "□": " ", "■": " ", "▪": " ", "\u00ad": None,
})  # fmt: skip
_LEADER = re.compile(r"(?:[.…_·‥∙•=,-] ?){3,}")  # dots, lines and dashes that are written upon
_BOXES = re.compile(r"(?<![^ |])(?:\d[ |]+){2,}\d(?![^ |])")  # digits each in a box of its own: one number
_EDGES = re.compile(r"^\W+|\W+$")
_SHORT_FORMS = (
    (r"\btp\b\.?", "thành phố"), (r"\btt\b\.", "thị trấn"), (r"\bp\. ?(?=\w)", "phường "), (r"\bq\. ?(?=\w)", "quận "),
    (r"\bx\. ?(?=\w)", "xã "), (r"\bh\. ?(?=\w)", "huyện "), (r"\bt\. ?(?=\w)", "tỉnh "),
)  # fmt: skip


def plain_text(text: str) -> str:
    """The text as letters are counted: NFC, single spaces, no leaders or check boxes, boxed digits as one number."""
    text = squeeze(_LEADER.sub(" ", squeeze(nfc(text).translate(_LOOKALIKES))))
    return _BOXES.sub(lambda boxes: re.sub(r"\D", "", boxes.group()), text)


def bare_text(text: str) -> str:
    """The text without tone marks and other marks, đ as d; capitals stay."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return bare.replace("đ", "d").replace("Đ", "D")


def words_of(text: str) -> Counter[str]:
    """The words and how often each stands there, without the signs at their edges; `text` is plain."""
    return Counter(word for raw in text.split() if (word := _EDGES.sub("", raw)))


@dataclass(slots=True)
class TextScore:
    """Counts over pages; rates are None where there is nothing to count. Seconds are those the engine took."""

    pages: int = 0
    errors: int = 0
    letters: int = 0
    bare_errors: int = 0
    words: int = 0
    words_read: int = 0
    words_right: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @classmethod
    def of(cls, orders: Sequence[str], read: str, *, seconds: float = 0.0, cpu_seconds: float = 0.0) -> TextScore:
        """One page: `orders` are the truth in each order in which a person might read it; the nearest counts."""
        got = plain_text(read)
        errors, truth = min((edit_distance(plain, got), plain) for plain in map(plain_text, orders))
        expected, found = words_of(truth), words_of(got)
        return cls(
            pages=1,
            errors=errors,
            letters=len(truth),
            bare_errors=edit_distance(bare_text(truth), bare_text(got)),
            words=expected.total(),
            words_read=found.total(),
            words_right=(expected & found).total(),
            seconds=seconds,
            cpu_seconds=cpu_seconds,
        )

    def __add__(self, other: TextScore) -> TextScore:
        return TextScore(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def rates(self) -> dict[str, float | None]:
        """CER, CER without marks, word recall and precision, wall and CPU seconds a page."""
        return {
            "cer": _share(self.errors, self.letters),
            "cer_bare": _share(self.bare_errors, self.letters),
            "word_recall": _share(self.words_right, self.words),
            "word_precision": _share(self.words_right, self.words_read),
            "seconds": _share(self.seconds, self.pages),
            "cpu_seconds": _share(self.cpu_seconds, self.pages),
        }


@dataclass(slots=True)
class FoundScore:
    """Things to be found: a wrong value is both one invented and one missed."""

    right: int = 0
    invented: int = 0
    missed: int = 0

    def note(self, *, right: bool, given: bool = True, there: bool = True) -> None:
        """One thing that is `there`, or was `given`, or both."""
        self.right += right
        self.invented += given and not right
        self.missed += there and not right

    def __add__(self, other: FoundScore) -> FoundScore:
        return FoundScore(self.right + other.right, self.invented + other.invented, self.missed + other.missed)

    @property
    def rates(self) -> dict[str, float | None]:
        """Precision, recall and F1; None where nothing was given, there, or either."""
        return {
            "precision": _share(self.right, self.right + self.invented),
            "recall": _share(self.right, self.right + self.missed),
            "f1": _share(2 * self.right, 2 * self.right + self.invented + self.missed),
        }


@dataclass(slots=True)
class Share:
    """How many of how many."""

    right: int = 0
    count: int = 0

    def note(self, right: bool) -> None:
        self.right += right
        self.count += 1

    @property
    def rate(self) -> float | None:
        return _share(self.right, self.count)


def plain_value(name: str, value: str) -> str:
    """A field's value as two are compared: tone marks in one place, addresses without short forms and signs."""
    value = squeeze(modern_tones(value))
    match name:
        case "full_name":
            return value.upper()
        case "id_number":
            return re.sub(r"\D", "", value)
        case "birth_date" | "sex":
            return value.lower()
    value = value.lower()
    for short, long in _SHORT_FORMS:
        value = re.sub(short, long, value)
    return squeeze(re.sub(r"[^\w/]+", " ", value))


def is_right(name: str, truth: str, given: str) -> bool:
    """Whether a value is what the paper says; where it says a year only, the year decides."""
    one, other = plain_value(name, truth), plain_value(name, given)
    return bool(other) and (one == other[:4] if name == "birth_date" and len(one) == 4 else one == other)


_BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.01)


@dataclass(slots=True)
class Reliability:
    """Confidences of values given, with whether each was right."""

    given: list[tuple[float, bool]] = field(default_factory=list)

    def note(self, confidence: float, *, right: bool) -> None:
        self.given.append((confidence, right))

    def rows(self) -> list[tuple[float, float, float, Share]]:
        """Each bin: its bounds (the upper excluded, but 1), the mean confidence in it, and the share that is right."""
        found = []
        for low, high in pairwise(_BINS):
            inside = [(confidence, right) for confidence, right in self.given if low <= confidence < high]
            mean = sum(confidence for confidence, _ in inside) / len(inside) if inside else 0.0
            found.append((low, min(high, 1.0), mean, _count(right for _, right in inside)))
        return found

    def at_least(self, confidence: float) -> Share:
        """Of the values given at that confidence or higher, how many are right."""
        return _count(right for given, right in self.given if given >= confidence)


def _count(rights: Iterable[bool]) -> Share:
    share = Share()
    for right in rights:
        share.note(right)
    return share


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
