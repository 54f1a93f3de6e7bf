"""Programs on a virtual clock: when nothing is ready, time jumps to the next timer.

`asyncio.sleep` costs virtual seconds and no real ones, so what a program waits can be compared.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import selectors
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

PATIENCE = 5.0


class DeadlockError(Exception):
    """Nothing is ready, no timer runs, and no thread has called back."""


class _Jump(selectors.SelectSelector):
    """Adds to `now` what it would have slept."""

    now = 0.0
    patience = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            ready = super().select(self.patience)
            if not ready:
                raise DeadlockError
            return ready
        ready = super().select(0)
        if not ready:
            self.now += max(timeout, 0.0)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time stands still while it works."""

    def __init__(self) -> None:
        self.jump = _Jump()
        super().__init__(self.jump)
        self._clock_resolution = 1e-6  # sums of timeouts are not exact

    def time(self) -> float:
        return self.jump.now

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """What a task raised that nobody awaits is no part of the outcome, and not worth a line of log."""

    def run_in_executor(self, *arguments: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        self.jump.patience = PATIENCE
        return super().run_in_executor(*arguments)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program returned or raised, what it printed, and how long it waited."""

    result: object
    error: str | None
    printed: str
    seconds: float

    @property
    def visible(self) -> tuple[object, str | None, str]:
        """All but the time."""
        return self.result, self.error, self.printed


def run(main: Callable[[], Coroutine[object, object, object]]) -> Outcome:
    """Run a coroutine function to its end; an exception is an outcome too."""
    loop = VirtualLoop()
    result: object = None
    error: str | None = None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), asyncio.Runner(loop_factory=lambda: loop) as runner:
        try:
            result = runner.run(_with_names_of_errors(main))
        except Raised as raised:
            error = str(raised)
        except DeadlockError:
            error = "deadlock"
        seconds = loop.time()
    return Outcome(result, error, printed.getvalue(), seconds)


class Raised(Exception):
    """The program raised; the text says what."""


async def _with_names_of_errors(main: Callable[[], Coroutine[object, object, object]]) -> object:
    try:
        return await main()
    except Exception as error:
        raise Raised(f"{type(error).__name__}: {error}") from error
