"""The report as one page that needs nothing else: no network, no file beside it. Pure.

Whatever a portal said passes `words.markup` on its way into the page, without exception: it is
the template's `finalize`. The content security policy names the one style sheet and the one
script by their hashes, so that nothing else could run even if something slipped through.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ruralnews.monitoring.history import State
from ruralnews.reporting.charts import night_chart
from ruralnews.reporting.view import ending, short_time, view_of
from ruralnews.reporting.words import LANGUAGES, Pair, link, markup, named, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment, Template

    from ruralnews.monitoring.history import PastNight
    from ruralnews.monitoring.night import Night

SIGNS = {State.FAIL: "✕", State.WARN: "!", State.PART: "~", State.OK: "✓", None: "–"}
"""A state has its sign as well as its colour."""


def render_page(
    night: Night, past: Sequence[PastNight], lang: str = LANGUAGES[0], *, from_store: bool = False
) -> str:
    """The HTML of the report; the same for the same facts.

    `past` are nights before it, the latest last; `lang` is the language it opens in.
    `from_store` says that the facts are not those of stats.json.
    """
    style, script = asset("report.css"), asset("report.js")
    view = view_of(night, past)
    return template().render(
        view=view,
        lang=lang,
        from_store=from_store,
        chart=partial(night_chart, view.history),
        style=Markup(style),  # noqa: S704 - a file of the package
        script=Markup(script),  # noqa: S704 - the same
        policy=policy(style, script),
    )


def policy(style: str, script: str) -> Markup:
    """The content security policy: this style, this script, and nothing else."""
    return Markup(  # noqa: S704 - hashes
        f"default-src 'none'; style-src '{hash_of(style)}'; script-src '{hash_of(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def hash_of(text: str) -> str:
    """The text as a source of a content security policy."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


@cache
def asset(name: str) -> str:
    """A file of this room, as it stands between its tags."""
    return files("ruralnews.reporting").joinpath(name).read_text("utf-8")


@cache
def template() -> Template:
    """The page, compiled."""
    return environment().from_string(asset("report.html"))


def environment() -> Environment:
    """Jinja for strangers' texts: every value is cleaned and escaped."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - 0.1 s at every command

    made = Environment(
        autoescape=True,
        finalize=finalized,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    helpers: dict[str, Any] = {
        "word": word,
        "named": named,
        "link": link,
        "ending": ending,
        "short_time": short_time,
        "sign": SIGNS.get,
        "state_name": state_name,
        "reasons": reasons,
    }
    made.globals.update(helpers)
    return made


def finalized(value: Any) -> Markup:
    """A value as it stands in the page."""
    return Markup(markup(value))  # noqa: S704 - `markup` escapes


def state_name(state: State | None) -> Pair:
    """A state in words."""
    return word("state", state or "none")


def reasons(counts: dict[str, int]) -> Pair:
    """`没有正文 2、超时 1` of counted reasons, the most frequent first."""
    rows = sorted(counts.items(), key=lambda one: -one[1])
    found = [(named("reason", code), count) for code, count in rows]
    return Pair(
        "、".join(f"{name.zh} {count}" for name, count in found),
        ", ".join(f"{name.en} {count}" for name, count in found),
    )
