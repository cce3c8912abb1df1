"""Archive: the bytes of every page as received, written by the crawl and read by replay."""
