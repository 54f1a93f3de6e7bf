"""Calls that only tell: prints and logs, and those that ask whoever sits at the terminal."""

from __future__ import annotations

import ast

from flake8_gather.analysis.effects import path_of

LOGGERS = frozenset({"logger", "log", "logging", "_logger", "LOGGER", "LOG", "_log", "_LOGGER", "logfire", "loguru"})
# What waits for an answer at the terminal: Python's own, click's, typer's and rich's.
QUESTIONS = frozenset(
    tuple(name.split("."))
    for name in "input getpass getpass.getpass click.prompt click.confirm click.getchar typer.prompt typer.confirm "
    "Prompt.ask Confirm.ask IntPrompt.ask FloatPrompt.ask".split()
)
LOG_METHODS = frozenset(
    {"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "trace", "success"}
)


def is_logger(name: str) -> bool:
    """Tell whether a name is that of a logger object."""
    return name.strip("_").lower().endswith(("logger", "logging"))


def is_question(call: ast.Call) -> bool:
    """Tell whether a call asks whoever sits at the terminal, who answers one question at a time."""
    return is_asking(call.func)


def is_asking(function: ast.expr) -> bool:
    """Tell whether a function asks whoever sits at the terminal."""
    return path_of(function) in QUESTIONS


def is_logging(call: ast.Call) -> bool:
    """Tell whether a call only logs: `logger.info(…)`, `self.log.debug(…)`, `logging.warning(…)`."""
    match call.func:
        case ast.Attribute(value=receiver, attr=method) if method in LOG_METHODS:
            path = path_of(receiver)
            name = path[-1] if path else ""
            if not path and isinstance(receiver, ast.Call):
                inner = path_of(receiver.func)
                name = inner[-1] if inner else ""
            return name in LOGGERS or "log" in name.lower()
    return False


def is_print(call: ast.Call) -> bool:
    """Tell whether a call is `print(…)`."""
    return isinstance(call.func, ast.Name) and call.func.id == "print"
