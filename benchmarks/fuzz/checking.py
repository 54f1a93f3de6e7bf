"""What must hold for a text, however strange: no exception, all parts agree, the rewrite is sound and final."""

from __future__ import annotations

import hashlib
import traceback
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.scale.checks import check
from flake8_gather.confidence import Confidence
from flake8_gather.options import Options

if TYPE_CHECKING:
    from pathlib import Path

OPTIONS = Options(Confidence.LOW, follow_imports=False)
SEEN_OFTEN = 3  # texts that are kept of one kind of failure


@dataclass(slots=True)
class Examiner:
    """Tries texts in a folder, counts them, and keeps those with which something is wrong."""

    folder: Path
    counts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)

    def examine(self, data: bytes) -> str | None:
        """Try one text; return what is wrong with it, None where nothing is."""
        path = self.folder / "tried.py"
        path.write_bytes(data)
        self.counts["texts"] += 1
        try:
            report = check(path, OPTIONS)
            found = list(report.complaints)
            self.counts["parsed"] += report.error is None
            self.counts["with groups"] += report.considered > 0
            self.counts["rewritten"] += report.rewritten > 0
            if not found and report.new != data:
                path.write_bytes(report.new)
                again = check(path, OPTIONS)
                found += again.complaints
                found += ["a second run changes it"] if again.new != report.new else []
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            place = traceback.extract_tb(error.__traceback__)[-1]
            found = [f"{type(error).__name__} in {place.name}, line {place.lineno} of {place.filename}"]
        if not found:
            return None
        self._keep(data, found[0])
        return found[0]

    def _keep(self, data: bytes, failure: str) -> None:
        self.counts["wrong"] += 1
        kind = "".join(letter for letter in failure.splitlines()[0] if not letter.isdigit())
        self.kinds[kind] += 1
        if self.kinds[kind] <= SEEN_OFTEN:
            name = f"wrong-{hashlib.sha256(data).hexdigest()[:12]}.py"
            (self.folder / name).write_bytes(data)
            print(f"WRONG {self.folder / name}: {failure}", flush=True)

    def summary(self) -> str:
        """Return the figures as one line."""
        names = ("texts", "parsed", "with groups", "rewritten", "wrong")
        return ", ".join(f"{self.counts[name]} {name}" for name in names)
