"""Alerts: sent to real receivers on loopback that answer, and refuse, as the services do."""

from __future__ import annotations

import email
import email.policy
import logging
import socket
import ssl
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st
from receiver import SECRET, TOKEN, MailServer, Said, receiving
from running import call

from ruralnews import settings
from ruralnews.alerts.formats import CUT, fitting, harmless, service, visible
from ruralnews.alerts.message import Message, needs_alert, of_check, of_error, of_night
from ruralnews.alerts.sending import SENT, Patience, send_all
from ruralnews.alerts.targets import Mailbox, Webhook, read_targets
from ruralnews.commands.alert import Command
from ruralnews.errors import ProfileError
from ruralnews.monitoring.night import Alarm, Cause, Level, Night, PortalNight
from ruralnews.monitoring.outcome import Exit
from ruralnews.reporting.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from receiver import Receiver

KINDS = ("dingtalk", "wecom", "feishu", "json")
QUICK = Patience(all=5.0, first=0.01)
HOSTILE = (
    '[点我](http://evil.example)<at user_id="all"></at> **粗** `x` @所有人\u202e\x1b[31m\n# 题'
)
ALARM = Alarm("http", Level.FAIL, "pages", "all 9 lost", Cause.BLOCK)
LOST = PortalNight("hemiao", "禾苗网", 10, alarms=[ALARM])
NIGHT = Night("20261102T180000Z", "2026-11-03T02:00:00+08:00", "2026-11-03T04:10:00+08:00", 12)


def night(*portals: PortalNight) -> Night:
    NIGHT.portals = list(portals)
    return NIGHT


def told(*portals: PortalNight) -> Message:
    return of_night(night(*portals), "nas", "/srv/news/output/nights/x/report.html")


