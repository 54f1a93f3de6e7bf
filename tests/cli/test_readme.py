"""What README.md shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path

from flake8_gather.plugin import GatherPlugin
from flake8_gather.rules import BARRIERS, RULES
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


def test_the_pictures(folder: Folder) -> None:
    reported, kept = blocks("text")
    folder.write("titles.py", blocks("python")[0].encode())
    assert folder.run("explain", "titles.py").out.decode() == f"{reported}\n"
    loop = b"import asyncio\n\n\nasync def tell(bus, peers):\n    # each of them\n    # in turn\n\n"
    loop += b"    for peer in peers:\n        await bus.send(peer)\n"
    folder.write("app.py", loop)
    assert folder.run("explain", "app.py").out.decode() == f"{kept}\n"


def test_every_page_is_listed() -> None:
    pages = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert set(re.findall(r"\((docs/[\w/-]+\.md)\)", README.partition("## Documentation")[2])) == pages


def test_tables_name_every_rule_barrier_and_option() -> None:
    assert re.findall(r"^\| (GTH\d+) \|", README, re.MULTILINE) == list(RULES)
    assert re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", README, re.MULTILINE) == list(BARRIERS.items())
    named: list[str] = []

    class Manager:
        def add_option(self, name: str, **_kwargs: object) -> None:
            named.append(name.removeprefix("--"))

    GatherPlugin.add_options(Manager())  # type: ignore[arg-type]
    assert re.findall(r"^\| `(gather-[a-z-]+) =", README, re.MULTILINE) == named


def test_the_test_command_is_the_one_that_ci_runs() -> None:
    (command,) = re.findall(r"'\.\[test\]' && \.venv/bin/(.*)", README)
    assert command in (ROOT / ".ci/run").read_text()
