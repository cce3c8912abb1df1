"""Faults 60 to 62 on real small disks: tmpfs in a mount namespace of its own, no root needed.

    unshare --map-root-user --mount python full_disk.py FOLDER LIST_URL

Prints one line of JSON: what every crawl ended with, and what stands in the published files.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from ruralnews.state.check import problems
from ruralnews.state.store import open_store, store_url

SECONDS = 120


def mount(folder: Path, size: str, *options: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    wanted = ",".join((f"size={size}", *options))
    subprocess.run(["mount", "-t", "tmpfs", "-o", wanted, "none", str(folder)], check=True)


def command(folder: Path, url: str, *options: str) -> list[str]:
    """A crawl of the list, with an output folder of its own."""
    return [
        *(sys.executable, "-m", "scrapy", "crawl", "site", "-a", f"url={url}"),
        *("-s", f"ALLOW_HOSTS={urlsplit(url).netloc}", "-s", f"OUTPUT_DIR={folder}"),
        *("-s", "DOWNLOAD_DELAY=0", "-s", "MIN_FREE_MB=0", "-s", "ARCHIVE_DIR="),
        *("-s", "READERS=0", *options),
    ]


def crawl(folder: Path, url: str, *options: str) -> int:
    done = subprocess.run(
        command(folder, url, *options), check=False, capture_output=True, timeout=SECONDS
    )
    return done.returncode


def published(folder: Path) -> list[str]:
    """Ids of all published records, after a look at every line."""
    paths = sorted((folder / "site").glob("*.jsonl"))
    texts = [path.read_text("utf-8") for path in paths]
    assert all(text.endswith("\n") for text in texts), "a file ends in mid-line"
    return [json.loads(line)["id"] for text in texts for line in text.splitlines()]


def told(folder: Path) -> dict[str, object]:
    """What is in the folder, and what verify says of it."""
    with closing(open_store(store_url(folder))) as store:
        found = list(problems(store, folder))
    counts = Counter(published(folder))
    return {"records": len(counts), "lines": counts.total(), "problems": found}


def with_space_back(folder: Path, url: str, disk: Path, *options: str) -> dict[str, object]:
    """A crawl on a disk that is too small, and another one after it has grown."""
    first = crawl(folder, url, *options)
    seen = len(published(folder))
    subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
    return {"codes": [first, crawl(folder, url, *options)], "seen": seen, **told(folder)}


def full_state(folder: Path, url: str) -> dict[str, object]:
    # An empty store and its journal have 200 KiB; every commit adds pages to the journal.
    mount(folder, "600k")
    return with_space_back(folder, url, folder)


def full_files(folder: Path, url: str) -> dict[str, object]:
    mount(folder / "site", "8k")
    return with_space_back(folder, url, folder / "site")


def full_archive(folder: Path, url: str) -> dict[str, object]:
    mount(folder / "archive", "16k")
    return with_space_back(folder, url, folder / "archive", "-s", "ARCHIVE_DIR=archive")


def full_log(folder: Path, url: str) -> dict[str, object]:
    mount(folder / "log", "4k")
    log = folder / "log" / "night"
    return with_space_back(folder, url, folder / "log", "-s", f"LOG_FILE={log}")


def read_only(folder: Path, url: str) -> dict[str, object]:
    mount(folder, "1m", "ro")
    return {"codes": [crawl(folder, url)]}


def full_at_start(folder: Path, url: str) -> dict[str, object]:
    mount(folder, "1m")
    return {"codes": [crawl(folder, url, "-s", "MIN_FREE_MB=100")]}


def nearly_full(folder: Path, url: str) -> dict[str, object]:
    """The disk fills up while the crawl goes on."""
    mount(folder, "64m")
    options = ("-s", "MIN_FREE_MB=40", "-s", "DOWNLOAD_DELAY=0.2", "-s", "STOP_SECONDS=0.5")
    with subprocess.Popen(command(folder, url, *options), stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if b"Read " in line:
                (folder / "filler").write_bytes(bytes(40 * 2**20))
                break
        process.communicate(timeout=SECONDS)
    seen = len(published(folder))
    (folder / "filler").unlink()
    again = crawl(folder, url)
    return {"codes": [process.returncode, again], "seen": seen, **told(folder)}


def main(folder: Path, url: str) -> None:
    scenes = (
        full_state,
        full_files,
        full_archive,
        full_log,
        read_only,
        full_at_start,
        nearly_full,
    )
    for scene in scenes:
        began = time.monotonic()
        found = scene(folder / scene.__name__, url)
        print(
            json.dumps({"scene": scene.__name__, **found, "seconds": time.monotonic() - began}),
            flush=True,
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
