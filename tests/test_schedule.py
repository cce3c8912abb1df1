"""`scrapy schedule`: units that the real tools read, and that start a night when they are run."""

from __future__ import annotations

import os
import plistlib
import re
import shlex
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from running import EVERY_PROOF, ROOT, call

from ruralnews import settings
from ruralnews.commands.schedule import Command, begin
from ruralnews.errors import UsageError
from ruralnews.monitoring.outcome import Exit
from ruralnews.scheduling import cron, launchd, systemd
from ruralnews.scheduling.job import Job, check_paths
from ruralnews.state.lock import workspace_lock

if TYPE_CHECKING:
    from collections.abc import Iterator

ODD = "100% 新闻 $HOME;#"
NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
JOB = Job(
    python=Path("/opt/news room/bin/python"),
    project=Path(f"/srv/{ODD}"),
    output=Path(f"/srv/{ODD}/output"),
    writes=(Path(f"/srv/{ODD}/output"), Path("/archive")),
    options=("-s", f"OUTPUT_DIR=/srv/{ODD}/output"),
    only="",
    night=time(2, 0),
    account="news",
    alerts=True,
    stop_seconds=5.0,
    memory_mb=1536,
)
SETTINGS = re.compile(r"^(\w+)=(.*)$", re.MULTILINE)


def may_lack(tool: str) -> bool:
    """Whether the tool is missing, and nobody says that every proof is wanted."""
    return shutil.which(tool) is None and not EVERY_PROOF


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project whose path and output have blanks and %, the working folder of the test."""
    folder = tmp_path / ODD
    (folder / "output").mkdir(parents=True)
    (folder / "scrapy.cfg").write_bytes((ROOT / "scrapy.cfg").read_bytes())
    monkeypatch.chdir(folder)
    monkeypatch.setattr(settings, "OUTPUT_DIR", "output")
    return folder


def values(unit: str) -> dict[str, str]:
    return dict(SETTINGS.findall(unit))


def words(value: str) -> list[str]:
    """The words of a setting as systemd.syntax(7) and systemd.service(5) say they are read."""
    return [word.replace("$$", "$").replace("%%", "%") for word in shlex.split(value)]


@pytest.mark.skipif(may_lack("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize("user", [(), ("--user",)])
def test_systemd_finds_no_fault_with_the_units(
    user: tuple[str, ...], project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    units = tmp_path / "units"
    assert call(Command(), "--systemd", *user, "--write", str(units)) == Exit.OK
    files = capsys.readouterr().out.split()
    assert len(files) == 4
    done = subprocess.run(
        ["systemd-analyze", *user, "--recursive-errors=no", "verify", *files],
        env=os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)},
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_service_names_the_program_and_what_it_may_write() -> None:
    night = values(systemd.units(JOB, user=False)["ruralnews-nightly.service"])
    assert words(night["ExecStart"]) == [*JOB.nightly()]
    assert words(night["ReadWritePaths"]) == [str(path) for path in JOB.writes]
    assert night["WorkingDirectory"] == f"/srv/{ODD}".replace("%", "%%")
    assert night["User"] == "news"
    assert night["MemoryMax"] == "2048M"
    # A stop is the night's matter, not that of the processes that read its pages.
    assert (night["KillMode"], night["OOMPolicy"]) == ("mixed", "continue")
    assert night["SuccessExitStatus"].split() == [str(Exit.PARTIAL.value), str(Exit.STOPPED.value)]
    assert night["PrivateTmp"] == "yes"
    check = values(systemd.units(JOB, user=False)["ruralnews-check.service"])
    assert words(check["ExecStart"])[1:4] == ["-m", "scrapy", "check-night"]


def test_a_program_without_limits_gets_none() -> None:
    night = values(systemd.units(replace(JOB, memory_mb=0), user=True)["ruralnews-nightly.service"])
    assert night["MemoryMax"] == "infinity"


def test_a_project_below_tmp_keeps_its_tmp() -> None:
    job = replace(JOB, project=Path("/tmp/news"))
    assert values(systemd.units(job, user=False)["ruralnews-check.service"])["PrivateTmp"] == "no"


def test_a_stop_has_time_to_end_before_the_kill() -> None:
    for seconds in (5.0, 60.0):
        job = replace(JOB, stop_seconds=seconds)
        night = values(systemd.units(job, user=True)["ruralnews-nightly.service"])
        assert int(night["TimeoutStopSec"]) >= seconds + 30
        plan = plistlib.loads(launchd.agents(job, NOON)["cn.ruralnews.nightly.plist"].encode())
        assert plan["ExitTimeOut"] == int(night["TimeoutStopSec"])


def test_a_timer_goes_by_china_time_and_catches_up() -> None:
    units = systemd.units(replace(JOB, night=time(22, 30)), user=False)
    assert values(units["ruralnews-nightly.timer"])["OnCalendar"] == "*-*-* 22:30:00 Asia/Shanghai"
    assert values(units["ruralnews-nightly.timer"])["Persistent"] == "true"
    # When the night must have ended by itself.
    assert values(units["ruralnews-check.timer"])["OnCalendar"] == "*-*-* 08:30:00 Asia/Shanghai"


@pytest.mark.parametrize(
    ("hours", "minutes", "fields"),
    [(8, 0, "0 2"), (0, 0, "0 18"), (-8, 0, "0 10"), (5, 30, "30 23")],
)
def test_cron_and_launchd_go_by_the_clocks_of_the_machine(
    hours: int, minutes: int, fields: str
) -> None:
    now = NOON.astimezone(timezone(timedelta(hours=hours, minutes=minutes)))
    assert f"\n{fields} * * * cd " in cron.crontab(JOB, now)
    plan = plistlib.loads(launchd.agents(JOB, now)["cn.ruralnews.nightly.plist"].encode())
    when = plan["StartCalendarInterval"]
    assert f"{when['Minute']} {when['Hour']}" == fields


def test_an_agent_runs_the_program_in_its_folder() -> None:
    plan = plistlib.loads(launchd.agents(JOB, NOON)["cn.ruralnews.check.plist"].encode())
    assert plan["WorkingDirectory"] == f"/srv/{ODD}"
    line = plan["ProgramArguments"]
    assert line[:2] == ["/bin/sh", "-c"]
    assert shlex.join(JOB.check()) in line[2]


def cron_lines(text: str) -> list[str]:
    r"""The commands of a crontab as cron hands them to sh: `\%` is `%`, a bare `%` ends them."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    commands = [line.split(" ", 5)[5] for line in lines]
    assert not [line for line in commands if re.search(r"(?<!\\)%", line)]
    return [line.replace("\\%", "%") for line in commands]


