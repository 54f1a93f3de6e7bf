"""Where the settings come from, and which one wins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flake8_gather.confidence import Confidence
from flake8_gather.config import ConfigError, Configuration, load
from flake8_gather.options import Options
from flake8_gather.rules import RULES


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def loaded(flake8: str = "", tool: str = "", select: tuple[str, ...] = (), **overrides: Any) -> Configuration:
    if flake8:
        Path("tox.ini").write_text(f"[flake8]\n{flake8}\n")
    if tool:
        Path("pyproject.toml").write_text(tool)
    return load(Path.cwd(), overrides, select)


def test_defaults() -> None:
    configuration = loaded()
    assert configuration.options == Options()
    assert configuration.contradictions == ()
    assert configuration.codes("a.py") == frozenset(RULES)
    assert configuration.excluded("x/.git")
    assert not configuration.excluded("a.py")


def test_pyproject() -> None:
    tool = """
        [tool.flake8-gather]
        min-confidence = "low"
        follow-imports = false
        ordered = ["a.b", "c.*"]
        exclusive = ["d"]
        concurrent = ["e"]
        gather-function = "house.aio.all"
        style = "taskgroup"
        limit = 5
    """
    assert loaded(tool=tool).options == Options(
        min_confidence=Confidence.LOW,
        follow_imports=False,
        ordered=("a.b", "c.*"),
        exclusive=("d",),
        concurrent=("e",),
        gather_function="house.aio.all",
        style="taskgroup",
        limit=5,
    )


def test_pyproject_of_a_folder_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.flake8-gather]\nlimit = 7\n")
    (tmp_path / "src").mkdir()
    monkeypatch.chdir(tmp_path / "src")
    assert loaded().options.limit == 7


def test_flake8_wins_over_pyproject_and_says_so() -> None:
    configuration = loaded("gather-min-confidence = high", '[tool.flake8-gather]\nmin-confidence = "low"\nlimit = 2\n')
    assert (configuration.options.min_confidence, configuration.options.limit) == (Confidence.HIGH, 2)
    assert configuration.contradictions == (
        "min-confidence is set differently in flake8's configuration, which holds, and in pyproject.toml",
    )


def test_the_command_line_wins() -> None:
    configuration = loaded(
        "gather-min-confidence = high",
        '[tool.flake8-gather]\nmin-confidence = "low"\nlimit = 2\n',
        min_confidence=Confidence.MEDIUM,
        limit=9,
    )
    assert (configuration.options.min_confidence, configuration.options.limit) == (Confidence.MEDIUM, 9)
    assert configuration.contradictions == ()


def test_the_same_twice_is_no_contradiction() -> None:
    tool = "[tool.flake8-gather]\nfollow-imports = false\n"
    assert loaded("gather-no-follow-imports = true", tool).contradictions == ()
    assert loaded("gather-no-follow-imports = false", tool).options.follow_imports


def test_flake8_settings_in_pyproject() -> None:
    tool = '[tool.flake8]\ngather-min-confidence = "high"\nexclude = ["old", "x"]\nper-file-ignores = ["a.py:GTH1"]\n'
    configuration = loaded(tool=tool)
    assert configuration.options.min_confidence is Confidence.HIGH
    assert configuration.excluded("old")
    assert "GTH101" not in configuration.codes("a.py")


@pytest.mark.parametrize(("installed", "confidence"), [(True, Confidence.HIGH), (False, Confidence.LOW)])
def test_flake8_pyproject_wins_where_it_is_installed(
    installed: bool, confidence: Confidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name if installed and name == "flake8p" else None)
    configuration = loaded("gather-min-confidence = low", '[tool.flake8]\ngather-min-confidence = "high"\n')
    assert configuration.options.min_confidence is confidence


def test_ignored_rules() -> None:
    configuration = loaded("extend-ignore = GTH2\nper-file-ignores =\n    tests/*: GTH1\n    b.py: GTH301")
    assert configuration.codes("a.py") == {code for code in RULES if not code.startswith("GTH2")}
    assert configuration.codes("tests/a.py") == {"GTH301", "GTH302"}
    assert load(Path.cwd(), {}, ("GTH3", "GTH101")).codes("b.py") == {"GTH101", "GTH302"}


@pytest.mark.parametrize(
    ("flake8", "select", "codes"),
    [
        ("select = E,F", (), set(RULES)),
        ("select = E,GTH1\nextend-select = GTH301", (), {code for code in RULES if code[3] == "1"} | {"GTH301"}),
        ("ignore = GTH\nextend-select = GTH103", (), {"GTH103"}),
        ("ignore = GTH1\nextend-select = GTH103", ("GTH1",), {"GTH103"}),
        ("select = GTH1", ("GTH103", "GTH2"), {"GTH103", "GTH201", "GTH202", "GTH203"}),
        ("extend-select = GTH103", ("GTH301",), {"GTH301"}),
        ("per-file-ignores =\n    a.py: GTH2\n    *.py: GTH1", (), set(RULES) - {"GTH201", "GTH202", "GTH203"}),
    ],
)
def test_selected_rules_are_those_of_flake8(flake8: str, select: tuple[str, ...], codes: set[str]) -> None:
    assert loaded(flake8, select=select).codes("a.py") == codes


@pytest.mark.parametrize(
    ("flake8", "tool", "length"),
    [
        ("", "", None),
        ("", "[tool.ruff]\nlint.select = ['E']\n", None),
        ("", "[tool.ruff]\nformat = {}\n", 88),
        ("max-line-length = 200", "[tool.black]\n", 88),
        ("max-line-length = 100", "", 100),
        ("max-line-length = 100", "[tool.black]\nline-length = 90\n", 90),
        ("", "[tool.ruff]\nline-length = 120\n", 120),
        ("", "[tool.black]\n[tool.ruff]\nline-length = 120\n", 120),
        (
            "",
            '[tool.ruff]\nline-length = 99\n[dependency-groups]\ndev = ["black==26.1", {include-group = "t"}]\n',
            88,
        ),
        ("max-line-length = 120", '[project.optional-dependencies]\ndev = ["black"]\n', 88),
        ("", '[tool.black]\nline-length = 99\n[dependency-groups]\ndev = ["black"]\n', 99),
        ("", '[tool.ruff]\nline-length = 120\nformat = {}\n[dependency-groups]\ndev = ["black"]\n', 120),
        ("", '[tool.ruff]\nline-length = 120\n[dependency-groups]\ndev = ["black-mirror", "blacken-docs"]\n', 120),
        ("max-line-length = 80\nselect = C,B950", "", 88),
    ],
)
def test_line_length(flake8: str, tool: str, length: int | None) -> None:
    assert loaded(flake8, tool).options_for("a.py").line_length == length


@pytest.mark.parametrize(
    ("hooks", "length"),
    [
        ("  - id: black\n", 88),
        ("  - id: ruff\n", 120),
        ("  - id: ruff_format\n", 120),
        ("  - id: black\n    args: ['--line-length', '99']\n", 99),
        ("  -   id: 'black'\n      args: [-l90]\n", 90),
        ("  - id: black\n    args:\n    - -l\n    - 91\n", 91),
        ("  - id: autopep8\n    args: [--in-place, --max-line-length=92]\n", 92),
        ("  - id: isort\n    args: [--line-length=70]\n  - id: mypy\n", 120),
    ],
)
def test_line_length_of_pre_commit(hooks: str, length: int) -> None:
    Path(".pre-commit-config.yaml").write_text(f"repos:\n- repo: https://example.com\n  hooks:\n{hooks}")
    assert loaded(tool="[tool.ruff]\nline-length = 120\n").options_for("a.py").line_length == length


@pytest.mark.parametrize(
    ("flake8", "tool", "strict"),
    [
        ("", "", False),
        ("", "[tool.ruff.lint]\nselect = ['E', 'B']\n", True),
        ("", "[tool.ruff.lint]\nextend-select = ['B905']\n", True),
        ("", "[tool.ruff]\nselect = ['ALL']\nignore = ['B9']\n", False),
        ("", "[tool.ruff.lint]\nselect = ['E', 'B02']\n", False),
        ("extend-select = B9", "", True),
    ],
)
def test_strict_zip(flake8: str, tool: str, *, strict: bool) -> None:
    assert loaded(flake8, tool).options_for("a.py").strict_zip is strict


def test_line_length_in_ruff_toml() -> None:
    Path("ruff.toml").write_text("line-length = 77\n")
    assert loaded().options_for("a.py").line_length == 77


def test_the_nearest_folder_decides_on_layout() -> None:
    for folder in ("libs/one/src", "libs/two", "tools"):
        Path(folder).mkdir(parents=True)
    Path("libs/one/pyproject.toml").write_text("[tool.black]\nline-length = 100\n")
    Path("libs/two/ruff.toml").write_text("extend = '../ruff.toml'\nlint.select = ['B']\n")
    Path("libs/ruff.toml").write_text("extend = '../pyproject.toml'\nlint.ignore = ['B905']\n")
    Path("tools/pyproject.toml").write_text("[tool.black")
    configuration = loaded(tool="[tool.ruff]\nline-length = 120\nlint.select = ['B905']\n")
    layouts = {
        path: (options.line_length, options.strict_zip)
        for path in ("a.py", "libs/one/src/a.py", "libs/two/a.py", "tools/a.py")
        for options in [configuration.options_for(path)]
    }
    assert layouts == {
        "a.py": (120, True),
        "libs/one/src/a.py": (100, False),
        "libs/two/a.py": (120, False),
        "tools/a.py": (120, True),
    }


@pytest.mark.parametrize(
    ("flake8", "tool", "words"),
    [
        ("gather-min-confidence = some", "", "'some' is not one of high, medium, low"),
        ("gather-no-follow-imports = perhaps", "", "Not a boolean: perhaps"),
        ("max-line-length = long", "", "invalid literal"),
        ("per-file-ignores = GTH1", "", "per-file-ignores"),
        ("", "[tool.flake8-gather]\nstyle = 'threads'", "style: 'threads' is not one of gather, taskgroup"),
        ("", "[tool.flake8-gather]\nlimit = true", "limit: 'True' is not a whole number above 0"),
        ("", "[tool.flake8-gather]\nlimit = -1", "limit: '-1' is not a whole number above 0"),
        ("", "[tool.flake8-gather]\nmin-confidence = 3", "min-confidence: '3' is not a string"),
        ("", "[tool.flake8-gather]\nordered = 'a'", "ordered: 'a' is not a list of strings"),
        ("", "[tool.flake8-gather]\nordered = ['a(']", "ordered: 'a(' is not a dotted name"),
        ("", "[tool.flake8-gather]\nfollow-imports = 'no'", "follow-imports: 'no' is not true or false"),
        ("", "[tool.flake8-gather]\nmin_confidence = 'low'", "has no setting 'min_confidence'"),
        ("", "[tool", "pyproject.toml: "),
    ],
)
def test_settings_that_make_no_sense(flake8: str, tool: str, words: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        loaded(flake8, tool)
    assert words in str(wrong.value)
    assert "\n" not in str(wrong.value)
