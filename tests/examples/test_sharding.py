"""Shards give what one machine gives: files over jobs, files over workers, repositories over workers.

The workers are processes that know nothing but the address of their scheduler, as on other machines.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flake8_gather.codemod import rewrite
from flake8_gather.options import Options

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/sharding.md").read_text("utf-8")
BIN = Path(sys.executable).parent
PATIENCE = 300

READER = """\
from {package}.store import read_key


async def values(keys):
    return [await read_key(key) for key in keys]
"""
STORE = "import httpx\n\n\nasync def read_key(client: httpx.AsyncClient, key):\n    return await client.get(key)\n"
WRITER = "async def write(log, lines):\n    for line in lines:\n        await log.send(line)\n"
TASKGROUP = '[tool.flake8-gather]\nstyle = "taskgroup"\n'


def tree(folder: Path, readers: int, **others: str) -> Path:
    """Write a project in which a file can only be judged with another one at hand."""
    package = folder / "package"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "store.py").write_text(STORE)
    (package / "writer.py").write_text(WRITER)
    for number in range(readers):
        (package / f"reader_{number}.py").write_text(READER.format(package="package"))
    for name, text in others.items():
        (folder / name.replace("_", ".")).write_text(text)
    return folder


def run(*command: object, cwd: Path, code: int = 0) -> bytes:
    done = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, check=False, timeout=PATIENCE)
    assert done.returncode == code, done.stderr.decode()
    return done.stdout


@contextlib.contextmanager
def started(*command: object, cwd: Path) -> Iterator[None]:
    with subprocess.Popen(
        [*map(str, command)], cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield
        finally:
            process.kill()


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    dask, where = BIN / "dask", ("--scheduler-file", file, "--no-dashboard", "--host", "127.0.0.1")
    worker = (dask, "worker", *where, "--nthreads", "1", "--no-nanny", "--local-directory", folder)
    with started(dask, "scheduler", *where, "--port", "0", cwd=folder):
        until = time.monotonic() + PATIENCE
        while not file.exists():
            assert time.monotonic() < until, "the scheduler does not start"
            time.sleep(0.05)
        with started(*worker, cwd=folder), started(*worker, cwd=folder):
            yield json.loads(file.read_text())["address"]


def test_many_repositories_give_the_patches_of_one_machine(tmp_path: Path, scheduler: str) -> None:
    plain = tree(tmp_path / "first" / "project", 3)
    own_style = tree(tmp_path / "second" / "project", 3, pyproject_toml=TASKGROUP)
    broken = tree(tmp_path / "third" / "project", 1, broken_py="def\n")
    cloned = tree(tmp_path / "fourth" / "project.git", 2)
    git = ("git", "-c", "user.name=tests", "-c", "user.email=tests@localhost")
    for command in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "--message=all")):
        run(*git, *command, cwd=cloned)
    example = (sys.executable, ROOT / "examples/many_repositories.py", "--scheduler", scheduler, "--out", "patches")
    run(*example, plain, own_style, broken, f"file://{cloned}", cwd=tmp_path, code=2)
    fix = (sys.executable, "-m", "flake8_gather", "fix", "--diff", ".")
    patches = {path.name: path.read_bytes() for path in (tmp_path / "patches").iterdir()}
    assert patches == {
        "first+project.txt": run(*fix, cwd=plain, code=1),
        "second+project.txt": run(*fix, cwd=own_style, code=1),
        "third+project.txt": run(*fix, cwd=broken, code=2),
        "fourth+project.txt": run(*fix, cwd=cloned, code=1),
    }
    assert all(b"gather(" in patch or b"TaskGroup(" in patch for patch in patches.values())


def test_the_linter_over_many_repositories_without_a_cluster_at_hand(tmp_path: Path) -> None:
    repositories = [tree(tmp_path / name / "project", 2) for name in ("first", "second")]
    lint = "flake8 --isolated --select=GTH -j1 ."
    example = (sys.executable, ROOT / "examples/many_repositories.py", "--out", "findings", "--command", lint)
    run(*example, *repositories, cwd=tmp_path)
    for repository in repositories:
        found = (tmp_path / "findings" / f"{repository.parent.name}+project.txt").read_bytes()
        assert found == run(BIN / "flake8", *lint.split()[1:], cwd=repository, code=1)
        assert found.count(b" GTH103 ") == 2


def test_one_tree_becomes_what_one_machine_makes_of_it(tmp_path: Path, scheduler: str) -> None:
    here = tree(tmp_path / "here", 210, pyproject_toml=TASKGROUP)
    there = Path(shutil.copytree(here, tmp_path / "there"))
    run(sys.executable, "-m", "flake8_gather", "fix", "--quiet", "package", cwd=here)
    run(sys.executable, ROOT / "examples/one_tree.py", "--scheduler", scheduler, "package", cwd=there)
    files = sorted(path.relative_to(here) for path in here.rglob("*.py"))
    assert [(there / file).read_bytes() for file in files] == [(here / file).read_bytes() for file in files]
    assert sum(b"TaskGroup" in (there / file).read_bytes() for file in files) == 210


def test_shares_of_a_ci_matrix_find_what_one_job_finds(tmp_path: Path) -> None:
    project = tree(tmp_path / "project", 10)
    run("git", "init", "--quiet", cwd=project)
    run("git", "add", ".", cwd=project)
    (jobs,) = re.findall(r"shard: \[(.+)\]", PAGE)
    (command,) = re.findall(r"run: (git ls-files .+)", PAGE)
    found = []
    for shard in jobs.split(", "):
        line = command.replace("${{ matrix.shard }}", shard).replace("xargs -r flake8", f"xargs -r {BIN}/flake8 -j1")
        done = subprocess.run(line, shell=True, cwd=project, capture_output=True, text=True, check=False)
        assert done.stderr == ""
        found.append(done.stdout.splitlines())
    whole = run(BIN / "flake8", "--select=GTH", "-j1", ".", cwd=project, code=1).decode().splitlines()
    assert sorted(f"./{line}" for lines in found for line in lines) == sorted(whole)
    assert [len(lines) > 0 for lines in found] == [True] * len(jobs.split(", "))


def test_the_entry_for_programs_is_as_shown(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(example, "example.py", "exec"), {})
    (shown,) = re.findall(r"prints\n\n```text\n(.*?)```", PAGE, re.DOTALL)
    assert capsys.readouterr().out == shown


def test_the_entry_for_programs_leaves_alone_what_is_not_selected() -> None:
    text = READER.format(package="package").replace("read_key", "fetch_key")
    assert rewrite(text, "reader.py", Options(), {"GTH101"}).text == text
