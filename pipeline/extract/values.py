"""Words of a value made into fields as records hold them; what was read stays beside in `as_read`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from models.identity import Field, FieldSource
from models.page import Box, Word
from models.vietnamese import fold, person_name, squeeze
from pipeline import idnumber
from pipeline.dates import parse_date
from pipeline.labels import closest
from pipeline.place_names import with_marks

_LEADERS = re.compile(r"[._…·•*~=<>|\\^`´\"“”„]+|-{2,}|,{2,}|(?<=\s)[-–—,;:](?=\s)|[-–—,;:.\s]+$")
_LEADER_RUN = re.compile(r"[.…_·•*~=-]{2,}")
EDGE = " \t.,;:_-–—'’‘`´|*~=/\\()[]{}<>"
_NAME_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]*)*")
_FIRST_CONSONANTS = re.compile("[BCDĐGLMNRSTVX]|[CGKNPT]H|NG|NGH|TR", re.IGNORECASE)

# The 54 peoples and what papers write for some of them; closed, so a mark that was lost can be put back.
ETHNICITIES = (
    "Kinh", "Tày", "Thái", "Mường", "Khmer", "Khơ-me", "Hoa", "Nùng", "Mông", "H'Mông", "Hmông", "Dao", "Gia Rai", "Gia-rai", "Ê Đê",
    "Ê-đê", "Ba Na", "Ba-na", "Sán Chay", "Chăm", "Cơ Ho", "Cơ-ho", "Xơ Đăng", "Xơ-đăng", "Sán Dìu", "Hrê", "Ra Glai", "Ra-glai", "Mnông",
    "Thổ", "Xtiêng", "Khơ Mú", "Khơ-mú", "Bru - Vân Kiều", "Bru-Vân Kiều", "Vân Kiều", "Cơ Tu", "Cơ-tu", "Giáy", "Tà Ôi", "Tà-ôi", "Mạ",
    "Giẻ Triêng", "Gié Triêng", "Giẻ-Triêng", "Co", "Chơ Ro", "Chơ-ro", "Xinh Mun", "Xinh-mun", "Hà Nhì", "Chu Ru", "Chu-ru", "Lào",
    "La Chí", "Kháng", "Phù Lá", "La Hủ", "La Ha", "Pà Thẻn", "Lự", "Ngái", "Chứt", "Lô Lô", "Mảng", "Bố Y", "Cờ Lao", "Cống", "Si La",
    "Pu Péo", "Brâu", "Ơ Đu", "Rơ Măm",
)  # fmt: skip
# No surnames: what recognizers make of NGUYỄN in capitals. The value stays as read, a clerk looks at it.
_MISREAD_SURNAMES = frozenset({"NGUYÊN", "NGUYẾN", "NGUYỀN", "NGUYỂN", "NGUYEN", "NGUYẼN"})
_NATIONALITIES = (
    "Việt Nam", "Lào", "Campuchia", "Trung Quốc", "Hoa Kỳ", "Hàn Quốc", "Nhật Bản", "Đài Loan", "Không quốc tịch",
)  # fmt: skip


def as_read(words: Sequence[Word]) -> str:
    return squeeze(" ".join(word.text for word in words))


def box_of(words: Sequence[Word]) -> Box:
    box = words[0].box
    for word in words[1:]:
        box = box.union(word.box)
    return box


def words_in(words: Sequence[Word], box: Box) -> list[Word]:
    """Those of the words whose middle lies in the box."""
    return [
        w for w in words
        if box.x <= w.box.x + w.box.width / 2 <= box.right and box.y <= w.box.y + w.box.height / 2 <= box.bottom
    ]  # fmt: skip


def confidence_of(words: Sequence[Word]) -> float:
    """How sure the recognizer was of the words that count: the mean of the worst and the average, 0 to 1."""
    sure = [word.confidence for word in words if any(c.isalnum() for c in word.text)]
    return (min(sure) + sum(sure) / len(sure)) / 2 if sure else 0.0


def by_hand(words: Sequence[Word]) -> bool:
    """Whether a pen wrote most of the letters and digits."""
    letters = [(sum(c.isalnum() for c in word.text), word.handwritten) for word in words]
    return 2 * sum(count * likely for count, likely in letters) > sum(count for count, _ in letters)


def make_field(value: str, words: Sequence[Word], page: int, confidence: float) -> Field:
    return Field(
        value=value,
        as_read=as_read(words),
        confidence=round(max(0.0, min(1.0, confidence)), 4),
        source=FieldSource.OCR,
        page=page,
        box=box_of(words),
    )


def name_field(words: Sequence[Word], page: int) -> Field | None:
    """A name: letters only, to the first comma or number; None where fewer than two words are left."""
    kept: list[Word] = []
    parts: list[str] = []
    for word in words:
        text = _LEADER_RUN.split(word.text.lstrip(EDGE))[0]
        text = text.strip(EDGE + '"“”.…0123456789') if _is_mostly_letters(text) else ""
        if not text or not _NAME_WORD.fullmatch(text):
            if kept:
                break
            continue
        if kept and word.confidence < 0.35 and text.islower():
            break
        kept.append(word)
        parts.append(text)
        if word.text.rstrip().endswith((",", ";", ":", "(")) or _LEADER_RUN.search(word.text) or len(parts) == 7:
            break
    kept, parts = _without_trailing_residue(*_without_torn_syllables(kept, parts))
    if len(parts) < 2 or not any(c in "aeiouy" for part in parts for c in fold(part)):
        return None
    value = person_name(" ".join(parts))
    doubt = 0.0 if _looks_like_name(parts) else 0.3
    if value.split()[0] in _MISREAD_SURNAMES:
        doubt = max(doubt, 0.35)
    return make_field(value, kept, page, confidence_of(kept) - doubt)


def _is_mostly_letters(text: str) -> bool:
    letters = sum(c.isalpha() for c in text)
    return letters > 0 and letters >= sum(c.isdigit() for c in text)


def _without_trailing_residue(words: list[Word], parts: list[str]) -> tuple[list[Word], list[str]]:
    """Leaders read as letters hang on the end (`cceccceee`, `tee`): lower case after capitals, or no vowel."""
    capital = [part[0].isupper() for part in parts]
    while len(parts) > 1 and any(capital[:-1]) and not capital[-1]:
        words, parts, capital = words[:-1], parts[:-1], capital[:-1]
    return words, parts


def _without_torn_syllables(words: Sequence[Word], parts: Sequence[str]) -> tuple[list[Word], list[str]]:
    """NH IỆM is NHIỆM: first consonants that no vowel follows are no word; H and K alone are, in names of the highlands."""
    whole: list[tuple[Word, str]] = []
    for word, part in zip(words, parts, strict=True):
        if whole and _is_torn_off(*whole[-1]) and fold(part)[0] in "aeiouy":
            before, onset = whole.pop()
            box, confidence = before.box.union(word.box), min(before.confidence, word.confidence)
            whole.append((replace(before, text=before.text + word.text, box=box, confidence=confidence), onset + part))
        else:
            whole.append((word, part))
    return [word for word, _ in whole], [part for _, part in whole]


def _is_torn_off(word: Word, part: str) -> bool:
    """Whether these are a syllable's first consonants alone, and no initial (T. ANH)."""
    return word.text[-1:].isalpha() and _FIRST_CONSONANTS.fullmatch(part) is not None


