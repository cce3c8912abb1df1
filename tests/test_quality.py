"""The quality gate: no field of the project's own pages is read worse than pinned."""

from __future__ import annotations

import pytest
from accept import report
from quality import corpus_hash, fallen, measure, read_pin

PINNED = read_pin()


@pytest.fixture(scope="module")
def scores() -> dict[str, list[int]]:
    return measure()


@pytest.mark.parametrize("name", PINNED["scores"])
def test_no_figure_falls_below_its_pin(name: str, scores: dict[str, list[int]]) -> None:
    assert fallen({name: PINNED["scores"][name]}, scores) == [], report()


def test_the_pin_belongs_to_these_pages() -> None:
    assert PINNED["corpus"] == corpus_hash(), "pages changed: run make accept"


def test_the_pin_names_every_figure(scores: dict[str, list[int]]) -> None:
    assert PINNED["scores"].keys() == scores.keys()


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ([9, 10], 0),
        ([18, 20], 0),
        ([8, 10], 1),
        ([9, 11], 1),
        ([9, 9], 1),
    ],
)
def test_a_fall_is_seen_in_share_and_in_number(now: list[int], said: int) -> None:
    assert len(fallen({"forms title": [9, 10]}, {"forms title": now})) == said
