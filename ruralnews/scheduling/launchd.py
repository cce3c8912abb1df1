"""launchd agents (macOS): the night and the dead man's switch."""

from __future__ import annotations

import plistlib
import shlex
from typing import TYPE_CHECKING, Any

from ruralnews.scheduling.job import here, template_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, time

    from ruralnews.scheduling.job import Job

LABEL = "cn.ruralnews"


def agents(job: Job, now: datetime) -> dict[str, str]:
    """File name to property list of the two agents.

    `now` is aware, in the zone of the machine, whose clocks launchd goes by.
    """
    zone = now.tzinfo
    assert zone is not None, "an aware time has one"
    plans: dict[str, tuple[Sequence[str], time]] = {
        "nightly": (job.nightly(), job.night),
        "check": (job.check(), job.look),
    }
    return {
        f"{LABEL}.{name}.plist": _agent(job, name, words, here(clock, zone, now))
        for name, (words, clock) in plans.items()
    }


def _agent(job: Job, name: str, words: Sequence[str], clock: time) -> str:
    plan: dict[str, Any] = plistlib.loads(template_text("agent.xml").encode())
    # launchd makes no folder for a log, and the log of a day can be deleted when it is old.
    logs = shlex.quote(str(job.logs))
    line = f"mkdir -p {logs} && exec {shlex.join(words)} >>{logs}/{name}-$(date +%Y%m%d).log 2>&1"
    plan |= {
        "Label": f"{LABEL}.{name}",
        "ProgramArguments": ["/bin/sh", "-c", line],
        "WorkingDirectory": str(job.project),
        "StartCalendarInterval": {"Hour": clock.hour, "Minute": clock.minute},
        "ExitTimeOut": job.budget,
    }
    return plistlib.dumps(plan, sort_keys=False).decode()
