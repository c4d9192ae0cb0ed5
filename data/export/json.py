"""All that is recorded on a case as JSON, for the young person's right to see it and for machines."""

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, datetime

MIME = "application/json"


def case_json(export: Mapping[str, object]) -> bytes:
    """Return *export* as the bytes of a JSON file, in UTF-8 and in the order of its keys.

    Days and times become ISO 8601, and a record becomes its fields. Whatever was typed is there sign
    for sign. Raises :exc:`TypeError` naming what JSON cannot hold. The same arguments give the same
    bytes.
    """
    text = json.dumps(export, ensure_ascii=False, indent=2, allow_nan=False, default=_plain)
    # Half of a pair of signs is no UTF-8; its escape in JSON is the same as in Python.
    return f"{text}\n".encode(errors="backslashreplace")


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(
        f"a {type(value).__name__} has no form in JSON; give text, numbers, days or records"
    )
