"""The books of a run: every article that a list named has one fate. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruralnews.monitoring.night import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterable

STOPPED = "stopped"
"""Reason of articles that a run which was stopped did not come to."""
LEFT_OUT = "left-out"
"""Reason of articles that the arguments of the run (`column`, `since`) left out."""


def ledger(
    fates: Iterable[tuple[str, str | None, bool, bool, int]],
    *,
    stopped: bool = False,
    narrowed: bool = False,
) -> Ledger:
    """The ledger of (state, reason, asked, gave, count) rows, as the store counted them.

    An article without a fate is in `listed` and nowhere else, so that the books do not balance:
    one still pending though the run was neither `stopped` nor `narrowed` by its arguments, one
    that counts as read and gave no record.
    """
    book = Ledger()
    for state, reason, asked, gave, count in fates:
        book.listed += count
        if state == "pending":
            if stopped or narrowed:
                add(book.deferred, STOPPED if stopped else LEFT_OUT, count)
        elif gave:
            book.published += count
        elif not asked:
            book.known += count
        else:
            _settle(book, state, reason, count)
    return book


def _settle(book: Ledger, state: str, reason: str | None, count: int) -> None:
    """Enters articles that the run asked for and that gave no record."""
    if state == "done":
        if reason == "unchanged":
            book.unchanged += count
        elif reason is not None:
            add(book.dropped, reason, count)
    elif state == "failed":
        add(book.failed, reason or state, count)
    elif state == "deferred":
        add(book.deferred, reason or state, count)
    else:
        add(book.dropped, reason or state, count)


def add(counts: dict[str, int], reason: str, count: int) -> None:
    """Adds to the number of a reason."""
    counts[reason] = counts.get(reason, 0) + count


def merge(books: Iterable[Ledger]) -> Ledger:
    """The sum of several ledgers."""
    total = Ledger()
    for book in books:
        total.listed += book.listed
        total.known += book.known
        total.published += book.published
        total.unchanged += book.unchanged
        for name in ("dropped", "failed", "deferred"):
            for reason, count in getattr(book, name).items():
                add(getattr(total, name), reason, count)
    return total


def imbalance(book: Ledger, where: str) -> str | None:
    """What is wrong with a ledger, in a sentence; None when it balances."""
    if book.is_balanced:
        return None
    return (
        f"{where}: the books do not balance: lists named {book.listed} articles, "
        f"{book.accounted} have a fate"
    )
