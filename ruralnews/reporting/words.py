"""The texts of the report in both languages, and how a stranger's text becomes harmless. Pure."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from markupsafe import Markup
from markupsafe import escape as escape_markup

from ruralnews.extensions.log_lines import escape as escape_controls
from ruralnews.processors.privacy import mask_numbers

LANGUAGES = ("zh", "en")
SEVERAL = ", "
SCHEMES = ("http", "https")
SPACE = re.compile(r"\s")
HTTP = re.compile(r"(?:list-)?http-(\d{3})")


class Pair(NamedTuple):
    """One text in both languages; in a page it stands twice, and the style sheet hides one."""

    zh: str
    en: str

    def __html__(self) -> str:
        """Both as markup, escaped; once where they are the same."""
        zh, en = markup(self.zh), markup(self.en)
        if zh == en:
            return zh
        return f'<span class="zh" lang="zh">{zh}</span><span class="en" lang="en">{en}</span>'


@cache
def words() -> dict[str, dict[str, Pair]]:
    """Section → name → text, of `words.toml`."""
    text = files("ruralnews.reporting").joinpath("words.toml").read_text("utf-8")
    return {
        section: {name: Pair(*both) for name, both in texts.items()}
        for section, texts in tomllib.loads(text).items()
    }


@cache
def phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    """(pattern, Chinese) of `phrases.tsv`."""
    text = files("ruralnews.reporting").joinpath("phrases.tsv").read_text("utf-8")
    rows = (row.split("\t") for row in text.splitlines()[2:])
    return tuple((re.compile(pattern), re.sub(r"\$(\d)", r"\\\1", zh)) for pattern, zh in rows)


def word(section: str, name: str, **values: Any) -> Pair:
    """A text of `words.toml`, filled in; a value that is a Pair is taken in the same language.

    Raises KeyError for a name that is not there.
    """
    return fill(words()[section][name], **values)


def fill(text: Pair, **values: Any) -> Pair:
    """The text with its values."""
    zh, en = (
        text[number].format_map(
            {name: one[number] if isinstance(one, Pair) else one for name, one in values.items()}
        )
        for number in range(len(LANGUAGES))
    )
    return Pair(zh, en)


def named(section: str, code: str) -> Pair:
    """The name of a code of the program, or of several divided by commas.

    The code itself where the table has none.
    """
    known = words()[section].get(code)
    if known is None and SEVERAL in code:
        found = [named(section, one) for one in code.split(SEVERAL)]
        return Pair("、".join(one.zh for one in found), SEVERAL.join(one.en for one in found))
    if known is None and section == "reason":
        code = code.removeprefix("list-")
        known = words()[section].get(code)
        if http := HTTP.fullmatch(code):
            code = f"HTTP {http[1]}"
    return known or Pair(code, code)


def translated(said: str) -> Pair:
    """What a monitor said, with its Chinese; itself where the table has no pattern for it."""
    for pattern, zh in phrases():
        if found := pattern.fullmatch(said):
            return Pair(found.expand(zh), said)
    return Pair(said, said)


def clean(text: str) -> str:
    """The text without a personal number, and with controls and marks of direction as escapes."""
    return escape_controls(mask_numbers(text, contacts=False)[0])


def markup(value: Any) -> str:
    """Any value as markup: cleaned and escaped, unless it is markup already."""
    if hasattr(value, "__html__"):
        return str(value.__html__())
    return str(escape_markup(clean(str(value))))


def link(url: str | None) -> Markup | None:
    """The URL as the value of an attribute; None for what is no web address.

    Not masked: digits of an address are mostly its date and number.
    """
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    # urlsplit drops white space and line ends without a word.
    hidden = url is None or SPACE.search(url) or url != escape_controls(url)
    if hidden or parts.scheme not in SCHEMES or not parts.hostname:
        return None
    return escape_markup(url)
