"""The newest texts that hold words: block after block on PostgreSQL, by walking on SQLite, and both as one would count."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from storage import search_words
from storage.archive import KeptDossier
from storage.database import open_database
from storage.index import Index
from storage.search_words import add_words, newest
from storage.tables import SEARCH_TEXT
from tests import records


@given(st.integers(1, 1 << 31))
def test_windows_follow_each_other_down_to_the_first_text_and_their_blocks_hold_them_exactly(before):
    steps = 0
    while before > 1:
        low, blocks = search_words._window(before)
        assert 0 <= low < before
        if blocks:
            assert len(blocks) <= 4
            (power,) = {int(block.strip("'_").partition(".")[0]) for block in blocks}
            numbers = [int(block.strip("'_").partition(".")[2]) for block in blocks]
            assert numbers == list(range(low >> power, ((before - 1) >> power) + 1))
            assert low % (1 << power) == 0
        before, steps = low, steps + 1
    assert steps <= len(search_words.BLOCKS)


texts = st.lists(st.lists(st.sampled_from(["an", "bình", "cúc"]), min_size=1, max_size=4), max_size=40)
questions = st.lists(st.sampled_from(["an", "bình", "cúc"]), min_size=1, max_size=2)


def has_in_row(words, wanted):
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words)))


def test_both_databases_find_the_newest_as_one_would_count(tmp_path, empty_postgresql, monkeypatch):
    monkeypatch.setattr(search_words, "BLOCKS", (1, 2, 3))
    monkeypatch.setattr(search_words, "_AT_ONCE", 3)
    monkeypatch.setattr(search_words, "_WEIGHED_FOR_ROWS", 8)
    databases = [open_database(f"sqlite:///{tmp_path / 'i.db'}"), open_database(empty_postgresql)]
    for database in databases:
        Index(database).put(KeptDossier(records.record(), 1, (), "f" * 64, "0" * 64))

    @settings(max_examples=40, deadline=None)
    @given(texts, questions)
    def same(kept, wanted):
        holding = [number for number in range(len(kept), 0, -1) if set(wanted) <= set(kept[number - 1])]
        in_row = [number for number in holding[:8] if has_in_row(kept[number - 1], wanted)]
        for database in databases:
            with database.writing() as connection:
                connection.exec_driver_sql("DELETE FROM search_words")
                connection.exec_driver_sql("DELETE FROM search_text")
                text = {"dossier_code": records.CODE, "page": 1, "kind": 3, "text": ""}
                if kept:
                    connection.execute(SEARCH_TEXT.insert(), [{"id": n, **text} for n in range(1, len(kept) + 1)])
                add_words(connection, {n: (words, words) for n, words in enumerate(kept, start=1)})
            with database.reading() as connection:
                found = newest(connection, "exact", wanted, most=4)
            assert found == ((holding if len(wanted) == 1 else in_row)[:4], holding[:4])

    same()
    for database in databases:
        database.close()
