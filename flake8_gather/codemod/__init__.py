"""The rewriting of whole files: `rewrite` is the entry for programs; only `command` needs libcst."""

from flake8_gather.codemod.rewriting import Result, rewrite

__all__ = ["Result", "rewrite"]
