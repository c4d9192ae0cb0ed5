"""What the method says, what is written down, and how it leaves."""

from data.files import DataError
from data.presets import (
    PRESETS,
    Figure,
    Parameter,
    Preset,
    parameters,
    read_preset,
    read_preset_files,
)
from data.rules import Rule, Window, read_rules, windows
from data.texts import LANGUAGES, Texts

__all__ = [
    "LANGUAGES",
    "PRESETS",
    "DataError",
    "Figure",
    "Parameter",
    "Preset",
    "Rule",
    "Texts",
    "Window",
    "parameters",
    "read_preset",
    "read_preset_files",
    "read_rules",
    "windows",
]
