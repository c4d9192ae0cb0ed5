"""When each post of a simulated year had nobody at work."""

from typing import TYPE_CHECKING

from data.texts import Texts
from simulation.figures.calendar_marks import key, rectangles, stretches
from simulation.figures.picture import LINE, SIZE, Picture, draw
from simulation.wording import counted
from simulation.year import Year
from simulation.year_words import post_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def posts_in_year(year: Year, texts: Texts) -> Picture:
    """Return absences and vacancies of each post over *year*, a row a post."""
    parts = {post: year.of(post) for post in range(1, year.posts + 1)}
    rows = []
    for post, part in parts.items():
        spells = sum(one.what == "absence" for one in part.spells)
        numbers = (spells, part.days_of("absence"), part.days_of("vacancy"))
        rows.append((post_name(post, texts), *(texts.number(number) for number in numbers)))
    return Picture(
        title=_title(year, texts),
        alternative=texts(
            "figure.posts.alt", rows=" ".join(_said(*item, texts) for item in parts.items())
        ),
        drawing=draw("posts", 1.1 + 0.3 * year.posts, lambda figure: _paint(figure, year, texts)),
        columns=tuple(
            texts(f"figure.posts.column_{name}")
            for name in ("post", "spells", "absence", "vacancy")
        ),
        rows=tuple(rows),
    )


def _title(year: Year, texts: Texts) -> str:
    absence, vacancy = year.days_of("absence"), year.days_of("vacancy")
    if not absence and not vacancy:
        return texts("figure.posts.title_none")
    return texts(
        "figure.posts.title",
        absence=counted(texts, "working_days", absence),
        vacancy=counted(texts, "working_days", vacancy),
    )


def _said(post: int, part: Year, texts: Texts) -> str:
    return texts(
        "figure.posts.alt_row",
        post=post_name(post, texts),
        absence=counted(texts, "working_days", part.days_of("absence")),
        vacancy=counted(texts, "working_days", part.days_of("vacancy")),
    )


def _paint(figure: "Figure", year: Year, texts: Texts) -> None:
    axes = figure.subplots()
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.patch.set_alpha(0)
    axes.set_xlim(year.begin, year.end)
    axes.set_ylim(year.posts + 0.5, 0.5)
    firsts = [day for day in range(year.begin, year.end) if year.date(day).day == 1]
    names = [texts.month(year.date(day))[:3] for day in firsts]
    axes.set_xticks(firsts, names, ha="left")
    axes.set_yticks(
        range(1, year.posts + 1), [post_name(p, texts) for p in range(1, year.posts + 1)]
    )
    axes.tick_params(length=0, labelsize=SIZE - 2)
    axes.grid(axis="x", color=LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    days = [(year.begin + begin, year.begin + end) for begin, end in stretches(year.still)]
    rectangles(axes, [(*span, 0.5, year.posts + 0.5) for span in days], "still")
    for kind in ("absence", "vacancy"):
        spells = [one for one in year.spells if one.what == kind]
        rectangles(axes, [(o.begin, o.end, o.post - 0.25, o.post + 0.25) for o in spells], kind)
    shown = sorted({one.what for one in year.spells})
    key(figure, [*shown, *(["still"] if any(year.still) else [])], texts)
