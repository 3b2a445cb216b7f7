"""How often each rung occurs among true pairs (m) and among different people (u). Made by a script; do not edit.

python -m scripts.estimate_weights --seed 7 --citizens 60000 --pairs 3000000

m: counted over 60000 citizens of scripts/population.py and what scripts/hard_queries.py makes of their
papers. u: counted over 3000000 pairs of different people (id numbers: of one province, sex and birth year).
One half is added to every count, so that a rung never seen is rare and not impossible.
"""

VERSION = 1
MEAN_NAME_SHARE = 1.006e-04  # the chance that two citizens share a name, tones aside

M_AND_U: dict[str, dict[str, tuple[float, float]]] = {
    "id_number": {
        "exact": (7.450e-01, 1.392e-06),
        "cmnd": (6.321e-02, 1.988e-07),
        "digit_impossible": (4.321e-02, 1.392e-06),
        "digit": (6.250e-02, 4.872e-05),
        "length": (4.629e-02, 2.187e-06),
        "cmnd_digit": (6.245e-03, 1.988e-07),
        "two_digits": (2.225e-02, 1.281e-03),
        "different": (1.130e-02, 9.987e-01),
    },
    "full_name": {
        "exact": (7.318e-01, 3.417e-05),
        "tone_place": (4.583e-04, 1.667e-07),
        "toneless": (1.409e-01, 1.517e-05),
        "surname_pair": (9.416e-04, 1.667e-07),
        "close": (6.500e-02, 1.062e-04),
        "short": (2.867e-02, 1.465e-04),
        "reordered": (9.591e-03, 1.500e-06),
        "garbled": (1.249e-02, 5.135e-04),
        "different": (1.014e-02, 9.992e-01),
    },
    "birth_date": {
        "exact": (8.218e-01, 2.814e-05),
        "year": (1.020e-01, 1.219e-03),
        "swapped": (1.495e-02, 1.311e-05),
        "digit": (5.004e-02, 9.813e-04),
        "different": (1.129e-02, 9.978e-01),
    },
    "sex": {
        "exact": (9.843e-01, 5.010e-01),
        "different": (1.568e-02, 4.990e-01),
    },
    "residence": {
        "exact": (7.393e-01, 1.870e-05),
        "home": (3.432e-02, 5.904e-07),
        "commune": (3.929e-03, 2.994e-03),
        "hamlet": (1.404e-01, 2.297e-04),
        "province": (3.243e-03, 4.637e-02),
        "different": (7.878e-02, 9.504e-01),
    },
}
