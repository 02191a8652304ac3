"""Pages about staff: who they are, added, given roles, removed."""

from http import HTTPStatus
from typing import Any

from aiohttp import web

from chappe.desks import staff

from .visits import Visit, tried


async def show_staff(visit: Visit) -> web.Response:
    """Show who is of the staff."""
    return await _staff(visit)


async def _staff(
    visit: Visit, error: str = "", status: int = HTTPStatus.OK, made: Any = None
) -> web.Response:
    found = await visit.run("staff")
    return visit.page("staff.html", status, error, staff=found, roles=staff.STAFF_ROLES, made=made)


async def add(visit: Visit) -> web.Response:
    """Add somebody; the link by which they make their passkey is shown this once."""

    async def act() -> web.Response:
        roles = ",".join(visit.form.get("role", ()))
        made = await visit.run("staff-add", name=visit.text("name"), roles=roles)
        return await _staff(visit, made=made)

    return await tried(visit, act(), _staff)


async def link(visit: Visit) -> web.Response:
    """Make another link for somebody who has not made their passkey yet."""

    async def act() -> web.Response:
        return await _staff(visit, made=await visit.run("staff-link", staff=visit.number))

    return await tried(visit, act(), _staff)


async def change_roles(visit: Visit) -> web.Response:
    """Say what somebody may."""

    async def act() -> web.Response:
        roles = ",".join(visit.form.get("role", ()))
        await visit.run("staff-role", staff=visit.number, roles=roles)
        return visit.go("/staff", "role")

    return await tried(visit, act(), _staff)


async def remove(visit: Visit) -> web.Response:
    """Remove somebody from the staff."""

    async def act() -> web.Response:
        await visit.run("staff-remove", staff=visit.number)
        return visit.go("/staff", "removed")

    return await tried(visit, act(), _staff)
