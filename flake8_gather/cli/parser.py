"""The arguments of `flake8-gather`."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any

from flake8_gather import __version__
from flake8_gather.rules import BARRIERS, RULES
from flake8_gather.settings import STYLES, confidence, helper, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMATS = ("text", "json", "html", "svg")
NAMES = (*RULES, *map(str, BARRIERS))
OPTIONS = ("min_confidence", "follow_imports", "gather_function", "style", "limit")
EXAMPLES = """\
examples:
  flake8-gather fix --diff src      see what would change
  flake8-gather explain app.py:12   see why these awaits are reported or kept
  flake8-gather rule GTH102         see what a rule means
  flake8-gather explain --format html -o report.html src
"""
EXIT_CODES = "exit codes: 0 nothing left to do, 1 findings or would change, 2 an error"


def make_parser() -> argparse.ArgumentParser:
    """Return the parser; the subcommand's name is in `command`."""
    parser = argparse.ArgumentParser(
        prog="flake8-gather",
        description="Find awaits that wait one after another for nothing, and gather them.",
        epilog=f"{EXAMPLES}\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"flake8-gather {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_fix(commands.add_parser("fix", help="rewrite files", description="Rewrite files.", epilog=EXIT_CODES))
    _add_explain(
        commands.add_parser(
            "explain",
            help="say of every group of awaits why it is reported or kept",
            description="List every group of awaits considered, reported or kept, and why.",
            epilog=EXIT_CODES,
        )
    )
    rule = commands.add_parser(
        "rule", help="print the page of a rule or barrier", description="Print the page of a rule or barrier."
    )
    rule.add_argument(
        "rule",
        nargs="?",
        metavar="NAME",
        type=rule_or_barrier,
        choices=NAMES,
        help="such as GTH102 or carried (default: one line for each)",
    )
    return parser


def overrides(arguments: argparse.Namespace) -> Mapping[str, Any]:
    """Return the fields of `Options` that the command line sets."""
    given = {name: getattr(arguments, name, None) for name in OPTIONS}
    return {name: value for name, value in given.items() if value is not None}


def _add_fix(parser: argparse.ArgumentParser) -> None:
    _complete_files(
        parser.add_argument("paths", nargs="*", metavar="PATH", help="file, folder or - for stdin (default: .)")
    )
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--diff", action="store_true", help="print what would change, change nothing")
    shown.add_argument("--check", action="store_true", help="only say which files would change")
    shown.add_argument("--verify", metavar="COMMAND", help="keep the rewrites under which COMMAND passes")
    parser.add_argument(
        "--select", type=codes, default=(), metavar="CODES", help="only these rules (GTH1 means GTH101 to GTH105)"
    )
    _add_shared(parser)
    parser.add_argument("--style", choices=STYLES, help="asyncio.gather, or a TaskGroup around the calls")
    parser.add_argument("--limit", type=whole, metavar="N", help="at most N at the same time in a rewritten loop")
    volume = parser.add_mutually_exclusive_group()
    volume.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    volume.add_argument("-v", "--verbose", action="store_true", help="name every rewritten and every kept group")


def _add_explain(parser: argparse.ArgumentParser) -> None:
    _complete_files(
        parser.add_argument(
            "paths", nargs="*", metavar="PATH[:LINE]", help="file, folder, a line in a file, - for stdin (default: .)"
        )
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="text",
        help="pictures, data, or a report of the whole as a page or an image (default: text)",
    )
    _complete_files(parser.add_argument("-o", "--output", metavar="FILE", help="write there, not on stdout"))
    parser.add_argument("-q", "--quiet", action="store_true", help="no summary, no progress, only errors on stderr")
    _add_shared(parser)


def _add_shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--min-confidence", type=confidence, metavar="LEVEL", help="high, medium (default) or low: report from here on"
    )
    parser.add_argument("--gather-function", type=helper, metavar="NAME", help="the project's own asyncio.gather")
    parser.add_argument(
        "--no-follow-imports",
        action="store_false",
        dest="follow_imports",
        default=None,
        help="judge each file alone, without the project's other modules",
    )
    parser.add_argument(
        "--stdin-display-name", default="stdin", metavar="PATH", help="which file the code on stdin belongs to"
    )
    parser.add_argument("-j", "--jobs", type=whole, default=os.cpu_count() or 1, metavar="N", help="processes")


def _complete_files(argument: argparse.Action) -> None:
    """Tell shtab, which writes the shells' completions, that files go here."""
    argument.complete = {"bash": "_shtab_compgen_files", "zsh": "_files", "tcsh": "f"}  # type: ignore[attr-defined]


def rule_or_barrier(text: str) -> str:
    """Read the code or name of a rule, or a barrier, in any case."""
    for rule in RULES.values():
        if text.lower() in {rule.code.lower(), rule.name}:
            return rule.code
    if text.lower() not in NAMES:
        raise argparse.ArgumentTypeError(f"{text!r} is no rule and no barrier; `flake8-gather rule` lists them")
    return text.lower()


def codes(text: str) -> tuple[str, ...]:
    """Read codes or beginnings of codes, apart by commas."""
    wanted = tuple(text.upper().replace(",", " ").split())
    for code in wanted:
        if not any(rule.startswith(code) for rule in RULES):
            raise argparse.ArgumentTypeError(f"{code!r} is no rule of flake8-gather")
    if not wanted:
        raise argparse.ArgumentTypeError("no code given")
    return wanted
