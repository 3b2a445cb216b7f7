"""Printed labels of forms, found by similarity: recognizers lose marks, join words and garble letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, process

from models.identity import Role
from models.page import Word
from models.vietnamese import fold

_LONGEST_WORDS = 14
_AT_LINE_START, _WITHOUT_COLON, _INSIDE_LINE = 76.0, 80.0, 84.0
_INSIDE_WITHOUT_COLON = 92.0
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_FOOTNOTE = re.compile(r"^[(\[{]?\d{1,2}[)\]}][.,:]*$")
_GLUED_NOTE = re.compile(r"[(\[]\d{1,2}[)\]]")
# 1. 10) a) - + * I. IV. before a label; CT01 numbers its lines.
_ITEM = re.compile(r"^(?:\d{1,2}[.)]?|[a-zđ][.)]|[ivxIVX]{1,4}[.)]|[-+*•–—]+)$")


class Label(StrEnum):
    """What a label announces. OTHER announces something that is no field of a person, and so ends the value before it."""

    NAME = "name"
    BIRTH_DATE = "birth_date"
    BIRTH_WORDS = "birth_words"
    SEX = "sex"
    ETHNICITY = "ethnicity"
    NATIONALITY = "nationality"
    RESIDENCE = "residence"
    OTHER_RESIDENCE = "other_residence"
    ORIGIN = "origin"
    IDENTITY = "identity"
    RELATION = "relation"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Hit:
    """A label found in a line: words[start:end] without the value; `role` where the label names one (… người mẹ).

    `nobody` marks an officer's label (người thực hiện, người đỡ đẻ). `score` 0 to 100.
    """

    label: Label
    start: int
    end: int
    score: float
    role: Role | None = None
    nobody: bool = False
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases by what they announce, folded; built once from tables of Vietnamese wording."""

    phrases: dict[str, Label]
    qualifiers: dict[str, Role | None]
    roles: dict[str, Role]
    weak: frozenset[str]
    first_words: tuple[str, ...]

    @classmethod
    def build(
        cls,
        labels: Mapping[Label, Iterable[str]],
        qualifiers: Mapping[Role | None, Iterable[str]],
        *,
        roles: Mapping[str, Role],
        weak: Iterable[str],
    ) -> Lexicon:
        """A lexicon of wordings as printed; the key None of `qualifiers` holds those of officers.

        `roles`: wordings that name a role themselves (tôi tên là); `weak`: those that are labels only before a colon.
        """
        phrases = {bare(text): label for label, texts in labels.items() for text in texts}
        return cls(
            phrases=phrases,
            qualifiers={bare(text): role for role, texts in qualifiers.items() for text in texts},
            roles={bare(text): role for text, role in roles.items()},
            weak=frozenset(map(bare, weak)),
            first_words=tuple(sorted({phrase.split()[0] for phrase in phrases})),
        )


def bare(text: str) -> str:
    """Letters and digits only, folded, single spaces: what labels are compared by."""
    return _NOT_LETTERS.sub(" ", fold(text)).strip()


def similarity(one: str, other: str) -> float:
    """How alike two wordings are, 0 to 100, marks and punctuation aside."""
    return fuzz.ratio(bare(one), bare(other))


def contains(text: str, wording: str) -> float:
    """How well `wording` is found anywhere in `text`, 0 to 100; 0 where the text is much shorter."""
    haystack, needle = bare(text), bare(wording)
    return fuzz.partial_ratio(needle, haystack) if len(haystack) * 1.25 >= len(needle) else 0.0


def closest(text: str, wordings: Sequence[str], *, cutoff: float) -> tuple[str, float] | None:
    """The wording (already bare) most like `text`, with its score; None below `cutoff`."""
    found = process.extractOne(bare(text), wordings, scorer=fuzz.ratio, score_cutoff=cutoff)
    return (found[0], found[1]) if found else None


def find_labels(words: Sequence[Word], lexicon: Lexicon, *, inside: bool = True) -> tuple[Hit, ...]:
    """The labels of one line, left to right. `inside`: also labels that do not open the line (Giới tính: Nữ Dân tộc: …).

    The longest wording that fits wins; a label inside a line must fit better than one that opens it.
    """
    tokens = [_token(word.text) for word in words]
    hits: list[Hit] = []
    i = 0
    opening = True
    while i < len(words):
        if opening and (_ITEM.match(words[i].text) or not tokens[i]):
            i += 1
            continue
        if not opening and not inside:
            break
        hit = _label_at(words, tokens, i, lexicon, opening=opening or _after_gap(words, i))
        opening = opening and hit is None and i == 0 and len(tokens[i]) <= 2
        if hit is None:
            i += 1
            continue
        later = _label_at(words, tokens, i + 1, lexicon, opening=False) if i + 1 < hit.end else None
        if later is not None and later.score > hit.score and later.end >= hit.end and not _is_tail(hit, later):
            hit = later  # the word before the label belongs to the value (Ê Đê Quốc tịch: …)
        hits.append(hit)
        i = hit.end
    return tuple(hits)


