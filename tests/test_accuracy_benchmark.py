"""The labels are well formed, and the comparison with findings means what it says."""

from __future__ import annotations

import ast
from pathlib import Path

from benchmarks.accuracy.figures import Judged, accepted, row
from benchmarks.accuracy.labels import HALVES, KINDS, Label, load, pinned
from benchmarks.accuracy.linters import Finding
from benchmarks.accuracy.matching import reported
from benchmarks.accuracy.population import candidates
from flake8_gather.opportunity import Barrier

LABELS = load()
CODE = """\
async def f(xs, ys):
    for x in xs:
        for y in ys:
            await g(x, y)
    for x in xs:
        log(x)
        for y in ys:
            await g(x, y)
    a = await g(1)
    b = await g(2)
    return [await g(a, await h(b)) for x in await ys()], [x for x in await xs()]
"""


def label(kind: str = "loop", line: int = 2, end: int = 4, verdict: str = "gather", visible: bool = True) -> Label:
    parts = {"package": "p==1", "path": "a.py", "why": None, "shape": None, "confidence": 3, "note": "a"}
    fixed = {"kind": kind, "line": line, "end": end, "label": verdict, "visible": visible, "drawn": "place"}
    return Label(**parts, **fixed, half="development")  # type: ignore[arg-type]


def test_labels_are_well_formed() -> None:
    barriers = {barrier.value for barrier in Barrier}
    for one in LABELS:
        assert one.package in pinned()
        assert one.kind in KINDS
        assert one.half in HALVES
        assert one.line <= one.end
        assert one.note.endswith(".")
        assert (one.why in barriers) == (one.label == "sequential"), one
        assert bool(one.shape) == (one.label == "gather"), one
    keys = [(*one.file, one.line, one.kind, one.drawn) for one in LABELS]
    assert len(keys) == len(set(keys))


def test_a_place_has_one_verdict_and_a_package_one_half() -> None:
    verdicts = {(*one.file, one.line, one.kind): one.label for one in LABELS}
    assert all(verdicts[(*one.file, one.line, one.kind)] == one.label for one in LABELS)
    assert len({(one.package, one.half) for one in LABELS}) == len({one.package for one in LABELS})


def test_the_page_has_the_counts_of_the_labels() -> None:
    page = Path(__file__).parents[1].joinpath("docs", "accuracy.md").read_text("utf-8")
    places = [one for one in LABELS if one.drawn == "place"]
    assert f"{len(pinned())} packages" in page
    assert f"{len(places)} places" in page
    assert f"{len(LABELS) - len(places)} findings" in page


def test_a_finding_means_the_innermost_loop_and_those_that_hold_nothing_else() -> None:
    tree = ast.parse(CODE)
    finding = [Finding(4, "GTH105")]
    assert reported(label(line=3, end=4), finding, tree)
    assert reported(label(line=2, end=4), finding, tree)
    outer = label(line=5, end=8)
    assert not reported(outer, [Finding(8, "GTH105")], tree)
    assert not reported(label(line=2, end=4), [Finding(4, "GTH201")], tree)


def test_kinds_take_findings_of_their_own_rules() -> None:
    tree = ast.parse(CODE)
    assert reported(label("seq", 9, 10), [Finding(9, "GTH201")], tree)
    assert not reported(label("seq", 9, 10), [Finding(9, "GTH103")], tree)
    assert reported(label("comp", 11, 11), [Finding(11, "WPS476")], tree)
    assert not reported(label("comp", 11, 11), [Finding(11, "GTH202")], tree)


def test_figures() -> None:
    judged = [
        Judged(label(), reported=True),
        Judged(label(visible=False), reported=False),
        Judged(label(verdict="sequential"), reported=True),
        Judged(label(verdict="unclear"), reported=True),
    ]
    assert row("all", judged) == ("all", "2", "1", "2", "1", "50 %", "50 %", "100 %")
    assert accepted(judged) == "2 of 3 (67 %) when they were labelled, 1 of the 2 reported today (50 %)"
    assert [one.wrong for one in judged] == [False, False, True, False]
    assert [one.missed for one in judged] == [False, True, False, False]


def test_the_population_is_found_by_syntax(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "a.py").write_text(CODE)
    (tmp_path / "a.py").write_text(CODE)
    (tmp_path / "broken.py").write_text("def")
    found = [(place.path, place.kind, place.line, place.end) for place in candidates(tmp_path, "p==1")]
    assert found == [
        ("a.py", "loop", 2, 4),
        ("a.py", "loop", 3, 4),
        ("a.py", "loop", 5, 8),
        ("a.py", "loop", 7, 8),
        ("a.py", "seq", 9, 11),
        ("a.py", "comp", 11, 11),
    ]
