"""Runs in a Python that has Splink: trains it on questions and citizens, scores given pairs; no part of the program.

    PYTHON_WITH_SPLINK peer_splink.py FOLDER

FOLDER holds what scripts/matching_peers.py writes: `questions.csv`, `citizens.csv`, the same two exploded to pairs
(`asked_pairs.csv`, `known_pairs.csv`, joined by `pair`) and `about.json`; `scores.csv` (pair, probability) is written there.
Comparisons are those that Splink's documentation would choose for these fields, with what is known of the data: names
without marks, an old number beside the present one, dates of which only the year is given or with day and month swapped.
"""

from __future__ import annotations

import csv
import json
import logging
import sys
from pathlib import Path

import duckdb
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

_DAY = "birth_date"


class Tables:
    """A database of its own for one model: Splink keeps what it derives there."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._database = folder, duckdb.connect()
        self._api = DuckDBAPI(self._database)

    def read(self, name: str) -> object:
        """The file as a table of text; `register_from_csv` would make numbers of id numbers."""
        rows = f"SELECT * FROM read_csv('{self._folder / name}.csv', all_varchar=true, nullstr='')"  # noqa: S608 # our own folder
        self._database.execute(f"CREATE TABLE {name} AS {rows}")
        return self._api.register(name, dataset_display_name=name)


def _names() -> comparisons.CustomComparison:
    return comparisons.CustomComparison(
        output_column_name="full_name",
        comparison_levels=[
            levels.NullLevel("folded"),
            levels.ExactMatchLevel("full_name"),
            levels.ExactMatchLevel("folded", term_frequency_adjustments=True),
            levels.DamerauLevenshteinLevel("folded", 1),
            levels.JaroWinklerLevel("folded", 0.95),
            levels.JaroWinklerLevel("folded", 0.88),
            levels.ElseLevel(),
        ],
    )


def _days() -> comparisons.CustomComparison:
    swapped = (
        f"substr({_DAY}_l, 1, 4) = substr({_DAY}_r, 1, 4) AND substr({_DAY}_l, 6, 2) = substr({_DAY}_r, 9, 2) "
        f"AND substr({_DAY}_l, 9, 2) = substr({_DAY}_r, 6, 2)"
    )
    year = f"(length({_DAY}_l) = 4 OR length({_DAY}_r) = 4) AND substr({_DAY}_l, 1, 4) = substr({_DAY}_r, 1, 4)"
    return comparisons.CustomComparison(
        output_column_name=_DAY,
        comparison_levels=[
            levels.NullLevel(_DAY),
            levels.ExactMatchLevel(_DAY),
            levels.CustomLevel(year, "the year is all that is known"),
            levels.CustomLevel(swapped, "day and month swapped"),
            levels.LevenshteinLevel(_DAY, 1),
            levels.LevenshteinLevel(_DAY, 2),
            levels.ElseLevel(),
        ],
    )


def _numbers() -> comparisons.CustomComparison:
    return comparisons.CustomComparison(
        output_column_name="id_number",
        comparison_levels=[
            levels.NullLevel("id_number"),
            levels.ExactMatchLevel("id_number"),
            levels.CustomLevel("id_number_l = old_id_number_r", "the old number"),
            levels.LevenshteinLevel("id_number", 1),
            levels.LevenshteinLevel("id_number", 2),
            levels.ElseLevel(),
        ],
    )


def _residences() -> comparisons.CustomComparison:
    same_home = "home_l = home_r AND province_l = province_r"
    return comparisons.CustomComparison(
        output_column_name="residence",
        comparison_levels=[
            levels.NullLevel("residence"),
            levels.ExactMatchLevel("residence"),
            levels.CustomLevel(same_home, "home and province"),
            levels.JaroWinklerLevel("residence", 0.92),
            levels.CustomLevel("province_l = province_r", "province"),
            levels.ElseLevel(),
        ],
    )


def main(folder: Path) -> None:
    """Trains on questions.csv and citizens.csv, writes scores.csv for the pairs of asked_pairs.csv and known_pairs.csv."""
    logging.disable(logging.WARNING)
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    tables = Tables(folder)
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[_names(), _days(), _numbers(), comparisons.ExactMatch("sex"), _residences()],
        blocking_rules_to_generate_predictions=[block_on("pair")],
        probability_two_random_records_match=about["in_registry"] / about["citizens"],
        additional_columns_to_retain=["pair"],
    )
    trained = Linker([tables.read("questions"), tables.read("citizens")], settings)
    trained.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in (block_on("id_number"), block_on("folded", _DAY), block_on(_DAY, "province")):
        trained.training.estimate_parameters_using_expectation_maximisation(
            rule, fix_probability_two_random_records_match=True
        )
    trained.misc.save_model_to_json(str(folder / "model.json"), overwrite=True)
    again = Tables(folder)
    scoring = Linker([again.read("asked_pairs"), again.read("known_pairs")], str(folder / "model.json"))
    scored = scoring.inference.predict(threshold_match_probability=None).as_record_list()
    with (folder / "scores.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerows((row["pair_l"], row["match_probability"]) for row in scored)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
