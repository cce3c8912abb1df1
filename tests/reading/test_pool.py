"""Pages read in processes of their own: what kills one costs its page, and nothing outlives it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bad_reader import asking
from generated import Generated, article_path

from ruralnews.portals import get_portal
from ruralnews.reading.pages import Job
from ruralnews.reading.pool import OwnReader, ReaderError, Readers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ruralnews.reading.pages import Answer

HERE = Path(__file__).parent
BAD = "bad_reader.bad_read"
PORTAL = Generated(100)
MEBIBYTES = 400
PARENT = """
import asyncio
from ruralnews.reading.pool import Readers
from test_pool import BAD, job

async def main():
    idle, at_work = Readers(1, 60, 400, BAD), Readers(1, 2, 400, BAD)
    await asyncio.gather(idle.read(job(1)), at_work.read(job(1)))
    print("ready", flush=True)
    await at_work.read(job(2, "hang"))

asyncio.run(main())
"""


def job(number: int, deed: str = "") -> Job:
    path = article_path(number)
    page = PORTAL.page(path) or ""
    body = (asking(page, deed) if deed else page).encode()
    return Job(
        body,
        f"http://www.hemiao.example{path}",
        {},
        datetime(2026, 11, 3, tzinfo=UTC),
        get_portal("demo"),
    )


def titles(answers: Sequence[Answer | BaseException]) -> list[str]:
    """The headline of every answer, or why there is none."""
    told = []
    for answer in answers:
        if isinstance(answer, BaseException):
            told.append(type(answer).__name__)
        elif answer.reading:
            told.append(answer.reading.raw.candidates["title"][0].raw)
        else:
            told.append(str(answer.reason))
    return told


async def read_all(jobs: Sequence[Job], most: int = 1) -> list[Answer | BaseException]:
    readers = Readers(most, 2.0, MEBIBYTES, BAD)
    try:
        return await asyncio.gather(*map(readers.read, jobs), return_exceptions=True)
    finally:
        await readers.close()


def test_a_page_that_kills_its_reader_costs_no_other() -> None:
    deeds = ["", "hang", "", "hoard", "", "die", "fail", "", "lie", "babble", ""]
    jobs = [job(number, deed) for number, deed in enumerate(deeds)]
    good = titles([asyncio.run(OwnReader().read(job(number))) for number in range(len(deeds))])
    fates = {
        "hang": "reader-time",
        "hoard": "reader-memory",
        "die": "reader-died",
        "fail": "ReaderError",
        "lie": "reader-died",
    }
    expected = [fates.get(deed, title) for deed, title in zip(deeds, good, strict=True)]
    answers = asyncio.run(read_all(jobs))
    assert titles(answers) == expected
    assert "LookupError: a mistake of ours" in str(answers[deeds.index("fail")])


def test_a_page_that_waits_without_computing_is_ended_by_the_clock() -> None:
    async def read() -> Answer:
        readers = Readers(1, 0.5, MEBIBYTES, BAD)
        try:
            return await readers.read(job(1, "wait"))
        finally:
            await readers.close()

    assert titles([asyncio.run(read())]) == ["reader-time"]


def test_several_processes_read_and_each_answer_finds_its_page() -> None:
    jobs = [job(number) for number in range(40)]
    alone = [asyncio.run(OwnReader().read(one)) for one in jobs]
    assert asyncio.run(read_all(jobs, most=2)) == alone


def test_a_process_that_does_not_start_is_no_fault_of_a_page(
    capfd: pytest.CaptureFixture[str],
) -> None:
    async def read() -> None:
        readers = Readers(1, 1.0, MEBIBYTES, "bad_reader.nothing_of_this_name")
        try:
            await readers.read(job(1))
        finally:
            await readers.close()

    with pytest.raises(ReaderError, match="did not start"):
        asyncio.run(read())
    assert "nothing_of_this_name" in capfd.readouterr().err


def test_nothing_is_left_when_the_crawl_is_killed() -> None:
    """An idle process sees the pipe end; for one at work the limit of time does it."""
    paths = os.pathsep.join([str(HERE), *filter(None, sys.path)])
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        env=os.environ | {"PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        parent.kill()
        # Every process of the family has it open.
        _, err = parent.communicate(timeout=300)
    assert err == ""


def test_signals_to_all_processes_of_a_crawl_leave_the_readers_at_work() -> None:
    async def read() -> list[Answer]:
        readers = Readers(1, 60.0, MEBIBYTES, BAD)
        try:
            first = await readers.read(job(1))
            [worker] = readers._workers
            assert worker.process is not None
            for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                worker.process.send_signal(stop)
            return [first, await readers.read(job(1))]
        finally:
            await readers.close()

    first, second = asyncio.run(read())
    assert first == second
