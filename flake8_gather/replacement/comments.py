"""Comments in replaced text: each survives exactly once, or nothing is replaced."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_gather.replacement.refusing import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flake8_gather.analysis.source import Comment

DIRECTIVE = re.compile(
    r"#[\s!]*(type:|noqa|pragma|fmt:|yapf:|isort:|ruff:|flake8|pylint:|mypy:|pyright:|pyre-|nosec|nosonar|cspell:|codespell:)",
    re.IGNORECASE,
)


def is_directive(comment: Comment) -> bool:
    """Tell whether a tool reads the comment, so that it means something only on its own line."""
    return DIRECTIVE.match(comment.text) is not None


def movable(comments: Iterable[Comment]) -> list[str]:
    """Return the texts of comments that leave their lines, in order."""
    found = sorted(comments, key=lambda comment: (comment.line, comment.column))
    for comment in found:
        if is_directive(comment):
            raise RefusedError(f"the comment `{comment.text}` belongs to a line that would disappear")
    return [comment.text for comment in found]
