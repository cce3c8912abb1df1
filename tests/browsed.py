"""`scrapy browse` at work on invented records, some of them hostile."""

from __future__ import annotations

import signal
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from recorded import Kept, article, fill, gone
from running import start
from sqlalchemy import insert

from ruralnews.items import Article, Attachment, Image
from ruralnews.state import schema
from ruralnews.state.store import open_store, store_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MARKUP = "<script>alert('qinghe')</script><img src=x onerror=alert(1)>"
HOSTILE = article(
    900,
    title=f"恶意标题{MARKUP}",
    subtitle=MARKUP,
    source=f'"{MARKUP}',
    author=[MARKUP],
    column=MARKUP,
    body=f"正文里也有{MARKUP}。\n第二段。",
    url="javascript:alert(1)",
    images=[Image("javascript:alert(1)", MARKUP), Image("http://elsewhere.example/a.jpg")],
    attachments=[Attachment("data:text/html,x", MARKUP)],
    keywords=[MARKUP],
    published="2026-12-31T08:00:00+08:00",
)
FORMULA = article(901, title="=HYPERLINK(1)", published="2026-12-30T08:00:00+08:00")
EDITED = article(3, revision=2, title="更正：三号地的小麦", published="2026-01-04T09:00:00+08:00")


def publish(folder: Path, name: str, *records: Any, portal: str = "hemiao") -> None:
    """A published file with these records, in the store of an output folder."""
    fill(folder, [Kept(record, file=name, portal=portal) for record in records])
    kind = "article" if isinstance(records[0], Article) else "gone"
    row = {"name": name, "portal": portal, "kind": kind, "planned": 1, "rows": len(records)}
    with closing(open_store(store_url(folder))) as store, store.transaction() as connection:
        connection.execute(insert(schema.file), [row | {"bytes": 1, "sha256": name}])


def publish_world(folder: Path) -> None:
    """Sixty articles, an edit, a withdrawal and the hostile ones, as an output folder."""
    folder.mkdir()
    publish(folder, "hemiao/1.jsonl", *(article(n) for n in range(60)))
    publish(folder, "hemiao/2.jsonl", EDITED, HOSTILE, FORMULA)
    publish(folder, "hemiao/gone/1.jsonl", gone(5))
    other = article(950, portal="dxscg", id="dxscg:950", author=["柏秋实"], title="党建引领")
    publish(folder, "dxscg/1.jsonl", other, portal="dxscg")


@contextmanager
def browsing(folder: Path, *args: str) -> Iterator[str]:
    """The address that `scrapy browse` prints; it is stopped when the block ends."""
    with start(folder, "browse", "--no-open", *args) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        try:
            assert address, process.stderr and process.stderr.read()
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
            _, complaints = process.communicate(timeout=60)
        assert process.returncode == 0, complaints
