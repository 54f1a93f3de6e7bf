"""What docs/errors.md says a rewrite changes, tried on what the codemod writes."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import warnings
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from mypy import api

from flake8_gather.codemod import Result, rewrite
from flake8_gather.options import Options
from tests.support import fixtures, virtual_clock

COMPREHENSION = """\
import asyncio


async def fetch_page(number):
    await asyncio.sleep(number)
    return number


async def pages(numbers):
    return [await fetch_page(number) for number in numbers]
"""
LOOP = """\
import asyncio


async def fetch_page(number):
    await asyncio.sleep(number)
    return number


async def pages(numbers):
    found = []
    for number in numbers:
        found.append(await fetch_page(number))
    return found
"""
STYLES = {
    "gather": Options(),
    "taskgroup": Options(style="taskgroup"),
    "limit": Options(limit=2),
}

Function = Callable[..., Awaitable[list[object]]]
VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("VARIABLE", default="unset")


def each(names: str, *cases: tuple[object, ...]) -> pytest.MarkDecorator:
    """Parametrize with a style and what is expected of it."""
    return pytest.mark.parametrize(f"style, {names}", cases, ids=[str(case[0]) for case in cases])


def written(style: str, call: Callable[[Any], object], text: str = COMPREHENSION) -> Function:
    """Return `pages` as it is or as the codemod writes it, with another function to call."""
    if style in STYLES:
        new = rewritten(text, style).text
        assert new != text
        text = new
    names: dict[str, Any] = {}
    exec(compile(text, "pages.py", "exec"), names)
    names["fetch_page"] = call
    function: Function = names["pages"]
    return function


def rewritten(text: str, style: str) -> Result:
    """Return what the codemod makes of a text."""
    return rewrite(text, "pages.py", STYLES[style])


def run(main: Callable[[], Coroutine[object, object, object]]) -> tuple[object, float]:
    """Return the result and the virtual seconds; the errors are the test's own business."""
    outcome = virtual_clock.run(main)
    assert outcome.error is None, outcome.error
    return outcome.result, outcome.seconds


class Calls:
    """Calls that take as many seconds as their argument says, and what became of each."""

    def __init__(self, *failing: int, cleaning: float = 0, raising: type[Exception] | None = None) -> None:
        """Take which fail in the end, and what those do that are cancelled."""
        self.failing = failing
        self.cleaning = cleaning
        self.raising = raising
        self.events: list[str] = []

    async def __call__(self, number: int) -> int:
        self.events.append(f"start {number}")
        try:
            await asyncio.sleep(number)
        except asyncio.CancelledError:
            await asyncio.sleep(self.cleaning)
            self.events.append(f"cancelled {number}")
            if self.raising is not None:
                raise self.raising(number) from None
            raise
        self.events.append(f"end {number}")
        if number in self.failing:
            raise ValueError(number)
        return number


async def caught(awaitable: Awaitable[object]) -> BaseException:
    """Return what is raised; it had better be something."""
    try:
        await awaitable
    except Exception as error:  # noqa: BLE001 - it is what the test looks at
        return error
    raise AssertionError("nothing was raised")


# -- after the first exception -------------------------------------------------------------------------


@each(
    "expected, seconds",
    ("sequential", "ValueError(1)", 1),
    ("gather", "ValueError(1)", 1),
    ("taskgroup", "ExceptionGroup('unhandled errors in a TaskGroup', [ValueError(1)])", 6),
)
def test_what_the_caller_gets_and_when(style: str, expected: str, seconds: float) -> None:
    async def main() -> object:
        error = await caught(written(style, Calls(1, cleaning=5))([1, 3]))
        return repr(error), asyncio.get_running_loop().time()

    assert run(main)[0] == (expected, seconds)


@each(
    "expected",
    ("sequential", ["start 1", "end 1"]),
    ("gather", ["start 1", "start 3", "end 1", "end 3"]),
    ("taskgroup", ["start 1", "start 3", "end 1", "cancelled 3"]),
)
def test_calls_not_yet_finished(style: str, expected: list[str]) -> None:
    calls = Calls(1)

    async def main() -> None:
        await caught(written(style, calls)([1, 3]))
        await asyncio.sleep(10)

    run(main)
    assert calls.events == expected


def test_later_exceptions_are_dropped_by_gather_without_a_word() -> None:
    async def main() -> object:
        said: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: said.append(context))
        error = await caught(written("gather", Calls(1, 2))([1, 2]))
        await asyncio.sleep(10)
        gc.collect()
        return repr(error), said

    assert run(main)[0] == ("ValueError(1)", [])


def test_later_exceptions_are_in_the_group() -> None:
    async def main() -> object:
        error = await caught(written("taskgroup", Calls(1, raising=KeyError))([1, 2]))
        assert isinstance(error, ExceptionGroup)
        return list(map(repr, error.exceptions))

    assert run(main)[0] == ["ValueError(1)", "KeyError(2)"]


