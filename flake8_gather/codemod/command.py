"""The codemod as a libcst command: `python -m libcst.tool codemod -x flake8_gather.codemod.command.GatherCommand`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst
from libcst.codemod import CodemodCommand

from flake8_gather.codemod.rewriting import rewrite
from flake8_gather.options import Options
from flake8_gather.rules import RULES
from flake8_gather.settings import confidence, helper, patterns, style, whole

if TYPE_CHECKING:
    import argparse

    from libcst.codemod import CodemodContext

BOM = "\ufeff"


class GatherCommand(CodemodCommand):
    """Rewrites awaits that wait one after another for nothing."""

    DESCRIPTION = "Gather awaits that wait one after another for nothing."

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        """Add the settings; what is not set has its default."""
        arg_parser.add_argument("--select", type=patterns, metavar="CODES", help="the rules to follow, apart by commas")
        arg_parser.add_argument("--min-confidence", type=confidence, metavar="LEVEL", help="high, medium or low")
        arg_parser.add_argument("--style", type=style, metavar="STYLE", help="gather or taskgroup")
        arg_parser.add_argument("--limit", type=whole, metavar="N", help="bound the concurrency of loops")
        arg_parser.add_argument("--gather-function", type=helper, metavar="NAME", help="the project's own gather")
        arg_parser.add_argument("--line-length", type=whole, metavar="N", help="how long lines may get")

    def __init__(self, context: CodemodContext, select: tuple[str, ...] | None = None, **settings: Any) -> None:
        """Take the settings that are not None."""
        super().__init__(context)
        self.codes = frozenset(code for code in RULES if code.startswith(select or ("",)))
        self.options = Options(**{name: value for name, value in settings.items() if value is not None})

    def transform_module(self, tree: libcst.Module) -> libcst.Module:
        """Skip libcst's own preparations, which copy the tree."""
        return self.transform_module_impl(tree)

    def transform_module_impl(self, tree: libcst.Module) -> libcst.Module:
        """Return the rewritten module, or the very same one if there is nothing to do."""
        text = tree.code.removeprefix(BOM)
        new = rewrite(text, self.context.filename or "unknown.py", self.options, self.codes).text
        if new == text:
            return tree
        mark = BOM if tree.code.startswith(BOM) else ""
        return libcst.parse_module(mark + new, tree.config_for_parsing).with_changes(encoding=tree.encoding)
