"""A crawl is stopped for its own memory, not for that of the program that started it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from running import EVERY_PROOF
from scrapy.utils.test import get_crawler

from ruralnews.extensions import memory

if TYPE_CHECKING:
    from pathlib import Path

MIB = 1024 * 1024
CHILD = """
from scrapy.utils.test import get_crawler
from ruralnews.extensions.memory import MemoryUsage
print(MemoryUsage(get_crawler()).get_virtual_size())
"""
PARENT = f"""
import subprocess, sys
large = b"x" * {300 * MIB}
print(subprocess.run([sys.executable, "-c", {CHILD!r}], stdout=-1, check=True).stdout.decode())
"""


@pytest.mark.skipif(
    not (EVERY_PROOF or memory.STATUS.exists()), reason="only Linux tells the peak this way"
)
def test_the_peak_of_the_parent_is_not_the_crawls() -> None:
    done = subprocess.run([sys.executable, "-c", PARENT], capture_output=True, check=True)

    assert 10 * MIB < int(done.stdout) < 250 * MIB


def test_elsewhere_scrapys_own_number_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "STATUS", tmp_path / "missing")

    assert memory.MemoryUsage(get_crawler()).get_virtual_size() > 10 * MIB
