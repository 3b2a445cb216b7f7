"""One page being laid out: a cursor that goes down, and blocks that leave marks and text segments behind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from scripts.samples.fonts import Face, text_width
from scripts.samples.habits import CIRCULAR, Habits
from scripts.samples.ink import A4, BLACK, BLUE, Dots, Frame, Leader, Mark, Picture, Rule, Segment, Text

# the letters that paint() makes tremble: no font installed with the project writes Vietnamese by hand
PEN = Face("Noto Sans", italic=True)
BOXES = {"☐": False, "☒": True}


@dataclass(frozen=True, slots=True)
class Run:
    """Some words in one dress. `by_hand` is written with a pen."""

    text: str
    bold: bool = False
    italic: bool = False
    by_hand: bool = False


Inline = str | Run | Sequence["str | Run"]


@dataclass(frozen=True, slots=True)
class Style:
    """How an office prints: family, size in points, leading as a multiple of the size, leaders."""

    family: str = "Tinos"
    size: float = 13.0
    leading: float = 1.32
    leader: Leader = Leader.DOTS
    left: float = 82.0
    right: float = 48.0
    top: float = 54.0
    habits: Habits = CIRCULAR


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    run: Run
    glued: bool  # no space before it


@dataclass(slots=True)
class Sheet:
    """A4 in points. Coordinates grow to the right and downwards; `y` is the next line's baseline less one line."""

    style: Style
    marks: list[Mark] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    y: float = 0.0
    by_hand: bool = False
    codes: list[dict[str, object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.y = self.y or self.style.top

    @property
    def left(self) -> float:
        return self.style.left

    @property
    def right(self) -> float:
        return A4[0] - self.style.right

    @property
    def width(self) -> float:
        return self.right - self.left

    def skip(self, points: float) -> None:
        self.y += points

    # ------------------------------------------------------------------ lines
    def face(self, run: Run) -> Face:
        if run.by_hand:
            return PEN
        return Face(self.style.family, run.bold, run.italic)

    def word_width(self, word: _Word, size: float) -> float:
        return size * 0.9 if word.text in BOXES else text_width(word.text, self.face(word.run), size)

    def line(self, words: Sequence[_Word], x: float, y: float, size: float, *, stretch: float = 0.0) -> float:
        """Prints words on the baseline `y`, makes one segment of them, and returns where they end."""
        at = x
        texts: list[str] = []
        for index, word in enumerate(words):
            if index and not word.glued:
                at += text_width(" ", self.face(word.run), size) + stretch
                texts.append(" ")
            texts.append(word.text)
            if word.text in BOXES:
                self._check_box(at, y, size, ticked=BOXES[word.text])
            else:
                colour = BLUE if word.run.by_hand else BLACK
                self.marks.append(Text(at, y, word.text, self.face(word.run), size, colour, word.run.by_hand))
                self.by_hand |= word.run.by_hand
            at += self.word_width(word, size)
        if texts:
            self.segments.append(Segment("".join(texts), x, y, size))
        return at

    def _check_box(self, x: float, y: float, size: float, *, ticked: bool) -> None:
        side = size * 0.68
        self.marks.append(Frame(x, y - side, side, side, 0.7))
        if ticked:
            self.marks += [Rule(x, y - side, x + side, y, 0.9), Rule(x, y, x + side, y - side, 0.9)]

    def wrap(self, content: Inline, width: float, size: float, *, first: float = 0.0) -> list[list[_Word]]:
        """Lines of words, the first narrower by `first`."""
        lines: list[list[_Word]] = [[]]
        used = first
        for word in words_of(content):
            space = 0.0 if word.glued or not lines[-1] else text_width(" ", self.face(word.run), size)
            wide = self.word_width(word, size)
            if lines[-1] and not word.glued and used + space + wide > width:
                lines.append([])
                used = space = 0.0
            lines[-1].append(word)
            used += space + wide
        return lines

    def text(
        self, content: Inline, *, x: float | None = None, width: float | None = None, size: float | None = None,
        align: str = "left", first: float = 0.0, hang: float = 0.0, after: float = 0.0,
    ) -> float:  # fmt: skip
        """A block of text at the cursor; returns where its last line ends.

        align: left, centre or justify. `first` indents the first line, `hang` all others.
        """
        left = self.left if x is None else x
        wide = self.right - left if width is None else width
        points = size or self.style.size
        lines = self.wrap(content, wide - hang, points, first=first - hang)
        end = left
        for index, words in enumerate(lines):
            self.y += points * self.style.leading
            used = self.line_width(words, points)
            start = left + (hang if index else first)
            stretch = 0.0
            if align == "centre":
                start = left + (wide - used) / 2
            elif align == "justify" and index < len(lines) - 1 and len(words) > 1:
                gaps = sum(not word.glued for word in words[1:])
                stretch = max(0.0, (left + wide - start - used) / max(gaps, 1))
            end = self.line(words, start, self.y, points, stretch=stretch)
        self.y += after
        return end

    def line_width(self, words: Sequence[_Word], size: float) -> float:
        spaces = sum(text_width(" ", self.face(w.run), size) for i, w in enumerate(words) if i and not w.glued)
        return spaces + sum(self.word_width(w, size) for w in words)

    def centred(self, content: Inline, *, size: float | None = None, after: float = 0.0) -> None:
        self.text(content, size=size, align="centre", after=after)

    # ------------------------------------------------------------------ form lines
    def field(self, label: str, value: Inline, *, hang: float = 22.0, x: float | None = None) -> None:
        """`Label: value`, wrapped, with the form's leader up to the right margin."""
        end = self.text([f"{label}:", *listed(value)], hang=hang, x=x)
        self.lead(end, self.right)

    def fields(self, *pairs: tuple[str, Inline], stops: Sequence[float] = ()) -> None:
        """Short fields beside each other, from stops given as shares of the width."""
        self.y += self.style.size * self.style.leading
        shares = stops or [i / len(pairs) for i in range(len(pairs))]
        edges = [self.left + share * self.width for share in shares] + [self.right + 8]
        for (label, value), x, limit in zip(pairs, edges, edges[1:], strict=False):
            words = [word for line in self.wrap([f"{label}:", *listed(value)], 9999, self.style.size) for word in line]
            self.lead(self.line(words, x, self.y, self.style.size), limit - 8)

    def lead(self, start: float, end: float) -> None:
        """The leader between a value and the margin, on the current baseline."""
        if end - start < 12 or self.style.leader is Leader.PLAIN:
            return
        if self.style.leader is Leader.UNDERLINE:
            self.marks.append(Rule(start + 2, self.y + 2, end, self.y + 2, 0.6))
        else:
            self.marks.append(Dots(start + 2, end, self.y, self.style.size))

    def boxes(self, label: str, value: Run, *, cell: float = 17.0) -> None:
        """A row of boxes, one digit in each, after (or under) its label; the digits are one segment."""
        end = self.text(f"{label}:")
        x = self.right - cell * len(value.text)
        if x < end + 6:
            self.y += cell + 4
        top = self.y - cell + 4
        size, face = self.style.size, self.face(value)
        for index, digit in enumerate(value.text):
            self.marks.append(Frame(x + index * cell, top, cell, cell, 0.7))
            at = x + index * cell + (cell - text_width(digit, face, size)) / 2
            colour = BLUE if value.by_hand else BLACK
            self.marks.append(Text(at, self.y, digit, face, size, colour, value.by_hand))
        self.by_hand |= value.by_hand
        self.segments.append(Segment(value.text, x, self.y, size))
        self.y += 4

    def rule(self, width: float, *, centre: float | None = None, gap: float = 5.5) -> None:
        """A short centred rule under the line above."""
        middle = (self.left + self.right) / 2 if centre is None else centre
        self.marks.append(Rule(middle - width / 2, self.y + gap, middle + width / 2, self.y + gap, 0.8))

    def picture(self, picture: Picture) -> None:
        self.marks.append(picture)


def listed(content: Inline) -> list[str | Run]:
    return [content] if isinstance(content, (str, Run)) else list(content)


def words_of(content: Inline) -> Iterable[_Word]:
    """Words with their runs; punctuation that stands alone sticks to the word before it."""
    for part in listed(content):
        run = part if isinstance(part, Run) else Run(part)
        for text in run.text.split():
            yield _Word(text, run, glued=text[0] in ",;.)")
