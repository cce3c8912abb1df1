"""`scrapy forget`: what is left of an article afterwards, in every file."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from ruralnews.archive.erasing import erase, filler
from ruralnews.archive.reading import read_capture
from ruralnews.archive.warc import ARTICLE, Archive, Capture

if TYPE_CHECKING:
    from pathlib import Path


@given(st.one_of(st.integers(230, 900), st.integers(65_000, 66_500), st.integers(130_000, 132_000)))
def test_a_filler_has_its_length_and_is_a_record_that_says_nothing(length: int) -> None:
    made = filler(length)
    assert len(made) == length
    text = gzip.decompress(made).decode()
    assert text.startswith("WARC/1.0\r\nWARC-Type: metadata")
    assert text.partition("\r\n\r\n")[2].strip() == ""


def test_what_is_too_short_is_told() -> None:
    with pytest.raises(ValueError, match="too short"):
        filler(100)


def test_an_erased_answer_is_gone_and_the_others_stand_where_they_were(tmp_path: Path) -> None:
    when = datetime(2026, 11, 3, tzinfo=UTC)
    bodies = [f"第{n}块地的小麦".encode() * 9 for n in range(3)]
    made = [
        Capture(f"http://hemiao.example/{n}", 200, ((b"A", b"b"),), body, when, ARTICLE)
        for n, body in enumerate(bodies)
    ]
    archive = Archive(tmp_path, "hemiao", 10**6, "test", lambda _: None)
    places = archive.write(made)
    archive.close()
    erase(tmp_path, places[1].file, [(places[1].offset, places[1].length)])
    for number in (0, 2):
        kept = read_capture(tmp_path, places[number], made[number].sha256)
        assert kept.body == bodies[number]
    with (tmp_path / places[0].file).open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file, check_digests="raise")]
    assert kinds == ["warcinfo", "response", "metadata", "response"]
    erase(tmp_path, "hemiao/none.warc.gz", [(0, 300)])  # nothing there is nothing to erase
