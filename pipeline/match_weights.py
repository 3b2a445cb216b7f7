"""How often each rung occurs among true pairs (m) and among different people (u). Made by a script; do not edit.

python -m scripts.estimate_weights --seed 7 --citizens 60000 --pairs 3000000

m: counted over 60000 citizens of scripts/population.py and what scripts/hard_queries.py makes of their
papers. u: counted over 3000000 pairs of different people (id numbers: of one province, sex and birth year).
One half is added to every count, so that a rung never seen is rare and not impossible.
"""

VERSION = 3
MEAN_NAME_SHARE = 1.006e-04  # the chance that two citizens share a name, tones aside

M_AND_U: dict[str, dict[str, tuple[float, float]]] = {
    "id_number": {
        "exact": (7.258e-01, 1.861e-06),
        "cmnd": (6.398e-02, 2.068e-07),
        "digit_impossible": (5.067e-02, 2.068e-07),
        "digit": (6.891e-02, 5.481e-05),
        "length": (4.847e-02, 2.689e-06),
        "cmnd_digit": (6.312e-03, 2.068e-07),
        "two_digits": (2.387e-02, 1.478e-03),
        "different": (1.203e-02, 9.985e-01),
    },
    "full_name": {
        "exact": (7.340e-01, 3.783e-05),
        "tone_place": (3.416e-04, 1.667e-07),
        "toneless": (1.390e-01, 1.517e-05),
        "surname_pair": (7.583e-04, 5.000e-07),
        "close": (6.422e-02, 9.817e-05),
        "short": (2.957e-02, 1.382e-04),
        "reordered": (9.658e-03, 1.167e-06),
        "given_other": (9.749e-04, 2.680e-03),
        "garbled": (1.174e-02, 1.512e-04),
        "different": (9.658e-03, 9.969e-01),
    },
    "birth_date": {
        "exact": (8.167e-01, 2.660e-05),
        "year": (1.029e-01, 1.332e-03),
        "swapped": (1.454e-02, 1.339e-05),
        "digit": (5.009e-02, 9.662e-04),
        "two_digits": (1.034e-02, 1.114e-02),
        "different": (5.418e-03, 9.865e-01),
    },
    "sex": {
        "exact": (9.840e-01, 5.006e-01),
        "different": (1.601e-02, 4.994e-01),
    },
    "residence": {
        "exact": (7.379e-01, 1.929e-05),
        "home": (3.294e-02, 5.846e-07),
        "commune": (3.974e-03, 3.061e-03),
        "hamlet": (1.400e-01, 2.325e-04),
        "province": (4.210e-03, 4.710e-02),
        "different": (8.091e-02, 9.496e-01),
    },
}
