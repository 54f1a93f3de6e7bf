"""What earlier runs have found: used again where all it rests on is as it was, and nowhere else.

Each run is a forked process, for a process remembers what it has read.
"""

from __future__ import annotations

import ast
import multiprocessing
import os
import sqlite3
import subprocess
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from flake8_gather import cache
from flake8_gather.analysis import subclasses, texts
from flake8_gather.analysis.needs import Kind, Need, Needs, answers, by_kind
from flake8_gather.cache import FILE, VARIABLE, Question, opened
from flake8_gather.cli.rewritten import Outcome, Task, outcome
from flake8_gather.codemod import rewriting
from flake8_gather.confidence import Confidence
from flake8_gather.options import Options
from flake8_gather.plugin import GatherPlugin

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="runs are forked processes, which Windows has not"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),  # threads of other tests
]

LOOP = """\
from {module} import fetch_page


async def pages(urls):
    for url in urls:
        await fetch_page(url)
"""
WAITS = """\
import asyncio


async def fetch_page(url):
    await asyncio.sleep(1)
"""
SILENT = """\
async def fetch_page(url):
    return url
"""


def forked(function: Callable[..., Any], *arguments: object) -> Any:
    """Return what a function returns in a process of its own."""
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    process = context.Process(target=lambda: queue.put(_answer(function, arguments)))
    process.start()
    answer = queue.get()
    process.join()
    assert not isinstance(answer, _Failed), answer.text
    return answer


@dataclass
class _Failed:
    text: str


def _answer(function: Callable[..., Any], arguments: tuple[object, ...]) -> Any:
    try:
        return function(*arguments)
    except BaseException:  # noqa: BLE001 - the other process waits for an answer
        return _Failed(traceback.format_exc())


def linted(path: str, options: Options, text: str | None = None) -> tuple[bool, list[str]]:
    """Return whether the linter has judged a file, and the codes that it reported."""
    judged = []

    class Counted(GatherPlugin):
        def _judged(self) -> Any:
            judged.append(self.filename)
            return super()._judged()

    Counted.options = options
    text = Path(path).read_text("utf-8") if text is None else text
    found = list(Counted(ast.parse(text), text.splitlines(keepends=True), path).run())
    return bool(judged), [message.split()[0] for _, _, message, _ in found]


def fixed(task: Task) -> tuple[bool, Outcome]:
    """Return whether the codemod has worked on a file, and what came of it."""
    worked = []
    rewrite = rewriting.rewrite

    def counted(*arguments: Any) -> rewriting.Result:
        worked.append(arguments)
        return rewrite(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rewriting, "rewrite", counted)
        found = outcome(task)
    assert isinstance(found, Outcome)
    return bool(worked), found


class Tree:
    """Files that are judged again and again."""

    def __init__(self, path: Path, kept: Path) -> None:
        self.path = path
        self.kept = kept

    def write(self, name: str, text: str) -> str:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), "utf-8")
        return str(path)

    def lint(self, name: str = "app.py", options: Options | None = None, text: str | None = None) -> Any:
        return forked(linted, str(self.path / name), options or Options(), text)

    def fix(self, **settings: Any) -> tuple[bool, Outcome]:
        task = {"codes": frozenset({"GTH101"}), "options": Options(), **settings}
        path = str(self.path / "app.py")
        return forked(fixed, Task(path, path, **task))  # type: ignore[no-any-return]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the cache."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def tree(tmp_path: Path, folder: Path) -> Tree:
    found = Tree(tmp_path / "tree", folder)
    found.write("app.py", LOOP.format(module="web"))
    found.write("web.py", WAITS)
    return found


def test_a_second_run_judges_nothing(tree: Tree) -> None:
    assert tree.lint() == (True, ["GTH101"])
    assert tree.lint() == (False, ["GTH101"])


def test_the_text(tree: Tree) -> None:
    tree.lint()
    tree.write("app.py", LOOP.format(module="web") + "        break\n")
    assert tree.lint() == (True, [])
    assert tree.lint() == (False, [])


def test_a_text_from_an_editor(tree: Tree) -> None:
    tree.lint()
    assert tree.lint(text="async def f():\n    await g()\n") == (True, [])


def test_the_settings(tree: Tree) -> None:
    tree.lint()
    assert tree.lint(options=Options(exclusive=("web.fetch_page",))) == (True, [])
    assert tree.lint(options=Options(min_confidence=Confidence.HIGH))[0]
    assert tree.lint() == (False, ["GTH101"])


def test_a_module_that_is_imported(tree: Tree) -> None:
    tree.lint()
    tree.write("web.py", SILENT)
    assert tree.lint() == (True, [])
    tree.write("web.py", WAITS)
    assert tree.lint() == (True, ["GTH101"])


