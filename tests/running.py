"""`scrapy` as a user runs it: another process, in a project folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING

from forked import Run
from scrapy.settings import Settings

from ruralnews import settings

if TYPE_CHECKING:
    from scrapy.commands import ScrapyCommand

ROOT = Path(__file__).parent.parent
EVERY_PROOF = "EVERY_PROOF" in os.environ
"""Whether a test that this machine cannot run shall fail, not be skipped: .ci/run says so."""
SECONDS = 300
"""A crawl of the demo portal takes two; what is not over by then hangs, busy machine or not."""


IN_PROCESS = ("-s", "READERS=0")
"""Half a second less for every run that is not about readers."""


def prepared(folder: Path) -> dict[str, str]:
    """The environment of a run; `folder` becomes a project folder."""
    (folder / "scrapy.cfg").write_bytes((ROOT / "scrapy.cfg").read_bytes())
    return os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


def start(folder: Path, *args: str) -> subprocess.Popen[str]:
    """A running `scrapy ARGS`, its output piped; `folder` becomes a project folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", *args, *IN_PROCESS],
        cwd=folder,
        env=prepared(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def scrapy(folder: Path, *args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """What `scrapy ARGS` printed and how it ended; its imports were made before it began."""
    environ = prepared(folder)
    return Run(folder, (*args, *IN_PROCESS), environ, stdin).end(SECONDS)


def started(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """The same of a process that makes them itself."""
    with start(folder, *args) as process:
        out, err = process.communicate(timeout=SECONDS)
    return subprocess.CompletedProcess(args, process.returncode, out, err)


def call(command: ScrapyCommand, *args: str) -> int:
    """The exit code of a command, called in this process with these arguments."""
    command.settings = Settings()
    command.settings.setmodule(settings)
    parser = ArgumentParser(conflict_handler="resolve")
    command.add_options(parser)
    options, rest = parser.parse_known_args(list(args))
    command.process_options(rest, options)
    command.run(rest, options)
    return command.exitcode
