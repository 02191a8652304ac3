"""What marks up a text: links, tags and the like found in it, and how entities lie within each other.

Pure functions of texts. What is found is what Telegram's own library finds (see docs/decisions).
"""

from .finding import ENTITIES_MAX, find, part, stripped_of, units
from .moments import moment_fields, moment_of
from .nesting import Entity, arrange, join, said_bytes

__all__ = [
    "ENTITIES_MAX",
    "Entity",
    "arrange",
    "find",
    "join",
    "moment_fields",
    "moment_of",
    "part",
    "said_bytes",
    "stripped_of",
    "units",
]
