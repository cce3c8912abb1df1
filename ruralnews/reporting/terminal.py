"""The report as text for a terminal or a mail, by rich; as wide as it is told to be. Pure.

Every line passes `Writer.text`, so that nothing in a stranger's text moves a cursor, hides a letter
or is read as markup of rich's.
"""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from ruralnews.monitoring.history import State
from ruralnews.reporting.page import SIGNS, reasons, state_name
from ruralnews.reporting.view import ending, short_time, view_of
from ruralnews.reporting.words import LANGUAGES, Pair, clean, named, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import RenderableType

    from ruralnews.monitoring.history import PastNight
    from ruralnews.monitoring.night import Fresh, Night
    from ruralnews.reporting.view import Book, Finding, News, Row, Trouble, View

STYLES = {State.FAIL: "bold red", State.WARN: "yellow", State.PART: "cyan", None: "dim"}
NARROW = 90
"""Columns below which a table leaves out what the eye misses least."""
LATEST = 14
"""Nights of which a line shows the signs."""
HEADLINES = 20
"""Of a portal; the page has more."""


def render_text(
    night: Night,
    past: Sequence[PastNight],
    lang: str = LANGUAGES[0],
    *,
    width: int = 100,
    color: bool = False,
) -> str:
    """The report in lines of at most `width` columns; with `color`, in ANSI colours."""
    view = view_of(night, past)
    console = Console(
        file=StringIO(),
        width=width,
        force_terminal=color,
        no_color=not color,
        color_system="standard" if color else None,
        legacy_windows=False,
    )
    # Nothing of the environment may decide: the same facts give the same text.
    with console.capture() as made:
        for part in Writer(view, LANGUAGES.index(lang), width).parts():
            console.print(part)
    return "\n".join(line.rstrip() for line in made.get().splitlines()).strip() + "\n"


