"""Faults 60 to 62: a disk that is full, or nearly, at the start or on the way."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from generated import generated
from running import EVERY_PROOF

ROOT = Path(__file__).parent.parent.parent
OWN_MOUNTS = ("unshare", "--map-root-user", "--mount")
ARTICLES = 40
RESUMED = ("full_state", "full_files", "full_archive", "full_log", "nearly_full")
REFUSED = ("read_only", "full_at_start")


def may_mount() -> bool:
    """Whether this machine lets us have disks of our own; Linux does, most containers do not."""
    if shutil.which(OWN_MOUNTS[0]) is None:
        return False
    probe = (*OWN_MOUNTS, "mount", "-t", "tmpfs", "none", "/mnt")
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What became of each scene."""
    if not (EVERY_PROOF or may_mount()):
        pytest.skip("unshare may not mount a tmpfs here")
    folder = tmp_path_factory.mktemp("disks")
    shutil.copy(ROOT / "scrapy.cfg", folder)
    script = Path(__file__).with_name("full_disk.py")
    with generated(ARTICLES) as portal:
        done = subprocess.run(
            [*OWN_MOUNTS, sys.executable, str(script), str(folder), portal.list_url],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            check=True,
            capture_output=True,
            text=True,
        )
    lines = (line for line in done.stdout.splitlines() if line.startswith("{"))
    return {scene["scene"]: scene for scene in map(json.loads, lines)}


@pytest.mark.slow
@pytest.mark.parametrize("name", RESUMED)
def test_a_full_disk_ends_the_crawl_and_space_completes_it(
    name: str, scenes: dict[str, dict[str, Any]]
) -> None:
    scene = scenes[name]
    assert scene["codes"] == [4, 0]
    assert scene["records"] == scene["lines"] == ARTICLES
    assert scene["problems"] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_a_disk_that_cannot_be_written_is_refused(
    name: str, scenes: dict[str, dict[str, Any]]
) -> None:
    assert scenes[name]["codes"] == [4]


@pytest.mark.slow
def test_a_crawl_leaves_off_before_the_disk_is_full(scenes: dict[str, dict[str, Any]]) -> None:
    assert 0 < scenes["nearly_full"]["seen"] < ARTICLES
