"""The page that shows how it all hangs together: method, checklist, report and simulation, side by side."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import ipywidgets as ipw

from data.control_groups import control_groups
from data.forms import read_form
from data.method_map import CHECKLIST, Element, OnlySimulated, Strand, method_map
from data.texts import Texts
from widgets.page import Page, safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.words import Words

_CSS = Path(__file__).parent / "static" / "method_map.css"
_CASE = "ØVELSE-01"
"""The fictional case on which a line of the checklist is shown."""
_TAG = re.compile(r"<[^>]*>")
KINDS = ("all", "indicator", "no_indicator", "simulated", "not_simulated", "only_simulated")
"""What can be shown alone."""


class MethodMapPage(Page):
    """The whole map, in *language* "da" or "en", by core element, kind and words.

    The address says what is chosen (``?trin=vejen-3&vis=indicator&soeg=samtykke``), so that a link opens it.
    """

    def __init__(self, language: str = "da") -> None:
        super().__init__(Texts.read(language))
        texts = self.texts
        self._map = method_map()
        steps = [(texts("method_map.all_elements"), "")]
        steps += [(self._element_name(each), each.id) for each in self._map.elements.values()]
        self.element = ipw.Dropdown(description=texts("method_map.element"), options=steps)
        kinds = [(texts(f"method_map.kind_{kind}"), kind) for kind in KINDS]
        self.kind = ipw.Dropdown(description=texts("method_map.kind"), options=kinds)
        self.words = ipw.Text(description=texts("method_map.search"))
        self.table = ipw.HTML()
        for chosen in (self.element, self.kind, self.words):
            chosen.observe(self.guard(self._on_choice), "value")
        filters = ipw.HBox([self.element, self.kind, self.words]).add_class("vv-map-filters")
        self.show(ipw.HTML(_style()), filters, self.table)
        self._draw()
        self.client.on_arrival(self.guard(self._restore))

    # --- What is chosen --------------------------------------------------------------------------

    def _restore(self) -> None:
        query = dict(self.client.query)
        if query.get("trin") in self._map.elements:
            self.element.value = query["trin"]
        if query.get("vis") in KINDS:
            self.kind.value = query["vis"]
        self.words.value = query.get("soeg", "")[:80]

    def _on_choice(self, _: Any) -> None:
        kind = self.kind.value if self.kind.value != "all" else None
        self.client.remember(
            trin=self.element.value or None, vis=kind, soeg=self.words.value[:80] or None
        )
        self._draw()

    def _draw(self) -> None:
        bodies, count = [], 0
        for element in self._map.elements.values():
            if self.element.value not in {"", element.id}:
                continue
            shown = [each for each in self._map.of_element(element.id) if self._is_shown(each)]
            count += sum(each.element == element.id for each in shown)
            if shown or self._without_is_shown(element):
                bodies.append(self._body(element, shown))
        groups = [each for each in self._map.only_simulated if self._group_is_shown(each)]
        texts = self.texts
        found = texts("method_map.found", count=count)
        if count == 1:
            found = texts("method_map.found_one")
        if not bodies and not groups:
            found = texts("method_map.nothing")
        self.table.value = (
            f'<p role="status" class="vv-saved">{safe(found)}</p>'
            f"{self._whole(bodies) if bodies else ''}{self._only(groups) if groups else ''}"
        )

    def _is_shown(self, strand: Strand) -> bool:
        kind, none = self.kind.value, strand.simulation.none is not None
        fits = {
            "indicator": strand.indicator is not None,
            "no_indicator": strand.indicator is None,
            "simulated": not none,
            "not_simulated": none,
            "only_simulated": False,
        }
        own = (strand.id, strand.name.in_(self.texts.language))
        return fits.get(kind, True) and self._has_words(own, *self._cells(strand))

    def _without_is_shown(self, element: Element) -> bool:
        own = element.without
        return (
            own is not None
            and self.kind.value in {"all", "no_indicator"}
            and self._has_words([self._element_name(element), own.in_(self.texts.language)])
        )

    def _group_is_shown(self, group: OnlySimulated) -> bool:
        if self.element.value or self.kind.value not in {"all", "only_simulated"}:
            return False
        own = (group.id, self._in(group.name), self._in(group.reason))
        return self._has_words(own, self._inputs(group.parameters), self._measures(group.measures))

    def _has_words(self, *cells: Iterable[str]) -> bool:
        """Tell whether what is shown in *cells* has all words that are looked for."""
        said = " ".join(_TAG.sub(" ", entry) for cell in cells for entry in cell)
        whole = unescape(said).casefold()
        return all(word in whole for word in self.words.value.casefold().split())

    # --- What is shown ------------------------------------------------------------------------------

    def _whole(self, bodies: Iterable[str]) -> str:
        head = "".join(
            f'<th scope="col" class="vv-words">{safe(self.texts(f"method_map.column_{name}"))}</th>'
            for name in ("id", "lines", "indicator", "simulation")
        )
        caption = safe(self.texts("method_map.caption"))
        return (
            f'<div class="vv-scroll"><table class="vv-table vv-map"><caption>{caption}</caption>'
            f"<thead><tr>{head}</tr></thead>{''.join(bodies)}</table></div>"
        )

    def _body(self, element: Element, strands: Iterable[Strand]) -> str:
        link = f'<a href="{safe(element.chapter)}.ipynb">{safe(self._element_name(element))}</a>'
        rows = "".join(self._row(each, shared=each.element != element.id) for each in strands)
        if element.without is not None:
            rows += f'<tr><td colspan="4" class="vv-words">{self._in(element.without)}</td></tr>'
        return (
            f'<tbody data-element="{safe(element.id)}"><tr class="vv-group">'
            f'<th colspan="4" scope="rowgroup">{link}</th></tr>{rows}</tbody>'
        )

    def _row(self, strand: Strand, *, shared: bool) -> str:
        lines, told, simulated = self._cells(strand)
        note = f'<p class="vv-quiet">{self._element_link(strand)}</p>' if shared else ""
        mark = "" if shared else f' data-strand="{safe(strand.id)}"'
        return (
            f'<tr{mark}><th scope="row">{self._in(strand.name)}<br><code>{safe(strand.id)}</code>{note}</th>'
            f'<td class="vv-words">{_list(lines)}</td><td class="vv-words">{"".join(told)}</td>'
            f'<td class="vv-words">{"".join(simulated)}</td></tr>'
        )

    def _cells(self, strand: Strand) -> tuple[list[str], list[str], list[str]]:
        lines = [self._line(field) for field in strand.fields]
        if strand.indicator is not None:
            told = [
                f'<p><a href="rapport.ipynb">{safe(self.texts("method_map.number"))}</a></p>',
                f'<p class="vv-quiet">{self._in(strand.indicator.meaning)}</p>',
            ]
        else:
            told = [f"<p>{safe(self.texts('method_map.no_number'))}</p>"]
            told += [f'<p class="vv-quiet">{self._in(strand.used_for)}</p>']
        counterpart = strand.simulation
        if counterpart.none is not None:
            simulated = [f'<p class="vv-quiet">{self._in(counterpart.none)}</p>']
        else:
            simulated = [
                self._named("inputs", self._inputs(counterpart.parameters)),
                self._named("measures", self._measures(counterpart.measures)),
            ]
        return lines, told, simulated

    def _named(self, what: str, names: list[str]) -> str:
        return f"<p>{safe(self.texts(f'method_map.{what}'))}</p>{_list(names)}" if names else ""

    def _line(self, field: str) -> str:
        form, _, item = field.partition(".")
        if form != CHECKLIST:
            return safe(self.texts(f"method_map.{form}_{item}"))
        asked = read_form(form).item(item)
        label = self._in(asked.label if asked else None)
        return f'<a href="sag.ipynb?sag={quote(_CASE)}&amp;redskab={safe(form)}">{label}</a>'

    def _inputs(self, ids: Iterable[str]) -> list[str]:
        return [self._input(id) for id in ids]

    def _input(self, id: str) -> str:
        name = safe(self.texts(f"parameter.{id}"))
        return (
            f'<a href="kapacitet.ipynb#control-{safe(id)}">{name}</a>'
            if id in _controls()
            else name
        )

    def _measures(self, names: Iterable[str]) -> list[str]:
        return [safe(self.texts(f"measured.{name}")) for name in names]

    def _only(self, groups: Iterable[OnlySimulated]) -> str:
        texts = self.texts
        rows = "".join(
            f'<tr data-only="{safe(each.id)}"><th scope="row">{self._in(each.name)}<br>'
            f'<code>{safe(each.id)}</code></th><td class="vv-words">{self._in(each.reason)}</td>'
            f'<td class="vv-words">{_list(self._inputs(each.parameters))}</td>'
            f'<td class="vv-words">{_list(self._measures(each.measures))}</td></tr>'
            for each in groups
        )
        head = "".join(
            f'<th scope="col" class="vv-words">{safe(texts(f"method_map.{name}"))}</th>'
            for name in ("column_group", "column_reason", "inputs", "measures")
        )
        return (
            f"<h2>{safe(texts('method_map.only_heading'))}</h2>"
            f'<div class="vv-scroll"><table class="vv-table vv-map">'
            f"<caption>{safe(texts('method_map.only_caption'))}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def _element_name(self, element: Element) -> str:
        model, _, number = element.id.partition("-")
        name = element.name.in_(self.texts.language)
        return self.texts(f"method_map.element_{model}", number=number, name=name)

    def _element_link(self, strand: Strand) -> str:
        name = self._element_name(self._map.elements[strand.element])
        return safe(self.texts("method_map.also_in", name=name))

    def _in(self, words: Words | None) -> str:
        return safe(words.in_(self.texts.language)) if words else ""


def _list(entries: Iterable[str]) -> str:
    told = "".join(f"<li>{entry}</li>" for entry in entries)
    return f"<ul>{told}</ul>" if told else ""


@cache
def _controls() -> frozenset[str]:
    return frozenset(control.field for group in control_groups() for control in group.controls)


@cache
def _style() -> str:
    return f"<style>{_CSS.read_text(encoding='utf-8')}</style>"
