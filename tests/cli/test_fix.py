"""`flake8-gather fix` as users run it."""

from __future__ import annotations

import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from flake8_gather import files
from flake8_gather.cli import fix, main, rewritten
from tests.cli.conftest import AFTER, BEFORE, KEPT, Folder

if TYPE_CHECKING:
    from collections.abc import Callable

TWO = BEFORE.replace(b"pages", b"first") + b"\n\n" + BEFORE.partition(b"\n\n\n")[2]


def test_rewrites_a_file_and_is_done_with_it(folder: Folder) -> None:
    folder.write("a.py")
    ran = folder.run("fix", "a.py")
    assert (ran.code, ran.out, folder.read("a.py")) == (0, b"", AFTER)
    assert ran.err == "Rewriting a.py\n1 file rewritten, 1 gather\n"
    again = folder.run("fix", "a.py")
    assert (again.code, again.out, folder.read("a.py")) == (0, b"", AFTER)
    assert again.err.startswith("0 files rewritten, 0 gathers")


def test_diff_prints_and_changes_nothing(folder: Folder) -> None:
    folder.write("sub/a.py")
    ran = folder.run("fix", "--diff")
    assert ran.code == 1
    assert ran.out == (
        b"--- a/sub/a.py\n+++ b/sub/a.py\n@@ -2,4 +2,4 @@\n \n \n async def pages(urls):\n"
        b"-    return [await fetch_page(url) for url in urls]\n"
        b"+    return await asyncio.gather(*[fetch_page(url) for url in urls])\n"
    )
    assert ran.err == "1 file would be rewritten, 1 gather\n"
    assert folder.read("sub/a.py") == BEFORE


@pytest.mark.parametrize(
    "data",
    [BEFORE, BEFORE.replace(b"\n", b"\r\n"), BEFORE.rstrip(b"\n"), b"\xef\xbb\xbf" + BEFORE, BEFORE + b"# \xc3\xa9\n"],
    ids=["plain", "crlf", "no final newline", "bom", "utf-8"],
)
def test_the_diff_applies(folder: Folder, data: bytes) -> None:
    folder.write("a.py", data)
    diff = folder.run("fix", "--diff", "a.py").out
    subprocess.run(["git", "apply", "-"], cwd=folder.path, input=diff, check=True)
    applied = folder.read("a.py")
    folder.write("a.py", data)
    assert folder.run("fix", "a.py").code == 0
    assert applied == folder.read("a.py") != data


def test_check_only_names_the_files(folder: Folder) -> None:
    folder.write("a.py")
    ran = folder.run("fix", "--check")
    assert (ran.code, ran.out, folder.read("a.py")) == (1, b"", BEFORE)
    assert ran.err.splitlines()[0] == "Would rewrite a.py"
    folder.write("a.py", AFTER)
    assert folder.run("fix", "--check").code == 0


def test_stdin_to_stdout(folder: Folder) -> None:
    ran = folder.run("fix", "-", stdin=BEFORE)
    assert (ran.code, ran.out) == (0, AFTER)
    assert folder.run("fix", "-", stdin=AFTER).out == AFTER
    shown = folder.run("fix", "--diff", "-", stdin=BEFORE)
    assert shown.code == 1
    assert shown.out.startswith(b"--- a/stdin\n+++ b/stdin\n")
    checked = folder.run("fix", "--check", "-", stdin=BEFORE)
    assert (checked.code, checked.out) == (1, b"")
    wrong = folder.run("fix", "-", stdin=b"def (")
    assert (wrong.code, wrong.out) == (2, b"")
    assert wrong.err.startswith("stdin:1: ")


def test_stdin_is_judged_as_the_file_it_belongs_to(folder: Folder) -> None:
    module = b"import asyncio\n\n\nasync def obtain(url):\n    await asyncio.open_connection(url)\n"
    folder.write("src/app/net.py", module)
    code = b"from .net import obtain\n" + BEFORE.replace(b"fetch_page", b"obtain")
    assert folder.run("fix", "-", stdin=code).out == code
    named = ("--stdin-display-name", "src/app/main.py", "-")
    assert b"asyncio.gather(*[obtain(" in folder.run("fix", *named, stdin=code).out
    assert folder.run("fix", "--diff", *named, stdin=code).out.startswith(b"--- a/src/app/main.py\n")
    assert folder.run("fix", *named, stdin=b"def (").err.startswith("src/app/main.py:1: ")
    for setting in ("exclude = src/app/*", "per-file-ignores = src/app/*:GTH"):
        folder.write(".flake8", f"[flake8]\n{setting}\n".encode())
        assert folder.run("fix", *named, stdin=code).out == code


def test_stdin_stands_alone(folder: Folder) -> None:
    folder.write("a.py")
    assert folder.run("fix", "-", "a.py").code == 2
    assert folder.run("fix", "--verify", "true", "-").code == 2
    assert folder.read("a.py") == BEFORE


