"""systemd units: the night and the dead man's switch, each a service and a timer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruralnews.scheduling.job import template, template_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import time

    from ruralnews.scheduling.job import Job

NAMES = {"nightly": "the night's crawl of all due portals", "check": "check that the nights go on"}
OTHER_MEMORY_MB = 512
"""MiB for the processes that read other pages at the same time, some 60 each."""
TEMPORARY = ("/tmp/", "/var/tmp/")  # noqa: S108 - nothing is written there


def units(job: Job, *, user: bool) -> dict[str, str]:
    """File name to text of the four units; `user` for `systemctl --user`."""
    made = {}
    values = _values(job, user=user)
    clocks = {"nightly": (job.night, "15min"), "check": (job.look, "0")}
    for name, (clock, spread) in clocks.items():
        unit = f"ruralnews-{name}"
        own = values | {"unit": unit, "about": NAMES[name], "clock": _clock(clock)}
        made[f"{unit}.service"] = template(f"{name}.service.txt").substitute(own)
        made[f"{unit}.timer"] = template("timer.txt").substitute(own, spread=spread)
    return made


def _values(job: Job, *, user: bool) -> dict[str, str]:
    # The sandbox of files needs root, or namespaces that many machines do not give to users.
    sandbox = template_text("sandbox-all.txt")
    if not user:
        sandbox += template("sandbox-system.txt").substitute(
            account=_plain(job.account),
            writes=" ".join(_word(str(path)) for path in job.writes),
            private_tmp="no" if _is_temporary(job) else "yes",
        )
    return {
        "network": "" if user else template_text("network.txt"),
        "project": _plain(str(job.project)),
        "nightly": command(job.nightly()),
        "check": command(job.check()),
        "budget": str(job.budget),
        "memory": f"{job.memory_mb + OTHER_MEMORY_MB}M" if job.memory_mb else "infinity",
        "sandbox": sandbox.rstrip(),
        "folder": "~/.config/systemd/user" if user else "/etc/systemd/system",
    }


def _is_temporary(job: Job) -> bool:
    """Whether a private /tmp would hide what the program needs."""
    return any(str(path).startswith(TEMPORARY) for path in (job.python, job.project, *job.writes))


def _clock(clock: time) -> str:
    return f"*-*-* {clock:%H:%M:%S} Asia/Shanghai"


def command(words: Iterable[str]) -> str:
    """The words of a command as ExecStart= reads them."""
    return " ".join(_word(word).replace("$", "$$") for word in words)


def _word(text: str) -> str:
    """One word of a list: `%` begins a specifier, a blank ends it."""
    plain = _plain(text)
    return f'"{plain}"' if any(c.isspace() or c in ";#" for c in plain) or not plain else plain


def _plain(text: str) -> str:
    """A value that is not cut into words."""
    return text.replace("%", "%%")
