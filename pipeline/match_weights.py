"""How often each rung occurs among true pairs (m) and among different people (u). Made by a script; do not edit.

python -m scripts.estimate_weights --seed 7 --citizens 20000 --pairs 500000

m: counted over 20000 citizens of scripts/population.py and what scripts/hard_queries.py makes of their
papers. u: counted over 500000 pairs of different people (id numbers: of one province, sex and birth year).
One half is added to every count, so that a rung never seen is rare and not impossible.
"""

VERSION = 1
MEAN_NAME_SHARE = 1.045e-04  # the chance that two citizens share a name, tones aside

M_AND_U: dict[str, dict[str, tuple[float, float]]] = {
    "id_number": {
        "exact": (7.441e-01, 1.171e-06),
        "cmnd": (6.347e-02, 1.171e-06),
        "digit_impossible": (4.134e-02, 1.171e-06),
        "digit": (6.070e-02, 4.801e-05),
        "length": (4.695e-02, 5.855e-06),
        "cmnd_digit": (6.758e-03, 1.171e-06),
        "two_digits": (2.399e-02, 1.308e-03),
        "different": (1.272e-02, 9.986e-01),
    },
    "full_name": {
        "exact": (7.318e-01, 3.700e-05),
        "tone_place": (3.249e-04, 1.000e-06),
        "toneless": (1.395e-01, 3.100e-05),
        "surname_pair": (7.748e-04, 3.000e-06),
        "close": (4.866e-02, 1.300e-05),
        "short": (3.092e-02, 1.330e-04),
        "reordered": (9.223e-03, 1.000e-06),
        "garbled": (2.707e-02, 4.470e-04),
        "different": (1.167e-02, 9.993e-01),
    },
    "birth_date": {
        "exact": (8.267e-01, 3.634e-05),
        "year": (9.770e-02, 1.226e-03),
        "swapped": (1.451e-02, 9.344e-06),
        "digit": (5.066e-02, 1.010e-03),
        "different": (1.039e-02, 9.977e-01),
    },
    "sex": {
        "exact": (9.837e-01, 4.997e-01),
        "different": (1.632e-02, 5.003e-01),
    },
    "residence": {
        "exact": (7.374e-01, 6.265e-05),
        "home": (2.780e-02, 1.182e-06),
        "commune": (9.521e-03, 3.316e-03),
        "hamlet": (1.389e-01, 7.057e-04),
        "province": (5.127e-03, 4.659e-02),
        "different": (8.130e-02, 9.493e-01),
    },
}
