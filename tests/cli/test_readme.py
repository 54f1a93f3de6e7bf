"""What README.md shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

from flake8_gather.opportunity import Barrier
from flake8_gather.plugin import GatherPlugin
from flake8_gather.rules import RULES
from tests.cli.conftest import Folder

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_before_and_after(folder: Folder) -> None:
    before, after = blocks("python")
    folder.write("a.py", before.encode())
    assert folder.run("fix", "a.py").code == 0
    assert folder.read("a.py").decode() == after


def test_the_picture(folder: Folder) -> None:
    loop = b"import asyncio\n\n\nasync def tell(bus, peers):\n    # each of them\n    # in turn\n\n"
    loop += b"    for peer in peers:\n        await bus.send(peer)\n"
    folder.write("app.py", loop)
    assert folder.run("explain", "app.py").out.decode().strip() == blocks("text")[0].strip()


def test_tables_name_every_rule_barrier_and_option() -> None:
    assert re.findall(r"^\| (GTH\d+) \|", README, re.MULTILINE) == list(RULES)
    assert set(re.findall(r"^\| `([a-z-]+)` \|", README, re.MULTILINE)) == set(Barrier)
    named: list[str] = []

    class Manager:
        def add_option(self, name: str, **_kwargs: object) -> None:
            named.append(name.removeprefix("--"))

    GatherPlugin.add_options(Manager())  # type: ignore[arg-type]
    assert re.findall(r"^\| `(gather-[a-z-]+) =", README, re.MULTILINE) == named


def test_the_test_command_is_the_one_that_ci_runs() -> None:
    (command,) = re.findall(r"'\.\[test\]' && \.venv/bin/(.*)", README)
    assert command in (ROOT / ".ci/run").read_text()
