"""Pages on which a case is decided: the form, the letter before it is sent, the second signature."""

import json
from http import HTTPStatus
from typing import Any

from aiohttp import web

from chappe.desks import moderation

from .entrance import credential_of, told
from .visits import Visit, tried

FIELDS = ("act", "ground", "category", "keyword", "fact", "territory", "days")


def chosen(visit: Visit) -> dict[str, list[str]]:
    """Return what was chosen in the form, so that it is shown again."""
    return {name: list(visit.form.get(name, ())) for name in FIELDS}


def given_words(visit: Visit) -> dict[str, Any]:
    """Return what the form says of a decision, as commands take it.

    Raises:
        ValueError: a number of it is none.
    """
    return {
        "acts": ",".join(visit.form.get("act", ())),
        "ground": visit.text("ground"),
        "category": visit.text("category"),
        "keywords": ",".join(visit.form.get("keyword", ())),
        "facts": ",".join(visit.form.get("fact", ())),
        "territory": visit.text("territory"),
        "days": visit.whole("days") if visit.text("days") else 0,
    }


async def show_form(visit: Visit) -> web.Response:
    """Show the form on which a case is decided."""
    return await _form(visit)


async def _form(
    visit: Visit, error: str = "", status: int = HTTPStatus.OK, preview: Any = None
) -> web.Response:
    try:
        case = await visit.run("case", case=visit.number)
    except ValueError as refused:
        is_there = "There is no case" not in str(refused)
        code = HTTPStatus.FORBIDDEN if is_there else HTTPStatus.NOT_FOUND
        return visit.page("gone.html", code, error or str(refused))
    return visit.page(
        "decide.html",
        status,
        error,
        case=case,
        words=moderation.decision_words(of_account=case["subject"] > 0),
        given=chosen(visit),
        preview=preview,
    )


async def preview(visit: Visit) -> web.Response:
    """Show the letter that a decision would have, and whether it takes a second person."""

    async def act() -> web.Response:
        return await _form(
            visit, preview=await visit.run("case-preview", case=visit.number, **given_words(visit))
        )

    return await tried(visit, act(), _form)


async def decide(visit: Visit) -> web.Response:
    """Decide a case, or propose what takes a second person."""

    async def act() -> web.Response:
        made = await visit.run("case-decide", case=visit.number, **given_words(visit))
        done = "proposed" if made["state"] == "proposed" else "decided"
        return visit.go(f"/decisions/{made['decision']}", done)

    return await tried(visit, act(), _form)


async def show_decision(visit: Visit) -> web.Response:
    """Show a decision; whoever may is asked for their signature."""
    return await _decision(visit)


async def _decision(visit: Visit, error: str = "", status: int = HTTPStatus.OK) -> web.Response:
    try:
        made = await visit.run("decision", decision=visit.number)
    except ValueError as refused:
        is_there = "There is no decision" not in str(refused)
        code = HTTPStatus.FORBIDDEN if is_there else HTTPStatus.NOT_FOUND
        return visit.page("gone.html", code, error or str(refused))
    return visit.page("decision.html", status, error, decision=made)


async def withdraw(visit: Visit) -> web.Response:
    """Take a proposal back, or say no to it."""

    async def act() -> web.Response:
        made = await visit.run("case-withdraw", decision=visit.number)
        return visit.go(f"/cases/{made['case']}", "withdrawn")

    return await tried(visit, act(), _decision)


async def reverse(visit: Visit) -> web.Response:
    """Reverse a decision of somebody else."""

    async def act() -> web.Response:
        await visit.run("case-reverse", decision=visit.number)
        return visit.go(f"/decisions/{visit.number}", "reversed")

    return await tried(visit, act(), _decision)


async def begin_signing(visit: Visit) -> web.Response:
    """Answer what a second person's passkey is to sign."""
    return await told(moderation.ask_second(visit.context, visit.number, visit.who.giver))


async def finish_signing(visit: Visit) -> web.Response:
    """Put a proposal in force by a second person's signature."""

    async def finish() -> Any:
        signature = json.dumps(credential_of(visit))
        await visit.run("case-sign", decision=visit.number, signature=signature)
        return {"go": f"/decisions/{visit.number}?done=decided"}

    return await told(finish())
