"""Printed labels of forms, found by similarity: recognizers lose marks, join words and garble letters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from models.identity import Role
from models.page import Word
from pipeline.lexicon import Hit, Lexicon, bare

_LONGEST_WORDS = 14
_AT_LINE_START, _WITHOUT_COLON, _INSIDE_LINE = 76.0, 84.0, 84.0
_INSIDE_WITHOUT_COLON = 92.0
_SHORT_QUALIFIER = 5
_TITLED = 96.0
_LONGEST_REST = 6  # words of a label that no wording knows, up to its colon
_PERSONS = frozenset({"nguoi", "chu", "can", "cong", "ong", "ba", "con", "cua"})
_FOOTNOTE = re.compile(r"^[(\[{]?\d{1,2}[)\]}][.,:]*$")
_GLUED_NOTE = re.compile(r"[(\[]\d{1,2}[)\]]")
# 1. 10) a) - + * I. IV. before a label; CT01 numbers its lines.
_ITEM = re.compile(r"^(?:\d{1,2}[.)]?|[a-zđ][.)]|[ivxIVX]{1,4}[.)]|[-+*•–—]+)$")


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
        hit = _begun_later(hit, words, tokens, lexicon)
        hits.append(hit)
        i = hit.end
    return tuple(hits)


def _begun_later(hit: Hit, words: Sequence[Word], tokens: list[str], lexicon: Lexicon) -> Hit:
    """The label without words before it that belong to the value (Ê Đê Quốc tịch: …, Nam ☐ Nữ ☒ Ngày sinh: …)."""
    for start in range(hit.start + 1, hit.end):
        if not tokens[start] or _ITEM.match(words[start].text):
            continue
        later = _label_at(words, tokens, start, lexicon, opening=False)
        if later is None:
            continue
        if later.score <= hit.score or later.end < hit.end or _is_tail(hit, later):
            break
        hit = later
    return hit


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
        if not colon and _is_titled(words[start:end]):
            cutoff = _TITLED
        found = process.extractOne(text, lexicon.phrases.keys(), scorer=fuzz.ratio, score_cutoff=cutoff)
        if found and not colon and fuzz.ratio(first, found[0].split(" ")[0]) < 60:
            continue
        named = end < len(words) and words[end].text[:1].isupper()
        if found and not colon and found[0] in lexicon.weak and found[0] in lexicon.roles and not named:
            continue  # Người yêu cầu … begins sentences, too
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
    end, stranger = _to_colon(words, tokens, end, lexicon)
    return Hit(label, start, _skip_notes(words, end), score, role, nobody or stranger, phrase)


def _to_colon(words: Sequence[Word], tokens: list[str], end: int, lexicon: Lexicon) -> tuple[int, bool]:
    """Past words that are still the label's (… cuối cùng:, … người giám hộ:), and whether they name some other person."""
    if words[end - 1].text.rstrip().endswith((":", "：")):
        return end, False
    for stop in range(end, min(len(words), end + _LONGEST_REST)):
        text = words[stop].text
        if text.startswith((":", "：")):
            return stop, stop > end and tokens[end] in _PERSONS
        if not tokens[stop] or not text[0].islower() or any(c.isdigit() for c in text):
            return end, False
        if stop > end and _label_at(words, tokens, stop, lexicon, opening=False):
            return end, False
        if text.endswith((":", "：")):
            return stop + 1, tokens[end] in _PERSONS
    return end, False


def _is_shouted(words: Sequence[Word]) -> bool:
    """Capitals throughout, as names are and labels are not."""
    return all(word.text.isupper() for word in words) and sum(len(word.text) for word in words) > 3


def _is_titled(words: Sequence[Word]) -> bool:
    """Every word with a capital, as names are (Phạm Tú Quỳnh Quyên is nearly Phạm vi ủy quyền)."""
    return len(words) >= 2 and all(word.text[:1].isupper() for word in words)


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
        begun_small = words[end].text[:1].islower()
        if text and (begun_small or _ends_label(words, stop)):  # VÕ is somebody's name, vợ is whose it is
            cutoff = 78 if _ends_label(words, stop) else 88
            if len(text) <= _SHORT_QUALIFIER and cutoff > 78:
                cutoff = 100  # công is no chồng
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
