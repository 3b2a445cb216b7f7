"""What the line recognizer is trained on: syllables that spelling allows, lines and pages whose text is known."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
import pytest

from pipeline.fonts import font_file
from pipeline.line_pictures import HEIGHT
from pipeline.line_recognizer import read_lines
from pipeline.mrz import MrzCheck, find
from pipeline.similarity import edit_distance
from scripts.train_recognizer.alphabet import alphabet, written
from scripts.train_recognizer.card_pages import card_samples
from scripts.train_recognizer.minorities import highland_line
from scripts.train_recognizer.pages import page_samples
from scripts.train_recognizer.pictures import draw_sample
from scripts.train_recognizer.syllables import syllables, with_tone
from scripts.train_recognizer.toy import learn_numbers
from scripts.train_recognizer.typefaces import HELD_OUT, find_typefaces
from scripts.train_recognizer.wording import line_text
from scripts.train_recognizer.zone_lines import zone_text

FONTS = find_typefaces([Path(font_file("Tinos")).parent])


def test_spelling_allows_these_and_not_those():
    allowed = set(syllables())
    assert 7_000 < len(allowed) < 18_000
    assert {
        "hòa",
        "hoàn",
        "nguyễn",
        "quý",
        "quyết",
        "giếng",
        "gì",
        "nghĩa",
        "khuỷu",
        "thuở",
        "ghế",
        "kỹ",
        "mía",
        "mưa",
        "người",
        "quốc",
        "thùy",
        "uyên",
        "ngoằn",
    } <= allowed
    assert not {"gế", "ngế", "ka", "cê", "qoa", "kọc", "tăch", "hoá"} & allowed
    assert not [
        one for one in allowed if one.endswith(("c", "ch", "p", "t")) and _tone(one) not in ("\u0301", "\u0323")
    ]


def _tone(syllable):
    return next(
        (mark for mark in unicodedata.normalize("NFD", syllable) if mark in "\u0300\u0301\u0303\u0309\u0323"), ""
    )


@pytest.mark.parametrize(
    ("rime", "tone", "new", "old"),
    [
        ("oa", "\u0300", "òa", "oà"),
        ("uy", "\u0301", "úy", "uý"),
        ("oan", "\u0300", "oàn", "oàn"),
        ("iêu", "\u0309", "iểu", "iểu"),
    ],
)
def test_where_the_tone_stands(rime, tone, new, old):
    assert with_tone(rime, tone) == new
    assert with_tone(rime, tone, old_place=True) == old


def test_lines_are_written_in_the_alphabet_and_alike_for_a_seed():
    texts = [line_text(Random(seed)) for seed in range(400)]
    assert texts == [line_text(Random(seed)) for seed in range(400)]
    assert all(written(text) == text for text in texts)
    assert len(set(texts)) > 350
    assert set("".join(texts)) <= set(alphabet())


def test_highland_names_are_read_with_the_straight_apostrophe():
    texts = [highland_line(Random(seed)) for seed in range(300)]
    assert any("’" in text for text in texts)
    assert not [text for text in texts if written(text) != text.replace("’", "'")]
    assert written("H’Hlăn Niê") == "H'Hlăn Niê"


def test_zones_are_three_lines_that_hold_together():
    for seed in range(50):
        lines = zone_text(Random(seed))
        assert [len(line) for line in lines] == [30, 30, 30]
        assert find(lines).checks == frozenset(MrzCheck)


def test_cards_bear_the_text_that_was_printed_there():
    samples = [sample for seed in (1, 2, 3) for sample in card_samples(Random(seed), FONTS, FONTS)]
    assert len(samples) > 30
    assert any(sample.text.startswith("IDVNM") for sample in samples)
    assert _error_rate(samples) < 0.2


def test_typefaces_held_out_are_not_trained_on():
    assert FONTS.printed
    assert not [face.family for face in FONTS.printed if HELD_OUT.search(face.family)]


def test_drawn_lines_are_what_the_recognizer_takes_and_can_read():
    rng = Random(5)
    samples = [draw_sample(rng, FONTS) for _ in range(60)]
    assert {sample.picture.shape[0] for sample in samples} == {HEIGHT}
    assert all(sample.picture.dtype == np.uint8 for sample in samples)
    assert _error_rate(samples) < 0.12


def test_lines_of_a_page_bear_the_text_that_was_printed_there():
    samples = [sample for seed in (1, 2) for sample in page_samples(Random(seed), FONTS)]
    assert len(samples) > 30
    assert _error_rate(list(islice(samples, 60))) < 0.05


def test_a_toy_learns_numbers_from_what_is_drawn():
    learnt = learn_numbers()
    assert learnt.returncode == 0, learnt.stdout + learnt.stderr
    assert re.search(r"from [\d.]+ to [\d.]+$", learnt.stdout)


def _error_rate(samples):
    read = read_lines([sample.picture for sample in samples])
    wrong = sum(
        edit_distance(" ".join(word.text for word in words), sample.text)
        for words, sample in zip(read, samples, strict=True)
    )
    return wrong / sum(len(sample.text) for sample in samples)
