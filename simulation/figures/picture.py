"""What a figure is when it is done, and the paper it is drawn on.

The same numbers give the same bytes: no date and no chance goes into the SVG. Text stays text, so that
it can be searched, enlarged and read aloud.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from textwrap import wrap
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from data.texts import Texts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK = "#1f2423"
QUIET = "#545b59"
LINE = "#d9d6cd"
GROUND = "#fbfaf7"
"""The page; hollow marks are filled with it, so that they show on a dark bar too."""
NOW = "#0b5d5e"
"""The scenario: dark, and always with filled marks."""
TODAY = "#8a5a00"
"""What it is compared with: lighter, and always with hollow marks or broken lines."""
LIMIT = "#a61b1b"
"""A limit that should not be crossed."""
BAND = "#b9d6d4"
SIZE = 13
"""Points; about 14 pixels in the app, readable from the back of a room on a projector."""
_SETTINGS: Any = {
    "svg.fonttype": "none",
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": SIZE,
    "text.color": INK,
    "axes.labelcolor": QUIET,
    "axes.edgecolor": LINE,
    "xtick.color": QUIET,
    "ytick.color": INK,
    "text.parse_math": False,
}
_WIDTH, _NARROW = 10, 8.5
"""Inches of paper; narrow where a figure stands beside controls, so that its words stay large enough."""
_LETTER = 0.54
"""Width of a letter as a share of its size; a wide one on average, so that words have room."""
BESIDE = 12
"""Points between a mark and the words beside it."""
_TITLE_WIDTH = 72
"""Letters of a drawn title that fit on a line."""
_LINE = 0.3
"""Inches of paper that a line of the title takes."""
_one_at_a_time = Lock()  # matplotlib's settings belong to the whole process


class Margins(NamedTuple):
    """Inches around what is drawn, where they are known without measuring each word."""

    left: float
    right: float = 0.1
    bottom: float = 0.7
    top: float = 0.1
    between: float = 0.15
    """Between two drawings side by side, as a share of the width of one."""


@dataclass(frozen=True)
class Drawing:
    """What is drawn, when somebody looks at it, and how it is drawn again for a file."""

    name: str
    height: float
    """Inches."""
    paint: "Callable[[Figure], None]" = field(repr=False)
    margins: Margins | None = None

    @property
    def width(self) -> float:
        """Inches of paper."""
        return _NARROW if self.margins else _WIDTH

    @cached_property
    def svg(self) -> str:
        """An ``<svg>`` element that can stand inside a page; it is drawn the first time."""
        paper = io.StringIO()
        with _settings(self.name):
            figure = _painted(self.width, self.height, self.paint, self.margins)
            figure.savefig(paper, format="svg", metadata={"Date": None, "Creator": None})
        return _inline(paper.getvalue(), self.name)

    def png(self, dots: int = 130) -> bytes:
        """Return it as PNG with so many *dots* an inch, for a document that takes no SVG."""
        paper = io.BytesIO()
        with _settings(self.name):
            figure = _painted(self.width, self.height, self.paint, self.margins)
            figure.savefig(paper, format="png", dpi=dots, metadata={"Software": None})
        return paper.getvalue()


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished figure. Nothing in it is escaped but the SVG and what :meth:`_repr_html_` gives."""

    title: str
    """What the figure shows, as a sentence with its numbers."""
    alternative: str
    """The same for those who cannot see it, with every number of the figure."""
    drawing: Drawing
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """The table behind the figure, as written words and numbers."""
    note: str = ""
    """How it differs from the comparison, or that this is statistically unclear; may be empty."""

    @property
    def svg(self) -> str:
        """An ``<svg>`` element that can stand inside a page; its title stands beside it there."""
        return self.drawing.svg

    def figure(self) -> "Figure":
        """Return it drawn anew with its title above it, for a slide or a page: a file of any kind.

        :func:`simulation.experiments.exports.write_figure` writes it as SVG or
        PNG with its manifest.
        """
        lines = wrap(self.title, round(_TITLE_WIDTH * self.drawing.width / _WIDTH))

        def paint(figure: "Figure") -> None:
            self.drawing.paint(figure)
            figure.patch.set(alpha=1, facecolor=GROUND)
            figure.suptitle(
                "\n".join(lines), x=0.01, ha="left", fontsize=SIZE + 2, weight="bold", color=INK
            )

        with _settings(self.drawing.name):
            height = self.drawing.height + _LINE * len(lines)
            return _painted(self.drawing.width, height, paint)

    def _repr_html_(self) -> str:
        """Show it in a notebook."""
        return (
            f"<figure><figcaption><strong>{escape(self.title)}</strong></figcaption>"
            f'<div role="img" aria-label="{escape(self.alternative)}">{self.svg}</div></figure>'
        )


