"""The report of a code base, as page and as image."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from flake8_gather.cli.report.markup import element, escape, joined, prose
from flake8_gather.opportunity import Barrier
from flake8_gather.rules import BARRIERS
from tests.cli.conftest import BEFORE, KEPT, Folder

VOID = {"meta", "input", "wbr"}
RUN = b"""\
import httpx


async def both(client: httpx.AsyncClient):
    one = await client.get("</script><b>&amp;$title${x}")
    two = await client.get("\x0c")
    return one, two
"""


class Page(HTMLParser):
    """Reads a page strictly: every element is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.classes: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.text: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.classes += (attributes.get("class") or "").split()
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.text.append(data)


def report(folder: Folder, form: str, *arguments: str) -> str:
    ran = folder.run("explain", "--format", form, *arguments)
    assert ran.code in {0, 1}, ran.err
    return ran.out.decode()


@pytest.fixture
def tree(folder: Folder) -> Folder:
    folder.write("app/a.py", RUN)
    folder.write("app/b.py", BEFORE + b"\n\n" + BEFORE.replace(b"pages", b"more"))
    folder.write("lib/c.py", KEPT)
    return folder


def test_the_page_holds_every_place_once(tree: Folder) -> None:
    groups = json.loads(report(tree, "json"))
    read = Page(report(tree, "html"))
    assert read.classes.count("place") == len(groups) == 4
    assert read.classes.count("times") == read.classes.count("sources") == 4
    assert {"GTH103", "GTH201", "early-exit"} <= set(read.ids)
    text = "".join(read.text)
    for group in groups:
        assert f"{group['path']}:{group['line']}" in text
    assert "3 of 4 groups of awaits wait one after another for nothing." in text
    assert "2loops that wait only once" in text
    assert "1round trips saved elsewhere" in text
    assert "app3 of 3" in text


def test_the_page_needs_nothing_but_itself(tree: Folder) -> None:
    text = report(tree, "html")
    read = Page(text)
    assert all(link.startswith("#") and link[1:] in read.ids for link in read.links)
    assert re.findall(r"url\(|@import|https?:", text.replace("httpx", "")) == []


def test_source_cannot_break_a_page(tree: Folder) -> None:
    text = report(tree, "html")
    assert 'get("</script><b>&amp;$title${x}")' in "".join(Page(text).text)
    assert text.count("</script>") == 1
    assert "\x0c" not in text
    image = ET.fromstring(report(tree, "svg"))
    assert 'get("</script><b>&amp;$title${x}")' in "".join(image.itertext())


def test_source_before_and_after(tree: Folder) -> None:
    text = report(tree, "html", "app/b.py:5")
    assert (
        '<code data-n="5" class="because">return [<mark>await fetch_page(url)</mark> for url in urls]\n</code>' in text
    )
    after = '<code data-n="5" class="new">return await asyncio.gather(*[fetch_page(url) for url in urls])\n</code>'
    assert after in text


def test_the_image(tree: Folder) -> None:
    image = ET.fromstring(report(tree, "svg"))
    assert image.get("viewBox") == f"0 0 {image.get('width')} {image.get('height')}"
    texts = ["".join(one.itertext()) for one in image.iter("{http://www.w3.org/2000/svg}text")]
    assert [text for text in texts if text.startswith(("app/", "lib/"))] == [
        "app/a.py:5GTH201",
        "app/b.py:5GTH103",
        "app/b.py:12GTH103",
        "lib/c.py:5kept: early-exit",
    ]
    assert texts[-1].startswith("3 files read by flake8-gather")


def test_an_image_of_very_many_places_counts_the_rest(folder: Folder) -> None:
    folder.write("a.py", KEPT + b"".join(BEFORE.replace(b"pages", b"p%d" % number) for number in range(70)))
    image = ET.fromstring(report(folder, "svg"))
    texts = ["".join(one.itertext()) for one in image.iter("{http://www.w3.org/2000/svg}text")]
    assert sum(text.startswith("a.py:") for text in texts) == 60
    assert "11 places more, not drawn here" in texts


def test_a_long_loop_shows_its_awaits_and_its_reasons(folder: Folder) -> None:
    filler = b"".join(b"        print(%d)\n" % number for number in range(60))
    folder.write("a.py", KEPT.replace(b"        if page", filler + b"        if page"))
    text = report(folder, "html")
    assert '<code class="left-out">' in text
    assert "<mark>await fetch_page(url)</mark>" in text
    assert '<code data-n="68" class="because">        return page' in text
    assert "print(30)" not in text


def test_nothing_to_report(folder: Folder) -> None:
    folder.write("a.py", b"")
    assert "none of 0 groups" in "".join(Page(report(folder, "html")).text)
    ET.fromstring(report(folder, "svg"))


def test_output_goes_to_a_file(tree: Folder) -> None:
    ran = tree.run("explain", "--format", "html", "-o", "report.html", "app")
    assert (ran.code, ran.out) == (1, b"")
    assert tree.read("report.html").startswith(b"<!DOCTYPE html>")
    assert tree.run("explain", "-o", "report.txt", "lib").code == 0
    assert "█".encode() in tree.read("report.txt")
    ran = tree.run("explain", "-q", "-o", "gone/report.txt", "lib")
    assert (ran.code, ran.err) == (2, "gone/report.txt: cannot be written: no such file or directory\n")


def test_markup() -> None:
    assert escape("<&\"'\x00") == "&lt;&amp;&quot;&#x27;\ufffd"
    assert element("a", "<", element("b"), class_='"', data_n=1, open=None) == (
        '<a class="&quot;" data-n="1">&lt;<b></b></a>'
    )
    assert prose("`a` < b") == "<code>a</code> &lt; b"
    assert prose("an odd ` one") == joined("an odd ` one")


def test_every_barrier_has_its_words() -> None:
    assert list(BARRIERS) == list(Barrier)
