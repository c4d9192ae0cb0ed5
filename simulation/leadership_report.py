"""The leadership report: what an edition tells, at one level, in words, tables and run charts.

Three levels read the same edition: the leader all of it, the director fewer numbers, the politician five. All
that is said comes from what the edition tells (:class:`data.indicators.Told`), and nothing from the records.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from data.export.report import Report, ReportFigure, ReportSection, ReportTable
from data.indicators import (
    Edition,
    Indicator,
    Level,
    Part,
    Told,
    answer_in_words,
    at_level,
    period_in_words,
    unit_in_words,
)
from data.periods import Period, Quarter, Year
from data.texts import Texts
from simulation.figures.picture import Picture
from simulation.figures.run_chart import run_chart_picture
from simulation.run_chart import MOST_QUARTERS, RunChart, run_chart
from simulation.run_chart_words import chart_in_words, method_in_words, verdict_in_words
from simulation.told_points import SCALES, points_of, ticks_of, written_value

REASONS = "moved_reasons"
"""The indicator of the barrier log."""
MOST_REASONS = 5
ROUNDED = 5.0
"""Minutes that a mean is rounded to, where it is told."""
BESIDE = 4
"""Units that fit beside each other in a table; more stand below each other."""


def leadership_report(
    edition: Edition, level: Level, texts: Texts, *, expected: Sequence[ReportSection] = ()
) -> Report:
    """Return *edition* as it is read at *level*.

    *expected* is what decisions expected, beside what happened
    (:func:`~simulation.experiments.expected_in_report.expected_beside_happened`); none where nothing is due.
    """
    made = _Reading(edition, level, texts)
    period = period_in_words(edition.period, texts)
    who = texts(f"leadership.level_{level}")
    sections = [
        made.summary(),
        made.numbers(),
        *made.over_time(),
        *made.barriers(),
        *made.units(),
        *made.expected(expected),
        *made.story(),
        made.how_to_read(),
        made.method(),
    ]
    return Report(
        title=texts("leadership.title", period=period),
        facts=(
            texts("leadership.for", who=who),
            texts("leadership.made_on", date=texts.date(date.fromisoformat(edition.made_on))),
            texts("leadership.number", number=edition.number),
            texts("leadership.from_checklists"),
        ),
        mark=texts("leadership.exercise") if edition.exercise else "",
        sections=tuple(sections),
        language=texts.language,
        file=texts("leadership.file", period=edition.period.id, who=_plain(who)),
    )


@dataclass(frozen=True)
class _Charted:
    """One indicator over time."""

    indicator: Indicator
    told: tuple[Told, ...]
    chart: RunChart


@dataclass(frozen=True)
class _Reading:
    """An edition as one level reads it."""

    edition: Edition
    level: Level
    texts: Texts

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        return at_level(self.level)

    def told(self, indicator: Indicator) -> Told:
        """Return what is told of *indicator* in the period; of one told by year, in the latest year."""
        return self.edition.told(indicator.id, period=self._period_of(indicator))

    def _period_of(self, indicator: Indicator) -> Period:
        period = self.edition.period
        if indicator.every == "quarter" or not isinstance(period, Quarter):
            return period
        return Year(period.year if period.number == 4 else period.year - 1)

    @cached_property
    def charts(self) -> tuple[_Charted, ...]:
        found = []
        for indicator in self.indicators:
            told = self.edition.series(indicator.id)[-MOST_QUARTERS:]
            if indicator.kind in SCALES and indicator.every == "quarter" and len(told) > 1:
                points = points_of(told, indicator, self.texts)
                step = ROUNDED if indicator.kind == "minutes" else 0.0
                chart = run_chart(points, SCALES[indicator.kind], step=step)
                # A picture of hidden quarters alone shows nothing; the table of numbers says so.
                if sum(value is not None for value in chart.values) > 1:
                    found.append(_Charted(indicator, told, chart))
        return tuple(found)

    def name(self, indicator: Indicator) -> str:
        return indicator.name.in_(self.texts.language)

    # --- What it says -------------------------------------------------------------------------

    def summary(self) -> ReportSection:
        texts = self.texts
        judged = [each for each in self.charts if each.chart.verdict in {"within", "more"}]
        more = [each for each in judged if each.chart.verdict == "more"]
        lead = []
        if not judged:
            lead.append(texts("leadership.summary_few"))
        elif more:
            names = "; ".join(self.name(each.indicator) for each in more)
            counts = {"more": texts.number(len(more)), "all": texts.number(len(judged))}
            lead.append(texts("leadership.summary_more", names=names, **counts))
            lead.append(texts("leadership.summary_wolf"))
        else:
            lead.append(texts("leadership.summary_within", all=texts.number(len(judged))))
        lead.append(texts("leadership.no_effect"))
        points = [
            texts("leadership.point", name=self.name(each.indicator), said=said)
            for each in more
            if (said := chart_in_words(each.chart, texts))
        ]
        return ReportSection(texts("leadership.summary"), tuple(lead), tuple(points))

    def numbers(self) -> ReportSection:
        texts, period = self.texts, self.edition.period
        verdicts = {each.indicator.id: each.chart.verdict for each in self.charts}
        rows: list[tuple[str, ...]] = []
        look: list[int] = []
        for indicator in self.indicators:
            if indicator.kind == "reasons":
                continue
            told, of = self.told(indicator), self._period_of(indicator)
            verdict = verdicts.get(indicator.id)
            said = texts("word.not_known") if verdict is None else verdict_in_words(verdict, texts)
            if verdict == "more":
                look.append(len(rows))
            value = told.text(texts)
            if of != period:
                value = texts(
                    "leadership.latest_year", value=value, year=period_in_words(of, texts)
                )
            elif told.quarters and told.quarters != period.quarters and not told.hidden:
                value = texts(
                    "leadership.together",
                    value=value,
                    quarters=period_in_words(told.quarters, texts),
                )
            rows.append((self.name(indicator), value, said))
        name = period_in_words(period, texts)
        columns = (texts("leadership.column_indicator"), name, texts("leadership.column_chance"))
        caption = texts("leadership.numbers_caption", period=name)
        table = ReportTable(caption, columns, tuple(rows), (1,), tuple(look))
        return ReportSection(texts("leadership.numbers"), table=table)

    def over_time(self) -> Iterator[ReportSection]:
        if self.charts:
            lead = (self.texts("leadership.over_time_lead"),)
            figures = tuple(self._figure(each) for each in self.charts)
            yield ReportSection(self.texts("leadership.over_time"), lead, figures=figures)

    def _figure(self, charted: _Charted) -> ReportFigure:
        texts, indicator = self.texts, charted.indicator
        name = self.name(indicator)
        if indicator.kind == "split" and (first := _first_part(charted.told)):
            name = texts(
                "leadership.first_part", name=name, part=answer_in_words(indicator.id, first, texts)
            )
        picture = run_chart_picture(
            indicator.id,
            name,
            charted.chart,
            ticks_of(charted.told, texts),
            written_value(indicator, texts),
            texts,
            told=[each.text(texts) for each in charted.told],
        )
        return ReportFigure(
            id=indicator.id,
            title=picture.title,
            alternative=picture.alternative,
            said=picture.note,
            drawn=lambda kind: _drawn(picture, kind),
            columns=picture.columns,
            rows=picture.rows,
        )

    def barriers(self) -> Iterator[ReportSection]:
        """Yield the barrier log: the most frequent reasons for meetings that were not held."""
        found = [each for each in self.indicators if each.id == REASONS]
        for indicator in found:
            texts, told = self.texts, self.edition.told(REASONS)
            title, lead = texts("leadership.barriers"), [indicator.meaning.in_(texts.language)]
            if not told.parts:
                why = texts("leadership.barriers_none", why=told.text(texts))
                yield ReportSection(title, (*lead, why))
                continue
            rows = tuple(_reason(part, texts) for part in told.parts[:MOST_REASONS])
            columns = (texts("leadership.column_reason"), texts("leadership.column_times"))
            caption = texts(
                "leadership.barriers_caption", quarters=period_in_words(told.quarters, texts)
            )
            yield ReportSection(
                title, (*lead, caption), table=ReportTable(caption, columns, rows, (1,))
            )

    def units(self) -> Iterator[ReportSection]:
        """Yield the units beside each other; small ones stand together, and what is hidden stays so."""
        texts, edition = self.texts, self.edition
        if len(edition.units) < 2 or self.level != "leader":
            return
        shown = [
            indicator
            for indicator in self.indicators
            if any(
                not edition.told(indicator.id, unit, self._period_of(indicator)).hidden
                for unit in edition.units
            )
        ]
        if not shown:
            yield ReportSection(texts("leadership.units"), (texts("leadership.units_none"),))
            return
        heads = [texts("leadership.column_indicator")]
        if len(edition.units) <= BESIDE:
            columns: tuple[str, ...] = (
                *heads,
                *(unit_in_words(unit, texts) for unit in edition.units),
            )
            rows: list[tuple[str, ...]] = [
                (self.name(each), *(self._of_unit(each, unit) for unit in edition.units))
                for each in shown
            ]
        else:
            columns = (*heads, texts("leadership.column_unit"), texts("leadership.column_number"))
            rows = [
                (self.name(each), unit_in_words(unit, texts), self._of_unit(each, unit))
                for each in shown
                for unit in edition.units
            ]
        caption = texts("leadership.units_caption", period=period_in_words(edition.period, texts))
        table = ReportTable(caption, columns, tuple(rows), tuple(range(1, len(columns))))
        lead = (texts("leadership.units_lead"),)
        yield ReportSection(texts("leadership.units"), lead, table=table)

    def _of_unit(self, indicator: Indicator, unit: str) -> str:
        return self.edition.told(indicator.id, unit, self._period_of(indicator)).text(self.texts)

    def expected(self, sections: Sequence[ReportSection]) -> Iterator[ReportSection]:
        """Yield what decisions expected beside what happened; politicians are told of no single decision."""
        if self.level != "politician":
            yield from sections

    def story(self) -> Iterator[ReportSection]:
        """Yield where politicians may hear of one course, which the program does not write."""
        if self.level == "politician" and not isinstance(self.edition.period, Quarter):
            lead = (self.texts("leadership.story_lead"),)
            yield ReportSection(self.texts("leadership.story"), lead)

    # --- How it is read -----------------------------------------------------------------------

    def how_to_read(self) -> ReportSection:
        texts, language = self.texts, self.texts.language
        rows = tuple(
            (self.name(each), each.meaning.in_(language), each.not_this.in_(language))
            for each in self.indicators
        )
        columns = tuple(
            texts(f"leadership.column_{name}") for name in ("indicator", "meaning", "not_this")
        )
        table = ReportTable(texts("leadership.how_to_read"), columns, rows)
        return ReportSection(texts("leadership.how_to_read"), table=table, detail=True)

    def method(self) -> ReportSection:
        texts = self.texts
        few = texts("leadership.method_small", fewest=texts.number(self.edition.fewest))
        said = (*method_in_words(texts), few, texts("leadership.method_editions"))
        said = (*said, texts("leadership.method_proposed"))
        return ReportSection(texts("leadership.method"), points=said, detail=True)


def _drawn(picture: Picture, kind: Literal["svg", "png"]) -> bytes:
    return picture.drawing.png() if kind == "png" else picture.svg.encode("utf-8")


def _first_part(told: Sequence[Told]) -> str:
    return next((each.parts[0].id for each in told if each.parts), "")


def _reason(part: Part, texts: Texts) -> tuple[str, str]:
    """Return a reason with how often it was given: what other reasons hide is not among it."""
    ends = (texts.number(part.least), texts.number(part.most))
    times = ends[0] if ends[0] == ends[1] else texts("word.range", low=ends[0], high=ends[1])
    return answer_in_words(REASONS, part.id, texts), times


def _plain(words: str) -> str:
    """Return *words* as part of a file name."""
    return words.casefold().replace(" ", "-").replace("/", "-")
