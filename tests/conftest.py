"""What holds for all tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flake8_gather.cache import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True, scope="session")
def no_cache() -> Iterator[None]:
    """Nothing is kept from one test to the next; processes that tests start have the same environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "")
        yield
