"""Editors, notebooks and libcst's own tool."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from tests.integrations.conftest import FIXED, FOUND, Project, extra, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

VSCODE, PYLSP = (json.loads(block) for block in shown("Editors", "json"))
LINES = re.compile(r"(?P<line>\d+),(?P<column>-?\d+),(?P<type>\w+),(?P<code>\w+\d+):(?P<message>[^\r\n]*)")

LIMITED = """\
import asyncio

from app.net import fetch


async def pages(urls):
    semaphore = asyncio.Semaphore(10)

    async def limited(url):
        async with semaphore:
            return await fetch(url)

    return await asyncio.gather(*(limited(url) for url in urls))
"""


def commands(section: str) -> list[str]:
    return "".join(shown(section, "console")).splitlines()


def test_stdin(project: Project) -> None:
    project.write("src/app.py", project.read("src/app/main.py").replace("\n", "\r\n"))
    lint, fix = commands("Editors")
    assert project.run(lint).out.startswith(f"src/app.py:7:13: {FOUND}")
    assert project.run(fix).out == FIXED.format(module="net").replace("\n", "\r\n")


def test_stdin_of_another_system(project: Project) -> None:
    named = project.run(r"flake8 --select=GTH --stdin-display-name 'C:\src\app.py' - < src/app/main.py")
    assert named.out.startswith(rf"C:\src\app.py:7:13: {FOUND}")


def test_format_of_vs_code(project: Project) -> None:
    said = project.run("flake8 --format='%(row)d,%(col)d,%(code).1s,%(code)s:%(text)s' - < src/app/main.py").out
    found = [match.groupdict() for line in said.splitlines() if (match := LINES.fullmatch(line))]
    (ours,) = [one for one in found if one["code"].startswith(tuple(VSCODE["flake8.severity"]))]
    assert (ours["line"], ours["column"], ours["type"], ours["code"]) == ("7", "13", "G", "GTH103")
    assert ours["message"].startswith(FOUND.partition(" ")[2])


@extra("pylsp")
def test_python_lsp_server(project: Project) -> None:
    with served(project) as server:
        uri = (project.path / "src/app/main.py").as_uri()
        document = {"uri": uri, "languageId": "python", "version": 1, "text": project.read("src/app/main.py")}
        server.send("textDocument/didOpen", {"textDocument": document})
        told = server.receive("textDocument/publishDiagnostics")
    (ours,) = [one for one in told["diagnostics"] if one.get("code") == "GTH103"]
    assert ours["message"].startswith(FOUND)
    assert ours["range"]["start"] == {"line": 6, "character": 12}


class Server:
    """A language server at the other end of two pipes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.to, self.back = process.stdin, process.stdout

    def send(self, method: str, params: dict[str, Any], **more: object) -> None:
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
        self.to.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.to.flush()

    def receive(self, method: str | None) -> Any:
        """Return what the next message of this kind holds; None stands for an answer."""
        while True:
            length = 0
            while line := self.back.readline().strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            assert length, "the server is gone"
            message = json.loads(self.back.read(length))
            if message.get("method") == method:
                return message["params"] if method else message["result"]


@contextlib.contextmanager
def served(project: Project) -> Iterator[Server]:
    command = [sys.executable, "-m", "pylsp"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=project.path, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        try:
            server = Server(process)
            server.send("initialize", {"processId": None, "rootUri": project.path.as_uri(), "capabilities": {}}, id=1)
            server.receive(None)
            server.send("initialized", {})
            server.send("workspace/didChangeConfiguration", {"settings": PYLSP})
            yield server
        finally:
            process.kill()


@extra("nbqa")
def test_notebook(project: Project) -> None:
    cells = [
        "%matplotlib inline\nfrom app.net import fetch",
        "async def pages(urls):\n    return [await fetch(url) for url in urls]",
        "found = [await fetch(url) for url in ['a', 'b']]",
    ]
    kind: dict[str, object] = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    code = [{**kind, "id": f"cell{number}", "source": cell.splitlines(True)} for number, cell in enumerate(cells)]
    project.write("notebook.ipynb", json.dumps({"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    lint, fix = commands("Notebooks")
    assert project.run(lint).out.startswith(f"notebook.ipynb:cell_2:2:13: {FOUND}")
    assert project.run(fix).code == 0
    after = ["".join(cell["source"]) for cell in json.loads(project.read("notebook.ipynb"))["cells"]]
    assert after == [
        "%matplotlib inline\nimport asyncio\n\nfrom app.net import fetch",
        "async def pages(urls):\n    return await asyncio.gather(*[fetch(url) for url in urls])",
        cells[2],
    ]
    assert project.run(lint).code == 0


def test_libcst(project: Project) -> None:
    external, configured = commands("libcst")
    assert project.run(external).code == 0
    assert project.read("src/app/main.py") == project.read("src/legacy.py") == LIMITED
    again = Project(project.path)
    (settings,) = shown("libcst", "yaml")
    again.write(".libcst.codemod.yaml", settings)
    assert "command.GatherCommand - " in again.run("python -m libcst.tool list").out
    assert again.run(configured).code == 0
    assert again.read("src/app/main.py") == LIMITED
