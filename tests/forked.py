"""`scrapy` in a process of its own that need not import everything again.

Most of what a short command takes is imports. A process that has made them is kept (the
`forkserver` of multiprocessing), and each run is a fork of it, with a folder, an environment and
an output of its own. How a process comes up is for those of `running.start` to prove.
"""

from __future__ import annotations

import os
import pkgutil
import signal
import sys
from importlib import reload
from multiprocessing import get_context
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory

import ruralnews

SCRAPY = (
    "scrapy.cmdline",
    "scrapy.core.engine",
    "scrapy.core.scraper",
    "scrapy.downloadermiddlewares.cookies",
    "scrapy.extensions.feedexport",
    "scrapy.extensions.remote_control",
    "scrapy.shell",
    "twisted.internet.asyncioreactor",
)
"""What a crawl imports of it; nothing that installs a reactor, which is for the fork to do."""
OWN = tuple(
    module.name
    for module in pkgutil.walk_packages(ruralnews.__path__, "ruralnews.")
    if not module.name.endswith("__main__")
)
# A fork runs the script again that started its parent, and that is pytest.
context = get_context("forkserver")
context.set_forkserver_preload(["pytest", "holidays.countries", *SCRAPY, *OWN])


class Run:
    """`scrapy ARGS`, running; `environ` is all of its environment."""

    def __init__(
        self, folder: Path, args: tuple[str, ...], environ: dict[str, str], stdin: str = ""
    ) -> None:
        self.args = args
        self._streams = TemporaryDirectory()
        Path(self._streams.name, "0").write_text(stdin, encoding="utf-8")
        self._process = context.Process(
            target=_become, args=(str(folder), args, environ, self._streams.name)
        )
        self._process.start()

    def kill(self) -> None:
        self._process.kill()

    def end(self, seconds: float) -> CompletedProcess[str]:
        """What it printed and how it ended, minus the number of the signal that killed it."""
        self._process.join(seconds)
        late = self._process.exitcode is None
        self.kill()
        self._process.join()
        with self._streams as folder:
            out, err = (Path(folder, name).read_text("utf-8") for name in "12")
        assert not late, f"scrapy {' '.join(self.args)}: not over after {seconds} s:\n{err[-3000:]}"
        assert self._process.exitcode is not None
        return CompletedProcess(self.args, self._process.exitcode, out, err)


def _become(folder: str, args: tuple[str, ...], environ: dict[str, str], streams: str) -> None:
    """Turns this process into `scrapy ARGS`."""
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(folder)
    sys.path[:0] = [folder, *environ["PYTHONPATH"].split(os.pathsep)]
    for number in range(3):
        file = os.open(Path(streams, str(number)), os.O_RDWR | os.O_CREAT | os.O_APPEND)
        os.dup2(file, number)
        os.close(file)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - for the whole process
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    from scrapy.cmdline import execute  # noqa: PLC0415 - not in the process of the tests

    # Has read the profiles: this folder may have some of its own.
    reload(sys.modules["ruralnews.spiders.portals"])

    execute(["scrapy", *args])
