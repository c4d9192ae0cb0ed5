"""Words that stand in a data file in both languages, side by side."""

from pydantic import Field

from data.files import Entry
from data.texts import Language


class Words(Entry):
    """The same words in each language."""

    da: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_(self, language: Language) -> str:
        """Return the words in *language*."""
        return self.da if language == "da" else self.en
