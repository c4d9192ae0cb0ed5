"""What is wrong with a file of own figures."""

from collections.abc import Sequence
from dataclasses import replace

from data.case_list.faults import CaseListError, Fault
from data.texts import Texts


class OwnFiguresError(CaseListError):
    """A file was refused as a whole; nothing of it was read in."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__([_of_figures(fault) for fault in faults])


def _of_figures(fault: Fault) -> Fault:
    """Return *fault* in the words of this file, where those of a case list would be about cases."""
    id = fault.id.replace("case_list.", "own_figures.", 1)
    return replace(fault, id=id) if id in Texts.read().words else fault
