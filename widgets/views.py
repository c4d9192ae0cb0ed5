"""The pictures that belong to forms, by the names that the files of the forms use."""

from collections.abc import Callable, Sequence

import ipywidgets as ipw

from data.answers import Answers
from data.forms import Form
from data.records import Record
from data.texts import Texts
from widgets.network_map import NetworkMap
from widgets.pictures.development import draw_agreements, draw_ratings, draw_rounds
from widgets.pictures.network import draw_network

View = Callable[[Form, Texts], ipw.Widget]
"""Makes a widget with a trait ``answers``, which follows that of the form and changes it."""

Picture = Callable[[Form, Answers, Texts], str]
"""Draws the answers of one record as an accessible ``<figure>``, as HTML, such as for print."""

Development = Callable[[Form, Sequence[Record], Texts], str]
"""Draws several records of one form as an accessible ``<figure>`` with a table, as HTML."""

VIEWS: dict[str, View] = {"network_map": NetworkMap}
"""A form's ``view`` → what draws its answers above its first table."""

PICTURES: dict[str, Picture] = {"network_map": draw_network}
"""A form's ``view`` → what draws it where nothing can be moved."""

DEVELOPMENTS: dict[str, Development] = {
    "agreements": draw_agreements,
    "assessment_helhed": draw_rounds,
    "assessment_vejen": draw_rounds,
    "dialogue": draw_ratings,
}
"""The id of a form → what draws its records over time."""
