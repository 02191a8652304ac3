"""Pages about proxy links: made for whoever is blocked, by whoever helps people; revoked one by one."""

from http import HTTPStatus
from typing import Any

from aiohttp import web

from .visits import Visit, tried


async def show_links(visit: Visit) -> web.Response:
    """Show which links are in force. What makes one secret is not shown again."""
    return await _links(visit)


async def _links(
    visit: Visit, error: str = "", status: int = HTTPStatus.OK, made: Any = None
) -> web.Response:
    links = await visit.run("proxy-links")
    return visit.page("links.html", status, error, links=links, made=made)


async def make_link(visit: Visit) -> web.Response:
    """Make a link; it is shown this once."""

    async def act() -> web.Response:
        made = await visit.run("proxy-link", label=visit.text("label"), at=visit.text("at"))
        return await _links(visit, made=made)

    return await tried(visit, act(), _links)


async def revoke_link(visit: Visit) -> web.Response:
    """Revoke a link: who came by it is cut."""

    async def act() -> web.Response:
        await visit.run("revoke-proxy-link", number=visit.whole("number"))
        return visit.go("/links", "unlinked")

    return await tried(visit, act(), _links)
