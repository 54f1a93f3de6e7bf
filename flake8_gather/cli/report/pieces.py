"""One place as HTML: its source, its time line, its reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_gather.cli.report.markup import Markup, element, joined, path, prose

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from flake8_gather.cli.evidence import Evidence
    from flake8_gather.cli.excerpts import Line
    from flake8_gather.cli.places import Bar, Place

MOST_ROWS = 12


def place(one: Place, *, unfolded: bool) -> Markup:
    """Return one place, folded to a line unless it is to be `unfolded`."""
    tags = [element("span", one.gain, class_="gain")] if one.gain else []
    if one.confidence is not None:
        tags.append(element("span", one.confidence, class_=f"tag {one.confidence}"))
    if one.reported and not one.rewritable:
        tags.append(element("span", "by hand", class_="tag hand"))
    where = element("code", joined(path(one.path), element("b", f":{one.line}")), class_="where")
    summary = element("summary", where, element("span", one.function, class_="function"), *tags)
    body = element("div", sources(one), times(one), reasons(one), class_="body")
    return element("details", summary, body, class_="place", open="" if unfolded else None)


def sources(one: Place) -> Markup:
    """Return the source, and what it becomes beside it."""
    because = {reason.line for reason in one.evidence if reason.path is None}
    before = element("pre", *(_line(line, "because" if line.number in because else None) for line in one.before))
    if not one.after:
        return element("div", before, class_="sources")
    known = {"", *(line.text for line in one.before)}
    after = element("pre", *(_line(line, None if line.text in known else "new") for line in one.after))
    return element("div", before, after, class_="sources two")


def _line(line: Line, class_: str | None) -> Markup:
    if line.number is None:
        return element("code", "⋯", class_="left-out")
    text = (element("mark", part) if marked else part for part, marked in line.parts())
    return element("code", *text, "\n", data_n=line.number, class_=class_)


def times(one: Place) -> Markup:
    """Return the time line today and, for what is reported, gathered."""
    bars = one.bars[:MOST_ROWS]
    slots = max((bar.before for bar in bars), default=0) + 1
    parts = [_bars("now", bars, [bar.before for bar in bars])]
    if one.reported:
        parts.append(_bars("gathered", bars, [bar.after for bar in bars]))
    if len(one.bars) > len(bars):
        parts.append(element("p", f"and {len(one.bars) - len(bars)} more", class_="more"))
    return element("div", *parts, class_="times", style=f"--of:{slots}")


def _bars(title: str, bars: Sequence[Bar], rounds: Sequence[int]) -> Markup:
    rows = (
        element("li", element("code", _label(bar)), element("i", style=f"--at:{when}"))
        for bar, when in zip(bars, rounds, strict=True)
    )
    return joined(element("h4", title), element("ol", *rows, class_=title))


def _label(bar: Bar) -> Markup:
    item = element("em", f"{bar.item} item") if bar.item else Markup()
    return joined(element("b", str(bar.line)), item, bar.call)


def reasons(one: Place) -> Markup:
    """Return the reasons, each with the line that it comes from, unless that is shown already."""
    shown = {line.number for line in one.before}
    return element("ul", *(_reason(reason, shown) for reason in one.evidence), class_="reasons")


def _reason(reason: Evidence, shown: Collection[int | None]) -> Markup:
    if reason.line is None:
        return element("li", prose(reason.text))
    if reason.path is None:
        quoted = Markup() if reason.line in shown else element("pre", reason.source)
        return element("li", prose(reason.text), " ", element("small", f"line {reason.line}"), quoted)
    where = element("small", path(f"{reason.path}:{reason.line}"))
    return element("li", prose(reason.text), " ", where, element("pre", reason.source))
