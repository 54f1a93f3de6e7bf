"""What docs/errors.md says happens after the first exception is what asyncio does."""

from __future__ import annotations

import asyncio
import contextvars
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator

    Call = Coroutine[object, object, None]
    Way = Callable[[list[Call]], Call]


class Log:
    """What becomes of calls when one of them fails; those that wait do so until they are released."""

    def __init__(self) -> None:
        self.entries: list[str] = []
        self.released = asyncio.Event()

    async def fail(self) -> None:
        raise ValueError

    async def wait(self, name: str) -> None:
        self.entries.append(f"{name} starts")
        try:
            await self.released.wait()
        except asyncio.CancelledError:
            self.entries.append(f"{name} is cancelled")
            raise
        self.entries.append(f"{name} ends")


async def one_by_one(calls: list[Call]) -> None:
    try:
        for call in calls:
            await call
    finally:
        for call in calls:
            call.close()


async def gathered(calls: list[Call]) -> None:
    await asyncio.gather(*calls)


async def grouped(calls: list[Call]) -> None:
    async with asyncio.TaskGroup() as tg:
        for call in calls:
            tg.create_task(call)


async def after_a_failure(run: Way) -> list[str]:
    """Return what went on, with the exception that the caller got in its place."""
    log = Log()
    try:
        await run([log.fail(), log.wait("a"), log.wait("b")])
    except Exception as error:  # noqa: BLE001 - which one it is, is the question
        log.entries.append(type(error).__name__)
    log.released.set()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others)
    return log.entries


@pytest.mark.parametrize(
    ("run", "entries"),
    [
        (one_by_one, ["ValueError"]),
        (gathered, ["a starts", "b starts", "ValueError", "a ends", "b ends"]),
        (grouped, ["a starts", "b starts", "a is cancelled", "b is cancelled", "ExceptionGroup"]),
    ],
    ids=["one by one", "gather", "task group"],
)
def test_after_the_first_exception(run: Way, entries: list[str]) -> None:
    assert asyncio.run(after_a_failure(run)) == entries


@pytest.mark.parametrize("run", [gathered, grouped], ids=["gather", "task group"])
def test_a_cancelled_caller_cancels_all(run: Way) -> None:
    async def main() -> list[str]:
        log = Log()
        task = asyncio.create_task(run([log.wait("a"), log.wait("b")]))
        while len(log.entries) < 2:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return log.entries

    assert asyncio.run(main()) == ["a starts", "b starts", "a is cancelled", "b is cancelled"]


def test_a_context_variable_set_inside_is_not_visible_outside() -> None:
    variable = contextvars.ContextVar("variable", default="outside")

    async def change() -> str:
        before = variable.get()
        variable.set("inside")
        return before

    async def main() -> list[str]:
        variable.set("set before")
        seen = await asyncio.gather(change(), change())
        kept = variable.get()
        await change()
        return [*seen, kept, variable.get()]

    assert asyncio.run(main()) == ["set before", "set before", "set before", "inside"]


class Thing:
    """An awaitable of a library's own class, all of them equal."""

    def __init__(self, hashed: bool) -> None:
        self.hashed = hashed
        self.runs = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Thing)

    def __hash__(self) -> int:
        if not self.hashed:
            raise TypeError("unhashable")
        return 1

    def __await__(self) -> Generator[object, None, str]:
        self.runs += 1
        return asyncio.sleep(0, "done").__await__()


def test_equal_awaitables_run_once_and_unhashable_ones_not_at_all() -> None:
    async def main(*things: Thing) -> object:
        return await asyncio.gather(*things)

    first, second = Thing(hashed=True), Thing(hashed=True)
    assert asyncio.run(main(first, second)) == ["done", "done"]
    assert (first.runs, second.runs) == (1, 0)
    with pytest.raises(TypeError, match="unhashable"):
        asyncio.run(main(Thing(hashed=False)))


def test_task_groups_take_coroutines_only() -> None:
    async def main() -> None:
        async with asyncio.TaskGroup() as tg:
            tg.create_task(asyncio.get_running_loop().create_future())  # type: ignore[arg-type]

    with pytest.raises(ExceptionGroup) as wrong:
        asyncio.run(main())
    assert wrong.group_contains(TypeError)
