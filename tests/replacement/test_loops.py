"""Loops around one awaited call."""

from __future__ import annotations

import pytest

from flake8_gather.options import Options
from tests.replacement.drafting import Case, call_loop, collect_loop, run_case, task_loop

CASES = [
    Case(
        "one call per item",
        call_loop,
        """\
        for url in urls:
            await fetch(url)
        """,
        """\
        await asyncio.gather(*(fetch(url) for url in urls))
        """,
    ),
    Case(
        "nested loops and conditions",
        call_loop,
        """\
        for group in urls:
            if group.skip or group.old:
                continue
            for url in group:
                if url.ok:
                    await fetch(group, url)
        """,
        """\
        await asyncio.gather(
            *(
                fetch(group, url)
                for group in urls
                if not (group.skip or group.old)
                for url in group
                if url.ok
            )
        )
        """,
    ),
    Case(
        "negations are written as people write them",
        call_loop,
        """\
        for url in urls:
            if url is None:
                continue
            if not url.ok:
                continue
            if url.kind == "x" and url.old:
                continue
            await fetch(url)
        """,
        """\
        await asyncio.gather(
            *(
                fetch(url)
                for url in urls
                if url is not None and url.ok and not (url.kind == "x" and url.old)
            )
        )
        """,
    ),
    Case(
        "comments move above",
        call_loop,
        """\
        # before
        for group in urls:  # each group
            # and all of its urls
            for url in group:
                await fetch(url)  # slow
            # done
        # after
        return None
        """,
        """\
        # before
        # each group
        # and all of its urls
        # slow
        # done
        await asyncio.gather(*(fetch(url) for group in urls for url in group))
        # after
        return None
        """,
    ),
    Case(
        "comment that a tool reads",
        call_loop,
        """\
        for url in urls:  # noqa: X1
            await fetch(url)
        """,
        refusal="the comment `# noqa: X1` belongs to a line that would disappear",
    ),
    Case(
        "type comment",
        call_loop,
        """\
        for url in urls:  # type: str
            await fetch(url)
        """,
        refusal="the comment `# type: str` belongs to a line that would disappear",
    ),
    Case(
        "long call",
        call_loop,
        """\
        for url in urls:
            await api.fetch_the_thing(url, timeout=30, retries=5, headers=api.headers, verify=False)
        """,
        """\
        await asyncio.gather(
            *(
                api.fetch_the_thing(
                    url, timeout=30, retries=5, headers=api.headers, verify=False
                )
                for url in urls
            )
        )
        """,
    ),
    Case(
        "trailing comma that only was there for the line break",
        call_loop,
        """\
        for url in urls:
            await api.fetch_thing(
                url,
                keys,
            )
        """,
        """\
        await asyncio.gather(
            *(
                api.fetch_thing(
                    url,
                    keys,
                )
                for url in urls
            )
        )
        """,
    ),
    Case(
        "tuple without parentheses",
        call_loop,
        """\
        for url in keys, urls:
            await fetch(url)
        """,
        """\
        await asyncio.gather(*(fetch(url) for url in (keys, urls)))
        """,
    ),
    Case(
        "starred and conditional iterables",
        call_loop,
        """\
        for a, *b in keys if urls else ():
            await fetch(a, *b)
        """,
        """\
        await asyncio.gather(*(fetch(a, *b) for a, *b in (keys if urls else ())))
        """,
    ),
    Case(
        "await in an argument",
        call_loop,
        """\
        for url in urls:
            await fetch(await sign(url))
        """,
        """\
        await asyncio.gather(*[fetch(await sign(url)) for url in urls])
        """,
    ),
    Case(
        "await in the iterable",
        call_loop,
        """\
        for url in await load():
            await fetch(url)
        """,
        """\
        await asyncio.gather(*(fetch(url) for url in await load()))
        """,
    ),
    Case(
        "not even a call",
        call_loop,
        """\
        for job in urls:
            await job.done
        """,
        """\
        await asyncio.gather(*(job.done for job in urls))
        """,
    ),
    Case(
        "body on the header line",
        call_loop,
        """\
        for url in urls: await fetch(url)
        """,
        refusal="the body stands on the line of its header",
    ),
    Case(
        "statements on one line",
        call_loop,
        """\
        x = 1; y = 2
        for url in urls:
            await fetch(url)
        """,
        """\
        x = 1; y = 2
        await asyncio.gather(*(fetch(url) for url in urls))
        """,
    ),
    Case(
        "super",
        call_loop,
        """\
        for url in urls:
            await super().fetch(url)
        """,
        refusal="super() without arguments means something else inside a generator",
    ),
    Case(
        "multi-line string",
        call_loop,
        """\
        for url in urls:
            await query('''
              select
            ''', url)
        """,
        """\
        await asyncio.gather(
            *(
                query(
                    '''
              select
            ''',
                    url,
                )
                for url in urls
            )
        )
        """,
    ),
    Case(
        "task group",
        call_loop,
        """\
        for group in urls:
            if group.ok:
                for url in group:
                    await fetch(url)
        """,
        """\
        async with asyncio.TaskGroup() as tg:
            for group in urls:
                if group.ok:
                    for url in group:
                        tg.create_task(fetch(url))
        """,
        options=Options(style="taskgroup"),
    ),
    Case(
        "limit",
        call_loop,
        """\
        x = 1
        for url, key in urls:
            await fetch(url, keys)
        """,
        """\
        x = 1
        semaphore = asyncio.Semaphore(5)

        async def limited(url):
            async with semaphore:
                return await fetch(url, keys)

        await asyncio.gather(*(limited(url) for url, key in urls))
        """,
        options=Options(limit=5),
    ),
    Case(
        "task group with limit",
        call_loop,
        """\
        for url in urls:
            await fetch(url)
        """,
        """\
        semaphore = asyncio.Semaphore(5)

        async def limited(url):
            async with semaphore:
                return await fetch(url)

        async with asyncio.TaskGroup() as tg:
            for url in urls:
                tg.create_task(limited(url))
        """,
        options=Options(style="taskgroup", limit=5),
    ),
    Case(
        "tasks in a loop",
        task_loop(call_loop),
        """\
        for url in urls:
            await asyncio.create_task(fetch(url), name="x")
        """,
        """\
        await asyncio.gather(*(fetch(url) for url in urls))
        """,
    ),
    Case(
        "list with its creation",
        collect_loop(created=True),
        """\
        results = []
        for url in urls:
            results.append(await fetch(url))
        return results
        """,
        """\
        results = await asyncio.gather(*(fetch(url) for url in urls))
        return results
        """,
    ),
    Case(
        "annotation is kept, blank lines do not pile up",
        collect_loop(created=True),
        """\
        results: list[str] = []

        for url in urls:
            results.append(await fetch(url))

        return results
        """,
        """\
        results: list[str] = await asyncio.gather(*(fetch(url) for url in urls))

        return results
        """,
    ),
    Case(
        "statements in between stay",
        collect_loop(created=True),
        """\
        results = []  # all of them
        print("now")

        # go
        for url in urls:
            results.append(await fetch(url))
        """,
        """\
        print("now")

        # go
        # all of them
        results = await asyncio.gather(*(fetch(url) for url in urls))
        """,
    ),
    Case(
        "list of another kind",
        collect_loop(created=True),
        """\
        results = deque()
        for url in urls:
            results.append(await fetch(url))
        """,
        """\
        results = deque()
        results.extend(await asyncio.gather(*(fetch(url) for url in urls)))
        """,
    ),
    Case(
        "list without creation",
        collect_loop(),
        """\
        for url in urls:
            api.results.append(await fetch(url))
        """,
        """\
        api.results.extend(await asyncio.gather(*(fetch(url) for url in urls)))
        """,
    ),
    Case(
        "set with its creation",
        collect_loop(created=True),
        """\
        seen = set()
        for url in urls:
            seen.add(await fetch(url))
        """,
        """\
        seen = set(await asyncio.gather(*(fetch(url) for url in urls)))
        """,
    ),
    Case(
        "set without creation",
        collect_loop(),
        """\
        for url in urls:
            seen.add(await fetch(url))
        """,
        """\
        seen.update(await asyncio.gather(*(fetch(url) for url in urls)))
        """,
    ),
    Case(
        "dictionary by item",
        collect_loop(created=True),
        """\
        out = {}
        for key in keys:
            out[key] = await fetch(key)
        """,
        """\
        out = dict(zip(keys, await asyncio.gather(*(fetch(key) for key in keys))))
        """,
    ),
    Case(
        "dictionary by item, filtered",
        collect_loop(created=True),
        """\
        out: dict[str, int] = {}
        for key in keys:
            if key in out_of_order:
                continue
            out[key] = await fetch(key)
        """,
        """\
        wanted = [key for key in keys if key not in out_of_order]
        results = await asyncio.gather(*(fetch(key) for key in wanted))
        out: dict[str, int] = dict(zip(wanted, results))
        """,
    ),
    Case(
        "dictionary by item of an iterator",
        collect_loop(created=True, reiterable=False),
        """\
        out = {}
        for key in load():
            out[key] = await fetch(key)
        """,
        """\
        items = list(load())
        out = dict(zip(items, await asyncio.gather(*(fetch(key) for key in items))))
        """,
    ),
    Case(
        "dictionary by a part of the item",
        collect_loop(created=True),
        """\
        out = {}
        for url in urls:
            out[url.host] = await fetch(url)
        """,
        """\
        out = {}
        for url, result in zip(urls, await asyncio.gather(*(fetch(url) for url in urls))):
            out[url.host] = result
        """,
    ),
    Case(
        "dictionary without creation",
        collect_loop(),
        """\
        for number, url in enumerate(urls):
            out[number] = await fetch_page(url)
        """,
        """\
        pages = await asyncio.gather(*(fetch_page(url) for url in urls))
        for (number, url), page in zip(enumerate(urls), pages):
            out[number] = page
        """,
    ),
    Case(
        "dictionary of nested loops",
        collect_loop(),
        """\
        for key in keys:
            for url in urls:
                out[key, url] = await fetch(key, url)
        """,
        """\
        pairs = [(key, url) for key in keys for url in urls]
        results = await asyncio.gather(*(fetch(key, url) for key, url in pairs))
        for (key, url), result in zip(pairs, results):
            out[key, url] = result
        """,
    ),
    Case(
        "collecting in a task group",
        collect_loop(created=True),
        """\
        results = []
        for url in urls:
            results.append(await fetch(url))
        """,
        """\
        async with asyncio.TaskGroup() as tg:
            tasks = [tg.create_task(fetch(url)) for url in urls]
        results = [task.result() for task in tasks]
        """,
        options=Options(style="taskgroup"),
    ),
    Case(
        "set in a task group",
        collect_loop(created=True),
        """\
        seen = set()
        for url in urls:
            seen.add(await fetch(url))
        """,
        """\
        async with asyncio.TaskGroup() as tg:
            tasks = [tg.create_task(fetch(url)) for url in urls]
        seen = {task.result() for task in tasks}
        """,
        options=Options(style="taskgroup"),
    ),
    Case(
        "set of a task group without creation",
        collect_loop(),
        """\
        for url in urls:
            seen.add(await fetch(url))
        """,
        """\
        async with asyncio.TaskGroup() as tg:
            tasks = [tg.create_task(fetch(url)) for url in urls]
        seen.update(task.result() for task in tasks)
        """,
        options=Options(style="taskgroup"),
    ),
    Case(
        "dictionary in a task group",
        collect_loop(created=True),
        """\
        out = {}
        for key in keys:
            out[key] = await fetch(key)
        """,
        """\
        async with asyncio.TaskGroup() as tg:
            tasks = [tg.create_task(fetch(key)) for key in keys]
        out = dict(zip(keys, (task.result() for task in tasks)))
        """,
        options=Options(style="taskgroup"),
    ),
    Case(
        "collecting with a limit",
        collect_loop(created=True),
        """\
        results = []
        for url in urls:
            results.append(await fetch(url))
        """,
        """\
        semaphore = asyncio.Semaphore(3)

        async def limited(url):
            async with semaphore:
                return await fetch(url)

        results = await asyncio.gather(*(limited(url) for url in urls))
        """,
        options=Options(limit=3),
    ),
    Case(
        "helper",
        collect_loop(created=True),
        """\
        results = []
        for url in urls:
            results.append(await fetch(url))
        """,
        """\
        results = await gather_all(*(fetch(url) for url in urls))
        """,
        options=Options(gather_function="tools.aio.gather_all"),
    ),
    Case(
        "unequal",
        call_loop,
        """\
        for n in urls:
            if n % 2 == 0:
                continue
            await fetch(n)
        """,
        """\
        await asyncio.gather(*(fetch(n) for n in urls if n % 2 != 0))
        """,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rewrite(case: Case) -> None:
    run_case(case)
