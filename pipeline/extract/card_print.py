"""The print of an identity card as labelled values: a value stands beside its label or under it, in two columns at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from models.page import Word
from pipeline.extract.entries import Entry, Row
from pipeline.extract.phrases import LEXICON
from pipeline.labels import find_labels
from pipeline.lexicon import Hit, Label, bare

_ENGLISH_WORDS = {
    Label.NAME: 2, Label.BIRTH_DATE: 3, Label.SEX: 1, Label.NATIONALITY: 1, Label.ORIGIN: 3, Label.RESIDENCE: 3,
    Label.IDENTITY: 3,
}  # fmt: skip
_ENGLISH = ("name", "birth", "sex", "nationality", "origin", "residence", "number")
SLASHES = frozenset("/(!|¿lI1{[")
_GARBLED = 0.5  # what follows a garbled label below this confidence is more of it
_MOST_LINES = {Label.RESIDENCE: 3, Label.ORIGIN: 2, Label.OTHER: 2}


@dataclass(slots=True)
class _Open:
    """A label whose value is being gathered."""

    hit: Hit
    x: int
    bottom: int
    page: int
    words: list[Word] = field(default_factory=list)
    lines: int = 0
    row: Row | None = None  # the last row that gave a part of the value

    def wants_more(self) -> bool:
        return self.lines < _MOST_LINES.get(self.hit.label, 1)


def read_card_print(rows: Sequence[Row]) -> tuple[Entry, ...]:
    """The labelled values of a card's print; `rows` without the lines of its machine-readable zone."""
    gathered: list[_Open] = []
    for row in rows:
        _read_row(row, gathered)
    return tuple(Entry(item.hit, tuple(item.words), item.page) for item in gathered)


def _read_row(row: Row, gathered: list[_Open]) -> None:
    above = list(gathered)
    beside: _Open | None = None
    position = 0
    for hit in (*_labels(row.words), None):
        end = hit.start if hit else len(row.words)
        for whole in _segments(row.words[position:end], above):
            segment = _after_place(whole)
            if len(segment) < len(whole):
                _end_above(whole[0], above)
            owner = _owner(segment, above, beside) if segment else None
            if owner is not None:
                if not owner.words and owner is not beside:
                    owner.x = segment[0].box.x  # where its other lines begin, too
                owner.words.extend(segment)
                owner.lines += owner.row is not row
                owner.row = row
                owner.bottom = max(w.box.bottom for w in segment)
        if hit:
            label_words = row.words[hit.start : hit.end]
            _end_above(label_words[0], above)
            beside = _Open(hit, label_words[0].box.x, max(w.box.bottom for w in label_words), row.page)
            gathered.append(beside)
            position = hit.end


def _labels(words: Sequence[Word]) -> tuple[Hit, ...]:
    """The labels of a row, each with its English half, however garbled (Nơi thường trú / Píace of resw#ence)."""
    hits = find_labels(words, LEXICON)
    stops = [*(hit.start for hit in hits[1:]), len(words)]
    return tuple(replace(hit, end=_after_english(words, hit, stop)) for hit, stop in zip(hits, stops, strict=False))


def _after_english(words: Sequence[Word], hit: Hit, stop: int) -> int:
    """Past the English words that follow a slash: to a colon, or as many as the label has."""
    count = _ENGLISH_WORDS.get(hit.label, 0)
    end = hit.end
    slash = end > 0 and words[end - 1].text.endswith("/")
    if end < stop and words[end].text in SLASHES:
        slash, end = True, end + 1
    if not count or any(word in hit.phrase for word in _ENGLISH):
        return hit.end
    if hit.end < stop and all(word.confidence < _GARBLED for word in words[hit.end : stop]):
        return stop
    for i in range(end, min(stop, end + count + 1)):
        if words[i].text.rstrip(".").endswith((":", ";", "：")):
            return i + 1
    if not slash:
        return hit.end
    end = min(stop, end + count)
    while end < stop and words[end].confidence < _GARBLED and not words[end].text[:1].isdigit():
        end += 1
    return end


def _segments(words: Sequence[Word], above: Sequence[_Open]) -> list[list[Word]]:
    """Words parted at wide gaps, and where a word stands exactly under a label."""
    segments: list[list[Word]] = []
    for word in words:
        last = segments[-1][-1] if segments else None
        if last is not None:
            gap = word.box.x - last.box.right
            under = any(_aligned(word, item) and item.wants_more() for item in above)
            if gap < 2.2 * word.box.height and not (under and gap > word.box.height):
                segments[-1].append(word)
                continue
        segments.append([word])
    return segments


def _aligned(word: Word, item: _Open) -> bool:
    return abs(word.box.x - item.x) < 1.1 * word.box.height


def _owner(segment: Sequence[Word], above: Sequence[_Open], beside: _Open | None) -> _Open | None:
    """The label that a run of words belongs to: the one it stands under and that lacks it, else the one beside it."""
    first = segment[0]
    height = first.box.height
    under = [
        item
        for item in above
        if item.wants_more()
        and first.box.y - item.bottom < 2.2 * height
        and (_aligned(first, item) or (not item.words and abs(first.box.x - item.x) < 6 * height))
    ]
    exact = [item for item in under if _aligned(first, item)]
    if exact and (beside is None or not exact[-1].words or exact[-1].hit.label is Label.RESIDENCE):
        return exact[-1]
    if beside is not None:
        return beside
    return under[-1] if under else None


def _end_above(first: Word, above: Sequence[_Open]) -> None:
    """Ends the values of its column that a label stands under: what comes below is the label's, though its begin was lost."""
    for item in above:
        if item.words and item.bottom <= first.box.y and abs(first.box.x - item.x) < 3 * first.box.height:
            item.lines = _MOST_LINES.get(item.hit.label, 1)


def _after_place(segment: list[Word]) -> list[Word]:
    """The words behind the English half of a place's label that came loose or was garbled (I Place of re Tổ 31, …)."""
    plain = [re.sub(r"[^a-z]", "", bare(word.text)) for word in segment]
    return segment[plain.index("place") + 3 :] if "place" in plain else segment
