"""The way from one page to another that a widget takes by itself."""

import re
from pathlib import Path

import anywidget
import traitlets as tl

_PAGE = re.compile(r"[\w-]+\.ipynb(\?[\w=&.%+-]*)?")


class Opening(anywidget.AnyWidget):
    """Shows nothing; when ``address`` is set, the browser goes to that page of the handbook."""

    _esm = Path(__file__).parent / "static" / "decision_opening.js"

    address = tl.Unicode(help="A page beside this one, such as sager.ipynb?x=1.").tag(sync=True)

    @tl.validate("address")
    def _ours(self, proposal: tl.Bunch) -> str:
        # A browser may send any state, and an address could lead anywhere.
        address = str(proposal.value)
        return address if _PAGE.fullmatch(address) else ""
