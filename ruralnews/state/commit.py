"""One page, one transaction: the links it brought, the record it gave, what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, insert, select, update

from ruralnews.items import Gone
from ruralnews.portals.model import OVERLAP
from ruralnews.state.keys import text_sha
from ruralnews.state.lines import record_line
from ruralnews.state.naming import Naming
from ruralnews.state.queue import BEYOND, CONDITIONS, Link, ask_for_list
from ruralnews.state.rules import (
    CONFIRMED,
    GONE_REASONS,
    UNREADABLE,
    End,
    Kind,
    State,
    Verdict,
    next_look,
)
from ruralnews.state.schema import listed, page, record, run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Row

NO_ARTICLE = ("article-missing", "page-empty")
"""Reasons that, on a page that was an article before, mean that the article is gone."""
UNSURE = (*NO_ARTICLE, "soft-404")
"""Those that a redesign of the portal has, too."""
ALIVE = (State.DONE, State.PENDING)
# Made once: SQLAlchemy takes longer to build a statement than SQLite to run it.
NEEDED = (
    "kind",
    "column",
    "number",
    "known",
    "address",
    "state",
    "attempts",
    "misses",
    "record",
    "published",
)
PAGE = select(*(page.c[name] for name in NEEDED)).where(page.c.id == bindparam("page"))
SETTLE = update(page).where(page.c.id == bindparam("page"))
LAST = (
    select(record.c.revision, record.c.kind, record.c.content_sha, record.c.page)
    .where(record.c.id == bindparam("record"))
    .order_by(record.c.seq.desc())
    .limit(1)
)
TWIN = (
    select(record.c.id)
    .where(record.c.portal == bindparam("portal"), record.c.content_sha == bindparam("sha"))
    .limit(1)
)
FIRST = (
    select(record.c.id)
    .where(record.c.text_sha == bindparam("text"), record.c.kind == Kind.ARTICLE)
    .order_by(record.c.seq)
    .limit(1)
)
OTHERS = select(
    func.min(page.c.attempts)
).where(  # 0: one was read the last time; it may be pending by now
    page.c.portal == bindparam("portal"),
    page.c.run >= bindparam("since"),
    page.c.kind == Kind.ARTICLE,
    page.c.record.is_not(None),
    (page.c.attempts == 0) | page.c.reason.in_(UNSURE),
    page.c.id != bindparam("page"),
)
ANOTHER = (
    select(page.c.id)
    .where(
        page.c.portal == bindparam("portal"),
        page.c.record.is_not(None),
        page.c.id != bindparam("page"),
    )
    .limit(1)
)
READ_LISTS = select(func.count()).where(
    page.c.portal == bindparam("portal"),
    page.c.run == bindparam("run"),
    page.c.kind == Kind.LIST,
    page.c.state == State.DONE,
    page.c.reason.is_(None),  # a list that is unchanged is not read
)
NAMED = select(func.count()).where(
    listed.c.page == bindparam("page"), listed.c.run == bindparam("run")
)
BEFORE = (
    select(func.max(run.c.id))
    .where(run.c.portal == bindparam("portal"))
    .where(run.c.id < bindparam("run"))
)
ADD = insert(record)


@dataclass(frozen=True, slots=True)
class PageResult:
    """What reading one page gave."""

    page: int
    """Id of the page."""
    state: State
    reason: str | None = None
    links: tuple[Link, ...] = ()
    """Articles that a list page names, in its order."""
    guesses: tuple[Link, ...] = ()
    """Articles it may hide, the likeliest first; taken until enough known ones in a row."""
    following: Link | None = None
    """The list page after this one; asked for unless the list ends here."""
    lists: tuple[Link, ...] = ()
    """Other lists that a list leads to; asked for in every run, each once."""
    once: tuple[Link, ...] = ()
    """Other lists that are not asked for again when they were read: past issues."""
    old: bool = False
    """Whether a list page named articles, all of them too old for the run."""
    record: Mapping[str, Any] | None = None
    published: str | None = None
    validators: Mapping[str, str] = field(default_factory=dict)
    """What the next visit sends to be told that nothing changed."""

    @property
    def leads_on(self) -> bool:
        """Whether it may make further list pages pending."""
        return bool(self.following or self.lists or self.once)


@dataclass(frozen=True, slots=True)
class Committed:
    """What the store made of a result."""

    verdict: Verdict = Verdict.NONE
    revision: int = 0
    reprint_of: str | None = None
    """Id of the first record with the same text."""
    repeats: str = ""
    """Id of the record that a duplicate repeats."""
    new: int = 0
    """Links that were not known."""
    end: End | None = None
    """Why a list is not read beyond the page."""
    state: State = State.DONE
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Now:
    """The run in which a result is committed, and when."""

    portal: str
    run: int
    time: int
    max_pages: int = 20
    overlap: int = OVERLAP


def commit(connection: Connection, now: Now, result: PageResult) -> Committed:
    """Writes the result into the transaction of `connection`."""
    known = connection.execute(PAGE, {"page": result.page}).one()
    new, end = _links(connection, now, known, result)
    made = _record(connection, now, result) if result.record else Committed()
    fate = _fate(known, now, result, made, tells=_tells(connection, now, known, result))
    if fate["state"] is State.GONE and known.record is not None:
        _tombstone(connection, now, result.page, known, str(fate["reason"]))
    connection.execute(SETTLE, {"page": result.page, **fate})
    return replace(made, new=new, end=end, state=fate["state"], reason=fate["reason"])


def _links(
    connection: Connection, now: Now, known: Row[Any], result: PageResult
) -> tuple[int, End | None]:
    """How many links are new, and why the list ends with this page."""
    if known.kind != Kind.LIST or result.state is not State.DONE:
        return 0, None
    naming = Naming(now.portal, known.column, now.run, known.known)
    naming.add(connection, result.links)
    naming.guess(connection, result.guesses, now.overlap)
    for link in result.lists:
        ask_for_list(connection, now.portal, now.run, link)
    for link in result.once:
        ask_for_list(connection, now.portal, now.run, link, again=False)
    end = _end(now, naming, result)
    if result.following and end in (None, End.MAX_PAGES):
        following = replace(result.following, known=naming.known)
        ask_for_list(connection, now.portal, now.run, following)
        if end:
            mine = (page.c.portal == now.portal) & (page.c.url == following.url)
            waiting = {"state": State.DEFERRED, "reason": BEYOND}
            connection.execute(
                update(page).where(mine, page.c.state == State.PENDING).values(waiting)
            )
    return naming.new, end


def _end(now: Now, naming: Naming, result: PageResult) -> End | None:
    following = result.following
    if following is None:
        return End.LAST
    if not naming.brings:
        return End.OLD if result.old else End.REPEATS
    if naming.known >= now.overlap:
        return End.KNOWN
    return End.MAX_PAGES if following.number > now.max_pages else None


def _record(connection: Connection, now: Now, result: PageResult) -> Committed:
    """Adds the record when it says something that no earlier one said."""
    said = dict(result.record or {})
    last = _last(connection, said["id"])
    if last is None:
        twin = connection.scalar(TWIN, {"portal": now.portal, "sha": said["content_sha"]})
        if twin is not None:
            return Committed(Verdict.DUPLICATE, repeats=twin)
        said["revision"] = 1
    elif last.kind == Kind.FORGOTTEN or (
        last.page != result.page and _state(connection, last.page) in ALIVE
    ):
        return Committed(Verdict.DUPLICATE, repeats=said["id"])
    elif last.kind == Kind.ARTICLE and last.content_sha == said["content_sha"]:
        return Committed(Verdict.UNCHANGED, last.revision)
    else:
        said["revision"] = last.revision + 1
    text = text_sha(said["body"])
    first = connection.scalar(FIRST, {"text": text}) if text else None
    said["reprint_of"] = None if first == said["id"] else first
    _add(connection, now, result.page, Kind.ARTICLE, said, text)
    verdict = Verdict.CHANGED if last else Verdict.NEW
    return Committed(verdict, said["revision"], said["reprint_of"])


def _tombstone(connection: Connection, now: Now, number: int, known: Row[Any], reason: str) -> None:
    last = _last(connection, known.record)
    if last is None or last.kind == Kind.GONE:
        return
    noticed = datetime.fromtimestamp(now.time, UTC).isoformat()
    slug = now.portal.partition(":")[0]
    gone = Gone(known.record, last.revision, known.address, slug, reason, noticed)
    _add(connection, now, number, Kind.GONE, gone.to_record())


def _last(connection: Connection, record_id: str) -> Row[Any, Any, Any, Any] | None:
    return connection.execute(LAST, {"record": record_id}).first()


def _state(connection: Connection, number: int) -> str | None:
    known = connection.execute(PAGE, {"page": number}).first()
    return known.state if known else None


def _add(  # noqa: PLR0913, PLR0917 - a row
    connection: Connection,
    now: Now,
    number: int,
    kind: Kind,
    said: dict[str, Any],
    text: str | None = None,
) -> None:
    row = {
        "portal": now.portal,
        "run": now.run,
        "id": said["id"],
        "revision": said["revision"],
        "kind": kind,
        "content_sha": said.get("content_sha", ""),
        "text_sha": text,
        "page": number,
        "line": record_line(said),
    }
    connection.execute(ADD, row)


def _tells(connection: Connection, now: Now, known: Row[Any], result: PageResult) -> bool:
    """Whether the answer says what it seems to say of the article.

    When all others that were looked at read so too, the portal looks otherwise, and a page
    without an article says nothing. Counted from the last run on: what is looked at again comes
    before what is new. Where the portal has no other article, the lists are the witness: it is gone
    when some were read in this run and none names it any more.
    """
    if known.record is None or result.reason not in UNSURE:
        return True
    before = connection.scalar(BEFORE, {"portal": now.portal, "run": now.run}) or now.run
    about = {"portal": now.portal, "since": before, "page": result.page}
    others = connection.scalar(OTHERS, about)
    here = {"portal": now.portal, "page": result.page, "run": now.run}
    if others is not None or connection.scalar(ANOTHER, here):
        return not others
    return bool(connection.scalar(READ_LISTS, here)) and not connection.scalar(NAMED, here)


def _fate(
    known: Row[Any], now: Now, result: PageResult, made: Committed, *, tells: bool
) -> dict[str, Any]:
    """The new values of the page."""
    state, reason = result.state, result.reason
    fate: dict[str, Any] = {"run": now.run, "fetched": now.time}
    if state is State.DONE:
        fate |= {"attempts": 0, "misses": 0}
        fate |= {column: result.validators.get(name) for name, column in CONDITIONS.items()}
        if made.verdict is not Verdict.NONE:
            reason = None if made.verdict is Verdict.NEW else made.verdict
        if result.record is not None and made.verdict is not Verdict.DUPLICATE:
            fate["record"] = result.record["id"]
    else:
        if tells and known.record is not None and reason in NO_ARTICLE:
            state, reason = State.FAILED, "soft-404"
        missing = tells and reason in GONE_REASONS and known.kind == Kind.ARTICLE
        # A page that was put off did nothing wrong.
        failed = state is not State.DEFERRED
        fate |= {"attempts": known.attempts + failed, "misses": known.misses + missing}
        if missing and fate["misses"] >= CONFIRMED:
            state = State.GONE
    published = result.published or known.published
    due = next_look(state, fate["attempts"], published, now.time)
    past = reason in GONE_REASONS or (reason == UNREADABLE and known.number > 1)
    if known.kind == Kind.LIST and past:
        due = None  # past the end of the column; the page before may lead to it again
    return fate | {"state": state, "reason": reason, "published": published, "due": due}
