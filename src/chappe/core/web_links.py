"""Links under the server's own address in a browser: how each kind is made, and read back.

The shapes are those of core.telegram.org/api/links, so that an app which knows Telegram's hosts only is
given the same path there, and a link of either host is taken.
"""

import re
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import parse_qs, urlsplit

CODE_CHARACTERS_MAX: Final = 64  # characters of the code in a link
LINK_CHARACTERS_MAX: Final = 512  # characters of a link of `tg:` that are looked at
PORT_MAX: Final = 65_535  # number of the last port there is
HOST_CHARACTERS_MAX: Final = 253  # characters of a name in the DNS
# what stands below the address beside links: a username of this name has none
SITE_PATHS: Final = frozenset(
    {"addlist", "apiws", "appeal", "assets", "contact", "joinchat", "report", "terms"}
)
NO_ADDRESS: Final = "that is no address of a site"

_NAME: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def clean_address(given: str) -> str:
    """Return the address of a site as it stands before a path, such as `https://chat.example.org`.

    Raises:
        ValueError: it is none: scheme (http or https), host, a port if need be, and nothing else.
    """
    try:
        parts = urlsplit(given.strip())
        port, host = parts.port, parts.hostname or ""
        if "[" in parts.netloc:
            host = f"[{IPv6Address(host)}]"
    except ValueError:
        raise ValueError(NO_ADDRESS) from None
    beyond = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    named = _NAME.fullmatch(host) and len(host) <= HOST_CHARACTERS_MAX
    reached = (named or host.startswith("[")) and "%" not in host
    if parts.scheme not in _DEFAULT_PORTS or beyond or not reached or port == 0:
        raise ValueError(NO_ADDRESS)
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        host += f":{port}"
    return f"{parts.scheme}://{host}"


def join_link(address: str, token: str) -> str:
    """Return the link by which people join the server. Browsers send nothing of what stands behind a #."""
    return f"{address}/#join={token}"


def chat_invite_link(address: str, code: str) -> str:
    """Return the link by which people come into a group or channel."""
    return f"{address}/+{code}"


def shared_folder_link(address: str, code: str) -> str:
    """Return the link by which people take over a folder of chats."""
    return f"{address}/addlist/{code}"


def contact_link(address: str, token: str) -> str:
    """Return the link by which somebody is found without a username."""
    return f"{address}/contact/{token}"


def message_link(address: str, chat: int | str, number: int) -> str:
    """Return the link to a message of a channel, which is named by its username or else by its id."""
    where = chat if isinstance(chat, str) else f"c/{chat}"
    return f"{address}/{where}/{number}"


def reentry_link(address: str, token: str) -> str:
    """Return the link by which somebody comes into their account again. Fragments stay in browsers."""
    return f"{address}/#reentry={token}"


def code_in_link(given: str) -> str:
    """Return the code in a link of any host, or of `tg:`; what is no link is taken for the code itself.

    Whether there is such a code is another question.
    """
    if given[:3].lower() == "tg:":
        asked = parse_qs(given[:LINK_CHARACTERS_MAX].partition("?")[2])
        found = [asked[name][0] for name in ("invite", "slug", "token") if name in asked]
        return "".join(found[:1])[:CODE_CHARACTERS_MAX]
    path = given.partition("#")[0].partition("?")[0].rstrip("/")
    return path.rpartition("/")[2].removeprefix("+")[:CODE_CHARACTERS_MAX]
