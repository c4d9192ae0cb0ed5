"""A scenario as a short text for a mail or an address: what differs from a preset, and nothing else.

A code holds the letter of its preset, a check of its own letters, a check of the preset it counts
from, and the differences, pressed together. So a letter that was lost on the way is noticed, and so
is a code from a version in which the preset was another: it is refused, never read as something else.
"""

import binascii
import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cache
from hashlib import blake2b
from typing import Any, Literal

from pydantic import ValidationError

from data import PRESETS, parameters
from simulation.experiments.scenario_file import (
    as_json,
    nearest_preset,
    scenario_from_json,
    scenario_values,
)
from simulation.scenario import Scenario, ScenarioError

VERSION = "V1"
"""What every code begins with; another way to write codes gets another number."""
LONGEST = 20_000
"""Letters of a code, and bytes that it may unfold to: room for a hundred rules of one's own."""
_CHECK = 3
"""Bytes of each check: a slip passes one in 16 million times."""
_LETTERS = {name[0]: name for name in PRESETS}

Reason = Literal["cases", "none", "newer", "garbled", "older"]


class ShareCodeError(ValueError):
    """A scenario cannot be put in a code, or a code is none.

    Texts under ``share.<reason>`` say it in each language.
    """

    def __init__(self, reason: Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason: Reason = reason
        """Why: the scenario holds a case list; this is no code at all, one of a newer version, one that
        was damaged on the way, or one that counts from a preset that has changed since."""


def share_code(scenario: Scenario) -> str:
    """Return the code of *scenario*; the same scenario gives the same code.

    A few changes of a preset take less than 80 letters, digits, ``-`` and ``_``. Raises
    :exc:`ShareCodeError` for a scenario with posts or cases from a case list: they are about real young
    people, and a code travels in mails and addresses.

    >>> code = share_code(Scenario.preset("medium", coordinators=6))
    >>> from_share_code(code).coordinators
    6
    """
    if scenario.cases or scenario.posts:
        raise ShareCodeError(
            "cases",
            "a scenario with today's case list gets no code, because a code travels in mails and "
            "addresses; save it as a file instead, or share it without: "
            "scenario.replace(cases=(), posts=())",
        )
    name, base = nearest_preset(scenario)
    values = scenario_values(scenario)
    other = {field: values[field] for field in scenario.differences(base)}
    press = zlib.compressobj(9, wbits=-15, zdict=_dictionary())
    packed = press.compress(as_json(other).encode()) + press.flush() if other else b""
    head = f"{VERSION}{name[0]}"
    body = _preset_check(name) + packed
    return head + urlsafe_b64encode(_digest(head.encode() + body) + body).decode().rstrip("=")


def from_share_code(code: str) -> Scenario:
    """Return the scenario of *code*; blanks, line breaks and a full stop behind it do not matter.

    Raises :exc:`ShareCodeError` with a sentence that says what to do: for what is no code, a code of a
    newer version, a damaged one, and one that counts from a preset that has changed since.
    """
    code = "".join(code.split()).rstrip(".,;:)>")
    head, text = code[: len(VERSION) + 1], code[len(VERSION) + 1 :]
    if not looks_like_share_code(code):
        raise ShareCodeError("none", f"{code[:20]!r} is no share code; one begins with {VERSION}")
    if not head.startswith(VERSION):
        raise ShareCodeError(
            "newer",
            f"the code is of another version ({head[:2]}); this Vejviser reads {VERSION}: "
            "install the newer one, or ask for the scenario as a file",
        )
    check, preset, packed = _parts(text)
    if head[-1] not in _LETTERS or check != _digest(head.encode() + preset + packed):
        raise _garbled()
    name = _LETTERS[head[-1]]
    if preset != _preset_check(name):
        raise ShareCodeError(
            "older",
            f'the code counts from a preset "{name}" with other numbers than this Vejviser has; '
            "ask for the scenario as a file, or use the version that made the code",
        )
    values = scenario_values(Scenario.preset(name)) | _differences(packed)
    try:
        return scenario_from_json(json.loads(as_json(values)))
    except (ScenarioError, ValidationError) as error:
        raise _garbled() from error


def looks_like_share_code(text: str) -> bool:
    """Tell whether *text* begins as a share code of this or another version does.

    >>> looks_like_share_code("medium"), looks_like_share_code("V1m0a1b2c3d")
    (False, True)
    """
    return text[:1] == "V" and text[1:2].isdigit() and text[2:3].islower() and text.isascii()


def _parts(text: str) -> tuple[bytes, bytes, bytes]:
    """Return the check of the code, the check of its preset, and the packed differences."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4)) if len(text) <= LONGEST else b""
    except (binascii.Error, ValueError):
        raw = b""
    return raw[:_CHECK], raw[_CHECK : 2 * _CHECK], raw[2 * _CHECK :]


def _differences(packed: bytes) -> dict[str, Any]:
    if not packed:
        return {}
    unfold = zlib.decompressobj(wbits=-15, zdict=_dictionary())
    try:
        text = unfold.decompress(packed, LONGEST * 10)
        found = json.loads(text)
    except (zlib.error, ValueError) as error:
        raise _garbled() from error
    if not isinstance(found, dict) or found.keys() & {"posts", "cases"}:
        raise _garbled()
    return found


def _garbled() -> ShareCodeError:
    return ShareCodeError(
        "garbled", "the code was damaged on the way; copy all of it once more, to its last letter"
    )


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=_CHECK).digest()


@cache
def _preset_check(name: str) -> bytes:
    numbers = as_json(scenario_values(Scenario.preset(name)))
    return _digest(numbers.encode() + _dictionary())


@cache
def _dictionary() -> bytes:
    """Return what differences look like, so that they can be pressed to a few bytes.

    The check of the preset covers it too. What is likeliest stands last, where it costs least.
    """
    rules = as_json(scenario_values(Scenario.preset())["rules"])
    names = ",".join(f'"{name}":' for name in reversed(parameters()))
    return f'{rules}{names}true,false,{{"'.encode()
