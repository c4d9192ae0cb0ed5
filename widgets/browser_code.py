"""The browser's side of a widget as one text.

A widget's script comes over the connection to its kernel, so that it has no address from which it could
import another. What it imports from a file beside it stands in its place instead.
"""

import re
from pathlib import Path

_STATIC = Path(__file__).parent / "static"
_IMPORT = re.compile(r'^import \{[\w, ]+\} from "\./(\w+\.js)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=function |class |const )", re.MULTILINE)


def browser_code(file: str) -> str:
    """Return the script in the *file* of ``static/``, with what it imports from files beside it.

    :exc:`FileNotFoundError` is raised where one of them is not there.
    """
    return _IMPORT.sub(
        lambda found: _EXPORT.sub("", browser_code(found[1])),
        (_STATIC / file).read_text(encoding="utf-8"),
    )
