"""Which paths are links: at each the client's page stands, and nowhere else."""

import pytest

from chappe.core import web_links
from chappe.gateways.web.links import is_link_path

HASH = "aB3_-xyzAB12cdEF"


@pytest.mark.parametrize(
    "path",
    [
        f"/+{HASH}",
        f"/%2B{HASH}",
        f"/+{HASH}/",
        "/+33600000001",
        f"/joinchat/{HASH}",
        f"/addlist/{HASH}",
        "/contact/" + "0a" * 28,
        "/lobby",
        "/Ada_1815/",
        "/lobby/12",
        "/lobby/3/12",
        "/c/4099/12",
        "/c/4099/3/12",
    ],
)
def test_links_have_a_page(path: str) -> None:
    """Invites, folders, people, channels and their messages."""
    assert is_link_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "//evil.example",
        "/+",
        "/+" + "x" * 65,
        "/+a/b",
        f"/joinchat/{HASH}/x",
        "/joinchat",
        "/addlist",
        "/c/4099",
        "/c/x/1",
        "/four",
        "/1digit",
        "/" + "x" * 33,
        "/lobby/1/2/3",
        "/lobby/x",
        "/lobby/" + "1" * 11,
        "/lobby/١٢",
        "/lob by",
        "/lobby.html",
        "/lobby\n",
        "/.well-known",
        "/favicon.ico",
        "/index.html",
        "/../etc/passwd",
        "/%2e%2e/lobby",
        "/lobby%00",
        "/lobby%0a",
        "/%2Flobby",
        "/%zz",
        "/%ff%ffxyz",
        "/" + "%" * 300,
        *(f"/{name}" for name in web_links.SITE_PATHS),
        *(f"/{name.upper()}" for name in web_links.SITE_PATHS),
    ],
)
def test_nothing_else_has(path: str) -> None:
    """What the site has itself, what leaves it, and what only resembles a link."""
    assert not is_link_path(path)


def test_every_link_the_server_makes_has_a_page() -> None:
    """The two files speak of the same shapes."""
    made = [
        web_links.chat_invite_link("", HASH),
        web_links.shared_folder_link("", HASH),
        web_links.contact_link("", HASH),
        web_links.message_link("", "lobby", 7),
        web_links.message_link("", 4099, 7),
    ]
    assert [path for path in made if not is_link_path(path)] == []
