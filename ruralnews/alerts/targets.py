"""Who gets the alerts: a TOML file of the operator's.

    [duty]                      # what the log calls it
    kind = "dingtalk"           # dingtalk, wecom, feishu, lark, json, mail
    url = "https://oapi.dingtalk.com/robot/send?access_token=${DINGTALK_TOKEN}"
    secret = "${DINGTALK_SECRET}"

`${NAME}` is the variable NAME of the environment, or what the file holds that NAME_FILE names.
"""

from __future__ import annotations

import re
import stat
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from ruralnews.errors import ProfileError
from ruralnews.portals.hosts import is_loopback, matching_entry, split_host

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WEBHOOKS = ("dingtalk", "wecom", "feishu", "lark", "json")
MAIL = "mail"
SECURITY = {"starttls": 587, "tls": 465, "none": 25}
"""How a mail server is spoken to → its usual port."""
VARIABLE = re.compile(r"\$\{(\w+)\}")
KEYS = {
    **dict.fromkeys(WEBHOOKS, ("kind", "url", "secret")),
    "wecom": ("kind", "url"),
    MAIL: ("kind", "server", "security", "user", "password", "from", "to"),
}
SECRETS = ("url", "secret", "password")
"""Keys whose values nobody else may read: the address of a robot is as good as a password."""

SHORTEST = 8
"""Characters of a secret; shorter parts of an address are words."""


@dataclass(frozen=True, slots=True, repr=False)
class Webhook:
    """A robot, or a program that takes JSON."""

    name: str
    kind: str
    url: str
    secret: str

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may hold, the longest first."""
        parts = urlsplit(self.url)
        keys = [value for _, value in parse_qsl(parts.query)]
        told = {self.url, self.secret, parts.path.rpartition("/")[2], *keys}
        return tuple(sorted((one for one in told if len(one) >= SHORTEST), key=len, reverse=True))


@dataclass(frozen=True, slots=True, repr=False)
class Mailbox:
    """Readers of mail."""

    name: str
    server: str
    port: int
    security: str
    user: str
    password: str
    sender: str
    to: tuple[str, ...]

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may hold."""
        return (self.password,) if self.password else ()


Target = Webhook | Mailbox


def read_targets(path: Path, environ: Mapping[str, str], allowed: Iterable[str]) -> list[Target]:
    """The targets of a file; `allowed` are ALLOW_HOSTS.

    Raises ProfileError for a file that is missing or wrong, or that others can read though it
    holds a secret.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise ProfileError(f"{path}: cannot be read: {error}") from error
    found = []
    for name, values in said.items():
        place = f"{path} [{name}]"
        if not isinstance(values, dict):
            raise ProfileError(f"{path}: {name!r} stands in no table; write [NAME] above it")
        _check_keys(place, values)
        if mode & (stat.S_IRGRP | stat.S_IROTH) and _tells(values):
            raise ProfileError(
                f"{path}: others can read it and [{name}] holds a secret; "
                f"`chmod 600 {path}`, or write ${{NAME}} and keep it in the environment"
            )
        known = {key: _filled(place, key, value, environ) for key, value in values.items()}
        found.append(_target(place, name, known, tuple(allowed)))
    if not found:
        raise ProfileError(f"{path}: names nobody; see docs/OPERATING.md, or set ALERTS=")
    return found


def _check_keys(place: str, values: dict[str, Any]) -> None:
    kind = values.get("kind")
    if kind not in KEYS:
        raise ProfileError(f"{place}: kind {kind!r}; allowed are {', '.join(KEYS)}")
    for key in values:
        if key not in KEYS[kind]:
            near = get_close_matches(key, KEYS[kind], 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ProfileError(f"{place}: unknown key {key!r}{hint}")


def _tells(values: dict[str, Any]) -> bool:
    given = [str(values[key]) for key in SECRETS if key in values]
    return any(value and not VARIABLE.search(value) for value in given)


def _filled(place: str, key: str, value: Any, environ: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_filled(place, key, one, environ) for one in value]
    if not isinstance(value, str):
        raise ProfileError(f"{place}: {key} is no text")

    def one(match: re.Match[str]) -> str:
        name = match[1]
        if name in environ:
            return environ[name]
        file = environ.get(f"{name}_FILE")
        if file is None:
            raise ProfileError(f"{place}: {key} wants {name} (or {name}_FILE) in the environment")
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise ProfileError(f"{place}: {name}_FILE {file}: cannot be read: {error}") from error

    return VARIABLE.sub(one, value)


def _target(place: str, name: str, said: dict[str, Any], allowed: tuple[str, ...]) -> Target:
    if said["kind"] == MAIL:
        return _mailbox(place, name, said, allowed)
    url = said.get("url", "")
    try:
        split_host(url)
    except ValueError as error:
        # Not the value: it is a secret.
        raise ProfileError(f"{place}: url is no http or https URL") from error
    if not url.startswith("https:") and not is_own(url, allowed):
        raise ProfileError(
            f"{place}: url is not https; only this machine and ALLOW_HOSTS may be told in the clear"
        )
    return Webhook(name, said["kind"], url, said.get("secret", ""))


def is_own(url: str, allowed: tuple[str, ...]) -> bool:
    """Whether an address is this machine's, or one that ALLOW_HOSTS names."""
    host, _ = split_host(url)
    return is_loopback(f"[{host}]" if ":" in host else host) or bool(matching_entry(allowed, url))


def _mailbox(place: str, name: str, said: dict[str, Any], allowed: tuple[str, ...]) -> Mailbox:
    for key in ("server", "from", "to"):
        if not said.get(key):
            raise ProfileError(f"{place}: {key} is missing")
    security = said.get("security", "starttls")
    if security not in SECURITY:
        raise ProfileError(f"{place}: security {security!r}; allowed are {', '.join(SECURITY)}")
    address = f"http://{said['server']}/"
    try:
        host, port = split_host(address)
    except ValueError as error:
        raise ProfileError(
            f"{place}: server {said['server']!r}; write HOST or HOST:PORT"
        ) from error
    if security == "none" and not is_own(address, allowed):
        raise ProfileError(f"{place}: security none; only for this machine and ALLOW_HOSTS")
    to = said["to"] if isinstance(said["to"], list) else [said["to"]]
    for one in (said["from"], *to):
        if "@" not in one or any(c.isspace() for c in one):
            raise ProfileError(f"{place}: {one!r} is no mail address")
    return Mailbox(
        *(name, host, port or SECURITY[security], security),
        *(said.get("user", ""), said.get("password", ""), said["from"], tuple(to)),
    )
