"""How far a list is read: known articles, the overlap, what repeats, the page cap."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
from nights import Nights, article, done, following

from ruralnews.state.commit import Committed, PageResult
from ruralnews.state.queue import Scope
from ruralnews.state.rules import End, State

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = 5
"""Articles on a list page."""
OVERLAP = 8


class Moving:
    """A list, newest first, that may change before each of its pages is read."""

    def __init__(self, articles: int, *, overlap: int = OVERLAP, max_pages: int = 20) -> None:
        self.articles = list(range(articles, 0, -1))
        self.nights = Nights(Scope("hemiao", max_pages=max_pages, overlap=overlap))
        self.made: list[Committed] = []

    def night(self, moves: dict[int, Callable[[list[int]], None]] | None = None) -> list[int]:
        """The articles asked for; `moves` change the list before the page of that number."""
        self.nights.begin()
        self.made = []
        while tasks := self.nights.lists():
            for task in tasks:
                (moves or {}).get(task.number, lambda _: None)(self.articles)
                self.made.append(self.nights.commit(task, self.page(task.number)))
        asked = []
        for task in self.nights.articles(999):
            asked.append(int(task.url.rpartition("/t")[2].removesuffix(".html")))
            self.nights.commit(task, done(asked[-1]))
        self.nights.end()
        return asked

    def page(self, number: int) -> PageResult:
        start = PAGE * (number - 1)
        links = tuple(article(n) for n in self.articles[start : start + PAGE])
        more = start + PAGE < len(self.articles)
        return PageResult(
            0, State.DONE, links=links, following=following(number + 1) if more else None
        )

    @property
    def end(self) -> End | None:
        return self.made[-1].end


def test_a_list_is_read_to_its_end_twice_and_then_to_its_overlap() -> None:
    moving = Moving(30)
    assert sorted(moving.night()) == list(range(1, 31))
    assert (len(moving.made), moving.end) == (6, End.LAST)
    assert moving.night() == []
    assert (len(moving.made), moving.end) == (6, End.LAST)
    assert moving.night() == []
    assert (len(moving.made), moving.end) == (2, End.KNOWN)


def test_an_article_put_late_among_older_ones_is_found() -> None:
    moving = Moving(30)
    for _ in range(2):
        moving.night()
    moving.articles.insert(PAGE + 2, 99)
    assert moving.night() == [99]
    assert len(moving.made) == 4  # page 2 and 8 known ones after it
    moving.articles.insert(OVERLAP + PAGE, 100)
    assert moving.night() == []  # further down than the overlap reaches


def insert_on_top(articles: list[int]) -> None:
    articles[:0] = range(205, 200, -1)


def withdraw_from_top(articles: list[int]) -> None:
    del articles[:5]


@pytest.mark.parametrize("page", range(2, 7))
@pytest.mark.parametrize("move", [insert_on_top, withdraw_from_top])
def test_a_list_that_moves_by_five_while_it_is_read_loses_nothing(
    move: Callable[[list[int]], None], page: int
) -> None:
    moving = Moving(30)
    asked = moving.night({page: move})
    asked += moving.night()
    assert set(moving.articles) <= set(asked)
    assert len(asked) == len(set(asked))
    assert moving.night() == []


def test_a_list_that_repeats_its_last_page_for_ever_ends() -> None:
    moving = Moving(20)
    whole = moving.page

    def page(number: int) -> PageResult:
        found = whole(min(number, 4))
        return PageResult(0, State.DONE, links=found.links, following=following(number + 1))

    moving.page = page  # type: ignore[method-assign]
    for _ in range(2):
        moving.night()
        assert (len(moving.made), moving.end) == (5, End.REPEATS)


def test_a_list_that_invents_articles_for_ever_ends_at_the_cap() -> None:
    moving = Moving(0, max_pages=3)
    numbers = count(1)

    def page(number: int) -> PageResult:
        links = tuple(article(next(numbers)) for _ in range(PAGE))
        return PageResult(0, State.DONE, links=links, following=following(number + 1))

    moving.page = page  # type: ignore[method-assign]
    assert len(moving.night()) == 15
    assert moving.end is End.MAX_PAGES


def test_a_list_ends_where_its_articles_are_too_old() -> None:
    moving = Moving(30)
    whole = moving.page

    def page(number: int) -> PageResult:
        found = whole(number)
        links = () if number == 3 else found.links
        return PageResult(0, State.DONE, links=links, following=found.following, old=not links)

    moving.page = page  # type: ignore[method-assign]
    moving.night()
    assert (len(moving.made), moving.end) == (3, End.OLD)


def test_ids_are_tried_down_to_the_known_ones() -> None:
    moving = Moving(0)
    highest = 40

    def page(_: int) -> PageResult:
        guesses = tuple(article(n) for n in range(highest - 1, max(highest - 30, 0), -1))
        return PageResult(0, State.DONE, links=(article(highest),), guesses=guesses)

    moving.page = page  # type: ignore[method-assign]
    assert moving.night() == list(range(40, 10, -1))
    highest = 45
    assert moving.night() == list(range(45, 40, -1))
    highest = 90  # more than are tried at a time: a portal that was not visited for long
    assert moving.night() == list(range(90, 60, -1))
