"""How gather is spelled, and which names are new."""

from __future__ import annotations

import pytest

from flake8_gather.opportunity import Rewrite
from flake8_gather.options import Options
from tests.replacement.drafting import body_loop, call_loop, collect_loop, drafted, hoist_loop, refused, rewritten

LOOP = "    for url in urls:\n        await fetch(url)\n"


@pytest.mark.parametrize(
    ("head", "gather"),
    [
        ("import asyncio\n", "asyncio.gather"),
        ("import asyncio as aio\n", "aio.gather"),
        ("from asyncio import gather\n", "gather"),
        ("from asyncio import gather as together\n", "together"),
        ("import asyncio.events\n", "asyncio.gather"),
        ("import asyncio\nfrom asyncio import gather\n", "gather"),
        ("try:\n    import asyncio\nexcept ImportError:\n    raise\n", "asyncio.gather"),
        ("import sys\nif sys.platform:\n    import asyncio\n", "asyncio.gather"),
    ],
)
def test_existing_spelling_is_used(head: str, gather: str) -> None:
    found = drafted(f"{head}async def run(urls):\n{LOOP}", call_loop)
    assert isinstance(found, Rewrite)
    assert found.module is None
    assert found.summary == f"await {gather}(*(fetch(url) for url in urls))"


@pytest.mark.parametrize(
    "head",
    ["", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import asyncio\n", "from asyncio import sleep\n"],
)
def test_import_is_asked_for(head: str) -> None:
    found = drafted(f"{head}async def run(urls):\n{LOOP}", call_loop)
    assert isinstance(found, Rewrite)
    assert found.module == "asyncio"
    assert "asyncio.gather(" in found.summary


@pytest.mark.parametrize(
    "text",
    [
        f"async def run(urls, asyncio):\n{LOOP}",
        f"import asyncio\nasync def run(urls):\n    asyncio = urls\n{LOOP}",
        f"asyncio = None\nasync def run(urls):\n{LOOP}",
        f"def asyncio(): ...\nasync def run(urls):\n{LOOP}",
        "def outer(asyncio):\n    async def run(urls):\n"
        + LOOP.replace("    for", "        for").replace("        await", "            await"),
    ],
)
def test_shadowed_name(text: str) -> None:
    assert refused(text, call_loop) == "the name asyncio means something else here"


def test_import_inside_the_function() -> None:
    found = drafted(f"async def run(urls):\n    import asyncio\n{LOOP}", call_loop)
    assert isinstance(found, Rewrite)
    assert found.module is None


@pytest.mark.parametrize(
    ("head", "call", "module"),
    [
        ("", "gather_all", "tools.aio"),
        ("from tools.aio import gather_all as together\n", "together", None),
        ("import tools.aio\n", "tools.aio.gather_all", None),
        ("from tools import aio\n", "aio.gather_all", None),
    ],
)
def test_helper(head: str, call: str, module: str | None) -> None:
    options = Options(gather_function="tools.aio.gather_all")
    found = drafted(f"{head}async def run(urls):\n{LOOP}", call_loop, options)
    assert isinstance(found, Rewrite)
    assert found.module == module
    assert found.summary.startswith(f"await {call}(")


def test_helper_in_its_own_module() -> None:
    options = Options(gather_function="sample.gather_all")
    found = drafted(f"async def run(urls):\n{LOOP}", call_loop, options)
    assert isinstance(found, Rewrite)
    assert (found.module, found.summary) == (None, "await gather_all(*(fetch(url) for url in urls))")
    assert refused(f"async def gather_all(urls):\n{LOOP}", call_loop, options) == "gather_all would call itself"


def test_two_imports_at_once_are_refused() -> None:
    options = Options(gather_function="tools.aio.gather_all", limit=2)
    assert "both" in refused(f"async def run(urls):\n{LOOP}", call_loop, options)


def test_task_group_takes_coroutines_only() -> None:
    found = drafted(f"async def run(urls):\n{LOOP}", call_loop, Options(style="taskgroup"), coroutines=False)
    assert "coroutines only" in getattr(found, "reason", "")


def test_gather_takes_anything() -> None:
    assert isinstance(drafted(f"async def run(urls):\n{LOOP}", call_loop, coroutines=False), Rewrite)


@pytest.mark.parametrize(
    ("outside", "name"),
    [
        ("", "process_url"),
        ("def process_url(): ...\n", "process_one"),
        ("process_url = process_one = 1\n", "process_one_2"),
        ("from x import process_url\n", "process_one"),
    ],
)
def test_new_functions_shadow_nothing(outside: str, name: str) -> None:
    text = f"{outside}async def run(urls):\n{LOOP}        await save(url)\n"
    assert f"async def {name}(url):" in rewritten(text, body_loop())


def test_new_names_do_not_collide_in_the_function() -> None:
    text = "async def run(urls, result):\n    for url in urls:\n        print(result, await fetch(url))\n"
    assert "for result_2 in await" in rewritten(text, hoist_loop(keeps_target=False))


def test_builtins_are_not_shadowed() -> None:
    text = "async def run(urls):\n    for url in urls:\n        print(await get_id(url))\n"
    assert "for result in await" in rewritten(text, hoist_loop(keeps_target=False))


@pytest.mark.parametrize("unit", ["  ", "\t", "        "])
def test_indentation_of_the_file(unit: str) -> None:
    text = f"import asyncio\nasync def run(urls):\n{unit}for url in urls:\n{unit * 2}await fetch(url)\n"
    options = Options(style="taskgroup")
    assert rewritten(text, call_loop, options).splitlines()[2:] == [
        f"{unit}async with asyncio.TaskGroup() as tg:",
        f"{unit * 2}for url in urls:",
        f"{unit * 3}tg.create_task(fetch(url))",
    ]


def test_columns_are_bytes() -> None:
    text = "async def run(é):\n    x = 'é'; y = []\n    for ü in é['ü']:  # ö\n        await fétch(ü, 'é')\n"
    assert rewritten(text, call_loop).splitlines()[2:] == [
        "    # ö",
        "    await asyncio.gather(*(fétch(ü, 'é') for ü in é['ü']))",
    ]


def test_end_of_file_without_line_end() -> None:
    text = "async def run(urls):\n    results = []\n    for url in urls:\n        results.append(await f(url))"
    assert rewritten(text, collect_loop(created=True)).splitlines()[1:] == [
        "    results = await asyncio.gather(*(f(url) for url in urls))"
    ]
