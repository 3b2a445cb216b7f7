"""Lines of Vietnamese print read by the project's own network (scripts/train_recognizer); home of onnxruntime.

The network gives, for each four pixels along a line, how likely each letter is or none, trained by connectionist
temporal classification (Graves et al., 2006), and how likely a pen wrote there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from models.errors import RecognizerMissing
from models.page import Pixels
from pipeline.letter_cuts import letter_cuts
from pipeline.line_pictures import BASELINE, HEIGHT, LETTER

_MODEL = Path(__file__).with_name("line_recognizer.onnx")
_STEP = 4  # pixels of a picture's width a frame
_ROUND = 32  # widths are filled up to a multiple of it: fewer shapes for the runtime to plan
_INK = 150  # grey level
_BODY = slice(13, 39)  # rows of a picture that a line's own letters fill; tails and tones of its neighbours do not
_OUTSIDE = 2  # frames that a letter may reach beyond the frame that told it

_MADE_FOR = {"step": _STEP, "height": HEIGHT, "baseline": BASELINE, "letter": LETTER}

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LineWord:
    """A word of a line's picture: text, confidence, left and right edge in pixels, likelihood of handwriting, and where
    each letter but the first begins.

    The confidence is the product of its letters': on typefaces and damage that were not trained on, of the words given
    at 0.9 to 0.95 as many are right (docs/accuracy.md).
    """

    text: str
    confidence: float
    left: int
    right: int
    handwritten: float
    cuts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Network:
    session: onnxruntime.InferenceSession
    alphabet: str


def read_lines(pictures: Sequence[Pixels], *, letters: str = "") -> tuple[tuple[LineWord, ...], ...]:
    """The words of each line's picture (HEIGHT x width uint8, dark on white; pipeline/line_pictures.py).

    With `letters` nothing else is read. Raises RecognizerMissing when the network's file is not there or not ours.
    """
    return tuple(_words(picture, *_scores(picture, letters)) for picture in pictures)


@cache
def _network() -> _Network:
    """The network, loaded once a process; one thread, for pages run side by side."""
    if not _MODEL.is_file():
        raise RecognizerMissing(f"{_MODEL.name} is not there: the installation is incomplete")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(_MODEL), options, providers=["CPUExecutionProvider"])
    about = session.get_modelmeta().custom_metadata_map
    if any(about.get(name) != str(value) for name, value in _MADE_FOR.items()):
        raise RecognizerMissing(f"{_MODEL.name} was made for other pictures than this program cuts")
    return _Network(session, about["alphabet"])


def _scores(picture: Pixels, only: str) -> tuple[Scores, Scores]:
    """Frames x (letters + 1) probabilities, the first being of no letter; and frames of handwriting's."""
    width = picture.shape[1]
    light = np.ones((1, 1, HEIGHT, -(-width // _ROUND) * _ROUND), np.float32)
    light[0, 0, :, :width] = picture / np.float32(255)
    letters, by_hand = _network().session.run(None, {"light": light})
    frames = -(-width // _STEP)
    if only:
        places = [0, *(_network().alphabet.index(letter) + 1 for letter in only)]
        scores = np.zeros_like(letters[0, :frames])
        scores[:, places] = np.exp(letters[0, :frames, places]).T  # a letter's likelihood among all, not among these
        return scores, 1 / (1 + np.exp(-by_hand[0, :frames]))
    return np.exp(letters[0, :frames]), 1 / (1 + np.exp(-by_hand[0, :frames]))


@dataclass(slots=True)
class _Spelling:
    """A word being put together: its letters, how likely each is, the first and last frame that told each."""

    letters: list[str]
    likely: list[float]
    told: list[tuple[int, int]]

    @property
    def first(self) -> int:
        return self.told[0][0]

    @property
    def last(self) -> int:
        return self.told[-1][1]


def _words(picture: Pixels, scores: Scores, by_hand: Scores) -> tuple[LineWord, ...]:
    alphabet = _network().alphabet
    spelt: list[_Spelling] = []
    before, open_word = 0, False
    for frame, best in enumerate(scores.argmax(axis=1).tolist()):
        if best and alphabet[best - 1] == " ":
            open_word = False
        elif best:
            likely = float(scores[frame, best])
            if not open_word:
                spelt.append(_Spelling([], [], []))
                open_word = True
            word = spelt[-1]
            if best == before and word.likely:
                word.likely[-1] = max(word.likely[-1], likely)
                word.told[-1] = word.told[-1][0], frame
            else:
                word.letters.append(alphabet[best - 1])
                word.likely.append(likely)
                word.told.append((frame, frame))
        before = best
    if not spelt:
        return ()
    dark = np.asarray((picture[_BODY] < _INK).any(axis=0), np.bool_)
    cuts = [0, *(_widest_gap(dark, word.last, after.first) for word, after in pairwise(spelt)), len(dark)]
    return tuple(
        _placed(word, picture, dark, (left + 1, right - 1), by_hand)
        for word, (left, right) in zip(spelt, pairwise(cuts), strict=True)
    )


def _widest_gap(dark: NDArray[np.bool_], last: int, first: int) -> int:
    """The column between two words: the middle of the widest white between the frames that told their ends."""
    start, end = last * _STEP, min(first * _STEP + _STEP, len(dark))
    edges = np.flatnonzero(np.concatenate(([True], dark[start:end], [True])))
    widest = int(np.argmax(np.diff(edges)))
    return start + int(edges[widest] + edges[widest + 1] - 1) // 2


def _placed(
    word: _Spelling, picture: Pixels, dark: NDArray[np.bool_], between: tuple[int, int], by_hand: Scores
) -> LineWord:
    """The word with its edges where its ink begins and ends, between its neighbours."""
    left = max(between[0], (word.first - _OUTSIDE) * _STEP)
    right = min(between[1], (word.last + _OUTSIDE + 1) * _STEP)
    columns = np.flatnonzero(dark[left:right])
    if len(columns):
        left, right = left + int(columns[0]), left + int(columns[-1]) + 1
        # a letter goes on where its ink does; what lies apart may be a rule's
        furthest = max(between[0], left - _STEP), min(between[1], right + _STEP)
        while left > furthest[0] and dark[left - 1]:
            left -= 1
        while right < furthest[1] and dark[right]:
            right += 1
    right = max(right, left + 1)
    ink = (255 - picture[_BODY].astype(np.float32)).sum(axis=0) / 255
    told = [(first + last + 1) * _STEP / 2 for first, last in word.told]
    return LineWord(
        "".join(word.letters), float(np.prod(word.likely)), left, right,
        float(by_hand[word.first : word.last + 1].mean()), letter_cuts(ink, word.letters, told, left, right),
    )  # fmt: skip
