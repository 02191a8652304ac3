"""How texts are compared when something is looked for."""

import re
import unicodedata
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return a text as it is compared: without case, accents and the like."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold()


def folded_words(text: str) -> list[str]:
    """Return the words of a text as they are compared, each once; `_` parts words too."""
    return list(dict.fromkeys(_WORD.findall(fold(text))))
