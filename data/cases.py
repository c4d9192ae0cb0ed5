"""Fictional cases to practise on. Nobody in them exists."""

from datetime import date
from functools import cache
from typing import Self

from pydantic import Field, model_validator

from data.files import Entry, read_model
from data.words import Words


class Case(Entry):
    """A case as a form sees it: a reference, and no name."""

    id: str = Field(pattern=r"^ØVELSE-\d\d$")
    """The pseudonymous reference. Fictional cases begin with ``ØVELSE`` (exercise)."""
    age: int = Field(ge=15, le=25)
    """Age in whole years on the day of the story."""
    today: date
    """The day on which the story takes place."""
    birthday: date
    """As made up as the rest; the meetings are dated from it."""
    title: Words
    story: Words

    @model_validator(mode="after")
    def _is_of_that_age(self) -> Self:
        had = (self.today.month, self.today.day) >= (self.birthday.month, self.birthday.day)
        age = self.today.year - self.birthday.year - (not had)
        if age != self.age:
            raise ValueError(
                f"{self.id} is {age} on {self.today} by the birthday {self.birthday}, and not "
                f"{self.age}; change one of the three"
            )
        return self


class Cases(Entry):
    """The cases, in the order they are offered."""

    cases: tuple[Case, ...] = Field(min_length=1, strict=False)

    @model_validator(mode="after")
    def _each_has_its_own_id(self) -> Self:
        ids = [case.id for case in self.cases]
        for name in ids:
            if ids.count(name) > 1:
                raise ValueError(f"two cases have the id '{name}'; each needs its own")
        return self


@cache
def fictional_cases() -> tuple[Case, ...]:
    """Return the fictional cases of the handbook, in order."""
    return read_model("samples/cases.toml", Cases).cases


def fictional_case(id: str) -> Case:
    """Return the fictional case *id*; a :exc:`LookupError` names those there are."""
    for case in fictional_cases():
        if case.id == id:
            return case
    there = ", ".join(case.id for case in fictional_cases())
    raise LookupError(f"no fictional case '{id}'; there are: {there}")
