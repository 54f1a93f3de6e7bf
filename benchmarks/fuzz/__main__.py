"""Strange texts for linter, explain and codemod: `python -m benchmarks.fuzz grammar|mutation --seconds 600`.

`grammar` writes programs by Python's grammar (hypothesmith), `mutation` changes the fixtures (atheris). Both need
`pip install -e '.[fuzz]'`. What fails is kept in a folder.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.fuzz.checking import Examiner

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Print figures and everything that is wrong; return 1 if there was anything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("kind", choices=("grammar", "mutation"))
    parser.add_argument("--seconds", type=int, default=600, metavar="S")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where texts that fail are kept")
    given = parser.parse_args(argv)
    folder = given.keep or Path(tempfile.mkdtemp(prefix="fuzz-"))
    folder.mkdir(parents=True, exist_ok=True)
    if given.kind == "mutation":  # atheris ends its process
        command = [sys.executable, "-m", "benchmarks.fuzz.mutation", str(folder), str(given.seconds)]
        subprocess.run(command, check=False)
    else:
        from benchmarks.fuzz import grammar

        examiner = Examiner(folder)
        grammar.fuzz(examiner, given.seconds)
        print(examiner.summary())
    return int(any(folder.glob("wrong-*.py")))


if __name__ == "__main__":
    raise SystemExit(main())
