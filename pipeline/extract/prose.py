"""Persons named in running text: … của ông (bà) Nguyễn Văn A, sinh ngày 01/02/1980, nơi cư trú: …, theo …"""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.identity import Field, Person, Role
from models.page import Word
from models.vietnamese import fold, nfc
from pipeline.extract.entries import Row
from pipeline.extract.persons import Reader
from pipeline.extract.values import date_field, id_field, name_field, place_field

_PERSON = re.compile(
    r"(?:\bong\s*\(?\s*ba\s*\)?|\bong\s*/\s*ba|\bba\s*\(?\s*ong\s*\)?|\bong|\bba|\banh|\bchi)\s*:?\s+"
    r"(?P<name>[a-z'’]+(?:\s+[a-z'’]+){1,6})\s*[,;(]\s*(?P<rest>.{0,400})",
    re.DOTALL,
)
_BORN = re.compile(r"\bsinh\s+(?:ngay|nam)[\s,:]*(?:thang,?\s*nam\s*:?)?\s*(?P<date>[^,;]{4,40})")
_LIVES = re.compile(
    r"(?:noi\s+cu\s+tru|cu\s+tru\s+tai|thuong\s+tru(?:\s+tai)?|dia\s+chi|tru\s+tai|cu\s+tru)\s*:?\s*"
    r"(?P<place>.{8,220}?)(?=,?\s+(?:theo|ke\s+tu|duoc|da|voi|thuoc|co\s+so|so\s+dinh|can\s+cuoc)\b|[;.](?:\s|$)|$)",
    re.DOTALL,
)
_NUMBER = re.compile(r"(?:can\s+cuoc|cccd|cmnd|dinh\s+danh)[^0-9]{0,40}(?P<number>\d[\d ]{7,14}\d)")


def read_subject(rows: Sequence[Row], document: int, role: Role) -> tuple[Person, ...]:
    """The first person whom the text names with a birth date or an address after the name; nobody else."""
    words = [(word, row.page) for row in rows for word in row.words]
    text = " ".join(nfc(word.text) for word, _ in words)
    folded = fold(text)
    if len(folded) != len(text):  # a letter that folds to two would shift every place; leave such a page alone
        return ()
    for found in _PERSON.finditer(folded):
        rest, offset = found["rest"], found.start("rest")
        born, lives, number = _BORN.search(rest[:120]), _LIVES.search(rest), _NUMBER.search(rest)
        if not (born or lives):
            continue
        name_words, page = _span(words, found.start("name"), found.end("name"))
        name = name_field(name_words, page)
        if name is None:
            continue
        return (
            Person(
                role=role,
                document=document,
                full_name=name,
                birth_date=_read(date_field, words, born, "date", offset),
                id_number=_read(id_field, words, number, "number", offset),
                residence=_read(place_field, words, lives, "place", offset),
            ),
        )
    return ()


def _read(
    reader: Reader, words: Sequence[tuple[Word, int]], found: re.Match[str] | None, group: str, offset: int
) -> Field | None:
    if found is None:
        return None
    part, page = _span(words, offset + found.start(group), offset + found.end(group))
    return reader(part, page) if part else None


def _span(words: Sequence[tuple[Word, int]], start: int, end: int) -> tuple[list[Word], int]:
    """The words that stand at text[start:end], and the page of the first."""
    part: list[Word] = []
    page, position = 1, 0
    for word, number in words:
        if position < end and position + len(word.text) > start:
            page = page if part else number
            part.append(word)
        position += len(nfc(word.text)) + 1
    return part, page