def hook(receiver: Receiver, kind: str = "") -> Webhook:
    return Webhook("duty", kind or receiver.kind, receiver.url, SECRET)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def context(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> ssl.SSLContext:
    """What a server at localhost presents, and a client of the test accepts."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(made)
    return made


@contextmanager
def mailing(context: ssl.SSLContext | None) -> Iterator[tuple[MailServer, int]]:
    server = MailServer(context)
    server.start()
    assert server.server is not None
    try:
        yield server, server.server.sockets[0].getsockname()[1]
    finally:
        server.stop()


def mailbox(port: int, security: str = "starttls", password: str = SECRET) -> Mailbox:
    user = "news" if security != "none" else ""
    given = user, password if user else "", "news@hemiao.example", ("duty@hemiao.example",)
    return Mailbox("office", "localhost", port, security, *given)


# -- What is said ------------------------------------------------------------------------------


def test_a_night_is_told_in_chinese_the_gravest_first() -> None:
    broken = PortalNight("maitian", "麦田网", Exit.BUG, error="KeyError: 'x'")
    fine = PortalNight("fine", "好网", 0)
    message = told(LOST, fine, broken)
    assert message.title == "ruralnews 采集警报：有警报，记录照常发布（代码 12）"
    assert message.lines[1:] == (
        "站点 3 个，其中 2 个有问题，警报 1 条",
        "【麦田网】maitian：程序内部错误（代码 1）",
        "· KeyError: 'x'",
        "【禾苗网】hemiao：部分页面未取到（代码 10）",
        "· 故障：页面取不到，应有：能取到页面，实见：9 页全部没取到，可能原因：门户拒绝了我们",
        "报告：/srv/news/output/nights/x/report.html",
    )


@pytest.mark.parametrize(("code", "loud"), [(0, False), (10, False), (11, True), (12, True)])
def test_a_night_that_went_well_is_not_told(code: int, loud: bool) -> None:
    assert needs_alert(Night("n", "s", outcome=code)) is loud


def test_an_alarm_is_told_whatever_the_code() -> None:
    assert needs_alert(Night("n", "s", outcome=0, portals=[LOST]))


def test_every_word_of_the_program_has_its_chinese() -> None:
    for section, names in {"end": [str(code.value) for code in Exit], "cause": Cause}.items():
        assert set(words()[section]) >= {str(name) for name in names}, section


def test_personal_numbers_are_masked() -> None:
    assert "13800138000" not in visible("请联系 13800138000")


@given(st.text(max_size=60))
def test_nothing_that_a_service_reads_as_markup_is_left(text: str) -> None:
    safe = harmless(text)
    assert not set(safe) & set("*[]()<>`#!|~@&\\\n\r\x1b\u202e")
    assert "://" not in safe.replace(" ://", "")
    assert harmless(safe) == safe
    assert visible(visible(text)) == visible(text)


@given(st.lists(st.text(alphabet="村a \U0001f33e", max_size=40), max_size=20), st.integers(60, 400))
def test_what_is_too_long_is_cut_at_a_line(lines: list[str], limit: int) -> None:
    text = fitting(lines, limit)
    assert len(text.encode()) <= limit
    assert text == "\n".join(lines) or text.endswith(CUT)


@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_text_arrives_as_text(kind: str) -> None:
    message = told(PortalNight("x", HOSTILE, 1, error=HOSTILE))
    with receiving(kind) as receiver:
        assert send_all([hook(receiver)], message, QUICK) == {"duty": SENT}
    assert receiver.problems == []
    (body,) = receiver.received
    if kind == "json":
        assert body["facts"]["portals"][0]["error"] == HOSTILE
        return
    said = str(body)
    for evil in ("](http", "<at", "**粗", "`x`", "@所有人", "://", "\u202e", "\x1b"):
        assert evil not in said
    assert "点我" in said


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_message_fits_every_service(kind: str) -> None:
    many = [PortalNight(f"p{n}", f"第{n}个站点" * 5, 1, error="错" * 400) for n in range(300)]
    with receiving(kind) as receiver:
        assert send_all([hook(receiver)], told(*many), QUICK) == {"duty": SENT}
    assert receiver.problems == []
    assert ("已截断" in str(receiver.received)) is (kind != "json")


# -- What the services answer ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "answer", "reason"),
    [
        ("dingtalk", {"errcode": 310000, "errmsg": "sign not match"}, "answer-310000"),
        ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}, "answer-93000"),
        ("feishu", {"code": 19021, "msg": "sign match fail"}, "answer-19021"),
        ("feishu", {"StatusCode": 9, "StatusMessage": "no"}, "answer-9"),
        ("dingtalk", b"<html>log in to the wireless network", "answer-unreadable"),
        ("dingtalk", {}, "answer-unreadable"),
        ("wecom", [], "answer-unreadable"),
    ],
)
def test_a_no_that_comes_with_status_200_is_a_no(kind: str, answer: object, reason: str) -> None:
    with receiving(kind) as receiver:
        receiver.answers = [Said(body=answer)]
        assert send_all([hook(receiver)], told(LOST), QUICK) == {"duty": reason}
    assert len(receiver.received) == 1


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        ("dingtalk", Said(body={"errcode": 130101, "errmsg": "send too fast"})),
        ("wecom", Said(body={"errcode": 45009, "errmsg": "api freq out of limit"})),
        ("feishu", Said(body={"code": 11232, "msg": "frequency limited"})),
        ("json", Said(503, {})),
        ("json", Said(429, {}, headers={"Retry-After": "0"})),
    ],
)
def test_a_busy_service_is_asked_again(kind: str, first: Said) -> None:
    with receiving(kind) as receiver:
        receiver.answers = [first, first]
        assert send_all([hook(receiver)], told(LOST), QUICK) == {"duty": SENT}
    assert len(receiver.received) == 3
    assert receiver.problems == []


def test_a_refusal_is_not_repeated() -> None:
    with receiving("json") as receiver:
        receiver.answers = [Said(403, {})]
        assert send_all([hook(receiver)], told(LOST), QUICK) == {"duty": "http-403"}
    assert len(receiver.received) == 1


def test_no_one_is_asked_for_ever() -> None:
    with receiving("json") as receiver:
        receiver.answers = [Said(503, {})] * 9
        assert send_all([hook(receiver)], told(LOST), QUICK) == {"duty": "http-503"}
        assert len(receiver.received) == 4
        receiver.answers = [Said(503, {}, headers={"Retry-After": "600"})]
        assert send_all([hook(receiver)], told(LOST), QUICK) == {"duty": "http-503"}
    assert len(receiver.received) == 5


def test_a_secret_address_goes_to_no_other_host() -> None:
    with receiving("json") as receiver, receiving("json") as other:
        receiver.answers = [Said(307, {}, headers={"Location": other.url})]
        assert send_all([hook(receiver)], told(LOST), QUICK) == {"duty": "http-307"}
    assert other.received == []


def test_one_that_hangs_holds_nobody_up() -> None:
    with receiving("json") as fine, socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        targets = [
            Webhook("deaf", "json", f"http://127.0.0.1:{port}/", ""),
            Webhook("closed", "json", "http://127.0.0.1:9/", ""),
            hook(fine),
        ]
        began = time.monotonic()
        ends = send_all(targets, told(LOST), Patience(all=2, first=0.5))
        assert time.monotonic() - began < 6
    assert ends == {"deaf": "timeout", "closed": "unreachable", "duty": SENT}


def test_an_answer_that_trickles_is_given_up() -> None:
    with receiving("json") as receiver:
        receiver.answers = [Said(body={}, after=1.5)]
        ends = send_all([hook(receiver)], told(LOST), Patience(all=0.3, first=0.1))
    assert ends == {"duty": "timeout"}


def test_https_is_checked(context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving("dingtalk", context) as receiver:
        assert send_all([hook(receiver)], told(LOST), QUICK) == {"duty": SENT}
        monkeypatch.delenv("SSL_CERT_FILE")
        assert send_all([hook(receiver)], told(LOST), QUICK) == {"duty": "tls"}
    assert len(receiver.received) == 1


def test_no_secret_gets_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with receiving("dingtalk") as receiver, caplog.at_level(logging.DEBUG):
        said = f"no robot {TOKEN} at {receiver.url} with {SECRET}\x1b[2J"
        receiver.answers = [Said(body={"errcode": 300001, "errmsg": said})]
        send_all([hook(receiver)], told(LOST), QUICK)
    assert "no robot *** at *** with ***" in caplog.text
    for secret in (TOKEN, SECRET, "\x1b"):
        assert secret not in caplog.text
    assert TOKEN not in repr(hook(receiver))


# -- Mail --------------------------------------------------------------------------------------


def test_a_mail_arrives_over_starttls(context: ssl.SSLContext) -> None:
    with mailing(context) as (server, port):
        message = told(PortalNight("x", HOSTILE, 1))
        assert send_all([mailbox(port)], message, QUICK) == {"office": SENT}
    ((to, raw),) = server.mails
    assert to == ["duty@hemiao.example"]
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail["Subject"] == message.title
    assert mail["From"] == "news@hemiao.example"
    body = mail.get_body()
    assert body is not None
    text = body.get_content()
    assert body.get_content_type() == "text/plain"
    assert "报告：/srv/news/output" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_subject_cannot_add_a_header(context: ssl.SSLContext) -> None:
    with mailing(context) as (server, port):
        message = Message("test", "a\r\nBcc: x@evil.example\r\n\r\nb", ("x",))
        assert send_all([mailbox(port)], message, QUICK) == {"office": SENT}
    ((to, raw),) = server.mails
    assert to == ["duty@hemiao.example"]
    assert email.message_from_bytes(raw, policy=email.policy.default)["Bcc"] is None


def test_a_mail_server_says_no_in_many_ways(
    context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mailing(context) as (server, port):
        assert send_all([mailbox(port, password="wrong")], told(LOST), QUICK) == {
            "office": "smtp-535"
        }
        server.refusals = ["451 later", "451 later"]
        assert send_all([mailbox(port)], told(LOST), QUICK) == {"office": SENT}
        server.refusals = ["552 too much"]
        assert send_all([mailbox(port)], told(LOST), QUICK) == {"office": "smtp-552"}
        monkeypatch.delenv("SSL_CERT_FILE")
        assert send_all([mailbox(port)], told(LOST), QUICK) == {"office": "tls"}
        assert len(server.mails) == 1
    assert send_all([mailbox(port)], told(LOST), QUICK) == {"office": "unreachable"}


def test_a_password_is_not_said_to_a_server_without_starttls() -> None:
    with mailing(None) as (server, port):
        assert send_all([mailbox(port)], told(LOST), QUICK) == {"office": "smtp-not-offered"}
        assert send_all([mailbox(port, "none")], told(LOST), QUICK) == {"office": SENT}
    assert len(server.mails) == 1


# -- Who is told -------------------------------------------------------------------------------

GOOD = """
[duty]
kind = "dingtalk"
url = "https://oapi.dingtalk.com/robot/send?access_token=${TOKEN}"
secret = "${SECRET}"

[office]
kind = "mail"
server = "smtp.hemiao.example"
user = "news"
password = "${PASSWORD}"
from = "news@hemiao.example"
to = ["duty@hemiao.example", "chief@hemiao.example"]
"""


def test_secrets_come_from_the_environment_or_from_files(tmp_path: Path) -> None:
    path, secret = tmp_path / "alerts.toml", tmp_path / "password"
    path.write_text(GOOD, encoding="utf-8")
    secret.write_text("geheim\n", encoding="utf-8")
    path.chmod(0o644)
    environ = {"TOKEN": TOKEN, "SECRET": SECRET, "PASSWORD_FILE": str(secret)}
    duty, office = read_targets(path, environ, [])
    assert isinstance(duty, Webhook)
    assert duty.url.endswith(f"access_token={TOKEN}")
    assert duty.secret == SECRET
    assert isinstance(office, Mailbox)
    assert (office.password, office.port, office.security) == ("geheim", 587, "starttls")
    assert office.to == ("duty@hemiao.example", "chief@hemiao.example")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "names nobody"),
        ("kind = 'json'", "stands in no table"),
        ("[a]\nkind = 'qq'", "allowed are dingtalk"),
        ("[a]\nkind = 'json'\nurll = 'x'", "did you mean 'url'"),
        ("[a]\nkind = 'wecom'\nsecret = 'hidden'", "unknown key 'secret'"),
        ("[a]\nkind = 'json'\nurl = 7", "is no text"),
        ("[a]\nkind = 'json'\nurl = 'example.cn'", "no http or https"),
        ("[a]\nkind = 'json'\nurl = 'http://10.0.0.1/hidden'", "not https"),
        ("[a]\nkind = 'json'\nurl = '${NOWHERE}'", "NOWHERE_FILE"),
        ("[a]\nkind = 'mail'\nserver = 'x.cn'\nfrom = 'a@b.cn'", "to is missing"),
        ("[a]\nkind = 'mail'\nserver = 'x.cn'\nfrom = 'a@b.cn'\nto = 'c'", "no mail address"),
        (
            "[a]\nkind='mail'\nserver='x.cn'\nfrom='a@b.cn'\nto='c@d.cn'\nsecurity='none'",
            "security none",
        ),
        ("[a", "cannot be read"),
    ],
)
def test_a_file_that_is_wrong_is_told(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "alerts.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(ProfileError, match=message) as caught:
        read_targets(path, {}, ["10.0.0.2"])
    assert "hidden" not in str(caught.value)


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "alerts.toml"
    path.write_text("[a]\nkind = 'json'\nurl = 'http://10.0.0.2/x'", encoding="utf-8")
    path.chmod(0o640)
    with pytest.raises(ProfileError, match="chmod 600"):
        read_targets(path, {}, ["10.0.0.2"])
    path.chmod(0o600)
    assert len(read_targets(path, {}, ["10.0.0.2"])) == 1


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A project that tells one robot."""
    with receiving("feishu") as receiver:
        path = tmp_path / "alerts.toml"
        text = f"[duty]\nkind = 'lark'\nurl = '{receiver.url}'\nsecret = '{SECRET}'\n"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        monkeypatch.setattr(settings, "ALERTS", str(path))
        monkeypatch.setattr(settings, "OUTPUT_DIR", str(tmp_path / "output"))
        yield receiver


def test_a_test_message_can_be_sent(
    configured: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(Command(), "--test") == Exit.OK
    assert capsys.readouterr().out == "duty: sent\n"
    assert "警报测试" in str(configured.received)
    assert configured.problems == []
    configured.answers = [Said(body={"code": 19024, "msg": "Key Words Not Found"})]
    assert call(Command(), "--test") == Exit.BUG
    assert "the alert to duty failed: answer-19024" in capsys.readouterr().err
    assert call(Command()) == Exit.USAGE


def test_without_anybody_to_tell_there_is_nothing_to_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ALERTS", "")
    assert call(Command(), "--test") == Exit.USAGE
    monkeypatch.setattr(settings, "ALERTS", "missing.toml")
    assert call(Command(), "--test") == Exit.CONFIG


def test_errors_and_absences_are_told_in_their_own_words() -> None:
    assert "原因：disk full" in of_error(Exit.DISK, "disk full", "nas", "now").lines
    assert "hemiao: no good run" in of_check(["hemiao: no good run"], "nas", "now").lines
    assert service("lark") == service("feishu")