def _is_tail(hit: Hit, later: Hit) -> bool:
    """Whether the later label is only the end of the first (Mơi thường trú holds thường trú)."""
    return hit.phrase != later.phrase and hit.phrase.endswith(later.phrase)


def _after_gap(words: Sequence[Word], i: int) -> bool:
    """Whether a wide gap parts a word from the one before: a second label of the line stands by itself."""
    return i > 0 and words[i].box.x - words[i - 1].box.right > 1.8 * words[i].box.height


def _token(text: str) -> str:
    return "" if _FOOTNOTE.match(text) else bare(_GLUED_NOTE.sub("", text))


def _label_at(words: Sequence[Word], tokens: list[str], start: int, lexicon: Lexicon, *, opening: bool) -> Hit | None:
    first = tokens[start].split(" ")[0] if tokens[start] else ""
    known = first and process.extractOne(first, lexicon.first_words, scorer=fuzz.ratio, score_cutoff=60)
    if not known and not (opening and len(first) >= 4):
        return None
    best: tuple[float, int, str, float] | None = None
    for end in range(start + 1, min(len(words), start + _LONGEST_WORDS) + 1):
        text = " ".join(token for token in tokens[start:end] if token)
        colon = _ends_label(words, end)
        if not colon and _is_shouted(words[start:end]):
            continue
        cutoff = _cutoff(len(text), opening=opening, colon=colon)
        found = process.extractOne(text, lexicon.phrases.keys(), scorer=fuzz.ratio, score_cutoff=cutoff)
        if found and not colon and fuzz.ratio(first, found[0].split(" ")[0]) < 60:
            continue
        if found and (found[0] not in lexicon.weak or _is_clear(found, opening=opening, colon=colon)):
            rank = 1.5 * len(found[0]) - 3 * (100 - found[1]) + (4 if colon else 0)
            if best is None or rank > best[0]:
                best = (rank, end, found[0], found[1])
        if words[end - 1].text.rstrip().endswith((":", "：")):
            break
    if best is None:
        return None
    _, end, phrase, score = best
    label = lexicon.phrases[phrase]
    end, role, nobody = _qualifier(words, tokens, end, lexicon)
    role = role or lexicon.roles.get(phrase)
    return Hit(label, start, _skip_notes(words, end), score, role, nobody, phrase)


def _is_shouted(words: Sequence[Word]) -> bool:
    """Capitals throughout, as names are and labels are not."""
    return all(word.text.isupper() for word in words) and sum(len(word.text) for word in words) > 3


def _is_clear(found: tuple[str, float, object], *, opening: bool, colon: bool) -> bool:
    """Whether a short or common wording is a label here: word for word, or before a colon and almost so."""
    if found[1] == 100:
        return colon or (opening and " " in found[0])
    return colon and found[1] >= 85 and len(found[0]) >= 6


def _cutoff(length: int, *, opening: bool, colon: bool) -> float:
    """How alike a wording must be: short ones more (Đà Nẵng is nearly Cân nặng), those before a colon less."""
    if opening:
        cutoff = _AT_LINE_START if colon else _WITHOUT_COLON
        return cutoff + (0 if length >= 14 else 4 if length >= 9 else 10)
    return _INSIDE_LINE if colon else _INSIDE_WITHOUT_COLON


def _ends_label(words: Sequence[Word], end: int) -> bool:
    """Whether a colon follows words[:end], as its last letter, as a word of its own, or as the next word's first."""
    if words[end - 1].text.rstrip(" .…").endswith((":", "：", ";")):
        return True
    return end < len(words) and words[end].text.startswith((":", "：", "("))


def _qualifier(words: Sequence[Word], tokens: list[str], end: int, lexicon: Lexicon) -> tuple[int, Role | None, bool]:
    """Whose label it is (… người mẹ, … của chủ hộ): the new end, the role, and whether it is an officer's."""
    if words[end - 1].text.rstrip().endswith((":", "：")):
        return end, None, False
    best: tuple[float, int, str] | None = None
    for stop in range(end + 1, min(len(words), end + 12) + 1):
        text = " ".join(token for token in tokens[end:stop] if token)
        if text:
            cutoff = 78 if _ends_label(words, stop) else 88
            found = process.extractOne(text, lexicon.qualifiers.keys(), scorer=fuzz.ratio, score_cutoff=cutoff)
            if found and (best is None or found[1] + len(text) > best[0]):
                best = (found[1] + len(text), stop, found[0])
        if words[stop - 1].text.rstrip().endswith((":", "：")):
            break
    if best is None:
        return end, None, False
    role = lexicon.qualifiers[best[2]]
    return best[1], role, role is None


def _skip_notes(words: Sequence[Word], end: int) -> int:
    """Past a colon, a footnote mark, a note in brackets (ghi bằng chữ in hoa) and leader residue."""
    while end < len(words):
        text = words[end].text
        if text.startswith("(") and not _FOOTNOTE.match(text):
            close = next((j for j in range(end, min(len(words), end + 10)) if ")" in words[j].text), None)
            if close is None or not text[1:2].isalpha():
                break
            end = close + 1
        elif _FOOTNOTE.match(text) or not any(c.isalnum() for c in text):
            end += 1
        else:
            break
    return end