@each(
    "expected",
    ("sequential", ["start 3", "cancelled 3"]),
    ("gather", ["start 3", "start 4", "cancelled 3", "cancelled 4"]),
    ("taskgroup", ["start 3", "start 4", "cancelled 3", "cancelled 4"]),
)
def test_the_caller_is_cancelled(style: str, expected: list[str]) -> None:
    calls = Calls()

    async def main() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await written(style, calls)([3, 4])

    run(main)
    assert sorted(calls.events) == sorted(expected)


@each("expected", ("sequential", [0]), ("gather", []))
def test_results_so_far_are_stored_only_one_after_another(style: str, expected: list[int]) -> None:
    text = LOOP.replace("(numbers)", "(numbers, found)").replace("    found = []\n", "")

    async def main() -> object:
        found: list[int] = []
        await caught(written(style, Calls(1), text)([0, 1], found))
        return found

    assert run(main)[0] == expected


@pytest.mark.parametrize("style", ["gather", "taskgroup"])
def test_a_handler_that_keeps_what_came_before_is_left_alone(style: str) -> None:
    loop = "    for number in numbers:\n        found.append(await fetch_page(number))\n"
    assert loop in LOOP
    caught_outside = "    try:\n        for number in numbers:\n            found.append(await fetch_page(number))\n"
    text = LOOP.replace(loop, caught_outside + "    except OSError:\n        pass\n")
    assert rewritten(text, style).text == text


def test_a_plain_handler_does_not_catch_a_group() -> None:
    async def main() -> object:
        seen = []
        try:
            try:
                await written("taskgroup", Calls(1))([1, 2])
            except ValueError:
                seen.append("except")
        except* ValueError:
            seen.append("except*")
        return seen

    assert run(main)[0] == ["except*"]


def test_a_caught_error_keeps_its_function_from_becoming_a_task_group() -> None:
    tried = "    try:\n        return [await fetch_page(number) for number in numbers]\n"
    text = COMPREHENSION.partition("    return [")[0] + tried + "    except OSError:\n        return []\n"
    assert "asyncio.gather" in rewritten(text, "gather").text
    assert rewritten(text, "taskgroup").text == text


# -- what may be started -------------------------------------------------------------------------------


class Page:
    """An awaitable that is no coroutine; equal ones are those of the same number."""

    def __init__(self, number: int, asked: list[int]) -> None:
        """Take its number, and where to note that it was awaited."""
        self.number = number
        self.asked = asked

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Page) and self.number == other.number

    def __hash__(self) -> int:
        return self.number

    def __await__(self) -> Generator[Any, None, int]:
        self.asked.append(self.number)
        yield from asyncio.sleep(1).__await__()
        return self.number


class UnhashablePage(Page):
    """The same, as a dataclass would be."""

    __hash__ = None  # type: ignore[assignment]


@each("expected", ("sequential", [1, 2, 1]), ("gather", [1, 2]))
def test_equal_hashable_awaitables_run_once(style: str, expected: list[int]) -> None:
    asked: list[int] = []

    async def main() -> object:
        return await written(style, lambda number: Page(number, asked))([1, 2, 1])

    assert run(main)[0] == [1, 2, 1]
    assert asked == expected


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.parametrize("style", ["gather", "limit"])
def test_unhashable_awaitables_raise_unless_a_coroutine_wraps_them(style: str) -> None:
    async def main() -> object:
        pages = written(style, lambda number: UnhashablePage(number, []))([1, 2])
        return await pages if style == "limit" else repr(await caught(pages))

    expected = [1, 2] if style == "limit" else "TypeError(\"unhashable type: 'UnhashablePage'\")"
    assert run(main)[0] == expected


@pytest.mark.parametrize(
    "start", [lambda number: Page(number, []), lambda _: asyncio.get_running_loop().create_future()]
)
def test_task_groups_take_coroutines_only(start: Callable[[int], object]) -> None:
    async def main() -> object:
        error = await caught(written("taskgroup", start)([1]))
        assert isinstance(error, ExceptionGroup)
        return [type(one) for one in error.exceptions]

    assert run(main)[0] == [TypeError]


def test_a_call_that_may_return_something_else_is_not_put_into_a_task_group() -> None:
    unknown = "async def pages(numbers):\n    return [await fetch_page(number) for number in numbers]\n"
    assert "gather" in rewritten(unknown, "gather").text
    result = rewritten(unknown, "taskgroup")
    assert result.text == unknown
    assert ["coroutines only" in refusal.reason for _, refusal in result.refused] == [True]


def test_coroutines_tasks_and_futures_are_never_equal() -> None:
    async def main() -> object:
        calls = Calls()
        coroutines = [calls(1), calls(1)]
        tasks = [asyncio.ensure_future(one) for one in coroutines]
        futures: list[asyncio.Future[int]] = [asyncio.get_running_loop().create_future() for _ in range(2)]
        await asyncio.gather(*tasks)
        return len({*coroutines}), len({*tasks}), len({*futures})

    assert run(main)[0] == (2, 2, 2)


