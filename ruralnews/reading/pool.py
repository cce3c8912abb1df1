"""Pages read beside the event loop, by a few processes, each of which may die over a page."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import msgspec

from ruralnews.reading.pages import Answer, decode_answer, encode, read
from ruralnews.reading.worker import LENGTH, OUT_OF_TIME, framed
from ruralnews.reasons import Reason

if TYPE_CHECKING:
    from asyncio import StreamReader
    from asyncio.subprocess import Process

    from ruralnews.reading.pages import Job

AHEAD = 4
"""Pages sent to a process before it has answered: it reads on while the event loop is busy."""
LONGEST = 64 * 1024 * 1024
"""Bytes of an answer; that to a list of 100,000 links has 10 MiB."""
BUFFER = 1024 * 1024


class Reader(Protocol):
    """Whatever reads pages for a spider."""

    async def read(self, job: Job) -> Answer:
        """What the page says."""


class ReaderError(RuntimeError):
    """Our own code failed in a process that reads, or none could be started."""


class OwnReader:
    """Reads in the process of the crawl, without limits."""

    async def read(self, job: Job) -> Answer:
        return read(job)


@dataclass(slots=True, eq=False)
class _Waiting:
    """A page that waits for its answer."""

    job: bytes
    made: asyncio.Future[Answer]


@dataclass(slots=True, eq=False)
class _Worker:
    """One process."""

    process: Process | None = None
    is_ready: bool = False
    """Whether it takes jobs."""
    was_ready: bool = False
    begun: deque[_Waiting] = field(default_factory=deque)
    """What it was sent; it is at work on the first."""


class Readers:
    """Processes that read pages. A page that kills one is lost, with a reason; no other is."""

    def __init__(self, most: int, seconds: float, mebibytes: int, function: str) -> None:
        """As many processes as are needed, and `most` at most.

        A page may take so many `seconds` of processor time and its process so many `mebibytes`.
        `function` is the name of `pages.read`, or of what a test puts in its place.
        """
        self.most = most
        self.seconds = seconds
        self._command = (
            *(sys.executable, "-m", "ruralnews.reading"),
            *(str(seconds), str(mebibytes), function),
        )
        self._waiting: deque[_Waiting] = deque()
        self._workers: dict[_Worker, asyncio.Task[None]] = {}
        self._is_closing = False

    async def read(self, job: Job) -> Answer:
        """What the page says, when its turn has come. Raises ReaderError for a mistake of ours."""
        made: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(encode(job), made))
        self._feed()
        answer = await made
        if answer.bug:
            raise ReaderError(answer.bug)
        return answer

    def begin(self) -> None:
        """Starts the first process; it takes half a second to be ready."""
        if not self._workers:
            self._start()

    def _start(self) -> None:
        worker = _Worker()
        self._workers[worker] = asyncio.get_running_loop().create_task(self._live(worker))

    async def close(self) -> None:
        """Ends the processes; they hold nothing that would be lost."""
        self._is_closing = True
        for worker in self._workers:
            _kill(worker)
        await asyncio.gather(*self._workers.values())
        for waiting in self._waiting:
            waiting.made.cancel()

    def _feed(self) -> None:
        """Sends what waits to the processes, to the idlest first; starts one when all are busy."""
        ready = [worker for worker in self._workers if worker.is_ready]
        while self._waiting and ready:
            worker = min(ready, key=lambda one: len(one.begun))
            if len(worker.begun) >= AHEAD:
                break
            waiting = self._waiting.popleft()
            worker.begun.append(waiting)
            if worker.process and worker.process.stdin:
                worker.process.stdin.write(framed(waiting.job))
        if self._waiting and len(ready) == len(self._workers) < self.most:
            self._start()

    async def _live(self, worker: _Worker) -> None:
        """A process from its start to its end."""
        try:
            await self._talk(worker)
        except (OSError, ReaderError) as error:
            self._fail(error)
        finally:
            del self._workers[worker]
        if not self._is_closing:
            self._feed()

    async def _talk(self, worker: _Worker) -> None:
        worker.process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=BUFFER,
            # The program as this process found it, wherever that was started.
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        answers = worker.process.stdout
        if self._is_closing or answers is None:
            _kill(worker)
        elif await _message(answers) is not None:
            await self._take(worker, answers)
        code = await worker.process.wait()
        if not (worker.was_ready or self._is_closing):
            raise ReaderError(f"{' '.join(self._command)} did not start; stderr has its reason")
        if code and worker.begun:
            _settle(worker.begun.popleft(), self._blame(code))
        self._waiting.extendleft(reversed(worker.begun))

    async def _take(self, worker: _Worker, answers: StreamReader) -> None:
        """Hands out the answers of a process that is ready, until its end."""
        worker.is_ready = worker.was_ready = True
        self._feed()
        try:
            while (message := await _message(answers)) is not None:
                _settle(worker.begun[0], decode_answer(message))
                worker.begun.popleft()
                self._feed()
        except (msgspec.DecodeError, IndexError):
            # No answer, or none to a job of ours: a page has taken the process over.
            _kill(worker)
        worker.is_ready = False

    def _blame(self, code: int) -> Answer:
        """The fate of the page over which a process died."""
        if -code in OUT_OF_TIME:
            detail = f"it takes more than {self.seconds:g} s"
            return Answer(reason=Reason.READER_TIME, detail=detail)
        return Answer(reason=Reason.READER_DIED, detail=f"the process ended with {code}")

    def _fail(self, error: Exception) -> None:
        """No page can be read: that is no fault of theirs."""
        for waiting in self._waiting:
            if not waiting.made.done():
                waiting.made.set_exception(error)
        self._waiting.clear()


def _settle(waiting: _Waiting, answer: Answer) -> None:
    """Gives the page its answer, unless the crawl let go of it."""
    if not waiting.made.done():
        waiting.made.set_result(answer)


def _kill(worker: _Worker) -> None:
    if worker.process is not None:
        with suppress(ProcessLookupError):
            worker.process.kill()


async def _message(source: StreamReader) -> bytes | None:
    """The next message; None when there is none any more, or one that cannot be true."""
    try:
        length = int.from_bytes(await source.readexactly(LENGTH), "big")
        return await source.readexactly(length) if length <= LONGEST else None
    except asyncio.IncompleteReadError:
        return None
