"""A municipality's own figures from a spreadsheet, each with where they have it from."""

from data.own_figures.entries import OwnFigure, OwnFigures
from data.own_figures.faults import OwnFiguresError
from data.own_figures.reading import read_own_figures
from data.own_figures.template import write_own_figures

__all__ = [
    "OwnFigure",
    "OwnFigures",
    "OwnFiguresError",
    "read_own_figures",
    "write_own_figures",
]
