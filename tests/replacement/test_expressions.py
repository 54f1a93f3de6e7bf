"""Awaits inside one expression."""

from __future__ import annotations

import ast

import pytest

from flake8_gather.options import Options
from tests.replacement.drafting import Case, defeated, run_case, siblings

CASES = [
    Case(
        "operands",
        siblings(),
        """\
        return await get_price(1) + await get_tax(2)
        """,
        """\
        price, tax = await asyncio.gather(get_price(1), get_tax(2))
        return price + tax
        """,
    ),
    Case(
        "names that say nothing",
        siblings(),
        """\
        return await a() + await b(1)
        """,
        """\
        a_result, b_result = await asyncio.gather(a(), b(1))
        return a_result + b_result
        """,
    ),
    Case(
        "all arguments",
        siblings(ast.Call),
        """\
        return call(await a(), (await b(1)), key=1)
        """,
        """\
        return call(*await asyncio.gather(a(), b(1)), key=1)
        """,
    ),
    Case(
        "list",
        siblings(ast.List),
        """\
        return [await a(), await b(1)]
        """,
        """\
        return await asyncio.gather(a(), b(1))
        """,
    ),
    Case(
        "list with an index",
        siblings(ast.List),
        """\
        return [await a(), await b(1)][0]
        """,
        """\
        return (await asyncio.gather(a(), b(1)))[0]
        """,
    ),
    Case(
        "set",
        siblings(ast.Set),
        """\
        return {await a(), await b(1)}
        """,
        """\
        return set(await asyncio.gather(a(), b(1)))
        """,
    ),
    Case(
        "unpacked tuple",
        siblings(ast.Tuple),
        """\
        x, y = await a(), await b(1)
        """,
        """\
        x, y = await asyncio.gather(a(), b(1))
        """,
    ),
    Case(
        "tuple",
        siblings(ast.Tuple),
        """\
        return await get_user(), await get_item()
        """,
        """\
        user, item = await asyncio.gather(get_user(), get_item())
        return user, item
        """,
    ),
    Case(
        "f-string",
        siblings(),
        """\
        print(f"{await get_user()!r} {(await get_item(1)).name:>10}")
        """,
        """\
        user, item = await asyncio.gather(get_user(), get_item(1))
        print(f"{user!r} {item.name:>10}")
        """,
    ),
    Case(
        "dictionary",
        siblings(),
        """\
        return {
            "user": await get_user(),  # who
            "item": await get_item(1),
        }
        """,
        """\
        user, item = await asyncio.gather(get_user(), get_item(1))
        return {
            "user": user,  # who
            "item": item,
        }
        """,
    ),
    Case(
        "condition",
        siblings(),
        """\
        if await get_user() == await get_owner():
            pass
        """,
        """\
        user, owner = await asyncio.gather(get_user(), get_owner())
        if user == owner:
            pass
        """,
    ),
    Case(
        "condition of while",
        siblings(),
        """\
        while await get_user() == await get_owner():
            pass
        """,
        refusal="the condition of a while loop runs again and again",
    ),
    Case(
        "more than six",
        siblings(),
        """\
        return await f0() + await f1() + await f2() + await f3() + await f4() + await f5() + await f6()
        """,
        """\
        f0_result, f1_result, f2_result, f3_result, f4_result, f5_result, f6_result = (
            await asyncio.gather(f0(), f1(), f2(), f3(), f4(), f5(), f6())
        )
        return (
            f0_result
            + f1_result
            + f2_result
            + f3_result
            + f4_result
            + f5_result
            + f6_result
        )
        """,
    ),
    Case(
        "above the limit",
        siblings(),
        """\
        return await a() + await b(1)
        """,
        refusal="2 awaits at once are more than the limit of 1",
        options=Options(limit=1),
    ),
    Case(
        "task group",
        siblings(),
        """\
        return await get_user() + await b(1)
        """,
        """\
        async with asyncio.TaskGroup() as tg:
            user_task = tg.create_task(get_user())
            b_task = tg.create_task(b(1))
        return user_task.result() + b_task.result()
        """,
        options=Options(style="taskgroup"),
    ),
    Case(
        "task group for arguments",
        siblings(ast.Call),
        """\
        return call(await a(), await b(1))
        """,
        """\
        async with asyncio.TaskGroup() as tg:
            a_task = tg.create_task(a())
            b_task = tg.create_task(b(1))
        return call(a_task.result(), b_task.result())
        """,
        options=Options(style="taskgroup"),
    ),
    Case(
        "long arguments",
        siblings(ast.Call),
        """\
        return some_long_function_name(
            await api.get_something_long(1), await api.get_something_else(2)
        )
        """,
        """\
        return some_long_function_name(
            *await asyncio.gather(api.get_something_long(1), api.get_something_else(2))
        )
        """,
    ),
    Case(
        "gather of results",
        defeated,
        """\
        a, b = await asyncio.gather(await f(), (await g()))
        """,
        """\
        a, b = await asyncio.gather(f(), g())
        """,
    ),
    Case(
        "task of a result",
        defeated,
        """\
        task = asyncio.create_task(await f())
        """,
        """\
        task = asyncio.create_task(f())
        """,
    ),
    Case(
        "gather of a list of results",
        defeated,
        """\
        pages = await asyncio.gather(*[await fetch(url) for url in urls])
        """,
        """\
        pages = await asyncio.gather(*[fetch(url) for url in urls])
        """,
    ),
    Case(
        "gather that fits now",
        defeated,
        """\
        pages = await asyncio.gather(
            *[await fetch_something_with_a_name(url, keys) for url in urls]
        )
        """,
        """\
        pages = await asyncio.gather(
            *[fetch_something_with_a_name(url, keys) for url in urls]
        )
        """,
    ),
    Case(
        "comment after await",
        defeated,
        """\
        pages = await asyncio.gather(
            (await  # now
            f())
        )
        """,
        refusal="a comment stands between await and what is awaited",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rewrite(case: Case) -> None:
    run_case(case)
