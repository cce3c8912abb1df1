"""Fault 18: certificates, made anew for each run."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta

import trustme
from case import Case

DOMAIN = "faults.test"
TRUSTED = trustme.CA()
STRANGER = trustme.CA()
CLOSED = {"failed/list-robots-tls": 1}


def context(
    authority: trustme.CA = TRUSTED, name: str = f"*.{DOMAIN}", days: int = 1
) -> ssl.SSLContext:
    """A server's context with a certificate for the name, valid for so many days from now."""
    until = datetime.now(UTC) + timedelta(days=days)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    since = until - timedelta(days=30)
    authority.issue_cert(name, not_before=since, not_after=until).configure_cert(made)
    return made


CASES = [
    Case(18, "valid certificate", tls=context()),
    Case(18, "self-signed", tls=context(STRANGER), good=0, stats=CLOSED, heals=False),
    Case(18, "expired", tls=context(days=-1), good=0, stats=CLOSED, heals=False),
    Case(18, "wrong host", tls=context(name="www.other.test"), good=0, stats=CLOSED, heals=False),
    Case(18, "expired and named in the profile", tls=context(days=-1), verify_tls=False),
    Case(18, "self-signed and named in the profile", tls=context(STRANGER), verify_tls=False),
]
