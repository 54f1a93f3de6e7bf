"""How any depth of a draft says that it had better not be written."""

from __future__ import annotations


class RefusedError(Exception):
    """The rewrite cannot be written; the text is the reason that users read."""
