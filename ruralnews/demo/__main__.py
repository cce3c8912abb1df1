"""`python -m ruralnews.demo [PORT]`: the demo portal, served until Ctrl-C."""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import suppress
from urllib.parse import urlsplit

from ruralnews.demo.server import serve
from ruralnews.errors import UsageError

DEFAULT_PORT = 8000
"""The port that the URLs of the demo profile and of its test cases carry."""


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0 after Ctrl-C, 2 for a port that cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m ruralnews.demo", description=__doc__)
    parser.add_argument(
        "port", nargs="?", type=int, default=DEFAULT_PORT, help="0 takes any free port"
    )
    port: int = parser.parse_args(arguments).port
    try:
        with serve(port) as demo, suppress(KeyboardInterrupt):
            host = urlsplit(demo.url).netloc
            print(f"The demo portal is at {demo.url} until Ctrl-C. Try:", flush=True)
            print(f"  scrapy crawl site -a url={demo.url}xczx/ -s ALLOW_HOSTS={host}", flush=True)
            while True:
                time.sleep(3600)
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
