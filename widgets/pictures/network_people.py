"""The people of a network map, as the answers of the form say them."""

from collections.abc import Iterable
from dataclasses import dataclass

from data.answers import Answers, key_in_row, row_ids
from data.forms import CODES, Form
from data.texts import Texts

TABLE = "people"
EFFECTS = ("gives", "drains", "both")
ADULTS = ("is", "could")


@dataclass(frozen=True, slots=True)
class Person:
    """One person on the map; what is not answered is None."""

    row: str
    """The row of the table."""
    alias: str
    """A role such as aunt; empty where nobody has written it yet."""
    sector: str | None = None
    ring: int | None = None
    """1 is nearest to the young person."""
    effect: str | None = None
    """One of :data:`EFFECTS`: what being together does."""
    adult: str | None = None
    """One of :data:`ADULTS`: whether it is, or could be, the young person's adult."""
    angle: int | None = None
    """Degrees clockwise from the top, for somebody who was put there by hand."""

    @property
    def placed(self) -> bool:
        """Whether there is a place on the map to draw the person."""
        return self.sector is not None and self.ring is not None


class Network:
    """The form of a network map in one language: its sectors, its rings, and who is where."""

    def __init__(self, form: Form, texts: Texts) -> None:
        self.texts = texts
        self.items = {item.id: item for item in form.table(TABLE).items}
        sector, ring = self.items["sector"], self.items["ring"]
        self.sectors = {id: words.in_(texts.language) for id, words in sector.options.items()}
        self.rings = {step: texts("network.between") for step in range(ring.low, ring.high + 1)}
        if ring.low_end and ring.high_end:
            self.rings[ring.low] = ring.low_end.in_(texts.language)
            self.rings[ring.high] = ring.high_end.in_(texts.language)

    def people(self, answers: Answers) -> tuple[Person, ...]:
        """Return everybody in *answers*, by sector and ring; those without a place are last."""
        found = [self._person(row, answers) for row in row_ids(answers, TABLE)]
        order = [*self.sectors, None]
        return tuple(
            sorted(found, key=lambda one: (order.index(one.sector), one.ring or 99, one.row))
        )

    def _person(self, row: str, answers: Answers) -> Person:
        def answer(id: str) -> str | None:
            item, given = self.items.get(id), answers.get(key_in_row(TABLE, row, id))
            allowed = given is not None and item is not None and item.allows(given)
            return given if allowed and given not in CODES else None

        sector, ring = answer("sector"), answer("ring")
        if sector is None or ring is None:
            sector = ring = None
        angle, effect, adult = answer("angle"), answer("effect"), answer("adult")
        return Person(
            row=row,
            alias=answer("alias") or "",
            sector=sector,
            ring=int(ring) if ring else None,
            effect=effect if effect in EFFECTS else None,
            adult=adult if adult in ADULTS else None,
            angle=int(angle) if angle and self.sector_at(int(angle)) == sector else None,
        )

    def sector_at(self, angle: float) -> str:
        """Return the sector that lies at *angle*, in degrees clockwise from the top."""
        span = 360 / len(self.sectors)
        return list(self.sectors)[int(((angle + span / 2) % 360) // span)]

    def name(self, person: Person) -> str:
        """Return what *person* is called."""
        return person.alias or self.texts("network.unnamed")

    def place(self, person: Person) -> str:
        """Return where *person* is, such as ``familie, tæt på``."""
        if person.sector is None or person.ring is None:
            return self.texts("network.unplaced")
        return self.cell(person.sector, person.ring)

    def cell(self, sector: str, ring: int) -> str:
        """Return the words for a *ring* in a *sector*, as they stand inside a sentence."""
        return f"{_inside(self.sectors[sector])}, {_inside(self.rings[ring])}"

    def traits(self, person: Person) -> list[str]:
        """Return what being together does, and whether it is the young person's adult."""
        said = []
        if person.effect:
            said.append(self.texts(f"network.effect.{person.effect}"))
        if person.adult:
            said.append(self.texts(f"network.adult.{person.adult}"))
        return said

    def sentence(self, person: Person) -> str:
        """Return all that is known of *person*: ``Moster: familie, tæt på, giver kræfter``."""
        return f"{self.name(person)}: {', '.join([self.place(person), *self.traits(person)])}"

    def by_sector(self, people: Iterable[Person]) -> dict[str | None, list[Person]]:
        """Return *people* by sector, each sector there; None holds those without a place."""
        groups: dict[str | None, list[Person]] = {sector: [] for sector in self.sectors}
        for person in people:
            groups.setdefault(person.sector, []).append(person)
        return groups


def _inside(words: str) -> str:
    """Return *words* as they stand inside a sentence."""
    return words[:1].lower() + words[1:] if words[1:2].islower() else words