def test_a_module_that_is_not_imported(tree: Tree) -> None:
    tree.write("other.py", WAITS)
    tree.lint()
    tree.write("other.py", SILENT)
    assert tree.lint() == (False, ["GTH101"])


def test_a_module_that_comes_or_goes(tree: Tree) -> None:
    (tree.path / "web.py").unlink()
    assert tree.lint() == (True, ["GTH101"])  # by its name
    tree.write("web.py", SILENT)
    assert tree.lint() == (True, [])
    (tree.path / "web.py").unlink()
    assert tree.lint() == (True, ["GTH101"])


def test_a_module_that_comes_before(tree: Tree) -> None:
    tree.write("pkg/__init__.py", "")
    tree.write("pkg/app.py", LOOP.format(module="web"))
    assert tree.lint("pkg/app.py") == (True, ["GTH101"])
    tree.write("web/__init__.py", "")  # web.py still wins
    assert tree.lint("pkg/app.py") == (False, ["GTH101"])
    (tree.path / "web.py").rename(tree.path / "wet.py")
    tree.write("web/__init__.py", SILENT)
    assert tree.lint("pkg/app.py") == (True, [])


def test_the_modules_behind_a_module(tree: Tree) -> None:
    tree.write("web.py", "from deep.down import fetch_page\n")
    tree.write("deep/__init__.py", "")
    tree.write("deep/down.py", "from deepest import *\n")
    tree.write("deepest.py", WAITS)
    tree.lint()
    tree.write("deepest.py", SILENT)
    assert tree.lint() == (True, [])


def test_what_a_callee_of_a_callee_does(tree: Tree) -> None:
    tree.write("web.py", "import far\n\n\nasync def fetch_page(url):\n    return await far.read(url)\n")
    tree.write("far.py", WAITS.replace("fetch_page", "read"))
    assert tree.lint() == (True, ["GTH101"])
    tree.write("far.py", SILENT.replace("fetch_page", "read"))
    assert tree.lint() == (True, [])


def test_what_an_earlier_file_has_asked(tree: Tree) -> None:
    """What the second file rests on was found out for the first one, in the same process."""
    tree.write("web.py", "import far\n\n\nasync def fetch_page(url):\n    return await far.read(url)\n")
    tree.write("far.py", WAITS.replace("fetch_page", "read"))
    tree.write("first.py", LOOP.format(module="web"))
    paths = [str(tree.path / name) for name in ("first.py", "app.py")]
    assert forked(lambda: [linted(path, Options())[1] for path in paths]) == [["GTH101"], ["GTH101"]]
    assert tree.lint() == (False, ["GTH101"])
    tree.write("far.py", SILENT.replace("fetch_page", "read"))
    assert tree.lint() == (True, [])


def test_the_place_among_the_packages(tree: Tree) -> None:
    tree.write("pkg/app.py", LOOP.format(module=".web"))
    tree.write("pkg/web.py", SILENT)
    assert tree.lint("pkg/app.py")[0]
    assert not tree.lint("pkg/app.py")[0]
    tree.write("pkg/__init__.py", "")
    assert tree.lint("pkg/app.py")[0]


def test_the_subclasses_in_a_folder(tree: Tree) -> None:
    tree.write("__init__.py", "")
    tree.write("pkg/__init__.py", "")
    tree.write(
        "pkg/base.py",
        """\
        from abc import ABC, abstractmethod


        class Pages(ABC):
            @abstractmethod
            async def fetch_page(self, url): ...
        """,
    )
    tree.write(
        "pkg/app.py",
        """\
        from .base import Pages


        async def pages(urls, source: Pages):
            for url in urls:
                await source.fetch_page(url)
        """,
    )
    child = "from .base import Pages\n\n\nclass Web(Pages):\n{body}"
    body = "    " + SILENT.replace("(url)", "(self, url)").replace("\n    ", "\n        ")
    before = tree.lint("pkg/app.py")[1]
    tree.write("pkg/web.py", child.format(body=body))
    assert tree.lint("pkg/app.py") == (True, [])
    assert tree.lint("pkg/app.py") == (False, [])
    (tree.path / "pkg/web.py").unlink()
    assert tree.lint("pkg/app.py") == (True, before)


def test_another_event_loop_behind_an_import(tree: Tree) -> None:
    tree.write("app.py", "import loop\n" + LOOP.format(module="web"))
    tree.write("loop.py", "import sys\n")
    assert tree.lint() == (True, ["GTH101"])
    tree.write("loop.py", "import trio\n")
    assert tree.lint() == (True, [])


