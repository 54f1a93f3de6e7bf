from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from flake8_gather.analysis.source import Source
from flake8_gather.codemod.imports import import_edit
from flake8_gather.replacement.patch import apply_edits

CASES = {
    "in order among others": (
        """\
        import abc
        import os
        from pathlib import Path

        import httpx
        """,
        """\
        import abc
        import asyncio
        import os
        from pathlib import Path

        import httpx
        """,
    ),
    "first of its block": (
        """\
        import os
        import sys
        """,
        """\
        import asyncio
        import os
        import sys
        """,
    ),
    "before the first from import": (
        """\
        from __future__ import annotations

        from typing import Any

        from here import there
        """,
        """\
        from __future__ import annotations

        import asyncio
        from typing import Any

        from here import there
        """,
    ),
    "after a part of a block over several lines": (
        """\
        import abc
        from typing import (
            Any,
            Union,
        )
        """,
        """\
        import abc
        import asyncio
        from typing import (
            Any,
            Union,
        )
        """,
    ),
    "sorted by name alone": (
        """\
        from abc import ABC
        import os
        from typing import Any
        """,
        """\
        from abc import ABC
        import asyncio
        import os
        from typing import Any
        """,
    ),
    "no standard library": (
        '''\
        """Docs."""

        import httpx
        ''',
        '''\
        """Docs."""

        import asyncio

        import httpx
        ''',
    ),
    "comment above the first import": (
        """\
        #!/usr/bin/env python
        # coding: utf-8

        # ours
        import httpx
        """,
        """\
        #!/usr/bin/env python
        # coding: utf-8

        import asyncio

        # ours
        import httpx
        """,
    ),
    "future only": (
        """\
        from __future__ import annotations


        async def f():
            pass
        """,
        """\
        from __future__ import annotations

        import asyncio


        async def f():
            pass
        """,
    ),
    "future and another import without a blank line": (
        """\
        from __future__ import annotations
        import httpx
        """,
        """\
        from __future__ import annotations

        import asyncio

        import httpx
        """,
    ),
    "docstring in two parts": (
        """\
        "one" " two"
        from __future__ import annotations
        x = 1
        """,
        """\
        "one" " two"
        from __future__ import annotations

        import asyncio

        x = 1
        """,
    ),
    "docstring close to a function": (
        '''\
        """Docs."""

        async def f():
            pass
        ''',
        '''\
        """Docs."""

        import asyncio


        async def f():
            pass
        ''',
    ),
    "nothing but a function": (
        """\
        async def f():
            pass
        """,
        """\
        import asyncio


        async def f():
            pass
        """,
    ),
    "decorated function below a header": (
        """\
        #!/usr/bin/env python3
        # licence

        @decorated
        async def f():
            pass
        """,
        """\
        #!/usr/bin/env python3
        # licence

        import asyncio


        @decorated
        async def f():
            pass
        """,
    ),
    "header touches the code": (
        """\
        # coding: utf-8
        x = 1
        """,
        """\
        # coding: utf-8
        import asyncio

        x = 1
        """,
    ),
    "guarded import only": (
        """\
        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            import asyncio
        """,
        """\
        import asyncio
        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            import asyncio
        """,
    ),
    "comment behind the import before": (
        """\
        import abc  # noqa
        import os
        """,
        """\
        import abc  # noqa
        import asyncio
        import os
        """,
    ),
}


def added(text: str, module: str = "asyncio", name: str | None = None) -> str:
    source = Source.parse(textwrap.dedent(text), "sample.py")
    return apply_edits(source, [import_edit(source, module, name)])


@pytest.mark.parametrize("case", CASES)
def test_import_lands_in_its_place(case: str) -> None:
    before, after = CASES[case]
    assert added(before) == textwrap.dedent(after)


def test_line_ends_are_kept() -> None:
    assert added("import os\r\nimport sys\r\n") == "import asyncio\r\nimport os\r\nimport sys\r\n"


def test_last_line_without_end() -> None:
    assert added("import abc") == "import abc\nimport asyncio"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from tools.aio import first\n", "from tools.aio import first, gather_all\n"),
        ("from tools.aio import zip_all\n", "from tools.aio import gather_all, zip_all\n"),
        ("from tools.aio import LIMIT, Pool, run\n", "from tools.aio import LIMIT, Pool, gather_all, run\n"),
        (
            "from tools.aio import (\n    first,\n    second,\n)\n",
            "from tools.aio import (\n    first,\n    gather_all,\n    second,\n)\n",
        ),
        (
            "import tools\nfrom tools.zoo import a\n",
            "import tools\nfrom tools.aio import gather_all\nfrom tools.zoo import a\n",
        ),
        ("import os\n\nimport httpx\n", "import os\n\nimport httpx\n\nfrom tools.aio import gather_all\n"),
        ("import os\n\nfrom . import a\n", "import os\n\nfrom tools.aio import gather_all\n\nfrom . import a\n"),
        ("x = 1\n", "from tools.aio import gather_all\n\nx = 1\n"),
    ],
)
def test_helper_is_imported_by_name(before: str, after: str) -> None:
    assert added(before, "tools.aio", "gather_all") == after


@pytest.mark.parametrize(
    "case", [case for case in CASES if case not in {"sorted by name alone", "header touches the code"}]
)
def test_ruff_would_not_move_the_import(case: str) -> None:
    after = textwrap.dedent(CASES[case][1])
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select=I001", "--stdin-filename=sample.py", "-"]
    checked = subprocess.run(command, input=after, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
