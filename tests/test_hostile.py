"""A crawl of a portal that wants it elsewhere: what was not allowed was never connected to."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from threading import Event

from hostile import Answer, article, listing, serving
from running import SECONDS, scrapy, start

from ruralnews.monitoring.outcome import Exit

LIST = "/yw/index.html"
TEXT = "村里的麦子熟了，合作社的收割机天不亮就下了地，一上午收完了南坡的三百亩。"


def page(number: int) -> str:
    return f"/yw/202611/t20261101_{number}.html"


def crawl(folder: Path, url: str, *options: str) -> tuple[int, list[str], str]:
    """Exit code, titles and stderr of a crawl of a list without profile and without delay."""
    done = scrapy(
        folder,
        *("crawl", "site", "-a", f"url={url}", "-s", "DOWNLOAD_DELAY=0"),
        *("-s", "RETRY_TIMES=0", "-O", "out.jsonl", *options),
    )
    out = folder / "out.jsonl"
    lines = out.read_text(encoding="utf-8").splitlines() if out.exists() else []
    return done.returncode, [json.loads(line)["title"] for line in lines], done.stderr


def redirect(url: str) -> Answer:
    return Answer(status=302, headers={"Location": url})


def test_no_link_and_no_redirect_leads_out_of_the_portal(tmp_path: Path) -> None:
    with serving({}) as victim, serving({}) as portal:
        port = victim.host.partition(":")[2]
        portal.answers |= {
            page(1): article("南坡三百亩小麦颗粒归仓", TEXT),
            page(2): redirect(victim.url(page(2))),
            page(3): redirect("file:///etc/hostname"),
            page(4): redirect(page(4)),
            page(5): redirect("http://169.254.169.254/latest/"),
            page(6): article("合作社添了两台收割机", TEXT + "机手是本村人。"),
            LIST: listing(
                [
                    (page(1), "南坡三百亩小麦颗粒归仓"),
                    (victim.url(page(7)), "隔壁端口上的一篇报道"),
                    (f"http://127.1:{port}{page(8)}", "换个写法的本机地址"),
                    (f"http://2130706433:{port}{page(9)}", "十进制写法的本机地址"),
                    ("http://127.0.0.1:99999" + page(10), "端口写错了的一个链接"),
                    ("file:///etc/hostname", "指向本地文件的一个链接"),
                    (page(2), "跳到别的端口的一个链接"),
                    (page(3), "跳到本地文件的一个链接"),
                    (page(4), "跳到自己身上的一个链接"),
                    (page(5), "跳到云主机元数据的链接"),
                    (page(6), "合作社添了两台收割机"),
                ]
            ),
        }
        code, titles, stderr = crawl(tmp_path, portal.url(LIST), "-s", f"ALLOW_HOSTS={portal.host}")
        assert victim.asked == []
        assert sorted(titles) == ["南坡三百亩小麦颗粒归仓", "合作社添了两台收割机"]
        # One page redirects for ever: the first request and ten hops.
        assert portal.asked.count(page(4)) == 11
        assert "failed/redirects: 1" in stderr
        assert code == Exit.PARTIAL


def test_a_start_url_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    with serving({}) as victim, serving({}) as portal:
        portal.answers[LIST] = redirect(victim.url(LIST))
        code, titles, stderr = crawl(tmp_path, portal.url(LIST), "-s", f"ALLOW_HOSTS={portal.host}")
        assert victim.asked == []
        assert titles == []
        assert "failed/list-port: 1" in stderr
        assert code == Exit.PARTIAL


def test_a_name_that_leads_to_this_machine_is_refused(tmp_path: Path) -> None:
    with serving({LIST: listing([])}) as portal:
        name = portal.host.replace("127.0.0.1", "localhost")
        code, _, stderr = crawl(tmp_path, f"http://{name}{LIST}")
        assert portal.asked == []
        assert "could not be had (address:" in stderr
        assert "failed/list-robots-unreachable: 1" in stderr
        assert code == Exit.PARTIAL


def test_a_robots_txt_that_fails_closes_the_portal(tmp_path: Path) -> None:
    answers = {"/robots.txt": Answer(status=503), LIST: listing([])}
    with serving(answers) as portal:
        code, _, _ = crawl(tmp_path, portal.url(LIST), "-s", f"ALLOW_HOSTS={portal.host}")
        assert portal.asked == ["/robots.txt"]
        assert code == Exit.PARTIAL


def test_a_crawl_stopped_by_a_signal_says_so_and_keeps_its_records(tmp_path: Path) -> None:
    released = Event()
    answers = {page(n): article(f"第{n}块地的小麦颗粒归仓", TEXT + str(n)) for n in range(1, 6)}
    answers[LIST] = listing([(page(n), f"第{n}块地的小麦颗粒归仓") for n in range(1, 6)])
    answers[page(2)].after = released
    with serving(answers) as portal:
        options = (f"url={portal.url(LIST)}", "-s", f"ALLOW_HOSTS={portal.host}")
        with start(tmp_path, "crawl", "site", "-s", "DOWNLOAD_DELAY=0", "-a", *options) as process:
            assert portal.was_asked.wait(SECONDS)
            process.send_signal(signal.SIGTERM)
            assert process.stderr is not None
            for line in process.stderr:
                if "Received SIGTERM" in line:
                    break
            released.set()
            out, _ = process.communicate(timeout=SECONDS)
        assert process.returncode == Exit.STOPPED
        published = Path(out.splitlines()[-1]).read_text(encoding="utf-8")
        assert "第1块地的小麦颗粒归仓" in published
        assert published.endswith("}\n")
