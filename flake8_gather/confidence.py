"""How sure a judgement is: the one value that settings know, on its own because flake8 imports it in every run."""

from __future__ import annotations

import enum


class Confidence(enum.IntEnum):
    """How sure the judgement is; options name these in lower case."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