def test_namesakes_in_a_module_that_is_imported(tree: Tree) -> None:
    tree.write(
        "app.py",
        """\
        from layers import Layer


        async def counts(layers):
            return [await layer.fetch_count() for layer in layers]
        """,
    )
    tree.write("layers.py", "class Layer:\n    pass\n")
    assert tree.lint() == (True, ["GTH103"])
    tree.write("layers.py", "class Layer:\n    async def fetch_count(self):\n        return len(self.rows)\n")
    assert tree.lint() == (True, [])


def test_without_imports_only_the_file_counts(tree: Tree) -> None:
    alone = Options(follow_imports=False)
    tree.lint(options=alone)
    tree.write("web.py", SILENT)
    assert tree.lint(options=alone) == (False, ["GTH101"])


def test_the_path_as_it_is_named(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree.path)
    tree.lint()
    assert forked(linted, "app.py", Options()) == (True, ["GTH101"])
    tree.write("elsewhere/app.py", LOOP.format(module="web"))
    monkeypatch.chdir(tree.path / "elsewhere")
    assert forked(linted, "app.py", Options())[0]


def test_another_version(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    tree.lint()
    monkeypatch.setattr(cache, "identity", lambda: "another one")
    assert tree.lint() == (True, ["GTH101"])


def test_the_program_is_told_by_its_files(tmp_path: Path) -> None:
    (tmp_path / "rules.py").write_text("1")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "rules.py").write_text("2")
    (tmp_path / "page.md").write_text("3")
    assert list(cache._program(str(tmp_path))) == [b"1"]
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "words.toml").write_text("4")
    assert list(cache._program(str(tmp_path))) == [b"1", b"4"]


def test_the_codemod_passes_over_what_has_nothing_to_do(tree: Tree) -> None:
    tree.write("web.py", SILENT)
    (first_worked, first), (worked, second) = tree.fix(), tree.fix()
    assert (first_worked, worked) == (True, False)
    assert first == second
    assert not second.changed


def test_the_codemod_looks_again_where_something_is_to_be_done(tree: Tree) -> None:
    (_, first), (worked, second) = tree.fix(), tree.fix()
    assert worked
    assert first == second
    assert second.changed


def test_the_codemod_rests_on_other_modules(tree: Tree) -> None:
    tree.write("web.py", SILENT)
    assert not tree.fix()[1].changed
    tree.write("web.py", WAITS)
    assert tree.fix()[1].changed


@pytest.mark.parametrize(
    "settings", [{"codes": frozenset({"GTH102"})}, {"options": Options(style="taskgroup")}, {"thorough": True}]
)
def test_the_settings_of_the_codemod(tree: Tree, settings: dict[str, Any]) -> None:
    tree.write("web.py", SILENT)
    tree.fix()
    assert tree.fix(**settings)[0]


