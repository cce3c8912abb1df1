"""How likely a night's numbers are when nothing is wrong. Pure.

A monitor speaks only when chance would give such a number less than once in UNLIKELY nights. What
is usual is known from few nights (5 to 14), so that their own spread says little: it is mixed with
the spread that newsrooms are expected to have, which counts as ASSUMED further nights. Measured
2026-11 on drawn days (tests/month/chances.py).
"""

from __future__ import annotations

from math import comb, erfc, exp, lgamma, log, sqrt
from statistics import mean, median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

UNLIKELY = 0.001
OF_SEVERAL = UNLIKELY / 6
"""The same for each of what is looked at together: six fields, the lengths."""
ASSUMED = 4
UNREST = 0.25
"""Standard deviation of how busy a day is, as a share of the usual, beside the chance of single
articles. A guess; a portal's own days correct it."""
LENGTHS = 0.4
"""Variance of the logarithm of a body's length, times π/2: that of a median of one."""
SURE = 0.98
"""Share above which none is believed: five records that all have a field prove little."""


def few_chance(seen: int, usual: Sequence[float]) -> float:
    """The chance of at most so many articles on a day like those of `usual`.

    Articles come by chance (Poisson), and days differ in how busy they are: together a negative
    binomial distribution, with the mean and the variance of the days.
    """
    # The first run brings weeks at once, and so does the night after a ban.
    most = 2 * median(usual) + 2
    usual = [min(value, most) for value in usual]
    middle = max(mean(usual), 0.01)
    own = sum((value - middle) ** 2 for value in usual)
    variance = (own + ASSUMED * (middle + (UNREST * middle) ** 2)) / (len(usual) + ASSUMED)
    variance *= 1 + 1 / len(usual)
    if variance <= middle:
        return erfc((middle - seen - 0.5) / sqrt(2 * variance)) / 2
    size = middle**2 / (variance - middle)
    hit = size / (size + middle)
    return sum(
        exp(
            lgamma(some + size)
            - lgamma(size)
            - lgamma(some + 1)
            + size * log(hit)
            + some * log(1 - hit)
        )
        for some in range(seen + 1)
    )


def share_chance(most: int, count: int, share: float) -> float:
    """The chance that at most so many of `count` records have what this share of all has."""
    share = min(share, SURE)
    return sum(
        comb(count, some) * share**some * (1 - share) ** (count - some) for some in range(most + 1)
    )


def length_chance(
    seen: float, records: int, expected: float, usual: Sequence[tuple[float, int]]
) -> float:
    """The chance that a median of so many lengths is as far from the expected one.

    `usual` are the medians of other days, above zero, and of how many lengths each is.
    """
    own = sum(count * log(value / expected) ** 2 for value, count in usual)
    variance = (own + ASSUMED * LENGTHS) / (len(usual) + ASSUMED)
    variance *= 1 / max(records, 1) + 1 / sum(count for _, count in usual)
    return erfc(abs(log(seen / expected)) / sqrt(2 * variance))
