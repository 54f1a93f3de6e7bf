"""The settings that change a judgement or a rewrite; linter and codemod share them."""

from __future__ import annotations

from dataclasses import dataclass

from flake8_gather.confidence import Confidence


@dataclass(frozen=True, slots=True)
class Options:
    """What users set, already validated.

    `ordered`, `exclusive` and `concurrent` extend the catalogue: dotted names in which `*` stands
    for any run of characters. `gather_function` is the project's own helper (dotted name) or None.
    `limit` bounds the concurrency of rewritten loops (None: unbounded). `line_length` is None where
    the project does not set it. `strict_zip` says that its linter wants `strict` in every `zip`.
    """

    min_confidence: Confidence = Confidence.MEDIUM
    follow_imports: bool = True
    ordered: tuple[str, ...] = ()
    exclusive: tuple[str, ...] = ()
    concurrent: tuple[str, ...] = ()
    gather_function: str | None = None
    style: str = "gather"
    limit: int | None = None
    line_length: int | None = None
    strict_zip: bool = False
