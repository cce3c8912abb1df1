"""The search finds what a text holds, and nothing that a person types is an operator."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from generated import SENTENCES
from hypothesis import example, given
from hypothesis import strategies as st

from ruralnews.browse.search import TOKENIZER, excerpt, indexed, match_query, pieces, runs

TEXT = (
    "2023年秋，青禾县Ａ类示范村（首批）有12个。\n"
    "“责任编辑”苗立夏\u200b说：ＧＤＰ涨了3.5%！𠮷家湾café。"
)


def found(text: str, query: str) -> bool:
    """Whether FTS5 finds the text."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(
            f"CREATE VIRTUAL TABLE search USING fts5(body, content='', tokenize='{TOKENIZER}')"
        )
        database.execute("INSERT INTO search (rowid, body) VALUES (1, ?)", (indexed(text),))
        asked = "SELECT rowid FROM search WHERE search MATCH ?"
        return bool(database.execute(asked, (match_query(query),)).fetchall())


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("示范", True),  # two characters
        ("范村", True),  # across words
        ("秋", True),  # one, at the end of a run
        ("青", True),  # one, at its beginning
        ("禾县A类", True),
        ("a类", True),  # case and width
        ("gdp", True),
        ("ＧＤＰ", True),
        ("2023年", True),
        ("023", True),  # part of a number
        ("𠮷家", True),  # beyond the basic plane
        ("苗立夏说", True),  # a character of no width between
        ("café", True),
        ("cafe\u0301", False),  # é in two characters: records are composed
        ("首批 示范", True),  # both, in any order
        ("首批 秋收", False),
        ("示范村首批", False),  # a bracket between
        ('"示范村 首批"', True),  # a quoted phrase, whatever stands between its runs
        ('"首批 示范村"', False),
        ("示范村（首批）", True),
        ("“责任编辑”", True),
        ("编任", False),
        ("县类", False),
        # What FTS5 would take for syntax.
        ("示范*", True),
        ("示范村 NOT", False),
        ("body:示范", False),
        ("body : 示范", False),
        ("^2023", True),
        ("-示范", True),
        ("(示范", True),
        ('"示范', True),
        ('示范"', True),
        ('""', False),
        ("'", False),
        ("？！", False),
        ("", False),
        (" \u3000", False),
        ("示范\u3000首批", True),
        ("NEAR(示范 首批)", False),
        ("\x00", False),
        ("示\x00", True),
    ],
)
def test_what_is_found(query: str, expected: bool) -> None:
    assert found(TEXT, query) is expected


def has_letters(text: str) -> bool:
    return bool(runs(text))


@given(st.data())
def test_every_part_of_a_text_finds_it(data: st.DataObject) -> None:
    pool = st.sampled_from([*SENTENCES, TEXT, "\n", "，", "A1", "　", '"', "村"])
    text = data.draw(st.lists(pool, min_size=1).map("".join))
    begin = data.draw(st.integers(0, len(text) - 1))
    part = text[begin : begin + data.draw(st.integers(1, 40))].replace('"', " ")
    assert found(text, f'"{part}"') is has_letters(part)
    assert found(text, part) is has_letters(part)


@given(st.text(), st.text())
@example("İ", "i")
@example("ﬁeld", "i")
@example("㎏", "g")
def test_no_query_is_an_error_and_hits_are_where_the_query_finds_them(
    text: str, query: str
) -> None:
    found(text, query)
    cut = pieces(text, query)
    assert "".join(piece.text for piece in cut) == text
    for piece in cut:
        if piece.hit:
            assert found(text, f'"{piece.text}"') or not has_letters(piece.text)


@given(st.text())
def test_what_is_indexed_is_split_at_spaces_only(text: str) -> None:
    for token in indexed(text).split(" "):
        assert token.isalnum() or not token


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("示范", ["示范"]),
        ("gdp 青禾县a类", ["青禾县Ａ类", "ＧＤＰ"]),
        ('"示范村 首批"', ["示范村（首批"]),
        ("2", ["2", "2", "2"]),
        ("秋收", []),
        ("", []),
    ],
)
def test_hits_are_marked_as_they_stand_in_the_text(query: str, hits: list[str]) -> None:
    assert [piece.text for piece in pieces(TEXT, query) if piece.hit] == hits


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "0123456789…"),
        ("无", "0123456789…"),
        ("e", "…cdefghijkl…"),
        ("z", "…qrstuvwxyz"),
        ("1", "0123456789…"),
    ],
)
def test_an_excerpt_shows_the_first_hit(query: str, expected: str) -> None:
    assert excerpt("0123456789abcdefghijklmnopqrstuvwxyz", query, 10) == expected


def test_a_short_text_is_its_own_excerpt() -> None:
    assert excerpt("短\n文", "文", 10) == "短 文"