def run(line: str) -> subprocess.CompletedProcess[str]:
    """What cron would mail, and how the line ended."""
    bare = {"PATH": "/usr/bin:/bin", "HOME": "/", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        ["/bin/sh", "-c", line], cwd="/", env=bare, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_the_lines_of_the_crontab_run_a_night_log_it_and_keep_out_of_another(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(Command(), "--cron", "--only", "demo", "-s", "DOWNLOAD_DELAY=0") == Exit.OK
    night, check = cron_lines(capsys.readouterr().out)

    done = run(night)
    (log,) = (project / "output" / "logs").iterdir()
    # The articles of the demo portal are years old: the monitor of freshness says so.
    assert done.returncode == Exit.ALARM, log.read_text(encoding="utf-8")
    assert "demo: fail: freshness" in log.read_text(encoding="utf-8")
    assert done.stdout.endswith(f"the night ended with {Exit.ALARM}; all of it: {log}\n")
    assert done.stderr == ""
    assert list((project / "output" / "demo").glob("*.jsonl"))

    with workspace_lock(project / "output"):
        done = run(night)
    assert done.returncode == Exit.LOCKED
    assert "another run is at work" in done.stdout
    assert f"the night ended with {Exit.LOCKED}; all of it: {log}" in done.stdout

    done = run(check)
    assert (done.returncode, done.stderr) == (Exit.OK, "")


@pytest.mark.parametrize(
    ("code", "mailed"), [(0, False), (10, False), (11, False), (1, True), (12, True), (75, True)]
)
def test_cron_mails_the_nights_that_a_person_has_to_look_at(
    code: int, mailed: bool, tmp_path: Path
) -> None:
    job = replace(JOB, project=tmp_path, output=tmp_path / "output")
    night, _ = cron_lines(cron.crontab(job, NOON))
    program = f"sh -c 'echo said; exit {code}'"
    done = run(night.replace(shlex.join(job.nightly()), program))
    assert done.returncode == code
    assert ("said\n" in done.stdout) is mailed
    (log,) = (tmp_path / "output" / "logs").iterdir()
    assert log.read_text(encoding="utf-8") == "said\n"


@pytest.mark.parametrize(
    ("at", "window", "expected"),
    [
        (None, "", time(2, 0)),
        ("23:15", "", time(23, 15)),
        (None, "22:00-06:00", time(22, 0)),
        ("05:59", "22:00-06:00", time(5, 59)),
    ],
)
def test_a_night_begins_when_it_is_told_to(at: str | None, window: str, expected: time) -> None:
    assert begin(at, window) == expected


@pytest.mark.parametrize(
    ("at", "window", "message"),
    [
        ("25:00", "", "write it like"),
        ("2am", "", "write it like"),
        ("12:00", "22:00-06:00", "WINDOW"),
    ],
)
def test_a_time_at_which_nothing_would_happen_is_refused(
    at: str, window: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        begin(at, window)


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("--cron", "--user"),
        ("--cron", "--only", "nowhere"),
        ("--cron", "-s", "OUTPUT_DIR=missing"),
        ("--cron", "now"),
    ],
)
def test_a_schedule_that_is_none_is_refused(args: tuple[str, ...], project: Path) -> None:
    assert project == Path.cwd()
    assert call(Command(), *args) == Exit.USAGE


@pytest.mark.parametrize("text", ['a"b', "a'b", "a\\b", "a\nb", "a\x1bb"])
def test_a_path_that_the_schedulers_read_differently_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="cannot hold"):
        check_paths(replace(JOB, project=Path(f"/srv/{text}")))


