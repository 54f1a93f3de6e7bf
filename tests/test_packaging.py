"""What is released holds all that it needs, and says the same version everywhere."""

from __future__ import annotations

import re
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import flake8_gather

sdist = pytest.importorskip("hatchling.builders.sdist", reason="pip install 'flake8-gather[test]'")
wheels = pytest.importorskip("hatchling.builders.wheel")

ROOT = Path(__file__).parents[1]
VERSION = flake8_gather.__version__
FOLDERS = ("flake8_gather", "tests", "fixtures", "benchmarks", "docs", "examples")
ALONE = (
    ".ci/run",
    ".gitignore",
    ".pre-commit-hooks.yaml",
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "pyproject.toml",
)


def files(folder: str) -> set[str]:
    """Return the files of a folder of the project that are not by-products."""
    paths = (ROOT / folder).rglob("*")
    return {str(path.relative_to(ROOT)) for path in paths if path.is_file() and "__pycache__" not in path.parts}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = str(tmp_path_factory.mktemp("wheel"))
    return zipfile.ZipFile(next(wheels.WheelBuilder(str(ROOT)).build(directory=folder, versions=["standard"])))


def test_the_wheel_holds_the_package_its_pages_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert names == files("flake8_gather") | {f"flake8_gather/{name}" for name in files("docs")}
    assert {"flake8_gather/py.typed", "flake8_gather/analysis/vocabulary.toml"} <= names
    assert sum(name.startswith("flake8_gather/catalogue/") and name.endswith(".toml") for name in names) > 50


def test_the_metadata(wheel: zipfile.ZipFile) -> None:
    info = f"flake8_gather-{VERSION}.dist-info"
    metadata = Parser().parsestr(wheel.read(f"{info}/METADATA").decode())
    assert (metadata["Name"], metadata["Version"]) == ("flake8-gather", VERSION)
    needed = [name for name in metadata.get_all("Requires-Dist", []) if "extra ==" not in name]
    assert all(re.fullmatch(r"(flake8|libcst|platformdirs)>=[\d.]+", name) for name in needed), needed
    assert wheel.read(f"{info}/entry_points.txt").decode().split() == [
        "[console_scripts]",
        *"flake8-gather = flake8_gather.cli:main".split(),
        "[flake8.extension]",
        *"GTH = flake8_gather.plugin:GatherPlugin".split(),
    ]


def test_the_source_archive_holds_what_its_tests_need(tmp_path: Path) -> None:
    archive = next(sdist.SdistBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    assert names == {*ALONE, "PKG-INFO"}.union(*map(files, FOLDERS))


@pytest.mark.parametrize("name", ["README.md", "docs/integrations.md"])
def test_the_version_of_the_hooks(name: str) -> None:
    assert re.findall(r"rev: v(.*)", (ROOT / name).read_text("utf-8")) == [VERSION]


def test_the_changelog_has_a_section_for_what_comes_next() -> None:
    sections = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert sections[0] == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d{2}-\d{2}", section) for section in sections[1:])
