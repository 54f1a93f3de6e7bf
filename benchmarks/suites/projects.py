"""The projects in `projects.toml`: their sources, pinned, and an environment in which their tests run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

GITHUB = "https://github.com/"
TABLE = Path(__file__).with_name("projects.toml")
RUNNERS = ("coverage>=7", "pytest-timeout>=2.3")


class SetupError(Exception):
    """A project could not be fetched or installed."""


@dataclass(frozen=True, slots=True)
class Project:
    """One entry of the table.

    It comes as a source distribution (`version`) or from a repository (`repository`, `commit`). `root` is the
    folder in it where the tests are run, `install` what pip installs from there, `requires` what the tests need
    besides, `build` arguments for Python that compile something in place, `fix` the paths to rewrite, `tests` the
    arguments for pytest, `environment` variables for building and testing.
    """

    name: str
    fix: tuple[str, ...]
    tests: tuple[str, ...]
    version: str = ""
    repository: str = ""
    commit: str = ""
    root: str = "."
    install: tuple[str, ...] = (".",)
    requires: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def revision(self) -> str:
        """The version or the commit, short."""
        return self.version or self.commit[:10]


def table() -> list[Project]:
    """Read the table."""
    entries: list[dict[str, Any]] = tomllib.loads(TABLE.read_text("utf-8"))["project"]
    return [Project(**{key: _frozen(value) for key, value in entry.items()}) for entry in entries]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class Checkout:
    """A project on disk: the untouched sources, the tree that is tested and rewritten, its interpreter.

    `mirror` is a folder with local copies of repositories, as OWNER/NAME: clones, or plain folders.
    """

    project: Project
    folder: Path
    mirror: Path | None = None

    @property
    def pristine(self) -> Path:
        """The sources as they came."""
        return self.folder / "pristine"

    @property
    def tree(self) -> Path:
        """The copy that is installed, tested and rewritten."""
        return self.folder / "tree"

    @property
    def root(self) -> Path:
        """Where the tests are run."""
        return self.tree / self.project.root

    @property
    def python(self) -> Path:
        """The interpreter of the project's environment."""
        return self.folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"

    def prepare(self) -> None:
        """Fetch and install the project, unless that was done before. Raises `SetupError`."""
        done = self.folder / "installed.txt"
        if not self.pristine.exists():
            self._fetch()
        self.restore()
        if done.exists():
            return
        run([sys.executable, "-m", "venv", "--clear", str(self.folder / "venv")])
        editable = [argument for target in self.project.install for argument in ("--editable", f"{self.root}/{target}")]
        run([str(self.python), "-m", "pip", "install", "--quiet", *editable, *self.project.requires, *RUNNERS])
        if self.project.build:
            run([str(self.python), *self.project.build], self.root, self.project.environment)
        done.write_text(run([str(self.python), "-m", "pip", "freeze", "--exclude-editable"]), "utf-8")

    def restore(self) -> None:
        """Put all sources back as they came; what an installation or a test has added stays."""
        shutil.copytree(self.pristine, self.tree, ignore=self._links_in_place, dirs_exist_ok=True, symlinks=True)

    def _links_in_place(self, folder: str, names: list[str]) -> list[str]:
        """Name the links that are there: `copytree` would fail to make them again."""
        target = self.tree / Path(folder).relative_to(self.pristine)
        return [name for name in names if Path(folder, name).is_symlink() and (target / name).is_symlink()]

    def _fetch(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        if self.project.repository:
            self._clone(fresh)
            fresh.rename(self.pristine)
            return
        wanted = f"{self.project.name}=={self.project.version}"
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        run([*pip, f"--no-binary={self.project.name}", f"--dest={fresh}", wanted])
        (archive,) = fresh.iterdir()
        with tarfile.open(archive) as tar:
            tar.extractall(fresh, filter="data")
        archive.unlink()
        (unpacked,) = fresh.iterdir()
        unpacked.rename(self.pristine)

    def _clone(self, fresh: Path) -> None:
        """Check out the commit, from the mirror if that has the repository."""
        source = self.project.repository
        local = self.mirror and self.mirror / source.removeprefix(GITHUB)
        if local and local.exists():
            if not (local / ".git").exists() and not (local / "HEAD").exists():
                shutil.copytree(local, fresh, symlinks=True)
                return
            source = str(local.resolve())
        git = ["git", "-C", str(fresh)]
        run(["git", "init", "--quiet", str(fresh)])
        run([*git, "fetch", "--quiet", "--depth=1", source, self.project.commit])
        run([*git, "checkout", "--quiet", "FETCH_HEAD"])


def run(command: list[str], folder: Path | None = None, variables: Mapping[str, str] | None = None) -> str:
    """Run a command and return what it prints. Raises `SetupError` when it fails."""
    environment = {**os.environ, **(variables or {})}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetupError(f"{' '.join(command)}: {(done.stderr or done.stdout)[-2000:]}")
    return done.stdout
