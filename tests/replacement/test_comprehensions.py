"""Comprehensions that await."""

from __future__ import annotations

import pytest

from flake8_gather.options import Options
from tests.replacement.drafting import Case, comprehension, run_case, task_loop

CASES = [
    Case(
        "textbook",
        comprehension(),
        """\
        results = [await fetch_data(url) for url in urls]
        """,
        """\
        results = await asyncio.gather(*[fetch_data(url) for url in urls])
        """,
    ),
    Case(
        "set",
        comprehension(),
        """\
        results = {await fetch(url) for url in urls if url.ok}
        """,
        """\
        results = set(await asyncio.gather(*(fetch(url) for url in urls if url.ok)))
        """,
    ),
    Case(
        "values by item",
        comprehension(),
        """\
        results = {url: await fetch(url) for url in urls}
        """,
        """\
        results = dict(zip(urls, await asyncio.gather(*(fetch(url) for url in urls))))
        """,
    ),
    Case(
        "values by item, filtered",
        comprehension(),
        """\
        results = {url: await fetch(url) for url in urls if url.ok}
        """,
        """\
        wanted = [url for url in urls if url.ok]
        results = dict(zip(wanted, await asyncio.gather(*(fetch(url) for url in wanted))))
        """,
    ),
    Case(
        "values by a part",
        comprehension(),
        """\
        results = {url.host: await fetch(url) for url in urls}
        """,
        """\
        gathered = await asyncio.gather(*(fetch(url) for url in urls))
        results = {url.host: result for url, result in zip(urls, gathered)}
        """,
    ),
    Case(
        "keys",
        comprehension(),
        """\
        results = {await key_of(url): url for url in urls}
        """,
        """\
        gathered = await asyncio.gather(*(key_of(url) for url in urls))
        results = {key: url for url, key in zip(urls, gathered)}
        """,
    ),
    Case(
        "keys and values",
        comprehension(),
        """\
        results = {await key_of(url): await fetch(url) for url in urls}
        """,
        """\
        gathered = await asyncio.gather(
            *(asyncio.gather(key_of(url), fetch(url)) for url in urls)
        )
        results = dict(gathered)
        """,
    ),
    Case(
        "wrapped result",
        comprehension(),
        """\
        results = [parse(await fetch(url)) for url in urls]
        """,
        """\
        gathered = await asyncio.gather(*(fetch(url) for url in urls))
        results = [parse(result) for result in gathered]
        """,
    ),
    Case(
        "attribute of the result",
        comprehension(),
        """\
        results = {(await fetch(url)).text for url in urls}
        """,
        """\
        gathered = await asyncio.gather(*(fetch(url) for url in urls))
        results = {result.text for result in gathered}
        """,
    ),
    Case(
        "wrapped result and its item",
        comprehension(),
        """\
        results = [(url, await fetch_page(url)) for url in urls]
        """,
        """\
        gathered = await asyncio.gather(*(fetch_page(url) for url in urls))
        results = [(url, page) for url, page in zip(urls, gathered)]
        """,
    ),
    Case(
        "tuple of iterators",
        comprehension(reiterable=False),
        """\
        results = [(url, await fetch(url)) for url in load()]
        """,
        """\
        items = list(load())
        gathered = await asyncio.gather(*(fetch(url) for url in items))
        results = [(url, result) for url, result in zip(items, gathered)]
        """,
    ),
    Case(
        "two awaits",
        comprehension(),
        """\
        results = [await load(url) + await fetch_page(url) for url in urls]
        """,
        """\
        gathered = await asyncio.gather(
            *(asyncio.gather(load(url), fetch_page(url)) for url in urls)
        )
        results = [result + page for result, page in gathered]
        """,
    ),
    Case(
        "two awaits and the item",
        comprehension(),
        """\
        results = [(url, await load(url), await fetch_page(url)) for url in urls]
        """,
        """\
        gathered = await asyncio.gather(
            *(asyncio.gather(load(url), fetch_page(url)) for url in urls)
        )
        results = [(url, result, page) for url, (result, page) in zip(urls, gathered)]
        """,
    ),
    Case(
        "nested loops",
        comprehension(),
        """\
        results = [await fetch(key, url) for key in keys for url in urls]
        """,
        """\
        results = await asyncio.gather(*[fetch(key, url) for key in keys for url in urls])
        """,
    ),
    Case(
        "nested loops and their items",
        comprehension(),
        """\
        results = [(key, await fetch(key, url)) for key in keys for url in urls]
        """,
        """\
        pairs = [(key, url) for key in keys for url in urls]
        gathered = await asyncio.gather(*(fetch(key, url) for key, url in pairs))
        results = [(key, result) for (key, url), result in zip(pairs, gathered)]
        """,
    ),
    Case(
        "condition",
        comprehension(),
        """\
        results = [url for url in urls if await ok(url)]
        """,
        """\
        gathered = await asyncio.gather(*(ok(url) for url in urls))
        results = [url for url, keep in zip(urls, gathered) if keep]
        """,
    ),
    Case(
        "negated condition among others",
        comprehension(),
        """\
        results = [url.x for url in urls if url.a and not await ok(url) and url.b]
        """,
        """\
        wanted = [url for url in urls if url.a]
        gathered = await asyncio.gather(*(ok(url) for url in wanted))
        results = [url.x for url, keep in zip(wanted, gathered) if not keep if url.b]
        """,
    ),
    Case(
        "condition in two clauses",
        comprehension(),
        """\
        results = {url: 1 for url in urls if url.a if (await check(url)).ok}
        """,
        """\
        wanted = [url for url in urls if url.a]
        gathered = await asyncio.gather(*(check(url) for url in wanted))
        results = {url: 1 for url, keep in zip(wanted, gathered) if keep.ok}
        """,
    ),
    Case(
        "named condition",
        comprehension(),
        """\
        results = [page for url in urls if (page := await fetch(url))]
        """,
        """\
        gathered = await asyncio.gather(*(fetch(url) for url in urls))
        results = [page for page in gathered if page]
        """,
    ),
    Case(
        "named condition used elsewhere",
        comprehension(),
        """\
        results = [page for url in urls if (page := await fetch(url))]
        print(page)
        """,
        refusal="page is used outside of the comprehension",
    ),
    Case(
        "name within the condition",
        comprehension(),
        """\
        results = [page for url in urls if (page := await fetch(url)).ok]
        """,
        refusal="the condition assigns a name",
    ),
    Case(
        "condition that counts",
        comprehension(),
        """\
        results = sum([1 for url in urls if await ok(url)])
        """,
        """\
        gathered = await asyncio.gather(*(ok(url) for url in urls))
        results = sum([1 for keep in gathered if keep])
        """,
    ),
    Case(
        "one of two conditions",
        comprehension(),
        """\
        results = [url for url in urls if url.a or await ok(url)]
        """,
        refusal="the await runs only under a condition",
    ),
    Case(
        "two conditions",
        comprehension(),
        """\
        results = [url for url in urls if await ok(url) and await good(url)]
        """,
        refusal="the awaited condition stands among several loops or awaits",
    ),
    Case(
        "condition and element",
        comprehension(),
        """\
        results = [await fetch(url) for url in urls if await ok(url)]
        """,
        refusal="an await in the condition decides about the other one",
    ),
    Case(
        "inner iterable",
        comprehension(),
        """\
        results = [page for url in urls for page in await pages(url) if page.ok]
        """,
        """\
        gathered = await asyncio.gather(*(pages(url) for url in urls))
        results = [page for batch in gathered for page in batch if page.ok]
        """,
    ),
    Case(
        "inner iterable and the item",
        comprehension(),
        """\
        results = [(url, page) for url in urls for page in await pages(url)]
        """,
        """\
        gathered = await asyncio.gather(*(pages(url) for url in urls))
        results = [(url, page) for url, batch in zip(urls, gathered) for page in batch]
        """,
    ),
    Case(
        "one branch",
        comprehension(),
        """\
        results = [await fetch(url) if url else None for url in urls]
        """,
        refusal="the await runs only under a condition",
    ),
    Case(
        "chain",
        comprehension(),
        """\
        results = [await parse(await fetch(url)) for url in urls]
        """,
        refusal="one await needs the result of another",
    ),
    Case(
        "generator",
        comprehension(),
        """\
        results = (await fetch(url) for url in urls)
        """,
        refusal="an asynchronous generator is consumed item by item",
    ),
    Case(
        "asynchronous loop",
        comprehension(),
        """\
        results = [await fetch(url) async for url in urls]
        """,
        refusal="the items arrive one by one",
    ),
    Case(
        "inside a call",
        comprehension(),
        """\
        print(len([await fetch(url) for url in urls]), 1)
        """,
        """\
        print(len(await asyncio.gather(*[fetch(url) for url in urls])), 1)
        """,
    ),
    Case(
        "subscript",
        comprehension(),
        """\
        first = [await fetch(url) for url in urls][0]
        """,
        """\
        first = (await asyncio.gather(*[fetch(url) for url in urls]))[0]
        """,
    ),
    Case(
        "header of a loop",
        comprehension(),
        """\
        for page in [await fetch(url) for url in urls]:
            print(page)
        """,
        """\
        for page in await asyncio.gather(*[fetch(url) for url in urls]):
            print(page)
        """,
    ),
    Case(
        "too long afterwards",
        comprehension(),
        """\
        results = [await api.fetch_something(url, timeout=30) for url in urls if url.ok]  # all
        """,
        """\
        results = await asyncio.gather(
            *[api.fetch_something(url, timeout=30) for url in urls if url.ok]
        )  # all
        """,
    ),
    Case(
        "long before",
        comprehension(),
        """\
        results = [
            await api.fetch_something(url, timeout=30, headers=api.headers)
            for url in urls
            if url.ok
        ]
        """,
        """\
        results = await asyncio.gather(
            *[
                api.fetch_something(url, timeout=30, headers=api.headers)
                for url in urls
                if url.ok
            ]
        )
        """,
    ),
    Case(
        "long argument among others",
        comprehension(),
        """\
        print(
            "a long text to be printed here",
            [await load_something_quite_long(u, keys) for u in urls],
            {},
        )
        """,
        """\
        print(
            "a long text to be printed here",
            await asyncio.gather(*[load_something_quite_long(u, keys) for u in urls]),
            {},
        )
        """,
    ),
    Case(
        "comment of a tool stays on its line",
        comprehension(),
        """\
        results = [await fetch(url) for url in urls]  # type: ignore[misc]
        """,
        """\
        results = await asyncio.gather(*[fetch(url) for url in urls])  # type: ignore[misc]
        """,
    ),
    Case(
        "list in a statement that cannot wait for it",
        comprehension(),
        """\
        return call(first(), {url: await fetch(url) for url in load() if url})
        """,
        refusal="something else of the statement runs before the comprehension",
    ),
    Case(
        "in front of the statement",
        comprehension(),
        """\
        return sorted([(url, await fetch(url)) for url in urls if url], key=str)
        """,
        """\
        wanted = [url for url in urls if url]
        results = await asyncio.gather(*(fetch(url) for url in wanted))
        return sorted([(url, result) for url, result in zip(wanted, results)], key=str)
        """,
    ),
    Case(
        "comment inside what goes",
        comprehension(),
        """\
        results = {
            # by host
            url: await fetch(url)  # slow
            for url in urls
        }
        """,
        """\
        # by host
        # slow
        results = dict(zip(urls, await asyncio.gather(*(fetch(url) for url in urls))))
        """,
    ),
    Case(
        "task group",
        comprehension(),
        """\
        results = [await fetch(url) for url in urls]
        """,
        """\
        async with asyncio.TaskGroup() as tg:
            tasks = [tg.create_task(fetch(url)) for url in urls]
        results = [task.result() for task in tasks]
        """,
        options=Options(style="taskgroup"),
    ),
    Case(
        "task group in the middle",
        comprehension(),
        """\
        print(first(), [await fetch(url) for url in urls])
        """,
        refusal="something else of the statement runs before the comprehension",
        options=Options(style="taskgroup"),
    ),
    Case(
        "limit",
        comprehension(),
        """\
        return {url: await fetch(url) for url in urls}
        """,
        """\
        semaphore = asyncio.Semaphore(4)

        async def limited(url):
            async with semaphore:
                return await fetch(url)

        return dict(zip(urls, await asyncio.gather(*(limited(url) for url in urls))))
        """,
        options=Options(limit=4),
    ),
    Case(
        "tasks",
        task_loop(comprehension()),
        """\
        results = [await asyncio.create_task(fetch(url)) for url in urls]
        """,
        """\
        results = await asyncio.gather(*[fetch(url) for url in urls])
        """,
    ),
    Case(
        "condition of elif",
        comprehension(),
        """\
        if urls:
            pass
        elif dict({url.x: await fetch(url) for url in urls if url}):
            pass
        """,
        refusal="no statement can stand in front of an elif",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rewrite(case: Case) -> None:
    run_case(case)