def _looks_like_name(parts: Sequence[str]) -> bool:
    vowels = sum(any(c in "aeiouy" for c in fold(part)) for part in parts)
    return (
        vowels == len(parts)
        and 2 <= len(parts) <= 6
        and all(part[0].isupper() for part in parts)
        and all(len(part) <= 9 for part in parts)
    )


def date_field(words: Sequence[Word], page: int) -> Field | None:
    found = parse_date(as_read(words))
    if found is None:
        return None
    digits = [word for word in words if any(c.isdigit() for c in word.text)] or list(words)
    confidence = confidence_of(digits) if found.certain else min(0.5, confidence_of(digits))
    return make_field(found.value, words, page, confidence)


def id_field(words: Sequence[Word], page: int) -> Field | None:
    """The first id number among the words: as a word, in a sentence, or in boxes of one digit each."""
    text = " ".join(word.text for word in words)
    found = idnumber.find(text)
    if found:
        best = max(found[:2], key=lambda number: len(number.digits) == 12) if len(found) > 1 else found[0]
        used = _words_between(words, best.start, best.end)
        return make_field(best.digits, used, page, confidence_of(used))
    boxed = _boxed_number(words)
    if boxed:
        return make_field(
            boxed, [w for w in words if any(c.isdigit() for c in w.text)], page, min(0.6, confidence_of(words))
        )
    return None


