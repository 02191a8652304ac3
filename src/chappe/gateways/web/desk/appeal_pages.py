"""Pages of appeals and notices, and the one page of trusted flaggers."""

from http import HTTPStatus
from typing import Any

from aiohttp import web

from chappe.desks import moderation

from .visits import Visit, tried


async def show_appeals(visit: Visit) -> web.Response:
    """Show the appeals that wait, the next due first."""
    return visit.page("appeals.html", appeals=await visit.run("appeals"))


async def show_appeal(visit: Visit) -> web.Response:
    """Show an appeal, with what was said about it."""
    return await _appeal(visit)


async def _appeal(visit: Visit, error: str = "", status: int = HTTPStatus.OK) -> web.Response:
    try:
        found = await visit.run("appeal", decision=visit.number)
    except ValueError as refused:
        return visit.page("gone.html", HTTPStatus.NOT_FOUND, error or str(refused))
    of_account, of_chat = (moderation.decision_words(of_account=one).acts for one in (True, False))
    words = {**of_account, **of_chat}
    return visit.page("appeal.html", status, error, appeal=found, acts=words)


async def ask(visit: Visit) -> web.Response:
    """Ask whoever appeals something."""

    async def act() -> web.Response:
        await visit.run("appeal-ask", decision=visit.number, text=visit.text("text"))
        return visit.go(f"/appeals/{visit.number}", "asked")

    return await tried(visit, act(), _appeal)


async def decide(visit: Visit) -> web.Response:
    """Decide an appeal."""

    async def act() -> web.Response:
        await visit.run(
            "appeal-decide",
            decision=visit.number,
            outcome=visit.text("outcome"),
            undo=",".join(visit.form.get("undo", ())),
        )
        return visit.go(f"/appeals/{visit.number}", "appeal-decided")

    return await tried(visit, act(), _appeal)


async def show_notices(visit: Visit) -> web.Response:
    """Show notices that came, by the form or of flaggers."""
    return visit.page("notices.html", notices=await visit.run("notices"))


async def show_notice(visit: Visit) -> web.Response:
    """Show one, with who made it."""
    try:
        found = await visit.run("notice", notice=visit.number)
    except ValueError as refused:
        return visit.page("gone.html", HTTPStatus.NOT_FOUND, str(refused))
    return visit.page("notice.html", notice=found)


async def show_flags(visit: Visit) -> web.Response:
    """Show a trusted flagger the form, and what became of their notices."""
    return await _flags(visit)


async def _flags(visit: Visit, error: str = "", status: int = HTTPStatus.OK) -> web.Response:
    given: dict[str, Any] = {name: visit.text(name) for name in ("where", "category", "why")}
    return visit.page(
        "flags.html",
        status,
        error,
        notices=await visit.run("notices-mine"),
        categories=moderation.NOTICE_CATEGORIES,
        given=given,
    )


async def flag(visit: Visit) -> web.Response:
    """Take the notice of a trusted flagger."""

    async def act() -> web.Response:
        said = {name: visit.text(name) for name in ("where", "category", "why")}
        await visit.run("notice-file", **said)
        return visit.go("/flags", "flagged")

    return await tried(visit, act(), _flags)


async def show_flaggers(visit: Visit) -> web.Response:
    """Show who the trusted flaggers are, and what became of what they said."""
    return visit.page("flaggers.html", flaggers=await visit.run("flaggers"))