@pytest.mark.parametrize("style", ["sequential", *STYLES])
def test_no_items_no_calls(style: str) -> None:
    async def main() -> object:
        return await written(style, Calls())([])

    assert run(main)[0] == []


# -- arguments -----------------------------------------------------------------------------------------

ITEMS = COMPREHENSION.replace("fetch_page(number) for", 'fetch_page(number["id"]) for')


@each(
    "expected, events",
    ("sequential", "KeyError('id')", ["start 1", "end 1"]),
    ("gather", "KeyError('id')", []),
    ("taskgroup", "ExceptionGroup('unhandled errors in a TaskGroup', [KeyError('id')])", []),
    ("limit", "KeyError('id')", ["start 1", "end 1"]),
)
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_an_argument_that_cannot_be_computed(style: str, expected: str, events: list[str]) -> None:
    calls = Calls()

    async def main() -> object:
        error = await caught(written(style, calls, ITEMS)([{"id": 1}, {}]))
        await asyncio.sleep(10)
        return repr(error)

    assert run(main)[0] == expected
    assert calls.events == events


@each("expected", ("gather", 1), ("taskgroup", 0), ("limit", 0))
def test_python_warns_about_coroutines_that_are_never_awaited(style: str, expected: int) -> None:
    async def main() -> object:
        return repr(await caught(written(style, Calls(), ITEMS)([{"id": 1}, {}])))

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        run(main)
        gc.collect()
    assert len([one for one in said if "was never awaited" in str(one.message)]) == expected


@each(
    "expected",
    ("sequential", ["draw", "start 1", "draw", "start 1"]),
    ("gather", ["draw", "draw", "start 1", "start 1"]),
)
def test_an_iterator_is_read_to_its_end_before_the_first_call(style: str, expected: list[str]) -> None:
    calls = Calls()

    def numbers() -> Iterator[int]:
        for _ in range(2):
            calls.events.append("draw")
            yield 1

    async def main() -> object:
        return await written(style, calls)(numbers())

    run(main)
    assert [event for event in calls.events if event != "end 1"] == expected


# -- context, types, limit -----------------------------------------------------------------------------


@each(
    "inside, outside",
    ("sequential", ["before", 1], "inside"),
    ("gather", ["before", 1], "before"),
    ("taskgroup", ["before", 1], "before"),
)
def test_context_variables_are_copied(style: str, inside: list[object], outside: str) -> None:
    async def call(number: int) -> object:
        seen = VARIABLE.get()
        VARIABLE.set("inside")
        return [seen, number]

    async def main() -> object:
        VARIABLE.set("before")
        (found,) = await written(style, call)([1])
        return found, VARIABLE.get()

    assert run(main)[0] == (inside, outside)


@each("expected", ("sequential", 1), ("gather", 3), ("taskgroup", 3))
def test_each_call_is_a_task_of_its_own(style: str, expected: int) -> None:
    async def call(_number: int) -> object:
        return asyncio.current_task()

    async def main() -> object:
        return len(set(await written(style, call)([1, 2])) | {asyncio.current_task()})

    assert run(main)[0] == expected


@each("expected", ("sequential", 1), ("limit", 2), ("gather", 5), ("taskgroup", 5))
def test_how_many_are_under_way(style: str, expected: int) -> None:
    calls = Calls()

    async def main() -> object:
        return await written(style, calls)([5, 1, 3, 2, 4])

    assert run(main)[0] == [5, 1, 3, 2, 4]
    balance = [sum(1 if event.startswith("start") else -1 for event in calls.events[:end]) for end in range(11)]
    assert max(balance) == expected


TYPED = """\
async def plain_{count}() -> None:
    {targets} = await asyncio.gather({calls})
    reveal_type({last})


"""


def test_types_of_at_most_six_results_are_known(tmp_path: Path) -> None:
    text = fixtures.read(fixtures.FOLDER / "GTH201" / "seven.py").expected
    for untyped, typed in (("(key, number)", "(key: str, number: int) -> str"), ("(key)", "(key: str) -> str")):
        assert untyped in text
        text = text.replace(untyped, typed)
    nested = text.replace("    return a + b", "    reveal_type(g)\n    return a + b").replace("main()", "main() -> str")
    for count in (6, 7):
        targets = "abcdefg"[:count]
        calls = ", ".join("fetch_part('x', 1)" if target in "bdf" else "asyncio.sleep(1, 2)" for target in targets)
        nested += TYPED.format(count=count, targets=", ".join(targets), calls=calls, last="f")
    file = tmp_path / "typed.py"
    file.write_text(nested)
    said, _, code = api.run(["--strict", "--cache-dir", str(tmp_path), "--config-file", "", str(file)])
    in_seven, of_six, of_seven = (line.rpartition(" is ")[2] for line in said.splitlines() if "Revealed" in line)
    assert (in_seven, of_six, code) == ('"str"', '"str"', 0), said
    assert of_seven != '"str"'
