"""The codemod that does nothing: what libcst takes to parse and print every file."""

import libcst
from libcst.codemod import CodemodCommand


class NothingCommand(CodemodCommand):
    """Give every module back as it is."""

    DESCRIPTION = "Do nothing."

    def transform_module_impl(self, tree: libcst.Module) -> libcst.Module:
        """Return the tree."""
        return tree
