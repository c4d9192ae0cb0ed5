"""What signs a document can hold, and where a long text is cut.

A document (xlsx and docx are XML) cannot hold every sign that a browser can send. Nothing vanishes
and nothing breaks the file: a control sign is written as its picture (``␀``), a half of a pair and a
non-character as its number. What a document can hold (letters of any script, invisible signs, emoji,
æ in one sign or two) is written as it is.
"""

import re
import unicodedata

_LINE_END = re.compile(r"\r\n|[\r\v\f]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_NO_SIGN = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
_JOINERS = "\N{ZERO WIDTH JOINER}\N{VARIATION SELECTOR-16}"
_FEW = 20
"""Signs to step back for a letter and its marks; more marks than that are no word."""


def holdable(text: str) -> str:
    r"""Return *text* in signs that every document can hold; line ends of any kind become ``\n``.

    >>> holdable("a\x00b\r\nc")
    'a␀b\nc'
    """
    text = _LINE_END.sub("\n", text)
    text = _CONTROL.sub(lambda match: chr(0x2400 + ord(match[0])), text)
    return _NO_SIGN.sub(lambda match: f"⟨U+{ord(match[0]):04X}⟩", text)


def pieces(text: str, width: int, lines: int) -> list[str]:
    """Cut *text* into pieces of at most *lines* lines of *width* signs, at a blank where there is one.

    Put together again, the pieces are *text*. An empty text is one empty piece.
    """
    found, start = [], 0
    while True:
        end = _end_of_piece(text, start, width, lines)
        found.append(text[start:end])
        if end == len(text):
            return found
        start = end


def _end_of_piece(text: str, start: int, width: int, lines: int) -> int:
    line, column, blank = 1, 0, start
    for place in range(start, len(text)):
        ends = text[place] == "\n"
        # A line end still belongs to the line that it ends.
        if (place > start and text[place - 1] == "\n") or (column == width and not ends):
            line, column = line + 1, 0
        if line > lines:
            return blank if blank > start else _between_letters(text, start, place)
        column += 0 if ends else 1
        if text[place].isspace():
            blank = place + 1
    return len(text)


def _between_letters(text: str, start: int, place: int) -> int:
    """Return where to cut near *place*, so that a letter keeps its marks and an emoji its parts."""
    for cut in range(place, max(start, place - _FEW), -1):
        joined = text[cut] in _JOINERS or text[cut - 1] in _JOINERS
        if not joined and not unicodedata.combining(text[cut]):
            return cut
    return place