def draw(
    name: str,
    height: float,
    paint: "Callable[[Figure], None]",
    margins: Margins | None = None,
) -> Drawing:
    """Return a drawing of what *paint* draws on paper *height* inches high.

    *name* keeps the ids inside the SVG apart from those of other figures on a page. With *margins* the
    paper is narrower and it is drawn in half the time; without them the words are measured to find how
    much room they take.
    """
    return Drawing(name, height, paint, margins)


@contextmanager
def _settings(name: str) -> Iterator[None]:
    from matplotlib import rc_context  # noqa: PLC0415 (takes a second to load)

    with _one_at_a_time, rc_context({**_SETTINGS, "svg.hashsalt": name}):
        yield


def _painted(
    width: float,
    height: float,
    paint: "Callable[[Figure], None]",
    margins: Margins | None = None,
) -> "Figure":
    from matplotlib.figure import Figure  # noqa: PLC0415 (takes a second to load)

    figure = Figure(figsize=(width, height), layout=None if margins else "constrained")
    figure.patch.set_alpha(0)
    if margins:
        figure.subplots_adjust(
            left=margins.left / width,
            right=1 - margins.right / width,
            bottom=margins.bottom / height,
            top=1 - margins.top / height,
            wspace=margins.between,
        )
    paint(figure)
    return figure


def room_for(words: Iterable[str]) -> float:
    """Return the inches that the longest of *words* takes beside an axis, with a little space."""
    return 0.2 + max((len(each) for each in words), default=0) * _LETTER * SIZE / 72


def reach(ends: Iterable[tuple[float, str]], least: float, left: float) -> float:
    """Return how far an axis must reach so that each word has room beside its mark.

    *ends* are where marks end, and their words; the axis reaches at least to *least*, and begins *left*
    inches from the edge of the narrow paper.
    """
    points = (_NARROW - left - Margins(left).right) * 72
    wanted = [least * 1.05]
    for end, words in ends:
        taken = BESIDE + len(words) * _LETTER * SIZE
        wanted.append(end / max(0.2, 1 - taken / points))
    return max(wanted)


def clean(axes: "Axes", *, grid: str) -> None:
    """Leave of *axes* only what is read: a light grid along *grid* ("x" or "y") and no frame."""
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.tick_params(length=0, labelsize=SIZE)
    axes.grid(axis="x" if grid == "x" else "y", color=LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.patch.set_alpha(0)


def number_ticks(axes: "Axes", texts: Texts, *, along: str) -> None:
    """Write the numbers *along* "x" or "y" as people write them, whole where they are whole."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415

    def written(value: float, _: object) -> str:
        return texts.number(value, 0 if float(value).is_integer() else 1)

    axis = axes.xaxis if along == "x" else axes.yaxis
    axis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axis.set_major_formatter(FuncFormatter(written))


def _inline(svg: str, name: str) -> str:
    """Return the bare element: no declaration, no metadata, no style that would reach the page."""
    svg = svg[svg.index("<svg ") :].rstrip()
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\s*<defs>\s*<style[^>]*>.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)
    svg = re.sub(
        r"font(-family)?: ([^;\"]*?)'DejaVu Sans', sans-serif", r"font\1: \2sans-serif", svg
    )
    svg = re.sub(r'id="(?=[\w.]+_\d)', f'id="{name}_', svg)
    # What the removed style said.
    return svg.replace(
        "<svg ", '<svg stroke-linejoin="round" stroke-linecap="butt" aria-hidden="true" ', 1
    )
