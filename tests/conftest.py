"""What every test may rely on: no connection leaves this machine."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
# A busy machine is no failure; how long a function may take is not for these tests to say.
hypothesis.settings.register_profile("project", deadline=None)
hypothesis.settings.load_profile("project")


LONG = (
    "faults/test_faults.py",
    "test_nightly.py",
    "test_nights.py",
    "crash/test_kills.py",
    "test_newportal.py",
    "test_past_night.py",
    "test_schedule.py",
    "test_crawl.py",
    "test_hostile.py",
)
"""Files that take longest, the longest first: begun last, one would be all that still runs."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {HERE / name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path, len(LONG)))


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """A connection to anything but loopback fails before it is made."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise AssertionError(f"a test tried to connect to {address}")
        connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    yield
    patch.undo()
