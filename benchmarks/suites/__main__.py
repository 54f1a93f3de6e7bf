"""Real projects, tested before and after the codemod: `python -m benchmarks.suites [NAME…]`.

Each project of `projects.toml` is fetched and installed in an environment of its own, its tests are run, the
codemod rewrites it, the tests are run again. A test whose outcome has changed is listed. Everything stays in one
folder, so a second call only repeats what is new.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.suites import testing
from benchmarks.suites.comparing import Comparison, Texts, compare
from benchmarks.suites.projects import Checkout, Project, SetupError, table

if TYPE_CHECKING:
    from collections.abc import Sequence

SETTINGS = {
    "default": (),
    "low": ("--min-confidence=low",),
    "alone": ("--min-confidence=low", "--no-follow-imports"),
    "taskgroup": ("--min-confidence=low", "--style=taskgroup"),
    "limit": ("--min-confidence=low", "--limit=3"),
}
HEADINGS = (
    "project",
    "revision",
    "settings",
    "rewrites",
    "run through",
    "passed",
    "failed",
    "passed",
    "failed",
    "lost",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Print a row per project and setting; return 1 if a test was lost or a project could not be run."""
    projects = {project.name: project for project in table()}
    parser = argparse.ArgumentParser(prog="python -m benchmarks.suites", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[*projects, []], help=", ".join(projects))
    parser.add_argument("--settings", nargs="+", choices=SETTINGS, default=["default", "low", "alone"])
    parser.add_argument("--folder", type=Path, default=Path(".suites"), help="where projects and environments are kept")
    parser.add_argument("--mirror", type=Path, help="local copies of repositories, as OWNER/NAME")
    given = parser.parse_args(argv)
    wrong = 0
    print("|", " | ".join(HEADINGS), "|", flush=True)
    print("|", " | ".join("---" for _ in HEADINGS), "|", flush=True)
    for name in given.names or projects:
        try:
            checkout = Checkout(projects[name], given.folder.resolve() / name, given.mirror)
            wrong += examine(checkout, given.settings)
        except SetupError as error:
            print(f"{name}: {error}", flush=True)
            wrong += 1
    return int(wrong > 0)


def examine(checkout: Checkout, chosen: Sequence[str]) -> int:
    """Compare one project in every setting; return how many tests were lost. Raises `SetupError`."""
    project = checkout.project
    checkout.prepare()
    start = time.perf_counter()
    before = testing.run(checkout)
    (checkout.folder / "before.txt").write_text(before.output, "utf-8")
    if not before.count("passed"):
        raise SetupError(f"no test passes before the rewrite: {before.output[-2000:]}")
    print(f"{project.name}: tests run in {time.perf_counter() - start:.0f} s", flush=True)
    lost = 0
    known: dict[Texts, Comparison] = {}
    for name in chosen:
        found = compare(checkout, before, SETTINGS[name], known)
        (checkout.folder / f"after-{name}.txt").write_text(found.after.output, "utf-8")
        (checkout.folder / f"after-{name}.json").write_text(
            json.dumps(list(map(str, found.rewrites)), indent=1), "utf-8"
        )
        show(project, name, found)
        lost += len(found.lost)
    return lost


def show(project: Project, setting: str, found: Comparison) -> None:
    """Print the row, and below it what changed."""
    numbers = (len(found.rewrites), found.covered, *_counts(found.before), *_counts(found.after), len(found.lost))
    print("|", " | ".join(map(str, (project.name, project.revision, setting, *numbers))), "|", flush=True)
    for test in found.lost:
        print(f"    LOST {test}", flush=True)
    for test in found.unstable:
        print(f"    unstable without a rewrite: {test}", flush=True)


def _counts(run: testing.Run) -> tuple[int, int]:
    return run.count("passed"), run.count("failure", "error")


if __name__ == "__main__":
    raise SystemExit(main())
