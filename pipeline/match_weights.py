"""How often each rung occurs among true pairs (m) and among different people (u). Made by a script; do not edit.

python -m scripts.estimate_weights --seed 7 --citizens 60000 --pairs 3000000

m: counted over 60000 citizens of scripts/population.py and what scripts/hard_queries.py makes of their
papers. u: counted over 3000000 pairs of different people (id numbers: of one province, sex and birth year).
One half is added to every count, so that a rung never seen is rare and not impossible.
"""

VERSION = 2
MEAN_NAME_SHARE = 1.006e-04  # the chance that two citizens share a name, tones aside

M_AND_U: dict[str, dict[str, tuple[float, float]]] = {
    "id_number": {
        "exact": (7.421e-01, 1.018e-06),
        "cmnd": (6.103e-02, 2.035e-07),
        "digit_impossible": (4.529e-02, 2.239e-06),
        "digit": (6.435e-02, 4.660e-05),
        "length": (4.568e-02, 3.867e-06),
        "cmnd_digit": (6.330e-03, 2.035e-07),
        "two_digits": (2.362e-02, 1.326e-03),
        "different": (1.163e-02, 9.986e-01),
    },
    "full_name": {
        "exact": (7.293e-01, 3.317e-05),
        "tone_place": (3.750e-04, 1.667e-07),
        "toneless": (1.426e-01, 1.583e-05),
        "surname_pair": (7.583e-04, 5.000e-07),
        "close": (6.474e-02, 9.517e-05),
        "short": (2.959e-02, 1.425e-04),
        "reordered": (9.941e-03, 1.500e-06),
        "given_other": (1.192e-03, 2.716e-03),
        "garbled": (1.161e-02, 1.598e-04),
        "different": (9.824e-03, 9.968e-01),
    },
    "birth_date": {
        "exact": (8.155e-01, 3.078e-05),
        "year": (1.012e-01, 1.370e-03),
        "swapped": (1.507e-02, 1.095e-05),
        "digit": (5.195e-02, 9.447e-04),
        "two_digits": (1.085e-02, 1.108e-02),
        "different": (5.462e-03, 9.866e-01),
    },
    "sex": {
        "exact": (9.837e-01, 5.006e-01),
        "different": (1.634e-02, 4.994e-01),
    },
    "residence": {
        "exact": (7.364e-01, 2.000e-05),
        "home": (3.380e-02, 5.942e-07),
        "commune": (3.503e-03, 3.025e-03),
        "hamlet": (1.420e-01, 2.212e-04),
        "province": (3.758e-03, 4.701e-02),
        "different": (8.051e-02, 9.497e-01),
    },
}
