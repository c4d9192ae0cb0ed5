"""What the door tells: a participant about the session and the own work, the board about all.

Nobody is told what another answered, unless the trainer shows it to all; then groups are named, and
participants are not.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from data.sessions import (
    Aligned,
    GroupAnswers,
    Participant,
    Session,
    Sheet,
    align,
    progress_of,
    read_exercise,
)
from data.texts import Texts
from handbook.door_sheet import reached


class Room:
    """A session as it stood at one moment: who is there, and what was answered."""

    def __init__(
        self, session: Session, participants: Sequence[Participant], sheets: Sequence[Sheet]
    ) -> None:
        self.session = session
        self.participants = participants
        self.sheets = sheets
        self.texts = Texts.read(session.language)

    def participant(self, number: int) -> Participant | None:
        """Return the participant of that *number*; None where there is none."""
        return next((each for each in self.participants if each.number == number), None)

    def reached_by(self, participant: Participant) -> tuple[str, ...]:
        """Return the exercises that *participant* may see."""
        own = (each.exercise for each in self.sheets if each.participant == participant.number)
        return reached(self.session, own)

    def for_participant(self, participant: Participant) -> dict[str, Any]:
        """Return what the page of *participant* shows."""
        texts = self.texts
        revisions = {
            sheet.exercise: sheet.revision
            for sheet in self.sheets
            if sheet.participant == participant.number
        }
        return {
            **self._step,
            "open": self.session.open,
            "who": texts("door.who", number=participant.number, group=participant.group),
            "exercises": [
                {"id": id, "title": read_exercise(id).form.title.in_(texts.language)}
                for id in self.reached_by(participant)
            ],
            "revisions": revisions,
            "shown": self.shown,
        }

    def for_board(self) -> dict[str, Any]:
        """Return what the projector shows."""
        return {
            **self._step,
            "open": self.session.open,
            "groups": self._groups,
            "joined": self.texts("door.joined", count=len(self.participants)),
            "shown": self.shown,
        }

    @cached_property
    def shown(self) -> list[dict[str, Any]]:
        """The answers that the trainer shows to all."""
        found = []
        for id in self.session.plan.exercises:
            exercise = read_exercise(id)
            aligned = align(self.session, exercise, self.participants, self.sheets, self.texts)
            chosen = [each for each in aligned if self.session.shows(id, each.question)]
            if chosen:
                title = exercise.form.title.in_(self.texts.language)
                questions = [self._question(each) for each in chosen]
                found.append({"id": id, "title": title, "questions": questions})
        return found

    @cached_property
    def _step(self) -> dict[str, Any]:
        session, texts = self.session, self.texts
        step = session.now
        ids = [each.id for each in session.plan.steps]
        place = "" if step is None else ids.index(step.id) + 1
        started = session.step_started
        return {
            "title": step.title.in_(texts.language) if step else texts("door.not_begun"),
            "place": texts("door.place", number=place, all=len(ids)) if step else "",
            "step": session.step,
            "exercise": session.exercise,
            "clock": {
                "started": started.timestamp() if started else None,
                "spent": session.step_spent,
                "minutes": step.minutes if step else 0,
            },
        }

    @cached_property
    def _groups(self) -> list[dict[str, Any]]:
        """How many are in each group; in an exercise, how far they are."""
        session, texts = self.session, self.texts
        if not session.exercise:
            sizes = dict.fromkeys(range(1, session.groups + 1), 0)
            for each in self.participants:
                sizes[each.group] += 1
            return [
                {"name": texts("door.group", group=group), "said": self._size(size), "share": None}
                for group, size in sizes.items()
            ]
        exercise = read_exercise(session.exercise)
        return [
            {
                "name": texts("door.group", group=each.group),
                "said": texts("door.done", done=each.done, all=len(each.participants)),
                "share": round(each.share, 3),
            }
            for each in progress_of(session, exercise, self.participants, self.sheets)
        ]

    def _size(self, size: int) -> str:
        return self.texts("door.joined", count=size)

    def _question(self, aligned: Aligned) -> dict[str, Any]:
        texts = self.texts
        agreement = aligned.agreement
        agreed = texts("door.agreement", share=texts.percent(agreement)) if agreement else ""
        return {
            "label": aligned.label(texts),
            "agreement": agreed,
            "differ": texts("door.differ") if aligned.groups_differ else "",
            "groups": [self._answers(aligned, each) for each in aligned.by_group.values()],
        }

    def _answers(self, aligned: Aligned, group: GroupAnswers) -> dict[str, Any]:
        texts = self.texts
        counted = [
            {"answer": aligned.say(answer, texts), "count": count}
            for answer, count in group.counts.items()
        ]
        return {
            "name": texts("door.group", group=group.group),
            "counts": counted,
            "words": list(group.words),
            "none": "" if group.answered else texts("door.no_answer"),
        }
