"""Scrapy settings of the project: each with its unit and its reason.

Only values that differ from Scrapy's own, or that must not change when Scrapy's do.
tests/test_settings.py asserts the ones that keep the crawl polite and safe.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("ruralnews")
except PackageNotFoundError:
    VERSION = "dev"  # run from a source tree that is not installed

BOT_NAME = "ruralnews"
SPIDER_MODULES = ["ruralnews.spiders"]
NEWSPIDER_MODULE = "ruralnews.spiders"
COMMANDS_MODULE = "ruralnews.commands"

# -- Ours -------------------------------------------------------------------------------------
# Who runs this crawler: a URL or a mail address, shown to every portal in the User-Agent.
CONTACT = ""
# Folder of published records; a relative path counts from the folder of scrapy.cfg.
OUTPUT_DIR = "output"
# The state store as a SQLAlchemy URL. Empty: SQLite, OUTPUT_DIR/state.sqlite.
STATE_URL = ""
# Portals that `scrapy nightly` crawls at the same time, each at hosts of its own.
PORTALS_AT_ONCE = 8
# Name of the night a crawl belongs to; set by `scrapy nightly`.
NIGHT_ID = ""
# A function that is called with the name of each point where a kill might hurt; for tests.
STATE_OBSERVER = "ruralnews.state.files.nothing"
# MiB that must be free where the run writes, at its start and all the way: a night of all portals
# writes some tens. 0: it goes on until the disk is full, and ends then.
MIN_FREE_MB = 100
# Folder of the fetched pages, for replay; counted from OUTPUT_DIR. Empty: no archive.
ARCHIVE_DIR = "archive"
# MiB after which an archive file is closed and another begun.
ARCHIVE_FILE_MB = 1024
# host[:port], …: the only way to a loopback or private address, and to a port that neither the
# profile names nor is 80 or 443. For intranets and tests; every run reports it.
ALLOW_HOSTS: list[str] = []
# A TOML file that says who is told when a night went wrong; counted from the folder of scrapy.cfg.
# Empty: nobody. docs/OPERATING.md explains it.
ALERTS = ""
# Seconds that sending them may take in all, with every attempt.
ALERT_SECONDS = 30.0

# Processes that read pages, beside the crawl. Empty: one for each processor but one, from 1 to 4,
# started when they are needed; a night shares them. 0: the crawl reads by itself, without the two
# limits below.
READERS = ""
# Seconds of processor time and MiB (of address space, on Linux) that reading one page may take; the
# page is held back then, and no other. Of 360 saved pages (2026-11) none takes 0.5 s.
READER_SECONDS = 10.0
READER_MEMORY_MB = 1024
# The function that reads; for tests.
PAGE_READER = "ruralnews.reading.pages.read"

# -- Manners ----------------------------------------------------------------------------------
USER_AGENT = f"ruralnews/{VERSION} (+{CONTACT or 'contact not set'})"
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "ruralnews"
# Seconds between two requests to a host, ±50 %: people read slower, county servers are small.
DOWNLOAD_DELAY = 2.0
DOWNLOAD_DELAY_JITTER = 0.5
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 1
# HH:MM-HH:MM, China time: nothing is asked for outside of it, the rest is left for the next run.
# Empty: always. A window may cross midnight.
NIGHT_WINDOW = ""
# Of one page: it gives one article at most. Scrapy starts as many tasks for every page, and 100
# cost as much as reading it.
CONCURRENT_ITEMS = 1
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    # Some portals send an English or empty page without it.
    "Accept-Language": "zh-CN,zh;q=0.9",
}
# Seconds that a stopped crawl waits for answers on their way; systemd kills after 90, docker
# after 10.
STOP_SECONDS = 5.0
DOWNLOADER = "ruralnews.extensions.stopping.StoppableDownloader"
# What to ask for is taken from the state store.
SCHEDULER = "ruralnews.extensions.scheduler.StoreScheduler"
# Pages in the order in which the lists name them: the newest first.
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
# The store knows what was asked for. Scrapy's filter would drop a redirect to a known page
# without a word, and the page that redirected with it.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
# No Referer to another host.
REFERRER_POLICY = "same-origin"
# Off: sessions would give every visit other URLs, and the first cookie makes tldextract fetch
# a list of suffixes from a third party.
COOKIES_ENABLED = False

# -- Limits -----------------------------------------------------------------------------------
# Seconds for one download; Scrapy's 180 would let one hanging page hold its host for 9 minutes.
DOWNLOAD_TIMEOUT = 30
# Bytes, counted after decompression; news pages measured 2026-11 stay below 2 MiB.
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024
DOWNLOAD_WARNSIZE = 2 * 1024 * 1024
# A body shorter than announced is a failure, never a page.
DOWNLOAD_FAIL_ON_DATALOSS = True
# Two retries after the first attempt, after the pages in line and the pause of the host.
RETRY_TIMES = 2
# Seconds a host is left alone after a failure, doubled with each further one in a row up to two
# minutes; Retry-After makes it longer. After eight in a row the rest is left for the next run.
BACKOFF_SECONDS = 5.0
# The spider's errback logs the loss with its reason; one line is enough.
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
# Hops; Scrapy's 20 only make a loop longer.
REDIRECT_MAX_TIMES = 10
# Off: a redirect hidden in a page is no address a portal gave us.
METAREFRESH_ENABLED = False
# Seconds for one name.
DNS_TIMEOUT = 20
# MiB of resident memory: a crawl stays near 150, a page may cost 5 times its size.
MEMUSAGE_ENABLED = True
MEMUSAGE_WARNING_MB = 400
MEMUSAGE_LIMIT_MB = 512

# -- Closed doors -----------------------------------------------------------------------------
# A link must not read the disk; replay has its own reader.
# Ends a head that never ends, and names certificates that are not accepted.
DOWNLOAD_HANDLERS = {
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
    "http": "ruralnews.middlewares.transport.BoundedHandler",
    "https": "ruralnews.middlewares.transport.BoundedHandler",
}
# Refuses addresses that are not public. Must stand here: in custom_settings of a spider Scrapy
# ignores it without a word.
TWISTED_DNS_RESOLVER = "ruralnews.middlewares.resolver.PublicResolver"
# A proxy looks names up by itself, past the resolver. An operator who needs one turns it on.
HTTPPROXY_ENABLED = False
# Both would open a port that runs code.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
# Scrapy's default is off. A portal with a broken chain is named in its profile (verify_tls).
DOWNLOAD_VERIFY_CERTIFICATES = True

# -- Components -------------------------------------------------------------------------------
DOWNLOADER_MIDDLEWARES = {
    # No portal asks for a password.
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    # The guard replaces it: host and port, on every request, also those with dont_filter.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    # First of all: sees redirects, retries and robots.txt before anything else spends time.
    "ruralnews.middlewares.guard.GuardMiddleware": 10,
    # Hands out half a page when a compressed body ends early.
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    # Scrapy's place for it.
    "ruralnews.middlewares.robots.RobotsMiddleware": 100,
    "ruralnews.middlewares.conditional.ConditionalMiddleware": 500,
    # Responses pass from here upwards. Refused addresses are told from names that cannot be
    # resolved before Retry (550) sees them.
    "ruralnews.middlewares.resolver.AddressMiddleware": 890,
    # The answer as received: before redirects (600), and before anything is decoded.
    "ruralnews.middlewares.archive.ArchiveMiddleware": 880,
    # Scrapy's place for HttpCompression, after Redirect (600).
    "ruralnews.middlewares.body.BodyMiddleware": 590,
    # Sees whole bodies, and keeps challenges from everything below.
    "ruralnews.middlewares.challenge.ChallengeMiddleware": 589,
    # Above 550, Retry: sees every attempt.
    "ruralnews.middlewares.pace.PaceMiddleware": 588,
}
# Each wraps every page in a generator. What a callback yields is an article or its next page: how
# deep that lies says nothing, the guard knows the longest URL, and nobody copies meta or asks which
# request was the first.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
}
ITEM_PIPELINES = {
    "ruralnews.pipelines.boilerplate.BoilerplatePipeline": 100,
    "ruralnews.pipelines.privacy.PrivacyPipeline": 150,
    # When the text is final.
    "ruralnews.pipelines.identify.IdentifyPipeline": 200,
    # Before anything remembers the record.
    "ruralnews.pipelines.validate.ValidatePipeline": 300,
    # Last: what arrives here is committed, and published when the run ends.
    "ruralnews.pipelines.commit.CommitPipeline": 800,
}
EXTENSIONS = {
    # Switched off above; named here, they are not imported either (aiohttp, conch: 0.4 s).
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.telnet.TelnetConsole": None,
    # Before anything that asks for the portal's address.
    "ruralnews.extensions.demo_portal.DemoPortal": 10,
    # When the portal's address is known; before whatever asks for the book.
    "ruralnews.extensions.keeper.Keeper": 15,
    "ruralnews.extensions.readers.PageReaders": 17,
    "ruralnews.extensions.disk.DiskWatch": 18,
    "ruralnews.extensions.log_lines.LogLines": 20,
    # Takes the memory of the program that started the crawl for the crawl's.
    "scrapy.extensions.memusage.MemoryUsage": None,
    "ruralnews.extensions.memory.MemoryUsage": 0,
    # Counts for every portal of a night what another logs.
    "scrapy.extensions.logcount.LogCount": None,
    "ruralnews.extensions.log_count.LogCount": 0,
    "ruralnews.extensions.run_summary.RunSummary": 500,
}

# -- Output and log ---------------------------------------------------------------------------
# For -o and -O; Scrapy's default writes \uXXXX.
FEED_EXPORT_ENCODING = "utf-8"
# INFO tells what was read; DEBUG adds every request.
LOG_LEVEL = "INFO"
# Ten lines of library versions in front of every message would hide the message.
LOG_VERSIONS: list[str] = []
LOG_FORMATTER = "ruralnews.extensions.log_lines.LineFormatter"
