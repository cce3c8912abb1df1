"""What an export of many records costs: memory, time and the size of its file.

    python tests/bench/export.py [RECORDS]       1 000 000 and a tenth of them

Invented records of 600 characters each; every export is a process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS))

from recorded import Kept, article, fill  # noqa: E402 - tests are no package

FORMATS = ("jsonl", "csv", "sqlite", "parquet")
MIB = 1024 * 1024
TO_BYTES = 1 if sys.platform == "darwin" else 1024
"""Unit of ru_maxrss."""


def made(folder: Path, count: int) -> int:
    """Bytes of a new store with so many records."""
    (folder / "output").mkdir()
    (folder / "scrapy.cfg").write_bytes((TESTS.parent / "scrapy.cfg").read_bytes())
    fill(folder / "output", (Kept(article(number)) for number in range(count)))
    return (folder / "output" / "state.sqlite").stat().st_size


def export(folder: Path, kind: str) -> tuple[float, float, float]:
    """MiB at the peak, seconds of a processor, MiB of the file."""
    target = folder / f"made.{kind}"
    command = [sys.executable, "-m", "scrapy", "export", "-o", str(target), "--latest-revision"]
    environment = os.environ | {"PYTHONPATH": str(TESTS.parent)}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, process.returncode
    size = target.stat().st_size
    target.unlink()
    return usage.ru_maxrss * TO_BYTES / MIB, usage.ru_utime + usage.ru_stime, size / MIB


def main() -> None:
    """Prints a line per format and number of records."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    for count in (most // 10, most):
        with tempfile.TemporaryDirectory() as home:
            folder, began = Path(home), time.perf_counter()
            size = made(folder, count) / MIB
            print(f"{count} records, store {size:.0f} MiB, {time.perf_counter() - began:.0f} s")
            for kind in FORMATS:
                peak, seconds, bytes_ = export(folder, kind)
                print(f"  {kind}: peak {peak:.0f} MiB, {seconds:.0f} s, file {bytes_:.0f} MiB")


if __name__ == "__main__":
    main()
