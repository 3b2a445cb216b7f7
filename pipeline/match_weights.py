"""How often each rung occurs among true pairs (m) and among different people (u). Made by a script; do not edit.

python -m scripts.estimate_weights --seed 7 --citizens 60000 --pairs 3000000

m: counted over 60000 citizens of scripts/population.py and what scripts/hard_queries.py makes of their
papers. u: counted over 3000000 pairs of different people (id numbers: of one province, sex and birth year).
One half is added to every count, so that a rung never seen is rare and not impossible.
"""

VERSION = 1
MEAN_NAME_SHARE = 1.027e-04  # the chance that two citizens share a name, tones aside

M_AND_U: dict[str, dict[str, tuple[float, float]]] = {
    "id_number": {
        "exact": (7.407e-01, 9.962e-07),
        "cmnd": (6.365e-02, 1.992e-07),
        "digit_impossible": (4.276e-02, 9.962e-07),
        "digit": (6.277e-02, 4.801e-05),
        "length": (4.750e-02, 3.387e-06),
        "cmnd_digit": (6.828e-03, 1.992e-07),
        "two_digits": (2.363e-02, 1.313e-03),
        "different": (1.215e-02, 9.986e-01),
    },
    "full_name": {
        "exact": (7.323e-01, 3.783e-05),
        "tone_place": (3.750e-04, 1.667e-07),
        "toneless": (1.405e-01, 1.183e-05),
        "surname_pair": (9.749e-04, 5.000e-07),
        "close": (6.335e-02, 9.517e-05),
        "short": (2.999e-02, 1.468e-04),
        "reordered": (9.524e-03, 2.833e-06),
        "garbled": (1.286e-02, 5.232e-04),
        "different": (1.014e-02, 9.992e-01),
    },
    "birth_date": {
        "exact": (8.208e-01, 3.387e-05),
        "year": (1.033e-01, 1.281e-03),
        "swapped": (1.462e-02, 8.859e-06),
        "digit": (5.045e-02, 9.497e-04),
        "different": (1.083e-02, 9.977e-01),
    },
    "sex": {
        "exact": (9.842e-01, 5.006e-01),
        "different": (1.578e-02, 4.994e-01),
    },
    "residence": {
        "exact": (7.359e-01, 5.853e-05),
        "home": (2.930e-02, 1.971e-07),
        "commune": (9.415e-03, 2.948e-03),
        "hamlet": (1.412e-01, 7.210e-04),
        "province": (3.772e-03, 4.676e-02),
        "different": (8.039e-02, 9.495e-01),
    },
}
