"""The container file: without an engine, what can be tried of it by itself."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from running import ROOT

from ruralnews import commands

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = ROOT / "docs"
TEXT = (DOCS / "Containerfile").read_text(encoding="utf-8")
PYTHON = """#!/bin/sh
echo "$@" >>asked
trap 'echo stopped in order >>asked; exit 11' TERM
while :; do sleep 0.02; done
"""


def test_what_is_copied_is_there_and_not_ignored() -> None:
    kept = (DOCS / "Containerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    sources = [
        word
        for line in re.findall(r"^COPY (.*)$", TEXT, re.MULTILINE)
        for word in line.split()[:-1]
    ]
    assert sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert f"!{source}" in kept


def test_its_commands_are_commands_of_the_program() -> None:
    script = (DOCS / "container.sh").read_text(encoding="utf-8")
    said = TEXT.replace('", "', " ") + script
    names = set(re.findall(r"python -m scrapy ([a-z-]+)", said))
    assert names == {"check-night", "nightly"}
    folder = Path(commands.__path__[0])
    assert all((folder / f"{name}.py").exists() for name in names)


@pytest.fixture
def container(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The main process, its night due at once, its program one that goes on until it is told."""
    (tmp_path / "python").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "sleep").write_text("#!/bin/sh\nexec /bin/sleep 0.02\n", encoding="utf-8")
    for name in ("python", "sleep"):
        (tmp_path / name).chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    with subprocess.Popen(
        ["sh", str(DOCS / "container.sh"), "--only", "demo"],
        cwd=tmp_path,
        env=os.environ | {"PATH": path, "TZ": "Asia/Shanghai"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def asked(folder: Path) -> list[str]:
    """What the program was asked for, and what became of it."""
    file = folder / "asked"
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def test_a_stop_is_handed_on_to_the_night(container: subprocess.Popen[str], tmp_path: Path) -> None:
    until = time.monotonic() + 30
    while not asked(tmp_path):
        assert time.monotonic() < until, "the night did not begin"
        assert container.poll() is None
    container.send_signal(signal.SIGTERM)
    out, _ = container.communicate(timeout=60)
    assert out == "the night ended with 11\n"
    assert asked(tmp_path) == [
        "-m scrapy nightly --max-runtime 8h --only demo",
        "stopped in order",
    ]


@pytest.mark.parametrize(
    ("clock", "seconds"),
    [("01:59:00", 60), ("02:00:00", 86400), ("03:00:00", 82800)],
)
def test_it_sleeps_until_the_next_night(clock: str, seconds: int, tmp_path: Path) -> None:
    script = (DOCS / "container.sh").read_text(encoding="utf-8")
    whole = script.partition("seconds=$(until")[0] + "until_the_night\n"
    fake = (
        "#!/bin/sh\n"
        'day() { exec /bin/date -d "$1" +%s; }\n'
        'case "$*" in\n'
        f'+%s) day "2026-11-03 {clock}" ;;\n'
        '*today*) day "2026-11-03 ${2#today }" ;;\n'
        '*tomorrow*) day "2026-11-04 ${2#tomorrow }" ;;\n'
        "esac\n"
    )
    (tmp_path / "date").write_text(fake, encoding="utf-8")
    (tmp_path / "date").chmod(0o755)
    done = subprocess.run(
        ["sh", "-c", whole],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "TZ": "Asia/Shanghai"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) == seconds
