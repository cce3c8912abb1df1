"""A request that is not sent, with the reason."""

from __future__ import annotations

from enum import StrEnum

from scrapy.exceptions import IgnoreRequest


class Refusal(StrEnum):
    """Why a request is not sent."""

    SCHEME = "scheme"
    """Neither http nor https."""
    BAD_URL = "bad-url"
    """No URL, or one that two programs read differently."""
    HOST = "host"
    """A host that the portal's profile does not cover."""
    TRAP = "trap"
    """An address that leads in circles; `traps.py` names the kinds."""
    PORT = "port"
    """A port that neither the profile nor ALLOW_HOSTS names and that is not 80 or 443."""
    ADDRESS = "address"
    """A host that leads to an address which is not public."""
    ROBOTS = "robots-disallowed"
    """The host's robots.txt forbids it."""
    ROBOTS_UNREACHABLE = "robots-unreachable"
    """The host's robots.txt could not be had, so nothing there may be read."""
    ROBOTS_TLS = "robots-tls"
    """The host's certificate is not accepted, so its robots.txt could not be had."""
    ROBOTS_DELAY = "robots-delay"
    """The host's robots.txt asks for a longer pause than a run can keep."""
    HOST_UNREACHABLE = "host-unreachable"
    """The host failed too often in a row; it is left alone for the rest of the run."""
    HOST_WAIT = "host-wait"
    """The host asked, with Retry-After, for a longer pause than a run can keep."""
    HOST_CHALLENGE = "host-challenge"
    """The host answers with challenges or log-ins instead of pages."""
    WINDOW = "outside-window"
    """It is not the time of day that NIGHT_WINDOW allows."""


DEFERRING = frozenset(
    {
        Refusal.ROBOTS_UNREACHABLE,
        Refusal.ROBOTS_TLS,
        Refusal.ROBOTS_DELAY,
        Refusal.HOST_UNREACHABLE,
        Refusal.HOST_WAIT,
        Refusal.HOST_CHALLENGE,
        Refusal.WINDOW,
    }
)
"""Refusals of pages that may be read another night; the others are not ours to read."""


class RefusedRequest(IgnoreRequest):
    """A request that a rule of ours stopped before it was sent."""

    def __init__(self, reason: Refusal, url: str) -> None:
        super().__init__(f"{reason}: {url}")
        self.reason = reason
