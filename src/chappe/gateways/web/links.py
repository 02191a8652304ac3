"""Paths of the links this server makes: at each of them stands the page that opens a client."""

import re
from typing import Final
from urllib.parse import unquote

from chappe.core.web_links import CODE_CHARACTERS_MAX, SITE_PATHS

PATH_CHARACTERS_MAX: Final = 256  # characters of a path that is looked at

_CODE: Final = rf"[A-Za-z0-9_=-]{{5,{CODE_CHARACTERS_MAX}}}"  # of a link, or digits behind a plus
_NUMBERS: Final = r"/[0-9]{1,10}"  # of a message; of its thread before it
_NAME: Final = r"[A-Za-z][A-Za-z0-9_]{4,31}"
_SHAPES: Final = re.compile(
    rf"/(?:\+{_CODE}"
    rf"|(?:joinchat|addlist|contact)/{_CODE}"
    rf"|c/[0-9]{{1,19}}(?:{_NUMBERS}){{1,2}}"
    rf"|(?P<name>{_NAME})(?:{_NUMBERS}){{0,2}})/?"
)


def is_link_path(path: str) -> bool:
    """Whether a path, as it stands in a request without its query, has the shape of a link.

    Whether the link leads anywhere is for the client to find out: it would tell strangers who is here.
    """
    if len(path) > PATH_CHARACTERS_MAX:
        return False
    found = _SHAPES.fullmatch(unquote(path) if "%" in path else path)
    return found is not None and (found["name"] or "").lower() not in SITE_PATHS
