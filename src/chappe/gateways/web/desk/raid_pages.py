"""Pages on which many cases are decided at once: a rule is tried, signed, undone as one."""

import json
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from chappe.desks import moderation
from chappe.desks.moderation import LANE_TITLES

from .decision_pages import chosen, given_words
from .entrance import credential_of, told
from .visits import Visit, tried

DEFAULTS: Final = {"lane": "", "hours": "24", "reporters": "1", "newer_days": "0"}


def _rule(said: dict[str, str]) -> dict[str, Any]:
    """Return a rule as the commands take it.

    Raises:
        ValueError: a number of it is none.
    """
    numbers = {name: said[name] for name in DEFAULTS if name != "lane"}
    for name, value in numbers.items():
        if not (value.isascii() and value.isdigit()) or len(value) > len("1000"):
            raise ValueError(f"`{name}` is not right: give a whole number.")
    return {"lane": said["lane"], **{name: int(value) for name, value in numbers.items()}}


async def show_raids(visit: Visit) -> web.Response:
    """Show raids, and what a rule finds that is asked for."""
    return await _raids(visit)


async def _raids(visit: Visit, error: str = "", status: int = HTTPStatus.OK) -> web.Response:
    said = {
        name: visit.text(name) or visit.asked(name) or usual for name, usual in DEFAULTS.items()
    }
    found = None
    if visit.may("raid-preview") and (visit.query or visit.form):
        try:
            found = await visit.run("raid-preview", **_rule(said))
        except ValueError as refused:
            error, status = error or str(refused), HTTPStatus.UNPROCESSABLE_ENTITY
    return visit.page(
        "raids.html",
        status,
        error,
        rule=said,
        tried=found,
        titles=LANE_TITLES,
        raids=await visit.run("raids"),
        words=moderation.decision_words(of_account=True),
        given=chosen(visit),
    )


async def decide(visit: Visit) -> web.Response:
    """Decide what a rule finds, or propose it."""

    async def act() -> web.Response:
        said = {name: visit.text(name) or usual for name, usual in DEFAULTS.items()}
        made = await visit.run(
            "raid-decide", count=visit.whole("count"), **_rule(said), **given_words(visit)
        )
        done = "proposed" if made["state"] == "proposed" else "decided"
        return visit.go(f"/raids/{made['raid']}", done)

    return await tried(visit, act(), _raids)


async def show_raid(visit: Visit) -> web.Response:
    """Show a raid; whoever may is asked for their signature."""
    return await _raid(visit)


async def _raid(visit: Visit, error: str = "", status: int = HTTPStatus.OK) -> web.Response:
    try:
        found = await visit.run("raid", raid=visit.number)
    except ValueError as gone:
        return visit.page("gone.html", HTTPStatus.NOT_FOUND, error or str(gone))
    return visit.page("raid.html", status, error, raid=found)


async def withdraw(visit: Visit) -> web.Response:
    """Take a proposal back, or say no to it."""

    async def act() -> web.Response:
        await visit.run("raid-withdraw", raid=visit.number)
        return visit.go("/raids", "withdrawn")

    return await tried(visit, act(), _raid)


async def undo(visit: Visit) -> web.Response:
    """Reverse everything that a raid decided."""

    async def act() -> web.Response:
        await visit.run("raid-undo", raid=visit.number)
        return visit.go(f"/raids/{visit.number}", "reversed")

    return await tried(visit, act(), _raid)


async def begin_signing(visit: Visit) -> web.Response:
    """Answer what a second person's passkey is to sign."""
    return await told(moderation.ask_second_for_raid(visit.context, visit.number, visit.who.giver))


async def finish_signing(visit: Visit) -> web.Response:
    """Put a raid in force by a second person's signature."""

    async def finish() -> Any:
        signature = json.dumps(credential_of(visit))
        await visit.run("raid-sign", raid=visit.number, signature=signature)
        return {"go": f"/raids/{visit.number}?done=decided"}

    return await told(finish())