def test_select(folder: Folder) -> None:
    folder.write("a.py")
    assert folder.run("fix", "--select", "GTH101,GTH2").code == 0
    assert folder.read("a.py") == BEFORE
    assert folder.run("fix", "--select", "gth10").code == 0
    assert folder.read("a.py") == AFTER
    wrong = folder.run("fix", "--select", "E501")
    assert wrong.code == 2
    assert "'E501' is no rule of flake8-gather" in wrong.err


def test_min_confidence(folder: Folder) -> None:
    folder.write("a.py")
    folder.run("fix", "--min-confidence", "high")
    assert folder.read("a.py") == BEFORE
    assert folder.run("fix", "--min-confidence", "low").code == 0
    assert folder.read("a.py") == AFTER
    wrong = folder.run("fix", "--min-confidence", "some")
    assert wrong.code == 2
    assert "'some' is not one of high, medium, low" in wrong.err


def test_limit_and_gather_function(folder: Folder) -> None:
    folder.write("a.py")
    assert folder.run("fix", "--gather-function", "house.aio.bounded").code == 0
    assert b"bounded(*" in folder.read("a.py")
    folder.write("a.py")
    assert folder.run("fix", "--limit", "5").code == 0
    assert b"Semaphore(5)" in folder.read("a.py")
    for wrong in (("--limit", "0"), ("--limit", "many"), ("--gather-function", "nodots"), ("--style", "none")):
        assert folder.run("fix", *wrong).code == 2


def test_nothing_is_written_before_all_is_judged(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def noting(what: str, function: Callable[..., object]) -> Callable[..., object]:
        def noted(*given: object) -> object:
            done.append(what)
            return function(*given)

        return noted

    monkeypatch.setattr(fix, "outcome", noting("judged", rewritten.outcome))
    monkeypatch.setattr(files, "replace", noting("written", files.replace))
    names = [str(folder.write(name)) for name in ("a.py", "b.py", "c.py")]
    assert main(["fix", "-q", "-j1", *names]) == 0
    assert done == ["judged"] * 3 + ["written"] * 3


def test_quiet_and_verbose(folder: Folder) -> None:
    folder.write("a.py")
    folder.write("b.py", KEPT)
    ran = folder.run("fix", "--check", "-v")
    assert "a.py:5: GTH103 would be gathered" in ran.err
    assert "b.py:6: kept, early-exit: " in ran.err
    assert ran.err.endswith("1 kept (barriers: early-exit 1)\n")
    quiet = folder.run("fix", "-q", "a.py", "b.py")
    assert (quiet.code, quiet.out, quiet.err) == (0, b"", "")
    assert folder.read("a.py") == AFTER


def test_two_gathers_in_two_files(folder: Folder) -> None:
    folder.write("a.py", TWO)
    folder.write("b.py")
    assert folder.run("fix").err.endswith("2 files rewritten, 3 gathers\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BEFORE.replace(b"\n", b"\r\n"), AFTER.replace(b"\n", b"\r\n")),
        (b"\xef\xbb\xbf" + BEFORE, b"\xef\xbb\xbf" + AFTER),
        (b"# coding: latin-1\n# \xe9\n" + BEFORE, b"# coding: latin-1\n# \xe9\n" + AFTER),
        (BEFORE.replace(b"    ", b"\t"), AFTER.replace(b"    ", b"\t")),
        (b"x = 1\n\x0c\n" + BEFORE, b"x = 1\n\x0c\n" + AFTER),
        (BEFORE.rstrip(b"\n"), AFTER.rstrip(b"\n")),
        (b"x = 1\r\ny = 2\n" + BEFORE, b"x = 1\r\ny = 2\n" + AFTER),
    ],
    ids=["crlf", "bom", "latin-1", "tabs", "form feed", "no final newline", "mixed"],
)
def test_bytes_are_kept(folder: Folder, before: bytes, after: bytes) -> None:
    folder.write("a.py", before)
    assert folder.run("fix", "a.py").code == 0
    assert folder.read("a.py") == after
    assert folder.run("fix", "a.py").code == 0
    assert folder.read("a.py") == after


