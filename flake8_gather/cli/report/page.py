"""The report as one HTML page, with everything it needs inside."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from string import Template
from typing import TYPE_CHECKING

from flake8_gather import __version__
from flake8_gather.cli.report import asset, pieces
from flake8_gather.cli.report.figures import figures
from flake8_gather.cli.report.markup import Markup, element, escape, joined, prose
from flake8_gather.cli.setup import count
from flake8_gather.rules import BARRIERS, RULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flake8_gather.cli.places import Place
    from flake8_gather.cli.report.figures import About, Count, Figures

MOST_UNFOLDED = 10


def page(places: Sequence[Place], about: About) -> str:
    """Return the page."""
    counted = figures(places)
    reported = [one for one in places if one.reported]
    return Template(asset("page.html")).substitute(
        title=escape(about.title),
        style=asset("colours.css") + asset("page.css"),
        script=asset("page.js"),
        lede=escape(counted.lede),
        numbers=joined(*numbers(counted)),
        charts=joined(*charts(counted)),
        reported=joined(*by_rule(reported, unfolded=len(reported) <= MOST_UNFOLDED)),
        kept=joined(*by_barrier([one for one in places if not one.reported])),
        foot=escape(foot(about)),
    )


def foot(about: About) -> str:
    """Return what the report was made from."""
    level = about.min_confidence.name.lower()
    return f"{count(about.files, 'file')} read by flake8-gather {__version__}, reported from {level} confidence on."


def numbers(counted: Figures) -> Iterator[Markup]:
    """Yield the figures that stand out."""
    for number, text in counted.numbers:
        yield element("div", element("dd", f"{number:,}"), element("dt", text))


def charts(counted: Figures) -> Iterator[Markup]:
    """Yield the charts."""
    for title, rows in counted.charts:
        yield element("section", element("h2", title), element("ol", *_rows(rows)), class_="chart")


def _rows(rows: Sequence[Count]) -> Iterator[Markup]:
    most = max(row.total for row in rows if not row.is_rest)
    for row in rows:
        label = joined(row.label, " ", element("small", row.text)) if row.text else row.label
        bars = [
            element("i", class_=kind, style=f"--share:{number / most:.3f}")
            for kind, number in (("reported", row.reported), ("kept", row.kept))
            if number and not row.is_rest
        ]
        inside = (
            element("span", label, class_="label", title=row.text or row.label),
            element("span", *bars, class_="track"),
            element("span", row.number(rows), class_="number"),
        )
        yield element("li", element("a", *inside, href=f"#{row.target}") if row.target else element("span", *inside))


def by_rule(places: Sequence[Place], *, unfolded: bool) -> Iterator[Markup]:
    """Yield the reported places, rule by rule."""
    for code, group in groupby(sorted(places, key=lambda one: one.rule), key=lambda one: one.rule):
        rule = RULES[code]
        shown = [pieces.place(one, unfolded=unfolded) for one in group]
        heading = element("h3", code, " ", element("small", rule.name), _number(shown))
        fact = element("p", rule.fact[0].upper(), rule.fact[1:], ".", class_="meaning")
        yield element("section", heading, fact, *shown, id=code, class_="group")


def by_barrier(places: Sequence[Place]) -> Iterator[Markup]:
    """Yield the kept places, barrier by barrier, the most frequent one first."""
    found = Counter(one.barrier for one in places)
    for barrier in sorted(BARRIERS, key=lambda barrier: -found[barrier]):
        shown = [pieces.place(one, unfolded=False) for one in places if one.barrier == barrier]
        if shown:
            heading = element("h3", barrier, _number(shown))
            meaning = element("span", prose(BARRIERS[barrier]), class_="meaning")
            yield element("details", element("summary", heading, meaning), *shown, id=barrier, class_="group")


def _number(shown: Sequence[Markup]) -> Markup:
    return element("span", f"{len(shown):,}", class_="number")
