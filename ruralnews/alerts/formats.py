"""A message as each service wants it. Pure, but that a signature needs the time.

Strangers wrote parts of it (names, titles, errors): no service may read markup, a mention or a
link in them. The full-width forms look the same to people and are text to every service; none of
the services documents an escape that it keeps everywhere.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ruralnews.processors.privacy import mask_numbers

if TYPE_CHECKING:
    from ruralnews.alerts.message import Message

LONGEST_LINE = 300
"""Characters; a traceback or a title can be as long as it likes."""
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode categories of what moves a cursor, turns the direction of text or breaks a line."""
MARKUP = str.maketrans({c: chr(ord(c) + 0xFEE0) for c in "*[]()<>`#!|~@&\\"})
"""ASCII → its full-width form."""
LINK = re.compile(r"(?<=\w)://")
CUT = "……（已截断，其余见报告）"
"""Stands last in a message that was too long."""
LARK = "lark"


@dataclass(frozen=True, slots=True)
class Service:
    """What a service says of itself; `services.toml` explains the words."""

    limit: int
    busy: tuple[int, ...]
    good: tuple[str, ...]


@cache
def service(kind: str) -> Service:
    """Of a kind of target; 飞书 calls itself Lark abroad."""
    text = (files(__package__) / "services.toml").read_text(encoding="utf-8")
    said = tomllib.loads(text)["feishu" if kind == LARK else kind]
    return Service(said["limit"], tuple(said["busy"]), tuple(said["good"]))


def visible(text: str) -> str:
    r"""The text on one line, without what no reader sees, not longer than a person reads.

    Personal numbers are masked, as in the report.

    >>> visible("a\nb\u202ec")
    'a b c'
    """
    kept = "".join(" " if unicodedata.category(c) in UNSEEN else c for c in text)
    kept, _ = mask_numbers(kept, contacts=False)
    line = " ".join(kept.split())
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"


def harmless(text: str) -> str:
    """The same, and nothing that Markdown, HTML or a chat service reads as more than text.

    >>> harmless("[点我](http://x.example) <at user_id='all'>")
    "［点我］（http：//x.example） ＜at user_id='all'＞"
    """
    return LINK.sub("：//", visible(text)).translate(MARKUP)


def text_of(message: Message) -> str:
    """Plain text, for mail: a line each, nothing unseen in it."""
    return "\n".join(visible(line) for line in (message.title, "", *message.lines)) + "\n"


def request(
    kind: str, url: str, secret: str, message: Message, now: float
) -> tuple[str, bytes, dict[str, str]]:
    """Address, body and headers of the message; `now` are Unix seconds, for the signature."""
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "ruralnews"}
    if kind == "dingtalk":
        return signed_address(url, secret, now), _json(_dingtalk(message)), headers
    if kind == "wecom":
        return url, _json(_wecom(message)), headers
    if kind == "json":
        facts = {"kind": message.kind, "title": message.title, "lines": message.lines}
        body = _json(facts | {"facts": message.facts})
        if secret:
            sign = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
            headers["X-Hub-Signature-256"] = f"sha256={sign}"
        return url, body, headers
    return url, _json(feishu_signature(secret, now) | _feishu(message)), headers


def _json(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()


def _dingtalk(message: Message) -> dict[str, Any]:
    text = fitting(_markdown(message), service("dingtalk").limit)
    return {"msgtype": "markdown", "markdown": {"title": harmless(message.title), "text": text}}


def _wecom(message: Message) -> dict[str, Any]:
    text = fitting(_markdown(message), service("wecom").limit)
    return {"msgtype": "markdown", "markdown": {"content": text}}


def _markdown(message: Message) -> list[str]:
    # Two blanks end a line in DingTalk, a line feed does in WeCom.
    lines = [f"{harmless(line)}  " for line in message.lines]
    return [f"### {harmless(message.title)}", "", *lines]


def _feishu(message: Message) -> dict[str, Any]:
    text = fitting([harmless(line) for line in message.lines], service("feishu").limit)
    content = [[{"tag": "text", "text": line}] for line in text.splitlines()]
    post = {"zh_cn": {"title": harmless(message.title), "content": content}}
    return {"msg_type": "post", "content": {"post": post}}


def fitting(lines: list[str], limit: int) -> str:
    """The lines as one text of at most `limit` bytes; whole lines are left out at the end."""
    text = "\n".join(lines)
    if len(text.encode()) <= limit:
        return text
    room, kept = limit - len(CUT.encode()), []
    for line in lines:
        room -= len(line.encode()) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join([*kept, CUT])


def signed_address(url: str, secret: str, now: float) -> str:
    """The address of a DingTalk robot with its signature (加签); as it is without a secret."""
    if not secret:
        return url
    stamp = str(round(now * 1000))
    said = f"{stamp}\n{secret}".encode()
    sign = base64.b64encode(hmac.digest(secret.encode(), said, hashlib.sha256)).decode()
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query), ("timestamp", stamp), ("sign", sign)]
    return urlunsplit(parts._replace(query=urlencode(query)))


def feishu_signature(secret: str, now: float) -> dict[str, str]:
    """What a Feishu robot with a signature (签名校验) wants beside the message."""
    if not secret:
        return {}
    stamp = str(int(now))
    sign = base64.b64encode(hmac.digest(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256))
    return {"timestamp": stamp, "sign": sign.decode()}
