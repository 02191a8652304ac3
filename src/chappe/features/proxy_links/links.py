"""Proxy links as apps take them, and which of them are in force."""

from typing import Final
from urllib.parse import urlencode

from chappe.core import HOUSE
from chappe.core.configuration import Configuration, host_and_port
from chappe.ports import LinkSecret
from chappe.updates import Context, View

from .records import ProxyLink

SECRET_BYTES: Final = 16  # as apps have it
LINKS_MAX: Final = (
    256  # links in force: each secret is tried with each connection that begins unknown
)
PADDED: Final = "dd"
IN_TLS: Final = "ee"


def link_kind(link: ProxyLink) -> str:
    """Return how a link's kind is called: by what its secret begins with."""
    return IN_TLS if link.inside_tls else PADDED


def shown_secret(link: ProxyLink) -> str:
    """Return a link's secret as apps read it: kind, secret, and the name they say they want."""
    return link_kind(link) + link.secret.hex() + link.name.encode("ascii").hex()


def address_of(link: ProxyLink, config: Configuration) -> str:
    """Return the link itself: who opens it is asked by their app whether to use the proxy.

    Of this server's own ports it names that of TLS, which is where such a connection is looked for least.
    """
    server, port = config.public_host, config.tls_port or config.public_port or config.port
    if link.server:
        server, port = host_and_port(link.server)
    asked = {"server": server, "port": port, "secret": shown_secret(link)}
    return f"tg://proxy?{urlencode(asked)}"


async def every_link(box: View) -> list[ProxyLink]:
    """Return the links in force, by number."""
    return await box.scan(ProxyLink, limit=LINKS_MAX)


async def admit_links(context: Context) -> None:
    """Let in who comes by a link in force, and cut who came by another."""
    links = await every_link(context.look(HOUSE))
    context.ports.connections.admit_links(
        LinkSecret(link.number, link.secret, link.inside_tls) for link in links
    )