def test_a_line_that_cron_would_cut_is_refused() -> None:
    with pytest.raises(UsageError, match="shorten the paths"):
        cron.crontab(replace(JOB, output=Path("/srv/" + "长" * 300)), NOON)


@pytest.mark.slow
@pytest.mark.skipif(
    may_lack("systemctl") or os.geteuid() != 0,
    reason="needs systemd, and root for a namespace of its own",
)
@pytest.mark.parametrize("user", [(), ("--user",)])
def test_a_service_manager_runs_the_units_in_their_sandbox(
    user: tuple[str, ...], project: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    units = home / ".config" / "systemd" / "user"
    what = ("--only", "demo", "-s", "DOWNLOAD_DELAY=0.2")
    assert call(Command(), "--systemd", *user, *what, "--write", str(units)) == Exit.OK
    apart = ("unshare", "--mount", "--pid", "--fork", "--mount-proc")
    env = os.environ | {
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "OUTPUT": str(project / "output"),
    }
    done = subprocess.run(
        [*apart, "bash", str(Path(__file__).with_name("service_manager.sh"))],
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if "unshare failed" in done.stderr and not EVERY_PROOF:
        pytest.skip("this machine gives no namespaces")
    said = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    # The articles of the demo portal are years old: an alarm, so the unit has failed.
    assert (said["ExecMainStatus"], said["Result"]) == (str(Exit.ALARM.value), "exit-code"), done
    assert said["check"] == "0", done
    # A stop is handed on, the night ends in order, and that is no failure.
    stopped = said["stopped.ExecMainStatus"], said["stopped.Result"]
    assert stopped == (str(Exit.STOPPED.value), "success"), done
    assert "ruralnews-nightly.timer" in done.stdout
    assert len(list((project / "output" / "nights").glob("*/stats.json"))) == 2
    # What the sandbox kept from being written is nowhere.
    assert {path.name for path in project.iterdir()} == {"output", "scrapy.cfg"}
