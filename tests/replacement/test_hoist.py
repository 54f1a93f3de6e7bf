"""Loops whose await moves out."""

from __future__ import annotations

import pytest

from flake8_gather.options import Options
from tests.replacement.drafting import Case, hoist_loop, run_case

CASES = [
    Case(
        "items beside their results",
        hoist_loop(),
        """\
        for url in urls:
            page = await fetch(url)
            print(url, page)
        """,
        """\
        for url, page in zip(urls, await asyncio.gather(*(fetch(url) for url in urls))):
            print(url, page)
        """,
    ),
    Case(
        "results alone",
        hoist_loop(keeps_target=False),
        """\
        for url in urls:
            page = await fetch(url)
            # show it
            print(page)  # now
        """,
        """\
        for page in await asyncio.gather(*(fetch(url) for url in urls)):
            # show it
            print(page)  # now
        """,
    ),
    Case(
        "comments of what disappears",
        hoist_loop(),
        """\
        for url in urls:  # all
            # slow
            page = await fetch(url)  # really

            print(url, page)
        """,
        """\
        # slow
        # really
        for url, page in zip(
            urls, await asyncio.gather(*(fetch(url) for url in urls))
        ):  # all
            print(url, page)
        """,
    ),
    Case(
        "larger expression",
        hoist_loop(keeps_target=False),
        """\
        for url in urls:
            total += await fetch(url)
        """,
        """\
        for result in await asyncio.gather(*(fetch(url) for url in urls)):
            total += result
        """,
    ),
    Case(
        "parentheses go",
        hoist_loop(),
        """\
        for url in urls:
            print(url, (await fetch_page(url)).text)
        """,
        """\
        pages = await asyncio.gather(*(fetch_page(url) for url in urls))
        for url, page in zip(urls, pages):
            print(url, page.text)
        """,
    ),
    Case(
        "f-string",
        hoist_loop(),
        """\
        for url in urls:
            print(f"{url}: {await fetch(url)}")
        """,
        """\
        for url, result in zip(urls, await asyncio.gather(*(fetch(url) for url in urls))):
            print(f"{url}: {result}")
        """,
    ),
    Case(
        "statement gets shorter",
        hoist_loop(),
        """\
        for url in urls:
            something_with_a_long_name(
                url, await api.fetch_something_with_a_long_name(url, timeout=30), 1
            )
        """,
        """\
        results = await asyncio.gather(
            *(api.fetch_something_with_a_long_name(url, timeout=30) for url in urls)
        )
        for url, something in zip(urls, results):
            something_with_a_long_name(url, something, 1)
        """,
    ),
    Case(
        "header of a nested statement",
        hoist_loop(),
        """\
        for url in urls:
            with url:
                if await allowed(url):
                    print(url)
        """,
        """\
        for url, result in zip(urls, await asyncio.gather(*(allowed(url) for url in urls))):
            with url:
                if result:
                    print(url)
        """,
    ),
    Case(
        "guards",
        hoist_loop(keeps_target=False),
        """\
        for url in urls:
            if url.bad:
                continue

            # ask
            page: str = await fetch(url)  # slow

            print(page)
        """,
        """\
        page: str
        # ask
        # slow
        for page in await asyncio.gather(*(fetch(url) for url in urls if not url.bad)):
            print(page)
        """,
    ),
    Case(
        "guards and items",
        hoist_loop(),
        """\
        for url in urls:
            if not url:  # empty
                continue
            if url in keys:
                continue
            page = await fetch(url)
            print(url, page)
        """,
        """\
        # empty
        wanted = [url for url in urls if url and url not in keys]
        for url, page in zip(wanted, await asyncio.gather(*(fetch(url) for url in wanted))):
            print(url, page)
        """,
    ),
    Case(
        "condition around everything",
        hoist_loop(),
        '''\
        for url in urls:
            if url.ok:
                page = await fetch(url)
                # keep
                use(
                    page,
                    """
                    text
                    """,
                )

                if page:
                    print(
                        url, page.long_attribute_name, page.other_attribute_name, page.third
                    )
        # tail
        ''',
        '''\
        wanted = [url for url in urls if url.ok]
        for url, page in zip(wanted, await asyncio.gather(*(fetch(url) for url in wanted))):
            # keep
            use(
                page,
                """
                    text
                    """,
            )

            if page:
                print(url, page.long_attribute_name, page.other_attribute_name, page.third)
        # tail
        ''',
    ),
    Case(
        "iterator",
        hoist_loop(reiterable=False),
        """\
        for url in load():
            print(url, await fetch(url))
        """,
        """\
        items = list(load())
        for url, result in zip(items, await asyncio.gather(*(fetch(url) for url in items))):
            print(url, result)
        """,
    ),
    Case(
        "iterator of pairs",
        hoist_loop(reiterable=False),
        """\
        for key, url in load():
            print(key, await fetch(url))
        """,
        """\
        items = list(load())
        results = await asyncio.gather(*(fetch(url) for key, url in items))
        for (key, url), result in zip(items, results):
            print(key, result)
        """,
    ),
    Case(
        "pairs",
        hoist_loop(),
        """\
        for key, url in keys.items():
            print(key, await fetch(key, url))
        """,
        """\
        results = await asyncio.gather(*(fetch(key, url) for key, url in keys.items()))
        for (key, url), result in zip(keys.items(), results):
            print(key, result)
        """,
    ),
    Case(
        "number not needed",
        hoist_loop(),
        """\
        for number, url in enumerate(urls, 1):
            print(number, await fetch(url))
        """,
        """\
        results = await asyncio.gather(*(fetch(url) for url in urls))
        for number, result in enumerate(results, 1):
            print(number, result)
        """,
    ),
    Case(
        "two awaits",
        hoist_loop(count=2),
        """\
        for url in urls:
            user = await api.user(url)
            post = await api.post(url)
            print(url, user, post)
        """,
        """\
        results = await asyncio.gather(
            *(asyncio.gather(api.user(url), api.post(url)) for url in urls)
        )
        for url, (user, post) in zip(urls, results):
            print(url, user, post)
        """,
    ),
    Case(
        "two awaits alone",
        hoist_loop(count=2, keeps_target=False),
        """\
        for url in urls:
            print(await api.user(url), await api.post(url))
        """,
        """\
        results = await asyncio.gather(
            *(asyncio.gather(api.user(url), api.post(url)) for url in urls)
        )
        for user, post in results:
            print(user, post)
        """,
    ),
    Case(
        "result in the place of the item",
        hoist_loop(),
        """\
        for url in urls:
            url = await fetch(url)
            print(url)
        """,
        """\
        for url in await asyncio.gather(*(fetch(url) for url in urls)):
            print(url)
        """,
    ),
    Case(
        "result in the place of a part",
        hoist_loop(),
        """\
        for key, url in urls:
            url = await fetch(url)
            print(key, url)
        """,
        refusal="the loop's variable url is assigned in its body",
    ),
    Case(
        "nothing left",
        hoist_loop(),
        """\
        for url in urls:
            page = await fetch(url)
        """,
        refusal="nothing would be left of the loop",
    ),
    Case(
        "task group",
        hoist_loop(),
        """\
        for url in urls:
            page = await fetch(url)
            print(url, page)
        """,
        """\
        async with asyncio.TaskGroup() as tg:
            tasks = [tg.create_task(fetch(url)) for url in urls]
        for url, task in zip(urls, tasks):
            page = task.result()
            print(url, page)
        """,
        options=Options(style="taskgroup"),
    ),
    Case(
        "task group of results",
        hoist_loop(keeps_target=False),
        """\
        for url in urls:
            page = await fetch(url)
            print(page)
        """,
        """\
        async with asyncio.TaskGroup() as tg:
            tasks = [tg.create_task(fetch(url)) for url in urls]
        for task in tasks:
            page = task.result()
            print(page)
        """,
        options=Options(style="taskgroup"),
    ),
    Case(
        "limit",
        hoist_loop(),
        """\
        for url in urls:
            page = await fetch(url)
            print(url, page)
        """,
        """\
        semaphore = asyncio.Semaphore(2)

        async def limited(url):
            async with semaphore:
                return await fetch(url)

        for url, page in zip(urls, await asyncio.gather(*(limited(url) for url in urls))):
            print(url, page)
        """,
        options=Options(limit=2),
    ),
    Case(
        "several awaits in a task group",
        hoist_loop(count=2),
        """\
        for url in urls:
            print(await api.user(url), await api.post(url))
        """,
        refusal="several awaits per item have no TaskGroup form",
        options=Options(style="taskgroup"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rewrite(case: Case) -> None:
    run_case(case)
