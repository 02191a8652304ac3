"""Words of letters and of public pages, in the languages there are: read from files, none is in the code."""

import re
from collections.abc import Mapping
from importlib import resources
from typing import Final, NamedTuple

import msgspec

LANGUAGES: Final = ("en", "fr", "de", "ar")  # the first where none of them is a person's
RIGHT_TO_LEFT: Final = frozenset({"ar"})
# around a value where one writes from right to left: else a day reads backwards (Unicode, UAX #9)
_ISOLATE, _END = "\u2068", "\u2069"
_CODE: Final = re.compile(r"[a-z]{2}")
_ACCEPTED_MAX: Final = 16  # languages of a browser's list that are looked at


class Wording(NamedTuple):
    """The words of one language."""

    language: str
    words: Mapping[str, Mapping[str, str]]

    @property
    def direction(self) -> str:
        """In which direction it is written, as HTML says it."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def say(self, part: str, which: str, /, **values: str) -> str:
        """Return a sentence with its values in it, each of which keeps its own direction."""
        if self.language in RIGHT_TO_LEFT:
            values = {name: f"{_ISOLATE}{value}{_END}" for name, value in values.items()}
        return self.words[part][which].format_map(values)


def _read(language: str) -> Wording:
    file = resources.files(__package__) / "words" / f"{language}.json"
    return Wording(language, msgspec.json.decode(file.read_bytes(), type=dict[str, dict[str, str]]))


WORDINGS: Final[Mapping[str, Wording]] = {language: _read(language) for language in LANGUAGES}


def wording_of(code: str) -> Wording:
    """Return the words for who speaks a language, such as `fr-CA`; English where it is none of ours."""
    found = _CODE.match(code.lower())
    return WORDINGS.get(found[0] if found else "", WORDINGS[LANGUAGES[0]])


def wording_accepted(header: str) -> Wording:
    """Return the words for a browser, by its header `Accept-Language`: the first it names that we have."""
    for one in header.split(",")[:_ACCEPTED_MAX]:
        found = _CODE.match(one.strip().lower())
        if found is not None and found[0] in WORDINGS:
            return WORDINGS[found[0]]
    return WORDINGS[LANGUAGES[0]]
