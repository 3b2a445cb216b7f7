"""What kind of paper a page is: by its title, by wordings that only such papers have, by a card's codes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from models.document import DocumentType
from models.page import Line, PageText
from models.vietnamese import squeeze
from pipeline import card_qr, idnumber, mrz
from pipeline.anchors import CERTIFIED, CLOSINGS, CUES, NUMBER_SIGNS, PRINTED_TITLES, SHORT, STATE_NAME, TITLES
from pipeline.labels import closest, contains
from pipeline.lexicon import bare

_TITLE_CUTOFF = 78.0
_SIGN = re.compile(r"/\s*(?:UBND\s*-\s*)?([A-ZĐ]{2,7}r?)\b")
_PAGE_NUMBER = re.compile(r"^[\s\-–(]*(?:trang\s*)?(\d{1,2})(?:\s*/\s*\d{1,2})?[\s\-–)]*$", re.IGNORECASE)
_FRONT_LABELS = (
    "ho va ten full name",
    "personal identification number",
    "gioi tinh sex",
    "date of birth",
    "ho ten",
    "sinh ngay",
)
_ARTICLE = re.compile(r"^\W{0,3}di[eê]u (\d{1,2})\b")


@dataclass(frozen=True, slots=True)
class PageKind:
    """What a page is by itself. `confidence` 0 to 1.

    `opens`: it begins a paper (title, state name, or a card's front); `back`: the back of a card alone.
    `cues`: how many telling wordings of each kind stand on it; `articles`: numbers of its articles (Điều);
    `card_number`: the id number of a card's page, by its code, its zone or its print;
    `printed_number`: the page number printed on it; `closes`: a signature block stands on it.
    """

    type: DocumentType
    confidence: float
    opens: bool
    title: str | None = None
    back: bool = False
    cues: tuple[tuple[DocumentType, float], ...] = ()
    articles: tuple[int, ...] = ()
    printed_number: int | None = None
    closes: bool = False
    certified_copy: bool = False
    card_number: str | None = None

    def cue(self, kind: DocumentType) -> float:
        return dict(self.cues).get(kind, 0.0)


def classify_page(page: PageText) -> PageKind:
    """The kind of one page that has been read; a form that holds an id number is not an id card."""
    plain = [bare(line.text) for line in page.lines]
    text = " ".join(plain)
    cues = _cues(text)
    kind, confidence, opens, back, title = _decide(page, plain, cues)
    return PageKind(
        type=kind,
        confidence=confidence,
        opens=opens,
        title=title,
        back=back,
        cues=tuple(sorted(cues.items())),
        articles=tuple(int(found.group(1)) for line in plain if (found := _ARTICLE.match(line))),
        printed_number=_printed_number(page.lines),
        closes=any(contains(text, wording) >= 90 for wording in CLOSINGS),
        certified_copy=any(contains(text, wording) >= 92 for wording in CERTIFIED),
        card_number=_card_number(page) if kind is DocumentType.ID_CARD else None,
    )


def _decide(
    page: PageText, plain: Sequence[str], cues: dict[DocumentType, float]
) -> tuple[DocumentType, float, bool, bool, str | None]:
    """Kind, confidence, whether it opens a paper, whether it is a card's back, and the title."""
    title = _title(page.lines, plain)
    wording = title[1] if title else None
    card = _card(page, plain, cues, title)
    if card is not None:
        confidence, back = card
        return DocumentType.ID_CARD, confidence, not back, back, wording
    state_name = any(_has_state_name(line) for line in plain[:10])
    best, strength = _strongest(cues)
    if title is not None:
        kind, _, score = title
        held = cues.get(kind, 0.0)
        if best is not None and best is not kind and strength - held >= 2.5 and score < 90:
            return best, 0.6, True, False, wording
        confidence = 0.55 + 0.4 * (score - _TITLE_CUTOFF) / (100 - _TITLE_CUTOFF) + min(0.05, 0.02 * held)
        return kind, min(confidence, 0.99), True, False, wording
    sign = _sign(page.lines)
    if sign is not None and state_name:
        return sign, 0.7, True, False, None
    if best is not None and strength >= 1:
        return best, min(0.85, 0.35 + 0.12 * strength), state_name, False, None
    return DocumentType.OTHER, 0.3, state_name, False, None


def _has_state_name(line: str) -> bool:
    return (
        closest(line[: len(STATE_NAME) + 4], (STATE_NAME,), cutoff=70) is not None or contains(line, STATE_NAME) >= 80
    )


def _cues(text: str) -> dict[DocumentType, float]:
    found: dict[DocumentType, float] = defaultdict(float)
    for wording, kind in CUES.items():
        if contains(text, wording) >= 88:
            found[kind] += 1.0
    return found


def _strongest(cues: dict[DocumentType, float]) -> tuple[DocumentType | None, float]:
    # Words of cards stand in laws and forms too; a card has to show more (_card).
    papers = {kind: strength for kind, strength in cues.items() if kind is not DocumentType.ID_CARD}
    kind = max(papers, key=lambda k: papers[k], default=None)
    return kind, papers[kind] if kind else 0.0


def _title(lines: Sequence[Line], plain: Sequence[str]) -> tuple[DocumentType, str, float] | None:
    """The title with its kind and how well it was read: capitals in a line or two or three of their own."""
    best: tuple[float, DocumentType, str, float] | None = None
    for i in range(len(lines)):
        for count in (1, 2, 3):
            part = lines[i : i + count]
            if len(part) < count:
                break
            raw = squeeze(" ".join(line.text for line in part))
            scored = _title_score(raw, " ".join(plain[i : i + count]))
            if scored is None:
                continue
            kind, anchor, score = scored
            rank = score + len(anchor) / 3 - 0.4 * i - 3 * (count - 1)
            if best is None or rank > best[0]:
                best = (rank, kind, _as_printed(raw, anchor, score), score)
    return best[1:] if best else None


def _as_printed(raw: str, anchor: str, score: float) -> str:
    """The title with its marks put back where the whole line is a known one; else as it was read."""
    return PRINTED_TITLES[anchor] if score >= 85 and abs(len(bare(raw)) - len(anchor)) <= 3 else raw


def _title_score(raw: str, plain: str) -> tuple[DocumentType, str, float] | None:
    letters = [c for c in raw if c.isalpha()]
    capitals = sum(c.isupper() for c in letters) / max(len(letters), 1)
    listed = raw[:1].isdigit() or (
        raw[:1] in "-+*" and capitals <= 0.65
    )  # a line of a list, not residue before a title
    if len(letters) < 6 or listed or len(plain) > 140:
        return None
    whole = closest(plain, tuple(TITLES), cutoff=_TITLE_CUTOFF if capitals > 0.65 else 93)
    if whole and (whole[0] not in SHORT or (whole[1] >= 85 and capitals > 0.65)):
        return TITLES[whole[0]], whole[0], whole[1]
    if capitals <= 0.65:
        return None
    inside = [
        (score, anchor)
        for anchor in TITLES
        if anchor not in SHORT and len(plain) >= len(anchor) and (score := contains(plain, anchor)) >= 88
    ]
    if not inside:
        return None
    score, anchor = max(inside, key=lambda found: len(found[1]) + found[0] / 10)
    return TITLES[anchor], anchor, score - 4


def _card(
    page: PageText, plain: Sequence[str], cues: dict[DocumentType, float], title: tuple[DocumentType, str, float] | None
) -> tuple[float, bool] | None:
    """How sure the page is a card's, and whether it is the back alone; None for no card.

    Numbers do not make a card, nor does its name inside a form's text: a card has its labels in two languages, a zone
    for machines or a code of its own, and no other title.
    """
    strength = cues.get(DocumentType.ID_CARD, 0.0)
    zone = any(line.text.count("<") >= 6 for line in page.lines) or mrz.find([ln.text for ln in page.lines]) is not None
    code = any(card_qr.parse(code.text) is not None for code in page.codes)
    score = title[2] if title else 0.0
    named = title is not None and title[0] is DocumentType.ID_CARD
    if title is not None and not named and score >= 85 and not (zone and strength >= 2):
        return None
    alone = named and score >= 90 and len(plain) < 40
    if not (zone or code or alone or strength >= 3 or (named and strength >= 1)):
        return None
    # The state's name stands on fronts only; a code on fronts until 2024 and on backs since.
    front = named or any(_has_state_name(line) for line in plain[:10]) or (code and not zone)
    front = front or any(contains(line, label) >= 93 for line in plain for label in _FRONT_LABELS)
    sure = 0.99 if zone or code else min(0.97, 0.6 + 0.08 * strength + (0.2 if named else 0.0))
    return sure, not front


def _card_number(page: PageText) -> str | None:
    for code in page.codes:
        card = card_qr.parse(code.text)
        if card is not None:
            return card.id_number
    zone = mrz.find([line.text for line in page.lines])
    if zone is not None:
        return zone.id_number
    found = (number.digits for line in page.lines if "<" not in line.text for number in idnumber.find(line.text))
    return next(found, None)


def _sign(lines: Sequence[Line]) -> DocumentType | None:
    for line in lines[:12]:
        for found in _SIGN.finditer(line.text):
            kind = NUMBER_SIGNS.get(found.group(1).upper().replace("QD", "QĐ"))
            if kind:
                return kind
    return None


def _printed_number(lines: Sequence[Line]) -> int | None:
    for line in [*lines[:2], *lines[-1:]]:
        found = _PAGE_NUMBER.match(line.text)
        if found and 2 <= int(found.group(1)) <= 40:
            return int(found.group(1))
    return None
