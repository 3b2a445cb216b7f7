"""Names of people and places of the highlands: apostrophes, hyphens, syllables that Vietnamese spelling does not know.

The given part is put together by chance, so that no name of the samples is learnt by heart.
"""

from __future__ import annotations

from random import Random

_FAMILIES = (
    "Niê|Mlô|Êban|Byă|Kbuôr|Kđoh|Ênuôl|Hđơk|Adrơng|Ksor|Kpă|Nay|Siu|Rơ Mah|Rơ Châm|Rah Lan|Rcom|Hlăm|Knul|Buôn Yă|"
    "Buôn Krông|Liêng|Cil|Pang|Đinh|Y|A|Bdap|Bkrông|Bya|Ktla|Mdrang|Ayun|Rmah|Ra Lan|Kră Jăn|Păng Ting|Lơ Mu|Ha|Bon"
).split("|")
_OPENINGS = (
    "B Bl Br Ch Dj Đ G Gl Gr H Hb Hl Hm Hr J Jr K Kh Kl Kp Kr L M Ml Mr N Ng Nh P Ph Pl Pr R S T Th Tr W Y Yr".split()
)
_VOWELS = "a ă â e ê i o ô ơ u ư ua uê uô ia iê ai ao ơi ôi ươ á à ế ồ ú í".split()
_ENDINGS = ["", "", "", *"n m ng nh t k p c r h l o i".split()]
_PLACES = (
    "Cư M'gar|Ea H'leo|M'Đrắk|Đắk R'lấp|K'Bang|Krông Pắc|Đam Rông|Ea Súp|Cư Jút|Ia Grai|Chư Prông|Chư Păh|Đắk Glei|Ea M'nang|"
    "Quảng Tín|Cư K'bông|Ea D'rông|Đ'Ran|Ka Đô|N'Thol Hạ|Đạ K'Nàng|Ea T'ling|Đắk N'drung|Ia H'rú|H'bông|Cư Né|Buôn Triết"
).split("|")
_KINDS = "Buôn Plei Bon Làng Xã Huyện Thôn".split()
_APOSTROPHES = "''''’"  # what is read is always the straight one (alphabet.py)


def highland_line(rng: Random) -> str:
    """A name with what stands around it in forms: a label, a date, an ethnic group; or a place."""
    kind = rng.random()
    if kind < 0.55:
        text = highland_name(rng)
        text = text.upper() if rng.random() < 0.65 else text
    elif kind < 0.75:
        label = rng.choice(
            ("Họ và tên", "Họ, chữ đệm, tên", "Họ tên", "Người khai", "Tôi là", "Bà", "Ông", "Chủ hộ", "1.")
        )
        name = highland_name(rng)
        name = name.upper() if rng.random() < 0.6 else name
        text = label + rng.choice((": ", " ", " : ")) + name + rng.choice(("", "", ",", ".", ", Nữ", " (Ê Đê)"))
    elif kind < 0.9:
        text = (
            f"{rng.choice(_KINDS)} {_given(rng)}, xã {rng.choice(_PLACES)}"
            if rng.random() < 0.5
            else rng.choice(_PLACES)
        )
        text = text.upper() if rng.random() < 0.2 else text
    else:
        text = rng.choice(("Dân tộc: ", "")) + rng.choice(
            ("H'Mông", "H'Rê", "K'Ho", "M'nông", "Ê Đê", "Gia Rai", "Cơ Ho", "X'tiêng")
        )
    return text.replace("'", rng.choice(_APOSTROPHES))


def highland_name(rng: Random) -> str:
    """H'Hlan Niê, Y Blơk Êban, Y-Thuăn Ksor, K'Brêk, Ksor H'Nga."""
    given = _given(rng)
    first = rng.choice(
        (
            f"H'{given}",
            f"H'{given}",
            f"H' {given}",
            f"H {given}",
            f"K'{given}",
            f"Y {given}",
            f"Y-{given}",
            f"Y'{given}",
            f"Y {given}",
            given,
        )
    )
    if rng.random() < 0.2:
        return first
    family = rng.choice(_FAMILIES)
    middle = f" {rng.choice(_FAMILIES)}" if rng.random() < 0.12 else ""
    return f"{first}{middle} {family}" if rng.random() < 0.6 else f"{family}{middle} {first}"


def _given(rng: Random) -> str:
    syllables = [
        rng.choice(_OPENINGS) + rng.choice(_VOWELS) + rng.choice(_ENDINGS) for _ in range(rng.choice((1, 1, 1, 2)))
    ]
    return (
        " ".join(syllables) if rng.random() < 0.7 else "".join([syllables[0], *(one.lower() for one in syllables[1:])])
    )
