"""The report as one SVG image: the figures, and places with their source and time line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_gather import __version__
from flake8_gather.cli.report import asset
from flake8_gather.cli.report.figures import figures
from flake8_gather.cli.report.markup import Markup, element
from flake8_gather.cli.setup import count
from flake8_gather.opportunity import Barrier
from flake8_gather.rules import BARRIERS, RULES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_gather.cli.excerpts import Line
    from flake8_gather.cli.places import Bar, Place
    from flake8_gather.cli.report.figures import About, Count, Figures

WIDTH, MARGIN, GAP = 960, 40, 24
HALF = (WIDTH - 2 * MARGIN - GAP) // 2
ROW, CODE, BAR = 20, 17, 9
LABELS = 340
FEW = 3
MOST_PLACES = 60
MOST_ROWS = 12


class Canvas:
    """An image that grows downwards: `y` is how far it has come."""

    def __init__(self) -> None:
        """Begin at the top."""
        self.parts: list[Markup] = []
        self.y = MARGIN // 2

    def text(self, x: float, y: float, *children: str, class_: str | None = None) -> None:
        """Write a line of text with its baseline at `y`."""
        self.parts.append(element("text", *children, x=x, y=y, class_=class_))

    def box(self, x: float, y: float, width: float, height: float, class_: str) -> None:
        """Draw a filled box."""
        self.parts.append(element("rect", x=x, y=y, width=f"{width:.1f}", height=height, rx=2, class_=class_))


def poster(places: Sequence[Place], about: About) -> str:
    """Return the image.

    A few places need no figures; of very many those that are not drawn are counted at the end.
    """
    canvas = Canvas()
    if len(places) > FEW:
        counted = figures(places)
        head(canvas, about, counted)
        charts(canvas, counted)
    shown = [one for one in places if one.reported or len(places) <= MOST_PLACES]
    shown = sorted(shown, key=lambda one: not one.reported)[:MOST_PLACES]
    for index, one in enumerate(shown):
        if index or len(places) > FEW:
            canvas.box(MARGIN, canvas.y, WIDTH - 2 * MARGIN, 1, "line")
        draw(canvas, one)
    if rest := len(places) - len(shown):
        canvas.text(MARGIN, canvas.y + ROW, f"{count(rest, 'place')} more, not drawn here", class_="soft")
        canvas.y += 2 * ROW
    if len(places) > FEW:
        foot = f"{count(about.files, 'file')} read by flake8-gather {__version__}"
        canvas.text(MARGIN, canvas.y + ROW, foot, class_="soft")
        canvas.y += 2 * ROW
    height = canvas.y + ROW
    paper = element("rect", width=WIDTH, height=height, class_="paper")
    style = element("style", Markup(asset("colours.css") + asset("poster.css")))
    title = element("title", f"Awaits in {about.title}")
    return element(
        "svg",
        *(title, style, paper, *canvas.parts),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {height}",
        width=WIDTH,
        height=height,
    )


def head(canvas: Canvas, about: About, counted: Figures) -> None:
    """Draw the title and the figures that stand out."""
    name = element("tspan", cut(about.title, 40), class_="go")
    canvas.text(MARGIN, canvas.y + 40, "Awaits in ", name, class_="title")
    canvas.text(MARGIN, canvas.y + 66, counted.lede, class_="soft")
    step = (WIDTH - 2 * MARGIN) / 4
    for index, (number, text) in enumerate(counted.numbers):
        x = MARGIN + index * step
        canvas.box(x, canvas.y + 94, step - GAP, 2, "line" if index else "go")
        canvas.text(x, canvas.y + 128, f"{number:,}", class_="figure")
        canvas.text(x, canvas.y + 148, text, class_="soft small")
    canvas.y += 186


def charts(canvas: Canvas, counted: Figures) -> None:
    """Draw the charts in two columns, each below the shorter one."""
    bottoms = [canvas.y, canvas.y]
    for title, rows in counted.charts:
        column = bottoms.index(min(bottoms))
        bottoms[column] = chart(canvas, MARGIN + column * (HALF + GAP), bottoms[column], title, rows)
    canvas.y = max(bottoms)


def chart(canvas: Canvas, x: float, y: float, title: str, rows: Sequence[Count]) -> int:
    """Draw one chart and return where the next one may begin."""
    canvas.text(x, y + 14, title, class_="strong")
    most = max(row.total for row in rows if not row.is_rest)
    left, room = x + 190, HALF - 190 - 70
    for index, row in enumerate(rows, 1):
        top = y + 14 + index * ROW
        canvas.text(x, top, cut(row.label, 28))
        canvas.text(x + HALF, top, row.number(rows), class_="soft end")
        if not row.is_rest:
            split = room * row.reported / most
            canvas.box(left, top - BAR, split, BAR, "go")
            canvas.box(left + split, top - BAR, room * row.kept / most, BAR, "keep")
    return int(y + 14 + (len(rows) + 2) * ROW)


def draw(canvas: Canvas, one: Place) -> None:
    """Draw one place: its head, source, time line and reasons."""
    canvas.y += ROW + 6
    where = element("tspan", f"{one.path}:{one.line}", class_="strong code")
    what = one.code or f"kept: {one.barrier}"
    canvas.text(MARGIN, canvas.y, where, element("tspan", what, dx=12, class_="go" if one.code else "soft"))
    canvas.text(WIDTH - MARGIN, canvas.y, one.gain or one.confidence or "", class_="soft end")
    canvas.text(MARGIN, canvas.y + ROW, meaning(one), class_="soft small")
    canvas.y += 2 * ROW + 6
    source(canvas, one.before)
    if one.after:
        canvas.y += CODE // 2
        source(canvas, one.after)
    times(canvas, one)
    for reason in one.evidence:
        canvas.text(MARGIN, canvas.y, cut(f"· {reason}", 130), class_="small")
        canvas.y += CODE
    canvas.y += CODE


def meaning(one: Place) -> str:
    """Return what its rule or its barrier says."""
    if one.barrier is not None:
        return BARRIERS[Barrier(one.barrier)]
    return RULES[one.rule].fact


def source(canvas: Canvas, lines: Sequence[Line]) -> None:
    """Draw an excerpt, its awaits marked."""
    for line in lines:
        if line.number is None:
            canvas.text(MARGIN + 36, canvas.y, "⋯", class_="soft code end")
        else:
            parts = (element("tspan", text, class_="await") if marked else text for text, marked in line.parts())
            canvas.text(MARGIN + 36, canvas.y, str(line.number), class_="soft code end")
            canvas.text(MARGIN + 48, canvas.y, *parts, class_="code")
        canvas.y += CODE


def times(canvas: Canvas, one: Place) -> None:
    """Draw the time line today and, for what is reported, gathered."""
    canvas.y += CODE // 2
    bars = one.bars[:MOST_ROWS]
    slots = max((bar.before for bar in bars), default=0) + 1
    rows(canvas, "now", bars, [bar.before for bar in bars], slots)
    if one.reported:
        canvas.y += CODE // 3
        rows(canvas, "gathered", bars, [bar.after for bar in bars], slots)
    if len(one.bars) > len(bars):
        canvas.text(MARGIN + 70, canvas.y, f"and {len(one.bars) - len(bars)} more", class_="soft small")
        canvas.y += CODE
    canvas.y += CODE // 2


def rows(canvas: Canvas, title: str, bars: Sequence[Bar], rounds: Sequence[int], slots: int) -> None:
    """Draw one bar for each wait."""
    left = MARGIN + 70 + LABELS
    length = (WIDTH - MARGIN - left) / slots
    canvas.text(MARGIN, canvas.y, title, class_="soft small")
    for bar, when in zip(bars, rounds, strict=True):
        item = f"{bar.item} item".ljust(13) if bar.item else ""
        label = element("tspan", f"{bar.line}  {item}", class_="soft")
        canvas.text(MARGIN + 70, canvas.y, label, cut(bar.call, 40 - len(item)), class_="code")
        canvas.box(left + when * length, canvas.y - BAR, length, BAR, "wait" if title == "now" else "go")
        canvas.y += CODE


def cut(text: str, length: int) -> str:
    """Return the text, shortened to a number of characters."""
    return text if len(text) <= length else f"{text[: length - 1]}…"
