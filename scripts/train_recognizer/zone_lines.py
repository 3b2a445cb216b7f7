"""Lines of cards' machine-readable zones: what they say (pipeline/mrz.py) and the typefaces that print them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

from PIL import ImageFont

from pipeline.line_finder import CAPITALS
from pipeline.mrz import compose
from scripts.samples.lexicon import draw_name
from scripts.train_recognizer.minorities import highland_name
from scripts.train_recognizer.typefaces import Typeface, Typefaces

# OCR-B is what cards print (ICAO 9303); copies drawn by others use typewriters' faces. OCR-B lacks Vietnamese letters
_ZONE_FACES = re.compile(
    r"^(OCRB|Cousine|LiberationMono|DejaVuSansMono|NotoMono|NotoSansMono|FreeMono|JetBrainsMono)", re.IGNORECASE
)
_LEFT_OUT = re.compile(r"OCRB[EFX]|Italic|Oblique|Condensed", re.IGNORECASE)  # OCR-B as outlines and white on black
_HELD_OUT = re.compile(r"^(OCRBS|lmmono10-regular|lmmonolt10-bold|NotoSansMono)", re.IGNORECASE)
_PROVINCES = "001 008 019 022 030 034 038 040 046 048 051 056 062 064 066 068 075 079 082 087 092 096".split()
_FIRST_DAY, _DAYS = date(1935, 1, 1), 33_000


def zone_faces(folders: Sequence[Path], *, held_out: bool = False) -> Typefaces:
    """Faces with capitals, digits and `<`; sized by their capitals, as the finder sizes lines of capitals alone."""
    paths = {path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in (".ttf", ".otf")}
    faces = []
    for path in sorted(paths):
        chosen = _HELD_OUT.search(path.stem) if held_out else _ZONE_FACES.search(path.stem)
        if not chosen or _LEFT_OUT.search(path.stem) or bool(_HELD_OUT.search(path.stem)) is not held_out:
            continue
        _, top, _, bottom = ImageFont.truetype(str(path), 200).getbbox("H", anchor="ls")
        faces.append(Typeface(path, path.stem, (bottom - top) / 200 / CAPITALS, by_hand=False))
    weights = [4.0 if face.family.upper().startswith("OCRB") else 1.0 for face in faces]
    return Typefaces(tuple(faces), tuple(weights), ())


def zone_text(rng: Random) -> tuple[str, str, str]:
    """The three lines of a card of nobody."""
    sex = rng.choice(("male", "female"))
    name = highland_name(rng) if rng.random() < 0.1 else draw_name(rng, sex=sex, year=1990, southern=rng.random() < 0.5)
    born = _FIRST_DAY + timedelta(rng.randrange(_DAYS))
    century = 2 * (born.year >= 2000) + (sex == "female")
    province, rest = rng.choice(_PROVINCES), f"{rng.randrange(1_000_000):06d}"
    expiry = _FIRST_DAY + timedelta(rng.randrange(_DAYS, _DAYS + 3_500))
    return compose(
        id_number=f"{province}{century}{born:%y}{rest}",
        full_name=name.replace("'", ""),
        birth_date=born,
        sex=sex,
        expires_on=expiry if born.year > 1975 and rng.random() < 0.8 else None,  # the old bear cards without end
    )