@pytest.mark.parametrize("data", [b"", b"\n", b"x = 1"], ids=["empty", "blank", "no await"])
def test_nothing_to_do(folder: Folder, data: bytes) -> None:
    folder.write("a.py", data)
    ran = folder.run("fix", "a.py")
    assert (ran.code, ran.err, folder.read("a.py")) == (0, "0 files rewritten, 0 gathers\n", data)


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"x = 1\ndef (:\n", 2, "syntax error"),
        (b"x = 1\0\n", None, "null bytes"),
        (b"# coding: nothing\nx = 1\n", 1, "nothing"),
        (b"x = 1\ny = '\xff'\n", 2, "not utf-8"),
        (b"x = " + b"-" * 100_000 + b"1\n", None, "nested too deeply"),
    ],
    ids=["syntax", "null", "unknown encoding", "wrong bytes", "deep"],
)
def test_what_cannot_be_read_is_one_line(folder: Folder, data: bytes, line: int | None, words: str) -> None:
    folder.write("a.py")
    folder.write("b.py", data)
    folder.write("c.py")
    ran = folder.run("fix")
    first = next(said for said in ran.err.splitlines() if said.startswith("b.py"))
    assert ran.code == 2
    assert words in first
    assert line is None or first.startswith(f"b.py:{line}: ")
    assert (folder.read("a.py"), folder.read("b.py"), folder.read("c.py")) == (AFTER, data, AFTER)
    assert ran.err.endswith("2 files rewritten, 2 gathers, 1 error\n")


def test_missing_and_dangling_files(folder: Folder) -> None:
    folder.write("a.py")
    (folder.path / "b.py").symlink_to("gone")
    ran = folder.run("fix", "missing.py", ".")
    assert ran.code == 2
    assert "missing.py: no such file or directory" in ran.err
    assert "b.py: no such file or directory" in ran.err
    assert folder.read("a.py") == AFTER


def test_a_folder_named_like_a_file(folder: Folder) -> None:
    folder.write("x.py/a.py")
    assert folder.run("fix", "x.py").code == 0
    assert folder.read("x.py/a.py") == AFTER


def test_not_python(folder: Folder) -> None:
    folder.write("notes.txt", b"Just some words.\n")
    folder.write("script", BEFORE)
    ran = folder.run("fix", "notes.txt", "script")
    assert ran.code == 2
    assert ran.err.startswith("notes.txt:1: syntax error")
    assert folder.read("script") == AFTER


def test_a_link_stays_a_link_and_the_mode_is_kept(folder: Folder) -> None:
    real = folder.write("real/a.py")
    real.chmod(0o750)
    (folder.path / "link.py").symlink_to("real/a.py")
    assert folder.run("fix", "link.py").code == 0
    assert (folder.path / "link.py").is_symlink()
    assert real.read_bytes() == AFTER
    assert stat.S_IMODE(real.stat().st_mode) == 0o750
    assert [path.name for path in (folder.path / "real").iterdir()] == ["a.py"]


def test_many_files_in_processes_are_done_in_order(folder: Folder) -> None:
    names = [f"a{number:02}.py" for number in range(40)]
    for name in names:
        folder.write(name)
    folder.write("a07.py", b"def (")
    ran = folder.run("fix", "-j", "4")
    said = ran.err.splitlines()
    assert ran.code == 2
    assert [line.partition(" ")[2] for line in said if line.startswith("Rewriting")] == names[:7] + names[8:]
    assert said[7].startswith("a07.py:1: syntax error")
    assert said[-1] == "39 files rewritten, 39 gathers, 1 error"


def test_flake8s_configuration_holds(folder: Folder) -> None:
    folder.write(".flake8", b"[flake8]\nexclude = vendor\nper-file-ignores = quiet.py: GTH103\n")
    folder.write("vendor/a.py")
    folder.write("quiet.py")
    folder.write("a.py")
    assert folder.run("fix", "--check").err.splitlines()[0] == "Would rewrite a.py"
    assert folder.run("fix").code == 0
    assert (folder.read("vendor/a.py"), folder.read("quiet.py"), folder.read("a.py")) == (BEFORE, BEFORE, AFTER)


def test_wrong_configuration_changes_nothing(folder: Folder) -> None:
    folder.write("a.py")
    folder.write("pyproject.toml", b"[tool.flake8-gather]\nlimit = 0\n")
    ran = folder.run("fix")
    assert (ran.code, ran.out, folder.read("a.py")) == (2, b"", BEFORE)
    assert ran.err == "flake8-gather: pyproject.toml: [tool.flake8-gather] limit: '0' is not a whole number above 0\n"


@pytest.mark.parametrize(
    "silenced",
    [
        BEFORE.replace(b"in urls]\n", b"in urls]  # noqa: GTH103\n"),
        BEFORE.replace(b"[await", b"[\n        await").replace(b"in urls]", b"in urls\n    ]  # noqa: GTH103"),
        b"# flake8: noqa\n" + BEFORE,
    ],
    ids=["line", "statement", "file"],
)
def test_noqa_keeps_the_codemod_away(folder: Folder, silenced: bytes) -> None:
    folder.write("a.py", silenced)
    ran = folder.run("fix", "a.py")
    assert (ran.code, folder.read("a.py")) == (0, silenced)
    assert folder.run("fix", "--check", "a.py").code == 0
