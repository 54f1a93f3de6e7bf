"""The command line: arguments in, exit code out.

0: nothing left to do. 1: findings, or files would change. 2: an error, after all the other files.
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from typing import TYPE_CHECKING

from flake8_gather.cli.parser import make_parser

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

INTERRUPTED = 128 + signal.SIGINT
BROKEN_PIPE = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run `flake8-gather` with these arguments and return its exit code."""
    warnings.simplefilter("ignore", SyntaxWarning)
    warnings.simplefilter("ignore", DeprecationWarning)
    arguments = make_parser().parse_args(argv)
    try:
        code = run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return code


def run(arguments: argparse.Namespace) -> int:
    """Run the subcommand, which is imported only now: `--help` should not wait for it."""
    match arguments.command:
        case "rule":
            from flake8_gather.cli import pages

            return pages.run(arguments.rule)
        case "explain":
            from flake8_gather.cli import explain

            return explain.run(arguments)
        case _:
            from flake8_gather.cli import fix

            return fix.run(arguments)