def test_nothing_is_kept_of_what_has_changed_meanwhile(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    judge = GatherPlugin._judged

    def changed(plugin: GatherPlugin) -> Any:
        found = judge(plugin)
        tree.write("web.py", SILENT)
        texts.read(str(tree.path / "web.py"))  # as another file would
        return found

    monkeypatch.setattr(GatherPlugin, "_judged", changed)
    assert tree.lint() == (True, ["GTH101"])
    monkeypatch.undo()
    monkeypatch.setenv(VARIABLE, str(tree.kept))
    assert tree.lint() == (True, [])


def test_what_has_changed_has_no_digest(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("class A(B):\n    pass\n")
    needs = [by_kind([Need(kind, str(about))]) for kind, about in ((Kind.TEXT, path), (Kind.SUBCLASSES, tmp_path))]
    assert None not in [answers(need, ()) for need in needs]
    path.write_text("class A(C):\n    pass\n")
    for remembered in (subclasses.subclasses, subclasses._classes):
        remembered.cache_clear()
    subclasses.subclasses(str(tmp_path))
    assert [answers(need, ()) for need in needs] == [None, None]


def test_the_user_wants_none(tree: Tree, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "")
    assert tree.lint() == tree.lint() == (True, ["GTH101"])
    assert not folder.exists()


def test_where_it_is_by_default(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    environment |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)}
    (tmp_path / "a.py").write_text("async def f():\n    await g()\n")
    subprocess.run([sys.executable, "-m", "flake8", "--select=GTH", "a.py"], cwd=tmp_path, env=environment, check=True)
    assert len(list(tmp_path.rglob(FILE))) == 1


@pytest.mark.parametrize("data", [b"no database at all" * 100, b""], ids=["text", "empty"])
def test_a_broken_database(tree: Tree, folder: Path, data: bytes) -> None:
    folder.mkdir()
    (folder / FILE).write_bytes(data)
    assert tree.lint() == (True, ["GTH101"])
    assert tree.lint() == (False, ["GTH101"])


def test_a_database_that_breaks_later(tree: Tree, folder: Path) -> None:
    tree.lint()
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute("ALTER TABLE found RENAME COLUMN needs TO needed")
    connection.close()
    assert tree.lint() == (True, ["GTH101"])


@pytest.mark.parametrize("damage", ["needs = '{'", "needs = '{}'", "needs = '[]'", "found = '['", "answers = NULL"])
def test_a_damaged_answer_is_found_anew(tree: Tree, folder: Path, damage: str) -> None:
    tree.lint()
    connection = sqlite3.connect(folder / FILE, isolation_level=None)
    connection.execute(f"UPDATE found SET {damage}")
    connection.close()
    assert tree.lint() == (True, ["GTH101"])
    assert tree.lint() == (False, ["GTH101"])


def test_a_named_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    assert forked(texts.read, str(tmp_path / "a.py")) is None


def test_a_python_without_sqlite(tree: Tree) -> None:
    code = "import sys; sys.modules['sqlite3'] = None; import runpy; runpy.run_module('flake8', run_name='__main__')"
    for _ in range(2):
        command = [sys.executable, "-c", code, "--select=GTH", "app.py"]
        done = subprocess.run(command, cwd=tree.path, capture_output=True, text=True, check=False)
        assert ("GTH101" in done.stdout, done.stderr) == (True, "")
    assert not tree.kept.exists()


def test_a_folder_that_cannot_be(tree: Tree, folder: Path) -> None:
    folder.write_text("a file")
    assert tree.lint() == tree.lint() == (True, ["GTH101"])
    assert folder.read_text() == "a file"


def test_a_database_that_another_process_holds(tree: Tree, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree.lint()
    monkeypatch.setattr(cache, "PATIENCE", 0.05)
    connection = sqlite3.connect(folder / FILE, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    tree.write("app.py", LOOP.format(module="web") + "        print(url)\n")
    assert tree.lint()[0]
    connection.close()


@pytest.mark.parametrize(("held", "comes"), [(0.03, True), (5, False)])
def test_a_database_that_another_process_makes(
    folder: Path, held: float, comes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "PATIENCE", 0)
    folder.mkdir()
    connection = sqlite3.connect(folder / FILE, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN EXCLUSIVE")
    timer = threading.Timer(held, connection.close)
    timer.start()
    assert (opened() is not None) is comes
    timer.cancel()
    timer.join()
    connection.close()


@pytest.mark.usefixtures("folder")
def test_a_connection_for_each_process() -> None:
    here = opened()
    assert here is not None
    assert opened() is here
    assert forked(lambda: opened() is here) is False


def test_old_answers_go(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    tree.lint()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 29 * cache.DAY)
    assert tree.lint("app.py") == (False, ["GTH101"])
    monkeypatch.setattr(time, "time", lambda: now + 32 * cache.DAY)
    assert tree.lint("app.py") == (True, ["GTH101"])


def test_one_answer_for_each_path_and_purpose(tree: Tree, folder: Path) -> None:
    for end in ("", "        print(url)\n", "        print(urls)\n"):
        tree.write("app.py", LOOP.format(module="web") + end)
        tree.lint()
        tree.lint(options=Options(follow_imports=False))
    connection = sqlite3.connect(folder / FILE)
    assert connection.execute("SELECT count(*) FROM found").fetchone() == (2,)
    connection.close()


@pytest.mark.usefixtures("folder")
def test_strange_names_and_texts(tmp_path: Path) -> None:
    question = Question("lint", os.fsdecode(os.fsencode(tmp_path) + b"/\xff.py"), "'\ud800'", "", follow=True)
    kept = opened()
    assert kept is not None
    assert kept.find(question) is None
    kept.keep(question, [[1, 0, "\ud800"]], [Need(Kind.TEXT, question.path)])
    assert kept.find(question) == [[1, 0, "\ud800"]]


def test_needs_are_those_of_all_that_is_led_to() -> None:
    needs = Needs()
    needs.note("a", Kind.MODULE, "b", ["b"])
    needs.note("b", Kind.MODULE, "c", ["c"])
    needs.note("c", Kind.MODULE, "a", ["a"])
    needs.note("d", Kind.MODULE, "a", ["a"])
    modules = {Need(Kind.MODULE, name) for name in "abc"}
    assert needs.of("a") == modules | {Need(Kind.TEXT, name) for name in "abc"}
    assert needs.of("x") == frozenset()