def _boxed_number(words: Sequence[Word]) -> str | None:
    """Twelve digits in boxes some of whose edges were read as 1: a 1 that no bar parts from its neighbour is an edge."""
    text = "".join(word.text for word in words if any(c.isdigit() for c in word.text))
    text = re.sub(r"[\[\]{}()¦]", "|", text)
    if text.count("|") < 4:
        return None
    digits = idnumber.clean_digits(text.replace("|", " "))
    edges = [m.start() for m in re.finditer(r"(?<=[0-9])1(?=[0-9|])|(?<=\|)1(?=[0-9])", text)]
    if len(digits) <= 12 or len(digits) - 12 != len(edges):
        return None
    kept = "".join(c for i, c in enumerate(text) if i not in edges)
    digits = idnumber.clean_digits(kept.replace("|", " "))
    return digits if len(digits) == 12 else None


def _words_between(words: Sequence[Word], start: int, end: int) -> list[Word]:
    used, position = [], 0
    for word in words:
        if position < end and position + len(word.text) > start:
            used.append(word)
        position += len(word.text) + 1
    return used or list(words)


def place_field(words: Sequence[Word], page: int) -> Field | None:
    """An address or place as printed, without leaders; None where no letters are left."""
    kept = _trim(words)
    text = squeeze(_LEADERS.sub(" ", " ".join(word.text for word in kept))).strip(EDGE)
    text = with_marks(re.sub(r"\s+([,;])", r"\1", text))
    if sum(c.isalpha() for c in text) < 4:
        return None
    return make_field(text, kept, page, confidence_of(kept))


def _trim(words: Sequence[Word]) -> list[Word]:
    """Without words of leaders at the end: three of one letter, or no letter and little confidence."""
    kept = list(words)
    while len(kept) > 1 and _is_residue(kept[-1]):
        kept.pop()
    return kept


def _is_residue(word: Word) -> bool:
    letters = fold(word.text).strip(EDGE + "…")
    if not any(c.isalnum() for c in letters):
        return True
    if word.confidence < 0.15 and (len(letters) <= 3 or not letters.isalpha()):
        return True
    repeated = re.search(r"(.)\1\1", letters) is not None or len(set(letters)) * 3 <= len(letters)
    return (repeated and not letters.isdigit()) or (word.confidence < 0.25 and len(letters) > 9)


def vocabulary_field(words: Sequence[Word], page: int, known: Sequence[str]) -> Field | None:
    """A value out of a closed list, with its marks put back; another value stays as read, with less confidence."""
    kept = [word for word in _trim(words) if any(c.isalpha() for c in word.text)][:4]
    if not kept:
        return None
    text = squeeze(" ".join(word.text.strip(EDGE + "…0123456789") for word in kept))
    plain = {fold(name): name for name in reversed(known)}
    exact = next((name for name in known if name.lower() == text.lower()), None) or plain.get(fold(text))
    if exact:
        return make_field(exact, kept, page, confidence_of(kept))
    inside = next((name for name in known if f" {fold(name)} " in f" {fold(text)} "), None)
    if inside and " " in inside:  # Na?onality Việt Nam: residue of a label before it
        return make_field(inside, kept[-len(inside.split()) :], page, confidence_of(kept[-len(inside.split()) :]))
    for count in (2, 1):  # Kinh . Quốc…: residue after the value
        head = fold(" ".join(text.split()[:count]))
        if head in plain:
            return make_field(plain[head], kept[:count], page, confidence_of(kept[:count]))
    near = closest(text, tuple(plain), cutoff=75) if len(text) >= 4 else None
    if near:
        return make_field(plain[near[0]], kept, page, 0.5)
    return make_field(text[:1].upper() + text[1:], kept, page, min(0.5, confidence_of(kept)))


def ethnicity_field(words: Sequence[Word], page: int) -> Field | None:
    return vocabulary_field(words, page, ETHNICITIES)


def nationality_field(words: Sequence[Word], page: int) -> Field | None:
    return vocabulary_field(words, page, _NATIONALITIES)