class Writer:
    """Writes a view in one language."""

    def __init__(self, view: View, lang: int, width: int) -> None:
        self.view = view
        self.lang = lang
        self.is_narrow = width < NARROW

    def parts(self) -> Iterator[RenderableType]:
        """The sections in the order of the page."""
        yield from self.head()
        yield self.heading("alarm", "head")
        if not self.view.troubles:
            yield self.text(word("alarm", "none"))
        for trouble in self.view.troubles:
            yield self.trouble(trouble)
        yield self.heading("portals", "head")
        yield self.portals()
        yield self.heading("ledger", "head")
        yield self.text(word("ledger", "note"), "dim")
        yield self.ledger()
        yield self.heading("fresh", "head")
        if not self.view.news:
            yield self.text(word("fresh", "none"))
        for news in self.view.news:
            yield self.news(news)
        yield self.heading("texts", "head")
        yield from self.texts()
        yield self.heading("hosts", "head")
        yield self.hosts()
        yield self.heading("privacy", "head")
        yield from self.privacy()

    # -- Words --------------------------------------------------------------------------------

    def say(self, value: object) -> str:
        """A value in the language of the report, harmless."""
        return clean(value[self.lang] if isinstance(value, Pair) else str(value))

    def text(self, value: object, style: str = "") -> Text:
        return Text(self.say(value), style)

    def heading(self, section: str, name: str) -> RenderableType:
        return Group(
            Text(), Rule(self.text(word(section, name), "bold"), align="left", style="dim")
        )

    def state(self, state: State | None) -> Text:
        style = STYLES.get(state, "green")
        return self.text(f"{SIGNS[state]} {self.say(state_name(state))}", style)

    def table(self, heads: Iterable[object], numbers: Iterable[int]) -> Table:
        table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
        right = set(numbers)
        for place, head in enumerate(heads):
            justify = "right" if place in right else "left"
            table.add_column(self.text(head), justify=justify, overflow="fold")  # type: ignore[arg-type]  # one of its words
        return table

    def hung(self, rows: Iterable[tuple[object, object]]) -> RenderableType:
        """Rows of a label and a text; a text that takes several lines stays beside its label."""
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for label, text in rows:
            grid.add_row(self.text(label, "dim"), self.text(text))
        return Padding(grid, (0, 0, 0, 2))

    # -- Sections -----------------------------------------------------------------------------

    def head(self) -> Iterator[RenderableType]:
        night, counts = self.view.night, self.view.counts
        yield self.text(f"{self.say(word('page', 'title'))}  {self.view.day}", "bold")
        code = night.outcome
        if code is not None:
            yield self.text(
                f"{self.say(word('page', 'exit', code=code))}: {self.say(ending(code))}"
            )
        found = [(s, self.view.states[s]) for s in State if self.view.states.get(s)]
        for state, count in found:
            said = self.say(word("verdict", state, count=count))
            yield self.text(f"{SIGNS[state]} {said}", STYLES.get(state, "green"))
        balanced = "balanced" if self.view.balanced else "unbalanced"
        yield self.text(word("verdict", balanced), "" if self.view.balanced else "bold red")
        names = ("new", "changed", "gone", "lost", "pages")
        totals = [f"{self.say(word('count', name))} {counts[name]}" for name in names]
        yield self.text(" · ".join(totals))

    def trouble(self, trouble: Trouble) -> RenderableType:
        level = State(trouble.level)
        title = self.text(f"{SIGNS[level]} {self.say(trouble.name)} ", STYLES[level])
        title.append(f"({self.say(trouble.slug)})", "dim")
        lines = [self.finding(finding) for finding in trouble.findings]
        advice: list[tuple[object, object]] = []
        for todo, cause in trouble.advice.items():
            advice += [(word("alarm", "cause"), cause)] if cause else []
            advice.append((word("alarm", "todo"), todo))
        return Group(title, *(Padding(line, (0, 0, 0, 2)) for line in lines), self.hung(advice))

    def finding(self, finding: Finding) -> Text:
        about = f" [{self.say(finding.field)}]" if finding.field else ""
        said = [self.say(finding.what) + about]
        for name, value in (("seen", finding.seen), ("expected", finding.expected)):
            if value:
                said.append(f"{self.say(word('alarm', name)).lower()} {self.say(value)}")
        return self.text(", ".join(said) if self.lang else "，".join(said))

    def portals(self) -> RenderableType:
        measures = ("new", "lost") if self.is_narrow else ("new", "changed", "lost", "backlog")
        names = ("state", "portal", *measures, "newest")
        nights = min(LATEST, len(self.view.history))
        heads = [word("portals", name) for name in names]
        heads.append(word("portals", "chart", nights=nights))
        table = self.table(heads, range(2, 2 + len(measures)))
        for row in self.view.rows:
            found = row.night and row.night.measures
            values = [getattr(found, name, "") for name in measures]
            table.add_row(
                self.state(row.state),
                self.text(row.name),
                *map(self.text, values),
                self.text(row.newest),
                self.signs(row),
            )
        return table

    def signs(self, row: Row) -> Text:
        """A sign for each of the last nights, the latest last."""
        line = Text()
        for night in self.view.history[-LATEST:]:
            found = night.portals.get(row.slug)
            state = found.state if found else None
            line.append(SIGNS[state] if found else " ", STYLES.get(state, "green"))
        return line

    def ledger(self) -> RenderableType:
        names = "listed known published unchanged dropped failed deferred balance".split()
        heads = [word("portals", "portal"), *(word("ledger", name) for name in names)]
        table = self.table(heads, range(1, 8))
        for book in [*self.view.books, self.view.total]:
            table.add_row(*self.book(book))
        lost = [
            (book, kind, counts)
            for book in self.view.books
            for kind in ("dropped", "failed", "deferred")
            if (counts := getattr(book.ledger, kind))
        ]
        lines = [
            f"{self.say(book.name)}: {self.say(word('ledger', kind))} {self.say(reasons(counts))}"
            for book, kind, counts in lost
        ]
        return Group(table, *map(self.text, lines))

    def book(self, book: Book) -> list[Text]:
        found = book.ledger
        counts = (found.listed, found.known, found.published, found.unchanged)
        lost = [sum(fate.values()) for fate in (found.dropped, found.failed, found.deferred)]
        off = found.listed - found.accounted
        balance = self.text(word("ledger", "off", count=off), "bold red") if off else self.text("✓")
        return [self.text(book.name), *(self.text(count) for count in (*counts, *lost)), balance]

    def news(self, news: News) -> RenderableType:
        lines: list[RenderableType] = [self.text(f"{self.say(news.name)} {news.count}", "bold")]
        shown = 0
        for column, records in news.columns.items():
            chosen = records[: max(HEADLINES - shown, 0)]
            shown += len(chosen)
            if chosen:
                lines.append(self.text(column or word("fresh", "column"), "dim"))
                lines.append(self.hung([self.record(one) for one in chosen]))
        more = sum(map(len, news.columns.values())) - shown + news.more
        if more:
            lines.append(self.text(word("fresh", "more", count=more), "dim"))
        if news.withdrawn:
            lines.append(self.text(word("fresh", "withdrawn"), "dim"))
            rows = [
                (named("reason", gone.reason), gone.title or word("fresh", "untitled"))
                for gone in news.withdrawn
            ]
            lines.append(self.hung(rows))
        return Group(*lines)

    def record(self, one: Fresh) -> tuple[str, str]:
        """When it was published, and its headline."""
        again = f" [{self.say(word('fresh', 'revised'))}]" if one.revision > 1 else ""
        source = f" ({self.say(one.source)})" if one.source else ""
        return short_time(one.published, self.view.day), f"{self.say(one.title)}{source}{again}"

    def texts(self) -> Iterator[RenderableType]:
        found = self.view.texts
        if not found.restored and not found.removed:
            yield self.text(word("texts", "none"))
        for name, section, counts in (
            ("restored", "step", found.restored),
            ("removed", "rule", found.removed),
        ):
            if counts:
                said = self.say(word("texts", name, count=sum(counts.values())))
                parts = ", ".join(f"{self.say(named(section, k))} {n}" for k, n in counts.items())
                yield self.text(f"{said}: {parts}")
        for _, one in found.mended:
            yield self.text(f"  {one.id} ({self.say(named('step', one.rule))})", "dim")
            yield self.hung([("-", one.before), ("+", one.after)])
        if found.cut:
            yield self.text(f"  {self.say(word('texts', 'samples'))}", "dim")
            yield self.hung([("-", f"{one.before} ({one.id})") for _, one in found.cut])

    def hosts(self) -> RenderableType:
        if not self.view.hosts:
            return self.text(word("hosts", "none"))
        heads = (word("hosts", "host"), word("portals", "portal"), word("hosts", "seconds"))
        table = self.table(heads, [2])
        for name, host, seconds in self.view.hosts:
            table.add_row(self.text(host), self.text(name), self.text(f"{seconds:.2f}"))
        return table

    def privacy(self) -> Iterator[RenderableType]:
        opened = [word("privacy", "requests", host=h, count=n) for h, n in self.view.opened.items()]
        masked = [word("privacy", kind, count=n) for kind, n in self.view.masked.items()]
        unverified = [f"{name}: {why}" for name, why in self.view.unverified]
        for name, values in (
            ("allowed", [*self.view.night.allowed, *opened]),
            ("tls", unverified),
            ("masked", masked),
        ):
            said = ", ".join(map(self.say, values)) or self.say(word("privacy", "none"))
            yield self.text(f"{self.say(word('privacy', name))}: {said}")
