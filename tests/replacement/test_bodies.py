"""Loops whose whole body runs once per item."""

from __future__ import annotations

import pytest

from flake8_gather.options import Options
from tests.replacement.drafting import Case, body_loop, run_case

CASES = [
    Case(
        "body without results",
        body_loop(),
        """\
        for url in urls:
            try:
                page = await fetch(url)
            except OSError:
                continue
            await save(page)
        return None
        """,
        """\
        async def process_url(url):
            try:
                page = await fetch(url)
            except OSError:
                return
            await save(page)

        await asyncio.gather(*(process_url(url) for url in urls))
        return None
        """,
    ),
    Case(
        "blank line above, comments with it",
        body_loop(),
        """\
        x = 1
        # one after another
        for url in urls:  # all
            page = await fetch(url)
            await save(page)

            # done
        # after
        return None
        """,
        """\
        x = 1

        async def process_url(url):  # all
            page = await fetch(url)
            await save(page)

            # done

        # one after another
        await asyncio.gather(*(process_url(url) for url in urls))
        # after
        return None
        """,
    ),
    Case(
        "list",
        body_loop(("list", "pages")),
        """\
        pages = []
        for url in urls:
            page = await fetch(url)
            if not page:
                continue
            pages.append(await parse(page))
        return pages
        """,
        """\
        pages = []

        async def process_url(url):
            item_pages = []
            page = await fetch(url)
            if not page:
                return item_pages
            item_pages.append(await parse(page))
            return item_pages

        for part in await asyncio.gather(*(process_url(url) for url in urls)):
            pages.extend(part)
        return pages
        """,
    ),
    Case(
        "several collections",
        body_loop(("list", "pages"), ("dict", "by_url"), ("set", "hosts"), ("count", "bad")),
        """\
        for url in urls:
            page = await fetch(url)
            if not page:
                bad += 1
                continue
            pages.append(page)
            by_url[url] = page
            hosts.add(await host(page))
        """,
        """\
        async def process_url(url):
            item_pages = []
            item_by_url = {}
            item_hosts = set()
            item_bad = 0
            page = await fetch(url)
            if not page:
                item_bad += 1
                return item_pages, item_by_url, item_hosts, item_bad
            item_pages.append(page)
            item_by_url[url] = page
            item_hosts.add(await host(page))
            return item_pages, item_by_url, item_hosts, item_bad

        results = await asyncio.gather(*(process_url(url) for url in urls))
        for part_pages, part_by_url, part_hosts, part_bad in results:
            pages.extend(part_pages)
            by_url.update(part_by_url)
            hosts.update(part_hosts)
            bad += part_bad
        """,
    ),
    Case(
        "end that is never reached",
        body_loop(("list", "pages")),
        """\
        for url in urls:
            page = await fetch(url)
            pages.append(page)
            await save(page)
            continue
        """,
        """\
        async def process_url(url):
            item_pages = []
            page = await fetch(url)
            item_pages.append(page)
            await save(page)
            return item_pages

        for part in await asyncio.gather(*(process_url(url) for url in urls)):
            pages.extend(part)
        """,
    ),
    Case(
        "only a part of the target",
        body_loop(),
        """\
        for _, (key, url) in urls:
            await fetch(url)
            await save(url)
        """,
        """\
        async def process_one(url):
            await fetch(url)
            await save(url)

        await asyncio.gather(*(process_one(url) for _, (key, url) in urls))
        """,
    ),
    Case(
        "inside a block",
        body_loop(),
        """\
        if urls:
            for url in urls:
                await fetch(url)
                await save(url)
        return None
        """,
        """\
        if urls:

            async def process_url(url):
                await fetch(url)
                await save(url)

            await asyncio.gather(*(process_url(url) for url in urls))
        return None
        """,
    ),
    Case(
        "super",
        body_loop(),
        """\
        for url in urls:
            page = await super().fetch(url)
            await save(page)
        """,
        refusal="super() without arguments means something else inside a local function",
    ),
    Case(
        "deleted name",
        body_loop(),
        """\
        for url in urls:
            page = await fetch(url, api)
            await save(page)
        del api
        """,
        refusal="api is deleted, so no local function should read it",
    ),
    Case(
        "refusal of the finder",
        body_loop(refusal="the name total is assigned in the body"),
        """\
        for url in urls:
            page = await fetch(url)
            await save(page)
        """,
        refusal="the name total is assigned in the body",
    ),
    Case(
        "task group",
        body_loop(),
        """\
        for url in urls:
            page = await fetch(url)
            await save(page)
        """,
        """\
        async def process_url(url):
            page = await fetch(url)
            await save(page)

        async with asyncio.TaskGroup() as tg:
            for url in urls:
                tg.create_task(process_url(url))
        """,
        options=Options(style="taskgroup"),
    ),
    Case(
        "task group with a list",
        body_loop(("list", "pages")),
        """\
        for url in urls:
            page = await fetch(url)
            pages.append(await parse(page))
        """,
        """\
        async def process_url(url):
            item_pages = []
            page = await fetch(url)
            item_pages.append(await parse(page))
            return item_pages

        async with asyncio.TaskGroup() as tg:
            tasks = [tg.create_task(process_url(url)) for url in urls]
        for task in tasks:
            part = task.result()
            pages.extend(part)
        """,
        options=Options(style="taskgroup"),
    ),
    Case(
        "limit",
        body_loop(),
        """\
        for url in urls:
            page = await fetch(url)
            await save(page)
        """,
        """\
        async def process_url(url):
            page = await fetch(url)
            await save(page)

        semaphore = asyncio.Semaphore(10)

        async def limited(url):
            async with semaphore:
                return await process_url(url)

        await asyncio.gather(*(limited(url) for url in urls))
        """,
        options=Options(limit=10),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rewrite(case: Case) -> None:
    run_case(case)
