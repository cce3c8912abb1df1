"""What an alert says. Pure: facts in, Chinese text out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ruralnews.monitoring.outcome import Exit
from ruralnews.reporting.words import named, translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ruralnews.monitoring.night import Alarm, Night, PortalNight

QUIET = (Exit.OK, Exit.PARTIAL)
"""Codes of a night that needs nobody, unless a monitor spoke."""


@dataclass(frozen=True, slots=True)
class Message:
    """An alert, before it is written for a service. Holds what strangers wrote, as they did."""

    kind: str
    """`night`, `error`, `check` or `test`."""
    title: str
    lines: tuple[str, ...]
    """The gravest first: what does not fit is cut at the end."""
    facts: dict[str, Any] = field(default_factory=dict)
    """The same as data, for the JSON webhook."""


def needs_alert(night: Night) -> bool:
    """Whether a person has to know of the night."""
    return night.outcome not in QUIET or any(portal.alarms for portal in night.portals)


def of_night(night: Night, machine: str, report: str) -> Message:
    """A night that ended in order; `report` says where to read on."""
    loud = [portal for portal in night.portals if is_loud(portal)]
    count = sum(len(portal.alarms) for portal in night.portals)
    code = night.outcome or 0
    told = [line for portal in sorted(loud, key=_gravity) for line in _portal(portal)]
    return Message(
        "night",
        f"ruralnews 采集警报：{_code(code)}",
        (
            f"夜次 {night.id}，{night.started} 至 {night.finished or '未结束'}，机器 {machine}",
            f"站点 {len(night.portals)} 个，其中 {len(loud)} 个有问题，警报 {count} 条",
            *told,
            f"报告：{report}",
        ),
        {
            "night": night.id,
            "outcome": code,
            "machine": machine,
            "report": report,
            "portals": [_facts(portal) for portal in loud],
        },
    )


def of_error(code: int, error: str, machine: str, when: str) -> Message:
    """A night that could not begin, or broke off."""
    return Message(
        "error",
        f"ruralnews 采集未完成：{_code(code)}",
        (f"时间 {when}，机器 {machine}", f"原因：{error}"),
        {"outcome": code, "machine": machine, "time": when, "error": error},
    )


def of_check(problems: Sequence[str], machine: str, when: str) -> Message:
    """Nights that stay away."""
    return Message(
        "check",
        "ruralnews 采集中断",
        (f"时间 {when}，机器 {machine}", *problems),
        {"machine": machine, "time": when, "problems": list(problems)},
    )


def of_test(machine: str, when: str) -> Message:
    """What `scrapy alert --test` sends."""
    return Message(
        "test",
        "ruralnews 警报测试",
        (f"时间 {when}，机器 {machine}", "收到本条即表示警报可以送达。"),
        {"machine": machine, "time": when},
    )


def is_loud(portal: PortalNight) -> bool:
    """Whether a portal is to be told of."""
    return bool(portal.alarms) or portal.outcome not in QUIET


def _gravity(portal: PortalNight) -> tuple[bool, int]:
    fails = sum(alarm.level == "fail" for alarm in portal.alarms)
    return portal.outcome in QUIET, -fails


def _portal(portal: PortalNight) -> Iterable[str]:
    yield f"【{portal.name}】{portal.slug}：{_code(portal.outcome)}"
    if portal.error:
        yield f"· {portal.error}"
    for alarm in sorted(portal.alarms, key=lambda alarm: alarm.level != "fail"):
        yield f"· {_alarm(alarm)}"


def _alarm(alarm: Alarm) -> str:
    about = f"（{named('field', alarm.field).zh}）" if alarm.field else ""
    expected, seen = translated(alarm.expected).zh, translated(alarm.seen).zh
    return (
        f"{named('level', alarm.level).zh}：{named('monitor', alarm.monitor).zh}{about}，"
        f"应有：{expected}，实见：{seen}，可能原因：{named('cause', alarm.cause).zh}"
    )


def _facts(portal: PortalNight) -> dict[str, Any]:
    alarms = [
        {
            "monitor": alarm.monitor,
            "level": alarm.level,
            "field": alarm.field,
            "expected": alarm.expected,
            "seen": alarm.seen,
            "cause": alarm.cause,
        }
        for alarm in portal.alarms
    ]
    return {"slug": portal.slug, "outcome": portal.outcome, "error": portal.error, "alarms": alarms}


def _code(code: int) -> str:
    return f"{named('end', str(code)).zh}（代码 {code}）"
