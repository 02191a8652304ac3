"""Operator commands about proxy links."""

import re
from typing import Annotated, Any, Final

from msgspec import Meta

from chappe.core import HOUSE
from chappe.core.configuration import Configuration, ConfigurationError, host_and_port
from chappe.core.names import clean_line
from chappe.rpc import operator_command
from chappe.updates import Context

from .links import (
    IN_TLS,
    LINKS_MAX,
    PADDED,
    SECRET_BYTES,
    address_of,
    admit_links,
    every_link,
    link_kind,
)
from .records import ProxyLink

LABEL_CHARACTERS_MAX: Final = 64  # characters of what a link is called
NAME: Final = re.compile(r"(?=.{1,180}\Z)(?:[a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63}")
KINDS: Final = (PADDED, IN_TLS)


def _shown(config: Configuration, link: ProxyLink) -> dict[str, Any]:
    """Return a link as an operator is shown it."""
    return {
        "number": link.number,
        "for": link.label,
        "kind": link_kind(link),
        "name": link.name,
        "created": link.created,
        "link": address_of(link, config),
    }


def _name_for(config: Configuration, kind: str, name: str) -> str:
    """Return the name that apps will say they want.

    Raises:
        ValueError: it is none, or this server has nothing that looks like TLS.
    """
    if kind == PADDED:
        if name:
            raise ValueError(
                "A `dd` link says no name: leave `tls_name` out, or make one of kind `ee`."
            )
        return ""
    if not config.speaks_tls:
        raise ValueError(
            "An `ee` link hides in TLS, and this server speaks none: set `tls_port` and a certificate,"
            " or `cover`; or make one of kind `dd`."
        )
    chosen = (name or config.tls_name).lower()
    if not NAME.fullmatch(chosen):
        raise ValueError(
            "An `ee` link says a name: give `tls_name` as chat.example.org, or set `public_url`."
        )
    return chosen


@operator_command("proxy-link", "Make a proxy link, with a secret of its own.")
async def make_link(
    context: Context,
    *,
    label: Annotated[
        str, Meta(max_length=LABEL_CHARACTERS_MAX, description="Whom it is for; you alone see it.")
    ],
    kind: Annotated[
        str, Meta(max_length=2, description="`ee`, in what looks like TLS, or `dd`, in noise.")
    ] = "",
    tls_name: Annotated[
        str,
        Meta(max_length=253, description="The name `ee` says it wants; yours, if you give none."),
    ] = "",
    at: Annotated[
        str, Meta(max_length=260, description="host:port of a relay or another address of yours.")
    ] = "",
) -> dict[str, Any]:
    """Make a link, which is in force at once: `ee` where the server speaks TLS, unless asked for."""
    config: Configuration = context.config
    kind = kind or (IN_TLS if config.speaks_tls else PADDED)
    if kind not in KINDS:
        raise ValueError(f"`{kind}` is no kind of link: give `ee` or `dd`.")
    said = _name_for(config, kind, tls_name)
    if at:
        try:
            host_and_port(at)
        except ConfigurationError as error:
            raise ValueError(str(error)) from None
    cleaned = clean_line(label, LABEL_CHARACTERS_MAX)
    if not cleaned:
        raise ValueError("`label` is empty: say whom the link is for, so that you can revoke it.")
    async with context.change(HOUSE) as change:
        if len(await every_link(change)) >= LINKS_MAX:
            raise ValueError(
                f"There are {LINKS_MAX} links: revoke one with `chappe revoke-proxy-link`."
            )
        link = ProxyLink(
            number=change.next("proxy_link"),
            secret=context.entropy.token(SECRET_BYTES),
            inside_tls=kind == IN_TLS,
            label=cleaned,
            name=said,
            created=change.now,
            server=at,
        )
        change.put(link)
    await admit_links(context)
    return _shown(config, link)


@operator_command("proxy-links", "List the proxy links in force.", empty="There is no proxy link.")
async def list_links(context: Context) -> list[dict[str, Any]]:
    """Return the links in force, with their secrets."""
    return [_shown(context.config, link) for link in await every_link(context.look(HOUSE))]


@operator_command("revoke-proxy-link", "Revoke a proxy link, and cut whoever is connected by it.")
async def revoke_link(
    context: Context,
    *,
    number: Annotated[int, Meta(ge=1, description="Its number, as `chappe proxy-links` shows it.")],
) -> dict[str, Any]:
    """Take a link out of force; who came by it is cut at once, and stays logged in."""
    async with context.change(HOUSE) as change:
        link = await change.get(ProxyLink, number)
        if link is None:
            raise ValueError(f"There is no link {number}: `chappe proxy-links` lists them.")
        change.drop(ProxyLink, number)
    await admit_links(context)
    return {"revoked": number, "for": link.label}


COMMANDS: Final = (make_link, list_links, revoke_link)
