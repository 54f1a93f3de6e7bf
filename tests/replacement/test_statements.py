"""Statements that wait together."""

from __future__ import annotations

import pytest

from flake8_gather.options import Options
from tests.replacement.drafting import Case, rounds, run_case, statement_run, task_run

CASES = [
    Case(
        "two results",
        statement_run(),
        """\
        user = await api.user()
        posts = await api.posts()
        return user, posts
        """,
        """\
        user, posts = await asyncio.gather(api.user(), api.posts())
        return user, posts
        """,
    ),
    Case(
        "no results",
        statement_run(),
        """\
        await api.start()
        await api.ping()
        """,
        """\
        await asyncio.gather(api.start(), api.ping())
        """,
    ),
    Case(
        "some results",
        statement_run(),
        """\
        user = await api.user()
        await api.ping()
        """,
        """\
        user, _ = await asyncio.gather(api.user(), api.ping())
        """,
    ),
    Case(
        "underscore in use",
        statement_run(),
        """\
        _("text")
        user = await api.user()
        await api.ping()
        """,
        """\
        _("text")
        user, _unused = await asyncio.gather(api.user(), api.ping())
        """,
    ),
    Case(
        "targets of all kinds",
        statement_run(),
        """\
        api.user = await api.user()
        # second
        first, second = await api.pair()  # why
        keys["k"] = await api.value()
        [third] = await api.single()
        """,
        """\
        # second
        # why
        api.user, (first, second), keys["k"], [third] = await asyncio.gather(
            api.user(), api.pair(), api.value(), api.single()
        )
        """,
    ),
    Case(
        "annotations",
        statement_run(),
        """\
        user: User = await api.user()
        posts: list[Post] = await api.posts()
        """,
        """\
        user: User
        posts: list[Post]
        user, posts = await asyncio.gather(api.user(), api.posts())
        """,
    ),
    Case(
        "return",
        statement_run(),
        """\
        user = await api.user()
        return await api.posts()
        """,
        """\
        user, result = await asyncio.gather(api.user(), api.posts())
        return result
        """,
    ),
    Case(
        "two names for one result",
        statement_run(),
        """\
        user = other = await api.user()
        posts = await api.posts()
        """,
        refusal="one of the results is assigned twice",
    ),
    Case(
        "comments",
        statement_run(),
        """\
        user = await api.user()  # who

        # what
        posts = await api.posts()

        return user
        """,
        """\
        # who
        # what
        user, posts = await asyncio.gather(api.user(), api.posts())

        return user
        """,
    ),
    Case(
        "directive",
        statement_run(),
        """\
        user = await api.user()  # type: ignore
        posts = await api.posts()
        """,
        refusal="the comment `# type: ignore` belongs to a line that would disappear",
    ),
    Case(
        "statement before",
        statement_run(before=1),
        """\
        user = await api.user()
        key = keys[0]  # first

        posts = await api.posts(key)
        return user
        """,
        """\
        key = keys[0]  # first

        user, posts = await asyncio.gather(api.user(), api.posts(key))
        return user
        """,
    ),
    Case(
        "statement after",
        statement_run(after=1),
        """\
        user = await api.user()
        # who
        name = user.name

        posts = await api.posts()

        return name, posts
        """,
        """\
        user, posts = await asyncio.gather(api.user(), api.posts())
        # who
        name = user.name

        return name, posts
        """,
    ),
    Case(
        "return below a statement",
        statement_run(after=1),
        """\
        user = await api.user()
        log(user)
        return await api.posts()
        """,
        """\
        user, result = await asyncio.gather(api.user(), api.posts())
        log(user)
        return result
        """,
    ),
    Case(
        "statements before and after",
        statement_run(before=1, after=1),
        """\
        user = await api.user()
        key = keys[0]
        posts = await api.posts(key)
        log(user)
        # last
        return await api.other(key)
        """,
        """\
        key = keys[0]
        # last
        user, posts, result = await asyncio.gather(
            api.user(), api.posts(key), api.other(key)
        )
        log(user)
        return result
        """,
    ),
    Case(
        "more than six",
        statement_run(),
        """\
        a = await fetch_a(key)
        b = await fetch_b(key)
        c = await fetch_c(key)
        d = await fetch_d(key)
        e = await fetch_e(key)
        f = await fetch_f(key)
        g = await fetch_g(key)
        """,
        """\
        a, b, c, d, e, f, g = await asyncio.gather(
            fetch_a(key),
            fetch_b(key),
            fetch_c(key),
            fetch_d(key),
            fetch_e(key),
            fetch_f(key),
            fetch_g(key),
        )
        """,
    ),
    Case(
        "many without results",
        statement_run(),
        """\
        await send_a(key)
        await send_b(key)
        await send_c(key)
        await send_d(key)
        await send_e(key)
        await send_f(key)
        await send_g(key)
        """,
        """\
        await asyncio.gather(
            send_a(key),
            send_b(key),
            send_c(key),
            send_d(key),
            send_e(key),
            send_f(key),
            send_g(key),
        )
        """,
    ),
    Case(
        "semicolon",
        statement_run(),
        """\
        user = await api.user(); posts = await api.posts()
        """,
        refusal="the statement shares its line with another one",
    ),
    Case(
        "above the limit",
        statement_run(),
        """\
        await api.a()
        await api.b()
        await api.c()
        """,
        refusal="3 awaits at once are more than the limit of 2",
        options=Options(limit=2),
    ),
    Case(
        "task group",
        statement_run(),
        """\
        user = await api.user()
        await api.ping()
        api.a, api.b = await api.posts()
        return await api.last()
        """,
        """\
        async with asyncio.TaskGroup() as tg:
            user_task = tg.create_task(api.user())
            tg.create_task(api.ping())
            posts_task = tg.create_task(api.posts())
            last_task = tg.create_task(api.last())
        user = user_task.result()
        api.a, api.b = posts_task.result()
        return last_task.result()
        """,
        options=Options(style="taskgroup"),
    ),
    Case(
        "tasks",
        task_run,
        """\
        a = await asyncio.create_task(f())
        b = await asyncio.create_task(g())
        """,
        """\
        a, b = await asyncio.gather(f(), g())
        """,
    ),
    Case(
        "rounds",
        rounds([0, 2], [1, 3], order=[0, 1]),
        """\
        a = await f(1)
        # then
        b = await g(a)
        c = await f(2)
        d = await g(c)
        return b, d
        """,
        """\
        # then
        a, c = await asyncio.gather(f(1), f(2))
        b, d = await asyncio.gather(g(a), g(c))
        return b, d
        """,
    ),
    Case(
        "rounds with statements in between",
        rounds([0, 3], [2, 4], order=[0, 1, 2]),
        """\
        a = await f(1)
        # note
        n = a + 1
        b = await g(n)

        c = await f(2)
        return await g(c)
        """,
        """\
        a, c = await asyncio.gather(f(1), f(2))
        # note
        n = a + 1
        b, result = await asyncio.gather(g(n), g(c))
        return result
        """,
    ),
    Case(
        "round of one",
        rounds([0], [1, 2], order=[0, 1]),
        """\
        a = await f(1)
        b = await g(a)
        c = await h(a)
        """,
        """\
        a = await f(1)
        b, c = await asyncio.gather(g(a), h(a))
        """,
    ),
    Case(
        "order unknown",
        rounds([0, 2], [1, 3], order=None),
        """\
        a = await f(1)
        b = await g(a)
        c = await f(2)
        d = await g(c)
        """,
        refusal="the statements in between cannot be reordered safely",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rewrite(case: Case) -> None:
    run_case(case)
