"""What browsing many records costs: making the copy, and the answers of the server.

    python tests/bench/browse.py [RECORDS]       100 000

Invented records of 600 characters each. All seconds are of a processor.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
import tempfile
import time
from http import HTTPStatus
from pathlib import Path

import httpx

TESTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS))

from browsed import publish  # noqa: E402 - tests are no package
from recorded import article  # noqa: E402

from ruralnews.browse.database import NAME, database_path, update  # noqa: E402
from ruralnews.browse.server import HOST, application  # noqa: E402
from ruralnews.state.reading import snapshot  # noqa: E402
from ruralnews.state.store import store_url  # noqa: E402

MIB = 1024 * 1024
PER_FILE = 10_000
PORT = 8001
"""Only a name here: nothing listens."""
TO_BYTES = 1 if sys.platform == "darwin" else 1024
"""Unit of ru_maxrss."""
QUESTIONS = {
    "the newest": "",
    "a word of two characters, in all": "?_search=小麦",
    "a character, in all": "?_search=麦",
    "a word in few": "?_search=第77块",
    "two words": "?_search=收割机 水渠",
    "a portal and a month": "?portal=hemiao&day__gte=2026-03-01&day__lte=2026-03-31",
    "an author": "?_author=田小满",
    "an article": "/hemiao~3A77?q=小麦",
}


def make(folder: Path, count: int) -> None:
    """Fills a store and makes the copy, and prints what the copy cost."""
    folder.mkdir()
    for begin in range(0, count, PER_FILE):
        records = [article(n) for n in range(begin, min(begin + PER_FILE, count))]
        publish(folder, f"hemiao/{begin}.jsonl", *records)
    before = os.times()
    with snapshot(store_url(folder)) as connection:
        update(database_path(folder), connection, {}, lambda *_: None)
    after = os.times()
    seconds = after.user + after.system - before.user - before.system
    size = database_path(folder).stat().st_size / MIB
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * TO_BYTES / MIB
    print(f"{count} records: {seconds:.0f} s, {size:.0f} MiB, peak {peak:.0f} MiB", flush=True)


async def ask(path: Path) -> None:
    """Prints the processor time of each answer, the smallest of three."""
    transport = httpx.ASGITransport(app=application(path, PORT))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}:{PORT}") as client:
        for name, question in QUESTIONS.items():
            seconds = []
            for _ in range(3):
                began = time.process_time()
                answer = await client.get(f"/{NAME}/article{question}", timeout=None)
                seconds.append(time.process_time() - began)
                assert answer.status_code == HTTPStatus.OK, answer.text
            late = ", facets left out" if "未能统计" in answer.text else ""
            print(f"  {name}: {min(seconds):.2f} s{late}", flush=True)


def main() -> None:
    """Makes a copy and asks it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as home:
        make(Path(home) / "output", count)
        asyncio.run(ask(database_path(Path(home) / "output")))


if __name__ == "__main__":
    main()
