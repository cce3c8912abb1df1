"""The demo portal: a small news portal that ships with the package, served on loopback.

青禾村镇干部网, its places, people and texts are invented; only the seed page
(`xczx/202009/t20200911_6749523.html`) carries a real text, as a hijacked mirror spoilt it.

`site/` holds the portal as a web server would: a file's path is its URL path, its bytes are what
is sent (some pages are GBK on purpose, so edit them with an editor that keeps the encoding).
`site.toml` beside it names what a file cannot say: HTTP headers, and pages that answer with
another page. Each article is made in a manner met on real portals; the first comment of a page
says which. Pictures and attachments are linked and not served: no crawl asks for them.
"""

from ruralnews.demo.server import DemoServer, SitePage, read_site, serve

__all__ = ["DemoServer", "SitePage", "read_site", "serve"]
