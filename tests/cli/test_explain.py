"""`flake8-gather explain`, as picture and as JSON."""

from __future__ import annotations

import json
from typing import Any

from tests.cli.conftest import BEFORE, KEPT, Folder

KEYS = [
    "path",
    "line",
    "column",
    "end_line",
    "code",
    "reported",
    "confidence",
    "barrier",
    "rewritable",
    "awaits",
    "reasons",
]


def explained(folder: Folder, *arguments: str) -> list[dict[str, Any]]:
    groups = json.loads(folder.run("explain", "--format", "json", *arguments).out)
    assert all(list(group) == KEYS for group in groups)
    assert all(isinstance(reason, str) for group in groups for reason in group["reasons"])
    return list(groups)


def test_json_of_a_reported_group(folder: Folder) -> None:
    folder.write("a.py")
    (group,) = explained(folder, "a.py")
    assert group.pop("reasons")
    assert group == {
        "path": "a.py",
        "line": 5,
        "column": 12,
        "end_line": 5,
        "code": "GTH103",
        "reported": True,
        "confidence": "medium",
        "barrier": None,
        "rewritable": True,
        "awaits": [5],
    }
    assert folder.run("explain", "a.py").code == 1


def test_json_of_a_kept_group(folder: Folder) -> None:
    folder.write("a.py", KEPT)
    (group,) = explained(folder)
    assert group["reasons"]
    assert (group["line"], group["column"], group["end_line"], group["awaits"]) == (5, 5, 8, [6])
    assert (group["code"], group["reported"], group["confidence"]) == (None, False, None)
    assert (group["barrier"], group["rewritable"]) == ("early-exit", False)
    assert folder.run("explain", "a.py").code == 0


def test_below_the_threshold_is_kept_for_unknown(folder: Folder) -> None:
    folder.write("a.py")
    (group,) = explained(folder, "--min-confidence", "high")
    assert (group["code"], group["confidence"], group["barrier"]) == (None, "medium", "unknown")


def test_a_column_counts_characters(folder: Folder) -> None:
    folder.write("a.py", BEFORE.replace(b"    return", "    é = 'é'; return".encode()))
    assert explained(folder, "a.py")[0]["column"] == 21


def test_one_line_of_a_file(folder: Folder) -> None:
    folder.write("a.py", KEPT + b"\n\n" + BEFORE)
    assert len(explained(folder, "a.py")) == 2
    assert [group["line"] for group in explained(folder, "a.py:7")] == [5]
    assert [group["line"] for group in explained(folder, "a.py:15", "a.py:6")] == [5, 15]
    assert explained(folder, "a.py:1") == []
    assert folder.run("explain", "a.py:1").code == 0


def test_errors_leave_the_json_whole(folder: Folder) -> None:
    folder.write("a.py")
    folder.write("b.py", b"def (")
    ran = folder.run("explain", "--format", "json")
    assert ran.code == 2
    assert len(json.loads(ran.out)) == 1
    assert ran.err.startswith("b.py:1: syntax error")
    assert folder.run("explain", "--format", "json", "gone.py").out == b"[]\n"


def test_stdin(folder: Folder) -> None:
    groups = json.loads(folder.run("explain", "--format", "json", "-", stdin=BEFORE).out)
    assert [group["path"] for group in groups] == ["stdin"]


def test_the_picture(folder: Folder) -> None:
    folder.write("a.py")
    lines = folder.run("explain", "a.py").out.decode().splitlines()
    assert lines[0].startswith("a.py:5:12: GTH103 ")
    assert lines[1:9] == [
        "    now       first   5  fetch_page(url)  ██████",
        "              second  5  fetch_page(url)        ██████",
        "              last    5  fetch_page(url)              ██████",
        "    gathered  first   5  fetch_page(url)  ██████",
        "              second  5  fetch_page(url)  ██████",
        "              last    5  fetch_page(url)  ██████",
        lines[7],
        "      5  return [await fetch_page(url) for url in urls]",
    ]
    assert lines[7].startswith("    · ")


def test_the_picture_of_a_kept_group_in_ascii(folder: Folder) -> None:
    folder.write("a.py", KEPT)
    text = folder.run("explain", "a.py", PYTHONUTF8="0", PYTHONIOENCODING="ascii").out.decode("ascii")
    assert text.splitlines() == [
        "a.py:5:5: kept: early-exit",
        "    now  first   6  fetch_page(url)  ######",
        "         second  6  fetch_page(url)        ######",
        "         last    6  fetch_page(url)              ######",
        "    - `return` leaves the loop",
        "      8  return page",
        "",
    ]


def test_a_long_picture_fits_the_page(folder: Folder) -> None:
    calls = "".join(f"    a{number} = await client.get('/{'long' * 20}/{number}')\n" for number in range(20))
    folder.write("a.py", f"import httpx\n\n\nasync def all(client: httpx.AsyncClient):\n{calls}".encode())
    lines = folder.run("explain", "a.py").out.decode().splitlines()
    assert max(len(line) for line in lines if "█" in line) <= 80
    assert "              ⋮ and 8 more" in lines


def test_a_reason_in_another_module_shows_its_line(folder: Folder) -> None:
    folder.write("app/__init__.py", b"")
    folder.write("app/shop.py", b"async def price(name):\n    return len(name)\n")
    folder.write(
        "app/cart.py",
        b"from app.shop import price\n\n\nasync def prices(names):\n    return [await price(n) for n in names]\n",
    )
    out = folder.run("explain", "app/cart.py").out.decode()
    assert "\n    · `price` never really waits\n      app/shop.py:1  async def price(name):\n" in out
    (group,) = explained(folder, "app/cart.py")
    assert group["reasons"] == ["`price` never really waits (app/shop.py:1)"]


def test_a_silenced_group_says_so(folder: Folder) -> None:
    folder.write("a.py", BEFORE.replace(b"urls]", b"urls]  # noqa: GTH103"))
    (group,) = explained(folder, "a.py")
    assert (group["reported"], group["rewritable"]) == (True, False)
    assert group["reasons"][-1] == "not rewritten: a `# noqa` comment on its line"


def test_the_summary(folder: Folder) -> None:
    folder.write("a.py")
    folder.write("b.py", KEPT)
    folder.write("c.py", b"def (")
    err = folder.run("explain").err
    assert err.splitlines()[-1] == "3 files, 1 reported, 1 kept (barriers: early-exit 1), 1 error"
    assert folder.run("explain", "-q", "b.py").err == ""


HELPER = b"""\
import asyncio


async def gather_limited(*calls):
    return list(await asyncio.gather(*calls))


def gather_words(*words):
    return sorted(words)
"""


def test_a_gather_of_the_projects_own_is_named(folder: Folder) -> None:
    folder.write("aio.py", HELPER)
    folder.write("a.py", b"from aio import gather_limited, gather_words\n\n\n" + BEFORE)
    hint = "`gather_limited` gathers, too: --gather-function aio.gather_limited writes it"
    (group,) = explained(folder, "a.py")
    assert group["reasons"][-1] == hint
    for argument in ("--gather-function=aio.gather_limited", "--no-follow-imports"):
        (group,) = explained(folder, argument, "a.py")
        assert hint not in group["reasons"]
    folder.write("a.py", b"from aio import gather_words\n\n\n" + BEFORE)
    (group,) = explained(folder, "a.py")
    assert "gather" not in group["reasons"][-1]
